//! A collection beside a plain list of documents: after any sequence of additions, updates and removals both hold the same, and a search
//! finds what looking through the whole list finds. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use std::cell::Cell;
use std::collections::BTreeSet;

use collection::{DIMENSIONS, MODEL, apply, embed, empty};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, Edit, Outcome, Query, SearchOptions};
use leafcutter::retrieve::{Hybrid, Mode};
use leafcutter::{Filter, Metadata, Patch, Source, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Far from each other in spelling, and none is another's inflection.
const WORDS: [&str; 12] =
    ["whale", "bread", "comet", "river", "piano", "judge", "tulip", "canvas", "glacier", "mirror", "saddle", "walnut"];
const SHELVES: [&str; 3] = ["north", "south", "attic"];
/// Sequences of changes.
const CASES: u32 = 64;
/// More than there are documents.
const ALL: u32 = 100;
/// What a cosine may lose by vectors being kept as bytes.
const ROUNDING: f32 = 0.02;

/// What is known of a document: its title, the numbers of its words, its shelf.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    title: String,
    words: Vec<usize>,
    shelf: usize,
}

impl Entry {
    fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| WORDS[*word]).collect();
        format!("Here {} stand.", words.join(" "))
    }

    fn metadata(&self) -> Metadata {
        [("shelf".to_owned(), Value::Text(SHELVES[self.shelf].to_owned()))].into()
    }
}

/// The oracle: documents by id, in the order in which they came.
type List = Vec<(String, Entry)>;

#[derive(Clone, Debug)]
enum Operation {
    Add(usize, Entry),
    /// Another title, another shelf; the document may not be there.
    Update(usize, Option<String>, Option<usize>),
    Remove(usize),
    Clear,
}

fn id(number: usize) -> String {
    format!("document {number}")
}

fn title() -> impl Strategy<Value = String> {
    (0usize..50).prop_map(|number| format!("Sheet {number}"))
}

fn operation() -> impl Strategy<Value = Operation> {
    let entry = (title(), prop::collection::vec(0..WORDS.len(), 1..6), 0..SHELVES.len())
        .prop_map(|(title, words, shelf)| Entry { title, words, shelf });
    prop_oneof![
        12 => (0usize..20, entry).prop_map(|(number, entry)| Operation::Add(number, entry)),
        4 => (0usize..20, prop::option::of(title()), prop::option::of(0..SHELVES.len()))
            .prop_map(|(number, title, shelf)| Operation::Update(number, title, shelf)),
        5 => (0usize..20).prop_map(Operation::Remove),
        1 => Just(Operation::Clear),
    ]
}

fn upsert(id: &str, entry: &Entry) -> Edit {
    Edit::Upsert(Source {
        id: id.to_owned(),
        title: Some(entry.title.clone()),
        content: entry.text(),
        metadata: entry.metadata(),
        ..Source::default()
    })
}

fn edit(operation: &Operation) -> Edit {
    match operation {
        Operation::Add(number, entry) => upsert(&id(*number), entry),
        Operation::Update(number, title, shelf) => {
            let metadata = shelf.map(|shelf| [("shelf".to_owned(), Value::Text(SHELVES[shelf].to_owned()))].into());
            Edit::Update { id: id(*number), patch: Patch { title: title.clone(), metadata, ..Patch::default() } }
        }
        Operation::Remove(number) => Edit::Remove(id(*number)),
        Operation::Clear => Edit::Clear,
    }
}

/// Does to the list what the operation does to a collection; `None` where it must be refused.
fn note(list: &mut List, operation: &Operation) -> Option<()> {
    let place = |list: &List, number: usize| list.iter().position(|(other, _)| *other == id(number));
    match operation {
        Operation::Add(number, entry) => match place(list, *number) {
            Some(place) => list[place].1 = entry.clone(),
            None => list.push((id(*number), entry.clone())),
        },
        Operation::Update(number, title, shelf) => {
            let place = place(list, *number)?;
            let entry = &mut list[place].1;
            entry.title = title.clone().unwrap_or(entry.title.clone());
            entry.shelf = shelf.unwrap_or(entry.shelf);
        }
        Operation::Remove(number) => list.retain(|(other, _)| *other != id(*number)),
        Operation::Clear => list.clear(),
    }
    Some(())
}

/// The ids that a search for `text` finds, best first.
fn found(collection: &Collection, text: &str, alpha: f32, k: u32, filter: Option<&Filter>) -> Vec<String> {
    let vector = embed(text);
    let query = Query { text, vector: Some(&vector), filter, now: None, embedder: None };
    let options =
        SearchOptions { mode: Mode::Leaves, hybrid: Hybrid { alpha: Some(alpha) }, k, ..SearchOptions::default() };
    let (hits, _) = collection.search(&query, &options).expect("hits");
    hits.iter().map(|hit| collection.document_at(hit.document).id.clone()).collect()
}

fn check_documents(collection: &Collection, list: &List) {
    let held: Vec<(String, String, String, Metadata)> = collection
        .documents()
        .iter()
        .map(|each| (each.id.clone(), each.title.clone(), each.text.clone(), each.metadata.clone()))
        .collect();
    let known: Vec<_> =
        list.iter().map(|(id, entry)| (id.clone(), entry.title.clone(), entry.text(), entry.metadata())).collect();
    assert_eq!(held, known);
}

/// By keywords: all documents with the word, and no other.
fn check_words(collection: &Collection, list: &List, filter: Option<(&Filter, usize)>) {
    for (number, word) in WORDS.iter().enumerate() {
        let those: BTreeSet<String> =
            found(collection, word, 0.0, ALL, filter.map(|(filter, _)| filter)).into_iter().collect();
        let with = |(_, entry): &&(String, Entry)| {
            entry.words.contains(&number) && filter.is_none_or(|(_, shelf)| entry.shelf == shelf)
        };
        let known: BTreeSet<String> = list.iter().filter(with).map(|(id, _)| id.clone()).collect();
        assert_eq!(those, known, "{word}");
    }
}

/// By vectors: the nearest, in their order.
fn check_vectors(collection: &Collection, list: &List, question: &str, k: u32) {
    let asked = embed(question);
    let cosine = |entry: &Entry| embed(&entry.text()).iter().zip(&asked).map(|(one, other)| one * other).sum::<f32>();
    let hits = found(collection, question, 1.0, k, None);
    assert_eq!(hits.len(), list.len().min(k as usize));
    let of = |id: &String| cosine(&list.iter().find(|(other, _)| other == id).expect("a document that is there").1);
    let near: Vec<f32> = hits.iter().map(of).collect();
    assert!(near.is_sorted_by(|one, next| *next <= one + ROUNDING), "{question}: {near:?}");
    let least = near.last().copied().unwrap_or(f32::INFINITY);
    for (id, entry) in list.iter().filter(|(id, _)| !hits.contains(id)) {
        assert!(cosine(entry) <= least + ROUNDING, "{question}: {id} is nearer than what was found");
    }
}

/// Does `changes` to a collection and to a list, and holds one against the other after each.
fn follow(changes: Vec<Vec<Operation>>, question: &str, shelf: usize) -> Result<(), TestCaseError> {
    let filter = Filter::from_json(&serde_json::json!({ "shelf": SHELVES[shelf] })).expect("a filter");
    let mut collection = empty(CollectionOptions::default());
    let mut list = List::new();
    for operations in changes {
        let mut next = list.clone();
        let holds = operations.iter().try_for_each(|operation| note(&mut next, operation)).is_some();
        let done = apply(&mut collection, operations.iter().map(edit).collect(), &FourLetterCounter);
        // A change of which a part is refused changes nothing.
        prop_assert_eq!(done.is_ok(), holds, "{:?}", done);
        if holds {
            list = next;
        }
        check_documents(&collection, &list);
        check_words(&collection, &list, None);
        check_words(&collection, &list, Some((&filter, shelf)));
        check_vectors(&collection, &list, question, 5);
        let bytes = collection.export().expect("an export");
        let read = Collection::import(&bytes, CollectionOptions::default(), MODEL, DIMENSIONS).expect("an index");
        check_documents(&read, &list);
    }
    // The second time that the same is added, nothing is new. (The first time, a document that was updated is read again.)
    let mut again = || {
        let edits = list.iter().map(|(id, entry)| upsert(id, entry)).collect();
        apply(&mut collection, edits, &FourLetterCounter).expect("a change")
    };
    let first = again();
    prop_assert_eq!((first.added, first.removed), (0, 0));
    prop_assert_eq!(again(), Outcome { unchanged: list.len(), ..Outcome::default() });
    check_documents(&collection, &list);
    Ok(())
}

#[test]
fn a_collection_is_what_a_plain_list_says() {
    let changes = prop::collection::vec(prop::collection::vec(operation(), 1..8), 1..10);
    let cases = (changes, 0..WORDS.len(), 0..WORDS.len(), 0..SHELVES.len());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) };
    let operations = Cell::new(0);
    TestRunner::new(config)
        .run(&cases, |(changes, first, second, shelf)| {
            operations.set(operations.get() + changes.iter().map(Vec::len).sum::<usize>());
            follow(changes, &format!("{} {}", WORDS[first], WORDS[second]), shelf)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    println!("figure: the same after {} operations in {CASES} sequences", operations.get());
}
