//! Which texts hold which term, and how often.

use std::borrow::Cow;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::dictionary::{Dictionary, KeptDictionary};
use crate::order::sort_by;

/// One list of postings for each term of a dictionary: items ascending, each as its distance from the one before and its
/// frequency, both as LEB128 numbers, so that a posting takes two bytes as a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Postings {
    dictionary: Dictionary,
    /// By number of the term.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// Where a term's list ends; it begins where that of the entry before ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    list_end: u32,
    /// How many texts hold the term.
    items: u32,
}

/// Postings as they were read: they may be of anything.
#[derive(Deserialize)]
pub(super) struct UncheckedPostings {
    dictionary: KeptDictionary,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// A term and the items that hold it, ascending, each with its frequency there.
pub(super) type TermItems = (Rc<str>, Vec<(u32, u32)>);

impl Postings {
    /// Takes terms with their (item, frequency) pairs, items ascending. Of a term that is given again, one list is taken.
    pub fn new(mut terms: Vec<TermItems>) -> Self {
        sort_by(&mut terms, |(a, _), (b, _)| a.cmp(b));
        terms.dedup_by(|(next, _), (kept, _)| next == kept);
        let (mut entries, mut bytes) = (Vec::with_capacity(terms.len()), Vec::new());
        for (_, list) in &terms {
            write_list(list, &mut bytes);
            entries.push(Entry { list_end: bytes.len() as u32, items: list.len() as u32 });
        }
        Self { dictionary: Dictionary::new(terms.iter().map(|(term, _)| term.as_bytes())), entries, bytes }
    }

    /// `None` unless every list is one of some of `items` items.
    pub fn check(read: UncheckedPostings, items: usize) -> Option<Self> {
        let UncheckedPostings { dictionary, entries, bytes } = read;
        let dictionary = Dictionary::read(dictionary, entries.len())?;
        let mut start = 0;
        for entry in &entries {
            let mut rest = bytes.get(start..entry.list_end as usize)?;
            let (mut held, mut next) = (0, 0u32);
            while !rest.is_empty() {
                let item = next.checked_add(read_number(&mut rest)?).filter(|&item| (item as usize) < items)?;
                // The first may be item 0; each after it is another.
                if held > 0 && item == next {
                    return None;
                }
                read_number(&mut rest)?;
                (held, next) = (held + 1, item);
            }
            if held != entry.items {
                return None;
            }
            start = entry.list_end as usize;
        }
        (start == bytes.len()).then_some(Self { dictionary, entries, bytes })
    }

    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// How many texts hold the term of that number.
    pub fn items(&self, number: usize) -> u32 {
        self.entries[number].items
    }

    /// The list of the term of that number.
    pub fn list(&self, number: usize) -> List<'_> {
        let start = number.checked_sub(1).map_or(0, |before| self.entries[before].list_end);
        let Entry { list_end, items } = self.entries[number];
        List { bytes: Cow::Borrowed(&self.bytes[start as usize..list_end as usize]), items, read: 0, previous: 0 }
    }

    /// The lists of all terms, in order.
    pub fn lists(&self) -> impl Iterator<Item = List<'_>> {
        (0..self.entries.len()).map(|number| self.list(number))
    }
}

/// The postings of a term: yields (item, frequency), items ascending. The frequency counts an occurrence as often as its
/// field weighs.
#[derive(Clone, Debug)]
pub struct List<'a> {
    bytes: Cow<'a, [u8]>,
    items: u32,
    /// How many of the bytes were read.
    read: usize,
    previous: u32,
}

impl<'a> List<'a> {
    /// How many texts hold the term.
    pub fn items(&self) -> u32 {
        self.items
    }

    /// The list of a term that occurs wherever one of `lists` does, its frequency the sum of theirs.
    pub(super) fn merged(lists: impl IntoIterator<Item = List<'a>>) -> List<'static> {
        let mut all: Vec<(u32, u32)> = lists.into_iter().flatten().collect();
        sort_by(&mut all, |a, b| a.cmp(b));
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        let mut bytes = Vec::new();
        write_list(&all, &mut bytes);
        List { bytes: Cow::Owned(bytes), items: all.len() as u32, read: 0, previous: 0 }
    }
}

impl Iterator for List<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let mut rest = &self.bytes[self.read..];
        let item = self.previous + read_number(&mut rest)?;
        let frequency = read_number(&mut rest)?;
        self.read = self.bytes.len() - rest.len();
        self.previous = item;
        Some((item, frequency))
    }
}

fn write_list(list: &[(u32, u32)], bytes: &mut Vec<u8>) {
    let mut previous = 0;
    for &(item, frequency) in list {
        write_number(item - previous, bytes);
        write_number(frequency, bytes);
        previous = item;
    }
}

fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// `None` at the end of `bytes`, or where they hold no number of 32 bits.
fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read(numbers in prop::collection::vec(any::<u32>(), 0..50)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|&number| write_number(number, &mut bytes));
            let mut rest = bytes.as_slice();
            let read: Vec<u32> = std::iter::from_fn(|| read_number(&mut rest)).collect();
            prop_assert_eq!(read, numbers);
        }

        #[test]
        fn merged_lists_add_up(lists in prop::collection::vec(prop::collection::btree_map(0u32..300, 1u32..300, 0..20), 0..5)) {
            let mut sums = BTreeMap::new();
            for (item, frequency) in lists.iter().flatten() {
                *sums.entry(*item).or_insert(0) += frequency;
            }
            let terms = lists.iter().enumerate();
            let terms = terms.map(|(number, list)| (number.to_string().into(), list.clone().into_iter().collect()));
            let postings = Postings::new(terms.collect());
            let merged = List::merged(postings.lists());
            prop_assert_eq!(merged.items() as usize, sums.len());
            prop_assert_eq!(merged.collect::<BTreeMap<_, _>>(), sums);
        }
    }

    #[test]
    fn what_is_no_list_of_these_items_is_refused() {
        let postings = Postings::new(vec![("ant".into(), vec![(0, 1), (2, 300)]), ("bee".into(), vec![(1, 1)])]);
        let read = |bytes: &[u8]| postcard::from_bytes::<UncheckedPostings>(bytes);
        let bytes = postcard::to_allocvec(&postings).unwrap();
        assert_eq!(Postings::check(read(&bytes).unwrap(), 3).as_ref(), Some(&postings));
        assert_eq!(Postings::check(read(&bytes).unwrap(), 2), None, "an item is not there");
        for byte in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[byte] ^= 0x11;
            // Another frequency is as good as any; all else must fit together.
            if let Some(other) = read(&damaged).ok().and_then(|read| Postings::check(read, 3)) {
                assert_eq!((other.dictionary(), &other.entries), (postings.dictionary(), &postings.entries));
            }
        }
    }

    #[test]
    fn a_term_that_is_given_twice_is_there_once() {
        let postings =
            Postings::new(vec![("a".into(), vec![(0, 1)]), ("b".into(), vec![(1, 1)]), ("a".into(), vec![(2, 1)])]);
        assert_eq!((postings.dictionary().find("b"), postings.lists().count()), (Some(1), 2));
    }

    #[test]
    fn lists_stand_in_order_of_their_terms() {
        let postings = Postings::new(vec![("b".into(), vec![(0, 1), (300, 2)]), ("a".into(), vec![(7, 9)])]);
        assert_eq!(postings.dictionary().find("b"), Some(1));
        let lists: Vec<Vec<_>> = postings.lists().map(Iterator::collect).collect();
        assert_eq!(lists, [vec![(7, 9)], vec![(0, 1), (300, 2)]]);
        assert_eq!((postings.items(0), postings.items(1)), (1, 2));
    }
}
