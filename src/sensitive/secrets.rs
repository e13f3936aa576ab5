//! Keys, tokens and passwords.

use std::ops::Range;

use super::context::line_before;
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

/// What passwords are called in sentences and in other languages, in small letters.
const PASSWORDS: &[&str] = &[
    "password is",
    "passcode",
    "passwort",
    "kennwort",
    "mot de passe",
    "contraseña",
    "senha",
    "wachtwoord",
    "hasło",
    "lösenord",
    "adgangskode",
    "пароль",
    "密码",
    "パスワード",
];

/// What stands around the name of a private key (RFC 7468).
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
/// The most characters of the name of a key, a user or a value.
const NAME: usize = 64;
/// How much of a value is looked at to tell what it is. What is found is taken whole and not looked into again, so that all takes time in
/// proportion to the text.
const LOOK: usize = 256;
/// The most characters of a part of a JSON Web Token.
const WEB_TOKEN: usize = 8192;

/// Adds what opens a door in `text`: three lists, each in order.
pub fn find(text: &str, found: &mut [Vec<Finding>; 3]) {
    let bytes = text.as_bytes();
    let [keys, tokens, assigned] = found;
    let add = |list: &mut Vec<Finding>, range: Range<usize>| list.push(Finding { kind: Kind::Secret, range });
    let mut at = 0;
    // The last line that comes next; it is looked for once.
    let mut last = position(text, 0, END);
    while let Some(start) = position(text, at, BEGIN) {
        at = start + BEGIN.len();
        if last.is_some_and(|last| last < at) {
            last = position(text, at, END);
        }
        if let Some(end) = private_key(text, start, last) {
            add(keys, start..end);
            at = end;
        }
    }
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        if bytes[start].is_ascii_alphabetic() && !candidate::joins_before(text, start) {
            if let Some(end) = token(text, start) {
                add(tokens, start..end);
                at = end;
            }
        } else if let Some(mark) = mark(text, start)
            && let Some(range) = value_after(text, &mark).or_else(|| beside_colon(text, start))
        {
            at = range.end;
            add(assigned, range);
        }
    }
}

/// Where `what` stands next in `text`, from byte `from` on.
#[inline(never)]
fn position(text: &str, from: usize, what: &str) -> Option<usize> {
    text[from..].find(what).map(|at| from + at)
}

/// Where the bytes from `from` on end that are `within`, or `most` of them.
#[inline(never)]
fn run(text: &str, from: usize, most: usize, within: &dyn Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let stop = bytes.len().min(from.saturating_add(most));
    let mut at = from;
    while at < stop && within(bytes[at]) {
        at += 1;
    }
    at
}

/// The end from `from` on without the last bytes that are `over`.
#[inline(never)]
fn trimmed(text: &str, from: usize, mut end: usize, over: &[u8]) -> usize {
    while end > from && over.contains(&text.as_bytes()[end - 1]) {
        end -= 1;
    }
    end
}

/// Whether `byte` is of the alphabet of base64 for URLs, as all tokens are.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Where the private key ends whose first line begins at byte `start`: with its last line, which begins at byte `last`, or where that is
/// missing, with what can be of a key.
#[inline(never)]
fn private_key(text: &str, start: usize, last: Option<usize>) -> Option<usize> {
    let dashes = |from: usize| {
        let near = text.floor_char_boundary(text.len().min(from + NAME));
        position(&text[..near], from, DASHES)
    };
    let name = start + BEGIN.len();
    let name_end = dashes(name)?;
    let (name, body) = (&text[name..name_end], name_end + DASHES.len());
    if !name.ends_with("PRIVATE KEY") && !name.ends_with("PRIVATE KEY BLOCK") {
        return None;
    }
    Some(match last {
        Some(last) => {
            let last = last + END.len();
            dashes(last).map_or(last, |end| end + DASHES.len())
        }
        None => {
            let end =
                run(text, body, usize::MAX, &|byte| byte.is_ascii_alphanumeric() || b"+/=:,- \t\r\n".contains(&byte));
            trimmed(text, body, end, b" \t\r\n")
        }
    })
}

/// Where a token that begins at byte `start` ends, if its beginning is a maker's.
#[inline(never)]
fn token(text: &str, start: usize) -> Option<usize> {
    let rest = &text.as_bytes()[start..];
    if rest.starts_with(b"eyJ") {
        return web_token(text, start);
    }
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| rest.starts_with(prefix.as_bytes()))?;
    let body = start + prefix.len();
    let last = rest[prefix.len() - 1];
    // An address goes on with slashes, and some tokens with points.
    let within = |byte: u8| is_token(byte) || (b"/.".contains(&byte) && byte == last);
    let end = trimmed(text, body, run(text, body, LOOK, &within), b"/.-");
    let exactly = ["AKIA", "ASIA", "AIza"].contains(prefix);
    let fits = if exactly { end - body == *least } else { end - body >= *least };
    let found = fits && is_varied(&text[body..end]);
    found.then(|| trimmed(text, body, run(text, body, usize::MAX, &within), b"/.-"))
}

/// Where the JSON Web Token ends that begins at byte `start`: a header, claims and a signature, in base64 with points between.
#[inline(never)]
fn web_token(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let header = run(text, start, LOOK, &is_token);
    // Each part is read only if the one before it fits, so that many beginnings do not each look far.
    if header - start < 12 || !bytes[header..].starts_with(b".ey") {
        return None;
    }
    let claims = run(text, header + 1, WEB_TOKEN, &is_token);
    if bytes.get(claims) != Some(&b'.') {
        return None;
    }
    let signature = run(text, claims + 1, WEB_TOKEN, &is_token);
    (signature > claims + 16).then_some(signature)
}

/// What stands between a name and a value, if it begins at byte `start`: a colon, which may be a wide one, an equals sign, or a blank after
/// a name in capital letters, as shells have it.
fn mark(text: &str, start: usize) -> Option<Range<usize>> {
    match text.as_bytes()[start] {
        b':' | b'=' => Some(start..start + 1),
        b' ' if start > 0 && text.as_bytes()[start - 1].is_ascii_uppercase() => Some(start..start + 1),
        0xef if text[start..].starts_with('：') => Some(start..start + '：'.len_utf8()),
        _ => None,
    }
}

/// What a colon at byte `mark` alone tells of.
fn beside_colon(text: &str, mark: usize) -> Option<Range<usize>> {
    let is_colon = text.as_bytes()[mark] == b':';
    is_colon.then(|| password_of_url(text, mark).or_else(|| bot_token(text, mark))).flatten()
}

/// The token of a bot of Telegram, whose colon is at byte `mark`: its number and 35 characters.
#[inline(never)]
fn bot_token(text: &str, mark: usize) -> Option<Range<usize>> {
    let digits = text.as_bytes()[..mark].iter().rev().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let (start, end) = (mark - digits, run(text, mark + 1, LOOK, &is_token));
    let fits = (8..=10).contains(&digits) && end - mark == 36 && text[mark + 1..end].starts_with("AA");
    (fits && !candidate::joins_before(text, start) && is_varied(&text[mark + 1..end])).then_some(start..end)
}

/// The password in `scheme://user:password@host`, whose colon is at byte `mark`.
#[inline(never)]
fn password_of_url(text: &str, mark: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let plain = |byte: u8| byte > b' ' && !b"/@<>\"'`?#".contains(&byte);
    let end = run(text, mark + 1, LOOK, &plain);
    let password = text.get(mark + 1..end)?;
    let mut user = mark;
    while user > 0 && mark - user < NAME && plain(bytes[user - 1]) {
        user -= 1;
    }
    // What stands for one in documentation is none.
    let given = password.len() >= 4
        && !password.bytes().any(|byte| b"${[%".contains(&byte))
        && password.bytes().any(|byte| byte != b'*');
    let named = ["password", "passwd", "secret", "pass"].iter().any(|word| password.eq_ignore_ascii_case(word));
    let in_url = bytes.get(end) == Some(&b'@') && bytes[..user].ends_with(b"://");
    (in_url && given && !named).then(|| mark + 1..end)
}

/// What is given after a name such as `api_key` and the `mark` that follows it, if it looks random.
#[inline(never)]
fn value_after(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = trimmed(text, 0, mark.start, b" \"'`]*");
    let mut name = Vec::new();
    while from > 0 && name.len() < NAME && (is_token(bytes[from - 1]) || bytes[from - 1] == b'.') {
        from -= 1;
        if bytes[from].is_ascii_alphanumeric() {
            name.push(bytes[from].to_ascii_lowercase());
        }
    }
    name.reverse();
    let sign = bytes[mark.start];
    let of_name = Trust::of(&name, sign == b'=').filter(|trust| sign != b' ' || *trust == Trust::Secret);
    let trust = of_name.or_else(|| (sign != b' ' && names_password(text, mark.start)).then_some(Trust::Password))?;
    let opening = |from: usize| run(text, from, 8, &|byte| b" \t\"'`>=*".contains(&byte));
    let mut start = opening(mark.end);
    for scheme in ["bearer ", "basic "] {
        if bytes.get(start..start + scheme.len()).is_some_and(|found| found.eq_ignore_ascii_case(scheme.as_bytes())) {
            start = opening(start + scheme.len());
        }
    }
    let is_password = trust == Trust::Password;
    let within = |byte: u8| is_token(byte) || b"+/=.~".contains(&byte) || is_password && b"!@#$%^&*?:".contains(&byte);
    let stop = run(text, start, LOOK, &within);
    // A call is code, not a value.
    let is_code = bytes.get(stop).is_some_and(|next| b"([{".contains(next))
        || bytes[start..stop].first().is_some_and(|first| b"$%*".contains(first));
    // A password may end as a sentence does; rather too much than too little.
    let end = trimmed(text, start, stop, b".:-");
    let found = !is_code && trust.takes(&text[start..end]);
    found.then(|| start..trimmed(text, start, run(text, start, usize::MAX, &within), b".:-"))
}

/// Whether what stands before byte `mark` ends in what a password is called, by itself or as the end of a longer word.
#[inline(never)]
fn names_password(text: &str, mark: usize) -> bool {
    let before =
        line_before(text, mark, NAME).trim_end_matches(|end: char| end.is_whitespace() || "\"'`*|".contains(end));
    let before = before.to_lowercase();
    PASSWORDS.iter().any(|name| before.ends_with(name))
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
    #[inline(never)]
    fn of(name: &[u8], equals: bool) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending.as_bytes()));
        if ends(&["password", "passwd", "pwd", "passphrase"]) {
            return Some(Self::Password);
        }
        if ends(&["secret", "token", "authorization", "apikey", "credential", "credentials"]) {
            return Some(Self::Secret);
        }
        let secret = ["api", "secret", "private", "access", "auth", "encrypt", "sign", "account", "master", "client"];
        let has = |part: &str| name.windows(part.len()).any(|found| found == part.as_bytes());
        if !ends(&["key"]) || ends(&["publickey"]) {
            None
        } else if secret.iter().any(|part| has(part)) {
            Some(Self::Secret)
        } else {
            (name == b"key" && equals).then_some(Self::Key)
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
    let plain = digits == 0 && !value.bytes().any(|byte| b"!@#$%^&*?+=~".contains(&byte));
    plain || matches!(value.as_bytes()[0], b'/' | b'.')
}

/// Whether `value` has letters and digits in short runs, as no word and no name has.
#[inline(never)]
fn is_random(value: &str, letters: usize, digits: usize) -> bool {
    let parts = value.as_bytes().split(|byte| b"-_.".contains(byte));
    let longest = parts.max_by_key(|part| part.len()).unwrap_or_default();
    if value.len() < 16 || longest.len() < 12 || letters < 2 || digits < 2 || !is_varied(value) {
        return false;
    }
    if value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return true;
    }
    // A capital letter and the small ones after it are one run: so is a word in a name.
    let ends = longest.windows(2).filter(|pair| class(pair[0]) != class(pair[1]) && !is_initial(pair)).count();
    longest.len() * 10 <= (ends + 1) * 33
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
#[inline(never)]
fn is_varied(value: &str) -> bool {
    let mut seen = [false; 128];
    value.bytes().filter(u8::is_ascii).for_each(|byte| seen[byte as usize] = true);
    seen.iter().filter(|seen| **seen).count() >= 8
}

fn is_uuid(value: &str) -> bool {
    let hyphens = |(at, byte): (usize, u8)| [8, 13, 18, 23].contains(&at) == (byte == b'-');
    value.len() == 36 && value.bytes().enumerate().all(hyphens)
}
