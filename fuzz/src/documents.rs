//! Documents and filters, as a caller or a page hands them in.

use leafcutter::sensitive::{Policy, SensitiveOptions, find, mask};
use leafcutter::text::{ChunkOptions, DocumentReader, ReadLimits, chunk};
use leafcutter::{DocId, Document, Filter, Format, PageOptions, Source, Value};

use self::counter::FourLetterCounter;

#[path = "../../tests/support/counter.rs"]
pub mod counter;

/// Markdown without front matter.
pub fn markdown(data: &[u8]) {
    read(Format::Markdown, &text(data), None);
}

/// The lines between `---` at the top of a Markdown file.
pub fn front_matter(data: &[u8]) {
    read(Format::Markdown, &format!("---\n{}\n---\nText.", text(data)), None);
}

/// HTML as a document.
pub fn html(data: &[u8]) {
    read(Format::Html, &text(data), None);
}

/// HTML as a page of a site: its first line names the main part.
pub fn page(data: &[u8]) {
    let text = text(data);
    let (main, content) = text.split_once('\n').unwrap_or(("", &text));
    read(Format::Html, content, Some(PageOptions { main: Some(main.to_owned()) }));
}

/// Texts in which something sensitive is looked for.
pub fn sensitive(data: &[u8]) {
    let text = text(data);
    let findings = find(&text, |_| true);
    let mut end = 0;
    for finding in &findings {
        assert!(finding.range.start >= end && text.get(finding.range.clone()).is_some_and(|found| !found.is_empty()));
        end = finding.range.end;
    }
    let masked = mask(&text, &findings);
    assert!(findings.is_empty() == (masked == text));
    let masking = SensitiveOptions { policy: Policy::Mask, kinds: None };
    check(&parsed(Format::Text, &text, None, Some(&masking)).expect("plain text has no levels"));
}

/// A filter as JSON.
pub fn filter(data: &[u8]) {
    let Ok(json) = serde_json::from_slice(data) else { return };
    let Ok(filter) = Filter::from_json(&json) else { return };
    let list = Value::List(vec![Value::Boolean(true), Value::Text("b".to_owned())]);
    let metadata =
        [("a".to_owned(), Value::Number(1.0)), ("b".to_owned(), Value::Text("b".to_owned())), ("c".to_owned(), list)];
    let negated = serde_json::json!({ "not": json });
    let matches = filter.matches(&metadata.clone().into());
    // One level deeper it may be nested too far.
    if let Ok(negated) = Filter::from_json(&negated) {
        assert!(negated.matches(&metadata.into()) != matches);
    }
}

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

fn read(format: Format, content: &str, page: Option<PageOptions>) {
    if let Some(document) = parsed(format, content, page, None) {
        check(&document);
    }
}

/// None where it is nested too deep.
fn parsed(
    format: Format,
    content: &str,
    page: Option<PageOptions>,
    sensitive: Option<&SensitiveOptions>,
) -> Option<Document> {
    let source = Source { id: "a".to_owned(), format, content: content.to_owned(), page, ..Source::default() };
    DocumentReader::new(source, ReadLimits::default(), sensitive).and_then(DocumentReader::finish).ok()
}

/// Every range is one of the text, and the chunks hold all of it that is not white space.
fn check(document: &Document) {
    for block in &document.blocks {
        assert!(!block.range.of(&document.text).trim().is_empty());
    }
    for heading in &document.headings {
        assert!(heading.section.of(&document.text).starts_with(&heading.text));
    }
    let chunks = chunk(document, DocId(0), &ChunkOptions::default(), &FourLetterCounter).expect("options in range");
    let mut end = 0;
    for chunk in chunks {
        let range = chunk.range;
        assert!(document.text[end..range.start as usize].trim().is_empty() && !range.of(&document.text).is_empty());
        end = range.end as usize;
    }
    assert!(document.text[end..].trim().is_empty());
}
