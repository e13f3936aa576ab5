//! A tree put in order after its leaves changed, at the cost of what changed.
//!
//! Level by level from the leaves up: nodes that are gone leave their groups, new ones join the groups that they are nearest
//! to or, where nothing is near, groups of their own; a group that has become too large is clustered again, one that has
//! become too small is dissolved. A group that is as it was keeps its summary and its embedding, all others are summarized
//! again, and then the level above sees those summaries as changed, gone or new. How far a level has come from its last
//! clustering is counted; over a limit it is clustered anew, with all above it, and even then what is summarized
//! already is not summarized again.

mod history;
mod placing;

pub use history::{Base, Moved};
pub(super) use history::{History, Kept};
pub(super) use placing::{Group, Placing};
