//! A log of every released version is opened: its documents, its tree and its answers are there. Over fakes: see
//! `support/collection.rs`.
//!
//! `LEAFCUTTER_WRITE_LOG=1 cargo test --test formats` writes the log of the present version anew, for when its format changes before
//! it is released. After that it stays as it is, for good.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;

use std::fs;
use std::path::{Path, PathBuf};

use collection::{DIMENSIONS, MODEL, apply, document, embed, empty, finish};
use counter::FourLetterCounter;
use leafcutter::engine::{Collection, CollectionOptions, Edit, LogFile, Query, SearchOptions};
use leafcutter::store::FORMAT_VERSION;
use leafcutter::{Format, Source, Value};

fn folder(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/logs/version-{version}"))
}

/// The files of a version's log, in order.
fn log(version: u32) -> Vec<Vec<u8>> {
    let file = |index: usize| fs::read(folder(version).join(format!("{index}"))).ok();
    (0..).map_while(file).collect()
}

/// What the logs of all versions were made by.
fn changes() -> [Vec<Edit>; 3] {
    let birds =
        "# Birds 🐦\n\nThe heron waits. The egret follows the cattle.\n\n## Of the sea\n\nThe puffin dives for eels.";
    let metadata = [("year".to_owned(), Value::Number(1851.0)), ("tags".to_owned(), Value::List(Vec::new()))].into();
    let whale = Source {
        id: "whale".to_owned(),
        title: Some("The Whale".to_owned()),
        url: Some("https://example.org/whale".to_owned()),
        content: "The whale sank the ship. A storm rose over the sea. Nobody saw the captain again. ".repeat(12),
        metadata,
        ..Source::default()
    };
    [
        vec![
            document("birds", Format::Markdown, birds),
            Edit::Upsert(whale),
            document("gone", Format::Text, "Nothing."),
        ],
        vec![document("bread", Format::Html, "<h1>Bread</h1><p>The oven bakes bread of flour and yeast.</p>")],
        vec![
            Edit::Remove("gone".to_owned()),
            document("birds", Format::Markdown, &format!("{birds} It rests on cliffs.")),
        ],
    ]
}

fn open(log: &[Vec<u8>]) -> Collection {
    let log: Vec<LogFile> = log.iter().map(LogFile::from).collect();
    Collection::open(&log, None, CollectionOptions::default(), MODEL, DIMENSIONS)
        .expect("a log of a version that is read")
}

#[test]
fn logs_of_all_released_versions_are_opened() {
    if std::env::var_os("LEAFCUTTER_WRITE_LOG").is_some() {
        write(&folder(FORMAT_VERSION));
    }
    for version in 4..=FORMAT_VERSION {
        let log = log(version);
        assert_eq!(log.len(), 3, "version {version}: there is no log in {}", folder(version).display());
        let mut opened = open(&log);
        let ids: Vec<&str> = opened.documents().iter().map(|document| document.id.as_str()).collect();
        assert_eq!(ids, ["birds", "whale", "bread"]);
        let whale = &opened.documents()[1];
        assert_eq!((whale.title.as_str(), whale.url.as_deref()), ("The Whale", Some("https://example.org/whale")));
        assert_eq!(whale.metadata.get("year"), Some(&Value::Number(1851.0)));
        assert!(opened.tree().level_count() > 1, "it has summaries");
        for (question, id) in [("Where does the puffin dive?", "birds"), ("What bakes bread?", "bread")] {
            let vector = embed(question);
            let query = Query { text: question, vector: Some(&vector), filter: None, now: None, embedder: None };
            let hits = opened.search(&query, &SearchOptions::default()).expect("hits").0;
            assert_eq!(opened.document_at(hits[0].document).id, id, "{question}");
        }
        // It can be changed, and exported in the form of today.
        apply(&mut opened, vec![document("new", Format::Text, "The moon rose.")], &FourLetterCounter)
            .expect("a change");
        let exported = opened.export().expect("an export");
        assert_eq!(open(std::slice::from_ref(&exported)).export().expect("an export"), exported);
    }
    println!("figure: logs of {} released versions opened", FORMAT_VERSION - 3);
}

#[test]
fn other_versions_are_refused_with_what_to_do() {
    let log = log(FORMAT_VERSION);
    for (version, advice) in [(3, "add the documents again"), (FORMAT_VERSION + 1, "update Leafcutter")] {
        let mut other = log[0].clone();
        other[8..12].copy_from_slice(&version.to_le_bytes());
        let error =
            Collection::import(&other, CollectionOptions::default(), MODEL, DIMENSIONS).err().expect("an error");
        assert_eq!(error.code(), "index-version");
        assert!(error.to_string().contains(advice), "{error}");
    }
    let foreign = Collection::import(b"PK\x03\x04", CollectionOptions::default(), MODEL, DIMENSIONS).err();
    assert_eq!(foreign.map(|error| error.code()), Some("index-format"));
}

fn write(folder: &Path) {
    let mut collection = empty(CollectionOptions::default());
    fs::create_dir_all(folder).expect("a folder");
    for (index, edits) in changes().into_iter().enumerate() {
        let mut change = collection.begin(edits);
        finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
        let mut bytes = Vec::new();
        let written = if index == 0 { change.snapshot(&mut bytes) } else { change.delta(&mut bytes) };
        written.expect("a change that is done");
        fs::write(folder.join(index.to_string()), bytes).expect("a file");
        collection.commit(change).expect("a commit");
    }
}
