//! Documents cut into chunks.

use serde::{Deserialize, Serialize};

use super::pack::{Unit, pack, units};
use crate::document::{Block, BlockKind, Chunk, Document, TextRange};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::traits::TokenCounter;

/// How documents are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChunkStrategy {
    /// Whole sentences of one section, up to a budget.
    #[default]
    Sentences,
    /// The document is one chunk. What is over the model's length is found by its words only.
    Whole,
}

/// Options of cutting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ChunkOptions {
    pub strategy: ChunkStrategy,
    /// The most tokens of a chunk, from 8.
    pub tokens: u32,
    /// The most tokens, in whole sentences, that a chunk repeats of the one before it; at most half of `tokens`.
    pub overlap: u32,
}

impl Default for ChunkOptions {
    fn default() -> Self {
        Self { strategy: ChunkStrategy::Sentences, tokens: 100, overlap: 0 }
    }
}

impl ChunkOptions {
    /// # Errors
    /// [`Error::InvalidOption`] for a number out of range.
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

/// The chunks of `document`, in order. They cover all of its text but white space. Under
/// [`ChunkStrategy::Sentences`] none has more than `options.tokens`, and none spans two sections.
///
/// # Errors
/// [`Error::InvalidOption`] as [`ChunkOptions::validate`].
pub fn chunk(document: &Document, id: DocId, options: &ChunkOptions, counter: &dyn TokenCounter) -> Result<Vec<Chunk>> {
    options.validate()?;
    Ok(match options.strategy {
        ChunkStrategy::Sentences => sections(&document.blocks)
            .flat_map(|blocks| chunk_section(&document.text, id, blocks, options, counter))
            .collect(),
        ChunkStrategy::Whole => whole(document, id, counter).into_iter().collect(),
    })
}

fn whole(document: &Document, id: DocId, counter: &dyn TokenCounter) -> Option<Chunk> {
    let (first, last) = (document.blocks.first()?, document.blocks.last()?);
    let range = TextRange { start: first.range.start, end: last.range.end };
    let tokens = counter.count(range.of(&document.text)) as u32;
    Some(Chunk { document: id, range, heading: first.heading, tokens })
}

/// Blocks that stand under one heading. A heading with nothing under it but another goes with that one.
fn sections(blocks: &[Block]) -> impl Iterator<Item = &[Block]> {
    blocks.chunk_by(|a, b| a.heading == b.heading || a.kind == BlockKind::Heading)
}

fn chunk_section(
    text: &str,
    id: DocId,
    blocks: &[Block],
    options: &ChunkOptions,
    counter: &dyn TokenCounter,
) -> Vec<Chunk> {
    let units: Vec<Unit> = blocks.iter().flat_map(|block| units(text, block, options.tokens, counter)).collect();
    // What stands under the last of several headings in a row is what they are all about.
    let heading = blocks.last().and_then(|block| block.heading);
    let chunk = |units: &[Unit]| Chunk {
        document: id,
        range: TextRange { start: units[0].range.start, end: units[units.len() - 1].range.end },
        heading,
        tokens: units.iter().map(|unit| unit.tokens).sum(),
    };
    pack(&units, options).into_iter().map(|packed| chunk(&units[packed])).collect()
}
