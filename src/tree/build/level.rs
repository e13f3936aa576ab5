//! A level in the making: groups of nodes, each to become a summary with its embedding.

use super::requests;
use crate::error::{Error, Result};
use crate::ids::{ChunkId, NodeId};
use crate::traits::{Sentence, Summary, SummaryRequest, TokenCounter};
use crate::tree::Tree;
use crate::tree::repair::{Group, History, Kept};
use crate::vector::Matrix;

/// Summaries asked for at a time.
const BATCH: usize = 16;

/// See the module.
pub struct Level {
    groups: Vec<Group>,
    /// Of each group, what has become of it.
    fates: Vec<Fate>,
    /// Groups before this one are not to be asked for any more.
    asked: usize,
    /// Embeddings that were handed in.
    embeddings: Matrix,
    phase: Phase,
    changes: f32,
}

/// What has become of a group.
enum Fate {
    Waiting,
    /// Its summary has no words.
    Nothing,
    Made(Made),
}

/// A summary that will be a node.
struct Made {
    summary: Summary,
    tokens: u32,
    row: Row,
    /// The base's summary whose place it takes, and whether it has the same content.
    base: Option<NodeId>,
    same: bool,
}

/// Where a summary's embedding is.
#[derive(Clone, Copy)]
enum Row {
    /// That of one of the base's summaries.
    Known(NodeId),
    /// One of those handed in, or yet to be.
    Provided(usize),
}

/// What happens next. Groups are named by their place.
enum Phase {
    Ask,
    AwaitSummaries(Vec<SummaryRequest>, Vec<usize>),
    Embed(Vec<usize>),
    AwaitEmbeddings(usize),
}

/// What a level needs next.
pub enum Need {
    Summaries(Vec<SummaryRequest>),
    Embeddings(Vec<String>),
    Nothing,
}

/// What is read of the tree below a level and of the tree before.
pub struct Below<'a> {
    pub tree: &'a Tree,
    /// Embeddings of the tree's highest level.
    pub top: &'a Matrix,
    pub history: Option<&'a History>,
    /// Embeddings of the leaves, where summaries are embedded by them.
    pub leaves: Option<&'a Matrix>,
}

impl Level {
    /// Of these groups, below which so much has changed since they were clustered. Those that the tree before had as well
    /// have their summaries.
    pub fn new(groups: Vec<Group>, changes: f32, below: &Below) -> Self {
        let fate = |group: &Group| match below.history.and_then(|history| history.kept(below.tree, &group.children)) {
            Some(Kept { origin, summary, tokens }) => {
                Fate::Made(Made { summary, tokens, row: Row::Known(origin), base: Some(origin), same: true })
            }
            None => Fate::Waiting,
        };
        let fates = groups.iter().map(fate).collect();
        Self { groups, fates, asked: 0, embeddings: Matrix::new(below.top.dimensions()), phase: Phase::Ask, changes }
    }

    /// Groups that have their summary or nothing to say, and all.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.fates.iter().filter(|fate| !matches!(fate, Fate::Waiting)).count();
        (done, self.groups.len())
    }

    /// What it waits for.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] while an answer is awaited.
    pub fn step(
        &mut self,
        below: &Below,
        budget: u32,
        leaf_sentences: &dyn Fn(ChunkId) -> Vec<Sentence>,
    ) -> Result<Need> {
        match &self.phase {
            Phase::AwaitSummaries(..) => Err(Error::OutOfOrder { reason: "the tree waits for summaries" }),
            Phase::AwaitEmbeddings(_) => Err(Error::OutOfOrder { reason: "the tree waits for embeddings" }),
            Phase::Embed(places) => {
                let text = |place: &usize| match &self.fates[*place] {
                    Fate::Made(made) => made.summary.text(),
                    Fate::Waiting | Fate::Nothing => String::new(),
                };
                let texts: Vec<String> = places.iter().map(text).collect();
                self.phase = Phase::AwaitEmbeddings(texts.len());
                Ok(Need::Embeddings(texts))
            }
            Phase::Ask => {
                let waiting =
                    (self.asked..self.groups.len()).filter(|&place| matches!(self.fates[place], Fate::Waiting));
                let places: Vec<usize> = waiting.take(BATCH).collect();
                let Some(last) = places.last() else { return Ok(Need::Nothing) };
                self.asked = last + 1;
                let ask = |&place: &usize| {
                    let Group { children, base } = &self.groups[place];
                    let standing =
                        below.history.zip(*base).and_then(|(history, base)| history.standing(below.tree, base));
                    let standing = standing.unwrap_or_default();
                    requests::request((below.tree, below.top), children, standing, budget, leaf_sentences)
                };
                let requests: Vec<SummaryRequest> = places.iter().map(ask).collect();
                self.phase = Phase::AwaitSummaries(requests.clone(), places);
                Ok(Need::Summaries(requests))
            }
        }
    }

    /// Takes the summaries that were asked for. Returns notes on those that say nothing.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for, [`Error::Summarizer`] if they do not answer what was asked.
    pub fn provide_summaries(
        &mut self,
        summaries: Vec<Summary>,
        below: &Below,
        counter: &dyn TokenCounter,
    ) -> Result<Vec<String>> {
        let Phase::AwaitSummaries(asked, places) = &self.phase else {
            return Err(Error::OutOfOrder { reason: "no summaries were asked for" });
        };
        requests::check_answers(asked, &summaries)?;
        let (mut notes, mut unknown) = (Vec::new(), Vec::new());
        for ((request, &place), summary) in asked.iter().zip(places).zip(summaries) {
            let (summary, tokens) =
                requests::within_budget(requests::quoted(summary, request), request.budget, counter);
            let Group { children, base } = &self.groups[place];
            let text = summary.text();
            if text.trim().is_empty() {
                let below = request.level - 1;
                notes.push(format!("{} nodes of level {below} had no words to summarize", children.len()));
                self.fates[place] = Fate::Nothing;
                continue;
            }
            let same =
                below.history.zip(*base).is_some_and(|(history, base)| history.is_same(below.tree, base, &summary));
            // By its leaves the same text may be embedded otherwise.
            let same = same && below.leaves.is_none();
            let known = below.history.and_then(|history| history.of_text(&text));
            let row = match (below.leaves, known) {
                (Some(leaves), _) => {
                    self.embeddings.push(&requests::mean_of_leaves(below.tree, leaves, children));
                    Row::Provided(self.embeddings.rows() - 1)
                }
                (None, Some(known)) => Row::Known(known),
                (None, None) => {
                    unknown.push(place);
                    Row::Provided(self.embeddings.rows() + unknown.len() - 1)
                }
            };
            self.fates[place] = Fate::Made(Made { summary, tokens, row, base: *base, same });
        }
        self.phase = if unknown.is_empty() { Phase::Ask } else { Phase::Embed(unknown) };
        Ok(notes)
    }

    /// Takes the embeddings that were asked for.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for, [`Error::EmbeddingShape`] if they are not as many or of another width.
    pub fn provide_embeddings(&mut self, embeddings: &Matrix) -> Result<()> {
        let Phase::AwaitEmbeddings(count) = self.phase else {
            return Err(Error::OutOfOrder { reason: "no embeddings were asked for" });
        };
        let width = self.embeddings.dimensions();
        if embeddings.rows() != count || embeddings.dimensions() != width {
            return Err(Error::EmbeddingShape { expected: count * width, got: embeddings.values().len() });
        }
        embeddings.iter().for_each(|row| self.embeddings.push(row));
        self.phase = Phase::Ask;
        Ok(())
    }

    /// Adds the level to the tree, if there is anything to add. Returns the embeddings of its nodes.
    pub fn finish(self, tree: &mut Tree, history: Option<&mut History>) -> Option<Matrix> {
        let Self { groups, fates, embeddings, changes, .. } = self;
        let (mut nodes, mut standing) = (Vec::new(), Vec::new());
        let mut rows = Matrix::new(embeddings.dimensions());
        for (Group { children, .. }, fate) in groups.into_iter().zip(fates) {
            let Fate::Made(Made { summary, tokens, row, base, same }) = fate else { continue };
            match (row, &history) {
                (Row::Known(base), Some(history)) => rows.push(history.row(base)),
                (Row::Provided(row), _) => rows.push(embeddings.row(row)),
                (Row::Known(_), None) => continue,
            }
            standing.push((base, same));
            nodes.push((summary, tokens, children));
        }
        if nodes.is_empty() {
            return None;
        }
        let (level, start) = (tree.level_count(), tree.nodes().len() as u32);
        tree.add_level(nodes, changes);
        if let Some(history) = history.filter(|history| history.has_level(level)) {
            history.ascend(level, start, standing.into_iter());
        }
        Some(rows)
    }
}
