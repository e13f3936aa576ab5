//! The one text of a document, put together block by block.

use std::collections::BTreeMap;

use crate::document::{Block, BlockKind, Heading, TextRange};
use crate::metadata::Metadata;

/// What a parser makes of a source.
#[derive(Debug, Default)]
pub struct Canonical {
    pub text: String,
    pub blocks: Vec<Block>,
    pub headings: Vec<Heading>,
    /// What the source calls itself, other than by a heading.
    pub title: Option<String>,
    /// What the source says of itself.
    pub metadata: Metadata,
}

/// Builds a canonical text.
#[derive(Default)]
pub struct Builder {
    canonical: Canonical,
    /// The headings that what comes next stands under, outermost first.
    open: Vec<u32>,
    /// How often each slug was given, so that the next is another.
    slugs: BTreeMap<String, u32>,
}

impl Builder {
    /// Adds a block of prose: white space is collapsed, a line feed is kept as a line break. Nothing is added for
    /// blank text.
    pub fn prose(&mut self, kind: BlockKind, text: &str) {
        let lines: Vec<String> = text.split('\n').map(collapse).filter(|line| !line.is_empty()).collect();
        self.block(kind, &lines.join("\n"));
    }

    /// Adds a block that keeps its white space.
    pub fn code(&mut self, text: &str) {
        let text: String = text.replace("\r\n", "\n").chars().filter(|&c| keeps(c)).collect();
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        self.block(BlockKind::Code, lines.join("\n").trim_matches('\n'));
    }

    /// Adds a heading, under the nearest one above it of a lower level. Without an `anchor` of its own, a slug is made
    /// of its text if `slug` is set, as the usual Markdown renderers do.
    pub fn heading(&mut self, level: u8, text: &str, anchor: Option<String>, slug: bool) {
        let text = collapse(text);
        if text.is_empty() {
            return;
        }
        let headings = &self.canonical.headings;
        self.open.retain(|&open| headings[open as usize].level < level);
        let index = headings.len() as u32;
        let anchor = anchor.or_else(|| slug.then(|| self.slug(&text)));
        let parent = self.open.last().copied();
        self.open.push(index);
        let start = self.block_start(BlockKind::Heading);
        let section = TextRange::new(start, start);
        self.canonical.headings.push(Heading { level, text: text.clone(), anchor, parent, section });
        self.block(BlockKind::Heading, &text);
    }

    fn slug(&mut self, text: &str) -> String {
        let kept = |c: char| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        };
        let slug: String = text.to_lowercase().chars().filter_map(kept).collect();
        let count = self.slugs.entry(slug.clone()).or_default();
        *count += 1;
        if *count == 1 { slug } else { format!("{slug}-{}", *count - 1) }
    }

    fn block(&mut self, kind: BlockKind, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let start = self.block_start(kind);
        let canonical = &mut self.canonical;
        // A break between two blocks: a line within a list or a table, a blank line elsewhere.
        canonical.text.push_str(&"\n\n"[..start - canonical.text.len()]);
        canonical.text.push_str(text);
        let range = TextRange::new(start, canonical.text.len());
        canonical.blocks.push(Block { kind, range, heading: self.open.last().copied() });
    }

    /// Where the next block, of this kind, will begin.
    fn block_start(&self, kind: BlockKind) -> usize {
        let joined = matches!(kind, BlockKind::ListItem | BlockKind::TableRow);
        let gap = match self.canonical.blocks.last() {
            None => 0,
            Some(last) if joined && last.kind == kind => 1,
            Some(_) => 2,
        };
        self.canonical.text.len() + gap
    }

    pub fn title(&mut self, title: &str) {
        let title = collapse(title);
        if !title.is_empty() {
            self.canonical.title.get_or_insert(title);
        }
    }

    pub fn metadata(&mut self) -> &mut Metadata {
        &mut self.canonical.metadata
    }

    /// The whole, with each section reaching to the next heading of its level or above.
    pub fn finish(self) -> Canonical {
        let mut canonical = self.canonical;
        let mut open: Vec<usize> = Vec::new();
        for index in 0..canonical.headings.len() {
            let (level, start) = (canonical.headings[index].level, canonical.headings[index].section.start);
            while let Some(&last) = open.last()
                && canonical.headings[last].level >= level
            {
                // The section before ends with its last block, not with the gap after it.
                canonical.headings[last].section.end = canonical.text[..start as usize].trim_end().len() as u32;
                open.pop();
            }
            open.push(index);
        }
        for last in open {
            canonical.headings[last].section.end = canonical.text.len() as u32;
        }
        canonical
    }
}

/// One line: runs of white space become a space, control characters go.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = collapsed.len();
        if before > 0 {
            collapsed.push(' ');
        }
        let start = collapsed.len();
        collapsed.extend(word.chars().filter(|&c| keeps(c)));
        if collapsed.len() == start {
            collapsed.truncate(before);
        }
    }
    collapsed
}

/// Control characters say nothing, and byte order marks and the like are not seen.
fn keeps(character: char) -> bool {
    !(character.is_control() && !matches!(character, '\n' | '\t')) && character != '\u{feff}'
}
