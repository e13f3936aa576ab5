//! Collections that are kept as a log of files: what is opened again is what was committed, and any damage is found. Over
//! fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use collection::{DIMENSIONS, MODEL, apply, document, empty, finish};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, Edit, LogFile, Query, SearchOptions};
use leafcutter::{Error, Format, Result};

/// A collection and the files that lead to its state.
struct Kept {
    collection: Collection,
    log: Vec<Vec<u8>>,
}

impl Kept {
    fn new() -> Self {
        Self { collection: empty(CollectionOptions::default()), log: Vec::new() }
    }

    /// Makes `edits`, whose file is added to the log unless they change nothing.
    fn change(&mut self, edits: Vec<Edit>) {
        let mut change = self.collection.begin(edits);
        finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
        let mut file = Vec::new();
        let written = if self.log.is_empty() { change.snapshot(&mut file) } else { change.delta(&mut file) };
        written.expect("a change that is done");
        assert_eq!(file.is_empty(), !change.is_new().expect("a change that is done"));
        self.log.extend((!file.is_empty()).then_some(file));
        self.collection.commit(change).expect("a commit");
    }
}

fn snapshot_of(collection: &mut Collection) -> Vec<u8> {
    let mut file = Vec::new();
    collection.snapshot(&mut file).expect("a snapshot");
    file
}

fn open(log: &[Vec<u8>]) -> Result<Collection> {
    let log: Vec<LogFile> = log.iter().map(LogFile::from).collect();
    Collection::open(&log, None, CollectionOptions::default(), MODEL, DIMENSIONS)
}

fn text(id: &str, words: &[&str]) -> Edit {
    let content = words.iter().map(|word| format!("The {word} stands {id} times by itself. ")).collect::<String>();
    document(id, Format::Text, &content)
}

fn remove(id: &str) -> Edit {
    Edit::Remove(id.to_owned())
}

const BIRDS: [&str; 24] = [
    "heron", "egret", "stork", "crane", "ibis", "grebe", "swan", "goose", "eider", "smew", "kite", "buzzard", "merlin",
    "hobby", "coot", "rail", "ruff", "knot", "tern", "skua", "auk", "puffin", "dove", "cuckoo",
];

/// Changes of every kind, one after the other.
fn changes() -> Vec<Vec<Edit>> {
    vec![
        vec![text("a", &BIRDS[..12]), text("b", &BIRDS[4..20]), text("c", &BIRDS[10..])],
        vec![text("d", &BIRDS)],
        // The same text as another document has.
        vec![document("e", Format::Text, &"The heron stands a times by itself. ".repeat(20))],
        // The first half of it is as before.
        vec![text("b", &BIRDS[4..12])],
        vec![remove("a")],
        vec![text("f", &BIRDS[2..9]), remove("d"), text("g", &BIRDS[3..5]), text("c", &["wren"])],
        vec![document("md", Format::Markdown, "# Birds\n\nThey fly.\n\n## Of the sea\n\nThey dive.")],
        vec![Edit::Clear],
        vec![text("h", &BIRDS[..8])],
        vec![text("h", &BIRDS[..8]), text("i", &BIRDS[..8])],
    ]
}

#[test]
fn a_log_gives_the_state_that_was_committed() {
    let mut kept = Kept::new();
    let mut follower: Option<Collection> = None;
    let mut deltas = 0;
    for edits in changes() {
        kept.change(edits);
        let expected = kept.collection.export().expect("an export");
        assert_eq!(open(&kept.log).expect("a log").export().expect("an export"), expected);
        let last = kept.log.last().expect("a file");
        match &mut follower {
            None => follower = Some(open(&kept.log).expect("a snapshot")),
            Some(follower) => {
                follower.apply(&[last.into()]).expect("the next change");
                deltas += 1;
            }
        }
        assert_eq!(follower.as_ref().map(|follower| follower.export().expect("an export")), Some(expected));
    }
    assert_eq!(deltas, kept.log.len() - 1);
}

#[test]
fn a_reopened_collection_answers_alike() {
    let mut kept = Kept::new();
    changes().into_iter().take(6).for_each(|edits| kept.change(edits));
    let reopened = open(&kept.log).expect("a log");
    let question = "Where does the puffin stand?";
    let vector = collection::embed(question);
    let query = Query { text: question, vector: Some(&vector), filter: None, now: None };
    let ask = |collection: &Collection| collection.search(&query, &SearchOptions::default()).expect("hits").0;
    assert!(!ask(&reopened).is_empty());
    assert_eq!(format!("{:?}", ask(&reopened)), format!("{:?}", ask(&kept.collection)));
}

#[test]
fn a_snapshot_in_place_of_a_log_is_followed_by_the_same_changes() {
    let mut kept = Kept::new();
    changes().into_iter().take(5).for_each(|edits| kept.change(edits));
    let compacted = snapshot_of(&mut kept.collection);
    let reopened = open(std::slice::from_ref(&compacted)).expect("a snapshot");
    assert_eq!(reopened.export().expect("an export"), kept.collection.export().expect("an export"));
    // What it carries on is no part of an export.
    assert_ne!(compacted, reopened.export().expect("an export"));
    kept.change(vec![text("z", &BIRDS[..3])]);
    let last = kept.log.last().expect("a file").clone();
    assert_eq!(
        open(&[compacted, last]).expect("a log").export().expect("an export"),
        kept.collection.export().expect("an export")
    );
    assert_eq!(
        open(&kept.log).expect("a log").export().expect("an export"),
        kept.collection.export().expect("an export")
    );
}

#[test]
fn an_imported_collection_can_be_kept() {
    let mut kept = Kept::new();
    kept.change(changes().swap_remove(0));
    let exported = kept.collection.export().expect("an export");
    let mut imported = open(std::slice::from_ref(&exported)).expect("an export");
    let log = vec![snapshot_of(&mut imported)];
    let mut kept = Kept { collection: imported, log };
    kept.change(vec![text("z", &BIRDS[..3])]);
    assert_eq!(
        open(&kept.log).expect("a log").export().expect("an export"),
        kept.collection.export().expect("an export")
    );
}

#[test]
fn a_delta_is_as_small_as_its_change() {
    let mut kept = Kept::new();
    let one = |index: usize| text(&format!("document {index}"), &BIRDS[index % 12..][..12]);
    kept.change((0..100).map(one).collect());
    kept.change(vec![text("document 50", &BIRDS[..13])]);
    let [snapshot, delta] = [kept.log[0].len(), kept.log[1].len()];
    println!("figure: a delta of {delta} bytes after a snapshot of {snapshot}");
    assert!(delta * 3 < snapshot, "{delta} of {snapshot}");
}

#[test]
fn what_changes_nothing_has_no_file() {
    let mut kept = Kept::new();
    kept.change(vec![text("a", &BIRDS[..3])]);
    kept.change(vec![text("a", &BIRDS[..3])]);
    kept.change(vec![remove("nobody")]);
    assert_eq!(kept.log.len(), 1);
    kept.change(vec![text("b", &BIRDS[..3])]);
    assert_eq!(
        open(&kept.log).expect("a log").export().expect("an export"),
        kept.collection.export().expect("an export")
    );
}

#[test]
fn a_log_that_misses_a_file_is_refused() {
    let mut kept = Kept::new();
    changes().into_iter().take(5).for_each(|edits| kept.change(edits));
    let log = &kept.log;
    let pick = |files: &[usize]| -> Vec<Vec<u8>> { files.iter().map(|&file| log[file].clone()).collect() };
    for files in [&[][..], &[1], &[0, 2], &[0, 1, 1], &[0, 2, 1], &[0, 0], &[1, 0]] {
        let error = open(&pick(files)).err().expect("not a log");
        assert_eq!(error.code(), "index-damaged", "{files:?}");
    }
    let mut other = Kept::new();
    other.change(vec![text("other", &BIRDS[..3])]);
    other.change(vec![text("another", &BIRDS[..3])]);
    assert!(open(&[log[0].clone(), other.log[1].clone()]).is_err(), "a change of another log");
}

#[test]
fn a_change_to_another_state_leaves_the_collection_as_it_was() {
    let mut kept = Kept::new();
    changes().into_iter().take(3).for_each(|edits| kept.change(edits));
    let mut reader = open(&kept.log[..1]).expect("a log");
    let before = reader.export().expect("an export");
    assert!(reader.apply(&[(&kept.log[2]).into()]).is_err());
    assert_eq!(reader.export().expect("an export"), before);
    reader.apply(&[(&kept.log[1]).into(), (&kept.log[2]).into()]).expect("the next change and the one after");
    assert_eq!(reader.export().expect("an export"), kept.collection.export().expect("an export"));
}

#[test]
fn a_change_without_a_file_ends_the_log() {
    let mut kept = Kept::new();
    kept.change(vec![text("a", &BIRDS[..3])]);
    apply(&mut kept.collection, vec![text("b", &BIRDS[..3])], &FourLetterCounter).expect("a change");
    let mut change = kept.collection.begin(vec![text("c", &BIRDS[..3])]);
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    assert!(matches!(change.delta(&mut Vec::new()), Err(Error::OutOfOrder { .. })));
}

#[test]
fn other_settings_and_other_models_are_refused() {
    let mut kept = Kept::new();
    kept.change(vec![text("a", &BIRDS[..3])]);
    let open = |options: CollectionOptions, model: &str| {
        Collection::open(&[(&kept.log[0]).into()], None, options, model, DIMENSIONS).err().map(|error| error.code())
    };
    let mut other = CollectionOptions::default();
    other.chunking.tokens = 50;
    assert_eq!(open(other, MODEL), Some("index-identity"));
    assert_eq!(open(CollectionOptions::default(), "another"), Some("index-identity"));
    assert_eq!(open(CollectionOptions::default(), MODEL), None);
}

/// Numbers without order, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

const TYPED: [&str; 3] = ["index-format", "index-version", "index-damaged"];

/// A collection of few and small files, to be damaged in many ways.
fn small() -> Kept {
    let mut kept = Kept::new();
    for edits in [vec![text("a", &BIRDS[..9])], vec![text("b", &BIRDS[..2])], vec![remove("a")]] {
        kept.change(edits);
    }
    kept
}

#[test]
fn every_truncation_of_every_file_is_found() {
    let kept = small();
    let mut lengths = 0;
    for file in 0..kept.log.len() {
        for length in 0..kept.log[file].len() {
            let mut log = kept.log.clone();
            log[file].truncate(length);
            let error = open(&log).err().unwrap_or_else(|| panic!("file {file} cut at {length} was opened"));
            assert!(TYPED.contains(&error.code()), "{error}");
            lengths += 1;
        }
    }
    println!("figure: {lengths} truncations, all found");
}

#[test]
fn random_changed_bytes_are_found() {
    let flips = if std::env::var_os("LEAFCUTTER_LONG").is_some() { 20_000 } else { 2_000 };
    let kept = small();
    let exported = kept.collection.export().expect("an export");
    let mut random = Random(7);
    for flip in 0..flips {
        let mut log = kept.log.clone();
        // Every other one in an export, which is a snapshot.
        let whole = flip % 2 == 0;
        if whole {
            log = vec![exported.clone()];
        }
        let file = random.below(log.len());
        let at = random.below(log[file].len());
        log[file][at] ^= 1 + random.below(255) as u8;
        let error = open(&log).err().unwrap_or_else(|| panic!("byte {at} of file {file} was changed unnoticed"));
        assert!(TYPED.contains(&error.code()), "{error}");
    }
    println!("figure: {flips} changed bytes, all found");
}
