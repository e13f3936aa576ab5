//! A state put together from a whole one and the changes after it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::damaged;
use super::delta::{Delta, Run};
use super::journal::{self, Journal, Kind, LogFile};
use super::rows::Rows;
use super::snapshot::{Contents, Snapshot, from_bytes, take_last, take_rows};
use super::validate::{validate, validate_texts};
use crate::document::{Chunk, Document};
use crate::error::Result;
use crate::ids::DocId;
use crate::index::SentenceRows;
use crate::kept::{Embeddings, KeptRows};
use crate::tree::Tree;
use crate::vector::Matrix;

/// A state to which changes are applied one after the other. Rows stay where they are until [`finish`](Self::finish) puts them in
/// order, copying each once unless all are kept in files, and only then is it checked that everything fits together.
pub struct Log<'a> {
    identity: Cow<'a, str>,
    /// By what a change knows the state that it is to.
    stamp: u64,
    documents: Vec<Arc<Document>>,
    chunks: Cow<'a, [Chunk]>,
    tree: Cow<'a, Tree>,
    notes: Cow<'a, [String]>,
    parts: Vec<Rows<'a>>,
    leaves: Vec<Place>,
    summaries: Vec<Place>,
}

/// Where a row is.
#[derive(Clone, Copy)]
struct Place {
    part: u32,
    row: u32,
}

impl Log<'static> {
    /// Begins with a file that holds a whole state.
    ///
    /// # Errors
    /// Those of [`journal::read`], and [`Error::IndexDamaged`] for another kind of file.
    pub fn read(file: &LogFile) -> Result<Self> {
        let mut journal = journal::read(file)?;
        if journal.segments.iter().any(|(kind, _)| *kind == Kind::Delta) {
            return Err(damaged("it holds a change alone, without what was before"));
        }
        let stamp = match take_last(&mut journal.segments, Kind::Stamp) {
            Ok(stamp) => from_stamp(&stamp.bytes()?)?,
            Err(_) => journal.digest,
        };
        let file = File::read(&mut journal)?;
        Ok(Self {
            identity: Cow::Owned(journal.identity),
            stamp,
            documents: file.documents,
            chunks: Cow::Owned(file.chunks),
            tree: Cow::Owned(file.tree),
            notes: Cow::Owned(file.notes),
            leaves: places(0, file.rows.leaves.rows()),
            summaries: places(0, file.rows.summaries.rows()),
            parts: vec![file.rows],
        })
    }
}

impl<'a> Log<'a> {
    /// Begins with a state in memory, which is known by `stamp`.
    pub fn of(contents: Contents<'a>, stamp: u64) -> Self {
        Self {
            identity: Cow::Borrowed(contents.identity),
            stamp,
            documents: contents.documents.to_vec(),
            chunks: Cow::Borrowed(contents.chunks),
            tree: Cow::Borrowed(contents.tree),
            notes: Cow::Borrowed(contents.notes),
            leaves: places(0, contents.leaves.rows()),
            summaries: places(0, contents.summaries.rows()),
            parts: vec![contents.rows()],
        }
    }

    /// The model and the settings that the state was built with.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// By what the next change will know this state.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Takes the change in a file that [`encode_delta`](super::encode_delta) wrote. After an error the log is of no use.
    ///
    /// # Errors
    /// As [`read`](Log::read); [`Error::IndexDamaged`] if the change is to another state than this.
    pub fn apply(&mut self, file: &LogFile) -> Result<()> {
        let mut journal = journal::read(file)?;
        let delta: Delta = from_bytes(&take_last(&mut journal.segments, Kind::Delta)?.bytes()?)?;
        if delta.base != self.stamp || journal.identity != self.identity {
            return Err(damaged("a change is to another state than the one before it"));
        }
        let file = File::read(&mut journal)?;
        if file.rows.dimensions() != self.parts[0].dimensions() {
            return Err(damaged("a change has rows of another width"));
        }
        self.take_documents(&delta.documents, file.documents, file.chunks)?;
        let part = u32::try_from(self.parts.len()).map_err(|_| damaged("there are too many changes"))?;
        let summaries = file.tree.nodes().len().checked_sub(self.chunks.len()).ok_or(damaged("a leaf is missing"))?;
        self.leaves = expand(&delta.leaves, &self.leaves, part, file.rows.leaves.rows(), self.chunks.len())?;
        self.summaries = expand(&delta.summaries, &self.summaries, part, file.rows.summaries.rows(), summaries)?;
        self.tree = Cow::Owned(file.tree);
        self.notes = Cow::Owned(file.notes);
        self.parts.push(file.rows);
        self.stamp = journal.digest;
        Ok(())
    }

    fn take_documents(&mut self, runs: &[Run], new: Vec<Arc<Document>>, new_chunks: Vec<Chunk>) -> Result<()> {
        let bounds = chunks_by_document(&self.chunks, self.documents.len())?;
        let (mut new, mut new_chunks) = (new.into_iter(), new_chunks.into_iter().peekable());
        let (mut documents, mut chunks) = (Vec::new(), Vec::new());
        // So that a few runs cannot ask for more than there is: what is kept is kept once.
        let mut left = self.documents.len();
        for run in runs {
            match run.from {
                Some(from) => {
                    let kept = range(from, run.count, self.documents.len())?;
                    left = left.checked_sub(kept.len()).ok_or(damaged("a document is kept twice"))?;
                    for place in kept {
                        let id = DocId::from(documents.len());
                        documents.push(self.documents[place].clone());
                        let own = &self.chunks[bounds[place].clone()];
                        chunks.extend(own.iter().map(|chunk| Chunk { document: id, ..chunk.clone() }));
                    }
                }
                None => {
                    for _ in 0..run.count {
                        let id = DocId::from(documents.len());
                        documents.push(new.next().ok_or(damaged("a document is missing"))?);
                        chunks.extend(std::iter::from_fn(|| new_chunks.next_if(|chunk| chunk.document == id)));
                    }
                }
            }
        }
        if new.next().is_some() || new_chunks.next().is_some() {
            return Err(damaged("a change holds more than it names"));
        }
        self.documents = documents;
        self.chunks = Cow::Owned(chunks);
        Ok(())
    }

    /// The state, its rows in one place, once all of it was checked.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`] where a range, a link or a count is impossible.
    pub fn finish(self) -> Result<Snapshot> {
        // Before rows are copied, which texts must account for.
        validate_texts(&self.documents, &self.chunks)?;
        if self.leaves.len() != self.chunks.len() {
            return Err(damaged("there is not one embedding a node"));
        }
        let rows = gather(self.parts, &self.leaves, &self.summaries, &self.chunks)?;
        let snapshot = Snapshot {
            identity: self.identity.into_owned(),
            documents: self.documents,
            chunks: self.chunks.into_owned(),
            tree: self.tree.into_owned(),
            notes: self.notes.into_owned(),
            leaves: rows.leaves.into_owned(),
            summaries: rows.summaries.into_owned(),
            sentences: rows.sentences.into_owned(),
            sentence_starts: rows.starts.into_owned(),
        };
        validate(&snapshot)?;
        Ok(snapshot)
    }
}

/// What a file holds, whole or of a change.
struct File {
    documents: Vec<Arc<Document>>,
    chunks: Vec<Chunk>,
    tree: Tree,
    notes: Vec<String>,
    rows: Rows<'static>,
}

impl File {
    fn read(journal: &mut Journal) -> Result<Self> {
        let rows = take_rows(&mut journal.segments)?;
        let mut take = |kind| take_last(&mut journal.segments, kind);
        let documents: Vec<Document> = from_bytes(&take(Kind::Documents)?.bytes()?)?;
        Ok(Self {
            documents: documents.into_iter().map(Arc::new).collect(),
            chunks: from_bytes(&take(Kind::Chunks)?.bytes()?)?,
            tree: from_bytes(&take(Kind::Tree)?.bytes()?)?,
            notes: from_bytes(&take(Kind::Notes)?.bytes()?)?,
            rows,
        })
    }
}

fn from_stamp(bytes: &[u8]) -> Result<u64> {
    bytes.try_into().map(u64::from_le_bytes).map_err(|_| damaged("its stamp has the wrong size"))
}

fn places(part: u32, rows: usize) -> Vec<Place> {
    (0..rows as u32).map(|row| Place { part, row }).collect()
}

/// Where the chunks of each document stand, which nothing has checked yet.
fn chunks_by_document(chunks: &[Chunk], documents: usize) -> Result<Vec<Range<usize>>> {
    let mut bounds: Vec<Range<usize>> = Vec::with_capacity(documents);
    let mut end = 0;
    for document in 0..documents {
        let start = end;
        while chunks.get(end).is_some_and(|chunk| chunk.document.index() == document) {
            end += 1;
        }
        bounds.push(start..end);
    }
    if end == chunks.len() { Ok(bounds) } else { Err(damaged("chunks are out of order")) }
}

fn range(from: u32, count: u32, length: usize) -> Result<Range<usize>> {
    let end = (from as usize).checked_add(count as usize).filter(|&end| end <= length);
    end.map(|end| from as usize..end).ok_or(damaged("a change keeps what is not there"))
}

/// The places of `expected` rows: kept ones where they are, new ones in `part`, which has `new` of them.
fn expand(runs: &[Run], kept: &[Place], part: u32, new: usize, expected: usize) -> Result<Vec<Place>> {
    let total = runs.iter().try_fold(0usize, |total, run| total.checked_add(run.count as usize));
    if total != Some(expected) {
        return Err(damaged("there is not one embedding a node"));
    }
    let mut places = Vec::with_capacity(expected);
    let mut next = 0u32;
    for run in runs {
        match run.from {
            Some(from) => places.extend_from_slice(&kept[range(from, run.count, kept.len())?]),
            None => {
                let rows = range(next, run.count, new)?;
                places.extend(rows.map(|row| Place { part, row: row as u32 }));
                next += run.count;
            }
        }
    }
    if next as usize == new { Ok(places) } else { Err(damaged("a change holds more than it names")) }
}

/// The rows in order. Those of one part alone stay as they are, and those in files where they are.
fn gather<'a>(mut parts: Vec<Rows<'a>>, leaves: &[Place], summaries: &[Place], chunks: &[Chunk]) -> Result<Rows<'a>> {
    if let [_] = parts[..] {
        return Ok(parts.remove(0));
    }
    let kept = parts.iter().all(Rows::are_kept);
    let dimensions = parts[0].dimensions();
    let empty = if kept { SentenceRows::like(&parts[0].sentences) } else { SentenceRows::new(dimensions) };
    let (mut sentences, mut starts) = (empty, vec![0]);
    for (place, chunk) in leaves.iter().zip(chunks) {
        let part = &parts[place.part as usize];
        let own = part.sentences_of(place.row as usize);
        if own.len() > chunk.range.len() {
            return Err(damaged("there is not one row a sentence"));
        }
        sentences.extend(&part.sentences, own)?;
        starts.push(u32::try_from(sentences.len()).map_err(|_| damaged("there are too many sentences"))?);
    }
    let of_leaves: Vec<&Embeddings> = parts.iter().map(|part| &*part.leaves).collect();
    let of_summaries: Vec<&Embeddings> = parts.iter().map(|part| &*part.summaries).collect();
    let rows = |parts: &[&Embeddings], places: &[Place]| match kept {
        true => Ok(kept_rows(dimensions, parts, places)),
        false => held_rows(dimensions, parts, places),
    };
    let (leaves, summaries) = (rows(&of_leaves, leaves)?, rows(&of_summaries, summaries)?);
    let (leaves, summaries) = (Cow::Owned(leaves), Cow::Owned(summaries));
    Ok(Rows { leaves, summaries, sentences: Cow::Owned(sentences), starts: Cow::Owned(starts) })
}

/// Rows that all are in files, none of them read.
fn kept_rows(dimensions: usize, parts: &[&Embeddings], places: &[Place]) -> Embeddings {
    let mut all = KeptRows::new(4 * dimensions);
    for &Place { part, row } in places {
        if let Embeddings::Kept(_, rows) = parts[part as usize] {
            all.extend(rows, row as usize..row as usize + 1);
        }
    }
    Embeddings::Kept(dimensions, Arc::new(all))
}

fn held_rows(dimensions: usize, parts: &[&Embeddings], places: &[Place]) -> Result<Embeddings> {
    let mut all = Matrix::with_capacity(dimensions, places.len());
    for place in places {
        all.push(&parts[place.part as usize].row(place.row as usize)?);
    }
    Ok(all.into())
}
