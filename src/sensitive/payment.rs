//! Payment cards: the ranges that networks issue from, and Luhn's check digit.

use super::candidate::Candidate;
use super::checksums::{luhn, number};

/// How cards are printed.
const GROUPED: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]];

/// Where a card number at the start of `candidate` ends.
#[inline(never)]
pub fn end(candidate: &Candidate) -> Option<usize> {
    if candidate.follows_four() {
        return None;
    }
    let grouped = GROUPED.iter().filter_map(|lengths| candidate.groups(lengths, b" -."));
    let bare = (14..=19).filter_map(|length| candidate.bare(length));
    grouped.chain(bare).find(|(digits, _)| is_card(digits)).map(|(_, end)| end)
}

#[inline(never)]
fn is_card(digits: &[u8]) -> bool {
    let prefix = number(&digits[..4]);
    let of_network = match prefix {
        // Visa
        4000..=4999 => matches!(digits.len(), 16 | 19),
        // Mastercard
        5100..=5599 | 2221..=2720 => digits.len() == 16,
        // American Express
        3400..=3499 | 3700..=3799 => digits.len() == 15,
        // Diners Club
        3000..=3059 | 3600..=3699 | 3800..=3999 => digits.len() == 14,
        // JCB
        3528..=3589 => digits.len() == 16,
        // Discover
        6011 | 6440..=6599 => matches!(digits.len(), 16 | 19),
        // UnionPay
        6200..=6299 => digits.len() >= 16,
        // Maestro
        5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763 => digits.len() >= 16,
        _ => false,
    };
    of_network && luhn(digits)
}
