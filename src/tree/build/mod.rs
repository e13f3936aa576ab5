//! Growing a tree as a step machine: it names what it needs and is handed it, so that a caller can show progress, stop
//! between steps, and ask a summarizer that answers late.

mod options;
mod requests;

use std::sync::Arc;

use serde::Serialize;

pub use options::{SummaryEmbedding, TreeOptions};

use super::Tree;
use crate::cluster::{ClusterOptions, Clusterer};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, NodeId};
use crate::traits::{Sentence, Summary, SummaryRequest, TokenCounter};
use crate::vector::Matrix;

/// Summaries asked for at a time.
const BATCH: usize = 16;
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

/// Grows a tree level by level.
pub struct TreeBuilder {
    options: TreeOptions,
    tree: Tree,
    leaves: Arc<Matrix>,
    /// Embeddings of the highest level.
    top: Arc<Matrix>,
    summaries: Matrix,
    state: State,
    notes: Vec<String>,
}

enum State {
    Clustering(Box<Clusterer>),
    Summarizing(Level),
    Done,
}

/// A level in the making.
struct Level {
    /// The children of each summary to be made.
    groups: Vec<Vec<NodeId>>,
    /// Groups that are answered.
    done: usize,
    made: Vec<Made>,
    embeddings: Matrix,
    phase: Phase,
}

/// A summary that will be a node.
struct Made {
    summary: Summary,
    tokens: u32,
    children: Vec<NodeId>,
}

/// What happens next to a level; the counts are of the last summaries made.
enum Phase {
    Ask,
    AwaitSummaries(Vec<SummaryRequest>),
    Embed(usize),
    AwaitEmbeddings(usize),
}

impl TreeBuilder {
    /// A builder over `leaves`. The same leaves, options and answers give the same tree.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]; [`Error::EmbeddingShape`] unless there is an embedding for each leaf.
    pub fn new(options: TreeOptions, leaves: Leaves) -> Result<Self> {
        options.validate()?;
        let Leaves { embeddings, tokens } = leaves;
        if embeddings.rows() != tokens.len() {
            let expected = tokens.len() * embeddings.dimensions().max(1);
            return Err(Error::EmbeddingShape { expected, got: embeddings.values().len() });
        }
        let summaries = Matrix::new(embeddings.dimensions());
        let tree = Tree::of_leaves(&tokens);
        let mut builder = Self {
            options,
            tree,
            leaves: embeddings.clone(),
            top: embeddings,
            summaries,
            state: State::Done,
            notes: Vec::new(),
        };
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
            State::Clustering(clusterer) => {
                if clusterer.step() {
                    self.end_clustering();
                }
            }
            State::Summarizing(level) => match level.phase {
                Phase::AwaitSummaries(_) => return Err(Error::OutOfOrder { reason: "the tree waits for summaries" }),
                Phase::AwaitEmbeddings(_) => return Err(Error::OutOfOrder { reason: "the tree waits for embeddings" }),
                Phase::Embed(count) => {
                    level.phase = Phase::AwaitEmbeddings(count);
                    let texts = level.made[level.made.len() - count..].iter().map(|made| made.summary.text());
                    return Ok(TreeStep::Embed(texts.collect()));
                }
                Phase::Ask if level.done == level.groups.len() => self.end_level(),
                Phase::Ask => {
                    let end = level.groups.len().min(level.done + BATCH);
                    let asked: Vec<SummaryRequest> = level.groups[level.done..end]
                        .iter()
                        .map(|children| {
                            let budget = self.options.summary_tokens;
                            requests::request(&self.tree, &self.top, children, budget, leaf_sentences)
                        })
                        .collect();
                    level.phase = Phase::AwaitSummaries(asked.clone());
                    return Ok(TreeStep::Summarize(asked));
                }
            },
        }
        Ok(TreeStep::Working(self.progress()))
    }

    /// How far the level that is being grown has come.
    pub fn progress(&self) -> Progress {
        let level = self.tree.level_count() as u32;
        let (stage, (done, total)) = match &self.state {
            State::Clustering(clusterer) => (TreeStage::Cluster, clusterer.progress()),
            State::Summarizing(level) => (TreeStage::Summarize, (level.done, level.groups.len())),
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
        let unasked = Error::OutOfOrder { reason: "no summaries were asked for" };
        let State::Summarizing(level) = &mut self.state else { return Err(unasked) };
        let Phase::AwaitSummaries(asked) = &level.phase else { return Err(unasked) };
        requests::check_answers(asked, &summaries)?;
        let before = level.made.len();
        for (request, summary) in asked.iter().zip(summaries) {
            let (summary, tokens) =
                requests::within_budget(requests::quoted(summary, request), request.budget, counter);
            let children = std::mem::take(&mut level.groups[level.done]);
            level.done += 1;
            if summary.text().trim().is_empty() {
                let below = request.level - 1;
                self.notes.push(format!("{} nodes of level {below} had no words to summarize", children.len()));
            } else {
                if self.options.summary_embedding == SummaryEmbedding::Leaves {
                    level.embeddings.push(&requests::mean_of_leaves(&self.tree, &self.leaves, &children));
                }
                level.made.push(Made { summary, tokens, children });
            }
        }
        let made = level.made.len() - before;
        let asks = made > 0 && self.options.summary_embedding == SummaryEmbedding::Text;
        level.phase = if asks { Phase::Embed(made) } else { Phase::Ask };
        Ok(())
    }

    /// Answers an `Embed` step: a row for each text, in order.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for; [`Error::EmbeddingShape`] if there are not as many rows as texts,
    /// or they are not as wide as the leaves', and then they can be provided again.
    pub fn provide_embeddings(&mut self, embeddings: &Matrix) -> Result<()> {
        let unasked = Error::OutOfOrder { reason: "no embeddings were asked for" };
        let State::Summarizing(level) = &mut self.state else { return Err(unasked) };
        let Phase::AwaitEmbeddings(count) = level.phase else { return Err(unasked) };
        let width = level.embeddings.dimensions();
        if embeddings.rows() != count || embeddings.dimensions() != width {
            return Err(Error::EmbeddingShape { expected: count * width, got: embeddings.values().len() });
        }
        embeddings.iter().for_each(|row| level.embeddings.push(row));
        level.phase = Phase::Ask;
        Ok(())
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

    /// Starts to cluster the top level, unless the tree is high enough.
    fn begin_level(&mut self) {
        let level = self.tree.level_count();
        let nodes = self.tree.level(level - 1);
        // RAPTOR stops at `stop_at` nodes. Over so few leaves one level is grown all the same, so that a small
        // collection has its summary too.
        let enough = if level == 1 { FEW_LEAVES } else { self.options.stop_at as usize };
        if nodes.len() <= enough || level > self.options.max_levels as usize {
            return;
        }
        let tokens = nodes.map(|id| self.tree.nodes()[id as usize].tokens).collect();
        let options = ClusterOptions {
            posterior: self.options.posterior,
            max_cluster_tokens: self.options.max_cluster_tokens,
            // Each level draws other numbers.
            seed: (u64::from(self.options.seed) << 8) + level as u64,
        };
        self.state = State::Clustering(Box::new(Clusterer::new(self.top.clone(), tokens, options)));
    }

    /// Turns the groups found into a level to be summarized, unless they are hardly fewer than their nodes.
    fn end_clustering(&mut self) {
        let State::Clustering(clusterer) = std::mem::replace(&mut self.state, State::Done) else { return };
        let clustering = clusterer.finish();
        self.notes.extend(clustering.notes);
        let below = self.tree.level(self.tree.level_count() - 1);
        // Only the token limit can force so many groups. Long leaves are worth a summary each even then.
        if self.tree.level_count() > 1 && clustering.groups.len() * 2 > below.len() {
            self.notes.push(format!("a level over {} nodes would not be shorter by half", below.len()));
            return;
        }
        let groups = clustering.groups.into_iter();
        let groups = groups.map(|group| group.into_iter().map(|member| NodeId(below.start + member)).collect());
        self.state = State::Summarizing(Level {
            groups: groups.collect(),
            done: 0,
            made: Vec::new(),
            embeddings: Matrix::new(self.top.dimensions()),
            phase: Phase::Ask,
        });
    }

    /// Adds the level made to the tree and begins the next.
    fn end_level(&mut self) {
        let State::Summarizing(level) = std::mem::replace(&mut self.state, State::Done) else { return };
        if level.made.is_empty() {
            return;
        }
        level.embeddings.iter().for_each(|row| self.summaries.push(row));
        self.top = Arc::new(level.embeddings);
        self.tree.add_level(level.made.into_iter().map(|made| (made.summary, made.tokens, made.children)));
        self.begin_level();
    }
}

#[cfg(test)]
mod tests;
