//! Numbers by which countries know people. A number that is weakly checked and written without groups is taken for one only
//! where a word near it says so.

use super::candidate::Candidate;
use super::checksums::{is_date, luhn, mod_11_10, number, value, verhoeff, weighed};
use super::context::Surroundings;
use super::options::Kind;

type Hit<'a> = Option<(&'a [u8], usize)>;

/// What number begins at the start of `candidate`, and where it ends.
pub fn kind_and_end(candidate: &Candidate, around: &Surroundings) -> Option<(Kind, usize)> {
    let scanners = [
        (Kind::IdGb, united_kingdom as fn(&Candidate, &Surroundings) -> Option<usize>),
        (Kind::IdEs, spain),
        (Kind::IdIt, italy),
        (Kind::IdFr, france),
        (Kind::IdBr, brazil),
        (Kind::IdSe, sweden),
        (Kind::IdPl, poland),
        (Kind::IdDe, germany),
        (Kind::IdIn, india),
        (Kind::IdNl, netherlands),
        (Kind::IdUs, united_states),
    ];
    scanners.iter().find_map(|(kind, scan)| scan(candidate, around).map(|end| (*kind, end)))
}

/// Where the first of `hits` ends that holds.
#[inline(never)]
fn first(hits: &[Hit], holds: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    hits.iter().flatten().find(|(digits, _)| holds(digits)).map(|(_, end)| *end)
}

/// National Insurance number: two letters, six digits, a letter.
fn united_kingdom(candidate: &Candidate, _: &Surroundings) -> Option<usize> {
    let (number, end) = candidate.first(9)?;
    let (prefix, rest) = number.split_at(2);
    let letters = !prefix.iter().any(|letter| b"DFIQUV".contains(letter) || !letter.is_ascii_uppercase());
    let given =
        prefix[1] != b'O' && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&prefix.try_into().ok()?);
    let separators = candidate.separators(9);
    // In pairs, in its three parts, or in one.
    let grouped = separators.iter().zip(1..).all(|(&separator, place)| separator == 0 || place % 2 == 0)
        && separators.iter().all(|separator| b"\0 -".contains(separator));
    let digits = rest[..6].iter().all(u8::is_ascii_digit) && (b'A'..=b'D').contains(&rest[6]);
    // Small letters with blanks between are words.
    let written = candidate.is_capital(0) || separators.iter().all(|separator| *separator != b' ');
    (letters && written && given && grouped && digits).then_some(end)
}

/// DNI: eight digits and a letter; NIE: X, Y or Z, seven digits and a letter. The letter is the remainder by 23.
fn spain(candidate: &Candidate, _: &Surroundings) -> Option<usize> {
    let (characters, end) = candidate.first(9)?;
    let (first, rest) = (characters[0], &characters[1..8]);
    let leading = match first {
        b'0'..=b'9' => u64::from(value(first)),
        b'X'..=b'Z' => u64::from(first - b'X'),
        _ => return None,
    };
    let separators = candidate.separators(9);
    // A hyphen before the letter, or after that of an NIE; points between thousands.
    let hyphens = separators.iter().zip(1..).all(|(&separator, place)| match separator {
        0 => true,
        // Small letters are words then.
        b' ' if !candidate.is_capital(8) => false,
        b'-' | b' ' => place == 8 || (place == 1 && first.is_ascii_uppercase()),
        b'.' => place == 2 || place == 5,
        _ => false,
    });
    let digits = rest.iter().all(u8::is_ascii_digit);
    let letter = digits.then(|| b"TRWAGMYFPDXBNJZSQVHLCKE"[((leading * 10_000_000 + number(rest)) % 23) as usize])?;
    (hyphens && characters[8] == letter).then_some(end)
}

/// Codice fiscale: letters of the names, date and place of birth, and a letter that checks them.
fn italy(candidate: &Candidate, _: &Surroundings) -> Option<usize> {
    /// What a digit, or the letter of its number, counts at an odd place.
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let (code, end) = candidate.first(16)?;
    let shape = b"LLLLLLDDLDDLDDDL";
    let holds = code.iter().zip(shape).all(|(character, shape)| match shape {
        b'L' => character.is_ascii_uppercase(),
        // Letters stand for digits where two people would have the same code.
        _ => character.is_ascii_digit() || b"LMNPQRSTUV".contains(character),
    });
    let separators = candidate.separators(16);
    let grouped = separators
        .iter()
        .zip(1..)
        .all(|(&separator, place)| separator == 0 || (separator == b' ' && [3, 6, 11, 15].contains(&place)));
    if !holds || !grouped || !b"ABCDEHLMPRST".contains(&code[8]) {
        return None;
    }
    let index =
        |character: u8| usize::from(if character.is_ascii_digit() { character - b'0' } else { character - b'A' });
    let sum = code[..15].iter().zip(1..).fold(0, |sum, (&character, place)| {
        sum + if place % 2 == 1 { ODD[index(character)] } else { index(character) as u32 }
    });
    (sum % 26 == u32::from(code[15] - b'A')).then_some(end)
}

/// Numéro de sécurité sociale: sex, year and month of birth, place, order, and a key by 97.
fn france(candidate: &Candidate, _: &Surroundings) -> Option<usize> {
    let (number_and_key, end) = candidate.first(15)?;
    let separators = candidate.separators(15);
    let grouped = separators
        .iter()
        .zip(1..)
        .all(|(&separator, place)| separator == 0 || (separator != b'/' && [1, 3, 5, 7, 10, 13].contains(&place)));
    // Corsica has letters, which count as the number of the department that it was, less one or two.
    let corsica = match &number_and_key[5..7] {
        b"2A" => Some(b"19"),
        b"2B" => Some(b"18"),
        _ => None,
    };
    let mut digits = <[u8; 15]>::try_from(number_and_key).ok()?;
    if let Some(department) = corsica {
        digits[5..7].copy_from_slice(department);
    }
    if !grouped || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let month = number(&digits[3..5]);
    let born = matches!(digits[0], b'1' | b'2') && (matches!(month, 1..=12 | 20..=42) || month >= 50);
    let (number_itself, key) = (number(&digits[..13]), number(&digits[13..]));
    (born && 97 - number_itself % 97 == key).then_some(end)
}

/// CPF: nine digits and two that check them.
fn brazil(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let check = |length: usize| {
            let rest = weighed(&digits[..length], (2..=length as u32 + 1).rev()) * 10 % 11;
            rest % 10 == value(digits[length])
        };
        digits.iter().any(|digit| *digit != digits[0]) && check(9) && check(10)
    };
    let written = candidate.digits(11).filter(|_| candidate.separators(11) == b"\0\0.\0\0.\0\0-\0");
    first(&[written], &holds).or_else(|| {
        first(&[candidate.bare(11)], &|digits: &[u8]| {
            holds(digits) && around.have(&["cpf", "cadastro de pessoas físicas"])
        })
    })
}

/// Personnummer: date of birth, three digits and one by Luhn.
fn sweden(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let (century, short) = digits.split_at(digits.len() - 10);
        // Of people who need coordination numbers, 60 is added to the day.
        let day = [if (b'6'..=b'9').contains(&short[4]) { short[4] - 6 } else { short[4] }, short[5]];
        matches!(century, b"" | b"18" | b"19" | b"20") && is_date(&short[2..4], &day) && luhn(short)
    };
    // A date and a time of day look the same.
    let is_time = |digits: &[u8]| digits.starts_with(b"202");
    let named = || around.have(&["personnummer", "personnr", "samordningsnummer", "pnr"]);
    first(&[candidate.groups(&[6, 4], b"-+")], &holds)
        .or_else(|| {
            first(&[candidate.groups(&[8, 4], b"-+")], &|digits: &[u8]| holds(digits) && (!is_time(digits) || named()))
        })
        .or_else(|| {
            let written = [candidate.groups(&[8, 4], b" "), candidate.bare(12), candidate.bare(10)];
            first(&written, &|digits: &[u8]| holds(digits) && named())
        })
}

/// PESEL: date of birth, with the century in the month, four digits and one that checks them.
fn poland(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let month = number(&digits[2..4]) % 20;
        let sum = weighed(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
        (1..=12).contains(&month) && (1..=31).contains(&number(&digits[4..6])) && sum.is_multiple_of(10)
    };
    first(&[candidate.bare(11)], &|digits: &[u8]| holds(digits) && around.have(&["pesel"]))
}

/// Steuer-Identifikationsnummer: of the first ten digits one is there twice or three times, the others once at most.
fn germany(candidate: &Candidate, _: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let count = |digit: u8| digits[..10].iter().filter(|other| **other == digit).count();
        let repeated = (b'0'..=b'9').filter(|&digit| count(digit) > 1);
        let once = repeated.clone().count() == 1 && repeated.clone().all(|digit| count(digit) <= 3);
        digits[0] != b'0' && once && mod_11_10(digits)
    };
    first(&[candidate.bare(11), candidate.groups(&[2, 3, 3, 3], b" ")], &holds)
}

/// Aadhaar: eleven digits and one by Verhoeff.
fn india(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| digits[0] >= b'2' && verhoeff(digits);
    let written =
        candidate.groups(&[4, 4, 4], b" -").filter(|_| !candidate.follows_four() && !candidate.goes_on_four(12));
    first(&[written], &holds).or_else(|| {
        first(&[candidate.bare(12)], &|digits: &[u8]| {
            holds(digits) && around.have(&["aadhaar", "aadhar", "uidai", "आधार"])
        })
    })
}

/// Burgerservicenummer: nine digits that pass the test of eleven.
fn netherlands(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let sum = weighed(&digits[..8], (2..=9).rev());
        number(digits) > 0 && sum % 11 == value(digits[8])
    };
    let written = [
        candidate.bare(9),
        candidate.groups(&[3, 3, 3], b" ."),
        candidate.groups(&[4, 2, 3], b" ."),
        candidate.bare(8),
    ];
    let holds = |digits: &[u8]| if digits.len() == 9 { holds(digits) } else { holds(&[b"0", digits].concat()) };
    first(&written, &|digits: &[u8]| {
        holds(digits) && around.have(&["bsn", "burgerservicenummer", "burgerservicenr", "sofinummer", "sofi-nummer"])
    })
}

/// Social Security number, which has no check digit: area, group and serial, none of them zero.
fn united_states(candidate: &Candidate, around: &Surroundings) -> Option<usize> {
    let holds = |digits: &[u8]| {
        let (area, rest) = digits.split_at(3);
        area[0] != b'9' && ![b"000", b"666"].contains(&area.try_into().unwrap_or(b"000")) && {
            let (group, serial) = rest.split_at(2);
            group != b"00" && serial != b"0000"
        }
    };
    let named = || around.have(&["ssn", "social security", "social-security"]);
    first(&[candidate.groups(&[3, 2, 4], b"-")], &holds).or_else(|| {
        first(&[candidate.groups(&[3, 2, 4], b" "), candidate.bare(9)], &|digits: &[u8]| holds(digits) && named())
    })
}
