//! The next state of a collection, prepared in short steps.
//!
//! A change reads and cuts documents, asks for the embeddings of texts it has not met, grows the tree, and indexes the
//! result. What it cannot do itself (embed, summarize in other words) it asks for and waits to be handed, so that the
//! caller decides where and when that happens, and may drop the change at any point.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::options::CollectionOptions;
use super::state::State;
use crate::document::{Chunk, Document, Source};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocId};
use crate::summarize::summarize;
use crate::text::{self, parse};
use crate::traits::{Summary, SummaryRequest, TokenCounter};
use crate::tree::{self, GrownTree, Leaves, TreeBuilder, TreeStage, TreeStep, chunk_sentences};
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
    /// A summary of each request, handed to [`Change::provide_summaries`].
    Summarize(Vec<SummaryRequest>),
    /// To be committed.
    Done,
}

/// A change under way.
pub struct Change {
    options: CollectionOptions,
    base: Arc<State>,
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

/// Where a leaf's embedding comes from.
#[derive(Clone, Copy)]
enum Row {
    /// This row of the base state.
    Known(usize),
    /// This one of the texts asked for.
    Asked(usize),
}

enum Stage {
    /// Entries still to be read, and how many there were.
    Read(VecDeque<Entry>, usize),
    /// Texts to be asked for.
    Embed {
        texts: Vec<String>,
        rows: Vec<Row>,
    },
    /// Texts were asked for, this many.
    Embedding {
        asked: usize,
        rows: Vec<Row>,
    },
    Grow {
        builder: Box<TreeBuilder>,
        embeddings: Arc<Matrix>,
    },
    Index {
        grown: GrownTree,
        leaves: Arc<Matrix>,
    },
    Done(Arc<State>),
    /// Between two stages, and after an error.
    Broken,
}

impl Change {
    pub(super) fn new(options: CollectionOptions, base: Arc<State>, edits: Vec<Edit>) -> Self {
        let (entries, outcome) = plan(&base, edits);
        let stage = if outcome.changes_nothing() {
            Stage::Done(base.clone())
        } else {
            let total = entries.len();
            Stage::Read(entries.into(), total)
        };
        Self { options, base, outcome, documents: Vec::new(), chunks: Vec::new(), stage }
    }

    /// Does a little, or says what it waits for.
    ///
    /// # Errors
    /// Those of reading a document. The change is of no use after an error.
    pub fn step(&mut self, counter: &dyn TokenCounter) -> Result<Step> {
        match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Read(entries, total) => self.read(entries, total, counter),
            Stage::Embed { texts, rows } => {
                self.stage = Stage::Embedding { asked: texts.len(), rows };
                Ok(Step::Embed(texts))
            }
            Stage::Embedding { asked: 0, rows } => {
                self.start_growing(&rows, &Matrix::default())?;
                Ok(Step::Working(Progress { stage: "embed", done: 0, total: 0 }))
            }
            Stage::Grow { builder, embeddings } => self.grow(builder, embeddings),
            Stage::Index { grown, leaves } => {
                let (documents, chunks) = (std::mem::take(&mut self.documents), std::mem::take(&mut self.chunks));
                let language = self.options.language;
                let total = chunks.len();
                let state = State::new(documents, chunks, grown, leaves, language);
                self.stage = Stage::Done(Arc::new(state));
                Ok(Step::Working(Progress { stage: "index", done: total, total }))
            }
            Stage::Done(state) => {
                self.stage = Stage::Done(state);
                Ok(Step::Done)
            }
            waiting @ Stage::Embedding { .. } => {
                self.stage = waiting;
                Err(Error::OutOfOrder { reason: "embeddings were asked for and not yet provided" })
            }
            Stage::Broken => Err(Error::OutOfOrder { reason: "this change has failed; begin another" }),
        }
    }

    /// Reads and cuts one document.
    fn read(&mut self, mut entries: VecDeque<Entry>, total: usize, counter: &dyn TokenCounter) -> Result<Step> {
        let Some(entry) = entries.pop_front() else {
            self.stage = self.plan_embedding(counter);
            return Ok(Step::Working(Progress { stage: "parse", done: total, total }));
        };
        let id = DocId::from(self.documents.len());
        match entry {
            Entry::Kept(position) => {
                self.documents.push(self.base.documents[position].clone());
                // Chunks are in order of their documents.
                let before =
                    |document: usize| self.base.chunks.partition_point(|chunk| chunk.document.index() < document);
                let kept = &self.base.chunks[before(position)..before(position + 1)];
                self.chunks.extend(kept.iter().map(|chunk| Chunk { document: id, ..chunk.clone() }));
            }
            Entry::New(source) => {
                let document = parse(&source)?;
                self.chunks.extend(text::chunk(&document, id, &self.options.chunking, counter)?);
                self.documents.push(Arc::new(document));
            }
        }
        let done = total - entries.len();
        self.stage = Stage::Read(entries, total);
        Ok(Step::Working(Progress { stage: "parse", done, total }))
    }

    fn text_of(&self, chunk: &Chunk) -> &str {
        chunk.range.of(&self.documents[chunk.document.index()].text)
    }

    /// Looks each leaf's text up among those already embedded. Equal texts are embedded once.
    fn plan_embedding(&self, counter: &dyn TokenCounter) -> Stage {
        let mut known: BTreeMap<u128, Row> = BTreeMap::new();
        for (row, chunk) in self.base.chunks.iter().enumerate() {
            let text = chunk.range.of(&self.base.documents[chunk.document.index()].text);
            known.insert(xxh3_128(text.as_bytes()), Row::Known(row));
        }
        let mut texts = Vec::new();
        let rows = self
            .chunks
            .iter()
            .map(|chunk| {
                let text = self.text_of(chunk);
                *known.entry(xxh3_128(text.as_bytes())).or_insert_with(|| {
                    texts.push(counter.break_long_words(text).into_owned());
                    Row::Asked(texts.len() - 1)
                })
            })
            .collect();
        Stage::Embed { texts, rows }
    }

    /// Hands in the embeddings that were asked for, one row a text.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were asked for, [`Error::EmbeddingShape`] if they are not as many.
    pub fn provide_embeddings(&mut self, embeddings: Matrix) -> Result<()> {
        match std::mem::replace(&mut self.stage, Stage::Broken) {
            Stage::Embedding { asked, rows } => {
                let (expected, got) = (asked, embeddings.rows());
                if got != expected {
                    self.stage = Stage::Embedding { asked, rows };
                    return Err(Error::EmbeddingShape { expected, got });
                }
                self.start_growing(&rows, &embeddings)
            }
            Stage::Grow { mut builder, embeddings: leaves } => {
                let provided = builder.provide_embeddings(&embeddings);
                self.stage = Stage::Grow { builder, embeddings: leaves };
                provided
            }
            other => {
                self.stage = other;
                Err(Error::OutOfOrder { reason: "no embeddings were asked for" })
            }
        }
    }

    fn start_growing(&mut self, rows: &[Row], provided: &Matrix) -> Result<()> {
        let known = &self.base.leaf_embeddings;
        let dimensions = if provided.rows() > 0 { provided.dimensions() } else { known.dimensions() };
        let mut embeddings = Matrix::new(dimensions);
        for &row in rows {
            embeddings.push(match row {
                Row::Known(row) => known.row(row),
                Row::Asked(text) => provided.row(text),
            });
        }
        let embeddings = Arc::new(embeddings);
        let tokens = self.chunks.iter().map(|chunk| chunk.tokens).collect();
        let builder = TreeBuilder::new(self.options.tree.clone(), Leaves { embeddings: embeddings.clone(), tokens })?;
        self.stage = Stage::Grow { builder: Box::new(builder), embeddings };
        Ok(())
    }

    fn grow(&mut self, mut builder: Box<TreeBuilder>, embeddings: Arc<Matrix>) -> Result<Step> {
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
            TreeStep::Embed(texts) => Step::Embed(texts),
            TreeStep::Summarize(requests) => Step::Summarize(requests),
            TreeStep::Done => {
                let total = self.chunks.len();
                let grown = builder.finish()?;
                self.stage = Stage::Index { grown, leaves: embeddings };
                return Ok(Step::Working(Progress { stage: "index", done: 0, total }));
            }
        };
        self.stage = Stage::Grow { builder, embeddings };
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

    /// The state that this began from, the next one, and what lies between.
    pub(super) fn finish(self) -> Result<(Arc<State>, Arc<State>, Outcome)> {
        match self.stage {
            Stage::Done(next) => Ok((self.base, next, self.outcome)),
            _ => Err(Error::OutOfOrder { reason: "this change is not done" }),
        }
    }
}

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
