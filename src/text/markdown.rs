//! Markdown as GitHub reads it: each construct reported as the element that it stands for.

use pulldown_cmark::{Event, Options, Parser, Tag as MarkdownTag, TagEnd};
use self_cell::self_cell;

use super::elements::{ElementReader, Elements, Tag};
use super::html;

self_cell!(
    /// A text and the events that are still to come from it.
    struct Page {
        owner: String,
        #[not_covariant]
        dependent: Parser,
    }
);

/// Reads a Markdown text without its front matter.
pub(super) struct Reader {
    page: Page,
    elements: ElementReader,
    /// The lines of an HTML block come one by one; a tag may span several.
    html_block: String,
}

impl Reader {
    /// Finds where blocks begin and end, which takes one go; what is in them is read step by step.
    pub fn new(content: String) -> Self {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM;
        let page = Page::new(content, |content| Parser::new_ext(content, options));
        Self { page, elements: ElementReader::default(), html_block: String::new() }
    }

    /// Reads about `bytes` more. Returns whether all is read.
    pub fn step(&mut self, bytes: usize) -> bool {
        let (reader, html_block) = (&mut self.elements, &mut self.html_block);
        self.page.with_dependent_mut(|_, events| {
            let mut read = 0;
            for event in events {
                read += report(reader, html_block, event);
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

    /// The elements of what was read.
    pub fn finish(self) -> Elements {
        self.elements.finish()
    }
}

/// A bound on how deep quotes and lists stand in each other: the most of their marks, and of pairs of columns of white space,
/// that a line begins with.
pub(super) fn deepest(content: &str) -> usize {
    content.lines().map(levels).max().unwrap_or(0)
}

/// How deep quotes and lists may stand in each other in a text of so many lines: each line is compared with all that are open.
pub(super) fn most_levels(content: &str) -> usize {
    /// A second's work.
    const COMPARISONS: usize = 50_000_000;
    /// No text that is meant to be read is deeper.
    const ALWAYS: usize = 64;
    (COMPARISONS / content.lines().count().max(1)).max(ALWAYS)
}

fn levels(line: &str) -> usize {
    let is_rule = |mark: char| line.contains(mark) && line.chars().all(|other| other == mark || other.is_whitespace());
    if is_rule('-') || is_rule('*') {
        return 0;
    }
    let (mut marks, mut columns) = (0, 0);
    let mut rest = line.as_bytes();
    loop {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match rest {
            [b' ', after @ ..] => (columns, rest) = (columns + 1, after),
            [b'\t', after @ ..] => (columns, rest) = (columns + 4, after),
            [b'>', after @ ..] => (marks, rest) = (marks + 1, after),
            [b'-' | b'*' | b'+'] => return marks + 1 + columns / 2,
            [b'-' | b'*' | b'+', b' ' | b'\t', ..] => (marks, rest) = (marks + 1, &rest[1..]),
            _ if digits > 0 && matches!(rest.get(digits), Some(b'.' | b')')) => {
                (marks, rest) = (marks + 1, &rest[digits + 1..]);
            }
            _ => return marks + columns / 2,
        }
    }
}

/// Reports one event, and returns about how many bytes it stands for.
fn report(reader: &mut ElementReader, html_block: &mut String, event: Event) -> usize {
    /// Of what marks up.
    const MARK: usize = 8;
    let bytes = match &event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text.len(),
        _ => 0,
    };
    match event {
        Event::Start(MarkdownTag::Heading { id: Some(id), level, .. }) => {
            reader.start(Tag { name: &level.to_string(), id: Some(id.into_string()), ..Tag::default() });
        }
        Event::Start(tag) => each_element(&tag.to_end(), |name| reader.start(Tag { name, ..Tag::default() })),
        Event::End(TagEnd::HtmlBlock) => html::feed(reader, &std::mem::take(html_block)),
        Event::End(tag) => each_element(&tag, |name| reader.end(name)),
        Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
            reader.text(&text)
        }
        Event::Html(line) => html_block.push_str(&line),
        Event::InlineHtml(tag) => html::feed(reader, &tag),
        Event::SoftBreak => reader.text(" "),
        Event::HardBreak => reader.start(Tag { name: "br", ..Tag::default() }),
        Event::Rule => reader.start(Tag { name: "hr", ..Tag::default() }),
        Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
    }
    MARK + bytes
}

/// Reports the block-level element that `tag` stands for; inline ones leave no trace.
fn each_element(tag: &TagEnd, mut report: impl FnMut(&str)) {
    match tag {
        TagEnd::Paragraph => report("p"),
        TagEnd::Heading(level) => report(&level.to_string()),
        TagEnd::BlockQuote(_) => report("blockquote"),
        TagEnd::CodeBlock => report("pre"),
        TagEnd::List(_) => report("ul"),
        TagEnd::Item => report("li"),
        TagEnd::FootnoteDefinition => report("div"),
        TagEnd::Table => report("table"),
        TagEnd::TableHead => report("thead"),
        TagEnd::TableRow => report("tr"),
        TagEnd::TableCell => report("td"),
        _ => {}
    }
}
