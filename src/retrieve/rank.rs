//! The order of nodes for a question, in each mode.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::corpus::{Corpus, Indexes};
use super::options::{Hybrid, Mode};
use super::route::RouteTrace;
use super::weigh::{Weight, weigh};
use crate::document::Document;
use crate::error::Result;
use crate::filter::Filter;
use crate::ids::{DocId, NodeId};
use crate::index::{Fused, KeywordQuery, POOL, ReadQuery, Scored, Typing, fuse};
use crate::quantized::Probe;
use crate::vector::dot;

/// How many nodes of a level a traversal goes on from.
const BEAM: usize = 10;
/// The best of a list that are read for how much of the question they say.
pub const READ: usize = 10;
/// The weight of vectors where many passages are wanted.
pub(super) const EVEN: f32 = 0.5;
/// The best of each list whose sentences are compared as well.
const LOOKED_AT: usize = 3 * POOL;
/// How much a leaf's best sentence counts beside the leaf.
const BEST_SENTENCE: f32 = 0.4;
/// How much a leaf's keyword score gains if it keeps all pairs of the question's words together.
pub const PHRASES: f32 = 0.2;
/// Notes on how the tree was grown that a trace repeats.
const TREE_NOTES: usize = 3;

/// What is asked, of which documents.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub text: &'a str,
    /// Whether keyword search is to take the text as complete.
    pub typing: Typing,
    /// The question's embedding; without one, keywords decide alone.
    pub vector: Option<&'a [f32]>,
    pub filter: Option<&'a Filter>,
    pub hybrid: Hybrid,
    /// Whether many passages are wanted, and not the best one first: then what sets the first few in order is left out. On
    /// the sets that we measured it did nothing for a context.
    pub many: bool,
}

/// A node with what led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedNode {
    pub node: NodeId,
    /// The fused score: comparable within one ranking only.
    pub score: f32,
    /// Cosine to the question, where the vector index found the node. Where both indexes rank leaves alone, it is known of the
    /// best of either, and two fifths of it are the best sentence's.
    pub vector: Option<f32>,
    /// BM25, where the keyword index found the node.
    pub keyword: Option<f32>,
    /// In a traversal, the nodes above it that were walked through, top first.
    pub path: Vec<NodeId>,
}

/// Nodes, best first, and how they came about.
pub struct Ranking {
    pub nodes: Vec<RankedNode>,
    pub trace: Trace,
}

/// How a ranking came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The mode that was used: `auto` only of a context whose sentences were chosen one by one.
    pub mode: Mode,
    /// Why, and what else there is to say of it.
    pub notes: Vec<String>,
    /// In mode `auto`, what kind of question it was taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteTrace>,
    /// The weight on vectors that was used.
    pub alpha: f32,
    /// Nodes that the vector index, the keyword index, and both together gave; of such a context, sentences.
    pub by_vector: usize,
    pub by_keyword: usize,
    pub fused: usize,
    /// Documents left by the filter.
    pub documents: usize,
}

/// Ranks the nodes of `corpus` for `question`. At least `k` are given where so many were found.
///
/// # Errors
/// Those of reading rows that are kept in files.
pub fn rank(corpus: &Corpus, question: &Question, mode: Mode, k: usize) -> Result<Ranking> {
    rank_among(corpus, question, mode, k, &|_| true)
}

/// [`rank`] with the wanted leaves alone.
pub(super) fn rank_among(
    corpus: &Corpus,
    question: &Question,
    mode: Mode,
    k: usize,
    wanted: &dyn Fn(NodeId) -> bool,
) -> Result<Ranking> {
    let allowed = allowed_documents(corpus, question);
    let asked = corpus.leaves.keywords.read(KeywordQuery { text: question.text, typing: question.typing });
    let even = question.hybrid.alpha.unwrap_or(EVEN);
    let weight = Weight { alpha: if question.vector.is_some() { even } else { 0.0 }, reason: None };
    let all_allowed = allowed.iter().all(|&allowed| allowed);
    let mut ranker = Ranker { corpus, question, asked, allowed, all_allowed, depth: LOOKED_AT.max(2 * k), weight };
    let leaves = ranker.leaves(wanted)?;
    if question.vector.is_some() && !question.many {
        ranker.weight = weigh(corpus, question, &ranker.asked, &leaves.keywords);
    }
    let (mode, reason) = match mode {
        Mode::Auto => ranker.choose(&leaves)?,
        chosen => (chosen, "asked for".to_owned()),
    };
    let lists = match mode {
        Mode::Traverse => return ranker.traverse(k, reason),
        Mode::Collapsed => leaves.join(ranker.summaries(&|node| ranker.summary_allowed(node))?),
        Mode::Leaves | Mode::Auto => ranker.look_again(leaves)?,
    };
    Ok(ranker.finish(lists, mode, reason))
}

/// What a leaf is compared with a question by where both lists count, as one row: its own, and that of its sentence nearest to `vector`.
///
/// # Errors
/// Those of reading rows that are kept in files.
pub fn compared_row(corpus: &Corpus, leaf: usize, vector: &[f32]) -> Result<Vec<f32>> {
    let own = corpus.leaf_embeddings.row(leaf)?;
    let (rows, probe) = (corpus.sentences.rows().vectors(), Probe::new(vector));
    let scored = corpus.sentences.of_leaf(leaf).map(|row| Ok((row, rows.dot(row, &probe)?)));
    let scored: Vec<(usize, f32)> = scored.collect::<Result<_>>()?;
    let nearer = scored.into_iter().filter(|(_, score)| *score > dot(&own, vector));
    let best = match nearer.max_by(|a, b| a.1.total_cmp(&b.1)) {
        Some((row, _)) => rows.row(row)?,
        None => own.to_vec(),
    };
    Ok(own.iter().zip(best).map(|(own, best)| (1.0 - BEST_SENTENCE) * own + BEST_SENTENCE * best).collect())
}

/// By document, whether the question's filter lets it through and it has not expired.
pub(super) fn allowed_documents(corpus: &Corpus, question: &Question) -> Vec<bool> {
    let matches = |document: &Document| question.filter.is_none_or(|filter| filter.admits(document));
    let stands = |document: &Document| corpus.now.is_none_or(|now| !document.has_expired(now));
    corpus.documents.iter().map(|document| stands(document) && matches(document)).collect()
}

struct Ranker<'a> {
    corpus: &'a Corpus<'a>,
    question: &'a Question<'a>,
    /// The question as the leaves' keyword index reads it.
    asked: ReadQuery,
    /// By document, whether the filter lets it through and it has not expired.
    allowed: Vec<bool>,
    /// Whether that is so of all.
    all_allowed: bool,
    depth: usize,
    weight: Weight,
}

/// The nodes that each retriever found, best first.
#[derive(Default)]
struct Lists {
    vectors: Vec<Scored>,
    keywords: Vec<Scored>,
    /// How many the vector index found.
    by_vector: usize,
}

impl Lists {
    /// Both lists' nodes, best first.
    fn join(mut self, other: Self) -> Self {
        self.by_vector += other.by_vector;
        for (list, more) in [(&mut self.vectors, other.vectors), (&mut self.keywords, other.keywords)] {
            list.extend(more);
            sort(list);
        }
        self
    }
}

impl Ranker<'_> {
    fn document_allowed(&self, document: DocId) -> bool {
        self.allowed[document.index()]
    }

    fn leaf_allowed(&self, leaf: NodeId) -> bool {
        self.document_allowed(self.corpus.document_of_leaf(leaf))
    }

    /// A summary says something of each document under it, so to be shown each must be let through. Of those that have
    /// expired its sentences are not shown.
    fn summary_allowed(&self, node: NodeId) -> bool {
        let passes = |leaf| self.leaf_allowed(leaf) || self.corpus.has_expired(self.corpus.document_of_leaf(leaf));
        self.all_allowed || (self.corpus.can_show(node) && self.corpus.leaves_under(node).all(passes))
    }

    /// A traversal may walk through a summary that leads to any leaf that is let through.
    fn passable(&self, node: NodeId) -> bool {
        self.all_allowed || self.corpus.leaves_under(node).any(|leaf| self.leaf_allowed(leaf))
    }

    /// The wanted leaves among those that the filter lets through.
    fn leaves(&self, wanted: &dyn Fn(NodeId) -> bool) -> Result<Lists> {
        self.find(self.corpus.leaves, &|item| wanted(NodeId(item)) && self.leaf_allowed(NodeId(item)))
    }

    fn summaries(&self, wanted: &dyn Fn(NodeId) -> bool) -> Result<Lists> {
        let first = self.corpus.chunks.len() as u32;
        let mut lists = self.find(self.corpus.summaries, &|item| wanted(NodeId(first + item)))?;
        for scored in lists.vectors.iter_mut().chain(&mut lists.keywords) {
            scored.item += first;
        }
        Ok(lists)
    }

    fn find(&self, indexes: Indexes, allow: &dyn Fn(u32) -> bool) -> Result<Lists> {
        let by_vector = |vector| indexes.by_vector(vector, self.depth, allow);
        let vectors = self.question.vector.map(by_vector).transpose()?.unwrap_or_default();
        let keywords = indexes.by_keyword(self.keyword_query(), self.depth, allow);
        Ok(Lists { by_vector: vectors.len(), vectors, keywords })
    }

    fn keyword_query(&self) -> KeywordQuery<'_> {
        KeywordQuery { text: self.question.text, typing: self.question.typing }
    }

    fn alpha(&self) -> f32 {
        self.weight.alpha
    }

    /// Where both lists count, compares the best leaves of either by their best sentence too, since what a passage says in one
    /// sentence its mean over many may hide; and lifts those of the best by keyword that keep the question's words together.
    /// Keywords alone were seen to lose by that, so they stay as they are.
    fn look_again(&self, mut lists: Lists) -> Result<Lists> {
        let both = self.alpha() > 0.0 && self.alpha() < 1.0;
        let Some(vector) = self.question.vector.filter(|_| both && !self.question.many) else {
            return Ok(lists);
        };
        let probe = Probe::new(vector);
        let sentences = self.corpus.sentences;
        let score = |item: u32| {
            let own = dot(&self.corpus.leaf_embeddings.row(item as usize)?, vector);
            let mut best = own;
            for row in sentences.of_leaf(item as usize) {
                best = best.max(sentences.rows().vectors().dot(row, &probe)?);
            }
            Ok(Scored { item, score: (1.0 - BEST_SENTENCE) * own + BEST_SENTENCE * best })
        };
        let best = lists.vectors.iter().take(LOOKED_AT).chain(lists.keywords.iter().take(LOOKED_AT));
        let best: BTreeSet<u32> = best.map(|scored| scored.item).collect();
        lists.vectors.retain(|scored| !best.contains(&scored.item));
        lists.vectors.extend(best.into_iter().map(score).collect::<Result<Vec<_>>>()?);
        sort(&mut lists.vectors);
        for scored in lists.keywords.iter_mut().take(READ) {
            scored.score *= 1.0 + PHRASES * self.asked.phrases(&self.corpus.text(NodeId(scored.item)));
        }
        sort(&mut lists.keywords);
        Ok(lists)
    }

    /// Summaries repeat what leaves say, and pay only where no leaf says as much of what is asked: by cosine or, where
    /// keywords decide alone, by the share of the question's words, since scores of two keyword indexes do not compare.
    fn choose(&self, leaves: &Lists) -> Result<(Mode, String)> {
        let summaries = self.summaries(&|node| self.summary_allowed(node))?;
        let by_vector = self.alpha() > 0.0;
        let best = |lists: &Lists| {
            if by_vector {
                return lists.vectors.first().map(|scored| scored.score);
            }
            let read = lists.keywords.iter().take(READ).map(|scored| self.coverage(NodeId(scored.item)));
            read.max_by(f32::total_cmp)
        };
        let measure = if by_vector { "cosine" } else { "share of the question's words" };
        Ok(match (best(leaves), best(&summaries)) {
            (leaf, Some(summary)) if leaf.is_none_or(|leaf| summary > leaf) => {
                let leaf = leaf.unwrap_or(0.0);
                let reason =
                    format!("the best summary is closer than the best leaf: {measure} {summary:.2} to {leaf:.2}");
                (Mode::Collapsed, reason)
            }
            (Some(leaf), Some(summary)) => {
                let reason = format!("the best leaf is as close as any summary: {measure} {leaf:.2} to {summary:.2}");
                (Mode::Leaves, reason)
            }
            _ => (Mode::Leaves, "no summary was found to compare with".to_owned()),
        })
    }

    fn coverage(&self, node: NodeId) -> f32 {
        self.asked.coverage(&self.corpus.text(node))
    }

    fn fuse(&self, lists: &Lists) -> Vec<Fused> {
        fuse(&lists.vectors, &lists.keywords, self.alpha())
    }

    fn finish(&self, lists: Lists, mode: Mode, reason: String) -> Ranking {
        let nodes: Vec<_> = self.fuse(&lists).into_iter().map(|fused| ranked(fused, Vec::new())).collect();
        let trace = self.trace(&lists, mode, reason, nodes.len());
        Ranking { nodes, trace }
    }

    /// Level by level from the top, the best [`BEAM`] (or `k`, if more) of the nodes reached so far. Nodes without a
    /// parent are reached when their level is.
    fn traverse(&self, k: usize, reason: String) -> Result<Ranking> {
        let beam = BEAM.max(k);
        let tree = self.corpus.tree;
        let orphans = |level| {
            let nodes = tree.level(level).map(NodeId);
            nodes.filter(|&node| self.corpus.node(node).parents.is_empty()).map(|node| (node, Vec::new()))
        };
        // By node, the path to it; the best-scored parent comes first and is kept.
        let mut frontier: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for level in (0..tree.level_count()).rev() {
            frontier.extend(orphans(level));
            if level == 0 {
                break;
            }
            let mut next = BTreeMap::new();
            for parent in self.best_of(&frontier, beam)? {
                let path: Vec<_> = frontier[&parent].iter().copied().chain([parent]).collect();
                for &child in &self.corpus.node(parent).children {
                    next.entry(child).or_insert_with(|| path.clone());
                }
            }
            frontier = next;
        }
        let leaves = self.leaves(&|leaf| frontier.contains_key(&leaf))?;
        let lists = self.look_again(leaves)?;
        let nodes: Vec<_> = self
            .fuse(&lists)
            .into_iter()
            .map(|fused| {
                let path = frontier[&NodeId(fused.item)].clone();
                ranked(fused, path)
            })
            .collect();
        let trace = self.trace(&lists, Mode::Traverse, reason, nodes.len());
        Ok(Ranking { nodes, trace })
    }

    /// The best `beam` summaries of `frontier`. Where fewer match the question, as few do by keywords alone, others follow
    /// in the order of the best leaf under each: a word may well be in a leaf and in no summary of it.
    fn best_of(&self, frontier: &BTreeMap<NodeId, Vec<NodeId>>, beam: usize) -> Result<Vec<NodeId>> {
        let lists = self.summaries(&|node| frontier.contains_key(&node) && self.passable(node))?;
        let mut best: Vec<_> = self.fuse(&lists).into_iter().take(beam).map(|fused| NodeId(fused.item)).collect();
        if best.len() < beam.min(frontier.len()) {
            for leaf in self.fuse(&self.leaves(&|_| true)?) {
                let above = self.corpus.tree.ancestors(NodeId(leaf.item));
                best.extend(above.into_iter().filter(|node| frontier.contains_key(node)));
            }
            let mut seen = BTreeSet::new();
            best.retain(|&node| seen.insert(node));
            best.truncate(beam);
        }
        Ok(best)
    }

    fn trace(&self, lists: &Lists, mode: Mode, reason: String, fused: usize) -> Trace {
        let mut notes = vec![reason];
        notes.extend(self.weight.reason.clone());
        if matches!(mode, Mode::Collapsed | Mode::Traverse) {
            let of_tree = self.corpus.notes;
            notes.extend(of_tree.iter().take(TREE_NOTES).map(|note| format!("when the tree was grown: {note}")));
            if of_tree.len() > TREE_NOTES {
                notes.push(format!("and {} notes more on how the tree was grown", of_tree.len() - TREE_NOTES));
            }
        }
        Trace {
            mode,
            notes,
            route: None,
            alpha: self.alpha(),
            by_vector: lists.by_vector,
            by_keyword: lists.keywords.len(),
            fused,
            documents: self.allowed.iter().filter(|&&allowed| allowed).count(),
        }
    }
}

/// Best first, equal scores by item.
fn sort(list: &mut [Scored]) {
    list.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
}

fn ranked(fused: Fused, path: Vec<NodeId>) -> RankedNode {
    RankedNode { node: NodeId(fused.item), score: fused.score, vector: fused.vector, keyword: fused.keyword, path }
}
