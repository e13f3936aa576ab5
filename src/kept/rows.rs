//! Rows of bytes in the order of their items, wherever they stand.

use std::ops::Range;

use super::Section;
use crate::error::Result;

/// Rows of equal width, in runs of which each stands end to end in one place.
#[derive(Clone)]
pub struct KeptRows {
    /// Bytes of a row.
    width: usize,
    rows: usize,
    /// In order, each with the number of its first row.
    runs: Vec<(usize, Place)>,
    /// Rows that are in no file yet.
    memory: Vec<u8>,
}

#[derive(Clone)]
enum Place {
    /// From this byte of a section on.
    File(Section, u64),
    /// From this byte of `memory` on.
    Memory(usize),
}

impl KeptRows {
    /// None yet, of so many bytes each.
    pub fn new(width: usize) -> Self {
        Self { width, rows: 0, runs: Vec::new(), memory: Vec::new() }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds the `rows` rows that begin at byte `at` of a section, which holds them.
    pub fn push(&mut self, section: &Section, at: u64, rows: usize) {
        let follows = match self.runs.last() {
            Some((first, Place::File(last, start))) => {
                last.is(section) && start + ((self.rows - first) * self.width) as u64 == at
            }
            _ => false,
        };
        if !follows && rows > 0 {
            self.runs.push((self.rows, Place::File(section.clone(), at)));
        }
        self.rows += rows;
    }

    /// Adds rows that are in no file.
    pub fn push_bytes(&mut self, rows: &[u8]) {
        if !matches!(self.runs.last(), Some((_, Place::Memory(_)))) && !rows.is_empty() {
            self.runs.push((self.rows, Place::Memory(self.memory.len())));
        }
        self.memory.extend_from_slice(rows);
        self.rows += rows.len() / self.width.max(1);
    }

    /// Adds rows of another, which are there. None is read.
    pub fn extend(&mut self, other: &Self, rows: Range<usize>) {
        for (place, count) in other.places(rows) {
            match place {
                Place::File(section, at) => self.push(&section, at, count),
                Place::Memory(at) => self.push_bytes(&other.memory[at..at + count * self.width]),
            }
        }
    }

    /// Fills `into` with the rows from `first` on, as many as it has room for.
    ///
    /// # Errors
    /// Those of [`Section::read`].
    ///
    /// # Panics
    /// If there are not so many.
    pub fn read(&self, first: usize, into: &mut [u8]) -> Result<()> {
        let mut filled = 0;
        for (place, count) in self.places(first..first + into.len() / self.width.max(1)) {
            let part = &mut into[filled..filled + count * self.width];
            match place {
                Place::File(section, at) => section.read(at, part)?,
                Place::Memory(at) => part.copy_from_slice(&self.memory[at..at + part.len()]),
            }
            filled += count * self.width;
        }
        Ok(())
    }

    /// Where rows are, and how many stand there end to end.
    fn places(&self, rows: Range<usize>) -> impl Iterator<Item = (Place, usize)> {
        assert!(rows.end <= self.rows, "a row that is not there");
        let mut next = rows.start;
        let mut run = self.runs.partition_point(|(first, _)| *first <= next).saturating_sub(1);
        std::iter::from_fn(move || {
            if next >= rows.end {
                return None;
            }
            let (first, place) = &self.runs[run];
            let end = self.runs.get(run + 1).map_or(self.rows, |(first, _)| *first).min(rows.end);
            let offset = (next - first) * self.width;
            let place = match place {
                Place::File(section, start) => Place::File(section.clone(), start + offset as u64),
                Place::Memory(start) => Place::Memory(start + offset),
            };
            let count = end - next;
            (next, run) = (end, run + 1);
            Some((place, count))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::kept::SectionReader;

    const WIDTH: usize = 3;

    /// A section of so many rows, each of which is its number and that of the section.
    fn section(number: u8, rows: u8) -> (Section, Vec<[u8; WIDTH]>) {
        let rows: Vec<[u8; WIDTH]> = (0..rows).map(|row| [number, row, row.wrapping_mul(7)]).collect();
        let mut reader = SectionReader::default();
        reader.take(&rows.concat());
        (reader.finish(Arc::new(rows.concat()), 0), rows)
    }

    proptest! {
        #[test]
        fn rows_are_in_order_wherever_they_stand(
            parts in prop::collection::vec((0..3usize, 0..20usize, 0..20usize), 1..12), first in 0..40usize, count in 0..60usize,
        ) {
            let sections = [section(0, 40), section(1, 40)];
            let (mut kept, mut expected) = (KeptRows::new(WIDTH), Vec::new());
            for (place, start, rows) in parts {
                match sections.get(place) {
                    Some((section, all)) => {
                        kept.push(section, (start * WIDTH) as u64, rows);
                        expected.extend_from_slice(&all[start..start + rows]);
                    }
                    None => {
                        let new: Vec<[u8; WIDTH]> = (0..rows).map(|row| [9, row as u8, start as u8]).collect();
                        kept.push_bytes(&new.concat());
                        expected.extend(new);
                    }
                }
            }
            let first = first.min(expected.len());
            let end = (first + count).min(expected.len());
            let mut part = KeptRows::new(WIDTH);
            part.push_bytes(&[1, 2, 3]);
            part.extend(&kept, first..end);
            for (rows, expected) in [(kept, expected.clone()), (part, [&[[1, 2, 3]], &expected[first..end]].concat())] {
                prop_assert_eq!(rows.rows(), expected.len());
                let mut all = vec![0; expected.len() * WIDTH];
                rows.read(0, &mut all).unwrap();
                prop_assert_eq!(all, expected.concat());
                for (index, expected) in expected.iter().enumerate() {
                    let mut row = [0; WIDTH];
                    rows.read(index, &mut row).unwrap();
                    prop_assert_eq!(&row, expected);
                }
            }
        }
    }

    #[test]
    fn neighbors_are_one_run() {
        let (section, _) = section(0, 40);
        let mut rows = KeptRows::new(WIDTH);
        for row in 0..20u64 {
            rows.push(&section, row * WIDTH as u64, 1);
        }
        rows.push(&section, 0, 5);
        assert_eq!((rows.rows(), rows.runs.len()), (25, 2));
    }
}
