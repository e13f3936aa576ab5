//! One committed state of a collection, never changed once it stands.

use std::sync::Arc;

use crate::document::{Chunk, Document};
use crate::index::{KeywordIndex, Language, Vectors};
use crate::retrieve::{Corpus, Indexes};
use crate::store::Snapshot;
use crate::tree::{GrownTree, Node, Tree};
use crate::vector::Matrix;

/// Documents, leaves, tree and the indexes over its nodes.
pub struct State {
    pub documents: Vec<Arc<Document>>,
    /// In document order.
    pub chunks: Vec<Chunk>,
    pub tree: Tree,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    /// One row a leaf.
    pub leaf_embeddings: Arc<Matrix>,
    /// One row a summary, in node order.
    pub summary_embeddings: Arc<Matrix>,
    leaves: NodeIndexes,
    summaries: NodeIndexes,
}

/// The indexes over the leaves, or over the summaries.
struct NodeIndexes {
    vectors: Vectors,
    keywords: KeywordIndex,
}

impl NodeIndexes {
    fn view(&self) -> Indexes<'_> {
        Indexes { vectors: &self.vectors, keywords: &self.keywords }
    }
}

impl State {
    pub fn empty(language: Language) -> Self {
        let grown = GrownTree { tree: Tree::default(), embeddings: Matrix::default(), notes: Vec::new() };
        Self::new(Vec::new(), Vec::new(), grown, Arc::default(), language)
    }

    /// Indexes what a change or an import has put together.
    pub fn new(
        documents: Vec<Arc<Document>>,
        chunks: Vec<Chunk>,
        grown: GrownTree,
        leaf_embeddings: Arc<Matrix>,
        language: Language,
    ) -> Self {
        let GrownTree { tree, embeddings, notes } = grown;
        let summary_embeddings = Arc::new(embeddings);
        let leaf_texts = chunks.iter().map(|chunk| chunk.range.of(&documents[chunk.document.index()].text));
        let leaf_keywords = KeywordIndex::build(leaf_texts, language);
        let summary_texts: Vec<_> = tree.nodes()[chunks.len()..].iter().map(Node::text).collect();
        let summary_keywords = KeywordIndex::build(summary_texts.iter().map(String::as_str), language);
        Self {
            leaves: NodeIndexes { vectors: Vectors::new(leaf_embeddings.clone()), keywords: leaf_keywords },
            summaries: NodeIndexes { vectors: Vectors::new(summary_embeddings.clone()), keywords: summary_keywords },
            documents,
            chunks,
            tree,
            notes,
            leaf_embeddings,
            summary_embeddings,
        }
    }

    pub fn from_snapshot(snapshot: Snapshot, language: Language) -> Self {
        let Snapshot { documents, chunks, tree, embeddings, .. } = snapshot;
        let leaves = embeddings.select(0..chunks.len());
        let summaries = embeddings.select(chunks.len()..embeddings.rows());
        let grown = GrownTree { tree, embeddings: summaries, notes: Vec::new() };
        Self::new(documents, chunks, grown, Arc::new(leaves), language)
    }

    /// Values in an embedding; 0 while there is none.
    pub fn dimensions(&self) -> usize {
        self.leaf_embeddings.dimensions()
    }

    /// One row a node.
    pub fn embeddings(&self) -> Matrix {
        let mut all = Matrix::clone(&self.leaf_embeddings);
        for row in self.summary_embeddings.iter() {
            all.push(row);
        }
        all
    }

    pub fn corpus(&self) -> Corpus<'_> {
        Corpus {
            documents: &self.documents,
            chunks: &self.chunks,
            tree: &self.tree,
            leaves: self.leaves.view(),
            summaries: self.summaries.view(),
        }
    }
}
