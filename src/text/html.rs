//! HTML, read token by token: no tree is built, so no nesting is too deep.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::canonical::{Builder, Canonical};
use crate::document::BlockKind;

/// Elements whose content is not text to be read.
const SKIPPED: &[&str] =
    &["script", "style", "template", "noscript", "svg", "math", "nav", "select", "iframe", "object"];
/// Elements that set apart what stands in them.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "ul",
];
/// Elements that have no end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Reads a page: what stands in `main` or `article` elements, if there is any, else all of it.
pub fn parse(content: &str) -> Canonical {
    let main = read(content, true);
    if main.text.is_empty() { read(content, false) } else { main }
}

fn read(content: &str, main_only: bool) -> Canonical {
    let mut builder = Builder::default();
    HtmlReader::new(&mut builder, main_only).run(content);
    builder.finish()
}

/// Adds the blocks of a fragment to `builder`.
pub fn read_into(builder: &mut Builder, content: &str) {
    HtmlReader::new(builder, false).run(content);
}

struct HtmlReader<'a> {
    builder: &'a mut Builder,
    /// Whether only what stands in the main content is wanted.
    main_only: bool,
    /// How many elements of main content are open.
    main: usize,
    /// The element whose content is passed over, and how many of its name are open within it.
    skipped: Option<(String, usize)>,
    text: String,
    title: Option<String>,
    /// The level and anchor of the heading that is being read.
    heading: Option<(u8, Option<String>)>,
    preformatted: bool,
    row: bool,
    items: usize,
    quotes: usize,
}

impl<'a> HtmlReader<'a> {
    fn new(builder: &'a mut Builder, main_only: bool) -> Self {
        Self {
            builder,
            main_only,
            main: 0,
            skipped: None,
            text: String::new(),
            title: None,
            heading: None,
            preformatted: false,
            row: false,
            items: 0,
            quotes: 0,
        }
    }

    fn run(mut self, content: &str) {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(content, emitter) {
            // Reading from memory cannot fail.
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => self.start(&tag),
                Token::EndTag(tag) => self.end(&String::from_utf8_lossy(&tag.name)),
                Token::String(text) => self.characters(&String::from_utf8_lossy(&text.value)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        self.flush();
    }

    fn characters(&mut self, text: &str) {
        if let Some(title) = &mut self.title {
            title.push_str(text);
        } else if self.skipped.is_none() && (self.main > 0 || !self.main_only) {
            if self.preformatted {
                self.text.push_str(text);
            } else {
                // A line feed in the source is a space; one in `self.text` is a line break.
                self.text.push_str(&text.replace('\n', " "));
            }
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name);
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth += usize::from(*skipped == name);
            return;
        }
        let name = name.as_ref();
        let void = VOID.contains(&name);
        let ignored = has(tag, "hidden") || has(tag, "data-leafcutter-ignore");
        if SKIPPED.contains(&name) || (ignored && !void) {
            if !tag.self_closing {
                self.skipped = Some((name.to_owned(), 1));
            }
            return;
        }
        match name {
            "title" => self.title = Some(String::new()),
            "br" => self.text.push('\n'),
            "img" => {
                if let Some(alternative) = attribute(tag, "alt") {
                    self.characters(&alternative);
                }
            }
            "pre" => {
                self.flush();
                self.preformatted = true;
            }
            "tr" => {
                self.flush();
                self.row = true;
            }
            "td" | "th" => {
                if self.row && !self.text.trim().is_empty() {
                    self.text.push_str(" | ");
                }
            }
            "a" => {
                if let Some((_, anchor @ None)) = &mut self.heading {
                    *anchor = attribute(tag, "id").or_else(|| attribute(tag, "name")).map(Cow::into_owned);
                }
            }
            _ => {
                if let Some(level) = heading_level(name) {
                    self.flush();
                    self.heading = Some((level, attribute(tag, "id").map(Cow::into_owned)));
                } else if BLOCKS.contains(&name) {
                    self.break_block();
                    match name {
                        "li" | "dd" | "dt" => self.items += 1,
                        "blockquote" => self.quotes += 1,
                        "main" | "article" => self.main += 1,
                        _ => {}
                    }
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skipped {
            *depth -= usize::from(skipped == name);
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        match name {
            "title" => {
                if let Some(title) = self.title.take() {
                    self.builder.title(&title);
                }
            }
            "pre" => {
                let text = std::mem::take(&mut self.text);
                self.builder.code(&text);
                self.preformatted = false;
            }
            "tr" | "table" => {
                self.flush();
                self.row = false;
            }
            _ if heading_level(name).is_some() => self.flush(),
            _ if BLOCKS.contains(&name) => {
                self.break_block();
                match name {
                    "li" | "dd" | "dt" => self.items = self.items.saturating_sub(1),
                    "blockquote" => self.quotes = self.quotes.saturating_sub(1),
                    "main" | "article" => self.main = self.main.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Ends a block; in a row of a table, whose cells belong together, only a word.
    fn break_block(&mut self) {
        if self.row { self.text.push(' ') } else { self.flush() }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some((level, anchor)) = self.heading.take() {
            self.builder.heading(level, &text.replace('\n', " "), anchor, false);
        } else if self.preformatted {
            self.builder.code(&text);
        } else if self.row {
            self.builder.prose(BlockKind::TableRow, &text.replace('\n', " "));
        } else if self.items > 0 {
            self.builder.prose(BlockKind::ListItem, &text);
        } else if self.quotes > 0 {
            self.builder.prose(BlockKind::Quote, &text);
        } else {
            self.builder.prose(BlockKind::Paragraph, &text);
        }
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn has(tag: &StartTag<()>, name: &str) -> bool {
    tag.attributes.contains_key(name.as_bytes())
}

fn attribute<'a>(tag: &'a StartTag<()>, name: &str) -> Option<Cow<'a, str>> {
    let value = tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(&value.value));
    value.filter(|value| !value.is_empty())
}
