//! The facade: a collection of documents, changed as a whole and asked questions.
//!
//! A [`Collection`] holds one committed [`State`]. A [`Change`] prepares the next one step by step beside it, and
//! [`Collection::commit`] puts it in place; until then nothing of the collection is touched, so a change that fails or
//! is dropped leaves it as it was.

mod change;
mod leaves;
mod options;
mod state;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

#[cfg(feature = "encoder")]
pub use crate::embed::{Encoder, Kernel, Loader, ModelFiles, Precision};
pub use crate::index::{Method, VectorIndex, Vectors};
pub use crate::retrieve::{Answer, AnswerOptions, Context, ContextOptions, Hit, SearchOptions, Trace};
pub use crate::site::SiteOptions;
pub use crate::store::shards::Shard;
pub use change::{Change, Edit, Outcome, Progress, Step};
pub use options::CollectionOptions;
use state::State;

use crate::document::{Chunk, Document, SourceRange};
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::ids::{DocId, NodeId};
use crate::index::Typing;
use crate::retrieve::{self, Question};
use crate::site::{self, SiteSource};
use crate::store::{self, Snapshot};
use crate::traits::TokenCounter;
use crate::tree::Tree;

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
}

/// Counts of what a collection holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub documents: usize,
    /// Bytes of canonical text.
    pub text_bytes: usize,
    pub chunks: usize,
    /// Wordpieces of all chunks.
    pub tokens: usize,
    /// Nodes on each level, leaves first.
    pub levels: Vec<usize>,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    pub identity: String,
}

/// What is asked, with its embedding and the documents it is asked of.
pub struct Query<'a> {
    pub text: &'a str,
    /// The embedding of `text` after [`TokenCounter::break_long_words`]. Without one, keywords decide alone.
    pub vector: Option<&'a [f32]>,
    pub filter: Option<&'a Filter>,
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
        Ok(Self { options, identity, state })
    }

    /// Prepares `edits`, to be applied in order. See [`Change`].
    pub fn begin(&self, edits: Vec<Edit>) -> Change {
        Change::new(self.options.clone(), self.state.clone(), edits)
    }

    /// Puts a finished change in place.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if the change is not done, [`Error::Conflict`] if another was committed since it began.
    pub fn commit(&mut self, change: Change) -> Result<Outcome> {
        let (base, next, outcome) = change.finish()?;
        if !Arc::ptr_eq(&base, &self.state) {
            return Err(Error::Conflict);
        }
        self.state = next;
        Ok(outcome)
    }

    /// The best nodes for `query`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for options out of range, [`Error::EmbeddingShape`] for a vector of another width.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<(Vec<Hit>, Trace)> {
        options.validate()?;
        let corpus = self.state.corpus();
        let question = self.question(query, options.typing(), options.hybrid)?;
        let ranking = retrieve::rank(&corpus, &question, options.mode, options.k as usize);
        let hits = retrieve::hits(&corpus, query.text, &ranking, options);
        Ok((hits, ranking.trace))
    }

    /// The best passages for `query` within a token budget.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn context(&self, query: &Query, options: &ContextOptions, counter: &dyn TokenCounter) -> Result<Context> {
        options.validate()?;
        let corpus = self.state.corpus();
        let question = Question { many: true, ..self.question(query, Typing::Finished, options.hybrid)? };
        Ok(retrieve::context(&corpus, counter, &question, options))
    }

    /// The sentences that answer `query` best.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn answer(&self, query: &Query, options: &AnswerOptions) -> Result<Answer> {
        options.validate()?;
        let corpus = self.state.corpus();
        let question = self.question(query, Typing::Finished, options.hybrid)?;
        let ranking = retrieve::rank(&corpus, &question, options.mode, 8);
        Ok(retrieve::answer(&corpus, query.text, ranking, options.sentences as usize))
    }

    fn question<'a>(&self, query: &Query<'a>, typing: Typing, hybrid: retrieve::Hybrid) -> Result<Question<'a>> {
        let expected = self.state.dimensions();
        match query.vector {
            Some(vector) if vector.len() != expected => Err(Error::EmbeddingShape { expected, got: vector.len() }),
            _ => Ok(Question {
                text: query.text,
                typing,
                vector: query.vector,
                filter: query.filter,
                hybrid,
                many: false,
            }),
        }
    }

    /// The whole collection as one file. The same documents, added in the same order, give the same bytes.
    pub fn export(&self) -> Vec<u8> {
        store::encode(&Snapshot {
            identity: self.identity.clone(),
            documents: self.state.documents.clone(),
            chunks: self.state.chunks.clone(),
            tree: self.state.tree.clone(),
            notes: self.state.notes.clone(),
            embeddings: self.state.embeddings(),
            sentences: self.state.sentences.rows().clone(),
        })
    }

    /// Opens what [`export`](Self::export) wrote, for a model as in [`new`](Self::new). The bytes may be of any origin.
    ///
    /// # Errors
    /// [`Error::IndexFormat`], [`Error::IndexVersion`] and [`Error::IndexDamaged`] for bytes that are no such file,
    /// [`Error::IndexIdentity`] for one made with another model or other options.
    pub fn import(bytes: &[u8], options: CollectionOptions, model_identity: &str, dimensions: usize) -> Result<Self> {
        let mut collection = Self::new(options, model_identity, dimensions)?;
        let snapshot = store::decode(bytes)?;
        if snapshot.identity != collection.identity {
            return Err(Error::IndexIdentity { expected: snapshot.identity, got: collection.identity });
        }
        if snapshot.embeddings.dimensions() != dimensions {
            return Err(Error::IndexDamaged { reason: "its embeddings are of another width than the model's" });
        }
        collection.state = Arc::new(State::from_snapshot(snapshot, collection.options.language));
        Ok(collection)
    }

    /// The collection as shards that a page loads on demand, the root last, for questions embedded by the model of
    /// `model_identity`. The same documents give the same shards.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an option out of range.
    pub fn shards(&self, options: SiteOptions, model_identity: &str) -> Result<Vec<Shard>> {
        let source = SiteSource {
            language: self.options.language,
            model: model_identity,
            documents: &self.state.documents,
            chunks: &self.state.chunks,
            tree: &self.state.tree,
            embeddings: &self.state.leaf_embeddings,
            keywords: self.state.corpus().leaves.keywords,
        };
        site::build(&source, options)
    }

    /// Counts of what is held.
    pub fn stats(&self) -> Stats {
        Stats {
            documents: self.state.documents.len(),
            text_bytes: self.state.documents.iter().map(|document| document.text.len()).sum(),
            chunks: self.state.chunks.len(),
            tokens: self.state.chunks.iter().map(|chunk| chunk.tokens as usize).sum(),
            levels: self.state.tree.level_sizes(),
            notes: self.state.notes.clone(),
            identity: self.identity.clone(),
        }
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
}
