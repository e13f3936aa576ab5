//! Keys, tokens and passwords.

use std::ops::Range;

use super::options::Kind;
use super::{Finding, candidate};

/// What makers begin their tokens with, and how many characters follow at least.
const PREFIXES: &[(&str, usize)] = &[
    // Amazon Web Services
    ("AKIA", 16),
    ("ASIA", 16),
    // GitHub, GitLab
    ("ghp_", 36),
    ("gho_", 36),
    ("ghu_", 36),
    ("ghs_", 36),
    ("ghr_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    // Slack
    ("xoxa-", 20),
    ("xoxb-", 20),
    ("xoxe-", 20),
    ("xoxp-", 20),
    ("xoxr-", 20),
    ("xoxs-", 20),
    ("xapp-", 20),
    ("hooks.slack.com/services/", 30),
    // Stripe, Shopify, Square
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("sk_test_", 16),
    ("rk_test_", 16),
    ("whsec_", 24),
    ("shpat_", 32),
    ("shpss_", 32),
    ("sq0atp-", 22),
    ("sq0csp-", 40),
    // Google
    ("AIza", 35),
    ("ya29.", 20),
    ("GOCSPX-", 24),
    // Language models
    ("sk-", 32),
    ("hf_", 30),
    // Registries
    ("npm_", 36),
    ("pypi-", 50),
    ("dckr_pat_", 24),
    // Clouds and tools
    ("SG.", 40),
    ("dop_v1_", 60),
    ("hvs.", 24),
    ("glsa_", 32),
    ("lin_api_", 32),
    ("figd_", 36),
    ("tskey-", 20),
    ("ATATT3", 50),
    ("PMAK-", 40),
    ("AGE-SECRET-KEY-1", 50),
];
/// Of tokens that say no more than their first letters, how many characters follow exactly.
const EXACT: &[(&str, usize)] = &[("AKIA", 16), ("ASIA", 16), ("AIza", 35)];

/// What stands around the name of a private key (RFC 7468).
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// The most characters of a value.
const LONGEST: usize = 4096;

/// Adds what opens a door in `text`.
pub fn find(text: &str, found: &mut Vec<Finding>) {
    let mut add = |range: Range<usize>| found.push(Finding { kind: Kind::Secret, range });
    private_keys(text).for_each(&mut add);
    for start in words(text) {
        if let Some(end) = token(text, start) {
            add(start..end);
        }
    }
    for (mark, _) in text.match_indices([':', '=']) {
        if let Some(range) = password_of_url(text, mark).or_else(|| assigned(text, mark)) {
            add(range);
        }
    }
}

/// Where a word begins that may begin a token.
fn words(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).filter(move |&at| {
        bytes[at].is_ascii_alphabetic()
            && !(at > 0 && bytes[at - 1].is_ascii_alphanumeric())
            && !candidate::joins_before(text, at)
    })
}

/// Keys between their lines, or to the end of what can be one where the last line is missing.
fn private_keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    text.match_indices(BEGIN).filter_map(move |(start, _)| {
        let name = &text[start + BEGIN.len()..];
        let name = &name[..name.find(DASHES).filter(|&end| end < 64)?];
        if start < from || !name.ends_with("PRIVATE KEY") && !name.ends_with("PRIVATE KEY BLOCK") {
            return None;
        }
        let body = start + BEGIN.len() + name.len() + DASHES.len();
        let end = match text[body..].find(END) {
            Some(last) => {
                let last = body + last + END.len();
                text[last..].find(DASHES).filter(|&end| end < 64).map_or(last, |end| last + end + DASHES.len())
            }
            None => {
                let rest = &text[body..];
                let is_key = |letter: char| {
                    letter.is_ascii_alphanumeric() || "+/=:,-".contains(letter) || letter.is_whitespace()
                };
                let end = rest.find(|letter| !is_key(letter)).unwrap_or(rest.len());
                body + rest[..end].trim_end().len()
            }
        };
        from = end;
        Some(start..end)
    })
}

/// Where a token that begins at byte `start` ends, if its beginning is a maker's.
fn token(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    if rest.starts_with("eyJ") {
        return web_token(rest).map(|length| start + length);
    }
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| rest.starts_with(prefix))?;
    let body = &rest[prefix.len()..];
    let is_path = prefix.ends_with('/');
    let within = |letter: char| {
        letter.is_ascii_alphanumeric() || "_-".contains(letter) || (letter == '.' && prefix.ends_with('.'))
    };
    let length = body.find(|letter| !(within(letter) || is_path && letter == '/')).unwrap_or(body.len());
    let body = body[..length].trim_end_matches(['.', '-', '/']);
    let fits = match EXACT.iter().find(|(other, _)| other == prefix) {
        Some((_, exact)) => body.len() == *exact,
        None => body.len() >= *least,
    };
    (fits && is_varied(body)).then_some(start + prefix.len() + body.len())
}

/// The length of a JSON Web Token at the start of `text`: a header, claims and a signature, in base64 with points between.
fn web_token(text: &str) -> Option<usize> {
    let within = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let length = text.find(|letter| !within(letter) && letter != '.').unwrap_or(text.len());
    let token = text[..length].trim_end_matches('.');
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    (header.len() >= 12 && claims.starts_with("ey") && signature.len() >= 16).then_some(token.len())
}

/// The password in `scheme://user:password@host`, whose colon is at byte `mark`.
fn password_of_url(text: &str, mark: usize) -> Option<Range<usize>> {
    let rest = text[mark + 1..].strip_prefix(|_: char| text.as_bytes()[mark] == b':').map(|_| &text[mark + 1..])?;
    let before = &text[text.floor_char_boundary(mark.saturating_sub(64))..mark];
    let user = &before[before.rfind("://")? + 3..];
    let plain = |text: &str| !text.contains(|letter: char| letter.is_whitespace() || "/@<>\"'`?#".contains(letter));
    let password = &rest[..rest.find('@').filter(|&end| end < 256)?];
    // What stands for one in documentation is none.
    let given = plain(user) && plain(password) && password.len() >= 4 && !password.contains(['$', '{', '*', '[', '%']);
    let named = ["password", "passwd", "pass", "secret", "pwd"].contains(&password.to_ascii_lowercase().as_str());
    (given && !named).then(|| mark + 1..mark + 1 + password.len())
}

/// What is given after a name such as `api_key` and the mark at byte `mark`, if it looks random.
fn assigned(text: &str, mark: usize) -> Option<Range<usize>> {
    let before =
        text[text.floor_char_boundary(mark.saturating_sub(64))..mark].trim_end_matches([' ', '"', '\'', '`', ']']);
    let part = |letter: &char| letter.is_ascii_alphanumeric() || "_-.".contains(*letter);
    let name: Vec<char> = before.chars().rev().take_while(part).filter(char::is_ascii_alphanumeric).collect();
    let name: String = name.into_iter().rev().map(|letter| letter.to_ascii_lowercase()).collect();
    let trust = Trust::of(&name, text.as_bytes()[mark] == b'=')?;
    let opening = |from: usize| {
        from + text[from..].len() - text[from..].trim_start_matches([' ', '"', '\'', '`', '>', '=']).len()
    };
    let mut start = opening(mark + 1);
    for scheme in ["Bearer ", "Basic ", "bearer ", "basic "] {
        if text[start..].starts_with(scheme) {
            start = opening(start + scheme.len());
        }
    }
    let rest = &text[start..text.floor_char_boundary(text.len().min(start + LONGEST))];
    let is_password = trust == Trust::Password;
    let within = |letter: char| {
        letter.is_ascii_alphanumeric() || "+/=_-.~".contains(letter) || is_password && "!@#$%^&*?:".contains(letter)
    };
    let end = rest.find(|letter| !within(letter)).unwrap_or(rest.len());
    // A call is code, not a value.
    let is_code = rest[end..].starts_with(['(', '[', '{']) || rest.starts_with(['$', '%', '*']);
    // A password may end as a sentence does; rather too much than too little.
    let value = rest[..end].trim_end_matches(['.', ':', '-']);
    (!is_code && trust.takes(value)).then(|| start..start + value.len())
}

/// How much a name says of the value after it.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    /// It names a password.
    Password,
    /// It names what is secret.
    Secret,
    /// It names some key.
    Key,
}

impl Trust {
    /// Of a name in small letters without marks, before an equals sign or a colon.
    fn of(name: &str, equals: bool) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if ends(&["password", "passwd", "pwd", "passphrase"]) {
            return Some(Self::Password);
        }
        if ends(&["secret", "token", "authorization", "apikey", "credential", "credentials"]) {
            return Some(Self::Secret);
        }
        let secret = ["api", "secret", "private", "access", "auth", "encrypt", "sign", "account", "master", "client"];
        if !name.ends_with("key") || name.ends_with("publickey") {
            None
        } else if secret.iter().any(|part| name.contains(part)) {
            Some(Self::Secret)
        } else {
            (name == "key" && equals).then_some(Self::Key)
        }
    }

    fn takes(self, value: &str) -> bool {
        let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        match self {
            // People choose passwords that do not look random.
            Self::Password => value.len() >= 8 && letters > 0 && letters < value.len() && !is_reference(value, digits),
            Self::Secret => is_random(value, letters, digits),
            Self::Key => is_random(value, letters, digits) && !is_uuid(value),
        }
    }
}

/// Whether a value names where the password is kept: `process.env.DB_PASSWORD`, `config-password`, `/run/secrets/db`.
fn is_reference(value: &str, digits: usize) -> bool {
    digits == 0 && !value.contains(['!', '@', '#', '$', '%', '^', '&', '*', '?', '+', '=', '~'])
        || value.starts_with(['/', '.'])
}

/// Whether `value` has letters and digits in short runs, as no word and no name has.
fn is_random(value: &str, letters: usize, digits: usize) -> bool {
    let longest = value.split(['-', '_', '.']).max_by_key(|part| part.len()).unwrap_or_default();
    if value.len() < 16 || longest.len() < 12 || letters < 2 || digits < 2 || !is_varied(value) {
        return false;
    }
    // A capital letter and the small ones after it are one run: so is a word in a name.
    let runs =
        longest.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1]) && !is_initial(pair)).count();
    let length = longest.len();
    length * 10 <= (runs + 1) * 33
}

fn is_initial(pair: &[u8]) -> bool {
    pair[0].is_ascii_uppercase() && pair[1].is_ascii_lowercase()
}

fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// Whether enough different characters are in a value: `xxxxxxxx` stands for one.
fn is_varied(value: &str) -> bool {
    let mut seen = [false; 128];
    value.bytes().filter(u8::is_ascii).for_each(|byte| seen[byte as usize] = true);
    seen.iter().filter(|seen| **seen).count() >= 8
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().zip(0..).all(|(byte, at)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
