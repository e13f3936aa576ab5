//! Collections whose rows stay in their files: whatever is asked of one, the answer is that of the same collection in memory, and a
//! file that changes under it is found out. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use collection::{DIMENSIONS, MODEL, apply, document, embed, empty, finish};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, ContextOptions, Edit, LogFile, Query, SearchOptions};
use leafcutter::{Error, Format, KeptBytes, Result};

/// A file outside, which may change or not be read any more.
#[derive(Default)]
struct File {
    bytes: Mutex<Vec<u8>>,
    gone: AtomicBool,
}

impl File {
    fn of(bytes: &[u8]) -> Arc<Self> {
        Arc::new(Self { bytes: Mutex::new(bytes.to_vec()), ..Self::default() })
    }
}

impl KeptBytes for File {
    fn size(&self) -> u64 {
        self.bytes.lock().expect("bytes").size()
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(Error::Storage { reason: "it is gone".to_owned() });
        }
        self.bytes.lock().expect("bytes").read(at, into)
    }
}

const WORDS: [&str; 16] = [
    "heron", "whale", "comet", "bread", "river", "engine", "violin", "garden", "copper", "winter", "harbor", "lantern",
    "meadow", "saddle", "thunder", "walnut",
];

/// A text of many leaves, other ones for each `seed`.
fn text(id: &str, seed: usize, sentences: usize) -> Edit {
    let word = |at: usize| WORDS[(at * at + at * seed + seed) % WORDS.len()];
    let sentence = |at: usize| {
        let (a, b, c) = (word(at), word(at / 3), word(at / 7 + seed));
        format!("The {a} of {seed} saw the {b} near a {c} for {at} days. ")
    };
    document(id, Format::Text, &(0..sentences).map(sentence).collect::<String>())
}

/// The changes that lead to a collection of several hundred leaves, more than are scored one by one.
fn changes() -> Vec<Vec<Edit>> {
    vec![
        vec![text("a", 1, 900), text("b", 2, 700)],
        vec![text("c", 3, 700), text("b", 5, 600)],
        vec![Edit::Remove("a".to_owned()), text("d", 1, 900)],
    ]
}

/// A collection in memory, and the files of its log.
fn kept() -> (Collection, Vec<Vec<u8>>) {
    let (mut collection, mut log) = (empty(CollectionOptions::default()), Vec::new());
    for edits in changes() {
        log.push(change(&mut collection, edits, !log.is_empty(), None));
    }
    (collection, log)
}

/// Makes of bytes a file that can be read by range.
type Opener = fn(&[u8]) -> Arc<File>;

/// Makes a change and answers with its file, which the rows are read from afterwards if `open` says so.
fn change(collection: &mut Collection, edits: Vec<Edit>, follows: bool, open: Option<Opener>) -> Vec<u8> {
    let mut change = collection.begin(edits);
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    let mut file = Vec::new();
    let written = if follows { change.delta(&mut file) } else { change.snapshot(&mut file) };
    written.expect("a change that is done");
    let opened = open.map(|open| -> Arc<dyn KeptBytes> { open(&file) });
    collection.commit_written(change, opened).expect("a commit");
    file
}

fn open(files: &[Arc<File>]) -> Collection {
    let log: Vec<LogFile> = files.iter().map(|file| LogFile::Kept(file.clone())).collect();
    Collection::open(&log, None, CollectionOptions::default(), MODEL, DIMENSIONS).expect("a collection")
}

fn opened(log: &[Vec<u8>]) -> (Collection, Vec<Arc<File>>) {
    let files: Vec<Arc<File>> = log.iter().map(|file| File::of(file)).collect();
    (open(&files), files)
}

/// What questions get in every mode, as text.
fn answers(collection: &Collection) -> Result<String> {
    let mut all = String::new();
    for text in ["Which whale saw the comet near a lantern?", "heron", "copper thunder in winter"] {
        let vector = embed(text);
        let query = Query { text, vector: Some(&vector), filter: None, now: None, embedder: None };
        for mode in ["auto", "leaves", "collapsed", "traverse"] {
            let options = |more: &str| format!("{{\"mode\":\"{mode}\"{more}}}");
            let search: SearchOptions = serde_json::from_str(&options(",\"k\":30")).expect("options");
            let context: ContextOptions = serde_json::from_str(&options("")).expect("options");
            let hits = collection.search(&query, &search)?;
            let passages = collection.context(&query, &context, &FourLetterCounter)?;
            all += &format!("{hits:?}\n{passages:?}\n");
        }
    }
    Ok(all)
}

/// Asserts that two collections are the same, to the bit, wherever their rows are.
fn assert_same(one: &Collection, other: &Collection) {
    assert_eq!(answers(one).expect("answers"), answers(other).expect("answers"));
    assert_eq!(one.embeddings().expect("rows"), other.embeddings().expect("rows"));
    assert_eq!(one.export().expect("an export"), other.export().expect("an export"));
}

#[test]
fn a_log_gives_the_same_answers_wherever_its_rows_are() {
    let (collection, log) = kept();
    assert!(collection.chunks().len() > 300 && collection.tree().level(1).len() > 10);
    let (opened, _files) = opened(&log);
    assert!(opened.is_kept() && !collection.is_kept());
    assert_same(&opened, &collection);
}

#[test]
fn changes_go_on_from_files_and_are_written_alike() {
    let (mut collection, mut log) = kept();
    let (mut kept, _files) = opened(&log);
    let (mut follower, _others) = opened(&log);
    let more = || [vec![text("e", 7, 200)], vec![text("c", 8, 100), Edit::Remove("d".to_owned())]];
    for (edits, same) in more().into_iter().zip(more()) {
        let expected = change(&mut collection, edits, true, None);
        assert_eq!(change(&mut kept, same, true, Some(File::of)), expected);
        assert!(kept.is_kept());
        assert_same(&kept, &collection);
        follower.apply(&[LogFile::Kept(File::of(&expected))]).expect("the next change");
        assert!(follower.is_kept());
        log.push(expected);
    }
    assert_same(&follower, &collection);
    assert_same(&opened(&log).0, &collection);
    // Where the file of a change cannot be opened, its rows stay in memory, and all goes on.
    let expected = change(&mut collection, vec![text("f", 9, 100)], true, None);
    assert_eq!(change(&mut kept, vec![text("f", 9, 100)], true, None), expected);
    assert_same(&kept, &collection);
    let expected = change(&mut collection, vec![Edit::Remove("f".to_owned())], true, None);
    assert_eq!(change(&mut kept, vec![Edit::Remove("f".to_owned())], true, Some(File::of)), expected);
    assert_same(&kept, &collection);
}

#[test]
fn the_first_change_and_a_log_put_together_are_read_from_their_file() {
    let mut collection = empty(CollectionOptions::default());
    change(&mut collection, changes().remove(0), false, Some(File::of));
    assert!(collection.is_kept());
    let mut other = empty(CollectionOptions::default());
    apply(&mut other, changes().remove(0), &FourLetterCounter).expect("a change");
    assert_same(&collection, &other);

    let (memory, log) = kept();
    let (mut kept, files) = opened(&log);
    let mut whole = Vec::new();
    kept.snapshot(&mut whole).expect("a snapshot");
    kept.move_to(File::of(&whole));
    // Nothing refers to the files of before.
    assert!(files.iter().all(|file| Arc::strong_count(file) == 1));
    assert_same(&kept, &memory);
}

#[test]
fn what_happens_to_a_file_afterwards_is_an_error_and_no_other_answer() {
    let (collection, log) = kept();
    let expected = answers(&collection).expect("answers");
    let mut found = 0;
    // What was checked when it was opened is held, of the rest a question reads some.
    for at in (0..log[0].len()).step_by(log[0].len() / 60) {
        let (opened, files) = opened(&log);
        files[0].bytes.lock().expect("bytes")[at] ^= 0x10;
        match answers(&opened) {
            Ok(answers) => assert_eq!(answers, expected),
            Err(error) => {
                assert_eq!(error.code(), "index-damaged");
                found += 1;
            }
        }
    }
    assert!(found > 5, "{found}");
    for take in [
        |file: &File| file.gone.store(true, Ordering::Relaxed),
        |file: &File| {
            file.bytes.lock().expect("bytes").truncate(1000);
        },
    ] {
        let (mut opened, files) = opened(&log);
        files.iter().for_each(|file| take(file));
        let code = answers(&opened).expect_err("no rows").code();
        assert!(["storage-failed", "index-damaged"].contains(&code), "{code}");
        assert_eq!(opened.export().expect_err("no rows").code(), code);
        let error = apply(&mut opened, vec![text("e", 7, 20)], &FourLetterCounter).expect_err("no rows");
        assert_eq!(error.code(), code);
    }
}

#[test]
fn damage_of_a_file_is_found_when_it_is_opened() {
    let (_, log) = kept();
    for at in (0..log[1].len()).step_by(log[1].len() / 100) {
        let files: Vec<Arc<File>> = log.iter().map(|file| File::of(file)).collect();
        files[1].bytes.lock().expect("bytes")[at] ^= 1;
        let log: Vec<LogFile> = files.iter().map(|file| LogFile::Kept(file.clone())).collect();
        let error = Collection::open(&log, None, CollectionOptions::default(), MODEL, DIMENSIONS).err();
        let code = error.expect("damage").code();
        assert!(["index-format", "index-version", "index-damaged"].contains(&code), "{code} at {at}");
    }
}
