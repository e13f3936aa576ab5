//! Documents to chunks: what holds for every text, and the choices on some.

#[path = "support/counter.rs"]
mod counter;

use counter::FourLetterCounter;
use leafcutter::text::{ChunkOptions, ChunkStrategy, chunk, parse};
use leafcutter::{Block, BlockKind, Chunk, DocId, Document, Format, Source, TextRange, TokenCounter};
use proptest::prelude::*;

fn read(format: Format, content: &str) -> Document {
    parse(&Source { id: "doc".to_owned(), format, content: content.to_owned(), ..Source::default() })
        .expect("a document")
}

fn options(tokens: u32, overlap: u32) -> ChunkOptions {
    ChunkOptions { tokens, overlap, ..ChunkOptions::default() }
}

fn cut(document: &Document, options: ChunkOptions) -> Vec<Chunk> {
    chunk(document, DocId(3), &options, &FourLetterCounter).expect("chunks")
}

fn texts<'a>(document: &'a Document, chunks: &[Chunk]) -> Vec<&'a str> {
    chunks.iter().map(|chunk| chunk.range.of(&document.text)).collect()
}

/// A sentence of `words` words, each a token, and a full stop.
fn sentence(words: usize) -> String {
    format!("Ants{}. ", " ants".repeat(words - 1))
}

#[test]
fn a_section_over_the_budget_is_shared_out_evenly() {
    let document = read(Format::Text, &sentence(12).repeat(10));
    let tokens: Vec<u32> = cut(&document, options(100, 0)).iter().map(|chunk| chunk.tokens).collect();
    assert_eq!(tokens, [65, 65]);
}

#[test]
fn even_sharing_never_needs_more_chunks_than_a_full_pack() {
    let lengths = [40, 40, 15, 90, 9, 30, 30, 39];
    let document = read(Format::Text, &lengths.map(|tokens| sentence(tokens - 1)).concat());
    let tokens: Vec<u32> = cut(&document, options(100, 0)).iter().map(|chunk| chunk.tokens).collect();
    assert_eq!(tokens, [95, 99, 99]);
}

#[test]
fn a_chunk_holds_one_section_and_begins_with_its_headings() {
    let document = read(
        Format::Markdown,
        "Before.\n\n# One\n\nText.\n\n- item\n- more\n\n## Two\n\n### Three\n\nEnd.\n\n# Four\n\n# Five",
    );
    let chunks = cut(&document, options(100, 0));
    assert_eq!(
        texts(&document, &chunks),
        ["Before.", "One\n\nText.\n\nitem\nmore", "Two\n\nThree\n\nEnd.", "Four", "Five"]
    );
    let headings: Vec<_> = chunks.iter().map(|chunk| chunk.heading).collect();
    assert_eq!(headings, [None, Some(0), Some(2), Some(3), Some(4)]);
}

#[test]
fn a_heading_is_not_left_alone_where_text_fits() {
    let document = read(Format::Markdown, &format!("# Head\n\n{}\n\n{}", sentence(96), sentence(3)));
    let tokens: Vec<u32> = cut(&document, options(100, 0)).iter().map(|chunk| chunk.tokens).collect();
    assert_eq!(tokens, [98, 4]);
}

#[test]
fn a_long_sentence_is_cut_at_words_and_a_long_word_at_characters() {
    let document = read(Format::Text, &"word ".repeat(150));
    assert_eq!(cut(&document, options(100, 0)).iter().map(|chunk| chunk.tokens).collect::<Vec<_>>(), [75, 75]);
    let document = read(Format::Text, &format!("a {} b", "x".repeat(700)));
    for text in texts(&document, &cut(&document, options(50, 0))) {
        assert!(FourLetterCounter.count(text) <= 50);
    }
    let document = read(Format::Text, &"鯨".repeat(150));
    assert_eq!(cut(&document, options(100, 0)).iter().map(|chunk| chunk.tokens).collect::<Vec<_>>(), [75, 75]);
    let family = "👨‍👩‍👧‍👦";
    let document = read(Format::Text, &family.repeat(40));
    for text in texts(&document, &cut(&document, options(8, 0))) {
        assert!(text.starts_with('👨') && text.ends_with('👦'));
    }
}

#[test]
fn overlap_repeats_whole_sentences_of_the_same_section() {
    let sentences = ('A'..='H').map(|letter| format!("{letter}nt{}.", " ant".repeat(8)));
    let document = read(Format::Text, &sentences.collect::<Vec<_>>().join(" "));
    let chunks = cut(&document, options(40, 15));
    let first_letters: Vec<String> = texts(&document, &chunks)
        .iter()
        .map(|text| leafcutter::sentences(text).iter().map(|sentence| &sentence.of(text)[..1]).collect())
        .collect();
    assert_eq!(first_letters, ["ABC", "CDEF", "FGH"]);
    assert!(chunks.iter().all(|chunk| chunk.tokens <= 40));
}

#[test]
fn the_whole_document_may_be_one_chunk() {
    let whole = ChunkOptions { strategy: ChunkStrategy::Whole, ..ChunkOptions::default() };
    let document = read(Format::Markdown, &format!("# Head\n\n{}", sentence(300)));
    let chunks = cut(&document, whole);
    assert_eq!(texts(&document, &chunks), [document.text.as_str()]);
    assert_eq!((chunks[0].tokens, chunks[0].heading, chunks[0].document), (302, Some(0), DocId(3)));
    assert!(cut(&read(Format::Text, " \n"), whole).is_empty());
    assert!(cut(&read(Format::Text, " \n"), ChunkOptions::default()).is_empty());
}

#[test]
fn options_out_of_range_are_refused() {
    let document = read(Format::Text, "Ants.");
    for (tokens, overlap, name) in
        [(7, 0, "chunking.tokens"), (8193, 0, "chunking.tokens"), (100, 51, "chunking.overlap")]
    {
        let error = chunk(&document, DocId(0), &options(tokens, overlap), &FourLetterCounter).expect_err("refused");
        assert!(matches!(error, leafcutter::Error::InvalidOption { name: got, .. } if got == name));
    }
}

#[test]
fn megabytes_without_an_end_take_linear_time() {
    for piece in ["x", "word ", "鯨", "e\u{301}", "👨‍👩‍👧‍👦", "\u{301}", ". ", "-"] {
        let document = read(Format::Text, &format!("Start {}", piece.repeat(1_000_000 / piece.len())));
        check_chunks(&document, options(100, 0));
    }
}

/// Asserts what holds for the chunks of every document.
fn check_chunks(document: &Document, options: ChunkOptions) {
    let text = document.text.as_str();
    let chunks = cut(document, options);
    let mut covered = 0;
    let mut last = TextRange::new(0, 0);
    for chunk in &chunks {
        let chunk_text = chunk.range.of(text);
        assert!(!chunk_text.is_empty() && chunk_text.trim() == chunk_text);
        assert_eq!(FourLetterCounter.count(chunk_text), chunk.tokens as usize);
        assert!(chunk.tokens <= options.tokens);
        let (start, end) = (chunk.range.start as usize, chunk.range.end as usize);
        assert!(start >= last.start as usize && end > last.end as usize);
        if start >= covered {
            assert!(text[covered..start].trim().is_empty());
        } else {
            assert!(FourLetterCounter.count(&text[start..covered]) <= options.overlap as usize);
        }
        let mut blocks = document
            .blocks
            .iter()
            .filter(|block| block.range.start < chunk.range.end && chunk.range.start < block.range.end);
        let own = |block: &Block| block.kind == BlockKind::Heading || block.heading == chunk.heading;
        assert!(blocks.all(own));
        covered = end;
        last = chunk.range;
    }
    assert!(text[covered..].trim().is_empty());
}

/// Asserts what holds for every document.
fn check_document(document: &Document) {
    let mut end = 0;
    for block in &document.blocks {
        let text = block.range.of(&document.text);
        assert!(!text.trim().is_empty());
        let gap = &document.text[end..block.range.start as usize];
        assert_eq!(gap, if end == 0 { "" } else { &"\n\n"[..gap.len().clamp(1, 2)] });
        assert!(block.heading.is_none_or(|heading| (heading as usize) < document.headings.len()));
        end = block.range.end as usize;
    }
    assert_eq!(end, document.text.len());
    assert!(document.text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
    let mut slugs = std::collections::BTreeSet::new();
    for (index, heading) in document.headings.iter().enumerate() {
        assert!(heading.section.of(&document.text).starts_with(&heading.text));
        assert!(heading.parent.is_none_or(|parent| {
            let above = &document.headings[parent as usize];
            (parent as usize) < index && above.level < heading.level && above.section.contains(heading.section)
        }));
        assert!(heading.anchor.as_ref().is_none_or(|anchor| slugs.insert(anchor)));
    }
}

/// Texts of every script and kind of character, strewn with what has a meaning to one format or another.
fn content() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[A-Za-z]{1,9}[,.!?]? ",
        2 => prop::sample::select(vec![
            "\n", "\n\n", "\r\n", " \t ", "# ", "## ", "- ", "1. ", "> ", "```\n", "| a | b |\n|---|---|\n", "---\n", "**", "_", "`",
            "[", "](", ")", "<p>", "</p>", "<h2 id=x>", "<h3>", "</h2>", "<ul>", "<li>", "</ul>", "<pre>", "</pre>", "<table>", "<tr>",
            "<td>", "</table>", "<br>", "<div hidden>", "</div>", "<script>", "</script>", "<main>", "</main>", "<svg/>", "<!--",
            "-->", "&amp;", "&#0;", "&", "<", "\0", "\u{b}", "\u{85}", "\u{feff}", "\u{fffd}", "\u{ad}",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![
            "🐋", "👨‍👩‍👧‍👦", "🇫🇷", "e\u{301}\u{328}", "\u{301}", "مرحبا بالعالم. ", "\u{202e}שלום", "我叫以实玛利。", "你好！", "ไทย", "ﷺ", "ǅ", "ß. ", "𝒳",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => ("[a-z]", 90..220usize).prop_map(|(letter, times)| letter.repeat(times)),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    // Failures are kept as cases of their own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_in_every_format_keeps_the_rules(content in content(), tokens in 8..60u32, overlap in 0..30u32) {
        for format in [Format::Text, Format::Markdown, Format::Html] {
            let document = read(format, &content);
            check_document(&document);
            check_chunks(&document, options(tokens, 0));
            check_chunks(&document, options(tokens, overlap.min(tokens / 2)));
        }
    }

    #[test]
    fn plain_text_keeps_every_visible_character(content in any::<String>()) {
        let visible = |text: &str| -> String {
            let hidden = |c: char| c.is_whitespace() || c.is_control() || c == '\u{ad}' || c == '\u{feff}';
            text.chars().filter(|&c| !hidden(c)).collect()
        };
        prop_assert_eq!(visible(&read(Format::Text, &content).text), visible(&content));
    }
}
