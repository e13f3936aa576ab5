//! What retrieval reads of a collection.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Chunk, Document, SourceRange};
use crate::error::Result;
use crate::ids::{DocId, NodeId};
use crate::index::{KeywordIndex, KeywordQuery, Scored, SentenceIndex, VectorIndex};
use crate::kept::Embeddings;
use crate::traits::Sentence;
use crate::tree::{Node, Tree};

/// A borrowed collection: documents, leaves, tree and the indexes over its nodes.
pub struct Corpus<'a> {
    pub documents: &'a [Arc<Document>],
    pub chunks: &'a [Chunk],
    pub tree: &'a Tree,
    /// What the tree's build had to work around.
    pub notes: &'a [String],
    /// Items are leaves, counted from 0.
    pub leaves: Indexes<'a>,
    /// Items are summaries, counted from the first node after the leaves.
    pub summaries: Indexes<'a>,
    /// One row a leaf.
    pub leaf_embeddings: &'a Embeddings,
    pub sentences: &'a SentenceIndex,
    /// The time that documents expire by, in milliseconds since 1970; without one, none does.
    pub now: Option<i64>,
}

/// The two ways to find the nodes of one kind.
#[derive(Clone, Copy)]
pub struct Indexes<'a> {
    pub vectors: &'a dyn VectorIndex,
    pub keywords: &'a KeywordIndex,
}

impl<'a> Corpus<'a> {
    /// Whether nothing of a document is to be shown any more.
    pub fn has_expired(&self, document: DocId) -> bool {
        self.now.is_some_and(|now| self.document(document).has_expired(now))
    }

    /// Whether a summary has something to show: a sentence of a document that has not expired. The words of a summarizer
    /// outside may be of any document under them, so there none must have.
    pub fn can_show(&self, summary: NodeId) -> bool {
        if self.now.is_none() {
            return true;
        }
        let sentences = &self.node(summary).sentences;
        if sentences.iter().any(|sentence| sentence.source.is_none()) {
            return self.leaves_under(summary).all(|leaf| !self.has_expired(self.document_of_leaf(leaf)));
        }
        sentences.iter().any(|sentence| self.shows(sentence))
    }

    fn shows(&self, sentence: &Sentence) -> bool {
        sentence.source.is_none_or(|source| !self.has_expired(source.document))
    }

    /// The text of a leaf, or the sentences of a summary that are of no expired document.
    pub fn text(&self, node: NodeId) -> Cow<'a, str> {
        match self.chunks.get(node.index()) {
            Some(chunk) => Cow::Borrowed(chunk.range.of(&self.document(chunk.document).text)),
            None => {
                let sentences = self.node(node).sentences.iter().filter(|sentence| self.shows(sentence));
                Cow::Owned(Sentence::join(&sentences.cloned().collect::<Vec<_>>()))
            }
        }
    }

    /// Where the text of `node` comes from: the leaf's range; a summary's sentences, touching ones joined, or the
    /// leaves under it where its words were written by a summarizer outside.
    pub fn sources(&self, node: NodeId) -> Vec<SourceRange> {
        if let Some(chunk) = self.chunks.get(node.index()) {
            return vec![SourceRange { document: chunk.document, range: chunk.range }];
        }
        let sentences = self.node(node).sentences.iter().filter(|sentence| self.shows(sentence));
        let sentences: Option<Vec<_>> = sentences.map(|sentence| sentence.source).collect();
        let mut sources = match sentences {
            Some(sources) if !sources.is_empty() => sources,
            _ => self.leaves_under(node).flat_map(|leaf| self.sources(leaf)).collect(),
        };
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// The leaves under `node`, itself if it is one, in document order.
    pub fn leaves_under(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.tree.leaves_of(node).into_iter().map(|leaf| NodeId(leaf.0))
    }

    /// # Panics
    /// If `node` is not one of this tree's.
    pub fn node(&self, node: NodeId) -> &'a Node {
        &self.tree.nodes()[node.index()]
    }

    pub fn document(&self, id: DocId) -> &'a Document {
        &self.documents[id.index()]
    }

    /// The document of a leaf.
    pub fn document_of_leaf(&self, leaf: NodeId) -> DocId {
        self.chunks[leaf.index()].document
    }

    /// The text of `source`.
    pub fn text_of(&self, source: SourceRange) -> &'a str {
        source.range.of(&self.document(source.document).text)
    }

    /// The heading that a byte of a document stands under, an index into its headings.
    pub fn heading_at(&self, source: SourceRange) -> Option<u32> {
        self.document(source.document).block_at(source.range.start).and_then(|block| block.heading)
    }
}

impl Indexes<'_> {
    /// The best `depth` items by vector, best first.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn by_vector(&self, vector: &[f32], depth: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>> {
        self.vectors.search(vector, depth, allow)
    }

    /// The best `depth` items by keyword, best first.
    pub fn by_keyword(&self, query: KeywordQuery, depth: usize, allow: &dyn Fn(u32) -> bool) -> Vec<Scored> {
        self.keywords.search(query, depth, allow)
    }
}
