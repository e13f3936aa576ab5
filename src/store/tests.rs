//! Whole snapshots: read as written, and any damage found.

use std::sync::Arc;

use proptest::prelude::*;

use super::journal::{self, Kind, Writer};
use super::{Contents, Log, LogFile, Snapshot, encode, encode_delta, validate_sentences};
use crate::document::{Chunk, Format, Source, SourceRange, TextRange};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocId, NodeId};
use crate::index::{SentenceRows, leaf_sentences};
use crate::metadata::Value;
use crate::traits::Sentence;
use crate::tree::{Node, Tree};
use crate::vector::Matrix;

/// Two documents, one of them with headings, a list of metadata and text of several bytes a character.
fn snapshot() -> Snapshot {
    let parse = |source: Source| Arc::new(crate::text::parse(&source).expect("a document"));
    let tags = Value::List(vec![Value::Text("ants".to_owned()), Value::Number(0.5), Value::Boolean(true)]);
    let documents = vec![
        parse(Source {
            id: "a".to_owned(),
            format: Format::Markdown,
            content: "# Ants 🐜\n\nThey cut.\n\n## Löwen\n\nThey rest.".to_owned(),
            metadata: [("tags".to_owned(), tags)].into(),
            ..Source::default()
        }),
        parse(Source { id: "b".to_owned(), content: "鯨。".to_owned(), ..Source::default() }),
    ];
    let chunks: Vec<Chunk> = documents
        .iter()
        .enumerate()
        .flat_map(|(index, document)| document.blocks.iter().map(move |block| (DocId::from(index), block)))
        .map(|(document, block)| Chunk { document, range: block.range, heading: block.heading, tokens: 3 })
        .collect();
    let tree = tree_over(&chunks, SourceRange { document: chunks[1].document, range: chunks[1].range });
    let values = (0..chunks.len() * 2).map(|value| value as f32).collect();
    let leaves = Matrix::from_values(2, values).expect("rows").into();
    let summaries = Matrix::from_values(2, vec![0.5, 0.25]).expect("rows").into();
    let notes = vec!["a fit failed".to_owned()];
    let (mut sentences, mut sentence_starts) = (SentenceRows::new(2), vec![0]);
    for chunk in &chunks {
        for range in leaf_sentences(&documents[chunk.document.index()], chunk) {
            sentences.push(&[range.start as f32, range.end as f32], 2);
        }
        sentence_starts.push(sentences.len() as u32);
    }
    let identity = "model λ, 100 tokens".to_owned();
    Snapshot { identity, documents, chunks, tree, notes, leaves, summaries, sentences, sentence_starts }
}

/// The contents of `snapshot`.
pub(super) fn contents(snapshot: &Snapshot) -> Contents<'_> {
    let Snapshot { identity, documents, chunks, tree, notes, leaves, summaries, sentences, sentence_starts } = snapshot;
    Contents { identity, documents, chunks, tree, notes, leaves, summaries, sentences, sentence_starts }
}

fn encoded(snapshot: &Snapshot) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(contents(snapshot), None, &mut bytes).expect("a file");
    bytes
}

/// Leaves and one summary of all of them, whose sentence stands at `source`.
fn tree_over(chunks: &[Chunk], source: SourceRange) -> Tree {
    let top = NodeId::from(chunks.len());
    let leaf = |chunk: &Chunk| Node { parents: vec![top], tokens: chunk.tokens, ..Node::default() };
    let summary = Node {
        level: 1,
        children: (0..chunks.len()).map(NodeId::from).collect(),
        sentences: vec![Sentence { text: "They cut.".to_owned(), source: Some(source) }],
        ..Node::default()
    };
    tree_of(chunks.iter().map(leaf).chain([summary]).collect())
}

/// Rows of ones, for sentences of these tokens.
fn sentence_rows(dimensions: usize, tokens: &[u32]) -> SentenceRows {
    let mut rows = SentenceRows::new(dimensions);
    tokens.iter().for_each(|&tokens| rows.push(&vec![1.0; dimensions], tokens));
    rows
}

/// The tree of `snapshot` with its summary changed.
fn forged(snapshot: &Snapshot, change: impl Fn(&mut Node)) -> Tree {
    let mut nodes = snapshot.tree.nodes().to_vec();
    change(nodes.last_mut().expect("a summary"));
    tree_of(nodes)
}

/// A tree of these nodes, of which the last is the only summary.
fn tree_of(nodes: Vec<Node>) -> Tree {
    let top = nodes.len() - 1;
    serde_json::from_value(serde_json::json!({ "nodes": nodes, "starts": [top], "changes": [0.5] })).expect("a tree")
}

/// Asserts that whatever a snapshot that was accepted holds can be followed.
fn follow(snapshot: &Snapshot) {
    for document in &snapshot.documents {
        for index in 0..document.headings.len() {
            document.heading_path(Some(index as u32));
            document.headings[index].section.of(&document.text);
        }
        for block in &document.blocks {
            block.range.of(&document.text);
            document.heading_path(block.heading);
        }
    }
    for chunk in &snapshot.chunks {
        let document = &snapshot.documents[chunk.document.index()];
        chunk.range.of(&document.text);
        document.heading_path(chunk.heading);
    }
    assert_eq!(snapshot.sentences.vectors().dimensions(), snapshot.leaves.dimensions());
    let sentences = |chunk: &Chunk| leaf_sentences(&snapshot.documents[chunk.document.index()], chunk).count();
    assert_eq!(snapshot.sentences.len(), snapshot.chunks.iter().map(sentences).sum::<usize>());
    for index in 0..snapshot.tree.nodes().len() {
        for ChunkId(leaf) in snapshot.tree.leaves_of(NodeId::from(index)) {
            assert!((leaf as usize) < snapshot.chunks.len());
        }
    }
}

/// Reads a file, its sentences checked too, as one without kept indexes is.
fn decode(bytes: &[u8]) -> Result<Snapshot> {
    let snapshot = super::decode(bytes)?;
    validate_sentences(&snapshot)?;
    Ok(snapshot)
}

/// A file with these segments, its checksums correct whatever they hold.
fn sealed(segments: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    sealed_as("identity", segments)
}

fn sealed_as(identity: &str, segments: &[(Kind, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(identity, &mut bytes).expect("a header");
    segments.iter().try_for_each(|(kind, payload)| writer.segment(*kind, payload)).expect("segments");
    writer.commit().expect("a commit");
    bytes
}

fn segments(bytes: &[u8]) -> Vec<(Kind, Vec<u8>)> {
    let journal = journal::read(&LogFile::Held(&bytes)).expect("a journal");
    journal.segments.iter().map(|(kind, payload)| (*kind, payload.bytes().expect("bytes").into_owned())).collect()
}

#[test]
fn a_snapshot_is_read_as_it_was_written() {
    let empty = Snapshot {
        identity: String::new(),
        documents: Vec::new(),
        chunks: Vec::new(),
        tree: Tree::default(),
        notes: Vec::new(),
        leaves: Matrix::new(384).into(),
        summaries: Matrix::new(384).into(),
        sentences: SentenceRows::new(384),
        sentence_starts: vec![0],
    };
    for snapshot in [snapshot(), empty] {
        let bytes = encoded(&snapshot);
        assert_eq!(bytes, encoded(&snapshot.clone()));
        assert_eq!(encoded(&decode(&bytes).expect("a snapshot")), bytes);
    }
}

#[test]
fn every_truncation_and_every_changed_byte_is_found() {
    let bytes = encoded(&snapshot());
    for length in 0..bytes.len() {
        let expected = if length < 8 { "index-format" } else { "index-damaged" };
        assert_eq!(decode(&bytes[..length]).err().expect("cut short").code(), expected, "cut at {length}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xff;
        let expected = match at {
            0..8 => "index-format",
            8..12 => "index-version",
            _ => "index-damaged",
        };
        assert_eq!(decode(&changed).err().expect("a changed byte").code(), expected, "byte {at}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(decode(&longer).is_err());
}

#[test]
fn what_does_not_fit_together_is_refused() {
    /// What is done to a snapshot, and its name.
    type Damage = (&'static str, fn(&mut Snapshot));
    let damages: [Damage; 27] = [
        ("a range past the end", |it| it.chunks[0].range.end = 1000),
        ("a range within a character", |it| {
            let ant = it.documents[0].text.find('🐜').expect("an ant");
            it.chunks[0].range = TextRange::new(0, ant + 1);
        }),
        ("a range backwards", |it| it.chunks[0].range = TextRange { start: 3, end: 2 }),
        ("a chunk of no document", |it| it.chunks[0].document = DocId(2)),
        ("a chunk under no heading", |it| it.chunks[0].heading = Some(2)),
        ("chunks out of order", |it| it.chunks.swap(0, 1)),
        ("a chunk too few", |it| it.chunks.truncate(it.chunks.len() - 1)),
        ("a summary's source past the end", |it| {
            let source = SourceRange { document: DocId(1), range: TextRange::new(0, 100) };
            it.tree = tree_over(&it.chunks, source);
        }),
        ("a summary of no document", |it| {
            let source = SourceRange { document: DocId(9), range: TextRange::new(0, 1) };
            it.tree = tree_over(&it.chunks, source);
        }),
        ("a sentence that its source does not say", |it| {
            it.tree = forged(it, |node| node.sentences[0].text = "They fly.".to_owned());
        }),
        ("a quotation of what is not summarized", |it| {
            let mut nodes = it.tree.nodes().to_vec();
            nodes[4].parents.clear();
            nodes[5].children.pop();
            let source = SourceRange { document: DocId(1), range: it.chunks[4].range };
            nodes[5].sentences = vec![Sentence { text: "鯨。".to_owned(), source: Some(source) }];
            it.tree = tree_of(nodes);
        }),
        ("a summary without words", |it| it.tree = forged(it, |node| node.sentences.clear())),
        ("a summary of more tokens than bytes", |it| it.tree = forged(it, |node| node.tokens = 10)),
        ("a leaf of other tokens than its chunk", |it| it.chunks[0].tokens = 2),
        ("a heading of level 7", |it| Arc::make_mut(&mut it.documents[0]).headings[1].level = 7),
        ("a heading above its parent", |it| Arc::make_mut(&mut it.documents[0]).headings[1].level = 1),
        ("a heading that is not in the text", |it| {
            Arc::make_mut(&mut it.documents[0]).headings[0].text = "Bees".to_owned();
        }),
        ("a row too few", |it| it.summaries = Matrix::new(2).into()),
        ("a sentence row too few", |it| it.sentences = sentence_rows(2, &it.sentences.tokens()[1..])),
        ("sentence rows of another width", |it| it.sentences = sentence_rows(3, it.sentences.tokens())),
        ("a sentence of more tokens than bytes", |it| it.sentences = sentence_rows(2, &[2, 2, 2, 2, 7])),
        ("not a number", |it| {
            it.summaries = Matrix::from_values(2, vec![f32::NAN, 0.0]).expect("a row").into();
        }),
        ("a block past the end", |it| Arc::make_mut(&mut it.documents[0]).blocks[3].range.end += 1),
        ("blocks out of order", |it| Arc::make_mut(&mut it.documents[0]).blocks.swap(0, 1)),
        ("a section past the end", |it| Arc::make_mut(&mut it.documents[0]).headings[0].section.end += 1),
        ("a heading under itself", |it| Arc::make_mut(&mut it.documents[0]).headings[1].parent = Some(1)),
        ("two documents of one id", |it| Arc::make_mut(&mut it.documents[0]).id = "b".to_owned()),
    ];
    for (what, damage) in damages {
        let mut snapshot = snapshot();
        damage(&mut snapshot);
        assert!(matches!(decode(&encoded(&snapshot)), Err(Error::IndexDamaged { .. })), "{what}");
    }
}

#[test]
fn a_missing_or_overlong_segment_is_refused() {
    let whole = segments(&encoded(&snapshot()));
    assert!(decode(&sealed(&whole)).is_ok());
    for index in 0..whole.len() {
        let mut fewer = whole.clone();
        fewer.remove(index);
        assert_eq!(decode(&sealed(&fewer)).err().expect("a segment is missing").code(), "index-damaged");
        let mut longer = whole.clone();
        longer[index].1.push(0);
        assert_eq!(decode(&sealed(&longer)).err().expect("a byte too many").code(), "index-damaged");
    }
}

#[test]
fn a_length_that_is_not_there_allocates_nothing() {
    let mut huge = segments(&encoded(&snapshot()));
    for (_, payload) in &mut huge {
        // The first number is a count of elements or dimensions; this one is about 2 to the power of 63.
        payload.splice(..1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    }
    assert_eq!(decode(&sealed(&huge)).err().expect("too many").code(), "index-damaged");
}

/// The state after one that has a document more, two leaves of which stay, and a delta that leads there.
fn change() -> (Snapshot, Vec<u8>) {
    let before = snapshot();
    let mut next = before.clone();
    let source = Source { id: "c".to_owned(), content: "Ants. They rest.".to_owned(), ..Source::default() };
    next.documents = vec![before.documents[1].clone(), Arc::new(crate::text::parse(&source).expect("a document"))];
    let own = Chunk { document: DocId(0), ..before.chunks[4].clone() };
    let range = next.documents[1].blocks[0].range;
    next.chunks = vec![own, Chunk { document: DocId(1), range, heading: None, tokens: 3 }];
    next.tree = Tree::of_leaves(&[3, 3]);
    next.leaves = before.leaves.held().expect("rows").select([4, 0]).into();
    next.summaries = Matrix::new(2).into();
    next.sentences = SentenceRows::new(2);
    next.sentences.extend(&before.sentences, 4..5).expect("rows");
    next.sentences.push(&[1.0, 0.0], 1);
    next.sentences.push(&[1.0, 0.0], 3);
    next.sentence_starts = vec![0, 1, 3];
    let stamp = Log::read(&(&encoded(&before)).into()).expect("a snapshot").stamp();
    let mut delta = Vec::new();
    encode_delta(contents(&before), stamp, contents(&next), &mut delta).expect("a file");
    (next, delta)
}

fn replay(delta: &[u8]) -> crate::error::Result<Snapshot> {
    let before = snapshot();
    let bytes = encoded(&before);
    let stamp = Log::read(&(&bytes).into())?.stamp();
    let mut log = Log::of(contents(&before), stamp);
    log.apply(&LogFile::Held(&delta))?;
    let snapshot = log.finish()?;
    validate_sentences(&snapshot)?;
    Ok(snapshot)
}

#[test]
fn a_delta_leads_to_the_next_state() {
    let (next, delta) = change();
    assert_eq!(encoded(&replay(&delta).expect("the next state")), encoded(&next));
    assert_eq!(decode(&delta).err().expect("not whole").code(), "index-damaged");
}

proptest! {
    #[test]
    fn deltas_of_any_origin_are_refused_or_sound(
        segment in 0..7usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), 0..8u8]), 1..6),
    ) {
        let mut segments = segments(&change().1);
        let payload = &mut segments[segment].1;
        // The stamp stays, else nothing of the rest would be read.
        let first = if segment == 0 { payload.len() - 12 } else { 0 };
        for (at, byte) in changes {
            let at = first + at.index(payload.len() - first);
            payload[at] = byte;
        }
        match replay(&sealed_as("model λ, 100 tokens", &segments)) {
            Ok(snapshot) => follow(&snapshot),
            Err(error) => prop_assert_eq!(error.code(), "index-damaged"),
        }
    }

    #[test]
    fn payloads_of_any_origin_are_refused_or_sound(
        segment in 0..6usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), 0..8u8]), 1..6),
    ) {
        let mut segments = segments(&encoded(&snapshot()));
        let payload = &mut segments[segment].1;
        for (at, byte) in changes {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        match decode(&sealed(&segments)) {
            Ok(snapshot) => follow(&snapshot),
            Err(error) => prop_assert_eq!(error.code(), "index-damaged"),
        }
    }
}
