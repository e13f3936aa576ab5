//! A stretch of a document's text, with what stands in it.

use super::bytes::Writer;
use super::{CheckedShard, Shard, ShardKind};
use crate::document::TextRange;
use crate::error::Result;

/// Whole leaves of one document that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// Where in the document's canonical text it begins.
    pub start: u32,
    /// Those that its leaves stand under, each after the one above it.
    pub headings: Vec<FragmentHeading>,
    pub leaves: Vec<FragmentLeaf>,
    pub text: String,
}

/// A heading above a leaf, or without text a mark before it.
#[derive(Clone, Debug, PartialEq)]
pub struct FragmentHeading {
    pub text: String,
    pub anchor: Option<String>,
    /// A smaller index into [`Fragment::headings`].
    pub parent: Option<u32>,
}

/// A leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentLeaf {
    /// Of [`Fragment::text`].
    pub range: TextRange,
    /// The innermost heading at its start, an index into [`Fragment::headings`].
    pub heading: Option<u32>,
}

impl Fragment {
    /// The texts of `heading` and those above it, outermost first.
    pub fn heading_path(&self, heading: Option<u32>) -> Vec<&str> {
        let mut path: Vec<&str> = self.headings_above(heading).map(|heading| heading.text.as_str()).collect();
        path.retain(|text| !text.is_empty());
        path.reverse();
        path
    }

    /// The fragment identifier of the innermost heading that has one.
    pub fn anchor(&self, heading: Option<u32>) -> Option<&str> {
        self.headings_above(heading).find_map(|heading| heading.anchor.as_deref())
    }

    fn headings_above(&self, heading: Option<u32>) -> impl Iterator<Item = &FragmentHeading> {
        let get = |index: u32| self.headings.get(index as usize);
        std::iter::successors(heading.and_then(get), move |heading| heading.parent.and_then(get))
    }

    pub fn encode(&self) -> Shard {
        let mut writer = Writer::default();
        writer.number(self.start as usize);
        writer.number(self.headings.len());
        for heading in &self.headings {
            writer.number(heading.parent.map_or(0, |parent| parent as usize + 1));
            writer.text(&heading.text);
            writer.optional(heading.anchor.as_deref());
        }
        writer.number(self.leaves.len());
        let mut before = 0;
        for leaf in &self.leaves {
            writer.number((leaf.range.start - before) as usize);
            writer.number(leaf.range.len());
            writer.number(leaf.heading.map_or(0, |heading| heading as usize + 1));
            before = leaf.range.start;
        }
        writer.text(&self.text);
        Shard::new(ShardKind::Fragment, &writer.0)
    }

    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
    pub fn decode(shard: &CheckedShard) -> Result<Self> {
        shard.read(ShardKind::Fragment, |reader| {
            let start = reader.number()? as u32;
            let count = reader.count(3)?;
            let mut headings = Vec::with_capacity(count);
            for index in 0..count {
                let parent = place(reader.number()?, index)?;
                let text = reader.text()?.to_owned();
                headings.push(FragmentHeading { text, anchor: reader.optional()?.map(str::to_owned), parent });
            }
            let count = reader.count(3)?;
            let mut leaves = Vec::with_capacity(count);
            let mut at = 0usize;
            for _ in 0..count {
                at = at.saturating_add(reader.number()?);
                let end = at.saturating_add(reader.number()?);
                let heading = place(reader.number()?, headings.len())?;
                let narrow = |byte: usize| u32::try_from(byte).ok();
                leaves.push(FragmentLeaf { range: TextRange { start: narrow(at)?, end: narrow(end)? }, heading });
            }
            let text = reader.text()?.to_owned();
            let in_text = |range: TextRange| text.get(range.start as usize..range.end as usize).is_some();
            if !leaves.iter().all(|leaf| in_text(leaf.range)) {
                return None;
            }
            Some(Self { start, headings, leaves, text })
        })
    }
}

/// An index that was written one higher, so that 0 stands for none, and is below `end`.
fn place(number: usize, end: usize) -> Option<Option<u32>> {
    match number.checked_sub(1) {
        None => Some(None),
        Some(index) if index < end => Some(Some(index as u32)),
        Some(_) => None,
    }
}
