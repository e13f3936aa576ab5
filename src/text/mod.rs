//! From a source to one canonical text, and from that to chunks.

mod canonical;
mod chunk;
mod html;
mod markdown;
mod pack;
mod plain;

use xxhash_rust::xxh3::xxh3_64;

use crate::document::{Document, Format, Source};
use crate::error::{Error, Result};

use canonical::Canonical;
pub use chunk::{ChunkOptions, ChunkStrategy, chunk};

/// The most bytes that a source may have.
pub const MAX_SOURCE_BYTES: usize = 64 << 20;
/// Words of a document that stand for its title where it has none.
const TITLE_WORDS: usize = 8;

/// Reads `source`.
///
/// # Errors
/// [`Error::InvalidOption`] for an empty id, [`Error::DocumentTooLarge`] over [`MAX_SOURCE_BYTES`].
pub fn parse(source: &Source) -> Result<Document> {
    if source.id.is_empty() {
        return Err(Error::InvalidOption { name: "id", reason: "a document's id is empty".to_owned() });
    }
    let (got, limit) = (source.content.len(), MAX_SOURCE_BYTES);
    if got > limit {
        return Err(Error::DocumentTooLarge { id: source.id.clone(), what: "bytes", got, limit });
    }
    let Canonical { text, blocks, headings, title, mut metadata } = match source.format {
        Format::Text => plain::parse(&source.content),
        Format::Markdown => markdown::parse(&source.content),
        Format::Html => html::parse(&source.content),
    };
    metadata.extend(source.metadata.clone());
    let title = source
        .title
        .clone()
        .or(title)
        .or_else(|| headings.first().map(|heading| heading.text.clone()))
        .filter(|title| !title.trim().is_empty())
        .unwrap_or_else(|| first_words(&text, &source.id));
    Ok(Document {
        id: source.id.clone(),
        title,
        url: source.url.clone(),
        text,
        blocks,
        headings,
        metadata,
        source_hash: source_hash(source),
    })
}

/// A hash of all that a source says: equal for equal sources.
pub fn source_hash(source: &Source) -> u64 {
    let bytes = postcard::to_allocvec(source).expect("plain data can be written to memory");
    xxh3_64(&bytes)
}

fn first_words(text: &str, id: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().take(TITLE_WORDS + 1).collect();
    let cut = words.len() > TITLE_WORDS;
    words.truncate(TITLE_WORDS);
    match words.join(" ") {
        title if title.is_empty() || title.len() > 120 => id.to_owned(),
        title if cut => format!("{title}…"),
        title => title,
    }
}

#[cfg(test)]
mod tests;
