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
