//! Markdown as GitHub reads it: each construct reported as the element that it stands for.

use pulldown_cmark::{Event, Options, Parser, Tag as MarkdownTag, TagEnd};

use super::elements::{ElementReader, Elements, Tag};
use super::html;

/// Reads a Markdown text without its front matter.
pub(super) fn read(content: &str) -> Elements {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut reader = ElementReader::default();
    // The lines of an HTML block come one by one; a tag may span several.
    let mut html_block = String::new();
    for event in Parser::new_ext(content, options) {
        match event {
            Event::Start(MarkdownTag::Heading { id: Some(id), level, .. }) => {
                reader.start(Tag { name: &level.to_string(), id: Some(id.into_string()), ..Tag::default() });
            }
            Event::Start(tag) => each_element(&tag.to_end(), |name| reader.start(Tag { name, ..Tag::default() })),
            Event::End(TagEnd::HtmlBlock) => html::feed(&mut reader, &std::mem::take(&mut html_block)),
            Event::End(tag) => each_element(&tag, |name| reader.end(name)),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                reader.text(&text)
            }
            Event::Html(line) => html_block.push_str(&line),
            Event::InlineHtml(tag) => html::feed(&mut reader, &tag),
            Event::SoftBreak => reader.text(" "),
            Event::HardBreak => reader.start(Tag { name: "br", ..Tag::default() }),
            Event::Rule => reader.start(Tag { name: "hr", ..Tag::default() }),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }
    reader.finish()
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
        TagEnd::TableHead | TagEnd::TableRow => report("tr"),
        TagEnd::TableCell => report("td"),
        _ => {}
    }
}
