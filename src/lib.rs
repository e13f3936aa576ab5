//! Private search and retrieval-augmented answers that run inside the reader's browser.
//!
//! The stages, in the order in which a document meets them:
//!
//! 1. [`text`]: Markdown, HTML or plain text to one canonical text, what is [`sensitive`] masked, cut into chunks;
//! 2. [`embed`]: chunks to embeddings;
//! 3. [`tree`]: levels of summaries over the chunks, by way of [`cluster`] and [`summarize`];
//! 4. [`index`]: vectors and words to find nodes by;
//! 5. [`retrieve`]: a question to hits, and hits to a context within a token budget;
//! 6. [`adapt`]: what people preferred to a correction of questions;
//! 7. [`store`]: all of it to bytes and back;
//! 8. [`site`]: all of it to small files that a page loads on demand, and questions asked of those.
//!
//! The core does no I/O: it names what it needs and is handed bytes or text. `engine` joins the stages.

mod document;
mod error;
mod filter;
mod ids;
mod kept;
mod metadata;
mod order;
mod quantized;
mod sentences;
mod traits;
mod vector;

#[cfg(all(feature = "cluster", feature = "keyword"))]
pub mod adapt;
#[cfg(feature = "cluster")]
pub mod cluster;
#[cfg(feature = "encoder")]
pub mod embed;
#[cfg(all(feature = "cluster", feature = "keyword"))]
pub mod engine;
pub mod index;
#[cfg(feature = "keyword")]
pub mod retrieve;
pub mod sensitive;
#[cfg(feature = "keyword")]
pub mod site;
pub mod store;
pub mod summarize;
pub mod text;
pub mod tree;
#[cfg(all(target_arch = "wasm32", feature = "keyword"))]
mod wasm;

pub use document::{
    Block, BlockKind, Chunk, Document, Format, Heading, PageOptions, Patch, Source, SourceRange, TextRange,
};
pub use error::{Error, Result};
pub use filter::Filter;
pub use ids::{ChunkId, DocId, NodeId};
pub use kept::{Embeddings, KeptBytes, Sink};
pub use metadata::{Metadata, Value};
pub use quantized::{Probe, QuantizedMatrix};
pub use sentences::{sentences, words};
pub use traits::{Embedder, Passage, Role, Sentence, Summary, SummaryRequest, TokenCounter};
pub use vector::Matrix;
