//! International bank account numbers (ISO 13616).

use super::candidate::Candidate;
use super::checksums::{number, remainder_97};

/// Each country's code and how many characters its numbers have.
const LENGTHS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18\
    FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27\
    MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22\
    VG24XK20YE30";

/// Where an IBAN at the start of `candidate` ends.
#[inline(never)]
pub fn end(candidate: &Candidate) -> Option<usize> {
    let country = candidate.country()?;
    let length = LENGTHS.as_bytes().chunks_exact(4).find(|entry| entry[..2] == *country)?;
    let (characters, end) = candidate.first(number(&length[2..]) as usize)?;
    // In groups of four, or none.
    let separators = candidate.separators(characters.len());
    let holds = separators.iter().zip(1..).all(|(&separator, place)| separator == 0 || place % 4 == 0);
    let rotated = characters[4..].iter().chain(&characters[..4]).copied();
    (holds && characters[2..4].iter().all(u8::is_ascii_digit) && remainder_97(rotated) == 1).then_some(end)
}
