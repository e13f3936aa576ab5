//! The facade: a collection of documents, changed as a whole and asked questions.
//!
//! A [`Collection`] holds one committed [`State`]. A [`Change`] prepares the next one step by step beside it, and
//! [`Collection::commit`] puts it in place; until then nothing of the collection is touched, so a change that fails or
//! is dropped leaves it as it was.

mod asking;
mod change;
mod learning;
mod leaves;
mod limits;
mod options;
mod plan;
mod state;
mod stats;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

#[cfg(feature = "encoder")]
pub use crate::embed::{CrossEncoder, Detector, Encoder, Kernel, Loader, ModelFiles, OutsideModel, Precision};
pub use crate::index::{Method, VectorIndex, Vectors};
pub use crate::retrieve::{Answer, AnswerOptions, Context, ContextOptions, Hit, SearchOptions, Trace};
pub use crate::site::SiteOptions;
pub use crate::store::LogFile;
pub use crate::store::shards::Shard;
pub use asking::Query;
use change::Finished;
pub use change::{Change, Edit, Outcome, Progress, Step};
pub use learning::{Judgement, LearnOptions, LearnReport, Learning};
pub use limits::Limits;
pub use options::CollectionOptions;
pub use plan::Contents;
use state::State;
pub use stats::Stats;

use crate::adapt::Adapter;
use crate::document::{Chunk, Document, SourceRange};
use crate::error::{Error, Result};
use crate::ids::{DocId, NodeId};
use crate::kept::{KeptBytes, Sink};
use crate::site::{self, SiteSource};
use crate::store::{self, Log};
use crate::tree::Tree;
use crate::vector::Matrix;

/// About how many bytes of text are read in a step of a change: a few milliseconds of work.
const STEP_BYTES: usize = 1 << 14;

/// The text of a leaf.
fn chunk_text<'a>(documents: &'a [Arc<Document>], chunk: &Chunk) -> &'a str {
    chunk.range.of(&documents[chunk.document.index()].text)
}

/// Documents with their leaves, embeddings, tree and indexes.
pub struct Collection {
    options: CollectionOptions,
    /// What an index must be opened with: model, chunking and tree settings.
    identity: String,
    state: Arc<State>,
    /// By what a log of this collection knows its state, if one was read or written.
    stamp: Option<u64>,
    /// The embeddings of [`retrieve::EXAMPLES`], once they were needed.
    examples: OnceCell<Matrix>,
    /// Corrects the embeddings of questions.
    adapter: Option<Adapter>,
}

impl Collection {
    /// An empty collection for the model of this identity, whose embeddings have `dimensions` values.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for options out of range.
    pub fn new(options: CollectionOptions, model_identity: &str, dimensions: usize) -> Result<Self> {
        options.validate()?;
        let identity = options.identity(model_identity);
        let state = Arc::new(State::empty(options.language, dimensions));
        Ok(Self { options, identity, state, stamp: None, examples: OnceCell::new(), adapter: None })
    }

    /// Prepares `edits`, to be applied in order. See [`Change`].
    pub fn begin(&self, edits: Vec<Edit>) -> Change {
        Change::new(self, edits.into_iter().map(Ok), None)
    }

    /// The same of edits that are handed over one at a time, the contents of whose sources are let go of and asked for again when
    /// each is read.
    pub fn begin_with(&self, edits: impl Iterator<Item = Result<Edit>>, contents: Box<dyn Contents>) -> Change {
        Change::new(self, edits, Some(contents))
    }

    /// Puts a finished change in place.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done, [`Error::Conflict`] if another was committed since it began.
    pub fn commit(&mut self, change: Change) -> Result<Outcome> {
        self.commit_written(change, None)
    }

    /// Puts a finished change in place that was written to a file, which its rows are from now on read from, if it holds a whole
    /// state or those before are read from files as well. Where the file cannot be read they stay in memory.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_written(&mut self, change: Change, file: Option<Arc<dyn KeptBytes>>) -> Result<Outcome> {
        let Finished { base, mut next, stamp, follows, outcome } = change.finish()?;
        if !Arc::ptr_eq(&base, &self.state) {
            return Err(Error::Conflict);
        }
        if let (Some(file), Some(state)) = (file, Arc::get_mut(&mut next)) {
            match follows {
                None => state.move_to(file),
                Some(_) if !base.is_kept() => {}
                Some(stamp) => {
                    let mut log = Log::of(base.contents(&self.identity), stamp);
                    if let Ok(Ok(written)) = log.apply(&LogFile::Kept(file)).map(|()| log.finish()) {
                        state.move_rows(written.leaves, written.summaries, written.sentences);
                    }
                }
            }
        }
        self.state = next;
        self.stamp = stamp;
        Ok(outcome)
    }

    /// Whether rows are read from files, and not held in memory.
    pub fn is_kept(&self) -> bool {
        self.state.is_kept()
    }

    /// What corrects the embeddings of questions, as a file; none where nothing does.
    pub fn adapter(&self, model_identity: &str) -> Option<Vec<u8>> {
        self.adapter.as_ref().map(|adapter| adapter.encode(model_identity))
    }

    /// Corrects the embeddings of questions from now on, by what [`adapter`](Self::adapter) gave; by none, leaves them as they are.
    ///
    /// # Errors
    /// Those of [`Adapter::decode`]; after one, all is as before.
    pub fn set_adapter(&mut self, bytes: Option<&[u8]>, model_identity: &str) -> Result<()> {
        let dimensions = self.state.dimensions();
        self.adapter = bytes.map(|bytes| Adapter::decode(bytes, model_identity, dimensions)).transpose()?;
        Ok(())
    }

    /// The whole collection as one file. The same calls give the same bytes.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn export(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        store::encode(self.state.contents(&self.identity), None, &mut bytes)?;
        Ok(bytes)
    }

    /// Writes the indexes that would otherwise be made again when this state is opened, as a file to be kept beside its log.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn derived(&self, out: &mut dyn Sink) -> Result<()> {
        let State { documents, chunks, tree, .. } = &*self.state;
        let fingerprint = store::fingerprint(documents, chunks, tree);
        store::encode_derived(&self.identity, &self.state.derived(fingerprint), out)
    }

    /// Opens what [`export`](Self::export) wrote, for a model as in [`new`](Self::new). The bytes may be of any origin.
    ///
    /// # Errors
    /// [`Error::IndexFormat`], [`Error::IndexVersion`] and [`Error::IndexDamaged`] for bytes that are no such file,
    /// [`Error::IndexIdentity`] for one made with another model or other options.
    pub fn import(bytes: &[u8], options: CollectionOptions, model_identity: &str, dimensions: usize) -> Result<Self> {
        Self::open(&[LogFile::Held(&bytes)], None, options, model_identity, dimensions)
    }

    /// Writes the whole collection as a file to begin a log with, in place of the one that led to this state: what the next change
    /// gives as its [`delta`](Change::delta) follows either.
    ///
    /// # Errors
    /// Those of `out`, and of reading rows that are kept in files.
    pub fn snapshot(&mut self, out: &mut dyn Sink) -> Result<()> {
        let digest = store::encode(self.state.contents(&self.identity), self.stamp, out)?;
        self.stamp = self.stamp.or(Some(digest));
        Ok(())
    }

    /// Reads rows from a file that [`snapshot`](Self::snapshot) wrote of this state, and no longer from where they were. Where it
    /// cannot be read they stay there.
    pub fn move_to(&mut self, file: Arc<dyn KeptBytes>) {
        if let Some(state) = Arc::get_mut(&mut self.state) {
            state.move_to(file);
        }
    }

    /// Opens a log: a whole state, then the changes after it in their order. The bytes may be of any origin. Rows are read from
    /// files as they are asked for where all are [`LogFile::Kept`]. Where `derived` is what [`derived`](Self::derived) wrote for the
    /// state, this takes a fraction of the time; anything else is not used.
    ///
    /// # Errors
    /// As [`import`](Self::import). [`Error::IndexDamaged`] also for a log that misses a file or has one of another log,
    /// [`Error::Storage`] for one that cannot be read.
    pub fn open(
        log: &[LogFile],
        derived: Option<&dyn KeptBytes>,
        options: CollectionOptions,
        model_identity: &str,
        dimensions: usize,
    ) -> Result<Self> {
        let mut collection = Self::new(options, model_identity, dimensions)?;
        let (first, changes) = log.split_first().ok_or(Error::IndexDamaged { reason: "the log is empty" })?;
        let mut log = Log::read(first)?;
        if log.identity() != collection.identity {
            return Err(Error::IndexIdentity { expected: log.identity().to_owned(), got: collection.identity });
        }
        changes.iter().try_for_each(|change| log.apply(change))?;
        collection.take(log, derived)?;
        Ok(collection)
    }

    /// Takes over changes that were made one after the other, from the same state on, elsewhere, where each gave these bytes as
    /// its [`delta`](Change::delta). After an error the collection is as before.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), [`Error::OutOfOrder`] if this state is in no log.
    pub fn apply(&mut self, deltas: &[LogFile]) -> Result<()> {
        let stamp = self.stamp.ok_or(Error::OutOfOrder { reason: "the state before is not kept" })?;
        let state = self.state.clone();
        let identity = self.identity.clone();
        let mut log = Log::of(state.contents(&identity), stamp);
        deltas.iter().try_for_each(|delta| log.apply(delta))?;
        self.take(log, None)
    }

    fn take(&mut self, log: Log, derived: Option<&dyn KeptBytes>) -> Result<()> {
        let stamp = log.stamp();
        let snapshot = log.finish()?;
        if snapshot.leaves.dimensions() != self.state.dimensions() {
            return Err(Error::IndexDamaged { reason: "its embeddings are of another width than the model's" });
        }
        let derived = derived.and_then(|bytes| store::decode_derived(bytes, &snapshot));
        self.state = Arc::new(State::from_snapshot(snapshot, derived, self.options.language)?);
        self.stamp = Some(stamp);
        Ok(())
    }

    /// The collection as shards that a page loads on demand, the root last, for questions embedded by the model of
    /// `model_identity`. The same documents give the same shards.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an option out of range; those of reading rows that are kept in files.
    pub fn shards(&self, options: SiteOptions, model_identity: &str) -> Result<Vec<Shard>> {
        let source = SiteSource {
            language: self.options.language,
            model: model_identity,
            documents: &self.state.documents,
            chunks: &self.state.chunks,
            tree: &self.state.tree,
            embeddings: &*self.state.leaf_embeddings.held()?,
            keywords: self.state.corpus().leaves.keywords,
        };
        site::build(&source, options)
    }

    pub fn documents(&self) -> &[Arc<Document>] {
        &self.state.documents
    }

    /// # Panics
    /// If `id` is not one of this collection's.
    pub fn document_at(&self, id: DocId) -> &Document {
        &self.state.documents[id.index()]
    }

    /// The handle of the document that a caller named `id`.
    ///
    /// # Errors
    /// [`Error::UnknownDocument`].
    pub fn document_id(&self, id: &str) -> Result<DocId> {
        let position = self.state.documents.iter().position(|document| document.id == id);
        position.map(DocId::from).ok_or_else(|| Error::UnknownDocument { id: id.to_owned() })
    }

    pub fn tree(&self) -> &Tree {
        &self.state.tree
    }

    pub fn chunks(&self) -> &[Chunk] {
        &self.state.chunks
    }

    /// The embeddings of all nodes, one row a node, in the tree's order.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn embeddings(&self) -> Result<Matrix> {
        self.state.embeddings()
    }

    /// `id` as a handle of this collection's tree.
    ///
    /// # Errors
    /// [`Error::UnknownNode`].
    pub fn node_id(&self, id: u32) -> Result<NodeId> {
        if (id as usize) < self.state.tree.nodes().len() { Ok(NodeId(id)) } else { Err(Error::UnknownNode { id }) }
    }

    /// The text of a leaf, or the sentences of a summary.
    pub fn node_text(&self, id: NodeId) -> Cow<'_, str> {
        self.state.corpus().text(id)
    }

    /// The documents that `id`'s leaves stand in, in order.
    pub fn documents_under(&self, id: NodeId) -> Vec<DocId> {
        self.state.tree.documents_of(id, &self.state.chunks)
    }

    /// The heading paths that `id`'s leaves stand under, in document order, each once.
    pub fn heading_paths_under(&self, id: NodeId) -> Vec<Vec<&str>> {
        let path = |(document, heading)| self.document_at(document).heading_path(heading);
        self.state
            .tree
            .headings_of(id, &self.state.chunks)
            .into_iter()
            .map(path)
            .filter(|path| !path.is_empty())
            .collect()
    }

    /// The heading path at the start of `source`.
    pub fn heading_path_at(&self, source: SourceRange) -> Vec<&str> {
        self.document_at(source.document).heading_path(self.state.corpus().heading_at(source))
    }

    /// The fragment that leads nearest to the start of `source` in its original.
    pub fn anchor_at(&self, source: SourceRange) -> Option<&str> {
        self.document_at(source.document).anchor_at(self.state.corpus().heading_at(source), source.range.start)
    }
}
