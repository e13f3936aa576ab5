//! The best nodes as a reader sees them.

use std::collections::BTreeMap;

use super::corpus::Corpus;
use super::expand::expand;
use super::options::SearchOptions;
use super::rank::{RankedNode, Ranking};
use crate::document::{SourceRange, TextRange};
use crate::ids::{DocId, NodeId};
use crate::index::{KeywordQuery, ReadQuery};

/// A node found, with its text and where that comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub ranked: RankedNode,
    /// 0 for a leaf.
    pub level: u32,
    pub text: String,
    /// The leaf's document; for a summary, the one that most of its sentences come from.
    pub document: DocId,
    pub heading_path: Vec<String>,
    /// The fragment that leads nearest to where its text, or the first of its sources, begins: that of the innermost heading that
    /// has one, or of a mark after it.
    pub anchor: Option<String>,
    /// The range of `document` that `text` is; `None` for a summary, whose text is put together from `sources`.
    pub range: Option<TextRange>,
    /// The ranges that the text was taken from.
    pub sources: Vec<SourceRange>,
    pub parents: Vec<NodeId>,
    pub children: Vec<NodeId>,
    /// Ranges over `text` of the words that match the question.
    pub highlights: Vec<TextRange>,
}

/// The best `options.k` of `ranking`. A leaf whose expanded range is already shown is left out.
pub fn hits(corpus: &Corpus, question: &str, ranking: &Ranking, options: &SearchOptions) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    // By document, so that thousands of hits are not all compared with each other.
    let mut shown: BTreeMap<DocId, Vec<TextRange>> = BTreeMap::new();
    let asked = corpus.leaves.keywords.read(KeywordQuery { text: question, typing: options.typing() });
    for ranked in &ranking.nodes {
        if hits.len() == options.k as usize {
            break;
        }
        let hit = hit(corpus, &asked, ranked, options);
        if let Some(range) = hit.range {
            let shown = shown.entry(hit.document).or_default();
            if shown.iter().any(|other| other.contains(range)) {
                continue;
            }
            shown.push(range);
        }
        hits.push(hit);
    }
    hits
}

fn hit(corpus: &Corpus, asked: &ReadQuery, ranked: &RankedNode, options: &SearchOptions) -> Hit {
    let node = corpus.node(ranked.node);
    let (text, sources, range) = match corpus.chunks.get(ranked.node.index()) {
        Some(chunk) => {
            let source = SourceRange { document: chunk.document, range: expand(corpus, chunk, options.expand) };
            (corpus.text_of(source).to_owned(), vec![source], Some(source.range))
        }
        None => (corpus.text(ranked.node).into_owned(), corpus.sources(ranked.node), None),
    };
    let document = most_frequent(sources.iter().map(|source| source.document));
    let heading = match corpus.chunks.get(ranked.node.index()) {
        Some(chunk) => chunk.heading,
        None => common_heading(corpus, document, &sources),
    };
    let start = match corpus.chunks.get(ranked.node.index()) {
        Some(chunk) => chunk.range.start,
        None => sources.iter().find(|source| source.document == document).map_or(0, |source| source.range.start),
    };
    Hit {
        level: node.level,
        document,
        heading_path: corpus.document(document).heading_path(heading).into_iter().map(str::to_owned).collect(),
        anchor: corpus.document(document).anchor_at(heading, start).map(str::to_owned),
        range,
        sources,
        parents: node.parents.clone(),
        children: node.children.clone(),
        highlights: asked.highlights(&text),
        text,
        ranked: ranked.clone(),
    }
}

/// The innermost heading that all of a summary's sources in `document` stand under.
fn common_heading(corpus: &Corpus, document: DocId, sources: &[SourceRange]) -> Option<u32> {
    let headings = &corpus.document(document).headings;
    let mut sources = sources.iter().filter(|source| source.document == document);
    let mut common = corpus.heading_at(*sources.next()?)?;
    for source in sources {
        while !headings[common as usize].section.contains(source.range) {
            common = headings[common as usize].parent?;
        }
    }
    Some(common)
}

/// The document that occurs most often, the first of them where several do.
fn most_frequent(documents: impl Iterator<Item = DocId>) -> DocId {
    let mut counts = BTreeMap::<DocId, usize>::new();
    for document in documents {
        *counts.entry(document).or_default() += 1;
    }
    let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
    best.map_or(DocId(0), |(document, _)| document)
}
