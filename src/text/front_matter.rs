//! Front matter: the lines between `---` at the top of a Markdown file.

use crate::metadata::{Metadata, Value};

/// Splits `content` into the simple entries of its front matter and the Markdown after it.
///
/// Entries are `key: value` on one line, where the value is a text (bare or quoted), a number, `true` or `false`, or
/// a list of these in brackets. Whatever else YAML allows is passed over.
pub(super) fn split(content: &str) -> (Metadata, &str) {
    let content = content.trim_start_matches('\u{feff}');
    let mut lines = content.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return (Metadata::new(), content) };
    let mut entries = Metadata::new();
    let mut end = first.len();
    for line in lines {
        end += line.len();
        match line.trim_end() {
            "---" | "..." => return (entries, &content[end..]),
            entry => entries.extend(parse_entry(entry)),
        }
    }
    // Never closed, so the first line was a rule.
    (Metadata::new(), content)
}

fn parse_entry(line: &str) -> Option<(String, Value)> {
    let (key, value) = line.split_once(':')?;
    let named = key.starts_with(char::is_alphabetic) && key.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    if !named || !(value.is_empty() || value.starts_with(char::is_whitespace)) {
        return None;
    }
    let value = value.trim();
    let value = match value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(list) => Value::List(parse_items(list)),
        None => parse_scalar(value)?,
    };
    Some((key.trim_end().to_owned(), value))
}

/// The values between commas, those in quotes whole.
fn parse_items(list: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() {
        let quoted = parse_quoted(rest);
        let after = quoted.as_ref().map_or(rest, |(_, after)| after);
        let end = after.find(',').unwrap_or(after.len());
        match quoted {
            Some((text, _)) => items.push(Value::Text(text)),
            None => items.extend(parse_scalar(after[..end].trim_end())),
        }
        rest = after[end..].trim_start_matches(',').trim_start();
    }
    items
}

/// A text in quotes that `text` begins with, and what follows it. In double quotes a backslash escapes, in single ones a
/// second quote stands for one.
fn parse_quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote {
            if quote == '"' || characters.next_if(|&(_, next)| next == quote).is_none() {
                return Some((value, &text[at + 1..]));
            }
            value.push(quote);
        } else if character == '\\' && quote == '"' {
            let escaped = characters.next().map(|(_, escaped)| escaped);
            value.push(match escaped {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or(character),
            });
        } else {
            value.push(character);
        }
    }
    // Never closed, so the mark was meant as one.
    None
}

fn parse_scalar(text: &str) -> Option<Value> {
    if let Some((quoted, _)) = parse_quoted(text) {
        return Some(Value::Text(quoted));
    }
    let text = text.split(" #").next()?.trim_end();
    if text.is_empty() || text.starts_with(['|', '>', '{', '[', '&', '*', '!', '#']) {
        return None;
    }
    Some(match text {
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        "null" | "~" => return None,
        _ if is_number(text) => Value::Number(text.parse().ok()?),
        _ => Value::Text(text.to_owned()),
    })
}

/// Decimal numbers only: a code with leading zeros, a date and a version are texts.
fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn simple_entries_are_taken_and_the_rest_is_passed_over() {
        let content = "---\r\ntitle: \"On: leaves\" # shown\nyear: 1851\ndraft: false\nratio: -0.5\ndate: 2024-01-02\n\
            code: 007\ntags: [ants, 'a fungus', 3]\nempty:\nurl: https://leaf.example/a#b\nnested:\n  deep: 1\n\
            - item\nlong: >\n...\n# Body\n";
        let (entries, body) = split(content);
        assert_eq!(body, "# Body\n");
        let expected = [
            ("code", text("007")),
            ("date", text("2024-01-02")),
            ("draft", Value::Boolean(false)),
            ("ratio", Value::Number(-0.5)),
            ("tags", Value::List(vec![text("ants"), text("a fungus"), Value::Number(3.0)])),
            ("title", text("On: leaves")),
            ("url", text("https://leaf.example/a#b")),
            ("year", Value::Number(1851.0)),
        ];
        assert_eq!(entries, expected.map(|(key, value)| (key.to_owned(), value)).into());
    }

    #[test]
    fn quotes_keep_their_commas_and_quotes() {
        let list = |line: &str| match parse_entry(line) {
            Some((_, Value::List(items))) => items,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(list("tags: [\"Moby, Dick\", sea]"), [text("Moby, Dick"), text("sea")]);
        assert_eq!(list("tags: ['Ahab''s, leg' , 3, don't]"), [text("Ahab's, leg"), Value::Number(3.0), text("don't")]);
        assert_eq!(
            list("tags: [\"a \\\"b\\\", c\", d, , true]"),
            [text("a \"b\", c"), text("d"), Value::Boolean(true)]
        );
        assert_eq!(list("tags: [\"open, sea]"), [text("\"open"), text("sea")]);
        assert!(list("tags: [ ]").is_empty());
        assert_eq!(parse_entry("title: 'It''s' # x"), Some(("title".to_owned(), text("It's"))));
    }

    #[test]
    fn a_rule_is_not_front_matter() {
        for content in ["---\ntitle: x\n", "--- \nText", "Text\n---\na: 1\n---\n", "----\na: 1\n---\n", ""] {
            assert_eq!(split(content), (Metadata::new(), content));
        }
    }
}
