//! Sources in, chunks out.

use proptest::prelude::*;

use super::*;
use crate::document::{BlockKind, Chunk, TextRange};
use crate::ids::DocId;
use crate::traits::TokenCounter;

/// Four characters a token within words, each mark a token: simple, and cut like the model's own tokens are.
struct FourCharacters;

impl TokenCounter for FourCharacters {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        let mut tokens: Vec<TextRange> = Vec::new();
        // Characters in the last token; 0 where the next character begins another.
        let mut length = 0;
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            if character.is_whitespace() {
                length = 0;
            } else if character.is_alphanumeric() && (1..4).contains(&length) {
                tokens.last_mut().expect("a token is open").end = end as u32;
                length += 1;
            } else {
                tokens.push(TextRange::new(at, end));
                length = if character.is_alphanumeric() { 1 } else { 0 };
            }
        }
        tokens
    }
}

fn source(format: Format, content: &str) -> Source {
    Source { id: "id".to_owned(), format, content: content.to_owned(), ..Source::default() }
}

fn canonical(format: Format, content: &str) -> String {
    parse(&source(format, content)).unwrap().text
}

fn chunks(content: &str, options: &ChunkOptions) -> (Document, Vec<Chunk>) {
    let document = parse(&source(Format::Markdown, content)).unwrap();
    let chunks = chunk(&document, DocId(0), options, &FourCharacters).unwrap();
    (document, chunks)
}

#[test]
fn plain_text_joins_the_lines_of_a_paragraph() {
    assert_eq!(canonical(Format::Text, "One\r\nline.\r\n\r\n\r\nTwo\u{0}  lines.\n"), "One line.\n\nTwo lines.");
}

#[test]
fn markdown_loses_its_markup() {
    let table = "| Ant | Leaf |\n|---|---|\n| one | two |";
    for (markdown, expected) in [
        ("# A *b*\n\ntext `code` [link](https://example.com) ![image](x.png)", "A b\n\ntext code link image"),
        ("- one\n- two\n  - three\n\nafter", "one\ntwo\nthree\n\nafter"),
        ("```rust\nfn main() {\n    x\n}\n```", "fn main() {\n    x\n}"),
        (table, "Ant | Leaf\none | two"),
        ("a<br>b <span onclick=\"x\">c</span>", "a\nb c"),
        ("<div><script>alert(1)</script><p>kept</p></div>", "kept"),
        ("> quoted\n> on", "quoted on"),
        ("---\ntitle: T\nyear: 1851\n---\n\nbody", "body"),
    ] {
        assert_eq!(canonical(Format::Markdown, markdown), expected, "{markdown}");
    }
}

#[test]
fn front_matter_becomes_title_and_metadata() {
    let document =
        parse(&source(Format::Markdown, "---\ntitle: \"A title\"\nyear: 1851\ndraft: false\n---\nx")).unwrap();
    assert_eq!(document.title, "A title");
    let metadata: Vec<_> = document.metadata.iter().map(|(name, value)| (name.as_str(), value.to_json())).collect();
    assert_eq!(metadata, [("draft", false.into()), ("year", 1851.into())]);
}

#[test]
fn html_loses_its_markup() {
    let deep = format!("{}deep{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    for (html, expected) in [
        ("<title>T</title><p>a&amp;b <b>c</b>d\n e</p><p>f", "a&b cd e\n\nf"),
        ("<nav>menu</nav><main><h1>H</h1>text</main><footer>foot</footer>", "H\n\ntext"),
        ("<p>a<br>b</p><pre>x\n  y</pre>", "a\nb\n\nx\n  y"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td><p>1</p></td><td>2</td></tr></table>", "A | B\n1 | 2"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<p hidden>no</p><div data-leafcutter-ignore><div>no</div></div><p>yes", "yes"),
        ("<script>if (a < b) { '</p>' }</script>yes<style>p{}</style>", "yes"),
        (&deep, "deep"),
    ] {
        assert_eq!(canonical(Format::Html, html), expected);
    }
}

#[test]
fn headings_form_a_tree_with_sections_and_anchors() {
    let document = parse(&source(Format::Markdown, "# A\n\na\n\n## B\n\nb\n\n## B\n\nc\n\n# D\n\nd")).unwrap();
    let seen: Vec<_> = document
        .headings
        .iter()
        .map(|heading| (heading.parent, heading.anchor.as_deref().unwrap(), heading.section.of(&document.text)))
        .collect();
    let expected = [
        (None, "a", "A\n\na\n\nB\n\nb\n\nB\n\nc"),
        (Some(0), "b", "B\n\nb"),
        (Some(0), "b-1", "B\n\nc"),
        (None, "d", "D\n\nd"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(document.heading_path(Some(2)), ["A", "B"]);
}

#[test]
fn chunks_keep_to_sections_and_are_of_nearly_one_size() {
    let sentence = "Seven small ants carry leaves. ";
    let markdown = format!("# One\n\n{}\n\n# Two\n\n{}", sentence.repeat(13), sentence.repeat(2));
    let (document, chunks) = chunks(&markdown, &ChunkOptions { tokens: 100, ..ChunkOptions::default() });
    let seen: Vec<_> = chunks.iter().map(|chunk| (document.heading_path(chunk.heading)[0], chunk.tokens)).collect();
    assert_eq!(seen.len(), 3);
    assert_eq!((seen[0].0, seen[1].0, seen[2].0), ("One", "One", "Two"));
    assert!(seen[0].1.abs_diff(seen[1].1) <= 11, "more than a sentence apart: {seen:?}");
}

#[test]
fn a_heading_without_text_goes_with_the_next() {
    let (document, chunks) = chunks("# One\n\n## Two\n\nText.", &ChunkOptions::default());
    assert_eq!(chunks.len(), 1);
    assert_eq!(document.heading_path(chunks[0].heading), ["One", "Two"]);
}

#[test]
fn a_word_of_five_megabytes_is_cut_in_time() {
    let content = "x".repeat(5_000_000);
    let document = parse(&source(Format::Text, &content)).unwrap();
    let chunks = chunk(&document, DocId(0), &ChunkOptions::default(), &FourCharacters).unwrap();
    assert_eq!(chunks.len(), 12_500);
    assert!(chunks.iter().all(|chunk| chunk.tokens <= 100));
}

#[test]
fn options_out_of_range_are_refused() {
    for (tokens, overlap) in [(7, 0), (10_000, 0), (100, 51)] {
        let options = ChunkOptions { tokens, overlap, ..ChunkOptions::default() };
        assert_eq!(options.validate().unwrap_err().code(), "invalid-option");
    }
}

#[test]
fn blank_documents_have_no_chunks() {
    for strategy in [ChunkStrategy::Sentences, ChunkStrategy::Whole] {
        let options = ChunkOptions { strategy, ..ChunkOptions::default() };
        assert!(chunks(" \n\t\n ", &options).1.is_empty());
    }
}

proptest! {
    #[test]
    fn any_source_becomes_a_document_whose_parts_fit(
        content in "(\\PC|[ #*<>/a-z\n|`-]|[\u{300}-\u{36f}🐜]){0,200}",
        tokens in 8u32..30,
        overlap in 0u32..4,
    ) {
        for format in [Format::Text, Format::Markdown, Format::Html] {
            let document = parse(&source(format, &content)).unwrap();
            let mut end = 0;
            for block in &document.blocks {
                prop_assert!(block.range.start as usize >= end);
                prop_assert!(block.kind == BlockKind::Code || !block.range.of(&document.text).trim().is_empty());
                end = block.range.end as usize;
            }
            prop_assert_eq!(end, document.text.len());
            let options = ChunkOptions { tokens, overlap, ..ChunkOptions::default() };
            let chunks = chunk(&document, DocId(0), &options, &FourCharacters).unwrap();
            let mut end = 0;
            for chunk in &chunks {
                let text = chunk.range.of(&document.text);
                prop_assert_eq!(chunk.tokens as usize, FourCharacters.count(text));
                prop_assert!(chunk.tokens <= tokens);
                if overlap == 0 {
                    prop_assert!(document.text[end..chunk.range.start as usize].trim().is_empty());
                }
                end = chunk.range.end as usize;
            }
            prop_assert!(document.text[end..].trim().is_empty());
        }
    }
}
