//! One committed state of a collection, never changed once it stands.

use std::sync::Arc;

use super::STEP_BYTES;
use crate::document::{BlockKind, Chunk, Document, TextRange};
use crate::error::Result;
use crate::index::{
    Field, KeywordIndex, KeywordIndexer, Language, SentenceIndex, SentenceIndexer, SentenceRows, Vectors,
};
use crate::kept::{Embeddings, KeptBytes};
use crate::retrieve::{Corpus, Indexes};
use crate::store::{self, Contents, Derived, KeptDerived, LogFile, Rows, Snapshot};
use crate::tree::Tree;
use crate::vector::Matrix;

/// Documents, leaves, tree and the indexes over its nodes.
pub struct State {
    pub documents: Vec<Arc<Document>>,
    /// In document order.
    pub chunks: Vec<Chunk>,
    pub tree: Arc<Tree>,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    /// One row a leaf.
    pub leaf_embeddings: Embeddings,
    /// One row a summary, in node order.
    pub summary_embeddings: Embeddings,
    pub sentences: Arc<SentenceIndex>,
    leaves: NodeIndexes,
    summaries: NodeIndexes,
}

/// The indexes over the leaves, or over the summaries.
#[derive(Clone)]
struct NodeIndexes {
    vectors: Arc<Vectors>,
    keywords: Arc<KeywordIndex>,
}

impl NodeIndexes {
    fn new(embeddings: &Embeddings, keywords: KeywordIndex) -> Result<Self> {
        Ok(Self { vectors: Arc::new(Vectors::new(embeddings)?), keywords: Arc::new(keywords) })
    }

    fn view(&self) -> Indexes<'_> {
        Indexes { vectors: &*self.vectors, keywords: &self.keywords }
    }
}

/// Indexes step by step what a change or an import has put together.
pub enum StateBuilder {
    All(Box<AllIndexes>),
    /// Of the same leaves and tree, with other titles: only what is found by those is indexed again.
    Titles {
        base: Arc<State>,
        documents: Vec<Arc<Document>>,
        leaves: KeywordIndexer,
        /// How many leaves are in it.
        indexed: usize,
    },
    /// Of the same leaves, tree and titles.
    Nothing {
        base: Arc<State>,
        documents: Vec<Arc<Document>>,
    },
}

impl StateBuilder {
    /// For what a change or an import has put together.
    pub fn new(parts: Parts, language: Language) -> Self {
        let (leaf_keywords, summary_keywords) = (KeywordIndexer::new(language), KeywordIndexer::new(language));
        let sentences = SentenceIndexer::new(language);
        Self::All(Box::new(AllIndexes { parts, indexed: 0, sentences, leaf_keywords, summary_keywords }))
    }

    /// For the leaves and the tree of `base`, in documents of which something else is known than before.
    pub fn around(base: Arc<State>, documents: Vec<Arc<Document>>, language: Language) -> Self {
        let same = |(one, other): (&Arc<Document>, &Arc<Document>)| one.title == other.title;
        if base.documents.iter().zip(&documents).all(same) {
            return Self::Nothing { base, documents };
        }
        Self::Titles { base, documents, leaves: KeywordIndexer::new(language), indexed: 0 }
    }

    /// Nodes indexed, and all there are to be.
    pub fn progress(&self) -> (usize, usize) {
        match self {
            Self::All(all) => all.progress(),
            Self::Titles { base, indexed, .. } => (*indexed, base.chunks.len()),
            Self::Nothing { .. } => (0, 0),
        }
    }

    /// Indexes a few nodes. Returns whether all are.
    pub fn step(&mut self) -> bool {
        match self {
            Self::All(all) => all.step(),
            Self::Titles { base, documents, leaves, indexed } => {
                let mut bytes = 0;
                while *indexed < base.chunks.len() && bytes < STEP_BYTES {
                    bytes += add_leaf(leaves, documents, &base.chunks[*indexed]);
                    *indexed += 1;
                }
                *indexed == base.chunks.len()
            }
            Self::Nothing { .. } => true,
        }
    }

    /// The state, what is left indexed in one go.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn finish(mut self) -> Result<State> {
        while !self.step() {}
        Ok(match self {
            Self::All(all) => all.finish()?,
            Self::Titles { base, documents, leaves, .. } => {
                let leaves = NodeIndexes { keywords: Arc::new(leaves.finish()), ..base.leaves.clone() };
                State { leaves, ..base.with_documents(documents) }
            }
            Self::Nothing { base, documents } => base.with_documents(documents),
        })
    }
}

/// Indexes a leaf by its words. Returns how many bytes they are.
fn add_leaf(indexer: &mut KeywordIndexer, documents: &[Arc<Document>], chunk: &Chunk) -> usize {
    let document = &documents[chunk.document.index()];
    indexer.add(caption(document, chunk).chain(own_words(document, chunk)));
    chunk.range.len()
}

/// What a state is made of beside its indexes.
pub struct Parts {
    pub documents: Vec<Arc<Document>>,
    pub chunks: Vec<Chunk>,
    pub tree: Tree,
    pub notes: Vec<String>,
    pub leaf_embeddings: Embeddings,
    pub summary_embeddings: Embeddings,
    pub sentence_rows: SentenceRows,
}

/// Makes all indexes.
pub struct AllIndexes {
    parts: Parts,
    /// How many nodes are in their keyword index.
    indexed: usize,
    sentences: SentenceIndexer,
    leaf_keywords: KeywordIndexer,
    summary_keywords: KeywordIndexer,
}

impl AllIndexes {
    fn progress(&self) -> (usize, usize) {
        (self.indexed, self.parts.tree.nodes().len())
    }

    fn step(&mut self) -> bool {
        let Parts { documents, chunks, tree, .. } = &self.parts;
        let nodes = tree.nodes();
        let mut bytes = 0;
        while self.indexed < nodes.len() && bytes < STEP_BYTES {
            bytes += match chunks.get(self.indexed) {
                Some(chunk) => {
                    self.sentences.add_leaf(&documents[chunk.document.index()], chunk);
                    add_leaf(&mut self.leaf_keywords, documents, chunk)
                }
                None => {
                    let text = nodes[self.indexed].text();
                    self.summary_keywords.add([(Field::Body, text.as_str())]);
                    text.len()
                }
            };
            self.indexed += 1;
        }
        self.indexed == nodes.len()
    }

    fn finish(self) -> Result<State> {
        let Parts { documents, chunks, tree, notes, leaf_embeddings, summary_embeddings, sentence_rows } = self.parts;
        Ok(State {
            sentences: Arc::new(self.sentences.finish(sentence_rows)),
            leaves: NodeIndexes::new(&leaf_embeddings, self.leaf_keywords.finish())?,
            summaries: NodeIndexes::new(&summary_embeddings, self.summary_keywords.finish())?,
            documents,
            chunks,
            tree: Arc::new(tree),
            notes,
            leaf_embeddings,
            summary_embeddings,
        })
    }
}

/// What a leaf is found by beside its own words: the headings above it and its document's title, as far as they are not
/// in its text. A title that was made from the first words of a text says nothing of the rest.
fn caption<'a>(document: &'a Document, chunk: &Chunk) -> impl Iterator<Item = (Field, &'a str)> {
    let path = || std::iter::successors(chunk.heading, |&index| document.headings[index as usize].parent);
    let headings = move || path().map(|index| &document.headings[index as usize]);
    let title = document.title.as_str();
    let own_words = !document.has_headings() && document.text.starts_with(title.trim_end_matches('…'));
    let named = !own_words && headings().all(|heading| heading.text != title);
    let range = chunk.range;
    let above = headings().filter(move |heading| !(range.start..range.end).contains(&heading.section.start));
    let above = above.map(|heading| (Field::Heading, heading.text.as_str()));
    above.chain(named.then_some((Field::Title, title)))
}

/// The words of a leaf, block by block: a heading is one for its first leaf as well, which holds it.
fn own_words<'a>(document: &'a Document, chunk: &Chunk) -> impl Iterator<Item = (Field, &'a str)> {
    let range = chunk.range;
    let first = document.blocks.partition_point(|block| block.range.end <= range.start);
    let blocks = document.blocks[first..].iter().take_while(move |block| block.range.start < range.end);
    blocks.map(move |block| {
        let field = if block.kind == BlockKind::Heading { Field::Heading } else { Field::Body };
        let start = block.range.start.max(range.start);
        let own = TextRange { start, end: block.range.end.min(range.end) };
        (field, own.of(&document.text))
    })
}

impl State {
    /// Nothing yet, to be filled with embeddings of `dimensions` values.
    pub fn empty(language: Language, dimensions: usize) -> Self {
        let none = Embeddings::from(Matrix::new(dimensions));
        let parts = Parts {
            documents: Vec::new(),
            chunks: Vec::new(),
            tree: Tree::default(),
            notes: Vec::new(),
            leaf_embeddings: none.clone(),
            summary_embeddings: none,
            sentence_rows: SentenceRows::new(dimensions),
        };
        StateBuilder::new(parts, language).finish().expect("nothing is read from files")
    }

    /// The state that was kept as `snapshot`, its indexes as they were kept, or made again where `derived` are not its.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) unless there is a row for each sentence; those of reading rows that are
    /// kept in files.
    pub fn from_snapshot(snapshot: Snapshot, derived: Option<KeptDerived>, language: Language) -> Result<Self> {
        let derived = derived.filter(|kept| {
            let fits = |index: &KeywordIndex, items| index.len() == items && index.language() == language;
            let starts = kept.sentences.starts(snapshot.sentences.tokens(), &snapshot.documents, &snapshot.chunks);
            fits(&kept.leaves, snapshot.chunks.len())
                && fits(&kept.summaries, snapshot.summaries.rows())
                && kept.sentences.language() == language
                && starts.as_ref() == Some(&snapshot.sentence_starts)
        });
        if derived.is_none() {
            store::validate_sentences(&snapshot)?;
        }
        let Snapshot { documents, chunks, tree, notes, leaves, summaries, sentences, sentence_starts, .. } = snapshot;
        let (leaf_embeddings, summary_embeddings, sentence_rows) = (leaves, summaries, sentences);
        let Some(kept) = derived else {
            let parts = Parts { documents, chunks, tree, notes, leaf_embeddings, summary_embeddings, sentence_rows };
            return StateBuilder::new(parts, language).finish();
        };
        Ok(Self {
            leaves: NodeIndexes::new(&leaf_embeddings, kept.leaves)?,
            summaries: NodeIndexes::new(&summary_embeddings, kept.summaries)?,
            sentences: Arc::new(kept.sentences.index(sentence_starts, sentence_rows)),
            documents,
            chunks,
            tree: Arc::new(tree),
            notes,
            leaf_embeddings,
            summary_embeddings,
        })
    }

    /// The indexes of this, whose texts have that fingerprint.
    pub fn derived(&self, fingerprint: u128) -> Derived<'_> {
        Derived {
            fingerprint,
            leaves: &self.leaves.keywords,
            summaries: &self.summaries.keywords,
            sentences: self.sentences.read(),
        }
    }

    /// The same with other documents, of the same texts and titles.
    fn with_documents(&self, documents: Vec<Arc<Document>>) -> Self {
        Self {
            documents,
            chunks: self.chunks.clone(),
            tree: self.tree.clone(),
            notes: self.notes.clone(),
            leaf_embeddings: self.leaf_embeddings.clone(),
            summary_embeddings: self.summary_embeddings.clone(),
            sentences: self.sentences.clone(),
            leaves: self.leaves.clone(),
            summaries: self.summaries.clone(),
        }
    }

    /// Whether rows are read from files, and not held in memory.
    pub fn is_kept(&self) -> bool {
        matches!(self.leaf_embeddings, Embeddings::Kept(..))
    }

    /// Values in an embedding.
    pub fn dimensions(&self) -> usize {
        self.leaf_embeddings.dimensions()
    }

    /// What is kept of it, for a collection of this identity.
    pub fn contents<'a>(&'a self, identity: &'a str) -> Contents<'a> {
        Contents {
            identity,
            documents: &self.documents,
            chunks: &self.chunks,
            tree: &self.tree,
            notes: &self.notes,
            leaves: &self.leaf_embeddings,
            summaries: &self.summary_embeddings,
            sentences: self.sentences.rows(),
            sentence_starts: self.sentences.starts(),
        }
    }

    /// One row a node.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn embeddings(&self) -> Result<Matrix> {
        let mut all = Matrix::with_capacity(self.dimensions(), self.tree.nodes().len());
        for rows in [&self.leaf_embeddings, &self.summary_embeddings] {
            rows.for_each(&mut |_, row| {
                all.push(row);
                Ok(())
            })?;
        }
        Ok(all)
    }

    /// Takes the same rows from a file that all of this state was written to, if it can be read.
    pub fn move_to(&mut self, file: Arc<dyn KeptBytes>) {
        if let Ok(Rows { leaves, summaries, sentences, .. }) = store::read_rows(&LogFile::Kept(file)) {
            self.move_rows(leaves.into_owned(), summaries.into_owned(), sentences.into_owned());
        }
    }

    /// Takes the same rows from where these are. What it shares with the state before stays as it is there.
    pub fn move_rows(&mut self, leaves: Embeddings, summaries: Embeddings, sentences: SentenceRows) {
        for (indexes, rows) in [(&mut self.leaves, &leaves), (&mut self.summaries, &summaries)] {
            if let Some(vectors) = Arc::get_mut(&mut indexes.vectors) {
                vectors.move_to(rows);
            }
        }
        if let Some(index) = Arc::get_mut(&mut self.sentences) {
            index.move_to(sentences);
        }
        (self.leaf_embeddings, self.summary_embeddings) = (leaves, summaries);
    }

    pub fn corpus(&self) -> Corpus<'_> {
        Corpus {
            documents: &self.documents,
            chunks: &self.chunks,
            tree: &self.tree,
            notes: &self.notes,
            leaves: self.leaves.view(),
            summaries: self.summaries.view(),
            leaf_embeddings: &self.leaf_embeddings,
            sentences: &self.sentences,
            now: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, Source};
    use crate::ids::DocId;

    #[test]
    fn the_heading_within_a_leaf_is_one() {
        let content = "# Ants\n\nThey farm.\n\nThey march.".to_owned();
        let source = Source { id: "a".to_owned(), format: Format::Markdown, content, ..Source::default() };
        let document = crate::text::parse(&source).expect("a document");
        let of = |range: TextRange| {
            let chunk = Chunk { document: DocId(0), range, heading: Some(0), tokens: 1 };
            own_words(&document, &chunk).collect::<Vec<_>>()
        };
        let all = TextRange::new(0, document.text.len());
        let (heading, body) = ((Field::Heading, "Ants"), (Field::Body, "They march."));
        assert_eq!(of(all), [heading, (Field::Body, "They farm."), body]);
        let farm = document.text.find("farm").expect("a word");
        assert_eq!(of(TextRange::new(farm, document.text.len())), [(Field::Body, "farm."), body]);
    }
}
