//! The shard that a page loads first.

use super::bytes::{Reader, Writer};
use super::{CheckedShard, Shard, ShardKind};
use crate::error::Result;

/// What every question needs, and the names of what some need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Root {
    /// The name of the language that texts were read in.
    pub language: String,
    /// The identity of the model whose embeddings the index holds.
    pub model: String,
    pub dimensions: usize,
    pub leaves: usize,
    /// Of the leaves' lengths, to divide by.
    pub average_length: f32,
    /// How many documents an entry of `documents`, and one of `filters`, is about, but the last.
    pub documents_per_piece: usize,
    pub filters_per_piece: usize,
    /// How many leaves an entry of `lengths` is about, but the last.
    pub lengths_per_piece: usize,
    /// The first term of each shard of postings, and the shard's name, in order of the terms.
    pub postings: Vec<(String, u64)>,
    pub lengths: Vec<u64>,
    pub documents: Vec<RootPiece>,
    /// None where no document has metadata.
    pub filters: Vec<u64>,
    /// None where there are no embeddings.
    pub routes: Option<u64>,
}

/// A range of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootPiece {
    pub name: u64,
    /// Of its first document.
    pub first_leaf: u32,
}

impl Root {
    pub fn encode(&self) -> Shard {
        let mut writer = Writer::default();
        writer.text(&self.language);
        writer.text(&self.model);
        writer.number(self.dimensions);
        writer.number(self.leaves);
        writer.float(self.average_length);
        writer.number(self.documents_per_piece);
        writer.number(self.filters_per_piece);
        writer.number(self.lengths_per_piece);
        writer.number(self.postings.len());
        let mut before = "";
        for (term, _) in &self.postings {
            write_term(&mut writer, before, term);
            before = term;
        }
        writer.number(self.lengths.len());
        writer.number(self.documents.len());
        let mut before = 0;
        for piece in &self.documents {
            writer.number((piece.first_leaf - before) as usize);
            before = piece.first_leaf;
        }
        writer.number(self.filters.len());
        writer.0.push(u8::from(self.routes.is_some()));
        // All names together, since nothing makes them shorter.
        let names = self.postings.iter().map(|(_, name)| *name).chain(self.lengths.iter().copied());
        let names = names.chain(self.documents.iter().map(|piece| piece.name));
        names.chain(self.filters.iter().copied()).chain(self.routes).for_each(|name| writer.hash(name));
        Shard::new(ShardKind::Root, &writer.0)
    }

    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
    pub fn decode(shard: &CheckedShard) -> Result<Self> {
        shard.read(ShardKind::Root, |reader| {
            let mut root = Self {
                language: reader.text()?.to_owned(),
                model: reader.text()?.to_owned(),
                dimensions: reader.number()?,
                leaves: reader.number()?,
                average_length: reader.float()?,
                documents_per_piece: reader.number()?,
                filters_per_piece: reader.number()?,
                lengths_per_piece: reader.number()?,
                ..Self::default()
            };
            let postings = reader.count(2)?;
            let mut terms: Vec<String> = Vec::with_capacity(postings);
            for _ in 0..postings {
                let term = read_term(reader, terms.last().map_or("", String::as_str))?;
                terms.push(term);
            }
            let lengths = reader.count(8)?;
            let documents = reader.count(9)?;
            let mut first_leaves = Vec::with_capacity(documents);
            let mut first_leaf = 0usize;
            for _ in 0..documents {
                first_leaf = first_leaf.saturating_add(reader.number()?);
                first_leaves.push(u32::try_from(first_leaf).ok()?);
            }
            let filters = reader.count(8)?;
            let has_routes = reader.byte()? == 1;
            for term in terms {
                root.postings.push((term, reader.hash()?));
            }
            root.lengths = reader.hashes(lengths)?;
            for first_leaf in first_leaves {
                root.documents.push(RootPiece { name: reader.hash()?, first_leaf });
            }
            root.filters = reader.hashes(filters)?;
            root.routes = if has_routes { Some(reader.hash()?) } else { None };
            root.is_sound().then_some(root)
        })
    }

    /// Whether its numbers can be true: the lengths are there for as many leaves, and so on.
    fn is_sound(&self) -> bool {
        let lengths = self.lengths_per_piece > 0 && self.lengths.len() == self.leaves.div_ceil(self.lengths_per_piece);
        // A table of as many lengths is made room for before they are there.
        let possible = self.leaves <= MOST_LEAVES && (1..=MOST_DIMENSIONS).contains(&self.dimensions);
        let pieces = self.documents_per_piece > 0 && self.filters_per_piece > 0;
        let leaves = self.documents.iter().all(|piece| piece.first_leaf as usize <= self.leaves);
        lengths && possible && pieces && leaves && self.average_length >= 1.0
    }
}

const MOST_LEAVES: usize = 1 << 24;
pub(super) const MOST_DIMENSIONS: usize = 1 << 13;

/// A term after `before`, whose beginning it shares as a rule.
pub(super) fn write_term(writer: &mut Writer, before: &str, term: &str) {
    let shared = before.bytes().zip(term.bytes()).take_while(|(a, b)| a == b).count();
    writer.number(shared);
    writer.number(term.len() - shared);
    writer.bytes(&term.as_bytes()[shared..]);
}

/// A term after `before`, which it must follow in order.
pub(super) fn read_term(reader: &mut Reader, before: &str) -> Option<String> {
    let shared = reader.number()?;
    let rest = reader.number()?;
    let mut term = before.as_bytes().get(..shared)?.to_vec();
    term.extend_from_slice(reader.bytes(rest)?);
    let term = String::from_utf8(term).ok()?;
    (before < term.as_str()).then_some(term)
}
