//! What can be made again from a snapshot, but takes longer to make than to read: indexes of words and of sentences.
//!
//! Kept beside a collection, never in an export: it speeds up opening, and one that is missing, damaged or of another state
//! costs no more than the time to make it again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::Snapshot;
use super::journal::{self, Kind, LogFile, Payload, Writer};
use crate::document::{Chunk, Document};
use crate::error::Result;
use crate::index::{KeptSentences, KeywordIndex, ReadSentences};
use crate::kept::{KeptBytes, Sink};
use crate::tree::Tree;

/// The indexes of a state, to be kept.
#[derive(Serialize)]
pub struct Derived<'a> {
    /// Whose they are: see [`fingerprint`].
    pub fingerprint: u128,
    pub leaves: &'a KeywordIndex,
    pub summaries: &'a KeywordIndex,
    pub sentences: ReadSentences<'a>,
}

/// [`Derived`] as it was kept.
#[derive(Deserialize)]
pub struct KeptDerived {
    pub fingerprint: u128,
    pub leaves: KeywordIndex,
    pub summaries: KeywordIndex,
    pub sentences: KeptSentences,
}

/// `derived` as a file of its own, for an index of this identity.
///
/// # Errors
/// Those of `out`.
pub fn encode_derived(identity: &str, derived: &Derived, out: &mut dyn Sink) -> Result<()> {
    let payload = postcard::to_allocvec(derived).expect("plain data can be written to memory");
    let mut writer = Writer::new(identity, out)?;
    writer.segment(Kind::Derived, &payload)?;
    writer.commit()
}

/// What [`encode_derived`] wrote for `snapshot`; `None` for anything else.
pub fn decode_derived(file: &dyn KeptBytes, snapshot: &Snapshot) -> Option<KeptDerived> {
    let journal = journal::read(&LogFile::Held(file)).ok().filter(|journal| journal.identity == snapshot.identity)?;
    let [(Kind::Derived, Payload::Read(payload))] = &journal.segments[..] else { return None };
    // What it is made of comes first, so that one of another state is not read any further.
    let (of, _) = postcard::take_from_bytes::<u128>(payload).ok()?;
    if of != fingerprint(&snapshot.documents, &snapshot.chunks, &snapshot.tree) {
        return None;
    }
    postcard::take_from_bytes::<KeptDerived>(payload)
        .ok()
        .filter(|(_, rest)| rest.is_empty())
        .map(|(derived, _)| derived)
}

/// What indexes of words are made of, as a number: texts, titles, headings, chunks and summaries, and the version of the crate,
/// the next of which may read words in another way.
pub fn fingerprint(documents: &[Arc<Document>], chunks: &[Chunk], tree: &Tree) -> u128 {
    let mut hash = Xxh3::new();
    let mut add = |text: &str| {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    for document in documents {
        add(&document.title);
        add(&document.text);
        document.headings.iter().for_each(|heading| add(&heading.text));
    }
    for node in &tree.nodes()[chunks.len()..] {
        node.sentences.iter().for_each(|sentence| add(&sentence.text));
    }
    for chunk in chunks {
        let numbers =
            [chunk.document.0, chunk.range.start, chunk.range.end, chunk.heading.map_or(0, |heading| heading + 1)];
        numbers.iter().for_each(|number| hash.update(&number.to_le_bytes()));
    }
    hash.digest128()
}
