//! What a page has of a site: the root, and the shards that were loaded so far.

use std::cell::RefCell;

#[cfg(feature = "meaning")]
use super::meaning;
use super::results::SiteResults;
use super::{keywords, results};
use crate::error::{Error, Result};
use crate::filter::Filter;
#[cfg(feature = "meaning")]
use crate::index::fuse;
use crate::index::{KeywordQuery, Language, ReadQuery, Scored, Typing};
#[cfg(feature = "meaning")]
use crate::order::sort_by;
#[cfg(feature = "meaning")]
use crate::retrieve::{PHRASES, READ, WEIGHED, weight_of};
#[cfg(feature = "meaning")]
use crate::store::shards::{Block, Branch, FilterEntry, Routes, decode_filters};
use crate::store::shards::{
    CheckedShard, DocumentEntry, Fragment, Root, ShardKind, TermPostings, check_shard, decode_documents,
    decode_lengths, decode_postings,
};

/// What is asked of a site.
#[derive(Clone, Copy)]
pub struct SiteQuery<'a> {
    pub text: &'a str,
    pub typing: Typing,
    /// The question's embedding; without one, keywords decide alone.
    pub vector: Option<&'a [f32]>,
    /// How much vectors count beside keywords, 0 to 1; none: as the question and what is found suggest.
    pub alpha: Option<f32>,
    /// How many pages at the most.
    pub k: usize,
    pub filter: Option<&'a Filter>,
    /// Milliseconds since 1970: documents that expired by then are left out.
    pub now: i64,
}

/// What a site answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The names of shards to hand in ([`SiteReader::give`]) before the same is asked again.
    Wanted(Vec<u64>),
    Found(SiteResults),
}

/// A site as far as it is loaded.
pub struct SiteReader {
    root: Root,
    language: Language,
    /// By name, ascending: a list of few takes less code than a table.
    parts: Vec<(u64, Part)>,
    /// Shards that could not be had: what they hold is as if it were not there.
    skipped: Vec<u64>,
    bytes: usize,
    /// Shards that were looked for and are not there.
    wanted: RefCell<Vec<u64>>,
}

/// A shard that was read.
enum Part {
    Postings(Vec<TermPostings>),
    Lengths(Vec<u32>),
    Documents(Vec<DocumentEntry>),
    Fragment(Fragment),
    #[cfg(feature = "meaning")]
    Filters(Vec<FilterEntry>),
    #[cfg(feature = "meaning")]
    Routes(Routes),
    #[cfg(feature = "meaning")]
    Branch(Branch),
    /// Read when it is used, since how depends on the routes.
    #[cfg(feature = "meaning")]
    Unread(Vec<u8>),
}

/// Over so many bytes of shards, all but the routes are let go before the next is taken in.
const MOST_BYTES: usize = 24 << 20;

/// A shard that is looked for.
pub(super) enum Found<T> {
    Here(T),
    /// It could not be had.
    Skipped,
    /// It was noted that it is wanted.
    Missing,
}

impl SiteReader {
    /// Reads the root.
    ///
    /// # Errors
    /// Those of [`check_shard`]; [`Error::IndexDamaged`] for one that is no root, [`Error::InvalidOption`] for a language that
    /// this build cannot read.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let root = Root::decode(&check_shard(bytes)?)?;
        let language = Language::from_name(&root.language);
        let language =
            language.ok_or_else(|| Error::InvalidOption { name: "language", reason: root.language.clone() })?;
        let (parts, skipped, wanted) = (Vec::new(), Vec::new(), RefCell::new(Vec::new()));
        Ok(Self { root, language, parts, skipped, bytes: 0, wanted })
    }

    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Takes in the shard that was asked for by `name`.
    ///
    /// # Errors
    /// Those of [`check_shard`]; [`Error::IndexDamaged`] for another shard than that, or one that cannot be read.
    pub fn give(&mut self, name: u64, bytes: &[u8]) -> Result<()> {
        let shard = check_shard(bytes)?;
        #[cfg(feature = "meaning")]
        let is = if shard.kind == ShardKind::Block { Block::name_of(&shard)? } else { shard.name };
        #[cfg(not(feature = "meaning"))]
        let is = shard.name;
        if is != name {
            return Err(Error::IndexDamaged { reason: "a shard holds what another should" });
        }
        // How a branch is read depends on the routes: without them it is asked for again once they are here.
        #[cfg(feature = "meaning")]
        if shard.kind == ShardKind::Branch && self.routes().is_none() {
            return Ok(());
        }
        let part = self.read(&shard)?;
        if self.bytes > MOST_BYTES {
            // Without the routes, what comes next could not be read.
            #[cfg(feature = "meaning")]
            self.parts.retain(|(_, part)| matches!(part, Part::Routes(_)));
            #[cfg(not(feature = "meaning"))]
            self.parts.clear();
            self.bytes = 0;
        }
        self.bytes += bytes.len();
        match self.place(name) {
            Ok(place) => self.parts[place].1 = part,
            Err(place) => self.parts.insert(place, (name, part)),
        }
        Ok(())
    }

    fn read(&self, shard: &CheckedShard) -> Result<Part> {
        Ok(match shard.kind {
            ShardKind::Postings => Part::Postings(decode_postings(shard, self.root.leaves)?),
            ShardKind::Lengths => Part::Lengths(decode_lengths(shard)?),
            ShardKind::Documents => Part::Documents(decode_documents(shard)?),
            #[cfg(feature = "meaning")]
            ShardKind::Filters => Part::Filters(decode_filters(shard)?),
            ShardKind::Fragment => Part::Fragment(Fragment::decode(shard)?),
            #[cfg(feature = "meaning")]
            ShardKind::Routes => Part::Routes(Routes::decode(shard)?),
            #[cfg(feature = "meaning")]
            ShardKind::Branch => {
                let routes = self.routes().ok_or(Error::IndexDamaged { reason: "a branch comes before the routes" })?;
                Part::Branch(Branch::decode(shard, self.root.leaves, routes)?)
            }
            #[cfg(feature = "meaning")]
            ShardKind::Block => match self.routes() {
                Some(routes) => Block::decode(shard, routes).map(|_| Part::Unread(shard.bytes.to_vec()))?,
                None => Part::Unread(shard.bytes.to_vec()),
            },
            _ => return Err(Error::IndexDamaged { reason: "a shard is of no kind that was asked for" }),
        })
    }

    /// Goes on without a shard that cannot be had, whatever that holds.
    pub fn skip(&mut self, name: u64) {
        if !self.skipped.contains(&name) {
            self.skipped.push(name);
        }
    }

    /// How many shards could not be had.
    pub fn skipped(&self) -> usize {
        self.skipped.len()
    }

    /// As if it were about to let go of its shards.
    #[cfg(test)]
    pub(super) fn fill(&mut self) {
        self.bytes = MOST_BYTES + 1;
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    fn place(&self, name: u64) -> std::result::Result<usize, usize> {
        self.parts.binary_search_by(|(other, _)| other.cmp(&name))
    }

    fn part(&self, name: u64) -> Option<&Part> {
        self.place(name).ok().map(|place| &self.parts[place].1)
    }

    fn find(&self, name: u64) -> Found<&Part> {
        match self.part(name) {
            Some(part) => Found::Here(part),
            None if self.skipped.contains(&name) => Found::Skipped,
            None => {
                let mut wanted = self.wanted.borrow_mut();
                if !wanted.contains(&name) {
                    wanted.push(name);
                }
                Found::Missing
            }
        }
    }

    #[cfg(feature = "meaning")]
    fn routes(&self) -> Option<&Routes> {
        match self.part(self.root.routes?) {
            Some(Part::Routes(routes)) => Some(routes),
            _ => None,
        }
    }

    #[cfg(feature = "meaning")]
    pub(super) fn block(&self, name: u64, routes: &Routes) -> Found<Block> {
        match self.find(name) {
            Found::Here(Part::Unread(bytes)) => {
                match check_shard(bytes).and_then(|shard| Block::decode(&shard, routes)) {
                    Ok(block) => Found::Here(block),
                    Err(_) => Found::Skipped,
                }
            }
            Found::Here(_) | Found::Skipped => Found::Skipped,
            Found::Missing => Found::Missing,
        }
    }

    /// Answers, or says what it wants first. Asked again with all of that, it comes closer to an answer each time.
    ///
    /// # Errors
    /// [`Error::EmbeddingShape`] for a vector of another width than the index has.
    pub fn ask(&self, query: &SiteQuery) -> Result<Reply> {
        match query.vector {
            Some(vector) if vector.len() != self.root.dimensions => {
                return Err(Error::EmbeddingShape { expected: self.root.dimensions, got: vector.len() });
            }
            _ => {}
        }
        self.wanted.borrow_mut().clear();
        let found = self.answer(query);
        let wanted = std::mem::take(&mut *self.wanted.borrow_mut());
        Ok(match found {
            Some(found) => Reply::Found(found),
            None => Reply::Wanted(wanted),
        })
    }

    /// `None` where something is wanted. Whatever can be known to be wanted is noted at once, to save journeys.
    #[cfg(feature = "meaning")]
    fn answer(&self, query: &SiteQuery) -> Option<SiteResults> {
        let allowed = keywords::allowed(self, query.filter);
        let index = keywords::index(self, query);
        let nearest = match query.vector {
            Some(vector) => meaning::nearest(self, vector, allowed.as_deref()).map(Some),
            None => Some(None),
        };
        let (allowed, index, nearest) = (allowed?, index?, nearest?);
        let allow = |leaf: u32| allowed.get(leaf as usize).copied().unwrap_or(true);
        let mut by_keyword = index.search(query.keywords(), keywords::DEPTH.max(4 * query.k), &allow);
        let reading = index.read(query.keywords());
        let Some(by_vector) = nearest else { return self.found(query, &by_keyword, &reading, 0.0, 0) };
        let share = self.share(&by_keyword, &reading);
        self.lift(&mut by_keyword, &reading)?;
        let alpha = match query.alpha {
            Some(alpha) => alpha,
            None => weight_of(query.text, &reading, share?),
        };
        let fused = fuse(&by_vector, &by_keyword, alpha);
        let ranking: Vec<_> = fused.iter().map(|fused| Scored { item: fused.item, score: fused.score }).collect();
        self.found(query, &ranking, &reading, alpha, by_vector.len())
    }

    /// By keywords alone.
    #[cfg(not(feature = "meaning"))]
    fn answer(&self, query: &SiteQuery) -> Option<SiteResults> {
        let index = keywords::index(self, query)?;
        let by_keyword = index.search(query.keywords(), keywords::DEPTH.max(4 * query.k), &|_| true);
        self.found(query, &by_keyword, &index.read(query.keywords()), 0.0, 0)
    }

    fn found(
        &self,
        query: &SiteQuery,
        ranking: &[Scored],
        reading: &ReadQuery,
        alpha: f32,
        by_vector: usize,
    ) -> Option<SiteResults> {
        let pages = results::pages(self, ranking, reading, query)?;
        Some(SiteResults { pages, alpha, by_vector, skipped: self.skipped.len() })
    }

    /// How much of the question the best of the leaves say, at the most.
    #[cfg(feature = "meaning")]
    fn share(&self, leaves: &[Scored], reading: &ReadQuery) -> Option<f32> {
        let (mut most, mut complete) = (0.0f32, true);
        for leaf in leaves.iter().take(WEIGHED) {
            match results::text_of(self, leaf.item) {
                Some(text) => most = most.max(reading.coverage(&text)),
                None => complete = false,
            }
        }
        complete.then_some(most)
    }

    /// Lifts those of the best by keyword that keep the question's words together, as a whole collection does.
    #[cfg(feature = "meaning")]
    fn lift(&self, leaves: &mut [Scored], reading: &ReadQuery) -> Option<()> {
        let best = leaves.len().min(READ);
        let mut complete = true;
        for leaf in &mut leaves[..best] {
            match results::text_of(self, leaf.item) {
                Some(text) => leaf.score *= 1.0 + PHRASES * reading.phrases(&text),
                None => complete = false,
            }
        }
        // Only these changed, and each upward, so that they stay before the others.
        sort_by(&mut leaves[..best], |a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
        complete.then_some(())
    }
}

impl<'a> SiteQuery<'a> {
    fn keywords(&self) -> KeywordQuery<'a> {
        KeywordQuery { text: self.text, typing: self.typing }
    }
}

/// Access to shards of each kind.
macro_rules! part {
    ($name:ident, $variant:ident, $type:ty) => {
        impl SiteReader {
            pub(super) fn $name(&self, name: u64) -> Found<&$type> {
                match self.find(name) {
                    Found::Here(Part::$variant(part)) => Found::Here(part),
                    Found::Here(_) | Found::Skipped => Found::Skipped,
                    Found::Missing => Found::Missing,
                }
            }
        }
    };
}

part!(postings, Postings, Vec<TermPostings>);
part!(lengths, Lengths, Vec<u32>);
part!(documents, Documents, Vec<DocumentEntry>);
#[cfg(feature = "meaning")]
part!(filters, Filters, Vec<FilterEntry>);
part!(fragment, Fragment, Fragment);
#[cfg(feature = "meaning")]
part!(routes_by_name, Routes, Routes);
#[cfg(feature = "meaning")]
part!(branch, Branch, Branch);
