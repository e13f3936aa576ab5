//! E-mail addresses.

use std::ops::Range;

use super::context::line_before;
use super::options::Kind;
use super::{Finding, candidate};

/// What looks like a domain's last part and is a file's: pictures for screens of more pixels, packages with a version.
const FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js", "mjs", "json", "html", "tgz", "gz", "whl", "jar",
    "xml",
];
/// The most characters of an address (RFC 5321).
const LONGEST: usize = 254;

/// The addresses in `text`, in order. In a URL the sign may be written `%40`.
#[inline(never)]
pub fn find(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        let end = match byte {
            b'@' => at + 1,
            b'%' if text.as_bytes()[at..].starts_with(b"%40") => at + 3,
            _ => continue,
        };
        if let Some(range) = around(text, at, end) {
            found.push(Finding { kind: Kind::Email, range });
        }
    }
    found
}

/// The address around a sign from byte `sign` to byte `end`.
#[inline(never)]
fn around(text: &str, sign: usize, end: usize) -> Option<Range<usize>> {
    let first = text.floor_char_boundary(sign.saturating_sub(LONGEST));
    let local = text[first..sign].chars().rev().take_while(|&letter| is_local(letter));
    let mut start = sign - local.map(char::len_utf8).sum::<usize>();
    let given = &text[start..sign];
    start += given.len() - given.trim_start_matches(['.', '\'']).len();
    let given = &text[start..sign];
    if given.is_empty() || given.ends_with('.') || given.contains("..") {
        return None;
    }
    let domain_end = end + domain(&text[end..])?;
    // `git@host.example:path` and `scheme://user:password@host.example` name places, not persons.
    let before = line_before(text, start, 64);
    let in_url = before.rfind("://").is_some_and(|at| !before[at + 3..].contains([' ', '/', '?', '"']));
    let is_place = in_url || given == "git" && text[domain_end..].starts_with([':', '/']);
    let apart = !candidate::joins_after(text, domain_end);
    (apart && !is_place).then_some(start..domain_end)
}

/// How many bytes at the start of `text` are a domain of two parts or more.
#[inline(never)]
fn domain(text: &str) -> Option<usize> {
    let mut whole = 0;
    let mut parts = 0;
    let mut last = "";
    for part in text[..text.floor_char_boundary(text.len().min(LONGEST))].split('.') {
        let length: usize =
            part.chars().take_while(|&letter| letter.is_alphanumeric() || letter == '-').map(char::len_utf8).sum();
        let label = part[..length].trim_end_matches('-');
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        last = label;
        whole += usize::from(parts > 0) + label.len();
        parts += 1;
        if label.len() < part.len() {
            break;
        }
    }
    let named = last.chars().count() >= 2
        && (last.starts_with("xn--") || last.chars().all(char::is_alphabetic))
        && !FILES.contains(&last.to_ascii_lowercase().as_str());
    (parts > 1 && named).then_some(whole)
}

/// Of what RFC 5322 allows, what addresses have and what does not mark up or separate.
fn is_local(letter: char) -> bool {
    letter.is_alphanumeric() || "._%+-'".contains(letter)
}
