//! Telephone numbers: with a country's code, as North America writes them, with a trunk prefix, or after a word such as `tel`.

use std::ops::Range;

use super::candidate::{goes_on, joins_after, separator};
use super::context::{Surroundings, has_word, line_before};

/// Words before a number that say what it is. A cell is more often one of a body than a telephone.
const WORDS: &[&str] = &[
    "tel",
    "telephone",
    "telefon",
    "telefono",
    "teléfono",
    "telefone",
    "telefoon",
    "tél",
    "téléphone",
    "phone",
    "mobile",
    "mobil",
    "móvil",
    "mobiel",
    "cellulare",
    "portable",
    "handy",
    "handynummer",
    "telefonnummer",
    "mobilnummer",
    "cellphone",
    "celular",
    "rufnummer",
    "durchwahl",
    "fax",
    "telefoonnummer",
    "telemóvel",
    "telemovel",
    "cell:",
    "cell.:",
    "call",
    "ring",
    "dial",
    "anrufen",
    "appeler",
    "appelez",
    "chiama",
    "chiamare",
    "llámame",
    "llamar",
    "pod numer",
    "na numer",
    "hotline",
    "sms",
    "whatsapp",
];
/// Words before a number that say that it is something else, unless it has a country's code.
const OTHERS: &[&str] = &[
    "part no",
    "part number",
    "spare part",
    "ersatzteil",
    "teilenummer",
    "artikelnummer",
    "article no",
    "item no",
    "serial no",
    "order no",
    "invoice no",
    "model no",
    "sku",
];
/// How an extension is announced after a number, and its most digits.
const EXTENSIONS: &[&str] = &["extension", "ext.", "ext", "x"];
const EXTENSION_DIGITS: usize = 6;
/// How many characters before a number are read for them.
const NEAR: usize = 24;
/// The most digits of a number (E.164), with the zeros that dial abroad.
const MOST_DIGITS: usize = 17;

/// A number in groups.
#[derive(Default)]
struct Dialled {
    digits: Vec<u8>,
    /// How many digits are in each group so far, and where it ends.
    groups: Vec<(usize, usize)>,
    /// What stands between groups, the first character of it.
    marks: Vec<u8>,
}

/// The number that has its first group of digits at the start of `around`, with the mark before it.
#[inline(never)]
pub fn range(around: &Surroundings) -> Option<Range<usize>> {
    let Surroundings { text, start, .. } = *around;
    let bytes = text.as_bytes();
    if !bytes[start].is_ascii_digit() {
        return None;
    }
    let group = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let opened = bytes[..start].last() == Some(&b'(') && bytes.get(start + group) == Some(&b')');
    let outer = if opened { start - 1 } else { start };
    let plus = bytes[..outer].last() == Some(&b'+');
    let from = if plus { outer - 1 } else { outer };
    let joined = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-_".contains(byte);
    if bytes[..from].last().is_some_and(joined) {
        return None;
    }
    let dialled = Dialled::read(text, start);
    // No number is shorter, and most numbers in a text are.
    if dialled.digits.len() < 7 {
        return None;
    }
    let before = line_before(text, from, NEAR);
    let named = has_word(before, WORDS) || has_word(around.column(), WORDS);
    let form = Form { plus, opened, named };
    let weak = !plus && !named;
    if weak && has_word(before, OTHERS) {
        return None;
    }
    // A later group of another number is none.
    if weak && matches!(bytes[..from], [.., digit, b' '] if digit.is_ascii_digit()) {
        return None;
    }
    let groups = (1..=dialled.groups.len()).rev().find(|&groups| {
        let (_, end) = dialled.groups[groups - 1];
        // Nor are the first groups of one.
        let is_part = weak && matches!(bytes[end..], [b' ', digit, ..] if digit.is_ascii_digit());
        !is_part && !joins_after(text, end) && !goes_on(text, from, end) && form.fits(&dialled, groups)
    })?;
    Some(from..extended(text, dialled.groups[groups - 1].1))
}

/// The end of a number that ends at byte `end`, with an extension if there is one: `ext. 421`, `x214`.
#[inline(never)]
fn extended(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    let blanks = |at: usize| at + bytes[at..].iter().take(2).take_while(|byte| b" ,".contains(byte)).count();
    let at = blanks(end);
    let starts =
        |word: &&&str| bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
    let Some(word) = EXTENSIONS.iter().find(starts) else { return end };
    let from = blanks(at + word.len());
    let digits = bytes[from..].iter().take(EXTENSION_DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    if at == end || digits == 0 || joins_after(text, from + digits) { end } else { from + digits }
}

impl Dialled {
    /// Groups with a separator between them, and with brackets around one.
    #[inline(never)]
    fn read(text: &str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let mut dialled = Self::default();
        let mut at = start;
        loop {
            let group = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if group == 0 || dialled.digits.len() + group > MOST_DIGITS {
                break;
            }
            dialled.digits.extend(&bytes[at..at + group]);
            at += group;
            dialled.groups.push((group, at));
            let mark = at;
            // At most a bracket that closes, a separator, and one that opens.
            if bytes.get(at) == Some(&b')') {
                at += 1;
            }
            if let Some((_, length)) = separator(text, at).filter(|(separator, _)| *separator != b'+') {
                at += length;
                // As in `030 / 123456`.
                if bytes[at..].starts_with(b"/ ") || bytes[at..].starts_with(b"- ") {
                    at += 2;
                }
            }
            if bytes.get(at) == Some(&b'(') {
                at += 1;
            }
            if at == mark {
                break;
            }
            dialled.marks.push(match &bytes[mark..at] {
                [b' ', b'/', ..] => b'/',
                [b')', ..] | [b' ', b'(', ..] | [b'(', ..] => b'(',
                _ => separator(text, mark).map_or(b' ', |(separator, _)| separator),
            });
        }
        dialled
    }
}

/// What stands before a number.
struct Form {
    plus: bool,
    /// A bracket around the first group.
    opened: bool,
    /// A word that says that it is a telephone's.
    named: bool,
}

impl Form {
    /// Whether the first `groups` groups are a number to dial.
    #[inline(never)]
    fn fits(&self, dialled: &Dialled, groups: usize) -> bool {
        let lengths: Vec<usize> = dialled.groups[..groups].iter().map(|(length, _)| *length).collect();
        let digits = &dialled.digits[..lengths.iter().sum()];
        let marks = &dialled.marks[..groups - 1];
        if self.plus {
            return is_international(digits);
        }
        // Two zeros and a point or a slash begin the number of a company.
        let dials_abroad = self.named || groups > 1 && (lengths[0] > 2 || marks[0] == b' ');
        if let Some(abroad) = digits.strip_prefix(b"00").filter(|_| dials_abroad) {
            return is_international(abroad);
        }
        is_north_american(digits, &lengths, marks, self)
            || has_trunk_prefix(digits, &lengths, marks, self)
            || (self.named && (7..=15).contains(&digits.len()) && !is_date(digits, &lengths, marks))
    }
}

/// A country's code and a number.
fn is_international(digits: &[u8]) -> bool {
    match digits {
        [b'1', national @ ..] => national.len() == 10 && national[0] >= b'2',
        [b'7', ..] => digits.len() == 11,
        [b'2'..=b'9', ..] => (9..=15).contains(&digits.len()),
        _ => false,
    }
}

/// Area, exchange and line: 3, 3 and 4 digits.
fn is_north_american(digits: &[u8], lengths: &[usize], marks: &[u8], form: &Form) -> bool {
    let (national, lengths, marks) = match (digits, lengths, marks) {
        ([b'1', national @ ..], [1, lengths @ ..], [_, marks @ ..]) => (national, lengths, marks),
        _ => (digits, lengths, marks),
    };
    let given = national.len() == 10 && national[0] >= b'2' && national[3] >= b'2' && &national[4..6] != b"11";
    let written = lengths == [3, 3, 4]
        && (form.opened || marks == b"--" || marks == b".." || marks.first() == Some(&b'(') || form.named);
    given && (written || (form.named && lengths == [10]))
}

/// A zero, then the number of a place or network: 9 to 12 digits in all, in groups.
fn has_trunk_prefix(digits: &[u8], lengths: &[usize], marks: &[u8], form: &Form) -> bool {
    let [b'0', b'1'..=b'9', ..] = digits else { return false };
    if !(9..=12).contains(&digits.len()) || is_date(digits, lengths, marks) {
        return false;
    }
    let grouped = match marks {
        [] => return form.named,
        [b'/' | b'(', rest @ ..] => rest.iter().all(|mark| b" -".contains(mark)),
        [b'-'] => lengths[1] >= 5,
        // In pairs as in France, with points as well.
        [b'.', rest @ ..] => lengths == [2; 5] && rest.iter().all(|mark| *mark == b'.'),
        [first, rest @ ..] => rest.iter().all(|mark| mark == first) && (*first == b' ' || rest.len() < 3),
    };
    grouped && lengths[0] >= 2 && lengths.iter().all(|length| *length >= 2)
}

/// A day, which may have a time after it: two groups of two digits and a year, or a year and two groups of two digits.
fn is_date(digits: &[u8], lengths: &[usize], marks: &[u8]) -> bool {
    let apart = marks.len() > 1 && marks[0] == marks[1] && marks[0] != b' ';
    apart
        && (lengths.starts_with(&[2, 2, 4])
            || lengths.starts_with(&[4, 2, 2])
            || (lengths == [2; 3] && digits.len() == 6))
}
