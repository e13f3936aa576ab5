//! A document to chunks: the leaves of the tree, and what search by meaning finds.

use serde::{Deserialize, Serialize};

use super::packing::{Packer, Piece, Ruler};
use crate::document::{Block, BlockKind, Chunk, Document, TextRange};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::sentences::sentences;
use crate::traits::TokenCounter;

/// How documents are cut into chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ChunkOptions {
    pub strategy: ChunkStrategy,
    /// The most tokens that a chunk may have, from 8 to 8,192.
    pub tokens: u32,
    /// How many tokens of whole sentences a chunk may repeat from the end of the one before it, up to half of `tokens`.
    pub overlap: u32,
}

/// What a chunk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChunkStrategy {
    /// Whole sentences of one section, within the token budget.
    #[default]
    Sentences,
    /// The whole document, whatever its length; what is over the model's is not embedded.
    Whole,
}

impl Default for ChunkOptions {
    /// Chunks of 100 tokens without overlap, as in the RAPTOR paper.
    fn default() -> Self {
        Self { strategy: ChunkStrategy::Sentences, tokens: 100, overlap: 0 }
    }
}

impl ChunkOptions {
    /// Checks the options.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a number out of its range.
    pub fn validate(&self) -> Result<()> {
        if !(8..=8192).contains(&self.tokens) {
            let reason = format!("{} is not from 8 to 8192", self.tokens);
            return Err(Error::InvalidOption { name: "chunking.tokens", reason });
        }
        if self.overlap > self.tokens / 2 {
            let reason = format!("{} is more than half of {} tokens", self.overlap, self.tokens);
            return Err(Error::InvalidOption { name: "chunking.overlap", reason });
        }
        Ok(())
    }
}

/// Cuts `document` into chunks, in the order of its text.
///
/// With [`ChunkStrategy::Sentences`], a chunk holds sentences of one section (the blocks under one heading, which
/// itself begins the section's first chunk) and at most `tokens` tokens. A heading with nothing under it but others
/// goes with the first of those. A section over the budget is cut into chunks of about the same size; a sentence over
/// it at words, a word over it at characters. Without overlap, the chunks are disjoint and cover all text but white
/// space.
///
/// # Errors
/// [`Error::InvalidOption`], see [`ChunkOptions::validate`].
pub fn chunk(document: &Document, id: DocId, options: &ChunkOptions, counter: &dyn TokenCounter) -> Result<Vec<Chunk>> {
    options.validate()?;
    let text = document.text.as_str();
    let ruler = Ruler::new(text, &document.blocks, counter);
    let to_chunk = |range, heading| Chunk { document: id, range, heading, tokens: ruler.count(range) as u32 };
    let whole = text.len() - text.trim_start().len();
    let whole = TextRange::new(whole, whole + text.trim().len());
    if options.strategy == ChunkStrategy::Whole {
        let first = document.blocks.first().filter(|_| !whole.is_empty());
        return Ok(first.map(|block| to_chunk(whole, block.heading)).into_iter().collect());
    }
    let packer = Packer { ruler: &ruler, budget: options.tokens as usize, overlap: options.overlap as usize };
    let mut chunks = Vec::new();
    for section in document.blocks.chunk_by(|before, block| joins(document, before, block)) {
        let pieces: Vec<Piece> = section.iter().flat_map(|block| pieces(text, block, &packer)).collect();
        // Under several headings in a row, the text is about the last.
        let heading = section.last().and_then(|block| block.heading);
        chunks.extend(packer.pack(&pieces).into_iter().map(|range| to_chunk(range, heading)));
    }
    Ok(chunks)
}

/// Whether `block` is in the section of the block before it: under the same heading, or the first heading under it.
fn joins(document: &Document, before: &Block, block: &Block) -> bool {
    let parent = block.heading.and_then(|heading| document.headings[heading as usize].parent);
    before.heading == block.heading || before.kind == BlockKind::Heading && parent == before.heading
}

/// The sentences of `block`, those over the budget in parts.
fn pieces(text: &str, block: &Block, packer: &Packer) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for sentence in sentences(block.range.of(text)) {
        let parts = packer.cut(sentence.shifted(block.range.start));
        let whole = parts.len() == 1;
        let heading = block.kind == BlockKind::Heading;
        pieces.extend(parts.into_iter().map(|range| Piece { range, whole, heading }));
    }
    pieces
}
