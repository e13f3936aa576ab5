//! A source to a document, step by step.

use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

use super::canonical::RawBlock;
use super::page::PageFacts;
use super::screen::Screen;
use super::{STEP_BYTES, canonical, front_matter, html, inline, markdown, plain};
use crate::document::{Document, Format, Patch, Source};
use crate::error::{Error, Result};
use crate::metadata::Value;
use crate::sensitive::SensitiveOptions;

const LEVELS: &str = "levels of nesting";

/// What a source may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of its content.
    pub bytes: usize,
    /// Elements that stand in each other.
    pub nesting: usize,
}

impl Default for ReadLimits {
    /// Browsers nest no deeper than half of this.
    fn default() -> Self {
        Self { bytes: 64 << 20, nesting: 1024 }
    }
}

/// The most bytes of a title. Every chunk of its document is found by its words as well.
const MOST_TITLE: usize = 1024;

/// A title made from a text's first words is cut after this many characters.
const TITLE_CHARACTERS: usize = 60;

/// Reads a source into its canonical text, with blocks, headings and what its front matter adds to its metadata.
///
/// The title is that of the source, else the document's own (front matter or `<title>`), else its first heading, else
/// its first words, else its id. Headings have the id that they are reached by in HTML; those of Markdown without one
/// get the slug that GitHub gives them.
///
/// A [page](Source::page) also has what it says of itself: its canonical address for `url`, and as metadata its language (`lang`)
/// and what `data-leafcutter-meta` names.
pub struct DocumentReader {
    /// The source without its content.
    source: Source,
    source_hash: u64,
    /// The title that Markdown's front matter gives.
    own_title: String,
    content: Content,
    /// What is looked for in it, if anything.
    sensitive: Option<SensitiveOptions>,
    nesting: usize,
}

enum Content {
    Text(plain::Reader),
    Html(html::Reader),
    Markdown(markdown::Reader),
}

impl DocumentReader {
    /// Begins to read `source`, with the policy of `sensitive` for what it holds.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for an empty id, [`Error::DocumentTooLarge`] for more bytes than `limits` has, or for Markdown that
    /// is nested deeper than it can be read in time, [`Error::SensitiveContent`] for an id that is itself sensitive.
    pub fn new(mut source: Source, limits: ReadLimits, sensitive: Option<&SensitiveOptions>) -> Result<Self> {
        if source.id.is_empty() {
            return Err(Error::InvalidOption { name: "id", reason: "a document's id is empty".to_owned() });
        }
        if let Some(options) = sensitive {
            Screen::new(options).check_id(&source.id)?;
        }
        let got = source.content.len();
        if got > limits.bytes {
            return Err(Error::DocumentTooLarge { id: source.id, what: "bytes", got, limit: limits.bytes });
        }
        let source_hash = source_hash(&source);
        let mut content = std::mem::take(&mut source.content);
        let mut own_title = String::new();
        let content = match source.format {
            Format::Text => Content::Text(plain::Reader::new(content)),
            Format::Html => {
                let facts = source.page.as_ref().map(|page| PageFacts::new(page.main.as_deref()));
                Content::Html(html::Reader::new(content, facts))
            }
            Format::Markdown => {
                let (mut entries, body) = front_matter::split(&content);
                own_title = match entries.remove("title") {
                    Some(Value::Text(title)) => title,
                    Some(Value::Number(title)) => title.to_string(),
                    _ => String::new(),
                };
                for (key, value) in entries {
                    source.metadata.entry(key).or_insert(value);
                }
                let front = content.len() - body.len();
                content.drain(..front);
                let (got, limit) = (markdown::deepest(&content), limits.nesting.min(markdown::most_levels(&content)));
                if got > limit {
                    return Err(Error::DocumentTooLarge { id: source.id, what: LEVELS, got, limit });
                }
                Content::Markdown(markdown::Reader::new(content))
            }
        };
        Ok(Self { source, source_hash, own_title, content, sensitive: sensitive.cloned(), nesting: limits.nesting })
    }

    /// Reads a little more. Returns whether all is read.
    ///
    /// # Errors
    /// [`Error::DocumentTooLarge`] for elements that are nested deeper than the limits allow.
    pub fn step(&mut self) -> Result<bool> {
        let (all, got) = match &mut self.content {
            Content::Text(reader) => (reader.step(STEP_BYTES), 0),
            Content::Html(reader) => (reader.step(STEP_BYTES), reader.deepest()),
            Content::Markdown(reader) => (reader.step(STEP_BYTES), reader.deepest()),
        };
        if got <= self.nesting {
            return Ok(all);
        }
        let (id, limit) = (self.source.id.clone(), self.nesting);
        Err(Error::DocumentTooLarge { id, what: LEVELS, got, limit })
    }

    /// The document, what is left read in one go.
    ///
    /// # Errors
    /// Those of [`step`](Self::step), and [`Error::SensitiveContent`] where the policy refuses what it holds.
    pub fn finish(mut self) -> Result<Document> {
        while !self.step()? {}
        let Self { mut source, source_hash, own_title, content, sensitive, .. } = self;
        let mut screen = sensitive.as_ref().map(Screen::new);
        let (own_title, mut blocks): (String, Vec<RawBlock>) = match content {
            Content::Text(reader) => (own_title, reader.finish()),
            Content::Html(reader) => {
                let (page, facts) = reader.finish();
                if let Some(facts) = facts {
                    source.url = facts.canonical.or(source.url);
                    for (key, value) in facts.metadata {
                        source.metadata.entry(key).or_insert(value);
                    }
                }
                (page.title, page.blocks)
            }
            Content::Markdown(reader) => (own_title, reader.finish().blocks),
        };
        if let Some(screen) = &mut screen {
            screen.blocks(&mut blocks);
        }
        let canonical = canonical::assemble(blocks, source.format == Format::Markdown);
        let candidates = [source.title.as_deref().unwrap_or_default(), &own_title]
            .map(inline::collapse)
            .into_iter()
            .chain(canonical.headings.first().map(|heading| heading.text.clone()))
            .chain([first_words(&canonical.text)]);
        let document = Document {
            title: candidates.into_iter().find(|title| !title.is_empty()).unwrap_or_else(|| source.id.clone()),
            id: source.id,
            url: source.url,
            text: canonical.text,
            blocks: canonical.blocks,
            headings: canonical.headings,
            metadata: source.metadata,
            source_hash,
            updated_at: source.updated_at,
            expires_at: source.expires_at,
        };
        let mut document = match screen {
            Some(screen) => screen.finish(document)?,
            None => document,
        };
        // Behind the screen, which a half of what is sensitive would pass.
        document.title = cut_title(document.title);
        Ok(document)
    }
}

/// Reads `source` in one go, within the usual limits. See [`DocumentReader`].
///
/// # Errors
/// Those of [`DocumentReader::new`] and [`DocumentReader::step`].
pub fn parse(source: &Source) -> Result<Document> {
    DocumentReader::new(source.clone(), ReadLimits::default(), None)?.finish()
}

/// `document` as `patch` says, its text as it was, with the policy of `sensitive` for what the patch holds.
///
/// # Errors
/// [`Error::InvalidOption`] for a title without words, [`Error::SensitiveContent`] where the policy refuses what it holds.
pub fn patched(document: &Document, patch: &Patch, sensitive: Option<&SensitiveOptions>) -> Result<Document> {
    let mut next = document.clone();
    if let Some(title) = &patch.title {
        next.title = inline::collapse(title);
        if next.title.is_empty() {
            return Err(Error::InvalidOption { name: "title", reason: "a document's title is empty".to_owned() });
        }
    }
    if let Some(url) = &patch.url {
        next.url.clone_from(url);
    }
    if let Some(metadata) = &patch.metadata {
        next.metadata.clone_from(metadata);
    }
    next.updated_at = patch.updated_at.unwrap_or(next.updated_at);
    next.expires_at = patch.expires_at.unwrap_or(next.expires_at);
    if let Some(options) = sensitive {
        next = Screen::new(options).patched(document, patch, next)?;
    }
    next.title = cut_title(next.title);
    if next != *document {
        // It is no longer what its source says, and that source, added again, changes it back.
        let known = format!("{:?}", (&next.title, &next.url, &next.metadata, next.updated_at, next.expires_at));
        next.source_hash = xxh3_64_with_seed(known.as_bytes(), document.source_hash);
    }
    Ok(next)
}

fn cut_title(mut title: String) -> String {
    title.truncate(title.floor_char_boundary(MOST_TITLE));
    title
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
    text(&format!("{:?}", (source.updated_at, source.expires_at)));
    if let Some(page) = &source.page {
        text("page");
        text(page.main.as_deref().unwrap_or_default());
    }
    hasher.digest()
}
