//! Blocks to a canonical text with ranges and a tree of headings.

use super::anchors::Anchors;
use crate::document::{Block, BlockKind, Heading, MARK_LEVEL, TextRange};

/// The most bytes of a heading. Every chunk under it is found by its words as well, so that a longer one is read as a paragraph.
const MOST_HEADING: usize = 1024;

/// A place in a block that the original can be opened at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Byte of the block's text.
    pub at: usize,
    /// The fragment that leads to it, without `#`.
    pub anchor: String,
}

/// A block as a format's reader hands it on.
#[derive(Debug, PartialEq)]
pub(super) struct RawBlock {
    pub kind: BlockKind,
    /// Not blank; line feeds only where the original breaks a line.
    pub text: String,
    /// The list or table that it is part of. Neighbors of one group stand on adjacent lines.
    pub group: Option<u32>,
    /// Of a heading, 1 to 6.
    pub level: u8,
    /// Of a heading, where the original names one.
    pub anchor: Option<String>,
    /// In order.
    pub marks: Vec<Mark>,
}

impl RawBlock {
    pub fn paragraph(text: String) -> Self {
        Self { kind: BlockKind::Paragraph, text, group: None, level: 0, anchor: None, marks: Vec::new() }
    }
}

/// A document's text with what is known of its parts.
#[derive(Debug, Default)]
pub(super) struct Canonical {
    pub text: String,
    pub blocks: Vec<Block>,
    pub headings: Vec<Heading>,
}

/// Lays the blocks out in one text. With `slugs`, headings without an anchor get one.
pub(super) fn assemble(mut raw_blocks: Vec<RawBlock>, slugs: bool) -> Canonical {
    let mut canonical = Canonical::default();
    let mut anchors = Anchors::default();
    for raw in &mut raw_blocks {
        // A repeated one leads to the first heading that has it.
        raw.anchor = raw.anchor.take().filter(|anchor| anchors.reserve(anchor));
    }
    // The headings whose sections are open, outermost first.
    let mut open: Vec<u32> = Vec::new();
    let mut group = None;
    let mut marks: Vec<(usize, String)> = Vec::new();
    for mut raw in raw_blocks {
        if raw.kind == BlockKind::Heading && raw.text.len() > MOST_HEADING {
            raw.kind = BlockKind::Paragraph;
        }
        let end = canonical.text.len();
        if end > 0 {
            canonical.text.push_str(if raw.group.is_some() && raw.group == group { "\n" } else { "\n\n" });
        }
        group = raw.group;
        let start = canonical.text.len();
        canonical.text.push_str(&raw.text);
        let range = TextRange::new(start, canonical.text.len());
        marks.extend(raw.marks.into_iter().map(|mark| (start + raw.text.floor_char_boundary(mark.at), mark.anchor)));
        if raw.kind == BlockKind::Heading {
            while let Some(&above) = open.last() {
                let above = &mut canonical.headings[above as usize];
                if above.level < raw.level {
                    break;
                }
                above.section = TextRange::new(above.section.start as usize, end);
                open.pop();
            }
            let parent = open.last().copied();
            open.push(canonical.headings.len() as u32);
            let anchor = raw.anchor.or_else(|| slugs.then(|| anchors.slug(&raw.text)).flatten());
            canonical.headings.push(Heading { level: raw.level, text: raw.text, anchor, parent, section: range });
        }
        canonical.blocks.push(Block { kind: raw.kind, range, heading: open.last().copied() });
    }
    for heading in open {
        let section = &mut canonical.headings[heading as usize].section;
        *section = TextRange::new(section.start as usize, canonical.text.len());
    }
    let mut ends = marks.iter().skip(1).map(|&(start, _)| start).collect::<Vec<_>>().into_iter();
    for (start, anchor) in marks {
        let section = TextRange::new(start, ends.next().unwrap_or(canonical.text.len()));
        canonical.headings.push(Heading {
            level: MARK_LEVEL,
            text: String::new(),
            anchor: Some(anchor),
            parent: None,
            section,
        });
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8, text: &str) -> RawBlock {
        RawBlock { kind: BlockKind::Heading, level, ..RawBlock::paragraph(text.to_owned()) }
    }

    fn item(group: u32, text: &str) -> RawBlock {
        RawBlock { kind: BlockKind::ListItem, group: Some(group), ..RawBlock::paragraph(text.to_owned()) }
    }

    #[test]
    fn groups_stand_on_adjacent_lines() {
        let paragraph = RawBlock::paragraph("after".to_owned());
        let canonical = assemble(vec![item(1, "a"), item(1, "b"), item(2, "c"), paragraph, item(2, "d")], false);
        assert_eq!(canonical.text, "a\nb\n\nc\n\nafter\n\nd");
        let texts: Vec<&str> = canonical.blocks.iter().map(|block| block.range.of(&canonical.text)).collect();
        assert_eq!(texts, ["a", "b", "c", "after", "d"]);
    }

    #[test]
    fn headings_form_a_tree_of_sections() {
        let body = || RawBlock::paragraph("text".to_owned());
        let blocks = vec![body(), heading(2, "A"), heading(4, "B"), body(), heading(3, "C"), heading(1, "D"), body()];
        let canonical = assemble(blocks, true);
        let parents: Vec<_> = canonical.headings.iter().map(|heading| heading.parent).collect();
        assert_eq!(parents, [None, Some(0), Some(0), None]);
        let sections: Vec<_> = canonical.headings.iter().map(|heading| heading.section.of(&canonical.text)).collect();
        assert_eq!(sections, ["A\n\nB\n\ntext\n\nC", "B\n\ntext", "C", "D\n\ntext"]);
        let under: Vec<_> = canonical.blocks.iter().map(|block| block.heading).collect();
        assert_eq!(under, [None, Some(0), Some(1), Some(1), Some(2), Some(3), Some(3)]);
    }

    #[test]
    fn what_is_far_too_long_for_a_heading_is_a_paragraph() {
        let canonical = assemble(vec![heading(1, &"a".repeat(MOST_HEADING + 1)), heading(2, "B")], true);
        assert_eq!(canonical.headings.len(), 1);
        assert_eq!(canonical.blocks[0].kind, BlockKind::Paragraph);
    }

    #[test]
    fn a_repeated_anchor_belongs_to_the_first_heading() {
        let anchored = || RawBlock { anchor: Some("x".to_owned()), ..heading(1, "X") };
        let anchors =
            |slugs| assemble(vec![anchored(), anchored()], slugs).headings.into_iter().map(|heading| heading.anchor);
        assert!(anchors(false).eq([Some("x".to_owned()), None]));
        assert!(anchors(true).eq([Some("x".to_owned()), Some("x-1".to_owned())]));
    }

    #[test]
    fn marks_come_after_the_headings_and_no_block_stands_under_them() {
        let marked = |text: &str, at, anchor: &str| RawBlock {
            marks: vec![Mark { at, anchor: anchor.to_owned() }],
            ..RawBlock::paragraph(text.to_owned())
        };
        let blocks = vec![marked("one", 0, "page=1"), heading(1, "A"), marked("two two", 4, "page=2")];
        let canonical = assemble(blocks, false);
        let places: Vec<_> =
            canonical.headings.iter().map(|each| (each.section.of(&canonical.text), each.is_mark())).collect();
        assert_eq!(places, [("A\n\ntwo two", false), ("one\n\nA\n\ntwo ", true), ("two", true)]);
        assert_eq!(canonical.blocks.iter().map(|block| block.heading).collect::<Vec<_>>(), [None, Some(0), Some(0)]);
    }

    #[test]
    fn slugs_are_made_only_where_asked() {
        assert_eq!(assemble(vec![heading(1, "One two")], true).headings[0].anchor.as_deref(), Some("one-two"));
        assert_eq!(assemble(vec![heading(1, "One two")], false).headings[0].anchor, None);
    }
}
