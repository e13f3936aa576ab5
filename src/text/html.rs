//! HTML: tokens to elements.

use std::convert::Infallible;

use html5gum::{DefaultEmitter, StartTag, StringReader, Token, Tokenizer};
use self_cell::self_cell;

use super::elements::{ElementReader, Elements, Tag};

type Tokens<'a> = Tokenizer<StringReader<'a>, DefaultEmitter>;

self_cell!(
    /// A page and the tokens that are still to come from it.
    struct Page {
        owner: String,
        #[not_covariant]
        dependent: Tokens,
    }
);

/// Reads a page.
pub(super) struct Reader {
    page: Page,
    elements: ElementReader,
}

impl Reader {
    pub fn new(content: String) -> Self {
        Self { page: Page::new(content, |content| tokens(content)), elements: ElementReader::default() }
    }

    /// Reads about `bytes` more, or up to the next tag. Returns whether all is read.
    pub fn step(&mut self, bytes: usize) -> bool {
        let elements = &mut self.elements;
        self.page.with_dependent_mut(|_, tokens| {
            let mut read = 0;
            for token in tokens {
                read += report(elements, token);
                if read > bytes {
                    return false;
                }
            }
            true
        })
    }

    /// The elements of what was read.
    pub fn finish(self) -> Elements {
        self.elements.finish()
    }
}

/// Reports the tags and text of `html` to `reader`.
pub(super) fn feed(reader: &mut ElementReader, html: &str) {
    for token in tokens(html) {
        report(reader, token);
    }
}

fn tokens(html: &str) -> Tokens<'_> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter)
}

/// Reports one token, and returns about how many bytes it stands for.
fn report(reader: &mut ElementReader, token: Result<Token, Infallible>) -> usize {
    /// Of a tag, whose name and attributes are short as a rule.
    const TAG: usize = 16;
    let Ok(token) = token;
    match token {
        Token::StartTag(tag) => reader.start(to_tag(&String::from_utf8_lossy(&tag.name), &tag)),
        Token::EndTag(tag) => reader.end(&String::from_utf8_lossy(&tag.name)),
        Token::String(text) => {
            reader.text(&String::from_utf8_lossy(&text));
            return text.len();
        }
        Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
    }
    TAG
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
