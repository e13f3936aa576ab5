//! Finding items by vector and by word, and joining the two rankings.
//!
//! An item is whatever the caller numbered: the row of a matrix, the position of a text. Every search takes the
//! predicate `allow`, so that a filter costs no hits, and puts equal scores in order of item, so that the same
//! question always gets the same answer.

mod choose;
mod exact;
mod fusion;
#[cfg(feature = "encoder")]
mod hnsw;
#[cfg(feature = "keyword")]
mod keyword;
#[cfg(test)]
mod samples;
mod sentence_rows;
#[cfg(feature = "keyword")]
mod sentences;
mod signs;
mod top;

pub use choose::{Method, Vectors};
pub use exact::ExactScan;
pub use fusion::{Fused, POOL, fuse};
#[cfg(feature = "encoder")]
pub use hnsw::Hnsw;
#[cfg(feature = "keyword")]
pub(crate) use keyword::count_characters;
#[cfg(feature = "keyword")]
pub use keyword::{
    B, Field, K1, KeywordIndex, KeywordIndexer, KeywordQuery, Language, List, QueryTerm, QueryTerms, ReadQuery, Typing,
    WantedTerm,
};
pub use sentence_rows::{SentenceRows, leaf_sentences};
#[cfg(feature = "keyword")]
pub use sentences::{IndexedSentence, KeptSentences, ReadSentences, SentenceIndex, SentenceIndexer};
pub use signs::{Kernel, SignScan};

use crate::error::Result;

/// An item and how well it matches: more is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    pub item: u32,
    pub score: f32,
}

/// Finds the rows of a matrix nearest to a query.
pub trait VectorIndex {
    /// The `k` rows of highest dot product with `query` among those that `allow` admits, best first, equal scores by
    /// item. Fewer where there are fewer, none for a query of another width. A score that is not a number is no hit.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>>;
}
