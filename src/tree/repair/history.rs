//! The tree before a change, and what has become of its nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::document::{SourceRange, TextRange};
use crate::ids::{ChunkId, NodeId};
use crate::traits::{Sentence, Summary};
use crate::tree::{Node, Tree};
use crate::vector::{Matrix, cosine};

/// A tree that was grown over other leaves, and where those are now.
#[derive(Clone, Debug, Default)]
pub struct Base {
    pub tree: Arc<Tree>,
    /// Embeddings of the summaries: row i belongs to node `leaf_count + i`.
    pub embeddings: Arc<Matrix>,
    /// Of each leaf, where it is now; nothing of those that are gone.
    pub leaves: Vec<Option<Moved>>,
}

/// What has become of a leaf whose text and embedding are as they were.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    pub leaf: ChunkId,
    /// Where its text stood, and where it stands now.
    pub from: SourceRange,
    pub to: SourceRange,
}

/// A base, followed upward while the next tree grows beside it.
pub struct History {
    base: Base,
    /// Of each node of the base's level below the one in the making, the new node in its place.
    heirs: Vec<Option<NodeId>>,
    /// Of each new node of that level, the base's node of the same content.
    origins: Vec<Option<NodeId>>,
    /// The base's summaries of the level in the making, by their text.
    texts: BTreeMap<u128, NodeId>,
}

/// A summary of the base whose children are as they were.
pub struct Kept {
    pub origin: NodeId,
    pub summary: Summary,
    pub tokens: u32,
}

impl History {
    /// Of a tree that has summaries, seen from `leaves` leaves.
    pub fn new(base: Base, leaves: usize) -> Option<Self> {
        if base.tree.level_count() < 2 {
            return None;
        }
        let mut origins = vec![None; leaves];
        let mut heirs = vec![None; base.tree.leaf_count()];
        for ((heir, moved), old) in heirs.iter_mut().zip(&base.leaves).zip(0..) {
            if let Some(Moved { leaf, .. }) = moved
                && let Some(origin @ None) = origins.get_mut(leaf.index())
            {
                *origin = Some(NodeId(old));
                *heir = Some(NodeId(leaf.0));
            }
        }
        let mut history = Self { base, heirs, origins, texts: BTreeMap::new() };
        history.read_texts(1);
        Some(history)
    }

    pub fn has_level(&self, level: usize) -> bool {
        level < self.base.tree.level_count()
    }

    /// What had changed below a level of the base since it was clustered.
    pub fn changes(&self, level: usize) -> f32 {
        self.base.tree.changes[level - 1]
    }

    /// Of each node of the base below the level in the making, the new node in its place.
    pub fn heirs(&self) -> &[Option<NodeId>] {
        &self.heirs
    }

    /// The summaries of the base on `level`, with those of their children that have an heir, and whether all have one.
    pub fn groups(&self, level: usize) -> impl Iterator<Item = (NodeId, Vec<NodeId>, bool)> {
        self.base.tree.level(level).map(move |id| {
            let children = &self.node(NodeId(id)).children;
            let mut heirs: Vec<NodeId> = children.iter().filter_map(|&child| self.heir(child)).collect();
            let whole = heirs.len() == children.len();
            heirs.sort_unstable();
            (NodeId(id), heirs, whole)
        })
    }

    /// Whether a new node below the level in the making is of the same content as one of the base.
    pub fn is_unchanged(&self, position: usize) -> bool {
        self.origins[position].is_some()
    }

    /// How far the nodes that have changed have moved: 1 less their cosine to what they were, added up. `top` are the new
    /// nodes' embeddings, `start` is the first of them.
    pub fn moves(&self, level: usize, top: &Matrix, start: u32) -> f32 {
        if level < 2 {
            return 0.0;
        }
        let below = self.base.tree.level(level - 1);
        let moved = below.zip(&self.heirs).filter_map(|(old, heir)| {
            let position = ((*heir)?.0 - start) as usize;
            let cosine = || cosine(self.row(NodeId(old)), top.row(position));
            (!self.is_unchanged(position)).then(|| (1.0 - cosine()).clamp(0.0, 1.0))
        });
        moved.sum()
    }

    /// The base's summary of just these children, nodes of the highest level of `tree`, if each is of the same content.
    pub fn kept(&self, tree: &Tree, children: &[NodeId]) -> Option<Kept> {
        let start = tree.level(tree.level_count() - 1).start;
        let origins = children.iter().map(|child| self.origins[(child.0 - start) as usize]);
        let mut origins: Vec<NodeId> = origins.collect::<Option<_>>()?;
        origins.sort_unstable();
        let parents = &self.node(*origins.first()?).parents;
        let origin = *parents.iter().find(|parent| self.node(**parent).children == origins)?;
        let sentences = self.standing(tree, origin)?;
        Some(Kept { origin, summary: Summary { sentences }, tokens: self.node(origin).tokens })
    }

    /// Whether `summary`, made of other children than those of `origin`, came out the same all the same.
    pub fn is_same(&self, tree: &Tree, origin: NodeId, summary: &Summary) -> bool {
        self.node(origin).text() == summary.text()
            && self.standing(tree, origin).is_some_and(|sentences| sentences == summary.sentences)
    }

    /// A summary of the base's level in the making that has this text.
    pub fn of_text(&self, text: &str) -> Option<NodeId> {
        let found = self.texts.get(&xxh3_128(text.as_bytes())).copied();
        found.filter(|&id| self.node(id).text() == text)
    }

    /// The embedding of one of the base's summaries.
    pub fn row(&self, summary: NodeId) -> &[f32] {
        self.base.embeddings.row(summary.index() - self.base.tree.leaf_count())
    }

    /// Goes on to the next level: `made` are the nodes of `level`, each with the base's node that it stands for and whether
    /// it is of the same content.
    pub fn ascend(&mut self, level: usize, start: u32, made: impl Iterator<Item = (Option<NodeId>, bool)>) {
        let first = self.base.tree.level(level).start;
        self.heirs = vec![None; self.base.tree.level(level).len()];
        self.origins = Vec::new();
        for ((base, same), id) in made.zip(start..) {
            let mut origin = None;
            if let Some(base) = base
                && let Some(heir @ None) = self.heirs.get_mut((base.0 - first) as usize)
            {
                *heir = Some(NodeId(id));
                origin = Some(base).filter(|_| same);
            }
            self.origins.push(origin);
        }
        self.read_texts(level + 1);
    }

    fn read_texts(&mut self, level: usize) {
        let texts =
            self.base.tree.level(level).map(|id| (xxh3_128(self.node(NodeId(id)).text().as_bytes()), NodeId(id)));
        self.texts = texts.collect();
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.base.tree.nodes()[id.index()]
    }

    /// The heir of a node of the base's level below the one in the making.
    fn heir(&self, node: NodeId) -> Option<NodeId> {
        let start = self.base.tree.level(self.node(node).level as usize).start;
        self.heirs[(node.0 - start) as usize]
    }

    /// The sentences of a summary of the base, each with the place where it stands now; `None` if one stands in nothing that
    /// is left.
    pub fn standing(&self, tree: &Tree, summary: NodeId) -> Option<Vec<Sentence>> {
        let children = &self.node(summary).children;
        let moved = |sentence: &Sentence| {
            let Some(source) = sentence.source else { return Some(sentence.clone()) };
            let moved = children.iter().find_map(|&child| self.moved_source(tree, child, source))?;
            Some(Sentence { text: sentence.text.clone(), source: Some(moved) })
        };
        self.node(summary).sentences.iter().map(moved).collect()
    }

    /// Where `source` stands now, if it is of what is left of `child`.
    fn moved_source(&self, tree: &Tree, child: NodeId, source: SourceRange) -> Option<SourceRange> {
        let heir = self.heir(child)?;
        if let Some(moved) = self.base.leaves.get(child.index()) {
            let Moved { from, to, .. } = (*moved)?;
            return shifted(source, from, to);
        }
        // Of a child that was summarized again, it may be gone.
        let olds = self.node(child).sentences.iter().filter_map(|sentence| sentence.source);
        let news = tree.nodes()[heir.index()].sentences.iter().filter_map(|sentence| sentence.source);
        olds.zip(news).find_map(|(old, new)| shifted(source, old, new))
    }
}

/// `source`, a part of `from`, in `to`, which has the same text.
fn shifted(source: SourceRange, from: SourceRange, to: SourceRange) -> Option<SourceRange> {
    if from.document != source.document || !from.range.contains(source.range) || from.range.len() != to.range.len() {
        return None;
    }
    let start = to.range.start + (source.range.start - from.range.start);
    Some(SourceRange { document: to.document, range: TextRange { start, end: start + source.range.len() as u32 } })
}
