//! What is told of a collection as a whole: how much it holds, and what of that is sensitive.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Collection;
use crate::document::TextRange;
use crate::ids::DocId;
use crate::sensitive::{self, Finding, Policy, SensitiveOptions};

/// Counts of what a collection holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub documents: usize,
    /// Bytes of canonical text.
    pub text_bytes: usize,
    pub chunks: usize,
    /// Wordpieces of all chunks.
    pub tokens: usize,
    /// Nodes on each level, leaves first.
    pub levels: Vec<usize>,
    /// Of each level above the leaves, how far it is from its last clustering: see [`Tree::drift`](crate::tree::Tree::drift).
    pub drift: Vec<f32>,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    pub identity: String,
    /// How much of each kind was found in documents when they were added or updated, if it is looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<BTreeMap<&'static str, usize>>,
}

impl Collection {
    /// Counts of what is held.
    pub fn stats(&self) -> Stats {
        Stats {
            documents: self.state.documents.len(),
            text_bytes: self.state.documents.iter().map(|document| document.text.len()).sum(),
            chunks: self.state.chunks.len(),
            tokens: self.state.chunks.iter().map(|chunk| chunk.tokens as usize).sum(),
            levels: self.state.tree.level_sizes(),
            drift: self.state.tree.drift(),
            notes: self.state.notes.clone(),
            identity: self.identity.clone(),
            sensitive: self.options.sensitive.as_ref().map(|_| self.sensitive_counts()),
        }
    }

    fn sensitive_counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (kind, count) in self.state.documents.iter().flat_map(|document| sensitive::counts(&document.metadata)) {
            let sum: &mut usize = counts.entry(kind.name()).or_default();
            *sum = sum.saturating_add(count);
        }
        counts
    }

    /// Where in the text of `id` something sensitive stands, by the names of kinds, if the collection marks it.
    ///
    /// # Panics
    /// If `id` is not one of this collection's.
    pub fn sensitive_in(&self, id: DocId) -> Option<Vec<(&'static str, TextRange)>> {
        let marks = |options: &&SensitiveOptions| options.policy == Policy::Mark;
        let options = self.options.sensitive.as_ref().filter(marks)?;
        let found = sensitive::find(&self.document_at(id).text, |kind| options.wants(kind)).into_iter();
        Some(found.map(|Finding { kind, range }| (kind.name(), TextRange::new(range.start, range.end))).collect())
    }
}
