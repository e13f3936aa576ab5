//! Soft clusters of embeddings, as RAPTOR groups the nodes of a level: principal components, a Gaussian mixture whose
//! size BIC chooses, first over all points (global) and then within each region (local).
//!
//! It differs from RAPTOR where that matters in use. The same input gives the same groups. Every fit is bounded in
//! points and components, so that a step is short and the whole ends in about linear time. A group over the limits is
//! split again with a quarter less each time, by halves if nothing else does. Groups of fewer than three are dissolved
//! and points in several groups are capped, so that there are at most half as many groups as points, unless the token
//! limit forces more.

mod choose;
mod clusterer;
mod mixture;
mod partition;
mod reduce;
mod start;

use std::sync::Arc;

pub use clusterer::{Clusterer, MAX_MEMBERS};
pub use partition::MIN_HOMES;

use crate::vector::Matrix;

/// How to cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterOptions {
    /// A point joins every group of which it is a member with more than this probability.
    pub posterior: f32,
    /// The most tokens of a group of more than one.
    pub max_cluster_tokens: u32,
    /// The same seed and points give the same groups.
    pub seed: u64,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self { posterior: 0.1, max_cluster_tokens: 3500, seed: 0 }
    }
}

/// Points in groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustering {
    /// Indices of points, ascending in each group; every point is in at least one.
    pub groups: Vec<Vec<u32>>,
    /// What did not go as usual: fits that failed and what was done instead.
    pub notes: Vec<String>,
}

/// Clusters the rows of `points`, which count `tokens` toward a group's limit, in one go.
pub fn cluster(points: Arc<Matrix>, tokens: &[u32], options: &ClusterOptions) -> Clustering {
    let mut clusterer = Clusterer::new(points, tokens.to_vec(), options.clone());
    while !clusterer.step() {}
    clusterer.finish()
}

#[cfg(test)]
mod tests;
