//! A stretch of letters and digits in groups, as people write long numbers: `4111 1111 1111 1111`, `123.456.789-09`.

/// The most characters that are of interest: an IBAN has 34.
const MOST: usize = 34;

/// Where letters and digits begin that may be a number of any kind.
pub fn starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let begins = |at: usize| bytes[at].is_ascii_alphanumeric() && !joins_before(text, at);
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    // `AB 12 34 56 C`, a codice fiscale in one, and one in parts.
    let has_digit = move |at: usize| (at..=at + 3).any(is_digit) || is_digit(at + 6) || is_digit(at + 8);
    (0..bytes.len()).filter(move |&at| begins(at) && has_digit(at))
}

/// Whether the character before byte `at` is part of the same word.
#[inline(never)]
pub fn joins_before(text: &str, at: usize) -> bool {
    match text.as_bytes()[..at].last() {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric() || *byte == b'_',
        Some(_) => text[..at].chars().next_back().is_some_and(char::is_alphanumeric),
    }
}

/// Whether the character at byte `at` is part of the same word as what is before it.
#[inline(never)]
pub fn joins_after(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|next| next.is_alphanumeric() || next == '_')
}

/// Whether a number from `start` to `end` is only a part of one that has further groups, such as a version or a date.
#[inline(never)]
pub fn goes_on(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let joins = |byte: u8| matches!(byte, b'-' | b'.' | b'/');
    let before = matches!(bytes[..start], [.., digit, mark] if digit.is_ascii_digit() && joins(mark));
    let after = matches!(bytes[end..], [mark, digit, ..] if digit.is_ascii_digit() && joins(mark));
    before || after
}

/// The separator at byte `at`, blanks and hyphens of all kinds as plain ones, and its length in bytes.
#[inline(never)]
pub fn separator(text: &str, at: usize) -> Option<(u8, usize)> {
    let next = text[at..].chars().next()?;
    let plain = match next {
        ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => b' ',
        '-' | '\u{2010}'..='\u{2013}' => b'-',
        '.' | '/' | '+' => next as u8,
        _ => return None,
    };
    Some((plain, next.len_utf8()))
}

/// What is read from a start: characters, and where groups end.
pub struct Candidate<'a> {
    text: &'a str,
    start: usize,
    /// Digits and capital letters.
    characters: Vec<u8>,
    /// The byte of the text after each.
    ends: Vec<usize>,
    /// What stands before each: 0 where it follows directly.
    separators: Vec<u8>,
}

impl<'a> Candidate<'a> {
    /// Reads on from byte `start`, with one separator at most between characters.
    #[inline(never)]
    pub fn at(text: &'a str, start: usize) -> Self {
        let (mut characters, mut ends, mut separators) =
            (Vec::with_capacity(MOST), Vec::with_capacity(MOST), Vec::with_capacity(MOST));
        let bytes = text.as_bytes();
        let mut at = start;
        while characters.len() < MOST && at < bytes.len() {
            let (separator, length) = match bytes[at] {
                byte if byte.is_ascii_alphanumeric() => (0, 0),
                _ => match separator(text, at) {
                    Some(separator) => separator,
                    None => break,
                },
            };
            at += length;
            let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) else { break };
            characters.push(byte.to_ascii_uppercase());
            separators.push(separator);
            at += 1;
            ends.push(at);
        }
        Self { text, start, characters, ends, separators }
    }

    /// The first two characters, if they are letters that digits follow.
    #[inline(never)]
    pub fn country(&self) -> Option<&[u8]> {
        let (country, rest) = self.characters.split_at_checked(2)?;
        let holds = country.iter().all(u8::is_ascii_uppercase) && rest.first().is_some_and(u8::is_ascii_digit);
        holds.then_some(country)
    }

    /// The first `length` characters and where they end in the text, if they stand by themselves.
    #[inline(never)]
    pub fn first(&self, length: usize) -> Option<(&[u8], usize)> {
        let characters = self.characters.get(..length)?;
        let end = self.ends[length - 1];
        let apart = !joins_after(self.text, end) && !goes_on(self.text, self.start, end);
        apart.then_some((characters, end))
    }

    /// The same for digits in groups of these lengths with one separator between them, which `allowed` has.
    #[inline(never)]
    pub fn groups(&self, lengths: &[usize], allowed: &[u8]) -> Option<(&[u8], usize)> {
        let length = lengths.iter().sum();
        let mut inner = self.separators.get(1..length)?.iter();
        let mut separator = 0;
        let mut place = 0;
        let ends: usize = lengths[..lengths.len() - 1].iter().fold(0, |ends, length| {
            place += length;
            ends | 1 << place
        });
        let holds = (1..length).all(|at| {
            let found = *inner.next().unwrap_or(&0);
            if ends >> at & 1 == 0 {
                return found == 0;
            }
            if separator == 0 {
                separator = found;
            }
            found == separator && allowed.contains(&found)
        });
        if !holds { None } else { self.digits(length) }
    }

    /// The first `length` characters without a separator, if they are digits.
    #[inline(never)]
    pub fn bare(&self, length: usize) -> Option<(&[u8], usize)> {
        let whole = self.separators.get(1..length)?.iter().all(|&separator| separator == 0);
        if whole { self.digits(length) } else { None }
    }

    /// The first `length` characters, if they are digits, however they are grouped.
    pub fn digits(&self, length: usize) -> Option<(&[u8], usize)> {
        self.first(length).filter(|(characters, _)| characters.iter().all(u8::is_ascii_digit))
    }

    /// Whether a group of four digits and a blank stand before it, as in the number of a parcel.
    #[inline(never)]
    pub fn follows_four(&self) -> bool {
        let before = &self.text.as_bytes()[..self.start];
        matches!(before, [.., a, b, c, d, b' '] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether another four digits come after its first `length` characters, with a blank between.
    pub fn goes_on_four(&self, length: usize) -> bool {
        self.separators.get(length) == Some(&b' ')
            && self.characters.get(length..length + 4).is_some_and(|next| next.iter().all(u8::is_ascii_digit))
    }

    /// Whether the character at `place` is a capital letter in the text.
    pub fn is_capital(&self, place: usize) -> bool {
        self.ends.get(place).is_some_and(|end| self.text.as_bytes()[end - 1].is_ascii_uppercase())
    }

    /// What stands before each of the first `length` characters, where it is not the first: 0 where it follows directly.
    pub fn separators(&self, length: usize) -> &[u8] {
        &self.separators[1..length]
    }
}
