//! Contexts whose sentences are chosen one by one. Over fakes: see `support/collection.rs`.

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use collection::{apply, document, embed, empty};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, Context, ContextOptions, Edit, Query};
use leafcutter::retrieve::{ContextFormat, Evidence, Hybrid, Mode};
use leafcutter::text::ChunkStrategy;
use leafcutter::{Filter, Format, Source, SourceRange, TokenCounter, Value};

const ANSWER: &str = "The keeper of the lighthouse buried the silver bell under the third step.";
const BESIDE: &str = "Nobody else knew of the silver bell.";

/// Much talk of nothing much, with an answer in its middle.
fn story(filler: usize) -> String {
    let talk = |n: usize| format!("On day {n} the boats went out and number {n} came home late. ");
    let half: String = (0..filler).map(talk).collect();
    format!("{half}\n\n{ANSWER} {BESIDE} It was cold.\n\n{half}")
}

fn of(edits: Vec<Edit>) -> Collection {
    with(CollectionOptions::default(), edits)
}

fn with(options: CollectionOptions, edits: Vec<Edit>) -> Collection {
    let mut collection = empty(options);
    apply(&mut collection, edits, &FourLetterCounter).expect("a change");
    collection
}

fn ask(collection: &Collection, text: &str, filter: Option<&Filter>, options: &ContextOptions) -> Context {
    let vector = embed(text);
    let query = Query { text, vector: Some(&vector), filter, now: None, embedder: None };
    collection.context(&query, options, &FourLetterCounter).expect("a context")
}

fn plain(tokens: u32) -> ContextOptions {
    ContextOptions { tokens, format: ContextFormat::Plain, ..ContextOptions::default() }
}

const QUESTION: &str = "Where did the keeper of the lighthouse bury the silver bell?";

#[test]
fn the_answer_comes_with_what_stands_beside_it_as_one_passage() {
    let collection = of(vec![document("a", Format::Text, &story(40))]);
    for evidence in [Evidence::Sections, Evidence::Windows, Evidence::Path, Evidence::Clusters, Evidence::Sentences] {
        let context = ask(&collection, QUESTION, None, &ContextOptions { evidence, ..plain(80) });
        assert!(context.text.contains(ANSWER), "{evidence:?}: {}", context.text);
        let together = context.text.contains(&format!("{ANSWER} {BESIDE}"));
        let by_windows = !matches!(evidence, Evidence::Clusters | Evidence::Sentences);
        assert!(together || !by_windows, "{evidence:?}: {}", context.text);
    }
}

#[test]
fn it_is_found_in_a_collection_larger_than_what_competes() {
    let mut edits: Vec<Edit> =
        (0..60).map(|n| document(&format!("b{n}"), Format::Text, &story(50).replace(ANSWER, ""))).collect();
    edits.push(document("a", Format::Text, &story(40)));
    let mut options = CollectionOptions::default();
    options.tree.max_levels = 0;
    let mut collection = empty(options);
    apply(&mut collection, edits, &FourLetterCounter).expect("a change");
    let context = ask(&collection, QUESTION, None, &plain(60));
    assert!(context.text.contains(ANSWER), "{}", context.text);
    assert!(context.trace.fused < 10_000, "{:?}", context.trace);
}

#[test]
fn only_documents_that_the_filter_lets_through_are_quoted() {
    let edit = |id: &str, year: f64| {
        let metadata = [("year".to_owned(), Value::Number(year))].into();
        Edit::Upsert(Source { id: id.to_owned(), content: story(20), metadata, ..Source::default() })
    };
    let collection = of(vec![edit("a", 1850.0), edit("b", 1851.0)]);
    let filter = Filter::from_json(&serde_json::json!({ "year": 1851 })).expect("a filter");
    let context = ask(&collection, QUESTION, Some(&filter), &plain(200));
    let documents: Vec<&str> =
        context.citations.iter().map(|citation| collection.document_at(citation.source.document).id.as_str()).collect();
    assert!(!documents.is_empty() && documents.iter().all(|id| *id == "b"), "{documents:?}");
    assert_eq!(context.trace.documents, 1);
}

#[test]
fn a_heading_is_cited_and_not_chosen() {
    let content = format!("# The silver bell\n\n{ANSWER}\n\n# Keeper of the lighthouse\n\nHe slept.");
    let collection = of(vec![document("a", Format::Markdown, &content)]);
    let context = ask(&collection, QUESTION, None, &plain(1000));
    assert_eq!(context.text, format!("{ANSWER}\nHe slept."));
    assert_eq!(context.citations[0].heading_path, ["The silver bell"]);
}

#[test]
fn a_text_with_a_heading_is_not_taken_for_the_same_text_without() {
    let with = document("a", Format::Markdown, "# Ants\n\nThey march.");
    let without = document("b", Format::Markdown, "- Ants\n- They march.");
    let together = of(vec![with.clone(), without.clone()]);
    let mut one_by_one = of(vec![without]);
    apply(&mut one_by_one, vec![with], &FourLetterCounter).expect("a change");
    for collection in [together, one_by_one] {
        assert!(ask(&collection, "Who will march?", None, &plain(100)).text.contains("They march."));
    }
}

#[test]
fn headings_alone_are_better_than_nothing() {
    let collection = of(vec![document("a", Format::Markdown, "# The silver bell")]);
    assert_eq!(ask(&collection, "Where is the bell?", None, &plain(100)).text, "The silver bell");
}

#[test]
fn what_is_left_of_the_budget_is_spent() {
    let collection = of(vec![document("a", Format::Text, &story(40))]);
    for format in [ContextFormat::Plain, ContextFormat::Numbered] {
        for tokens in [150, 400, 1000] {
            let context = ask(&collection, QUESTION, None, &ContextOptions { format, ..plain(tokens) });
            let unspent = tokens as usize - context.tokens;
            assert!(unspent <= 30, "{format:?} {tokens}: {unspent} left");
        }
    }
}

#[test]
fn the_trace_tells_narrow_questions_from_those_about_the_whole() {
    let collection = of(vec![document("a", Format::Text, &story(40))]);
    let note = |text: &str| ask(&collection, text, None, &plain(100)).trace.notes[0].clone();
    assert!(note(QUESTION).contains("stand together"), "{}", note(QUESTION));
    assert!(note("What is the plot of the story?").contains("nothing but the text itself"));
}

#[test]
fn each_side_can_be_asked_alone_and_nothing_to_go_by_is_no_error() {
    let collection = of(vec![document("a", Format::Text, &story(10))]);
    for alpha in [Some(0.0), Some(1.0), None] {
        let options = ContextOptions { hybrid: Hybrid { alpha }, ..plain(60) };
        let context = ask(&collection, QUESTION, None, &options);
        assert!(context.text.contains(ANSWER), "{alpha:?}: {}", context.text);
        assert_eq!(context.trace.mode, Mode::Auto);
    }
    for text in ["", "?", "xqzw"] {
        let query = Query { text, vector: None, filter: None, now: None, embedder: None };
        let context = collection.context(&query, &plain(50), &FourLetterCounter).expect("a context");
        assert!(context.tokens <= 50 && context.tokens == FourLetterCounter.count(&context.text));
    }
    let nothing = of(Vec::new());
    assert_eq!(ask(&nothing, QUESTION, None, &plain(50)).text, "");
}

/// Asserts that contexts of many budgets, plain and numbered, keep them, quote nothing twice and say all that they cite.
fn check_contexts(collection: &Collection, question: &str) {
    for format in [ContextFormat::Plain, ContextFormat::Numbered] {
        for tokens in [1, 15, 40, 100, 333, 1000, 100_000] {
            let context = ask(collection, question, None, &ContextOptions { format, ..plain(tokens) });
            assert_eq!(context.tokens, FourLetterCounter.count(&context.text));
            assert!(context.tokens <= tokens as usize, "{format:?} {tokens}: {}", context.tokens);
            let mut last = None;
            for SourceRange { document, range } in context.citations.iter().map(|citation| citation.source) {
                assert!(last <= Some((document, range.start)), "{format:?} {tokens}: {:?}", context.citations);
                last = Some((document, range.end));
                assert!(context.text.contains(range.of(&collection.document_at(document).text)));
            }
        }
    }
}

#[test]
fn what_overlapping_leaves_share_is_quoted_once() {
    let mut options = CollectionOptions::default();
    options.chunking.overlap = 50;
    let edits = vec![document("a", Format::Text, &story(40)), document("b", Format::Text, &story(30))];
    let collection = with(options, edits);
    let shared = collection
        .chunks()
        .windows(2)
        .filter(|pair| pair[0].document == pair[1].document && pair[1].range.start < pair[0].range.end);
    assert!(shared.count() > 10);
    for question in [QUESTION, "What is the plot of the story?"] {
        check_contexts(&collection, question);
    }
    let context = ask(&collection, QUESTION, None, &plain(80));
    assert!(context.text.contains(&format!("{ANSWER} {BESIDE}")), "{}", context.text);
    // All of both, and each sentence of them once.
    let context = ask(&collection, QUESTION, None, &plain(100_000));
    let texts: Vec<&str> = collection.documents().iter().map(|document| document.text.trim()).collect();
    assert_eq!(context.text, texts.join("\n"));
}

#[test]
fn of_leaves_that_are_whole_documents_only_sentences_are_quoted() {
    let mut options = CollectionOptions::default();
    options.chunking.strategy = ChunkStrategy::Whole;
    let told = format!("# Boats\n\n{}\n\n# Bells\n\n{ANSWER} {BESIDE}", story(30).replace(ANSWER, ""));
    let others = (0..5).map(|n| document(&format!("b{n}"), Format::Text, &story(20 + n).replace(ANSWER, "")));
    let edits = [document("a", Format::Markdown, &told)].into_iter().chain(others).collect();
    let collection = with(options, edits);
    assert_eq!(collection.chunks().len(), 6);
    for question in [QUESTION, "What is the plot of the story?"] {
        check_contexts(&collection, question);
    }
    let context = ask(&collection, QUESTION, None, &plain(80));
    assert!(context.text.contains(&format!("{ANSWER} {BESIDE}")), "{}", context.text);
    let cited = context.citations.iter().find(|citation| citation.heading_path == ["Bells"]);
    let cited = cited.expect("a passage under the heading that it stands under").source;
    assert!(cited.range.of(&collection.document_at(cited.document).text).starts_with(ANSWER));
}
