//! A correction of question embeddings, learned from which results people preferred.
//!
//! The model stays as it is, and so does the index: a question's embedding q becomes q' = (q + B A q) / |q + B A q|, where A
//! narrows it to a few values and B widens those again. [`Training`] finds A and B by a pairwise preference loss, that of
//! Bradley and Terry: the chance that a preferred passage p beats one that was passed over, n, is
//! 1 / (1 + exp(-(q'·p - q'·n) / temperature)). Whether the correction helps is for held-out questions to say
//! ([`paired_chance`]).

mod adapter;
mod chance;
mod train;

pub use adapter::Adapter;
pub use chance::paired_chance;
pub use train::{Pair, Training, TrainingOptions};
