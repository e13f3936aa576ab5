//! Whether what was read from a file fits together, so that nothing after this need doubt it.

use std::collections::BTreeSet;

use super::snapshot::Snapshot;
use crate::document::{Document, TextRange};
use crate::error::{Error, Result};

/// # Errors
/// [`Error::IndexDamaged`], naming the first thing that cannot be.
pub fn validate(snapshot: &Snapshot) -> Result<()> {
    let mut ids = BTreeSet::new();
    for document in &snapshot.documents {
        check(ids.insert(&document.id), "two documents have the same id")?;
        validate_document(document)?;
    }
    let mut previous = None;
    for chunk in &snapshot.chunks {
        let document = snapshot.documents.get(chunk.document.index());
        let document = document.ok_or(damaged("a chunk is of no document"))?;
        check(is_range_of(chunk.range, &document.text), "a chunk is outside its document")?;
        check(chunk.heading.is_none_or(|heading| (heading as usize) < document.headings.len()), NO_HEADING)?;
        check(previous <= Some((chunk.document, chunk.range.start)), "chunks are out of order")?;
        previous = Some((chunk.document, chunk.range.start));
    }
    snapshot.tree.check(snapshot.chunks.len())?;
    let sentences = snapshot.tree.nodes().iter().flat_map(|node| &node.sentences);
    for source in sentences.filter_map(|sentence| sentence.source) {
        let document = snapshot.documents.get(source.document.index());
        let fits = document.is_some_and(|document| is_range_of(source.range, &document.text));
        check(fits, "a summary's source is outside its document")?;
    }
    check(snapshot.embeddings.rows() == snapshot.tree.nodes().len(), "there is not one embedding a node")?;
    let finite = snapshot.embeddings.values().iter().all(|value| value.is_finite());
    check(finite, "an embedding is not a number")
}

const NO_HEADING: &str = "something stands under a heading that is not there";

fn validate_document(document: &Document) -> Result<()> {
    for (index, heading) in document.headings.iter().enumerate() {
        check(is_range_of(heading.section, &document.text), "a section is outside its document")?;
        check(heading.parent.is_none_or(|parent| (parent as usize) < index), NO_HEADING)?;
    }
    let mut end = 0;
    for block in &document.blocks {
        check(is_range_of(block.range, &document.text) && end <= block.range.start, "a block is out of place")?;
        check(block.heading.is_none_or(|heading| (heading as usize) < document.headings.len()), NO_HEADING)?;
        end = block.range.end;
    }
    Ok(())
}

fn is_range_of(range: TextRange, text: &str) -> bool {
    range.start <= range.end && text.get(range.start as usize..range.end as usize).is_some()
}

fn check(holds: bool, reason: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(damaged(reason)) }
}

fn damaged(reason: &'static str) -> Error {
    Error::IndexDamaged { reason }
}
