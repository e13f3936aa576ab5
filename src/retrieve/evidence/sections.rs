//! What a text's author put together.

use std::ops::Range;

use super::Pool;
use crate::retrieve::corpus::Corpus;

/// The sentences of a pool by what they stand in: a section, or in a document without headings a paragraph.
pub fn sections(corpus: &Corpus, pool: &Pool) -> Vec<Range<usize>> {
    let section = |position: usize| {
        let source = corpus.sentences.get(pool.sentences[position] as usize).source;
        let document = corpus.document(source.document);
        let block = document.block_at(source.range.start)?;
        if document.has_headings() { block.heading } else { Some(block.range.start) }
    };
    pool.runs.iter().flat_map(|run| split(run.clone(), section)).collect()
}

/// `whole` in stretches of equal keys.
fn split<Key: PartialEq>(whole: Range<usize>, key: impl Fn(usize) -> Key) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for position in whole {
        let own = Some(key(position));
        match parts.last_mut() {
            Some(part) if own == last => part.end = position + 1,
            _ => parts.push(position..position + 1),
        }
        last = own;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_equal_keys_are_parts() {
        assert_eq!(split(2..7, |position| position / 3), [2..3, 3..6, 6..7]);
        assert_eq!(split(0..3, |_| ()).len(), 1);
        assert!(split(4..4, |_| ()).is_empty());
    }
}
