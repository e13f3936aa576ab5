//! What each target does with its bytes. `tests/corpus.rs` of the checkout does the same with every file of the corpus.

mod documents;
mod indexes;
mod models;
mod seeds;

pub use documents::{filter, front_matter, html, markdown, page, sensitive};
pub use indexes::{delta, derived, shard, snapshot};
pub use models::{artefact, model_folder, tokenizer_input, weights};
pub use seeds::seeds;

/// Each target by its name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("snapshot", snapshot),
    ("delta", delta),
    ("derived", derived),
    ("shard", shard),
    ("markdown", markdown),
    ("front_matter", front_matter),
    ("html", html),
    ("page", page),
    ("sensitive", sensitive),
    ("filter", filter),
    ("model_folder", model_folder),
    ("weights", weights),
    ("artefact", artefact),
    ("tokenizer_input", tokenizer_input),
];
