//! Markdown, HTML and plain text to one canonical text with blocks and headings, and that to chunks.
//!
//! The canonical text has no markup. Blocks stand apart by a blank line; the items of a list, the rows of a table and
//! the lines of a listing by a line feed. A row of a table with a header says of each cell which column it is in. White space within a block collapses to single spaces, except in listings.

mod anchors;
mod canonical;
mod chunk;
mod elements;
mod front_matter;
mod html;
mod inline;
mod markdown;
mod packing;
mod page;
mod plain;
mod read;
mod screen;
mod table;

pub use chunk::{ChunkOptions, ChunkStrategy, Chunker, chunk};
pub use read::{DocumentReader, ReadLimits, parse, patched, source_hash};

/// About how many bytes a step of reading or cutting takes: a few milliseconds of work, which a tokenizer does most of.
const STEP_BYTES: usize = 1 << 14;
