//! A collection that changes: after any sequence of changes it is sound and holds what a fresh one would, and only what
//! changed is summarized again. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use std::collections::BTreeMap;

use collection::{DIMENSIONS, MODEL, apply, document, empty, finish};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, Edit, Outcome, Query, SearchOptions, Step};
use leafcutter::tree::TreeOptions;
use leafcutter::{Format, NodeId, Patch};
use proptest::prelude::*;

const TOPICS: [&str; 6] = [
    "whale sea ship harpoon sail captain",
    "bread oven flour yeast crust baker",
    "star orbit comet moon sky planet",
    "river bank bridge boat water flood",
    "piano chord song tune drum choir",
    "court judge law jury verdict trial",
];

/// A text about a topic; another `version` says it in other words.
fn content(topic: usize, version: u32, sentences: usize) -> String {
    let words: Vec<&str> = TOPICS[topic % TOPICS.len()].split(' ').collect();
    let sentence = |n: usize| {
        let word = |step: usize| words[(n * step + version as usize + n / 5) % words.len()];
        format!("The {} of version {version} met the {} and one {} number {n}. ", word(1), word(2), word(3))
    };
    (0..sentences).map(sentence).collect()
}

fn text(id: usize, version: u32, sentences: usize) -> Edit {
    document(&id.to_string(), Format::Text, &content(id, version, sentences))
}

fn change(collection: &mut Collection, edits: Vec<Edit>) -> Outcome {
    apply(collection, edits, &FourLetterCounter).expect("a change")
}

/// Leaves as they are found: their document, text, embedding and sentences' rows do not depend on what was there before.
fn leaves(collection: &Collection) -> Vec<(String, String)> {
    let of = |chunk: &leafcutter::Chunk| {
        let document = collection.document_at(chunk.document);
        (document.id.clone(), chunk.range.of(&document.text).to_owned())
    };
    collection.chunks().iter().map(of).collect()
}

/// Asserts what holds for every collection, and that it is read as it was written.
fn check(collection: &Collection) {
    check_with(collection, &CollectionOptions::default());
}

fn check_with(collection: &Collection, options: &CollectionOptions) {
    collection.tree().check(collection.chunks().len()).expect("links that agree both ways");
    let bytes = collection.export().expect("an export");
    assert_eq!(
        Collection::import(&bytes, options.clone(), MODEL, DIMENSIONS).expect("an index").export().expect("an export"),
        bytes
    );
    let tree = collection.tree();
    for level in 2..tree.level_count() {
        assert!(tree.level(level).len() * 2 <= tree.level(level - 1).len(), "{:?}", tree.level_sizes());
    }
    let top = tree.level(tree.level_count() - 1).len();
    // Where groups have little room, a level may not be worth it.
    let roomy = options.tree.max_cluster_tokens == TreeOptions::default().max_cluster_tokens;
    assert!(top <= 11 || tree.level_count() == 1 || !roomy, "{:?}", tree.level_sizes());
    assert!(tree.drift().iter().all(|drift| *drift <= TreeOptions::default().max_drift), "{:?}", tree.drift());
    for node in &tree.nodes()[collection.chunks().len()..] {
        let tokens: u32 = node.children.iter().map(|child| tree.nodes()[child.index()].tokens).sum();
        assert!(node.children.len() == 1 || (node.children.len() <= 12 && tokens <= options.tree.max_cluster_tokens));
    }
}

/// What `search` finds, without the ids of nodes.
fn found(collection: &Collection, question: &str) -> Vec<(String, f32)> {
    let vector = collection::embed(question);
    let query = Query { text: question, vector: Some(&vector), filter: None, now: None };
    let options = SearchOptions { mode: leafcutter::retrieve::Mode::Leaves, ..SearchOptions::default() };
    let (hits, _) = collection.search(&query, &options).expect("hits");
    hits.into_iter().map(|hit| (hit.text, hit.ranked.score)).collect()
}

/// Makes `edits` and commits them. Returns how many summaries were asked for and how many texts were embedded for leaves
/// and for summaries.
fn count(collection: &mut Collection, edits: Vec<Edit>) -> (usize, usize, usize) {
    let (mut summaries, mut leaves, mut others) = (0, 0, 0);
    let mut change = collection.begin(edits);
    let each = |step: &Step| match step {
        Step::Summarize(requests) => summaries += requests.len(),
        Step::EmbedLeaves(texts) => leaves += texts.len(),
        Step::Embed(texts) => others += texts.len(),
        Step::Working(_) | Step::Done => {}
    };
    finish(&mut change, &FourLetterCounter, each).expect("a change");
    collection.commit(change).expect("a commit");
    (summaries, leaves, others)
}

fn many(documents: usize) -> Collection {
    let mut collection = empty(CollectionOptions::default());
    change(&mut collection, (0..documents).map(|id| text(id, 0, 12 + id % 9)).collect());
    collection
}

#[test]
fn one_changed_document_costs_its_branches_only() {
    let mut collection = many(200);
    let all = collection.tree().nodes().len() - collection.chunks().len();
    let (summaries, leaves, others) = count(&mut collection, vec![text(77, 1, 14)]);
    check(&collection);
    println!("figure: {summaries} of {all} summaries made again, {leaves} leaves embedded, {others} summaries");
    // Three leaves went and three came; over each group there is a path to the top.
    assert!(leaves <= 4 && summaries <= 24 && summaries * 10 < all, "{summaries} of {all}");
    assert!(others <= summaries);
}

#[test]
fn what_is_known_beside_the_content_costs_nothing_of_the_tree() {
    let mut collection = many(40);
    let (tree, before) = (collection.tree().clone(), leaves(&collection));
    let patch = Patch {
        title: Some("  Unheard-of \n things ".to_owned()),
        url: Some(Some("https://example.org".to_owned())),
        metadata: Some([("kind".to_owned(), leafcutter::Value::Boolean(true))].into()),
        updated_at: Some(Some(5)),
        expires_at: Some(Some(7)),
    };
    let update = |patch: &Patch| vec![Edit::Update { id: "7".to_owned(), patch: patch.clone() }];
    assert_eq!(count(&mut collection, update(&patch)), (0, 0, 0));
    assert_eq!((collection.tree(), leaves(&collection)), (&tree, before));
    check(&collection);
    let document = collection.document_at(collection.document_id("7").expect("a document"));
    assert_eq!(
        (document.title.as_str(), document.updated_at, document.expires_at),
        ("Unheard-of things", Some(5), Some(7))
    );
    // It is found by its new title, and only where it was given.
    let query = Query { text: "unheard", vector: None, filter: None, now: None };
    let (hits, _) = collection.search(&query, &SearchOptions::default()).expect("hits");
    assert!(!hits.is_empty() && hits.iter().all(|hit| collection.document_at(hit.document).id == "7"));

    assert_eq!(change(&mut collection, update(&patch)).unchanged, 1);
    let cleared = Patch { url: Some(None), expires_at: Some(None), ..Patch::default() };
    assert_eq!(change(&mut collection, update(&cleared)).updated, 1);
    let document = collection.document_at(collection.document_id("7").expect("a document"));
    assert_eq!((&document.url, document.expires_at, document.updated_at), (&None, None, Some(5)));
    // Added again as it was, it is as it was.
    assert_eq!(count(&mut collection, vec![text(7, 0, 12 + 7)]), (0, 0, 0));
    assert_eq!(collection.document_at(collection.document_id("7").expect("a document")).title, "7");
}

#[test]
fn updates_that_cannot_be_are_errors_and_change_nothing() {
    let mut collection = many(3);
    let before = collection.export().expect("an export");
    let absent = Edit::Update { id: "absent".to_owned(), patch: Patch::default() };
    let untitled = Patch { title: Some(" ".to_owned()), ..Patch::default() };
    let untitled = Edit::Update { id: "1".to_owned(), patch: untitled };
    for (edit, code) in [(absent, "unknown-document"), (untitled, "invalid-option")] {
        let edits = vec![text(9, 0, 5), edit];
        let error = apply(&mut collection, edits, &FourLetterCounter).expect_err("an error");
        assert_eq!(error.code(), code);
        assert_eq!(collection.export().expect("an export"), before);
    }
}

#[test]
fn drift_makes_a_level_be_clustered_anew() {
    let mut collection = many(60);
    assert!(collection.stats().drift.iter().all(|drift| *drift == 0.0));
    let mut highest = 0.0f32;
    let mut anew = 0;
    for round in 0..40 {
        let before = collection.stats().drift[0];
        change(&mut collection, vec![text(round % 60, 1, 15)]);
        check(&collection);
        let drift = collection.stats().drift[0];
        highest = highest.max(drift);
        anew += usize::from(drift < before);
    }
    assert!(highest > 0.3 && anew > 0, "{highest}, {anew} times anew");
}

#[test]
fn a_tree_clustered_anew_keeps_the_summaries_that_it_had() {
    let options = || CollectionOptions {
        tree: TreeOptions { max_drift: 0.0, ..TreeOptions::default() },
        ..CollectionOptions::default()
    };
    let mut collection = empty(options());
    change(&mut collection, (0..30).map(|id| text(id, 0, 12)).collect());
    let all = collection.tree().nodes().len() - collection.chunks().len();
    // The last document goes and comes back: the groups are those of before.
    let gone = count(&mut collection, vec![Edit::Remove("29".to_owned())]).0;
    assert!(gone > 0 && collection.stats().drift.iter().all(|drift| *drift == 0.0));
    let mut fresh = empty(options());
    change(&mut fresh, (0..29).map(|id| text(id, 0, 12)).collect());
    assert_eq!(
        collection.export().expect("an export"),
        fresh.export().expect("an export"),
        "clustered anew, it is as a fresh one"
    );
    // Leaves without words join and change nothing of what the others are.
    assert!(gone < all, "{gone} of {all}");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let calls = || {
        let mut collection = many(30);
        for round in 0..12usize {
            change(&mut collection, vec![text(round * 7 % 40, 2, 9 + round), Edit::Remove((round * 5).to_string())]);
        }
        collection.export().expect("an export")
    };
    assert_eq!(calls(), calls());
}

#[test]
fn what_is_left_of_much_is_a_small_tree() {
    let mut collection = many(50);
    let mut levels = Vec::new();
    for id in 0..50 {
        change(&mut collection, vec![Edit::Remove(id.to_string())]);
        check(&collection);
        levels.push(collection.tree().level_count());
    }
    assert_eq!((levels[0] >= 3, levels[49]), (true, 1));
    assert!(collection.tree().nodes().is_empty());
    change(&mut collection, (0..50).map(|id| text(id, 0, 12)).collect());
    assert!(collection.tree().level_count() >= 3);
}

#[test]
fn many_more_documents_than_there_are_grow_a_tree_of_their_own() {
    let mut collection = many(20);
    change(&mut collection, (20..100).map(|id| text(id, 0, 12)).collect());
    check(&collection);
    assert!(collection.stats().drift.iter().all(|drift| *drift == 0.0));
}

/// An edit of a sequence: what to do, to which document, and how.
fn edit() -> impl Strategy<Value = (u8, usize, u32, usize)> {
    (0u8..10, 0usize..24, 0u32..4, 0usize..24)
}

fn as_edit((kind, id, version, sentences): (u8, usize, u32, usize)) -> Edit {
    match kind {
        0..6 => text(id, version, sentences),
        6..9 => Edit::Remove(id.to_string()),
        // Two paragraphs that many documents have in common.
        _ => document(&id.to_string(), Format::Text, &(content(0, 0, 8) + "\n\n" + &content(id, version, 6))),
    }
}

/// Settings under which leaves overlap, or groups have little room.
fn options() -> impl Strategy<Value = CollectionOptions> {
    (0usize..3, 30u32..100).prop_map(|(kind, tokens)| {
        let mut options = CollectionOptions::default();
        match kind {
            0 => {}
            1 => (options.chunking.tokens, options.chunking.overlap) = (tokens, tokens / 3),
            _ => (options.tree.summary_tokens, options.tree.max_cluster_tokens) = (40, 90 + tokens),
        }
        options
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_sequence_of_changes_ends_as_a_fresh_collection(
        options in options(),
        first in prop::collection::vec(edit(), 0..40),
        changes in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..12),
    ) {
        let mut collection = empty(options.clone());
        let mut kept: Vec<(String, Edit)> = Vec::new();
        for edits in std::iter::once(first).chain(changes) {
            let edits: Vec<Edit> = edits.into_iter().map(as_edit).collect();
            for edit in &edits {
                match edit {
                    Edit::Upsert(source) => match kept.iter_mut().find(|(id, _)| *id == source.id) {
                        Some((_, other)) => *other = edit.clone(),
                        None => kept.push((source.id.clone(), edit.clone())),
                    },
                    Edit::Remove(id) => kept.retain(|(other, _)| other != id),
                    Edit::Update { .. } | Edit::Clear => unreachable!("not made here"),
                }
            }
            change(&mut collection, edits);
            check_with(&collection, &options);
        }
        let mut fresh = empty(options);
        change(&mut fresh, kept.into_iter().map(|(_, edit)| edit).collect());
        prop_assert_eq!(leaves(&collection), leaves(&fresh));
        for question in ["whale of version 1", "judge", "number 3"] {
            prop_assert_eq!(found(&collection, question), found(&fresh, question));
        }
        // Every summary is over what is there.
        let tree = collection.tree();
        let over: BTreeMap<NodeId, usize> = (collection.chunks().len()..tree.nodes().len())
            .map(|id| (NodeId::from(id), tree.leaves_of(NodeId::from(id)).len()))
            .collect();
        prop_assert!(over.values().all(|leaves| *leaves > 0));
    }
}
