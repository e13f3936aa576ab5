//! Growing a tree as a step machine: it names what it needs and is handed it, so that a caller can show progress, stop
//! between steps, and ask a summarizer that answers late.

mod level;
mod options;
mod requests;

use std::sync::Arc;

use serde::Serialize;

use level::{Below, Level, Need};
pub use options::{SummaryEmbedding, TreeOptions};

use super::Tree;
use super::repair::{Base, Group, History, Placing};
use crate::cluster::{ClusterOptions, Clusterer};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, NodeId};
use crate::traits::{Sentence, Summary, SummaryRequest, TokenCounter};
use crate::vector::Matrix;

/// Notes that are kept of trees that were grown before.
const OLD_NOTES: usize = 20;
/// Over this many leaves and fewer there is nothing that a summary would bring together.
const FEW_LEAVES: usize = 2;

/// What a tree is grown over: one embedding of length 1 and one count of tokens for each chunk.
#[derive(Clone, Debug, Default)]
pub struct Leaves {
    pub embeddings: Arc<Matrix>,
    pub tokens: Vec<u32>,
}

/// What the builder did, or needs before it can go on.
#[derive(Clone, Debug, PartialEq)]
pub enum TreeStep {
    /// It worked for a while; call [`TreeBuilder::step`] again.
    Working(Progress),
    /// Answer with [`TreeBuilder::provide_summaries`].
    Summarize(Vec<SummaryRequest>),
    /// Embed these as passages and answer with [`TreeBuilder::provide_embeddings`].
    Embed(Vec<String>),
    /// The tree is grown; call [`TreeBuilder::finish`].
    Done,
}

/// How far the level that is being grown has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub stage: TreeStage,
    /// The level that is being grown, 1 above the leaves.
    pub level: u32,
    /// Nodes clustered, or summaries made.
    pub done: usize,
    pub total: usize,
}

/// What is being done to a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TreeStage {
    Cluster,
    Summarize,
}

/// A finished tree.
#[derive(Clone, Debug, PartialEq)]
pub struct GrownTree {
    pub tree: Tree,
    /// Embeddings of the summaries: row i belongs to node `leaf_count + i`.
    pub embeddings: Matrix,
    /// What did not go as usual.
    pub notes: Vec<String>,
}

/// Grows a tree level by level, or puts one in order after its leaves changed.
pub struct TreeBuilder {
    options: TreeOptions,
    tree: Tree,
    leaves: Arc<Matrix>,
    /// Embeddings of the highest level.
    top: Arc<Matrix>,
    summaries: Matrix,
    state: State,
    notes: Vec<String>,
    /// The tree before, whose summaries are kept where nothing below them changed.
    history: Option<History>,
    /// Whether its groups are kept as well, from the level in the making on.
    repairs: bool,
}

enum State {
    Placing(Box<Placing>),
    Clustering(Box<Clusterer>),
    Summarizing(Level),
    Done,
}

impl TreeBuilder {
    /// A builder over `leaves`. The same leaves, options and answers give the same tree.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]; [`Error::EmbeddingShape`] unless there is an embedding for each leaf.
    pub fn new(options: TreeOptions, leaves: Leaves) -> Result<Self> {
        Self::over(options, leaves, Base::default(), Vec::new())
    }

    /// A builder over `leaves` that keeps of the tree before what has not changed. `notes` are those that were made of it.
    /// The same trees, options and answers give the same tree.
    ///
    /// # Errors
    /// As [`new`](Self::new), [`Error::EmbeddingShape`] also where a summary of the tree before lacks its embedding.
    pub fn over(options: TreeOptions, leaves: Leaves, base: Base, mut notes: Vec<String>) -> Result<Self> {
        options.validate()?;
        let Leaves { embeddings, tokens } = leaves;
        if embeddings.rows() != tokens.len() {
            let expected = tokens.len() * embeddings.dimensions().max(1);
            return Err(Error::EmbeddingShape { expected, got: embeddings.values().len() });
        }
        let summaries = Matrix::new(embeddings.dimensions());
        let rows = base.tree.nodes().len() - base.tree.leaf_count();
        if base.embeddings.rows() != rows || (rows > 0 && base.embeddings.dimensions() != embeddings.dimensions()) {
            let expected = rows * embeddings.dimensions();
            return Err(Error::EmbeddingShape { expected, got: base.embeddings.values().len() });
        }
        let tree = Tree::of_leaves(&tokens);
        let history = History::new(base, tokens.len());
        notes.drain(..notes.len().saturating_sub(OLD_NOTES));
        let repairs = history.is_some();
        let (leaves, top, state) = (embeddings.clone(), embeddings, State::Done);
        let mut builder = Self { options, tree, leaves, top, summaries, state, notes, history, repairs };
        builder.begin_level();
        Ok(builder)
    }

    /// Does a bounded piece of work. `leaf_sentences` gives the sentences of a chunk, as
    /// [`chunk_sentences`](super::chunk_sentences) does.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] while an answer is awaited.
    pub fn step(&mut self, leaf_sentences: &dyn Fn(ChunkId) -> Vec<Sentence>) -> Result<TreeStep> {
        match &mut self.state {
            State::Done => return Ok(TreeStep::Done),
            State::Placing(placing) => {
                if placing.step() {
                    self.end_placing();
                }
            }
            State::Clustering(clusterer) => {
                if clusterer.step() {
                    self.end_clustering();
                }
            }
            State::Summarizing(level) => {
                let below = below(&self.tree, &self.leaves, &self.top, self.history.as_ref(), &self.options);
                match level.step(&below, self.options.summary_tokens, leaf_sentences)? {
                    Need::Summaries(requests) => return Ok(TreeStep::Summarize(requests)),
                    Need::Embeddings(texts) => return Ok(TreeStep::Embed(texts)),
                    Need::Nothing => self.end_level(),
                }
            }
        }
        Ok(TreeStep::Working(self.progress()))
    }

    /// How far the level that is being grown has come.
    pub fn progress(&self) -> Progress {
        let level = self.tree.level_count() as u32;
        let (stage, (done, total)) = match &self.state {
            State::Clustering(clusterer) => (TreeStage::Cluster, clusterer.progress()),
            State::Placing(placing) => (TreeStage::Cluster, placing.progress()),
            State::Summarizing(level) => (TreeStage::Summarize, level.progress()),
            State::Done => (TreeStage::Summarize, (0, 0)),
        };
        Progress { stage, level, done, total }
    }

    /// Answers a `Summarize` step, in the order of its requests. An empty summary makes no node, one over its budget is
    /// cut to it.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for. [`Error::Summarizer`] if their number is another than asked for or a
    /// sentence does not stand at the source it names; the same requests can then be answered again.
    pub fn provide_summaries(&mut self, summaries: Vec<Summary>, counter: &dyn TokenCounter) -> Result<()> {
        let State::Summarizing(level) = &mut self.state else {
            return Err(Error::OutOfOrder { reason: "no summaries were asked for" });
        };
        let below = below(&self.tree, &self.leaves, &self.top, self.history.as_ref(), &self.options);
        let notes = level.provide_summaries(summaries, &below, counter)?;
        notes.into_iter().for_each(|note| self.note(note));
        Ok(())
    }

    /// Answers an `Embed` step: a row for each text, in order.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for; [`Error::EmbeddingShape`] if there are not as many rows as texts,
    /// or they are not as wide as the leaves', and then they can be provided again.
    pub fn provide_embeddings(&mut self, embeddings: &Matrix) -> Result<()> {
        match &mut self.state {
            State::Summarizing(level) => level.provide_embeddings(embeddings),
            _ => Err(Error::OutOfOrder { reason: "no embeddings were asked for" }),
        }
    }

    /// The tree, once a step was `Done`.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] before.
    pub fn finish(self) -> Result<GrownTree> {
        match self.state {
            State::Done => Ok(GrownTree { tree: self.tree, embeddings: self.summaries, notes: self.notes }),
            _ => Err(Error::OutOfOrder { reason: "the tree is not grown yet" }),
        }
    }

    /// Starts to group the top level, unless the tree is high enough: as it was grouped before, if it was.
    fn begin_level(&mut self) {
        let level = self.tree.level_count();
        let nodes = self.tree.level(level - 1);
        // RAPTOR stops at `stop_at` nodes. Over so few leaves one level is grown all the same, so that a small
        // collection has its summary too.
        let enough = if level == 1 { FEW_LEAVES } else { self.options.stop_at as usize };
        if nodes.len() <= enough || level > self.options.max_levels as usize {
            return;
        }
        let max_drift = self.options.max_drift;
        if let Some(history) = self.history.as_ref().filter(|history| self.repairs && history.has_level(level)) {
            let points = (self.top.clone(), self.tokens(), nodes.start);
            if let Some(placing) = Placing::new(history, level, points, self.cluster_options(), max_drift) {
                self.state = State::Placing(Box::new(placing));
                return;
            }
        }
        self.begin_clustering();
    }

    /// Starts to cluster the top level, and all above it.
    fn begin_clustering(&mut self) {
        self.repairs = false;
        if self.tree.level_count() == 1 {
            // Those of the tree before are of no level that is left.
            self.notes.clear();
        }
        self.state =
            State::Clustering(Box::new(Clusterer::new(self.top.clone(), self.tokens(), self.cluster_options())));
    }

    /// Tokens of each node of the top level.
    fn tokens(&self) -> Vec<u32> {
        let nodes = self.tree.level(self.tree.level_count() - 1);
        nodes.map(|id| self.tree.nodes()[id as usize].tokens).collect()
    }

    fn cluster_options(&self) -> ClusterOptions {
        ClusterOptions {
            posterior: self.options.posterior,
            max_cluster_tokens: self.options.max_cluster_tokens,
            // Each level draws other numbers.
            seed: (u64::from(self.options.seed) << 8) + self.tree.level_count() as u64,
        }
    }

    /// Turns the groups that were put in order into a level to be summarized, unless they are hardly fewer than their nodes.
    fn end_placing(&mut self) {
        let State::Placing(placing) = std::mem::replace(&mut self.state, State::Done) else { return };
        let (groups, changes, notes) = placing.finish();
        if self.is_hardly_shorter(groups.len()) {
            return self.begin_clustering();
        }
        notes.into_iter().for_each(|note| self.note(note));
        self.begin_summaries(groups, changes);
    }

    /// Turns the groups found into a level to be summarized, unless they are hardly fewer than their nodes.
    fn end_clustering(&mut self) {
        let State::Clustering(clusterer) = std::mem::replace(&mut self.state, State::Done) else { return };
        let clustering = clusterer.finish();
        clustering.notes.into_iter().for_each(|note| self.note(note));
        let below = self.tree.level(self.tree.level_count() - 1);
        if self.is_hardly_shorter(clustering.groups.len()) {
            return self.note(format!("a level over {} nodes would not be shorter by half", below.len()));
        }
        let children = |group: Vec<u32>| group.into_iter().map(|member| NodeId(below.start + member)).collect();
        let groups = clustering.groups.into_iter();
        self.begin_summaries(groups.map(|group| Group { children: children(group), base: None }).collect(), 0.0);
    }

    /// Only the token limit can force so many groups. Long leaves are worth a summary each even then.
    fn is_hardly_shorter(&self, groups: usize) -> bool {
        let level = self.tree.level_count();
        level > 1 && groups * 2 > self.tree.level(level - 1).len()
    }

    fn begin_summaries(&mut self, groups: Vec<Group>, changes: f32) {
        let below = below(&self.tree, &self.leaves, &self.top, self.history.as_ref(), &self.options);
        self.state = State::Summarizing(Level::new(groups, changes, &below));
    }

    /// Adds the level made to the tree and begins the next.
    fn end_level(&mut self) {
        let State::Summarizing(level) = std::mem::replace(&mut self.state, State::Done) else { return };
        let grown = self.tree.level_count();
        let Some(embeddings) = level.finish(&mut self.tree, self.history.as_mut()) else { return };
        if self.history.as_ref().is_some_and(|history| !history.has_level(grown)) {
            // Above the tree before there is nothing to keep.
            (self.history, self.repairs) = (None, false);
        }
        embeddings.iter().for_each(|row| self.summaries.push(row));
        self.top = Arc::new(embeddings);
        self.begin_level();
    }

    /// Says what did not go as usual, once.
    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// What the level in the making reads; a function, not a method, since a level is borrowed meanwhile.
fn below<'a>(
    tree: &'a Tree,
    leaves: &'a Matrix,
    top: &'a Matrix,
    history: Option<&'a History>,
    options: &TreeOptions,
) -> Below<'a> {
    Below { tree, top, history, leaves: (options.summary_embedding == SummaryEmbedding::Leaves).then_some(leaves) }
}

#[cfg(test)]
mod tests;
