//! The one error type. Every error has a stable [`code`](Error::code) and a message that says what to do.

/// What can go wrong. Nothing is changed by a call that returns one of these.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option is out of its range or contradicts another. Correct the call.
    #[error("{name}: {reason}")]
    InvalidOption { name: &'static str, reason: String },
    /// A filter is not of the form that the documentation gives. Correct the call.
    #[error("filter: {reason}")]
    InvalidFilter { reason: String },
    /// There is no document with this id. List the ids with `tree()` or `stats()`.
    #[error("there is no document \"{id}\" in this collection")]
    UnknownDocument { id: String },
    /// There is no node with this id. Ids change when a collection changes: search again.
    #[error("there is no node {id} in this collection; node ids change when it does, so search again")]
    UnknownNode { id: u32 },
    /// A document exceeds a limit. Split it, or raise the limit.
    #[error("document \"{id}\" has {got} {what}, the limit is {limit}; split it or raise the limit")]
    DocumentTooLarge { id: String, what: &'static str, got: usize, limit: usize },
    /// A document holds what the collection's policy does not let in. Take it out, or use another collection. The values are
    /// not named.
    #[error("document \"{id}\" holds what this collection does not keep ({kinds}); {advice}")]
    SensitiveContent { id: String, kinds: String, advice: &'static str },
    /// The collection would hold more than it may. Remove documents, split them among several collections, or raise the limit.
    #[error(
        "the collection would have {got} chunks, the limit is {limit}; remove documents, use several collections, or raise the limit"
    )]
    CollectionTooLarge { got: usize, limit: usize },
    /// A file of the model is missing or not what it should be. Fetch the model again.
    #[error("model file {file}: {reason}")]
    ModelFile { file: &'static str, reason: String },
    /// The encoder could not compute. The message names the step.
    #[error("the encoder failed: {reason}")]
    Encoder { reason: String },
    /// Vectors handed in do not have the shape that was asked for.
    #[error("expected {expected} values of embeddings, got {got}")]
    EmbeddingShape { expected: usize, got: usize },
    /// A summarizer outside answered something other than what it was asked.
    #[error("summarizer: {reason}")]
    Summarizer { reason: String },
    /// A step was asked for while an earlier one waits for its answer, or answered without being asked.
    #[error("out of order: {reason}")]
    OutOfOrder { reason: &'static str },
    /// The collection changed while a change to it was being prepared. Prepare it again.
    #[error("the collection changed meanwhile; start this change again")]
    Conflict,
    /// The bytes are not a Leafcutter index.
    #[error("this is not a Leafcutter index: {reason}")]
    IndexFormat { reason: &'static str },
    /// The index was written by a version that this one cannot read. If that is a newer one, update Leafcutter; else build the
    /// index again.
    #[error(
        "the index has format version {got}, this version reads {expected}; {}",
        if got > expected { "update Leafcutter to open it" } else { "add the documents again to build it anew" }
    )]
    IndexVersion { expected: u32, got: u32 },
    /// The bytes were damaged or cut short. Use another copy.
    #[error("the index is damaged: {reason}; use another copy or build it again")]
    IndexDamaged { reason: &'static str },
    /// A file of the collection could not be read or written. Open the collection again.
    #[error("a file of the collection could not be read or written: {reason}; open the collection again")]
    Storage { reason: String },
    /// The index was built with another model or other settings. Open with those, or build it again.
    #[error(
        "the index was built with {expected}, but this collection is open with {got}; open it with the same, or build it again"
    )]
    IndexIdentity { expected: String, got: String },
}

/// A result with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A stable name for programs; messages may change, codes do not.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidOption { .. } => "invalid-option",
            Self::InvalidFilter { .. } => "invalid-filter",
            Self::UnknownDocument { .. } => "unknown-document",
            Self::UnknownNode { .. } => "unknown-node",
            Self::DocumentTooLarge { .. } => "document-too-large",
            Self::SensitiveContent { .. } => "sensitive-content",
            Self::CollectionTooLarge { .. } => "collection-too-large",
            Self::ModelFile { .. } => "model-file",
            Self::Encoder { .. } => "encoder",
            Self::EmbeddingShape { .. } => "embedding-shape",
            Self::Summarizer { .. } => "summarizer",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::Conflict => "conflict",
            Self::IndexFormat { .. } => "index-format",
            Self::IndexVersion { .. } => "index-version",
            Self::IndexDamaged { .. } => "index-damaged",
            Self::Storage { .. } => "storage-failed",
            Self::IndexIdentity { .. } => "index-identity",
        }
    }
}
