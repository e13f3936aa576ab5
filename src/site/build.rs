//! A collection to shards.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::branches::branches;
use crate::document::{Chunk, Document, TextRange};
use crate::error::{Error, Result};
use crate::index::{KeywordIndex, Language};
use crate::store::shards::{
    Block, Branch, BranchRow, Code, DocumentEntry, FilterEntry, Fragment, FragmentEntry, FragmentHeading, FragmentLeaf,
    Root, RootPiece, Route, Routes, Shard, TermPostings, block_name, blocks_seed, code_bytes, encode_documents,
    encode_filters, encode_lengths, encode_postings,
};
use crate::tree::Tree;
use crate::vector::Matrix;

/// About how many bytes of text a fragment has, and of postings a shard: enough to compress, and little beside what a question needs.
const FRAGMENT_BYTES: usize = 3072;
const POSTINGS_BYTES: usize = 1536;
/// How many documents a piece has at the least and at the most: the root grows by each piece, and a question by each document.
const DOCUMENTS_PER_PIECE: (usize, usize) = (4, 16);
const FILTERS_PER_PIECE: usize = 1024;
const LENGTHS_PER_PIECE: usize = 8192;
/// How many leaves a branch has: a question looks at a few dozen branches.
const BRANCH_ROWS: usize = 100;
/// About how many bytes a block has: of embeddings in whole bytes one, since those that are compared again are seldom neighbors.
const BLOCK_BYTES: usize = 660;

/// What of a collection becomes shards.
pub struct SiteSource<'a> {
    pub language: Language,
    /// The identity of the model that embedded the leaves.
    pub model: &'a str,
    pub documents: &'a [Arc<Document>],
    /// In document order.
    pub chunks: &'a [Chunk],
    pub tree: &'a Tree,
    /// One row a leaf.
    pub embeddings: &'a Matrix,
    /// Over the leaves.
    pub keywords: &'a KeywordIndex,
}

/// How shards are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteOptions {
    /// Bits of a value of an embedding, 2 to 8; 0 for no embeddings.
    pub bits: u8,
    /// Milliseconds since 1970: of documents that expired by then, nothing is written.
    pub now: i64,
}

/// The shards of a collection, the root last. The same collection gives the same bytes.
///
/// # Errors
/// [`Error::InvalidOption`] for another number of bits.
pub fn build(source: &SiteSource, options: SiteOptions) -> Result<Vec<Shard>> {
    if !(2..=8).contains(&options.bits) && options.bits != 0 {
        return Err(Error::InvalidOption {
            name: "bits",
            reason: format!("{} is neither 0 nor from 2 to 8", options.bits),
        });
    }
    let mut shards = Vec::new();
    let (fewest, most) = DOCUMENTS_PER_PIECE;
    let documents_per_piece = (source.documents.len() / 64).clamp(fewest, most);
    let mut root = Root {
        language: source.language.name().to_owned(),
        model: source.model.to_owned(),
        dimensions: source.embeddings.dimensions(),
        leaves: source.chunks.len(),
        average_length: source.keywords.average_length(),
        documents_per_piece,
        filters_per_piece: FILTERS_PER_PIECE,
        lengths_per_piece: LENGTHS_PER_PIECE,
        ..Root::default()
    };
    let leaves = leaves_by_document(source);
    let mut expired = vec![false; source.chunks.len()];
    for (document, leaves) in source.documents.iter().zip(&leaves) {
        expired[leaves.clone()].fill(document.has_expired(options.now));
    }
    let mut add = |shard: Shard| {
        let name = shard.name;
        shards.push(shard);
        name
    };
    for lengths in source.keywords.lengths().chunks(LENGTHS_PER_PIECE) {
        root.lengths.push(add(encode_lengths(lengths)));
    }
    for terms in term_ranges(source.keywords, &expired) {
        root.postings.push((terms[0].0.clone(), add(encode_postings(&terms))));
    }
    let mut entries = Vec::with_capacity(source.documents.len());
    for (document, leaves) in source.documents.iter().zip(&leaves) {
        if document.has_expired(options.now) {
            entries.push(expired_entry(leaves.len(), &mut add));
            continue;
        }
        let fragments = fragments(document, &source.chunks[leaves.clone()]);
        let fragments = fragments
            .into_iter()
            .map(|fragment| FragmentEntry { leaves: fragment.leaves.len() as u32, name: add(fragment.encode()) });
        entries.push(DocumentEntry {
            id: document.id.clone(),
            title: document.title.clone(),
            url: document.url.clone(),
            metadata: document.metadata.clone().into_iter().collect(),
            expires_at: document.expires_at,
            fragments: fragments.collect(),
        });
    }
    for (entries, leaves) in entries.chunks(documents_per_piece).zip(leaves.chunks(documents_per_piece)) {
        root.documents.push(RootPiece { name: add(encode_documents(entries)), first_leaf: leaves[0].start as u32 });
    }
    if entries.iter().any(|entry| !entry.metadata.is_empty()) {
        for entries in entries.chunks(FILTERS_PER_PIECE) {
            let filters = entries.iter().map(|entry| FilterEntry {
                leaves: entry.leaves(),
                metadata: entry.metadata.iter().cloned().collect(),
            });
            root.filters.push(add(encode_filters(&filters.collect::<Vec<_>>())));
        }
    }
    if options.bits > 0 && source.embeddings.rows() > 0 {
        root.routes = Some(add_embeddings(source, &expired, options.bits, &mut add));
    }
    add(root.encode());
    Ok(shards)
}

/// What stands for a document that expired, so that the leaves after it keep their numbers: it has none to show.
fn expired_entry(leaves: usize, add: &mut dyn FnMut(Shard) -> u64) -> DocumentEntry {
    let nothing = Fragment { start: 0, headings: Vec::new(), leaves: Vec::new(), text: String::new() };
    let fragments = vec![FragmentEntry { leaves: leaves as u32, name: add(nothing.encode()) }];
    let (id, title) = (String::new(), String::new());
    DocumentEntry { id, title, url: None, metadata: Vec::new(), expires_at: Some(i64::MIN), fragments }
}

/// The terms of leaves that did not expire, in stretches of about as many bytes.
fn term_ranges(keywords: &KeywordIndex, expired: &[bool]) -> Vec<Vec<TermPostings>> {
    let mut ranges: Vec<Vec<TermPostings>> = Vec::new();
    let mut bytes = POSTINGS_BYTES;
    for (term, list) in keywords.terms_with_postings() {
        let list: Vec<(u32, u32)> = list.filter(|&(leaf, _)| !expired[leaf as usize]).collect();
        if list.is_empty() {
            continue;
        }
        // A posting takes two bytes as a rule. What is long by itself stands by itself, so that its neighbors stay short.
        let own = term.len() / 2 + 2 * list.len();
        if bytes + own / 2 >= POSTINGS_BYTES {
            ranges.push(Vec::new());
            bytes = 0;
        }
        bytes += own;
        ranges.last_mut().into_iter().for_each(|range| range.push((term.clone(), list.clone())));
    }
    ranges
}

fn leaves_by_document(source: &SiteSource) -> Vec<std::ops::Range<usize>> {
    let mut end = 0;
    let ranges = (0..source.documents.len()).map(|document| {
        let start = end;
        end += source.chunks[start..].iter().take_while(|chunk| chunk.document.index() == document).count();
        start..end
    });
    ranges.collect()
}

fn fragments(document: &Document, chunks: &[Chunk]) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut rest = chunks;
    while let Some(first) = rest.first() {
        let start = first.range.start;
        let enough = rest.iter().position(|chunk| (chunk.range.end - start) as usize >= FRAGMENT_BYTES);
        let (own, after) = rest.split_at(enough.map_or(rest.len(), |index| index + 1));
        rest = after;
        fragments.push(fragment(document, own, start));
    }
    fragments
}

fn fragment(document: &Document, chunks: &[Chunk], start: u32) -> Fragment {
    let end = chunks.iter().map(|chunk| chunk.range.end).max().unwrap_or(start);
    let parent = |index: u32| document.headings[index as usize].parent;
    let above = chunks.iter().flat_map(|chunk| std::iter::successors(chunk.heading, |&index| parent(index)));
    let above: BTreeSet<u32> = above.collect();
    // Marks that leaves are nearest to, each under the headings of its leaves.
    let mark = |chunk: &Chunk| {
        let mark = document.anchored_at(chunk.heading, chunk.range.start)?;
        document.headings[mark as usize].is_mark().then_some((mark, chunk.heading))
    };
    let marks: BTreeSet<(u32, Option<u32>)> = chunks.iter().filter_map(mark).collect();
    let place = |index: u32| above.range(..index).count() as u32;
    let heading = |index: u32, parent: Option<u32>| {
        let heading = &document.headings[index as usize];
        FragmentHeading { text: heading.text.clone(), anchor: heading.anchor.clone(), parent: parent.map(place) }
    };
    let headings = above.iter().map(|&index| heading(index, parent(index)));
    let headings = headings.chain(marks.iter().map(|&(index, above)| heading(index, above)));
    let leaves = chunks.iter().map(|chunk| FragmentLeaf {
        range: TextRange { start: chunk.range.start - start, end: chunk.range.end - start },
        heading: match mark(chunk) {
            Some(mark) => Some((above.len() + marks.range(..mark).count()) as u32),
            None => chunk.heading.map(place),
        },
    });
    Fragment {
        start,
        headings: headings.collect(),
        leaves: leaves.collect(),
        text: TextRange { start, end }.of(&document.text).to_owned(),
    }
}

/// Adds the embeddings by branch, and answers with the name of the routes to them.
fn add_embeddings(source: &SiteSource, expired: &[bool], bits: u8, add: &mut dyn FnMut(Shard) -> u64) -> u64 {
    let embeddings = source.embeddings;
    let dimensions = embeddings.dimensions();
    let (_, width) = code_bytes(dimensions, bits);
    let rows_per_block = (BLOCK_BYTES / (width + 2)).max(1);
    let mut routes = Routes { dimensions, bits, rows_per_block, routes: Vec::new() };
    for mut leaves in branches(source.tree, embeddings, BRANCH_ROWS) {
        leaves.retain(|&leaf| !expired[leaf]);
        if leaves.is_empty() {
            continue;
        }
        let mut mean = vec![0.0; dimensions];
        for &leaf in &leaves {
            mean.iter_mut().zip(embeddings.row(leaf)).for_each(|(sum, value)| *sum += value / leaves.len() as f32);
        }
        let center = Route::center_of(&mean);
        let mut route = Route { name: 0, rows: leaves.len(), center };
        let center = route.center(dimensions);
        let (mut rows, mut blocks) = (Vec::with_capacity(leaves.len()), Vec::new());
        for stretch in leaves.chunks(rows_per_block) {
            let mut block = Block::default();
            for &leaf in stretch {
                let rest: Vec<f32> =
                    embeddings.row(leaf).iter().zip(&center).map(|(value, center)| value - center).collect();
                let (signs, code) = (Code::of(&rest, 1), Code::of(&rest, bits));
                rows.push(BranchRow { leaf: leaf as u32, factor: signs.factor, signs: signs.signs });
                block.rows.push((code.factor, code.magnitudes));
            }
            blocks.push(block);
        }
        let seed = blocks_seed(&blocks);
        for (index, block) in blocks.iter_mut().enumerate() {
            block.name = block_name(seed, index);
            add(block.encode());
        }
        let branch = Branch { rows, blocks: seed };
        route.name = add(branch.encode());
        routes.routes.push(route);
    }
    add(routes.encode())
}
