//! What a caller may ask of a search, a context or an answer.

use serde::{Deserialize, Serialize};

use super::route::Route;
use crate::error::{Error, Result};
use crate::index::Typing;

/// The most hits of one search. An evaluation reads thousands, to rank documents by their best chunks; nobody reads more,
/// and each hit costs the copies of its texts.
pub const MOST_HITS: u32 = 10_000;

/// Which nodes of the tree compete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Leaves alone: flat search.
    Leaves,
    /// Leaves and summaries of every level at once.
    Collapsed,
    /// From the top level down, keeping the best of each level, to leaves.
    Traverse,
    /// In a search, leaves, unless the summaries match the question better than any leaf does; in a context, the sentences
    /// that say most toward the question by all that stands around them.
    #[default]
    Auto,
}

/// How much vectors count beside keywords.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hybrid {
    /// 1: vectors alone; 0: keywords alone; none: as the question and what is found suggest.
    pub alpha: Option<f32>,
}

/// What each sentence of a context in mode [`Auto`](Mode::Auto) is scored by, beside itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Windows around it, its section, and the clusters that it belongs to.
    Path,
    /// Wider and wider windows around it, and what of the widest is in its section, or in a document without headings in its
    /// paragraph.
    #[default]
    Sections,
    /// Wider and wider windows around it.
    Windows,
    /// The clusters that it belongs to, of two levels.
    Clusters,
    /// Nothing.
    Sentences,
}

/// What is shown around a leaf.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expand {
    #[default]
    None,
    /// The leaf with two sentences on either side of it.
    Window,
    /// The section that the leaf stands in; the document where it has no headings.
    Parent,
}

/// Options of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchOptions {
    /// How many hits at the most, 1 to [`MOST_HITS`].
    pub k: u32,
    pub mode: Mode,
    /// In mode `auto`, the kind that the question is to be taken for; none: as it suggests.
    pub route: Option<Route>,
    pub hybrid: Hybrid,
    pub expand: Expand,
    /// Whether the question is still being typed, so that its last word may be the beginning of one.
    pub as_you_type: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            k: 8,
            mode: Mode::Auto,
            route: None,
            hybrid: Hybrid::default(),
            expand: Expand::None,
            as_you_type: false,
        }
    }
}

impl SearchOptions {
    /// How keyword search is to take the question's last word.
    pub fn typing(&self) -> Typing {
        if self.as_you_type { Typing::LastWordOpen } else { Typing::Finished }
    }

    /// # Errors
    /// [`Error::InvalidOption`] for `k` or `alpha` out of range, or a `route` in another mode than `auto`.
    pub fn validate(&self) -> Result<()> {
        if !(1..=MOST_HITS).contains(&self.k) {
            return Err(Error::InvalidOption { name: "k", reason: format!("{} is not from 1 to {MOST_HITS}", self.k) });
        }
        validate_asking(self.mode, self.route, self.hybrid)
    }
}

/// How a context is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContextFormat {
    /// Numbered sources with their titles, each between delimiters that no document can forge: ready for a prompt.
    #[default]
    Numbered,
    /// The passages alone, a line each.
    Plain,
}

/// Options of a context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ContextOptions {
    /// The most wordpieces that the text may have, all of it counted, 1 to 100,000.
    pub tokens: u32,
    pub mode: Mode,
    /// In mode `auto`, the kind that the question is to be taken for; none: as it suggests.
    pub route: Option<Route>,
    pub hybrid: Hybrid,
    pub evidence: Evidence,
    pub format: ContextFormat,
}

impl Default for ContextOptions {
    fn default() -> Self {
        Self {
            tokens: 1500,
            mode: Mode::Auto,
            route: None,
            hybrid: Hybrid::default(),
            evidence: Evidence::default(),
            format: ContextFormat::Numbered,
        }
    }
}

impl ContextOptions {
    /// # Errors
    /// [`Error::InvalidOption`] for `tokens` or `alpha` out of range, or a `route` in another mode than `auto`.
    pub fn validate(&self) -> Result<()> {
        if !(1..=100_000).contains(&self.tokens) {
            let reason = format!("{} is not from 1 to 100000", self.tokens);
            return Err(Error::InvalidOption { name: "tokens", reason });
        }
        validate_asking(self.mode, self.route, self.hybrid)
    }
}

/// Options of an extractive answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerOptions {
    /// How many sentences at the most, 1 to 20.
    pub sentences: u32,
    pub mode: Mode,
    /// In mode `auto`, the kind that the question is to be taken for; none: as it suggests.
    pub route: Option<Route>,
    pub hybrid: Hybrid,
}

impl Default for AnswerOptions {
    fn default() -> Self {
        Self { sentences: 3, mode: Mode::Auto, route: None, hybrid: Hybrid::default() }
    }
}

impl AnswerOptions {
    /// # Errors
    /// [`Error::InvalidOption`] for `sentences` or `alpha` out of range, or a `route` in another mode than `auto`.
    pub fn validate(&self) -> Result<()> {
        if !(1..=20).contains(&self.sentences) {
            let reason = format!("{} is not from 1 to 20", self.sentences);
            return Err(Error::InvalidOption { name: "sentences", reason });
        }
        validate_asking(self.mode, self.route, self.hybrid)
    }
}

fn validate_asking(mode: Mode, route: Option<Route>, hybrid: Hybrid) -> Result<()> {
    if route.is_some() && mode != Mode::Auto {
        return Err(Error::InvalidOption { name: "route", reason: "it is of mode auto".to_owned() });
    }
    match hybrid.alpha {
        Some(alpha) if !(0.0..=1.0).contains(&alpha) => {
            Err(Error::InvalidOption { name: "hybrid.alpha", reason: format!("{alpha} is not from 0 to 1") })
        }
        _ => Ok(()),
    }
}
