//! How a tree is grown.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How to grow a tree. The defaults are RAPTOR's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct TreeOptions {
    /// The most tokens of a summary.
    pub summary_tokens: u32,
    /// A node joins every cluster of which it is a member with more than this probability, 0 to 1.
    pub posterior: f32,
    /// The most levels above the leaves; 0 for no tree.
    pub max_levels: u32,
    /// A level of this many summaries or fewer is the last.
    pub stop_at: u32,
    /// The most tokens of the nodes that one summary is made of, at least twice `summary_tokens`.
    pub max_cluster_tokens: u32,
    /// A level is clustered anew once its drift is over this, 0 for at every change: see [`Tree::drift`](crate::tree::Tree::drift).
    pub max_drift: f32,
    /// Another seed gives another tree over the same leaves; the same gives the same.
    pub seed: u32,
    /// What a summary is found by, and clustered by on its level.
    pub summary_embedding: SummaryEmbedding,
}

/// Where a summary's embedding comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SummaryEmbedding {
    /// The model reads the summary.
    #[default]
    Text,
    /// It is the mean of the leaves under the summary, each weighed by its tokens.
    Leaves,
}

impl Default for TreeOptions {
    fn default() -> Self {
        Self {
            summary_tokens: 100,
            posterior: 0.1,
            max_levels: 5,
            stop_at: 11,
            max_cluster_tokens: 3500,
            max_drift: 0.5,
            seed: 0,
            summary_embedding: SummaryEmbedding::Text,
        }
    }
}

impl TreeOptions {
    /// # Errors
    /// [`Error::InvalidOption`] names the first option that is out of its range.
    pub fn validate(&self) -> Result<()> {
        let rule = |holds: bool, name: &'static str, reason: &str| {
            if holds { Ok(()) } else { Err(Error::InvalidOption { name, reason: reason.to_owned() }) }
        };
        rule(self.summary_tokens > 0, "tree.summaryTokens", "must be at least 1")?;
        rule(self.posterior > 0.0 && self.posterior <= 1.0, "tree.posterior", "must be over 0 and at most 1")?;
        rule(self.max_drift >= 0.0, "tree.maxDrift", "must be at least 0")?;
        rule(self.max_levels <= 16, "tree.maxLevels", "must be at most 16")?;
        let least = u64::from(self.summary_tokens) * 2;
        let enough = u64::from(self.max_cluster_tokens) >= least;
        rule(enough, "tree.maxClusterTokens", "must be at least twice tree.summaryTokens, or no level would be shorter")
    }
}
