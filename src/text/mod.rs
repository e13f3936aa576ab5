//! Markdown, HTML and plain text to one canonical text with blocks and headings, and that to chunks.
//!
//! The canonical text has no markup. Blocks stand apart by a blank line; the items of a list, the rows of a table and
//! the lines of a listing by a line feed. White space within a block collapses to single spaces, except in listings.

mod anchors;
mod canonical;
mod chunk;
mod elements;
mod front_matter;
mod html;
mod inline;
mod markdown;
mod packing;
mod plain;

pub use chunk::{ChunkOptions, ChunkStrategy, chunk};

use xxhash_rust::xxh3::Xxh3;

use crate::document::{Document, Format, Source};
use crate::error::{Error, Result};
use crate::metadata::Value;

/// The most bytes that a source's content may have.
pub const MAX_DOCUMENT_BYTES: usize = 64 << 20;

/// A title made from a text's first words is cut after this many characters.
const TITLE_CHARACTERS: usize = 60;

/// Reads `source` into its canonical text, with blocks, headings and what its front matter adds to its metadata.
///
/// The title is that of the source, else the document's own (front matter or `<title>`), else its first heading, else
/// its first words, else its id. Headings have the id that they are reached by in HTML; those of Markdown without one
/// get the slug that GitHub gives them.
///
/// # Errors
/// [`Error::InvalidOption`] for an empty id, [`Error::DocumentTooLarge`] over [`MAX_DOCUMENT_BYTES`].
pub fn parse(source: &Source) -> Result<Document> {
    if source.id.is_empty() {
        return Err(Error::InvalidOption { name: "id", reason: "a document's id is empty".to_owned() });
    }
    let got = source.content.len();
    if got > MAX_DOCUMENT_BYTES {
        let (id, what) = (source.id.clone(), "bytes");
        return Err(Error::DocumentTooLarge { id, what, got, limit: MAX_DOCUMENT_BYTES });
    }
    let mut metadata = source.metadata.clone();
    let (own_title, blocks) = match source.format {
        Format::Text => (String::new(), plain::read(&source.content)),
        Format::Html => {
            let page = html::read(&source.content);
            (page.title, page.blocks)
        }
        Format::Markdown => {
            let (mut entries, body) = front_matter::split(&source.content);
            let title = match entries.remove("title") {
                Some(Value::Text(title)) => title,
                Some(Value::Number(title)) => title.to_string(),
                _ => String::new(),
            };
            for (key, value) in entries {
                metadata.entry(key).or_insert(value);
            }
            (title, markdown::read(body).blocks)
        }
    };
    let canonical = canonical::assemble(blocks, source.format == Format::Markdown);
    let candidates = [source.title.as_deref().unwrap_or_default(), &own_title]
        .map(inline::collapse)
        .into_iter()
        .chain(canonical.headings.first().map(|heading| heading.text.clone()))
        .chain([first_words(&canonical.text)]);
    Ok(Document {
        id: source.id.clone(),
        title: candidates.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| source.id.clone()),
        url: source.url.clone(),
        text: canonical.text,
        blocks: canonical.blocks,
        headings: canonical.headings,
        metadata,
        source_hash: source_hash(source),
    })
}

/// The beginning of the first line, cut at a word where it is long.
fn first_words(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let Some((limit, _)) = line.char_indices().nth(TITLE_CHARACTERS) else { return inline::collapse(line) };
    let cut = line[..limit].rfind(' ').unwrap_or(limit);
    format!("{}…", inline::collapse(&line[..cut]))
}

/// XXH3 over everything in a source that its document depends on: equal for equal sources.
pub fn source_hash(source: &Source) -> u64 {
    let mut hasher = Xxh3::new();
    let mut text = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    text(&source.id);
    for optional in [&source.title, &source.url] {
        text(if optional.is_some() { "some" } else { "none" });
        text(optional.as_deref().unwrap_or_default());
    }
    text(match source.format {
        Format::Text => "text",
        Format::Markdown => "markdown",
        Format::Html => "html",
    });
    text(&source.content);
    // The debug form of metadata is unambiguous, and a changed form costs no more than reading a document again.
    text(&format!("{:?}", source.metadata));
    hasher.digest()
}
