//! HTML: tokens to elements.

use std::convert::Infallible;

use html5gum::{DefaultEmitter, StartTag, StringReader, Token, Tokenizer};
use self_cell::self_cell;

use super::elements::{ElementReader, Elements, Tag};
use super::page::PageFacts;
use super::table::Span;

/// The attribute that marks a place: the fragment that leads to it in the original.
const MARK: &str = "data-leafcutter-anchor";

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
    /// Gathered where the document is a page of a site.
    facts: Option<PageFacts>,
}

impl Reader {
    pub fn new(content: String, facts: Option<PageFacts>) -> Self {
        let mut elements = ElementReader::default();
        elements.own_main = facts.as_ref().is_some_and(PageFacts::has_selectors);
        Self { page: Page::new(content, |content| tokens(content)), elements, facts }
    }

    /// Reads about `bytes` more, or up to the next tag. Returns whether all is read.
    pub fn step(&mut self, bytes: usize) -> bool {
        let (elements, facts) = (&mut self.elements, &mut self.facts);
        self.page.with_dependent_mut(|_, tokens| {
            let mut read = 0;
            for token in tokens {
                read += report(elements, facts.as_mut(), token);
                if read > bytes {
                    return false;
                }
            }
            true
        })
    }

    /// The most elements that stood in each other so far.
    pub fn deepest(&self) -> usize {
        self.elements.deepest()
    }

    /// The elements of what was read, and what the page says of itself.
    pub fn finish(self) -> (Elements, Option<PageFacts>) {
        (self.elements.finish(), self.facts.map(PageFacts::finish))
    }
}

/// Reports the tags and text of `html` to `reader`.
pub(super) fn feed(reader: &mut ElementReader, html: &str) {
    for token in tokens(html) {
        report(reader, None, token);
    }
}

fn tokens(html: &str) -> Tokens<'_> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter)
}

/// Reports one token, and returns about how many bytes it stands for.
fn report(reader: &mut ElementReader, facts: Option<&mut PageFacts>, token: Result<Token, Infallible>) -> usize {
    /// Of a tag, whose name and attributes are short as a rule.
    const TAG: usize = 16;
    let Ok(token) = token;
    let mut main = false;
    if let Some(facts) = facts {
        facts.see(&token);
        main = matches!(&token, Token::StartTag(tag) if facts.is_main(tag));
    }
    match token {
        Token::StartTag(tag) => {
            let name = String::from_utf8_lossy(&tag.name);
            let tag = to_tag(&name, &tag);
            // Where selectors name the main part, a role does not.
            reader.start(Tag { main: main || (tag.main && !reader.own_main), ..tag });
        }
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
        mark: value(MARK).filter(|anchor| !anchor.is_empty()),
        span: Span::new(value("colspan").as_deref(), value("rowspan").as_deref()),
        self_closing: tag.self_closing,
    }
}
