//! A collection as shards that a page loads on demand, and questions asked of those.
//!
//! [`build`] makes the shards; `branches` cuts the tree into branches by which embeddings are loaded. A [`SiteReader`] is what a
//! page has of them: it is asked, says which shards it wants, is handed them, is asked again, and answers (`keywords`, `meaning`,
//! `results`).

#[cfg(feature = "cluster")]
mod branches;
#[cfg(feature = "cluster")]
mod build;
mod keywords;
#[cfg(feature = "meaning")]
mod meaning;
mod reader;
mod results;
mod snippet;
#[cfg(all(test, feature = "cluster"))]
mod tests;

pub use crate::index::Typing;
#[cfg(feature = "cluster")]
pub use build::{SiteOptions, SiteSource, build};
pub use reader::{Reply, SiteQuery, SiteReader};
pub use results::{PageHit, SectionHit, SiteResults};
