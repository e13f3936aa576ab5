//! Markdown, with tables, footnotes, task lists, heading ids and YAML front matter.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::canonical::{Builder, Canonical};
use super::html;
use crate::document::BlockKind;
use crate::metadata::Value;

pub fn parse(content: &str) -> Canonical {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = MarkdownReader::default();
    for event in Parser::new_ext(content, options) {
        reader.event(event);
    }
    reader.flush();
    reader.builder.finish()
}

#[derive(Default)]
struct MarkdownReader {
    builder: Builder,
    /// Text of the block that is being read.
    text: String,
    /// What `text` is, other than a block of prose.
    verbatim: Option<Verbatim>,
    anchor: Option<String>,
    items: usize,
    quotes: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Verbatim {
    Code,
    Html,
    FrontMatter,
}

impl MarkdownReader {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push_str(&text);
            }
            Event::Html(html) => self.text.push_str(&html),
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => self.text.push('\n'),
            Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.flush(),
        }
    }

    fn start(&mut self, tag: Tag) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } => return,
            Tag::Superscript | Tag::Subscript => return,
            Tag::TableCell => {
                if !self.text.is_empty() {
                    self.text.push_str(" | ");
                }
                return;
            }
            _ => self.flush(),
        }
        match tag {
            Tag::Heading { id, .. } => self.anchor = id.map(|id| id.to_string()),
            Tag::Item => self.items += 1,
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(_) => self.verbatim = Some(Verbatim::Code),
            Tag::HtmlBlock => self.verbatim = Some(Verbatim::Html),
            Tag::MetadataBlock(_) => self.verbatim = Some(Verbatim::FrontMatter),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                self.builder.heading(level as u8, &self.text, self.anchor.take(), true);
                self.text.clear();
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                self.builder.prose(BlockKind::TableRow, &self.text);
                self.text.clear();
            }
            TagEnd::Item => {
                self.flush();
                self.items -= 1;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes -= 1;
            }
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => self.flush(),
            TagEnd::List(_) | TagEnd::FootnoteDefinition | TagEnd::Table => self.flush(),
            _ => {}
        }
    }

    /// Ends the block that is being read.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        match self.verbatim.take() {
            Some(Verbatim::Code) => self.builder.code(&text),
            Some(Verbatim::Html) => html::read_into(&mut self.builder, &text),
            Some(Verbatim::FrontMatter) => self.front_matter(&text),
            None if self.items > 0 => self.builder.prose(BlockKind::ListItem, &text),
            None if self.quotes > 0 => self.builder.prose(BlockKind::Quote, &text),
            None => self.builder.prose(BlockKind::Paragraph, &text),
        }
    }

    /// Takes the scalars of YAML front matter: `name: value`, one a line. What is nested is left alone.
    fn front_matter(&mut self, text: &str) {
        for line in text.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            let (name, value) = (name.trim_end(), value.trim());
            if name.is_empty() || name.starts_with([' ', '\t', '-', '#']) || value.is_empty() {
                continue;
            }
            let unquoted = value.trim_matches(['"', '\'']);
            if name == "title" {
                self.builder.title(unquoted);
                continue;
            }
            let value = match value {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => match value.parse::<f64>() {
                    Ok(number) if number.is_finite() => Value::Number(number),
                    _ => Value::Text(unquoted.to_owned()),
                },
            };
            self.builder.metadata().insert(name.to_owned(), value);
        }
    }
}
