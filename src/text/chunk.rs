//! A document to chunks: the leaves of the tree, and what search by meaning finds.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::STEP_BYTES;
use super::packing::{Packer, Packing, Piece, Ruler, Tokens};
use crate::document::{Block, BlockKind, Chunk, Document, TextRange};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::sentences::sentence_end;
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

/// Cuts a document into chunks step by step, in the order of its text.
///
/// With [`ChunkStrategy::Sentences`], a chunk holds sentences of one section (the blocks under one heading, which
/// itself begins the section's first chunk) and at most `tokens` tokens. A heading with nothing under it but others
/// goes with the first of those. A section over the budget is cut into chunks of about the same size; a sentence over
/// it at words, a word over it at characters. Without overlap, the chunks are disjoint and cover all text but white
/// space.
pub struct Chunker {
    options: ChunkOptions,
    document: Arc<Document>,
    id: DocId,
    tokens: Tokens,
    stage: Stage,
    chunks: Vec<Chunk>,
}

enum Stage {
    /// Tokens are counted up to this byte of this block.
    Count {
        block: usize,
        at: u32,
    },
    /// Sentences of a section are found.
    Divide(Section),
    /// They are packed into chunks.
    Pack(Section, Packing),
    Done,
}

/// Blocks that may share chunks.
struct Section {
    blocks: Range<usize>,
    /// Up to this block and this byte it is divided.
    block: usize,
    at: u32,
    /// Where the line at `at` ends.
    line_end: u32,
    pieces: Vec<Piece>,
}

impl Chunker {
    /// Will cut `document`, which is `id` in its collection.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], see [`ChunkOptions::validate`].
    pub fn new(document: Arc<Document>, id: DocId, options: ChunkOptions) -> Result<Self> {
        options.validate()?;
        let stage = Stage::Count { block: 0, at: 0 };
        Ok(Self { options, document, id, tokens: Tokens::default(), stage, chunks: Vec::new() })
    }

    /// Cuts a little further. Returns whether all is cut.
    pub fn step(&mut self, counter: &dyn TokenCounter) -> bool {
        let document = Arc::clone(&self.document);
        let blocks = document.blocks.as_slice();
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Count { mut block, mut at } => {
                let mut bytes = 0;
                while block < blocks.len() && bytes < STEP_BYTES {
                    let rest = TextRange { start: at.max(blocks[block].range.start), end: blocks[block].range.end };
                    at = self.tokens.add(&document.text, rest, counter);
                    bytes += (at - rest.start) as usize;
                    block += usize::from(at == rest.end);
                }
                if block < blocks.len() { Stage::Count { block, at } } else { self.after_counting(counter) }
            }
            Stage::Divide(mut section) => {
                let packer = self.packer(&document.text, counter);
                if divide(&mut section, blocks, &packer) {
                    let packing = Packing::new(&section.pieces, &packer);
                    Stage::Pack(section, packing)
                } else {
                    Stage::Divide(section)
                }
            }
            Stage::Pack(section, mut packing) => {
                // Under several headings in a row, the text is about the last.
                let heading = blocks[section.blocks.end - 1].heading;
                let mut bytes = 0;
                loop {
                    let packer = self.packer(&document.text, counter);
                    let Some(range) = packer.next_group(&section.pieces, &mut packing) else {
                        break section_from(&document, section.blocks.end);
                    };
                    bytes += range.len();
                    let chunk = self.chunk(range, heading, counter);
                    self.chunks.push(chunk);
                    if bytes > STEP_BYTES {
                        break Stage::Pack(section, packing);
                    }
                }
            }
            Stage::Done => Stage::Done,
        };
        matches!(self.stage, Stage::Done)
    }

    /// How many chunks were cut so far.
    pub fn cut(&self) -> usize {
        self.chunks.len()
    }

    /// The chunks that were cut.
    pub fn finish(self) -> Vec<Chunk> {
        self.chunks
    }

    fn after_counting(&mut self, counter: &dyn TokenCounter) -> Stage {
        if self.options.strategy == ChunkStrategy::Sentences {
            return section_from(&self.document, 0);
        }
        let text = self.document.text.as_str();
        let start = text.len() - text.trim_start().len();
        let whole = TextRange::new(start, start + text.trim().len());
        if let Some(first) = self.document.blocks.first().filter(|_| !whole.is_empty()) {
            self.chunks = vec![self.chunk(whole, first.heading, counter)];
        }
        Stage::Done
    }

    fn ruler<'a>(&'a self, text: &'a str, counter: &'a dyn TokenCounter) -> Ruler<'a> {
        Ruler { text, counter, tokens: &self.tokens }
    }

    fn packer<'a>(&'a self, text: &'a str, counter: &'a dyn TokenCounter) -> Packer<'a> {
        let (budget, overlap) = (self.options.tokens as usize, self.options.overlap as usize);
        Packer { ruler: self.ruler(text, counter), budget, overlap }
    }

    fn chunk(&self, range: TextRange, heading: Option<u32>, counter: &dyn TokenCounter) -> Chunk {
        let tokens = self.ruler(&self.document.text, counter).count(range) as u32;
        Chunk { document: self.id, range, heading, tokens }
    }
}

/// Cuts `document` in one go. See [`Chunker`].
///
/// # Errors
/// [`Error::InvalidOption`], see [`ChunkOptions::validate`].
pub fn chunk(document: &Document, id: DocId, options: &ChunkOptions, counter: &dyn TokenCounter) -> Result<Vec<Chunk>> {
    let mut chunker = Chunker::new(Arc::new(document.clone()), id, *options)?;
    while !chunker.step(counter) {}
    Ok(chunker.finish())
}

/// The section that begins with block `first`, not divided yet.
fn section_from(document: &Document, first: usize) -> Stage {
    let blocks = &document.blocks[first..];
    let Some(block) = blocks.first() else { return Stage::Done };
    let length = 1 + blocks.windows(2).take_while(|pair| joins(document, &pair[0], &pair[1])).count();
    let at = block.range.start;
    Stage::Divide(Section { blocks: first..first + length, block: first, at, line_end: at, pieces: Vec::new() })
}

/// Whether `block` is in the section of the block before it: under the same heading, or the first heading under it.
fn joins(document: &Document, before: &Block, block: &Block) -> bool {
    let parent = block.heading.and_then(|heading| document.headings[heading as usize].parent);
    before.heading == block.heading || before.kind == BlockKind::Heading && parent == before.heading
}

/// Finds more of the section's sentences, and cuts those over the budget. Returns whether all are found.
fn divide(section: &mut Section, blocks: &[Block], packer: &Packer) -> bool {
    let text = packer.ruler.text;
    let until = section.at as usize + STEP_BYTES;
    while (section.at as usize) < until {
        let block = &blocks[section.block];
        if section.at >= block.range.end {
            section.block += 1;
            if section.block == section.blocks.end {
                return true;
            }
            // What is between two blocks is white space.
            section.at = blocks[section.block].range.start;
            continue;
        }
        if section.line_end <= section.at {
            let rest = TextRange { start: section.at, ..block.range }.of(text);
            section.line_end = section.at + rest.find('\n').map_or(rest.len(), |length| length + 1) as u32;
        }
        let line = TextRange { start: section.at, end: section.line_end }.of(text);
        let (length, ended) = next_sentence(line);
        let sentence = &line[..length];
        let start = section.at as usize + sentence.len() - sentence.trim_start().len();
        section.at += length as u32;
        let trimmed = sentence.trim();
        if !trimmed.is_empty() {
            let parts = packer.cut(TextRange::new(start, start + trimmed.len()));
            let whole = ended && parts.len() == 1;
            let heading = block.kind == BlockKind::Heading;
            section.pieces.extend(parts.into_iter().map(|range| Piece { range, whole, heading }));
        }
    }
    false
}

/// The length of the first sentence of `line`, and whether it is one: what goes on without end is cut after a step's
/// worth of bytes, at white space or between graphemes if there are any.
fn next_sentence(line: &str) -> (usize, bool) {
    let near = &line[..line.floor_char_boundary(STEP_BYTES)];
    if let Some(end) = sentence_end(near) {
        return (end, true);
    }
    if near.len() == line.len() {
        return (line.len(), true);
    }
    let space = near.trim_end().rfind(char::is_whitespace);
    let cut = space.or_else(|| near.grapheme_indices(true).next_back().map(|(start, _)| start));
    (cut.filter(|&cut| cut > 0).unwrap_or(near.len()), false)
}
