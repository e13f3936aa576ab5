//! Whether what was read from a file fits together, so that nothing after this need doubt it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::damaged;
use super::snapshot::Snapshot;
use crate::document::{Chunk, Document, SourceRange, TextRange};
use crate::error::Result;
use crate::index::leaf_sentences;
use crate::tree::Node;

/// Whether documents and the chunks of them can be.
///
/// # Errors
/// [`Error::IndexDamaged`], naming the first thing that cannot be.
pub fn validate_texts(documents: &[Arc<Document>], chunks: &[Chunk]) -> Result<()> {
    let mut ids = BTreeSet::new();
    for document in documents {
        check(ids.insert(&document.id), "two documents have the same id")?;
        validate_document(document)?;
    }
    let mut previous = None;
    for chunk in chunks {
        let document = documents.get(chunk.document.index()).ok_or(damaged("a chunk is of no document"))?;
        check(is_range_of(chunk.range, &document.text), "a chunk is outside its document")?;
        check(fits_tokens(chunk.tokens, chunk.range.len()), TOO_MANY_TOKENS)?;
        check(chunk.heading.is_none_or(|heading| (heading as usize) < document.headings.len()), NO_HEADING)?;
        check(previous <= Some((chunk.document, chunk.range.start)), "chunks are out of order")?;
        previous = Some((chunk.document, chunk.range.start));
    }
    // Chunks may overlap, but not such that a small file asks for more than its texts can hold.
    let bytes = |lengths: &mut dyn Iterator<Item = usize>| lengths.fold(0usize, usize::saturating_add);
    let texts = bytes(&mut documents.iter().map(|document| document.text.len()));
    let chunks = bytes(&mut chunks.iter().map(|chunk| chunk.range.len()));
    check(chunks <= texts.saturating_mul(MOST_OVERLAP), "chunks repeat too much of their documents")
}

/// Whether all else fits to documents and chunks that passed [`validate_texts`].
///
/// # Errors
/// [`Error::IndexDamaged`], naming the first thing that cannot be.
pub fn validate(snapshot: &Snapshot) -> Result<()> {
    snapshot.tree.check(snapshot.chunks.len())?;
    for (node, chunk) in snapshot.tree.nodes().iter().zip(&snapshot.chunks) {
        check(node.tokens == chunk.tokens, "a leaf has another number of tokens than its chunk")?;
    }
    for summary in &snapshot.tree.nodes()[snapshot.chunks.len()..] {
        validate_summary(summary, snapshot)?;
    }
    let summaries = snapshot.tree.nodes().len() - snapshot.chunks.len();
    let rows = (snapshot.leaves.rows(), snapshot.summaries.rows());
    check(rows == (snapshot.chunks.len(), summaries), "there is not one embedding a node")?;
    check(snapshot.sentence_starts.len() == snapshot.chunks.len() + 1, ROWS)
}

/// Whether a snapshot that is sound in all else has a row for each sentence. This takes far longer than all else does, since
/// every text is read, and is of no use where the sentences are known.
///
/// # Errors
/// As [`decode`](super::decode).
pub fn validate_sentences(snapshot: &Snapshot) -> Result<()> {
    let tokens = snapshot.sentences.tokens();
    for (chunk, bounds) in snapshot.chunks.iter().zip(snapshot.sentence_starts.windows(2)) {
        let mut rows = tokens[bounds[0] as usize..bounds[1] as usize].iter();
        for range in leaf_sentences(&snapshot.documents[chunk.document.index()], chunk) {
            let tokens = rows.next().ok_or(damaged(ROWS))?;
            check(fits_tokens(*tokens, range.len()), TOO_MANY_TOKENS)?;
        }
        check(rows.next().is_none(), ROWS)?;
    }
    Ok(())
}

/// A chunk may repeat up to half of the one before it, so no byte is in many.
const MOST_OVERLAP: usize = 4;
const ROWS: &str = "there is not one row a sentence";
const NO_HEADING: &str = "something stands under a heading that is not there";
const TOO_MANY_TOKENS: &str = "a text has more tokens than bytes";

/// A sentence that names its source is shown as a quotation, so it must be one, and of what the summary is made of.
fn validate_summary(summary: &Node, snapshot: &Snapshot) -> Result<()> {
    let bytes: usize = summary.sentences.iter().map(|sentence| sentence.text.len()).sum();
    check(bytes > 0, "a summary says nothing")?;
    check(fits_tokens(summary.tokens, bytes), TOO_MANY_TOKENS)?;
    for sentence in &summary.sentences {
        let Some(source) = sentence.source else { continue };
        let document = snapshot.documents.get(source.document.index());
        let quoted = document.and_then(|document| text_of(source.range, &document.text));
        check(quoted == Some(&sentence.text), "a summary's sentence does not stand at its source")?;
        let within = |other: SourceRange| other.document == source.document && other.range.contains(source.range);
        let from_child = summary.children.iter().any(|child| match snapshot.chunks.get(child.index()) {
            Some(&Chunk { document, range, .. }) => within(SourceRange { document, range }),
            None => snapshot.tree.nodes()[child.index()].sentences.iter().filter_map(|other| other.source).any(within),
        });
        check(from_child, "a summary's sentence is of nothing that it summarizes")?;
    }
    Ok(())
}

fn validate_document(document: &Document) -> Result<()> {
    check(!document.id.is_empty(), "a document has no id")?;
    for (index, heading) in document.headings.iter().enumerate() {
        let section = text_of(heading.section, &document.text).ok_or(damaged("a section is outside its document"))?;
        check(section.starts_with(&heading.text), "a section does not begin with its heading")?;
        check((1..=6).contains(&heading.level), "a heading is of no level")?;
        let Some(parent) = heading.parent else { continue };
        let parent = document.headings[..index].get(parent as usize).ok_or(damaged(NO_HEADING))?;
        let nested = parent.level < heading.level && parent.section.contains(heading.section);
        check(nested, "a heading is not within the one above it")?;
    }
    let mut end = 0;
    for block in &document.blocks {
        check(is_range_of(block.range, &document.text) && end <= block.range.start, "a block is out of place")?;
        check(block.heading.is_none_or(|heading| (heading as usize) < document.headings.len()), NO_HEADING)?;
        end = block.range.end;
    }
    Ok(())
}

/// The text in `range`, if it is a range of `text`.
fn text_of(range: TextRange, text: &str) -> Option<&str> {
    text.get(range.start as usize..range.end as usize)
}

fn is_range_of(range: TextRange, text: &str) -> bool {
    text_of(range, text).is_some()
}

/// Nothing here can count tokens, but each has a byte at least.
fn fits_tokens(tokens: u32, bytes: usize) -> bool {
    tokens as usize <= bytes
}

fn check(holds: bool, reason: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(damaged(reason)) }
}
