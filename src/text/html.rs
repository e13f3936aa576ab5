//! HTML: tokens to elements.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::elements::{ElementReader, Elements, Tag};

/// Reads a page, or a part of one.
pub(super) fn read(content: &str) -> Elements {
    let mut reader = ElementReader::default();
    feed(&mut reader, content);
    reader.finish()
}

/// Reports the tags and text of `html` to `reader`.
pub(super) fn feed(reader: &mut ElementReader, html: &str) {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(to_tag(&String::from_utf8_lossy(&tag.name), &tag)),
            Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
}

fn to_tag<'a>(name: &'a str, tag: &StartTag<()>) -> Tag<'a> {
    let value = |attribute: &str| {
        tag.attributes.get(attribute.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
    };
    let is = |attribute: &str, expected: &str| {
        value(attribute).is_some_and(|value| value.trim().eq_ignore_ascii_case(expected))
    };
    let id = value("id").or_else(|| if name == "a" { value("name") } else { None });
    Tag {
        name,
        id: id.filter(|id| !id.is_empty()),
        alt: value("alt"),
        // A page finder opens what is hidden until found.
        ignored: value("hidden").is_some() && !is("hidden", "until-found")
            || value("data-leafcutter-ignore").is_some()
            || is("aria-hidden", "true")
            || is("role", "navigation"),
        main: is("role", "main"),
        self_closing: tag.self_closing,
    }
}
