//! A tree of summaries over the chunks of a collection.
//!
//! Strictly it is a layered graph: a node that belongs to several clusters has several parents, and keeps them all.
//! Nodes are numbered level by level, leaves first, so leaf `NodeId(i)` is chunk `ChunkId(i)`.

#[cfg(feature = "cluster")]
mod build;
mod links;
#[cfg(feature = "cluster")]
mod repair;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::document::{Chunk, Document, SourceRange, TextRange};
use crate::ids::{ChunkId, DocId, NodeId};
use crate::sentences::body_sentences;
use crate::traits::Sentence;

#[cfg(feature = "cluster")]
pub use build::{GrownTree, Leaves, Progress, SummaryEmbedding, TreeBuilder, TreeOptions, TreeStage, TreeStep};
#[cfg(feature = "cluster")]
pub use repair::{Base, Moved};

/// A leaf or a summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// 0 for a leaf, else one more than its children's.
    pub level: u32,
    /// The summaries made of it, ascending.
    pub parents: Vec<NodeId>,
    /// What it summarizes, ascending; none for a leaf.
    pub children: Vec<NodeId>,
    /// The summary's sentences; none for a leaf, whose text is its chunk's.
    pub sentences: Vec<Sentence>,
    /// Tokens of its text.
    pub tokens: u32,
}

impl Node {
    /// A summary's sentences as one text; empty for a leaf.
    pub fn text(&self) -> String {
        Sentence::join(&self.sentences)
    }
}

/// Leaves and the levels of summaries over them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tree {
    nodes: Vec<Node>,
    /// Where each level begins in `nodes`; the leaves' 0 is not among them.
    starts: Vec<u32>,
    /// Of each level above the leaves, what has changed in the nodes below it since it was clustered: see [`Tree::drift`].
    changes: Vec<f32>,
}

impl Tree {
    /// A tree without summaries, of leaves that have `tokens`.
    pub fn of_leaves(tokens: &[u32]) -> Self {
        let leaf = |&tokens: &u32| Node { tokens, ..Node::default() };
        Self { nodes: tokens.iter().map(leaf).collect(), ..Self::default() }
    }

    /// All nodes, by id.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node, if there is one of this id.
    pub fn get(&self, node: NodeId) -> Option<&Node> {
        self.nodes.get(node.index())
    }

    /// How many leaves there are.
    pub fn leaf_count(&self) -> usize {
        self.starts.first().map_or(self.nodes.len(), |&start| start as usize)
    }

    /// How many levels there are, the leaves' included.
    pub fn level_count(&self) -> usize {
        self.starts.len() + 1
    }

    /// How many nodes each level has, from the leaves up.
    pub fn level_sizes(&self) -> Vec<usize> {
        (0..self.level_count()).map(|level| self.level(level).len()).collect()
    }

    /// Of each level above the leaves, how far it is from its last clustering: the nodes below it that have since come or
    /// gone or were put elsewhere, and how far the others have moved, as a share of all nodes below. 0 is a level as it was
    /// clustered.
    pub fn drift(&self) -> Vec<f32> {
        let share = |(level, &changes): (usize, &f32)| changes / self.level(level).len().max(1) as f32;
        self.changes.iter().enumerate().map(share).collect()
    }

    /// Ids of the nodes on `level`; empty above the top.
    pub fn level(&self, level: usize) -> Range<u32> {
        let end = self.nodes.len() as u32;
        let start = |level: usize| match level.checked_sub(1) {
            None => 0,
            Some(index) => self.starts.get(index).copied().unwrap_or(end),
        };
        start(level)..start(level.saturating_add(1))
    }

    /// The leaves under `node`, ascending, each once; a leaf is under itself. Empty if there is no such node.
    pub fn leaves_of(&self, node: NodeId) -> Vec<ChunkId> {
        let leaves = self.reach(node, |node| &node.children).into_iter();
        leaves.filter(|id| id.index() < self.leaf_count()).map(|id| ChunkId(id.0)).collect()
    }

    /// Every node above `node`, ascending, each once.
    pub fn ancestors(&self, node: NodeId) -> Vec<NodeId> {
        let mut above = self.reach(node, |node| &node.parents);
        above.retain(|&id| id != node);
        above
    }

    /// The documents of the leaves under `node`, ascending, each once.
    pub fn documents_of(&self, node: NodeId, chunks: &[Chunk]) -> Vec<DocId> {
        let mut documents: Vec<DocId> = self.chunks_of(node, chunks).map(|chunk| chunk.document).collect();
        documents.dedup();
        documents.sort_unstable();
        documents.dedup();
        documents
    }

    /// The documents and innermost headings of the leaves under `node`, ascending, each pair once.
    pub fn headings_of(&self, node: NodeId, chunks: &[Chunk]) -> Vec<(DocId, Option<u32>)> {
        let mut headings: Vec<_> = self.chunks_of(node, chunks).map(|chunk| (chunk.document, chunk.heading)).collect();
        headings.sort_unstable();
        headings.dedup();
        headings
    }

    fn chunks_of<'a>(&self, node: NodeId, chunks: &'a [Chunk]) -> impl Iterator<Item = &'a Chunk> {
        self.leaves_of(node).into_iter().filter_map(|leaf| chunks.get(leaf.index()))
    }

    /// `from` and all that is reached by following `links`, ascending.
    fn reach(&self, from: NodeId, links: impl Fn(&Node) -> &Vec<NodeId>) -> Vec<NodeId> {
        let mut reached = std::collections::BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(id) = waiting.pop() {
            if let Some(node) = self.get(id)
                && reached.insert(id)
            {
                waiting.extend(links(node));
            }
        }
        reached.into_iter().collect()
    }
}

/// The sentences of a chunk, with the places where they stand in its document; headings are left out unless there is
/// nothing else.
///
/// # Panics
/// If the chunk is not one of `document`.
pub fn chunk_sentences(document: &Document, chunk: &Chunk) -> Vec<Sentence> {
    let sentence = |range: TextRange| Sentence {
        text: range.of(&document.text).to_owned(),
        source: Some(SourceRange { document: chunk.document, range }),
    };
    body_sentences(document, chunk.range).into_iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traits::Summary;

    /// Five leaves; nodes 5 (over 0, 1, 2) and 6 (over 2, 3, 4) share a leaf; 7 is over both.
    pub(super) fn small() -> Tree {
        let mut tree = Tree::of_leaves(&[10; 5]);
        tree.add_level([(summary(), 5, ids(&[0, 1, 2])), (summary(), 5, ids(&[2, 3, 4]))], 2.5);
        tree.add_level([(summary(), 5, ids(&[5, 6]))], 0.0);
        tree
    }

    fn summary() -> Summary {
        Summary { sentences: vec![Sentence { text: "Text.".into(), source: None }] }
    }

    fn ids(ids: &[u32]) -> Vec<NodeId> {
        ids.iter().copied().map(NodeId).collect()
    }

    #[test]
    fn a_node_knows_what_is_under_and_over_it() {
        let tree = small();
        assert_eq!((tree.leaf_count(), tree.level_count()), (5, 3));
        assert_eq!(tree.level_sizes(), [5, 2, 1]);
        assert_eq!(tree.nodes()[7].text(), "Text.");
        assert_eq!((tree.level(0), tree.level(1), tree.level(2), tree.level(3)), (0..5, 5..7, 7..8, 8..8));
        assert_eq!(tree.leaves_of(NodeId(7)), (0..5).map(ChunkId).collect::<Vec<_>>());
        assert_eq!(tree.leaves_of(NodeId(6)), [2, 3, 4].map(ChunkId));
        assert_eq!(tree.leaves_of(NodeId(1)), [ChunkId(1)]);
        assert_eq!(tree.ancestors(NodeId(2)), ids(&[5, 6, 7]));
        assert_eq!(tree.leaves_of(NodeId(99)), []);
        assert_eq!(tree.nodes()[2].parents, ids(&[5, 6]));
        assert_eq!(tree.drift(), [0.5, 0.0]);
    }

    #[test]
    fn a_node_knows_its_documents_and_headings() {
        let chunk =
            |document, heading| Chunk { document: DocId(document), range: TextRange::new(0, 1), heading, tokens: 10 };
        let chunks = [chunk(0, None), chunk(0, Some(1)), chunk(1, None), chunk(1, None), chunk(1, Some(0))];
        let tree = small();
        assert_eq!(tree.documents_of(NodeId(5), &chunks), [DocId(0), DocId(1)]);
        assert_eq!(tree.documents_of(NodeId(6), &chunks), [DocId(1)]);
        assert_eq!(tree.headings_of(NodeId(6), &chunks), [(DocId(1), None), (DocId(1), Some(0))]);
    }

    #[test]
    fn an_empty_tree_has_one_empty_level() {
        let tree = Tree::default();
        assert_eq!((tree.leaf_count(), tree.level_count(), tree.level(0)), (0, 1, 0..0));
        tree.check(0).unwrap();
    }

    #[test]
    fn sentences_of_a_chunk_stand_at_their_source() {
        let document = Document {
            id: "a".into(),
            title: String::new(),
            url: None,
            text: "Énée went. He sank 🦀 then. Fin.".into(),
            blocks: Vec::new(),
            headings: Vec::new(),
            metadata: Default::default(),
            source_hash: 0,
            updated_at: None,
            expires_at: None,
        };
        let start = document.text.find("He").unwrap();
        let range = TextRange::new(start, document.text.len());
        let sentences = chunk_sentences(&document, &Chunk { document: DocId(3), range, heading: None, tokens: 9 });
        assert!(!sentences.is_empty());
        for sentence in &sentences {
            let source = sentence.source.unwrap();
            assert_eq!((source.document, source.range.of(&document.text)), (DocId(3), sentence.text.as_str()));
        }
    }
}
