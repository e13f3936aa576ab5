//! The objects that JavaScript is given: documents, hits, contexts and nodes, with every range in UTF-16 units.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::Serialize;

use super::convert;
use super::offsets::Utf16Offsets;
use crate::engine::{Answer, Collection, Context, Hit, Trace};
use crate::{DocId, Document, NodeId, Sentence, SourceRange, TextRange};

type Json = serde_json::Map<String, serde_json::Value>;

/// Makes views of a collection. The offsets of a document are kept once they were needed.
pub struct Views<'a> {
    collection: &'a Collection,
    offsets: &'a OffsetCache,
}

/// Offsets by document, good for one state of a collection.
#[derive(Default)]
pub struct OffsetCache(RefCell<BTreeMap<DocId, Utf16Offsets>>);

impl OffsetCache {
    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    metadata: Json,
    /// In milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FullDocumentView<'a> {
    #[serde(flatten)]
    document: DocumentView<'a>,
    text: &'a str,
    headings: Vec<HeadingView<'a>>,
    /// Where the original can be opened, such as at its pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<MarkView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitive: Option<Vec<FindingView>>,
}

/// A place, and what comes after it up to the next.
#[derive(Serialize)]
struct MarkView<'a> {
    anchor: &'a str,
    range: TextRange,
}

#[derive(Serialize)]
struct FindingView {
    kind: &'static str,
    range: TextRange,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HeadingView<'a> {
    level: u8,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'a str>,
    range: TextRange,
}

/// A range of a document, with its text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PassageView<'a> {
    document: &'a str,
    range: TextRange,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HitView<'a> {
    text: &'a str,
    score: f32,
    level: u32,
    node_id: NodeId,
    document: DocumentView<'a>,
    heading_path: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<TextRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'a str>,
    sources: Vec<PassageView<'a>>,
    parents: &'a [NodeId],
    children: &'a [NodeId],
    /// Leaves under the node: 1 for a leaf.
    leaves: usize,
    highlights: Vec<TextRange>,
    explanation: ExplanationView<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExplanationView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<f32>,
    path: &'a [NodeId],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchView<'a> {
    hits: Vec<HitView<'a>>,
    trace: &'a Trace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContextView<'a> {
    text: &'a str,
    tokens: usize,
    citations: Vec<CitationView<'a>>,
    trace: &'a Trace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CitationView<'a> {
    number: usize,
    document: DocumentView<'a>,
    heading_path: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<&'a str>,
    range: TextRange,
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView<'a> {
    text: String,
    citations: Vec<CitationView<'a>>,
    trace: &'a Trace,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeView<'a> {
    id: NodeId,
    level: u32,
    text: String,
    tokens: u32,
    parents: &'a [NodeId],
    children: &'a [NodeId],
    /// Leaves under the node: 1 for a leaf.
    leaves: usize,
    documents: Vec<&'a str>,
    heading_paths: Vec<Vec<&'a str>>,
    /// Of a leaf.
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<TextRange>,
    /// Of a summary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sentences: Vec<SentenceView<'a>>,
}

/// A sentence of a summary, with the range that it was taken from.
#[derive(Serialize)]
struct SentenceView<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<PassageView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TreeView<'a> {
    /// Nodes on each level, leaves first.
    levels: Vec<usize>,
    nodes: Vec<NodeView<'a>>,
}

impl<'a> Views<'a> {
    pub fn new(collection: &'a Collection, offsets: &'a OffsetCache) -> Self {
        Self { collection, offsets }
    }

    pub fn document(&self, document: &'a Document) -> DocumentView<'a> {
        DocumentView {
            id: &document.id,
            title: &document.title,
            url: document.url.as_deref(),
            metadata: convert::metadata(&document.metadata),
            updated_at: document.updated_at.map(|time| time as f64),
            expires_at: document.expires_at.map(|time| time as f64),
        }
    }

    pub fn full_document(&self, id: DocId) -> FullDocumentView<'a> {
        let document = self.collection.document_at(id);
        let heading = |heading: &'a crate::Heading| HeadingView {
            level: heading.level,
            text: &heading.text,
            anchor: heading.anchor.as_deref(),
            range: self.range(SourceRange { document: id, range: heading.section }),
        };
        let mark = |mark: &'a crate::Heading| MarkView {
            anchor: mark.anchor.as_deref().unwrap_or_default(),
            range: self.range(SourceRange { document: id, range: mark.section }),
        };
        let finding = |(kind, range)| FindingView { kind, range: self.range(SourceRange { document: id, range }) };
        let (headings, marks) = document.headings.split_at(document.headings.partition_point(|each| !each.is_mark()));
        FullDocumentView {
            document: self.document(document),
            text: &document.text,
            headings: headings.iter().map(heading).collect(),
            marks: marks.iter().map(mark).collect(),
            sensitive: self.collection.sensitive_in(id).map(|found| found.into_iter().map(finding).collect()),
        }
    }

    pub fn search(&self, hits: &'a [Hit], trace: &'a Trace) -> SearchView<'a> {
        SearchView { hits: hits.iter().map(|hit| self.hit(hit)).collect(), trace }
    }

    fn hit(&self, hit: &'a Hit) -> HitView<'a> {
        let text = Utf16Offsets::new(&hit.text);
        HitView {
            text: &hit.text,
            score: hit.ranked.score,
            level: hit.level,
            node_id: hit.ranked.node,
            document: self.document(self.collection.document_at(hit.document)),
            heading_path: &hit.heading_path,
            range: hit.range.map(|range| self.range(SourceRange { document: hit.document, range })),
            anchor: hit.anchor.as_deref(),
            sources: hit.sources.iter().map(|&source| self.passage(source)).collect(),
            parents: &hit.parents,
            children: &hit.children,
            leaves: self.collection.tree().leaves_of(hit.ranked.node).len(),
            highlights: hit.highlights.iter().map(|&range| text.range(&hit.text, range)).collect(),
            explanation: ExplanationView {
                vector: hit.ranked.vector,
                keyword: hit.ranked.keyword,
                path: &hit.ranked.path,
            },
        }
    }

    pub fn context(&self, context: &'a Context) -> ContextView<'a> {
        ContextView {
            text: &context.text,
            tokens: context.tokens,
            citations: context
                .citations
                .iter()
                .map(|citation| self.citation(citation.number, citation.source))
                .collect(),
            trace: &context.trace,
        }
    }

    pub fn answer(&self, answer: &'a Answer) -> AnswerView<'a> {
        let citations: Vec<_> =
            answer.sentences.iter().zip(1..).map(|(sentence, number)| self.citation(number, sentence.source)).collect();
        let sentences: Vec<_> =
            citations.iter().map(|citation| format!("{} [{}]", citation.text, citation.number)).collect();
        AnswerView { text: sentences.join(" "), citations, trace: &answer.trace }
    }

    fn citation(&self, number: usize, source: SourceRange) -> CitationView<'a> {
        let document = self.collection.document_at(source.document);
        CitationView {
            number,
            document: self.document(document),
            heading_path: self.collection.heading_path_at(source),
            anchor: self.collection.anchor_at(source),
            range: self.range(source),
            text: source.range.of(&document.text),
        }
    }

    pub fn node(&self, id: NodeId) -> NodeView<'a> {
        let tree = self.collection.tree();
        let node = &tree.nodes()[id.index()];
        let documents = self.collection.documents_under(id);
        let sentence = |sentence: &'a Sentence| SentenceView {
            text: &sentence.text,
            source: sentence.source.map(|source| self.passage(source)),
        };
        let chunk = self.collection.chunks().get(id.index());
        NodeView {
            id,
            level: node.level,
            text: self.collection.node_text(id).into_owned(),
            tokens: node.tokens,
            parents: &node.parents,
            children: &node.children,
            leaves: tree.leaves_of(id).len(),
            documents: documents.iter().map(|&id| self.collection.document_at(id).id.as_str()).collect(),
            heading_paths: self.collection.heading_paths_under(id),
            range: chunk.map(|chunk| self.range(SourceRange { document: chunk.document, range: chunk.range })),
            sentences: node.sentences.iter().map(sentence).collect(),
        }
    }

    pub fn tree(&self) -> TreeView<'a> {
        let tree = self.collection.tree();
        TreeView {
            levels: tree.level_sizes(),
            nodes: (0..tree.nodes().len()).map(|index| self.node(NodeId::from(index))).collect(),
        }
    }

    fn passage(&self, source: SourceRange) -> PassageView<'a> {
        let document = self.collection.document_at(source.document);
        PassageView { document: &document.id, range: self.range(source), text: source.range.of(&document.text) }
    }

    fn range(&self, source: SourceRange) -> TextRange {
        let text = &self.collection.document_at(source.document).text;
        let mut cache = self.offsets.0.borrow_mut();
        cache.entry(source.document).or_insert_with(|| Utf16Offsets::new(text)).range(text, source.range)
    }
}
