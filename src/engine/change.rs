//! The next state of a collection, prepared in short steps.
//!
//! A change reads and cuts documents, asks for the embeddings of texts it has not met, grows the tree, and indexes the
//! result. What it cannot do itself (embed, summarize in other words) it asks for and waits to be handed, so that the
//! caller decides where and when that happens, and may drop the change at any point.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

use super::Collection;
use super::leaves::{LeafEmbeddings, LeafRows, Need};
use super::limits::Limits;
use super::options::CollectionOptions;
use super::plan::{Contents, Entry, Plan};
use super::state::{Parts, State, StateBuilder};
use crate::document::{Chunk, Document, Patch, Source, SourceRange};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocId};
use crate::index::SentenceRows;
use crate::kept::Sink;
use crate::sensitive::Policy;
use crate::store;
use crate::summarize::summarize;
use crate::text::{Chunker, DocumentReader};
use crate::traits::{Summary, SummaryRequest, TokenCounter};
use crate::tree::{self, Base, GrownTree, Leaves, Moved, TreeBuilder, TreeStage, TreeStep, chunk_sentences};
use crate::vector::Matrix;

/// One thing to do to a collection.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Adds a document, or replaces the one of the same id in its place.
    Upsert(Source),
    /// Changes what is known about a document beside its content. Nothing is embedded for it.
    Update {
        id: String,
        patch: Patch,
    },
    Remove(String),
    Clear,
}

/// What a change did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub added: usize,
    pub updated: usize,
    pub removed: usize,
    /// Documents handed in that were there already, the same to the letter.
    pub unchanged: usize,
}

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub stage: &'static str,
    pub done: usize,
    pub total: usize,
}

/// What a change needs next.
#[derive(Debug)]
pub enum Step {
    /// Another step.
    Working(Progress),
    /// The embedding of each text, handed to [`Change::provide_embeddings`].
    Embed(Vec<String>),
    /// Of each text its embedding and those of its sentences, as [`Embedder::embed_leaves`](crate::Embedder) gives them,
    /// handed to [`Change::provide_embeddings`].
    EmbedLeaves(Vec<String>),
    /// A summary of each request, handed to [`Change::provide_summaries`].
    Summarize(Vec<SummaryRequest>),
    /// To be committed.
    Done,
}

/// A change under way.
pub struct Change {
    options: CollectionOptions,
    limits: Limits,
    /// Of the collection.
    identity: String,
    base: Arc<State>,
    /// By what the log of the collection knows `base`, if it is kept.
    base_stamp: Option<u64>,
    /// By what it will know the next state.
    stamp: Option<u64>,
    /// Whether what was written last goes on from the state before.
    follows: bool,
    outcome: Outcome,
    documents: Vec<Arc<Document>>,
    chunks: Vec<Chunk>,
    /// Of each chunk, the leaf of the base state that it is, if its document was taken over.
    origins: Vec<Option<u32>>,
    /// Whether all leaves are where they were.
    same_leaves: bool,
    stage: Stage,
}

enum Stage {
    Read(Reading),
    Embed(Box<LeafEmbeddings>),
    Grow {
        builder: Box<TreeBuilder>,
        embeddings: Arc<Matrix>,
        sentences: SentenceRows,
    },
    Index(Box<StateBuilder>),
    Done(Arc<State>),
    /// It cannot be made.
    Refused(Error),
    /// Between two stages, and after an error.
    Broken,
}

/// Documents of the next state that are still to be read.
struct Reading {
    entries: VecDeque<Entry>,
    /// What those to be read are asked for.
    contents: Box<dyn Contents>,
    /// How many there were.
    total: usize,
    current: Option<Current>,
}

/// Where sources came with their contents.
struct NoContents;

impl Contents for NoContents {
    fn content(&self, _: usize) -> Result<String> {
        Err(Error::OutOfOrder { reason: "no contents can be asked for" })
    }
}

/// The document that is being read.
enum Current {
    /// And the place of the one in the base state that it replaces.
    Reading(Box<DocumentReader>, Option<usize>),
    Cutting(Arc<Document>, Box<Chunker>),
}

impl Change {
    pub(super) fn new(
        collection: &Collection,
        edits: impl Iterator<Item = Result<Edit>>,
        contents: Option<Box<dyn Contents>>,
    ) -> Self {
        let Collection { options, identity, state: base, stamp, .. } = collection;
        let (options, identity, base, base_stamp) = (options.clone(), identity.clone(), base.clone(), *stamp);
        let (plan, stage) = match Plan::new(&base, edits, contents.is_some(), options.sensitive.as_ref()) {
            Err(error) => (Plan::default(), Stage::Refused(error)),
            Ok(plan) if plan.outcome.changes_nothing() => (plan, Stage::Done(base.clone())),
            Ok(mut plan) => {
                let entries = std::mem::take(&mut plan.entries);
                let contents = contents.unwrap_or_else(|| Box::new(NoContents));
                (plan, Stage::Read(Reading { total: entries.len(), entries: entries.into(), contents, current: None }))
            }
        };
        let Plan { outcome, same_leaves, .. } = plan;
        let (documents, chunks, origins) = (Vec::new(), Vec::new(), Vec::new());
        let (stamp, follows) = (None, false);
        Self {
            options,
            limits: Limits::default(),
            identity,
            base,
            base_stamp,
            stamp,
            follows,
            outcome,
            documents,
            chunks,
            origins,
            same_leaves,
            stage,
        }
    }

    /// The same change within other limits than the usual ones, before its first step.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Does a little, or says what it waits for.
    ///
    /// # Errors
    /// Those of reading a document, and [`Error::DocumentTooLarge`] or [`Error::CollectionTooLarge`] over the limits. The change is of no use after an error.
    pub fn step(&mut self, counter: &dyn TokenCounter) -> Result<Step> {
        match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Read(reading) => self.read(reading, counter),
            Stage::Embed(leaves) => self.embed(leaves, counter),
            Stage::Grow { builder, embeddings, sentences } => self.grow(builder, embeddings, sentences, counter),
            Stage::Index(mut builder) => {
                let ready = builder.step();
                let (done, total) = builder.progress();
                self.stage = if ready { Stage::Done(Arc::new(builder.finish()?)) } else { Stage::Index(builder) };
                Ok(Step::Working(Progress { stage: "index", done, total }))
            }
            Stage::Done(state) => {
                self.stage = Stage::Done(state);
                Ok(Step::Done)
            }
            Stage::Refused(error) => Err(error),
            Stage::Broken => Err(Error::OutOfOrder { reason: "this change has failed; begin another" }),
        }
    }

    /// Reads or cuts a stretch of a document.
    fn read(&mut self, mut reading: Reading, counter: &dyn TokenCounter) -> Result<Step> {
        let id = DocId::from(self.documents.len());
        match reading.current.take() {
            Some(Current::Reading(mut reader, replaced)) => {
                if !reader.step()? {
                    reading.current = Some(Current::Reading(reader, replaced));
                } else {
                    let document = Arc::new(reader.finish()?);
                    match replaced.filter(|&position| self.is_kept_so(position, &document)) {
                        Some(position) => {
                            self.outcome.updated -= 1;
                            self.outcome.unchanged += 1;
                            self.keep(position, self.base.documents[position].clone(), id);
                        }
                        None => {
                            let chunker = Chunker::new(document.clone(), id, self.options.chunking)?;
                            reading.current = Some(Current::Cutting(document, Box::new(chunker)));
                        }
                    }
                }
            }
            Some(Current::Cutting(document, mut chunker)) => {
                let all = chunker.step(counter);
                self.limits.check_document(&document.id, chunker.cut())?;
                self.limits.check_collection(self.chunks.len() + chunker.cut())?;
                if all {
                    self.chunks.extend(chunker.finish());
                    self.origins.resize(self.chunks.len(), None);
                    self.documents.push(document);
                } else {
                    reading.current = Some(Current::Cutting(document, chunker));
                }
            }
            None => match reading.entries.pop_front() {
                Some(Entry::New(new)) => {
                    let replaced = new.replaced;
                    let source = new.whole(&*reading.contents)?;
                    let reader = DocumentReader::new(source, self.limits.reading(), self.options.sensitive.as_ref())?;
                    reading.current = Some(Current::Reading(Box::new(reader), replaced));
                }
                Some(Entry::Kept(position)) => self.keep(position, self.base.documents[position].clone(), id),
                Some(Entry::Patched(position, document)) => self.keep(position, document, id),
                None => {
                    self.end_reading();
                    let total = reading.total;
                    return Ok(Step::Working(Progress { stage: "parse", done: total, total }));
                }
            },
        }
        let done = self.documents.len();
        let total = reading.total;
        self.stage = Stage::Read(reading);
        Ok(Step::Working(Progress { stage: "parse", done, total }))
    }

    /// Whether the document at `position` of the base state is `document`: of a masked one nothing is known before it is read.
    fn is_kept_so(&self, position: usize, document: &Document) -> bool {
        let masks = self.options.sensitive.as_ref().is_some_and(|sensitive| sensitive.policy == Policy::Mask);
        masks && *self.base.documents[position] == *document
    }

    /// Takes over the document at `position` of the base state, as `document` has it, with its chunks.
    fn keep(&mut self, position: usize, document: Arc<Document>, id: DocId) {
        self.documents.push(document);
        // Chunks are in order of their documents.
        let before = |document: usize| self.base.chunks.partition_point(|chunk| chunk.document.index() < document);
        let kept = before(position)..before(position + 1);
        self.origins.extend(kept.clone().map(|leaf| Some(leaf as u32)));
        self.chunks.extend(self.base.chunks[kept].iter().map(|chunk| Chunk { document: id, ..chunk.clone() }));
    }

    fn end_reading(&mut self) {
        self.stage = if self.outcome.changes_nothing() {
            Stage::Done(self.base.clone())
        } else if self.same_leaves {
            let documents = std::mem::take(&mut self.documents);
            Stage::Index(Box::new(StateBuilder::around(self.base.clone(), documents, self.options.language)))
        } else {
            let origins = std::mem::take(&mut self.origins);
            Stage::Embed(Box::new(LeafEmbeddings::new(self.base.clone(), origins)))
        };
    }

    /// Looks leaves' texts up among those already embedded, or asks for the embeddings of those that are not.
    fn embed(&mut self, mut leaves: Box<LeafEmbeddings>, counter: &dyn TokenCounter) -> Result<Step> {
        let need = leaves.step(&self.documents, &self.chunks, counter);
        let (done, total) = leaves.progress();
        if let Ok(Need::Nothing) = need {
            self.start_growing(leaves.finish()?)?;
        } else {
            self.stage = Stage::Embed(leaves);
        }
        Ok(match need? {
            Need::Texts(texts) => Step::EmbedLeaves(texts),
            Need::Step | Need::Nothing => Step::Working(Progress { stage: "embed", done, total }),
        })
    }

    /// Hands in the rows that were asked for, text by text.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for, [`Error::EmbeddingShape`] if they are not as many or of another
    /// width; they can then be handed in again.
    pub fn provide_embeddings(&mut self, embeddings: Matrix) -> Result<()> {
        match &mut self.stage {
            Stage::Embed(leaves) => leaves.provide(&embeddings),
            Stage::Grow { builder, .. } => builder.provide_embeddings(&embeddings),
            _ => Err(Error::OutOfOrder { reason: "no embeddings were asked for" }),
        }
    }

    fn start_growing(&mut self, rows: LeafRows) -> Result<()> {
        let LeafRows { embeddings, sentences, origins } = rows;
        let embeddings = Arc::new(embeddings);
        let tokens = self.chunks.iter().map(|chunk| chunk.tokens).collect();
        let leaves = Leaves { embeddings: embeddings.clone(), tokens };
        let mut moved = vec![None; self.base.chunks.len()];
        for (leaf, origin) in
            origins.into_iter().enumerate().filter_map(|(leaf, origin)| Some((leaf, origin? as usize)))
        {
            let place = |chunk: &Chunk| SourceRange { document: chunk.document, range: chunk.range };
            let (from, to) = (place(&self.base.chunks[origin]), place(&self.chunks[leaf]));
            moved[origin] = Some(Moved { leaf: ChunkId::from(leaf), from, to });
        }
        let base =
            Base { tree: self.base.tree.clone(), embeddings: self.base.summary_embeddings.held()?, leaves: moved };
        let builder = TreeBuilder::over(self.options.tree.clone(), leaves, base, self.base.notes.clone())?;
        self.stage = Stage::Grow { builder: Box::new(builder), embeddings, sentences };
        Ok(())
    }

    fn grow(
        &mut self,
        mut builder: Box<TreeBuilder>,
        embeddings: Arc<Matrix>,
        sentences: SentenceRows,
        counter: &dyn TokenCounter,
    ) -> Result<Step> {
        let leaf_sentences = |leaf: ChunkId| {
            let chunk = &self.chunks[leaf.index()];
            chunk_sentences(&self.documents[chunk.document.index()], chunk)
        };
        let step = match builder.step(&leaf_sentences)? {
            TreeStep::Working(tree::Progress { stage, done, total, .. }) => {
                let stage = match stage {
                    TreeStage::Cluster => "cluster",
                    TreeStage::Summarize => "summarize",
                };
                Step::Working(Progress { stage, done, total })
            }
            TreeStep::Embed(texts) => {
                Step::Embed(texts.iter().map(|text| counter.break_long_words(text).into_owned()).collect())
            }
            TreeStep::Summarize(requests) => Step::Summarize(requests),
            TreeStep::Done => {
                let GrownTree { tree, embeddings: summaries, notes } = builder.finish()?;
                let parts = Parts {
                    documents: std::mem::take(&mut self.documents),
                    chunks: std::mem::take(&mut self.chunks),
                    tree,
                    notes,
                    leaf_embeddings: embeddings.into(),
                    summary_embeddings: summaries.into(),
                    sentence_rows: sentences,
                };
                let state = StateBuilder::new(parts, self.options.language);
                let (done, total) = state.progress();
                self.stage = Stage::Index(Box::new(state));
                return Ok(Step::Working(Progress { stage: "index", done, total }));
            }
        };
        self.stage = Stage::Grow { builder, embeddings, sentences };
        Ok(step)
    }

    /// Hands in the summaries that were asked for, one a request.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for, [`Error::Summarizer`] if they are not as many or one is empty.
    pub fn provide_summaries(&mut self, summaries: Vec<Summary>, counter: &dyn TokenCounter) -> Result<()> {
        match &mut self.stage {
            Stage::Grow { builder, .. } => builder.provide_summaries(summaries, counter),
            _ => Err(Error::OutOfOrder { reason: "no summaries were asked for" }),
        }
    }

    /// Answers the summaries that were asked for with sentences of the passages themselves.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for.
    pub fn summarize_extractively(&mut self, requests: &[SummaryRequest], counter: &dyn TokenCounter) -> Result<()> {
        self.provide_summaries(requests.iter().map(|request| summarize(request, counter)).collect(), counter)
    }

    /// Whether there is anything to write: the next state is another than the one before.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done.
    pub fn is_new(&self) -> Result<bool> {
        Ok(self.next()?.is_some())
    }

    /// Writes the next state whole, as a file to begin a log with. Nothing is written where nothing changes.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done; those of `out`, and of reading rows that are kept in files.
    pub fn snapshot(&mut self, out: &mut dyn Sink) -> Result<()> {
        let written = self.next()?.map(|next| store::encode(next.contents(&self.identity), None, out)).transpose()?;
        self.stamp = written.or(self.base_stamp);
        self.follows = false;
        Ok(())
    }

    /// Writes what the next state has that the one before had not, as a file to go on with. Nothing is written where nothing
    /// changes.
    ///
    /// # Errors
    /// As [`snapshot`](Self::snapshot), and [`Error::OutOfOrder`] if the state before is in no log.
    pub fn delta(&mut self, out: &mut dyn Sink) -> Result<()> {
        let stamp = self.base_stamp.ok_or(Error::OutOfOrder { reason: "the state before is not kept" })?;
        let base = self.base.contents(&self.identity);
        let encode = |next: &Arc<State>| store::encode_delta(base, stamp, next.contents(&self.identity), out);
        let written = self.next()?.map(encode).transpose()?;
        self.stamp = Some(written.unwrap_or(stamp));
        self.follows = true;
        Ok(())
    }

    /// The next state, if it is another than the one before.
    fn next(&self) -> Result<Option<&Arc<State>>> {
        match &self.stage {
            Stage::Done(next) => Ok((!Arc::ptr_eq(next, &self.base)).then_some(next)),
            _ => Err(NOT_DONE),
        }
    }

    pub(super) fn finish(self) -> Result<Finished> {
        let Stage::Done(next) = self.stage else { return Err(NOT_DONE) };
        // Of a state that is not new nothing was to be written.
        let stamp = if Arc::ptr_eq(&next, &self.base) { self.base_stamp } else { self.stamp };
        let Self { base, base_stamp, follows, outcome, .. } = self;
        Ok(Finished { base, next, stamp, follows: base_stamp.filter(|_| follows), outcome })
    }
}

/// A change that is done.
pub(super) struct Finished {
    /// The state that it began from.
    pub base: Arc<State>,
    pub next: Arc<State>,
    /// Of the next state, if its file was asked for.
    pub stamp: Option<u64>,
    /// By what the log knew the state before, if its file goes on from that.
    pub follows: Option<u64>,
    /// What lies between.
    pub outcome: Outcome,
}

const NOT_DONE: Error = Error::OutOfOrder { reason: "this change is not done" };

impl Outcome {
    pub(super) fn changes_nothing(self) -> bool {
        self.added + self.updated + self.removed == 0
    }
}
