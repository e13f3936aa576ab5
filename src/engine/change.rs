//! The next state of a collection, prepared in short steps.
//!
//! A change reads and cuts documents, asks for the embeddings of texts it has not met, grows the tree, and indexes the
//! result. What it cannot do itself (embed, summarize in other words) it asks for and waits to be handed, so that the
//! caller decides where and when that happens, and may drop the change at any point.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;

use super::Collection;
use super::leaves::{LeafEmbeddings, Need};
use super::options::CollectionOptions;
use super::state::{State, StateBuilder};
use crate::document::{Chunk, Document, Source};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocId};
use crate::index::SentenceRows;
use crate::store;
use crate::summarize::summarize;
use crate::text::{self, Chunker, DocumentReader};
use crate::traits::{Summary, SummaryRequest, TokenCounter};
use crate::tree::{self, Leaves, TreeBuilder, TreeStage, TreeStep, chunk_sentences};
use crate::vector::Matrix;

/// One thing to do to a collection.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Adds a document, or replaces the one of the same id in its place.
    Upsert(Source),
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
    /// Of the collection.
    identity: String,
    base: Arc<State>,
    /// By what the log of the collection knows `base`, if it is kept.
    base_stamp: Option<u64>,
    /// By what it will know the next state.
    stamp: Option<u64>,
    outcome: Outcome,
    documents: Vec<Arc<Document>>,
    chunks: Vec<Chunk>,
    stage: Stage,
}

/// A document of the next state.
enum Entry {
    /// As in the base state, at this place.
    Kept(usize),
    New(Box<Source>),
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
    /// Between two stages, and after an error.
    Broken,
}

/// Documents of the next state that are still to be read.
struct Reading {
    entries: VecDeque<Entry>,
    /// How many there were.
    total: usize,
    current: Option<Current>,
}

/// The document that is being read.
enum Current {
    Reading(Box<DocumentReader>),
    Cutting(Arc<Document>, Box<Chunker>),
}

impl Change {
    pub(super) fn new(collection: &Collection, edits: Vec<Edit>) -> Self {
        let Collection { options, identity, state: base, stamp } = collection;
        let (options, identity, base, base_stamp) = (options.clone(), identity.clone(), base.clone(), *stamp);
        let (entries, outcome) = plan(&base, edits);
        let stage = if outcome.changes_nothing() {
            Stage::Done(base.clone())
        } else {
            Stage::Read(Reading { total: entries.len(), entries: entries.into(), current: None })
        };
        let (documents, chunks) = Default::default();
        Self { options, identity, base, base_stamp, stamp: None, outcome, documents, chunks, stage }
    }

    /// Does a little, or says what it waits for.
    ///
    /// # Errors
    /// Those of reading a document. The change is of no use after an error.
    pub fn step(&mut self, counter: &dyn TokenCounter) -> Result<Step> {
        match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Read(reading) => self.read(reading, counter),
            Stage::Embed(leaves) => self.embed(leaves, counter),
            Stage::Grow { builder, embeddings, sentences } => self.grow(builder, embeddings, sentences, counter),
            Stage::Index(mut builder) => {
                let ready = builder.step();
                let (done, total) = builder.progress();
                self.stage = if ready { Stage::Done(Arc::new(builder.finish())) } else { Stage::Index(builder) };
                Ok(Step::Working(Progress { stage: "index", done, total }))
            }
            Stage::Done(state) => {
                self.stage = Stage::Done(state);
                Ok(Step::Done)
            }
            Stage::Broken => Err(Error::OutOfOrder { reason: "this change has failed; begin another" }),
        }
    }

    /// Reads or cuts a stretch of a document.
    fn read(&mut self, mut reading: Reading, counter: &dyn TokenCounter) -> Result<Step> {
        let id = DocId::from(self.documents.len());
        match reading.current.take() {
            Some(Current::Reading(mut reader)) => {
                reading.current = Some(if reader.step() {
                    let document = Arc::new(reader.finish());
                    let chunker = Chunker::new(document.clone(), id, self.options.chunking)?;
                    Current::Cutting(document, Box::new(chunker))
                } else {
                    Current::Reading(reader)
                });
            }
            Some(Current::Cutting(document, mut chunker)) => {
                if chunker.step(counter) {
                    self.chunks.extend(chunker.finish());
                    self.documents.push(document);
                } else {
                    reading.current = Some(Current::Cutting(document, chunker));
                }
            }
            None => match reading.entries.pop_front() {
                Some(Entry::New(source)) => {
                    reading.current = Some(Current::Reading(Box::new(DocumentReader::new(*source)?)));
                }
                Some(Entry::Kept(position)) => self.keep(position, id),
                None => {
                    self.stage = Stage::Embed(Box::new(LeafEmbeddings::new(self.base.clone())));
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

    /// Takes over a document of the base state, with its chunks.
    fn keep(&mut self, position: usize, id: DocId) {
        self.documents.push(self.base.documents[position].clone());
        // Chunks are in order of their documents.
        let before = |document: usize| self.base.chunks.partition_point(|chunk| chunk.document.index() < document);
        let kept = &self.base.chunks[before(position)..before(position + 1)];
        self.chunks.extend(kept.iter().map(|chunk| Chunk { document: id, ..chunk.clone() }));
    }

    /// Looks leaves' texts up among those already embedded, or asks for the embeddings of those that are not.
    fn embed(&mut self, mut leaves: Box<LeafEmbeddings>, counter: &dyn TokenCounter) -> Result<Step> {
        let need = leaves.step(&self.documents, &self.chunks, counter);
        let (done, total) = leaves.progress();
        if let Ok(Need::Nothing) = need {
            self.start_growing(leaves.finish())?;
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

    fn start_growing(&mut self, (embeddings, sentences): (Matrix, SentenceRows)) -> Result<()> {
        let embeddings = Arc::new(embeddings);
        let tokens = self.chunks.iter().map(|chunk| chunk.tokens).collect();
        let builder = TreeBuilder::new(self.options.tree.clone(), Leaves { embeddings: embeddings.clone(), tokens })?;
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
                let (documents, chunks) = (std::mem::take(&mut self.documents), std::mem::take(&mut self.chunks));
                let (grown, language) = (builder.finish()?, self.options.language);
                let state = StateBuilder::new(documents, chunks, grown, embeddings, sentences, language);
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

    /// The next state whole, as a file to begin a log with. `None` where nothing changes.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done.
    pub fn snapshot(&mut self) -> Result<Option<Vec<u8>>> {
        let bytes = self.next()?.map(|next| store::encode(next.contents(&self.identity), None));
        self.stamp = bytes.as_deref().map(store::digest).or(self.base_stamp);
        Ok(bytes)
    }

    /// What the next state has that the one before had not, as a file to go on with. `None` where nothing changes.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done, or the state before is in no log.
    pub fn delta(&mut self) -> Result<Option<Vec<u8>>> {
        let stamp = self.base_stamp.ok_or(Error::OutOfOrder { reason: "the state before is not kept" })?;
        let base = self.base.contents(&self.identity);
        let bytes = self.next()?.map(|next| store::encode_delta(base, stamp, next.contents(&self.identity)));
        self.stamp = Some(bytes.as_deref().map_or(stamp, store::digest));
        Ok(bytes)
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
        Ok(Finished { base: self.base, next, stamp, outcome: self.outcome })
    }
}

/// A change that is done.
pub(super) struct Finished {
    /// The state that it began from.
    pub base: Arc<State>,
    pub next: Arc<State>,
    /// Of the next state, if its file was asked for.
    pub stamp: Option<u64>,
    /// What lies between.
    pub outcome: Outcome,
}

const NOT_DONE: Error = Error::OutOfOrder { reason: "this change is not done" };

impl Outcome {
    fn changes_nothing(self) -> bool {
        self.added + self.updated + self.removed == 0
    }
}

/// The documents of the next state, in order, and what will have been done to get there.
fn plan(base: &State, edits: Vec<Edit>) -> (Vec<Entry>, Outcome) {
    let mut entries: Vec<Option<Entry>> =
        (0..base.documents.len()).map(|position| Some(Entry::Kept(position))).collect();
    let mut places: BTreeMap<String, usize> =
        base.documents.iter().enumerate().map(|(position, document)| (document.id.clone(), position)).collect();
    let mut outcome = Outcome::default();
    for edit in edits {
        match edit {
            Edit::Upsert(source) => match places.get(&source.id) {
                None => {
                    places.insert(source.id.clone(), entries.len());
                    entries.push(Some(Entry::New(Box::new(source))));
                    outcome.added += 1;
                }
                Some(&place) => {
                    let unchanged = match &entries[place] {
                        Some(Entry::Kept(position)) => {
                            base.documents[*position].source_hash == text::source_hash(&source)
                        }
                        Some(Entry::New(other)) => **other == source,
                        None => false,
                    };
                    if unchanged {
                        outcome.unchanged += 1;
                    } else {
                        entries[place] = Some(Entry::New(Box::new(source)));
                        outcome.updated += 1;
                    }
                }
            },
            Edit::Remove(id) => {
                // Removing what is not there is no error, so that a removal can be repeated.
                if let Some(place) = places.remove(&id) {
                    entries[place] = None;
                    outcome.removed += 1;
                }
            }
            Edit::Clear => {
                outcome.removed += places.len();
                places.clear();
                entries.clear();
            }
        }
    }
    (entries.into_iter().flatten().collect(), outcome)
}
