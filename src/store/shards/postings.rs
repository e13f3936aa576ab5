//! The terms of a range, each with its postings.

use super::bytes::Writer;
use super::root::{read_term, write_term};
use super::{CheckedShard, Shard, ShardKind};
use crate::error::Result;

/// A term and the leaves that hold it, ascending, each with the term's frequency there.
pub type TermPostings = (String, Vec<(u32, u32)>);

/// First all terms, then the leaves of all, then all frequencies: like stands beside like, and compresses well.
pub fn encode_postings(terms: &[TermPostings]) -> Shard {
    let mut writer = Writer::default();
    writer.number(terms.len());
    let mut before = "";
    for (term, _) in terms {
        write_term(&mut writer, before, term);
        before = term;
    }
    terms.iter().for_each(|(_, list)| writer.number(list.len()));
    for (_, list) in terms {
        let mut previous = 0;
        for &(leaf, _) in list {
            writer.number((leaf - previous) as usize);
            previous = leaf;
        }
    }
    terms.iter().flat_map(|(_, list)| list).for_each(|&(_, frequency)| writer.number(frequency as usize));
    Shard::new(ShardKind::Postings, &writer.0)
}

/// # Errors
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none, or names other leaves than the `leaves` there
/// are.
pub fn decode_postings(shard: &CheckedShard, leaves: usize) -> Result<Vec<TermPostings>> {
    shard.read(ShardKind::Postings, |reader| {
        let count = reader.count(4)?;
        let mut terms: Vec<TermPostings> = Vec::with_capacity(count);
        for _ in 0..count {
            let term = read_term(reader, terms.last().map_or("", |(term, _)| term))?;
            terms.push((term, Vec::new()));
        }
        for (_, list) in &mut terms {
            let items = reader.count(2)?;
            if items == 0 {
                return None;
            }
            *list = vec![(0, 0); items];
        }
        let all: usize = terms.iter().map(|(_, list)| list.len()).sum();
        if all.checked_mul(2).is_none_or(|bytes| bytes > reader.0.len()) {
            return None;
        }
        for (_, list) in &mut terms {
            let mut leaf = 0usize;
            for (index, posting) in list.iter_mut().enumerate() {
                let distance = reader.number()?;
                leaf = leaf.saturating_add(distance);
                if leaf >= leaves || (distance == 0 && index > 0) {
                    return None;
                }
                posting.0 = leaf as u32;
            }
        }
        for posting in terms.iter_mut().flat_map(|(_, list)| list) {
            posting.1 = reader.number()? as u32;
        }
        Some(terms)
    })
}
