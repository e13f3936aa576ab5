//! Files of an index, which may come from anywhere. Checksums are put right first: damage is always found by those, and then
//! nothing behind them would be tried.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use leafcutter::adapt::{Pair, Training, TrainingOptions};
use leafcutter::engine::{Collection, CollectionOptions, Edit, LogFile, Query, SearchOptions, Shard};
use leafcutter::site::{Reply, SiteOptions, SiteQuery, SiteReader, Typing};
use leafcutter::store::Log;
use leafcutter::store::shards::ShardKind;
use leafcutter::{Embedder, Format, KeptBytes, Result, Role, store};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use self::collection::{DIMENSIONS, HashedWords, MODEL, apply, document, embed, empty, finish};
use super::documents::counter::FourLetterCounter;

#[path = "../../tests/support/collection.rs"]
mod collection;

/// A small collection: its file, that of a change to it, that of its indexes, what was learned of a question, and its shards, the
/// root last.
#[cfg_attr(not(feature = "encoder"), allow(dead_code, reason = "some are seeds alone, which are written with a model"))]
pub(super) struct Sample {
    pub snapshot: Vec<u8>,
    pub delta: Vec<u8>,
    pub derived: Vec<u8>,
    pub adapter: Vec<u8>,
    pub shards: Vec<Shard>,
}

pub(super) static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let mut whales = empty(CollectionOptions::default());
    let chapter = |n: usize| {
        let content =
            format!("# Of {n}\n\nWhale {n} sank the ship of captain {}. The sea took number {}.", n % 3, n * 7);
        document(&n.to_string(), Format::Markdown, &content)
    };
    apply(&mut whales, (0..6).map(chapter).collect(), &FourLetterCounter).expect("a change");
    let shards = whales.shards(SiteOptions { bits: 8, now: 0 }, MODEL).expect("shards");
    let (mut snapshot, mut delta, mut derived) = (Vec::new(), Vec::new(), Vec::new());
    whales.snapshot(&mut snapshot).expect("a snapshot");
    whales.derived(&mut derived).expect("indexes");
    let mut change = whales.begin(vec![chapter(6), Edit::Remove("2".to_owned())]);
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    change.delta(&mut delta).expect("a change");
    Sample { snapshot, delta, derived, adapter: learned(), shards }
});

thread_local! {
    static ASKED: RefCell<Collection> = {
        let opened = Collection::import(&SAMPLE.snapshot, CollectionOptions::default(), MODEL, DIMENSIONS);
        RefCell::new(opened.expect("the state is sound"))
    };
}

fn learned() -> Vec<u8> {
    let questions = HashedWords.embed(&["whale ship"], Role::Query).expect("embeddings");
    let passages = HashedWords.embed(&["Whale 1 sank the ship", "The sea"], Role::Passage).expect("embeddings");
    let pair = Pair { query: 0, preferred: 1, passed_over: 0, weight: 1.0 };
    let options = TrainingOptions { rank: 2, ..TrainingOptions::default() };
    let mut training = Training::new(&questions, &passages, vec![pair], options);
    training.step();
    training.adapter().encode(MODEL)
}

/// A whole state, in memory and in a file.
pub fn snapshot(data: &[u8]) {
    let bytes = sealed_journal(data);
    if let Some(collection) = opened(&[&bytes], None) {
        let again = collection.export().expect("an export");
        assert!(Collection::import(&again, CollectionOptions::default(), MODEL, DIMENSIONS).is_ok());
    }
}

/// A change after a whole state.
pub fn delta(data: &[u8]) {
    opened(&[&SAMPLE.snapshot, &sealed_journal(data)], None);
}

/// Indexes that were kept beside a state: whatever they are, it opens.
pub fn derived(data: &[u8]) {
    static STATE: LazyLock<store::Snapshot> =
        LazyLock::new(|| store::decode(&SAMPLE.snapshot).expect("the state is sound"));
    let bytes = sealed_journal(data);
    if store::decode_derived(&bytes, &STATE).is_some() {
        assert!(opened(&[&SAMPLE.snapshot], Some(&bytes)).is_some(), "the state is sound");
    }
}

/// Opens a log in memory and as files, which comes to the same, and asks both. Only what can be read is opened: most cannot, and to
/// make indexes takes long.
fn opened(log: &[&[u8]], derived: Option<&[u8]>) -> Option<Collection> {
    let files: Vec<Arc<Vec<u8>>> = log.iter().map(|bytes| Arc::new(bytes.to_vec())).collect();
    let held: Vec<LogFile> = log.iter().map(|bytes| LogFile::Held(bytes)).collect();
    let kept: Vec<LogFile> = files.iter().map(|file| LogFile::Kept(file.clone())).collect();
    let read = |log: &[LogFile]| -> Result<()> {
        let (first, changes) = log.split_first().expect("a whole state");
        let mut read = Log::read(first)?;
        changes.iter().try_for_each(|change| read.apply(change))?;
        read.finish().map(|snapshot| drop(store::validate_sentences(&snapshot)))
    };
    let (from_memory, from_files) = (read(&held), read(&kept));
    assert!(from_memory.is_ok() == from_files.is_ok());
    from_memory.ok()?;
    let open = |log: &[LogFile]| -> Result<Collection> {
        let derived = derived.as_ref().map(|bytes| bytes as &dyn KeptBytes);
        let collection = Collection::open(log, derived, CollectionOptions::default(), MODEL, DIMENSIONS)?;
        ask(&collection);
        Ok(collection)
    };
    let (held, kept) = (open(&held), open(&kept));
    assert!(held.is_ok() == kept.is_ok());
    held.ok()
}

/// What was learned of questions, with its checksum put right.
pub fn adapter(data: &[u8]) {
    let mut bytes = data.to_vec();
    if let Some((body, checksum)) = bytes.split_last_chunk_mut::<8>() {
        *checksum = xxh3_64(body).to_le_bytes();
    }
    ASKED.with_borrow_mut(|collection| {
        if collection.set_adapter(Some(&bytes), MODEL).is_ok() {
            ask(collection);
        }
    });
}

/// A shard of a site, in place of the one of its kind.
pub fn shard(data: &[u8]) {
    let bytes = sealed_shard(data);
    let Ok(checked) = store::shards::check_shard(&bytes) else { return };
    let (root, others) = SAMPLE.shards.split_last().expect("a root");
    let root = if checked.kind == ShardKind::Root { &bytes } else { &root.bytes };
    let Ok(mut reader) = SiteReader::new(root) else { return };
    for shard in others.iter().filter(|shard| shard.kind == ShardKind::Routes) {
        let _ = reader.give(shard.name, &shard.bytes);
    }
    let _ = reader.give(checked.name, &bytes);
    let vector = embed("whale ship");
    let query = SiteQuery {
        text: "whale ship",
        typing: Typing::Finished,
        vector: Some(&vector),
        alpha: None,
        k: 5,
        filter: None,
        now: 0,
    };
    for _ in 0..20 {
        let Ok(Reply::Wanted(names)) = reader.ask(&query) else { return };
        for name in names {
            // The one that was handed in takes the place of the first of its kind.
            let found = others.iter().find(|shard| shard.name == name);
            match found.map(|shard| reader.give(name, &shard.bytes)) {
                Some(Ok(())) => {}
                Some(Err(_)) | None => reader.skip(name),
            }
        }
    }
}

fn ask(collection: &Collection) {
    let vector = embed("whale ship");
    let query = Query { text: "whale ship", vector: Some(&vector), filter: None, now: Some(0), embedder: None };
    let (hits, _) = collection.search(&query, &SearchOptions::default()).expect("options in range");
    for hit in hits {
        for source in hit.sources {
            let _ = source.range.of(&collection.document_at(source.document).text);
        }
    }
}

/// `data` as a file whose checksums are right, as far as it has the form of one.
fn sealed_journal(data: &[u8]) -> Vec<u8> {
    const ALIGNMENT: usize = 64;
    let mut bytes = data.to_vec();
    let number = |bytes: &[u8], at: usize, length: usize| {
        bytes
            .get(at..at + length)
            .map(|bytes| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)) as usize)
    };
    let Some(identity) = number(&bytes, 12, 4) else { return bytes };
    let mut at = (24 + identity).next_multiple_of(ALIGNMENT);
    if at > bytes.len() {
        return bytes;
    }
    bytes[16..24].fill(0);
    let checksum = xxh3_64(&bytes[..at]);
    bytes[16..24].copy_from_slice(&checksum.to_le_bytes());
    while let Some(length) = number(&bytes, at + 16, 8) {
        let payload = at + ALIGNMENT;
        let Some(end) = payload.checked_add(length).filter(|end| *end <= bytes.len()) else { break };
        let checksum = xxh3_64_with_seed(&bytes[payload..end], xxh3_64(&bytes[at..at + 24]));
        bytes[at + 24..at + 32].copy_from_slice(&checksum.to_le_bytes());
        at = end.next_multiple_of(ALIGNMENT);
    }
    bytes
}

/// `data` as a shard whose checksum is right.
fn sealed_shard(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    if bytes.len() >= 16 {
        let checksum = xxh3_64_with_seed(&bytes[16..], xxh3_64(&bytes[..8]));
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}
