//! What in a text tells about a person or opens a door: addresses, numbers that name somebody, keys.
//!
//! A finding is told by its shape, by its checksum where it has one, and by the words around it where the shape alone says
//! too little. Scanners are written by hand: an engine for regular expressions would be larger than the rest of the
//! core that reads documents. Text is scanned line by line, except for private keys, which span lines.

mod candidate;
mod checksums;
mod context;
mod email;
mod iban;
mod identity;
mod options;
mod payment;
mod phone;
mod secrets;

use std::ops::Range;

use crate::metadata::{Metadata, Value};

pub use options::{Kind, Kinds, Policy, SensitiveOptions};

use candidate::Candidate;
use context::Surroundings;

/// What the names of metadata begin with that tell how much of a kind was found in a document.
pub const COUNTS: &str = "sensitive.";

/// How much of each kind was found in the document of this metadata.
pub fn counts(metadata: &Metadata) -> impl Iterator<Item = (Kind, usize)> {
    Kind::ALL.into_iter().filter_map(|kind| match metadata.get(&format!("{COUNTS}{}", kind.name())) {
        Some(Value::Number(count)) if *count >= 1.0 => Some((kind, *count as usize)),
        _ => None,
    })
}

/// Where in a text something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    /// Bytes of the text.
    pub range: Range<usize>,
}

/// Finds what is sensitive in `text` and of a kind that `wanted` holds: in order, nothing twice. Where two overlap, the one
/// whose kind comes first in [`Kind::ALL`] stands.
pub fn find(text: &str, wanted: impl Fn(Kind) -> bool) -> Vec<Finding> {
    let mut found = in_order(text);
    found.retain(|finding| wanted(finding.kind));
    disjoint(found)
}

/// All findings in order, overlapping ones as well.
#[inline(never)]
fn in_order(text: &str) -> Vec<Finding> {
    let mut secrets = [const { Vec::new() }; 3];
    secrets::find(text, &mut secrets);
    let [keys, tokens, assigned] = secrets;
    let (identifiers, phones) = numbers(text);
    let found = merged(merged(keys, tokens), merged(assigned, email::find(text)));
    merged(found, merged(identifiers, phones))
}

/// Two lists that are in order as one.
#[inline(never)]
fn merged(mut one: Vec<Finding>, mut other: Vec<Finding>) -> Vec<Finding> {
    let mut all = Vec::with_capacity(one.len() + other.len());
    // From the end, and turned in the end.
    while let (Some(first), Some(second)) = (one.last(), other.last()) {
        let from_one = (first.range.start, first.kind) > (second.range.start, second.kind);
        all.extend(if from_one { one.pop() } else { other.pop() });
    }
    while let Some(finding) = one.pop().or_else(|| other.pop()) {
        all.push(finding);
    }
    all.reverse();
    all
}

/// How often a text is masked at the most. What stands between two findings can be one without them, so a text that was masked is
/// looked through again; what is left after this is what was written to keep it going.
pub const MOST_PASSES: usize = 4;

/// `text` with the name of its kind in brackets in place of each of `findings`, which are those of [`find`].
#[inline(never)]
pub fn mask(text: &str, findings: &[Finding]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for Finding { kind, range } in findings {
        masked.push_str(&text[end..range.start]);
        masked.push_str(kind.placeholder());
        end = range.end;
    }
    masked.push_str(&text[end..]);
    masked
}

/// Whatever is made of digits, and of letters among them: what names somebody or something, and what is dialled.
#[inline(never)]
fn numbers(text: &str) -> (Vec<Finding>, Vec<Finding>) {
    let (mut identifiers, mut phones) = (Vec::new(), Vec::new());
    let (mut paragraph, mut looked) = (0, 0);
    for start in candidate::starts(text) {
        if let Some(end) = text[looked..start].rfind("\n\n") {
            paragraph = looked + end + 2;
        }
        // Of two line feeds that follow each other, the first may be seen and not yet the second.
        looked = looked.max(text.floor_char_boundary(start.saturating_sub(1)));
        let candidate = Candidate::at(text, start);
        let around = Surroundings { text, start, paragraph };
        let hit = iban::end(&candidate)
            .map(|end| (Kind::Iban, end))
            .or_else(|| payment::end(&candidate).map(|end| (Kind::Card, end)))
            .or_else(|| identity::kind_and_end(&candidate, &around));
        if let Some((kind, end)) = hit {
            identifiers.push(Finding { kind, range: start..end });
        }
        if let Some(range) = phone::range(&around) {
            phones.push(Finding { kind: Kind::Phone, range });
        }
    }
    (identifiers, phones)
}

/// Of findings in order, those that overlap none of a kind before theirs.
#[inline(never)]
fn disjoint(found: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    for finding in found {
        // Whatever it overlaps begins before it, and what is kept does not overlap.
        match kept.last_mut().filter(|last| last.range.end > finding.range.start) {
            Some(last) if finding.kind < last.kind => *last = finding,
            Some(_) => {}
            None => kept.push(finding),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
