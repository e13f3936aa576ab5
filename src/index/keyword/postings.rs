//! Which texts hold which term, and how often.

use std::rc::Rc;

/// A sorted dictionary, and one list of postings a term: items ascending, each as its distance from the one before and
/// its frequency, both as LEB128 numbers, so that a posting takes two bytes as a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Postings {
    /// Every term, one after the other.
    dictionary: String,
    /// In order of the terms.
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

/// Where a term and its list end; they begin where those of the entry before end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Entry {
    term_end: u32,
    list_end: u32,
    /// How many texts hold the term.
    items: u32,
}

/// A term and the items that hold it, ascending, each with its frequency there.
pub(super) type TermItems = (Rc<str>, Vec<(u32, u32)>);

impl Postings {
    /// Takes each term with its (item, frequency) pairs, items ascending.
    pub fn new(mut terms: Vec<TermItems>) -> Self {
        terms.sort_unstable();
        let mut postings = Self::default();
        for (term, list) in terms {
            postings.dictionary.push_str(&term);
            let mut previous = 0;
            for &(item, frequency) in &list {
                write_number(item - previous, &mut postings.bytes);
                write_number(frequency, &mut postings.bytes);
                previous = item;
            }
            postings.entries.push(Entry {
                term_end: postings.dictionary.len() as u32,
                list_end: postings.bytes.len() as u32,
                items: list.len() as u32,
            });
        }
        postings
    }

    /// The list of `term`, if any text holds it.
    pub fn find(&self, term: &str) -> Option<List<'_>> {
        // Not `binary_search_by`: a comparison needs the entry's neighbor.
        let (mut low, mut high) = (0, self.entries.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.term(middle)?.cmp(term) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.list(middle),
            }
        }
        None
    }

    pub fn all(&self, language: super::Language) -> impl Iterator<Item = List<'_>> {
        (0..self.entries.len())
            .filter(move |&index| !self.term(index).is_some_and(|term| language.is_stop_word(term)))
            .filter_map(|index| self.list(index))
    }

    fn start(&self, index: usize) -> Entry {
        index.checked_sub(1).map_or(Entry::default(), |before| self.entries[before])
    }

    fn term(&self, index: usize) -> Option<&str> {
        self.dictionary.get(self.start(index).term_end as usize..self.entries[index].term_end as usize)
    }

    fn list(&self, index: usize) -> Option<List<'_>> {
        let entry = self.entries[index];
        let bytes = self.bytes.get(self.start(index).list_end as usize..entry.list_end as usize)?;
        Some(List { bytes, items: entry.items, previous: 0 })
    }
}

/// Yields (item, frequency), items ascending.
#[derive(Clone)]
pub struct List<'a> {
    bytes: &'a [u8],
    items: u32,
    previous: u32,
}

impl List<'_> {
    /// How many texts hold the term.
    pub fn items(&self) -> u32 {
        self.items
    }
}

impl Iterator for List<'_> {
    type Item = (u32, u32);

    fn next(&mut self) -> Option<(u32, u32)> {
        let item = self.previous.checked_add(read_number(&mut self.bytes)?)?;
        let frequency = read_number(&mut self.bytes)?;
        self.previous = item;
        Some((item, frequency))
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
        fn damaged_lists_end(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
            let list = List { bytes: &bytes, items: 1, previous: 0 };
            prop_assert!(list.count() <= bytes.len());
        }
    }

    #[test]
    fn a_term_is_found_and_its_neighbors_are_not() {
        let postings = Postings::new(vec![("b".into(), vec![(0, 1), (300, 2)]), ("a".into(), vec![(7, 9)])]);
        assert_eq!(postings.find("a").unwrap().collect::<Vec<_>>(), [(7, 9)]);
        assert_eq!(postings.find("b").unwrap().collect::<Vec<_>>(), [(0, 1), (300, 2)]);
        assert!(postings.find("").is_none() && postings.find("ab").is_none() && postings.find("c").is_none());
    }
}
