//! Documents that expire: nothing of them is found, shown or quoted any more. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use collection::{HashedWords, apply, document, embed, empty};
use counter::FourLetterCounter;
use leafcutter::engine::{
    AnswerOptions, Collection, CollectionOptions, ContextOptions, Edit, Hit, Query, SearchOptions, Step,
};
use leafcutter::retrieve::{ContextFormat, Expand, Mode};
use leafcutter::{Embedder, Filter, Format, Patch, Role, Sentence, Source, Summary};

const MODES: [Mode; 4] = [Mode::Auto, Mode::Leaves, Mode::Collapsed, Mode::Traverse];
/// A word of every document, so that all compete.
const QUESTION: &str = "harbour ship whale";

/// Twenty documents; those of odd numbers say "perishable" in every sentence and expire at 100 times their number.
fn documents() -> Vec<Edit> {
    let edit = |number: usize| {
        let odd = number % 2 == 1;
        let what = if odd { "perishable" } else { "lasting" };
        let sentence = |n: usize| {
            let words = ["whale", "ship", "harbour", "sail", "rope", "storm"];
            let (a, b) = (words[n % 6], words[(n * n + number) % 6]);
            format!("The {what} {a} of day {n} met the {b} at the harbour of {number}. ")
        };
        Edit::Upsert(Source {
            id: format!("d{number}"),
            title: Some(format!("Log {number}")),
            content: (0..16).map(sentence).collect(),
            expires_at: odd.then_some(100 * number as i64),
            updated_at: Some(number as i64),
            ..Source::default()
        })
    };
    (0..20).map(edit).collect()
}

fn library() -> Collection {
    let mut collection = empty(CollectionOptions::default());
    apply(&mut collection, documents(), &FourLetterCounter).expect("a change");
    assert!(collection.stats().levels.len() >= 3);
    collection
}

fn at<'a>(vector: &'a [f32], filter: Option<&'a Filter>, now: Option<i64>) -> Query<'a> {
    Query { text: QUESTION, vector: Some(vector), filter, now, embedder: None }
}

fn hits(collection: &Collection, mode: Mode, filter: Option<&Filter>, now: Option<i64>) -> Vec<Hit> {
    let vector = embed(QUESTION);
    let options = SearchOptions { mode, k: 300, expand: Expand::Window, ..SearchOptions::default() };
    collection.search(&at(&vector, filter, now), &options).expect("hits").0
}

#[test]
fn nothing_of_an_expired_document_is_shown_in_any_mode() {
    let library = library();
    let vector = embed(QUESTION);
    for mode in MODES {
        let all = hits(&library, mode, None, None);
        assert!(all.iter().any(|hit| hit.text.contains("perishable")));
        let left = hits(&library, mode, None, Some(5000));
        assert!(!left.is_empty());
        for hit in &left {
            assert!(!hit.text.is_empty() && !hit.text.contains("perishable"), "{mode:?}: {}", hit.text);
            for source in hit.sources.iter().map(|source| source.document).chain([hit.document]) {
                assert_eq!(library.document_at(source).expires_at, None);
            }
        }
        let query = at(&vector, None, Some(5000));
        for format in [ContextFormat::Numbered, ContextFormat::Plain] {
            let options = ContextOptions { mode, format, tokens: 4000, ..ContextOptions::default() };
            let context = library.context(&query, &options, &FourLetterCounter).expect("a context");
            assert!(!context.citations.is_empty() && !context.text.contains("perishable"));
        }
        let options = AnswerOptions { mode, sentences: 20, ..AnswerOptions::default() };
        let answer = library.answer(&query, &options).expect("an answer");
        assert!(!answer.sentences.is_empty());
        assert!(
            answer.sentences.iter().all(|sentence| library.document_at(sentence.source.document).expires_at.is_none())
        );
    }
    // A question about the text as a whole takes another way.
    let whole = Query { text: "What is it about?", vector: None, filter: None, now: Some(5000), embedder: None };
    let context = library.context(&whole, &ContextOptions::default(), &FourLetterCounter).expect("a context");
    assert!(!context.text.contains("perishable"));
}

#[test]
fn a_document_expires_at_its_time_and_not_before() {
    let library = library();
    let found = |now| {
        let hits = hits(&library, Mode::Leaves, None, Some(now));
        hits.iter().any(|hit| library.document_at(hit.document).id == "d7")
    };
    assert_eq!([699, 700, 701].map(found), [true, false, false]);
    assert_eq!(library.documents().len(), 20, "it stays until it is removed");
}

#[test]
fn a_document_added_again_without_an_end_has_none() {
    let mut library = library();
    let content = "A whale met a ship at the harbour.";
    apply(&mut library, vec![document("d7", Format::Text, content)], &FourLetterCounter).expect("a change");
    let hits = hits(&library, Mode::Leaves, None, Some(i64::MAX));
    assert!(hits.iter().any(|hit| library.document_at(hit.document).id == "d7"));
}

#[test]
fn summaries_of_expired_documents_alone_are_left_out() {
    let mut library = library();
    let forever = |document: usize| Edit::Update {
        id: format!("d{document}"),
        patch: Patch { expires_at: Some(Some(1)), ..Patch::default() },
    };
    apply(&mut library, (0..20).map(forever).collect(), &FourLetterCounter).expect("a change");
    for mode in MODES {
        assert_eq!(hits(&library, mode, None, Some(1)), []);
        assert!(!hits(&library, mode, None, Some(0)).is_empty());
    }
}

#[test]
fn summaries_in_other_words_are_left_out_with_the_first_that_expires() {
    let mut collection = empty(CollectionOptions::default());
    let mut change = collection.begin(documents());
    loop {
        match change.step(&FourLetterCounter).expect("a step") {
            Step::Working(_) => {}
            Step::EmbedLeaves(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                change.provide_embeddings(HashedWords.embed_leaves(&texts).expect("rows")).expect("a change");
            }
            Step::Embed(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                change.provide_embeddings(HashedWords.embed(&texts, Role::Passage).expect("rows")).expect("a change");
            }
            Step::Summarize(requests) => {
                let told = |n: usize| Sentence { text: format!("Told of harbour, ship and whale {n}."), source: None };
                let summaries = (0..requests.len()).map(|n| Summary { sentences: vec![told(n)] }).collect();
                change.provide_summaries(summaries, &FourLetterCounter).expect("a change");
            }
            Step::Done => break,
        }
    }
    collection.commit(change).expect("a commit");
    assert!(hits(&collection, Mode::Collapsed, None, None).iter().any(|hit| hit.level > 0));
    for hit in hits(&collection, Mode::Collapsed, None, Some(5000)).iter().filter(|hit| hit.level > 0) {
        let mut documents = collection.documents_under(hit.ranked.node).into_iter();
        assert!(documents.all(|document| collection.document_at(document).expires_at.is_none()));
    }
}

#[test]
fn filters_ask_for_times() {
    let library = library();
    let filter = Filter::from_json(&serde_json::json!({ "updatedAt": { "gte": 6, "lt": 9 } })).expect("a filter");
    let mut ids: Vec<&str> = hits(&library, Mode::Leaves, Some(&filter), Some(5000))
        .iter()
        .map(|hit| library.document_at(hit.document).id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids, ["d6", "d8"]);
}
