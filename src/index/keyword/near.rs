//! Which terms of a dictionary are a slip of the finger away from another.

#[cfg(feature = "fst")]
use fst::Automaton;

/// The most edits that are ever looked for.
const MOST_EDITS: usize = 2;
/// A prefix of the term is compared with prefixes that are shorter or longer by [`MOST_EDITS`] at the most.
const BAND: usize = 2 * MOST_EDITS + 1;
/// Stands for every distance over [`MOST_EDITS`].
const FAR: u8 = MOST_EDITS as u8 + 1;

/// Reads the bytes of a key in UTF-8 and matches if the key begins as the term does and is no more than `limit` edits away
/// from it. An edit adds, drops or replaces a character, or swaps two neighbors, none of which is edited again (optimal
/// string alignment).
///
/// fst's own automaton is a table over all bytes, made before the search: megabytes for a long term, and an error beyond.
/// This one computes a row of distances for each character, and only along the keys that are still near.
pub(super) struct NearAutomaton {
    term: Vec<char>,
    limit: u8,
}

/// The distances of what was read of a key to prefixes of the term.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// How many characters were read.
    read: usize,
    last: char,
    /// At `place` the distance to the prefix of `read + place - MOST_EDITS` characters.
    distances: [u8; BAND],
    /// The distances before `last` was read.
    before: [u8; BAND],
    /// The bits so far of a character that is read in part, and how many bytes it lacks.
    partial: u32,
    lacking: u8,
}

impl NearAutomaton {
    /// `limit` is 1 or 2.
    pub fn new(term: &str, limit: u8) -> Self {
        Self { term: term.chars().collect(), limit }
    }

    /// How many edits away the key read up to `row` is; over the limit means only that it is further than that.
    pub fn distance(&self, row: &Row) -> u8 {
        let place = (self.term.len() + MOST_EDITS).checked_sub(row.read);
        place.and_then(|place| row.distances.get(place)).map_or(FAR, |&distance| distance)
    }

    fn read(&self, row: &Row, character: char) -> Row {
        let mut distances = [FAR; BAND];
        let begins_alike = row.read > 0 || self.term.first() == Some(&character);
        for (place, distance) in distances.iter_mut().enumerate().filter(|_| begins_alike) {
            let Some(length) = (row.read + 1 + place).checked_sub(MOST_EDITS) else { continue };
            if length > self.term.len() {
                continue;
            }
            let mut least = row.distances.get(place + 1).map_or(FAR, |added| added + 1);
            if length > 0 {
                least = least.min(row.distances[place] + u8::from(self.term[length - 1] != character));
                // Where swapped neighbors would be: the character before stands second in the term.
                if length > 1 && self.term[length - 2] == character && self.term[length - 1] == row.last {
                    least = least.min(row.before[place] + 1);
                }
            }
            *distance = least.min(FAR);
        }
        // Dropped characters of the term, from shorter prefixes to longer ones.
        for place in 1..BAND {
            if row.read + 1 + place <= self.term.len() + MOST_EDITS {
                distances[place] = distances[place].min(distances[place - 1] + 1);
            }
        }
        Row { read: row.read + 1, last: character, distances, before: row.distances, partial: 0, lacking: 0 }
    }
}

impl NearAutomaton {
    /// Before anything is read.
    pub fn start(&self) -> Row {
        let distances = std::array::from_fn(|place| match place.checked_sub(MOST_EDITS) {
            Some(length) if length <= self.term.len() => length as u8,
            _ => FAR,
        });
        Row { read: 0, last: '\0', distances, before: [FAR; BAND], partial: 0, lacking: 0 }
    }

    /// Whether what was read is near.
    pub fn is_match(&self, row: &Row) -> bool {
        row.read > 0 && row.lacking == 0 && self.distance(row) <= self.limit
    }

    /// Whether what was read may go on to be near.
    pub fn can_match(&self, row: &Row) -> bool {
        row.distances.iter().any(|&distance| distance <= self.limit)
    }

    /// Reads a byte.
    pub fn accept(&self, row: &Row, byte: u8) -> Row {
        let bits = u32::from(byte);
        let (partial, lacking) = match (row.lacking, byte) {
            (0, 0..0x80) => (bits, 0),
            (0, 0x80..0xe0) => (bits & 0x1f, 1),
            (0, 0xe0..0xf0) => (bits & 0x0f, 2),
            (0, _) => (bits & 0x07, 3),
            (lacking, _) => (row.partial << 6 | bits & 0x3f, lacking - 1),
        };
        if lacking > 0 {
            return Row { partial, lacking, ..*row };
        }
        // Keys are valid UTF-8, so there is no other character to take for one that is none.
        self.read(row, char::from_u32(partial).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(feature = "fst")]
impl Automaton for NearAutomaton {
    type State = Row;

    fn start(&self) -> Row {
        self.start()
    }

    fn is_match(&self, row: &Row) -> bool {
        self.is_match(row)
    }

    fn can_match(&self, row: &Row) -> bool {
        self.can_match(row)
    }

    fn accept(&self, row: &Row, byte: u8) -> Row {
        self.accept(row, byte)
    }
}
