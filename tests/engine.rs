//! The engine on awkward input, and what a change leaves behind when it fails. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use std::borrow::Cow;
use std::cell::Cell;

use collection::{DIMENSIONS, MODEL, apply, document, embed, empty, finish};
use counter::FourLetterCounter;
use leafcutter::engine::{
    AnswerOptions, Collection, CollectionOptions, Contents, ContextOptions, Edit, Outcome, Query, SearchOptions, Step,
};
use leafcutter::{Error, Format, Matrix, NodeId, Patch, Source, TextRange, TokenCounter};

fn text(id: &str, content: &str) -> Edit {
    document(id, Format::Text, content)
}

fn of(edits: Vec<Edit>) -> Collection {
    let mut collection = empty(CollectionOptions::default());
    apply(&mut collection, edits, &FourLetterCounter).expect("a change");
    collection
}

fn import(bytes: &[u8]) -> leafcutter::Result<Collection> {
    Collection::import(bytes, CollectionOptions::default(), MODEL, DIMENSIONS)
}

/// Documents about several things, of `sentences` sentences each.
fn topics(documents: usize, sentences: usize) -> Vec<Edit> {
    let topics = ["whale sea ship harpoon sail", "bread oven flour yeast crust", "star orbit comet moon sky"];
    let content = |document: usize| -> String {
        let words: Vec<&str> = topics[document % 3].split(' ').collect();
        let word = |at: usize| words[at % words.len()];
        (0..sentences)
            .map(|n| format!("The {} met the {} number {n} of {document}. ", word(n), word(n * n + 1)))
            .collect()
    };
    (0..documents).map(|n| text(&n.to_string(), &content(n))).collect()
}

/// Asserts what holds for every collection.
fn check(collection: &Collection) {
    let (tree, chunks) = (collection.tree(), collection.chunks());
    tree.check(chunks.len()).expect("links that agree both ways");
    let embeddings = collection.embeddings().expect("embeddings");
    assert_eq!(embeddings.rows(), tree.nodes().len());
    for index in chunks.len()..tree.nodes().len() {
        let text = collection.node_text(NodeId(index as u32));
        assert_eq!(embeddings.row(index), embed(&text), "the embedding of {text}");
    }
    for chunk in chunks {
        let text = chunk.range.of(&collection.document_at(chunk.document).text);
        assert_eq!(FourLetterCounter.count(text), chunk.tokens as usize);
        assert!(!text.trim().is_empty() && chunk.tokens <= 100);
    }
    for node in &tree.nodes()[chunks.len()..] {
        assert!(!node.sentences.is_empty() && node.tokens <= 100);
        for sentence in &node.sentences {
            let source = sentence.source.expect("an extracted sentence");
            assert_eq!(source.range.of(&collection.document_at(source.document).text), sentence.text);
        }
    }
    let vector = collection::embed("whale");
    for vector in [None, Some(vector.as_slice())] {
        let query = Query { text: "whale", vector, filter: None, now: None, embedder: None };
        collection.search(&query, &SearchOptions::default()).expect("hits");
        collection.context(&query, &ContextOptions::default(), &FourLetterCounter).expect("a context");
        collection.answer(&query, &AnswerOptions::default()).expect("an answer");
    }
    let bytes = collection.export().expect("an export");
    assert_eq!(import(&bytes).expect("an index").export().expect("an export"), bytes);
}

#[test]
fn awkward_texts_end_in_a_collection() {
    let same = "The whale is at sea. ".repeat(20) + "\n\n";
    let cases = [
        ("nothing", String::new()),
        ("white space", " \n\t\u{a0}\r\n".to_owned()),
        ("one word", "whale".to_owned()),
        ("two chunks", "The whale. ".repeat(30)),
        ("three chunks", "The whale. ".repeat(60)),
        ("500 identical chunks", same.repeat(500)),
        ("emoji", "👨‍👩‍👧‍👦🐜e\u{301}🏳️‍🌈 ".repeat(300)),
        ("right to left", "كيف حالك؟ أنا بخير. שלום עולם. ".repeat(50)),
        ("Chinese", "我叫以实玛利。你呢？".repeat(100)),
        ("no letters", "- - - ".repeat(300)),
        ("controls", "\0\u{7}\u{feff}\u{ad}".to_owned()),
    ];
    for (what, content) in cases {
        println!("{what}");
        for format in [Format::Text, Format::Markdown, Format::Html] {
            check(&of(vec![document("a", format, &content)]));
        }
    }
}

#[test]
fn a_word_of_five_megabytes_is_cut() {
    let collection = of(vec![text("a", &"x".repeat(5_000_000))]);
    check(&collection);
    assert!(collection.stats().chunks >= 12_500);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let collection = of(topics(3, 60));
    check(&collection);
    assert!(collection.stats().levels.len() > 1);
    assert_eq!(collection.export().expect("an export"), of(topics(3, 60)).export().expect("an export"));
}

#[test]
fn what_is_there_is_neither_read_nor_embedded_again() {
    let mut collection = of(topics(3, 40));
    let before = collection.export().expect("an export");
    let outcome = apply(&mut collection, topics(3, 40), &FourLetterCounter).expect("a change");
    assert_eq!(outcome, Outcome { unchanged: 3, ..Outcome::default() });
    assert_eq!(collection.export().expect("an export"), before);

    let mut change =
        collection.begin(vec![text("1", "A new text."), text("new", "Another."), Edit::Remove("2".to_owned())]);
    let mut leaves = Vec::new();
    finish(&mut change, &FourLetterCounter, |step| {
        if let Step::EmbedLeaves(texts) = step {
            leaves.extend(texts.clone());
        }
    })
    .expect("a change");
    assert_eq!(leaves, ["A new text.", "Another."]);
    let outcome = collection.commit(change).expect("a commit");
    assert_eq!(outcome, Outcome { added: 1, updated: 1, removed: 1, unchanged: 0 });
    check(&collection);
    let ids: Vec<&str> = collection.documents().iter().map(|document| document.id.as_str()).collect();
    assert_eq!(ids, ["0", "1", "new"]);

    apply(&mut collection, vec![Edit::Clear], &FourLetterCounter).expect("a change");
    assert_eq!(
        collection.export().expect("an export"),
        empty(CollectionOptions::default()).export().expect("an export")
    );
}

/// Edits of which the contents are asked for one at a time.
struct Later(Vec<Edit>);

impl Contents for Later {
    fn content(&self, edit: usize) -> leafcutter::Result<String> {
        match self.0.get(edit) {
            Some(Edit::Upsert(source)) => Ok(source.content.clone()),
            _ => Err(Error::Storage { reason: "it is gone".to_owned() }),
        }
    }
}

#[test]
fn contents_that_are_asked_for_later_make_the_same_collection() {
    let mut edits = topics(3, 40);
    // One that overtakes another, one that is there to the letter, and one of which something else comes to be known.
    edits.extend([text("1", "A new text."), topics(3, 40).remove(2), text("3", "The end.")]);
    let patch = Patch { title: Some("Whales".to_owned()), ..Patch::default() };
    edits.push(Edit::Update { id: "0".to_owned(), patch });
    let mut later = empty(CollectionOptions::default());
    let mut change = later.begin_with(edits.clone().into_iter().map(Ok), Box::new(Later(edits.clone())));
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    let outcome = later.commit(change).expect("a commit");
    let mut at_once = empty(CollectionOptions::default());
    assert_eq!(apply(&mut at_once, edits.clone(), &FourLetterCounter), Ok(outcome));
    assert_eq!(later.export().expect("an export"), at_once.export().expect("an export"));

    // Nothing is asked for of what is there already, and what cannot be had any more is an error.
    let gone = || Box::new(Later(Vec::new()));
    let mut change = at_once.begin_with([Ok(text("3", "The end."))].into_iter(), gone());
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    assert_eq!(at_once.commit(change), Ok(Outcome { unchanged: 1, ..Outcome::default() }));
    let mut change = at_once.begin_with([Ok(text("3", "Another end."))].into_iter(), gone());
    assert_eq!(finish(&mut change, &FourLetterCounter, |_| {}).unwrap_err().code(), "storage-failed");
    let refused = Error::InvalidOption { name: "changes", reason: "it is none".to_owned() };
    let mut change = at_once.begin_with([Err(refused.clone())].into_iter(), gone());
    assert_eq!(change.step(&FourLetterCounter).err(), Some(refused));
}

#[test]
fn what_fails_or_is_dropped_changes_nothing() {
    let mut collection = of(topics(1, 20));
    let before = collection.export().expect("an export");
    let error = apply(&mut collection, vec![text("b", "Text."), text("", "No id.")], &FourLetterCounter).unwrap_err();
    assert_eq!(error.code(), "invalid-option");

    let mut change = collection.begin(vec![text("b", "Text.")]);
    let asked = |change: &mut leafcutter::engine::Change| {
        while !matches!(change.step(&FourLetterCounter).expect("a step"), Step::EmbedLeaves(_)) {}
    };
    asked(&mut change);
    assert_eq!(change.step(&FourLetterCounter).unwrap_err().code(), "out-of-order");
    for wrong in [Matrix::new(DIMENSIONS), Matrix::from_values(3, vec![0.5; 6]).expect("rows")] {
        assert_eq!(change.provide_embeddings(wrong).unwrap_err().code(), "embedding-shape");
    }
    assert_eq!(change.provide_summaries(Vec::new(), &FourLetterCounter).unwrap_err().code(), "out-of-order");
    assert_eq!(collection.commit(change).unwrap_err().code(), "out-of-order");
    drop(collection.begin(vec![Edit::Clear]));
    assert_eq!(collection.export().expect("an export"), before);

    // What was asked for can be handed in after a mistake.
    let mut change = collection.begin(vec![text("b", "Text.")]);
    asked(&mut change);
    change.provide_embeddings(Matrix::new(2)).unwrap_err();
    let row = collection::embed("Text.");
    // The leaf's own, and its only sentence's.
    change.provide_embeddings(Matrix::from_values(DIMENSIONS, row.repeat(2)).expect("rows")).expect("rows");
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    let mut other = collection.begin(vec![text("c", "Text.")]);
    finish(&mut other, &FourLetterCounter, |_| {}).expect("a change");
    collection.commit(change).expect("a commit");
    let after = collection.export().expect("an export");
    assert_eq!(collection.commit(other).unwrap_err().code(), "conflict");
    assert_eq!(collection.export().expect("an export"), after);
}

#[test]
fn an_index_is_opened_with_the_same_model_and_options_only() {
    let collection = of(vec![text("a", &("The same words. ".repeat(30) + "\n\n").repeat(60))]);
    let bytes = collection.export().expect("an export");
    let opened = import(&bytes).expect("an index");
    assert_eq!(opened.stats(), collection.stats());
    assert!(!opened.stats().notes.is_empty());
    let code = |options: CollectionOptions, model: &str, dimensions: usize| {
        Collection::import(&bytes, options, model, dimensions).err().map(|error| error.code())
    };
    let mut other = CollectionOptions::default();
    other.chunking.tokens = 50;
    assert_eq!(code(CollectionOptions::default(), MODEL, DIMENSIONS), None);
    assert_eq!(code(other, MODEL, DIMENSIONS), Some("index-identity"));
    assert_eq!(code(CollectionOptions::default(), "another", DIMENSIONS), Some("index-identity"));
    // A sealed index of the right name whose rows are of another width.
    assert_eq!(code(CollectionOptions::default(), MODEL, 3), Some("index-damaged"));
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let mut options = CollectionOptions::default();
    options.tree.summary_tokens = 0;
    let error = Collection::new(options, MODEL, DIMENSIONS).err().expect("refused");
    assert_eq!(error.to_string(), "tree.summaryTokens: must be at least 1");
    for unknown in [r#"{"chunks": {}}"#, r#"{"chunking": {"size": 9}}"#, r#"{"tree": {"depth": 9}}"#] {
        assert!(serde_json::from_str::<CollectionOptions>(unknown).is_err(), "{unknown}");
    }
}

/// Counts the bytes that it is given between two steps, and breaks words as a model's tokenizer does.
struct Meter {
    bytes: Cell<usize>,
    most: Cell<usize>,
}

impl Meter {
    fn reset(&self) {
        self.most.set(self.most.get().max(self.bytes.take()));
    }
}

impl TokenCounter for Meter {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        self.bytes.set(self.bytes.get() + text.len());
        FourLetterCounter.token_ranges(text)
    }

    fn break_long_words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.bytes.set(self.bytes.get() + text.len());
        let mut broken = String::new();
        for word in text.split_inclusive(' ') {
            let characters: Vec<char> = word.chars().collect();
            let parts = characters.chunks(100).map(|part| part.iter().collect::<String>());
            broken += &parts.collect::<Vec<_>>().join(" ");
        }
        Cow::Owned(broken)
    }
}

#[test]
fn no_step_reads_more_than_a_little_of_a_long_document() {
    const LONG: usize = 2_000_000;
    let paragraph = "Whales sing in the sea, and ships sail by. ".repeat(9) + "\n\n";
    for (format, piece) in [
        (Format::Text, paragraph.as_str()),
        (Format::Markdown, paragraph.as_str()),
        (Format::Html, "<p>Whales sing in the sea, and ships sail by.</p>"),
        (Format::Text, "Whales sing in the sea. "),
        (Format::Text, "whale "),
        (Format::Text, "whale"),
        (Format::Text, "鯨は歌う。"),
    ] {
        let mut options = CollectionOptions::default();
        options.tree.max_levels = 0;
        let collection = empty(options);
        let meter = Meter { bytes: Cell::new(0), most: Cell::new(0) };
        let mut change = collection.begin(vec![document("a", format, &piece.repeat(LONG / piece.len()))]);
        let mut steps = 0;
        finish(&mut change, &meter, |step| {
            steps += 1;
            meter.reset();
            if let Step::EmbedLeaves(texts) = step {
                assert!(texts.len() <= 1024);
            }
        })
        .expect("a change");
        assert!(meter.most.get() < LONG / 10, "{piece}: {} bytes in a step", meter.most.get());
        assert!(steps > 100, "{piece}: {steps} steps");
    }
}

#[test]
fn no_text_is_embedded_with_a_word_that_the_model_cannot_read() {
    let word = |n: usize| format!("{n}{}", "ab".repeat(70));
    let content: String = (0..300).map(|n| format!("Ants {} and {}. ", word(n), word(n % 7))).collect();
    let collection = empty(CollectionOptions::default());
    let mut change = collection.begin(vec![text("a", &content)]);
    let meter = Meter { bytes: Cell::new(0), most: Cell::new(0) };
    let mut asked = 0;
    finish(&mut change, &meter, |step| {
        if let Step::EmbedLeaves(texts) | Step::Embed(texts) = step {
            asked += 1;
            assert!(texts.iter().flat_map(|text| text.split_whitespace()).all(|word| word.len() <= 100));
        }
    })
    .expect("a change");
    assert!(asked > 1, "leaves and summaries");
}

#[test]
fn a_document_over_the_limit_is_refused_before_it_is_read() {
    let content = "a".repeat(leafcutter::text::ReadLimits::default().bytes + 1);
    let mut collection = empty(CollectionOptions::default());
    let source = Source { id: "a".to_owned(), content, ..Source::default() };
    let error = apply(&mut collection, vec![Edit::Upsert(source)], &FourLetterCounter).unwrap_err();
    assert_eq!(error.code(), "document-too-large");
}

/// What a question gets, as text.
fn answers(collection: &Collection) -> String {
    let query = Query { text: "which whale met the comet", vector: None, filter: None, now: None, embedder: None };
    let (hits, trace) = collection.search(&query, &SearchOptions::default()).expect("hits");
    let context = collection.context(&query, &ContextOptions::default(), &FourLetterCounter).expect("a context");
    format!("{hits:?} {trace:?} {context:?}")
}

#[test]
fn kept_indexes_are_those_that_would_be_made_again() {
    let collection = of(topics(9, 12));
    let derived_of = |collection: &Collection| {
        let mut derived = Vec::new();
        collection.derived(&mut derived).expect("indexes");
        derived
    };
    let (bytes, derived) = (collection.export().expect("an export"), derived_of(&collection));
    let open = |derived: &[u8]| {
        let options = CollectionOptions::default();
        Collection::open(&[(&bytes).into()], Some(&derived), options, MODEL, DIMENSIONS).expect("a collection")
    };
    let opened = open(&derived);
    assert_eq!(derived_of(&opened), derived);
    assert_eq!(opened.export().expect("an export"), bytes);
    assert_eq!(answers(&opened), answers(&collection));
    // Of another state, cut short, or nothing at all: the indexes are made again.
    let other = derived_of(&of(topics(9, 11)));
    for unfit in [other.as_slice(), &derived[..derived.len() - 64], b""] {
        assert_eq!(derived_of(&open(unfit)), derived);
    }
    for byte in (0..derived.len()).step_by(97) {
        let mut damaged = derived.clone();
        damaged[byte] ^= 1;
        assert_eq!(answers(&open(&damaged)), answers(&collection), "byte {byte}");
    }
}
