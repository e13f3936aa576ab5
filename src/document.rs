//! Documents as Leafcutter keeps them: one canonical text each, with blocks, headings and chunks as ranges over it.

use serde::{Deserialize, Serialize};

use crate::ids::DocId;
use crate::metadata::Metadata;

/// A range of UTF-8 bytes of a canonical text, end exclusive, both ends on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TextRange {
    pub start: u32,
    pub end: u32,
}

impl TextRange {
    /// The range from byte `start` to byte `end`.
    ///
    /// # Panics
    /// Past 4 GiB, more than a document may have.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |byte: usize| u32::try_from(byte).expect("a text of over 4 GiB");
        Self { start: narrow(start), end: narrow(end) }
    }

    /// Bytes in the range.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within this range.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text in the range.
    ///
    /// # Panics
    /// If the range is not one of `text`.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// This range of a text that itself begins at byte `offset` of a longer one.
    pub fn shifted(self, offset: u32) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }
}

/// How a source's content is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Text,
    Markdown,
    Html,
}

/// A document as a caller hands it in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The caller's name for it; a second source of the same id replaces the first.
    pub id: String,
    pub title: Option<String>,
    pub url: Option<String>,
    pub format: Format,
    pub content: String,
    #[serde(default)]
    pub metadata: Metadata,
    /// When it was last changed, in milliseconds since 1970.
    #[serde(default)]
    pub updated_at: Option<i64>,
    /// From when on no search finds it, likewise.
    #[serde(default)]
    pub expires_at: Option<i64>,
    /// Set where the source is a page of a site, whose HTML says something of itself.
    #[serde(default)]
    pub page: Option<PageOptions>,
}

/// How a page of a site is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageOptions {
    /// Simple selectors with commas between them, such as `main, article.post, #content`: the parts that are read, if there are any.
    pub main: Option<String>,
}

impl Source {
    /// Changes it as `patch` says.
    pub fn patch(&mut self, patch: &Patch) {
        self.title = patch.title.clone().or(self.title.take());
        if let Some(url) = &patch.url {
            self.url.clone_from(url);
        }
        if let Some(metadata) = &patch.metadata {
            self.metadata.clone_from(metadata);
        }
        self.updated_at = patch.updated_at.unwrap_or(self.updated_at);
        self.expires_at = patch.expires_at.unwrap_or(self.expires_at);
    }
}

/// What is to be changed of what is known about a document beside its content. Where there is `None`, all stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    pub title: Option<String>,
    pub url: Option<Option<String>>,
    /// Takes the place of all metadata.
    pub metadata: Option<Metadata>,
    pub updated_at: Option<Option<i64>>,
    pub expires_at: Option<Option<i64>>,
}

/// A parsed document. Every range anywhere is over `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    /// The canonical text: well-formed, no markup, blocks set apart by blank lines.
    pub text: String,
    /// In order of `text`, not overlapping.
    pub blocks: Vec<Block>,
    /// In order of `text`, and after them the [marks](Heading::is_mark), likewise.
    pub headings: Vec<Heading>,
    pub metadata: Metadata,
    /// Hash of the source that it was parsed from, so that an unchanged one is known.
    pub source_hash: u64,
    /// When it was last changed, in milliseconds since 1970.
    pub updated_at: Option<i64>,
    /// From when on no search finds it, likewise.
    pub expires_at: Option<i64>,
}

impl Document {
    /// Whether nothing of it is to be found any more at the time `now`, in milliseconds since 1970.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Whether its author gave it headings.
    pub fn has_headings(&self) -> bool {
        self.headings.first().is_some_and(|heading| !heading.is_mark())
    }

    /// The last mark at or before byte `at`.
    pub fn mark_at(&self, at: u32) -> Option<u32> {
        let first = self.headings.partition_point(|heading| !heading.is_mark());
        let before = self.headings[first..].partition_point(|mark| mark.section.start <= at);
        before.checked_sub(1).map(|index| (first + index) as u32)
    }

    /// Which place of the original leads nearest to byte `at`, under `heading`: the innermost heading with an anchor, or a mark
    /// after that. An index into `headings`.
    pub fn anchored_at(&self, heading: Option<u32>, at: u32) -> Option<u32> {
        let mut path = std::iter::successors(heading, |&index| self.headings[index as usize].parent);
        let heading = path.find(|&index| self.headings[index as usize].anchor.is_some());
        let start = |index: Option<u32>| index.map(|index| self.headings[index as usize].section.start);
        let mark = self.mark_at(at);
        if start(mark) > start(heading) { mark } else { heading }
    }

    /// The fragment that leads nearest to byte `at`, which stands under `heading`.
    pub fn anchor_at(&self, heading: Option<u32>, at: u32) -> Option<&str> {
        self.anchored_at(heading, at).and_then(|index| self.headings[index as usize].anchor.as_deref())
    }

    /// The last block that begins at or before byte `at`.
    pub fn block_at(&self, at: u32) -> Option<&Block> {
        let after = self.blocks.partition_point(|block| block.range.start <= at);
        after.checked_sub(1).map(|index| &self.blocks[index])
    }

    /// The texts of `heading` and those above it, outermost first.
    pub fn heading_path(&self, heading: Option<u32>) -> Vec<&str> {
        let mut path = Vec::new();
        let mut next = heading;
        while let Some(index) = next {
            let heading = &self.headings[index as usize];
            path.push(heading.text.as_str());
            next = heading.parent;
        }
        path.reverse();
        path
    }
}

/// The level of marks, below which no heading is.
pub(crate) const MARK_LEVEL: u8 = 6;

/// A heading, child of the nearest one above it of a lower level.
///
/// One without text is a **mark**: a place such as the beginning of a page, which the original can be opened at. It is no
/// child of another, and no block stands under it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub text: String,
    /// The fragment that leads to it in the original, without `#`.
    pub anchor: Option<String>,
    /// Index into `Document::headings`, always smaller than its own.
    pub parent: Option<u32>,
    /// Where its section begins (at the heading) and ends (before the next of its level or above).
    pub section: TextRange,
}

impl Heading {
    /// Whether it is a place alone.
    pub fn is_mark(&self) -> bool {
        self.text.is_empty()
    }
}

/// What a block of the original was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    Heading,
    Paragraph,
    ListItem,
    Quote,
    Code,
    TableRow,
}

/// A stretch of text that stands by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    pub range: TextRange,
    /// The innermost heading that it stands under (a heading block: itself), an index into `Document::headings`.
    pub heading: Option<u32>,
}

/// A leaf: whole sentences of one document, within a token budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chunk {
    pub document: DocId,
    pub range: TextRange,
    /// The innermost heading at its start, an index into `Document::headings`.
    pub heading: Option<u32>,
    /// The model's wordpieces in the text of `range`.
    pub tokens: u32,
}

/// A range of one document of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceRange {
    pub document: DocId,
    pub range: TextRange,
}
