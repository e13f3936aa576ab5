//! The postings that a question needs, as an index.

use super::reader::{Found, SiteQuery, SiteReader};
#[cfg(feature = "meaning")]
use crate::filter::Filter;
use crate::index::{KeywordIndex, KeywordQuery, WantedTerm, count_characters};
use crate::order::sort_by;

/// How many leaves keywords give at the least, where they find so many.
pub const DEPTH: usize = 300;
/// The most shards of postings that are loaded for terms that are near one which was not found, and the most for a word that is
/// still being typed: the closest by the order of terms.
const MOST_NEAR: usize = 6;
const MOST_OPEN: usize = 4;

/// An index of what `query` looks up; `None` where something is wanted.
pub fn index(reader: &SiteReader, query: &SiteQuery) -> Option<KeywordIndex> {
    let root = reader.root();
    let language = reader.language();
    let wanted = WantedTerm::of(KeywordQuery { text: query.text, typing: query.typing }, language);
    let mut lengths = Vec::with_capacity(root.leaves);
    let mut complete = true;
    for &name in &root.lengths {
        let end = root.leaves.min(lengths.len() + root.lengths_per_piece);
        match reader.lengths(name) {
            Found::Here(piece) if piece.len() == end - lengths.len() => lengths.extend_from_slice(piece),
            Found::Here(_) | Found::Skipped => {}
            Found::Missing => complete = false,
        }
        // A missing length counts as the average, so that it says nothing.
        lengths.resize(end, root.average_length as u32);
    }
    let mut shards = Vec::new();
    for term in &wanted {
        shards.extend(place(reader, &term.text));
        if let Some(word) = &term.open_word {
            shards.extend(starting_with(reader, word).take(MOST_OPEN));
        }
    }
    // Only what was not found is looked for nearby, so these must be here first.
    complete &= load(reader, &shards);
    if complete {
        for term in wanted.iter().filter(|term| !is_found(reader, term)) {
            shards.extend(nearby(reader, term));
        }
        complete = load(reader, &shards);
    }
    if !complete {
        return None;
    }
    sort_by(&mut shards, |a, b| a.cmp(b));
    shards.dedup();
    let terms = shards.into_iter().filter_map(|shard| match reader.postings(root.postings[shard].1) {
        Found::Here(terms) => Some(terms),
        _ => None,
    });
    let terms = terms.flatten().map(|(term, list)| (term.as_str(), list.as_slice()));
    Some(KeywordIndex::of_terms(language, lengths, root.average_length, terms))
}

/// Notes all that is missing, and says whether nothing is.
fn load(reader: &SiteReader, shards: &[usize]) -> bool {
    let missing = |&&shard: &&usize| matches!(reader.postings(reader.root().postings[shard].1), Found::Missing);
    shards.iter().filter(missing).count() == 0
}

/// The shard that `term` is in, if it is anywhere.
fn place(reader: &SiteReader, term: &str) -> Option<usize> {
    reader.root().postings.partition_point(|(first, _)| first.as_str() <= term).checked_sub(1)
}

/// The shards with terms that begin with `prefix`.
fn starting_with<'a>(reader: &'a SiteReader, prefix: &'a str) -> impl Iterator<Item = usize> + 'a {
    let postings = &reader.root().postings;
    let first = place(reader, prefix).unwrap_or(0);
    let after = postings.iter().skip(first + 1).take_while(move |(term, _)| term.starts_with(prefix)).count();
    first..(first + 1 + after).min(postings.len())
}

fn is_found(reader: &SiteReader, wanted: &WantedTerm) -> bool {
    let held = |shard: usize, holds: &dyn Fn(&str) -> bool| match reader.postings(reader.root().postings[shard].1) {
        Found::Here(terms) => terms.iter().any(|(term, _)| holds(term)),
        _ => false,
    };
    let open = wanted.open_word.as_deref();
    place(reader, &wanted.text).is_some_and(|shard| held(shard, &|term| term == wanted.text))
        || open.is_some_and(|word| {
            starting_with(reader, word).take(MOST_OPEN).any(|shard| held(shard, &|term| term.starts_with(word)))
        })
}

/// The shards with terms near to one, and with what a word that is still being typed begins with.
fn nearby(reader: &SiteReader, wanted: &WantedTerm) -> Vec<usize> {
    let own = place(reader, &wanted.text).unwrap_or(0);
    let mut shards: Vec<usize> = Vec::new();
    if wanted.near {
        let first = wanted.text.chars().next().map(String::from).unwrap_or_default();
        shards.extend(starting_with(reader, &first));
        // A slip near the end of a word leaves it where it was.
        sort_by(&mut shards, |a, b| a.abs_diff(own).cmp(&b.abs_diff(own)).then(a.cmp(b)));
        shards.truncate(MOST_NEAR);
    }
    if let Some(word) = &wanted.open_word {
        let beginnings = word.char_indices().rev().map(|(end, _)| &word[..end]);
        shards.extend(beginnings.take(count_characters(word) / 2).filter_map(|beginning| place(reader, beginning)));
    }
    shards
}

/// By leaf, whether `filter` admits it; empty where it admits all. `None` where something is wanted.
#[cfg(feature = "meaning")]
pub fn allowed(reader: &SiteReader, filter: Option<&Filter>) -> Option<Vec<bool>> {
    let Some(filter) = filter else { return Some(Vec::new()) };
    let root = reader.root();
    let mut allowed = Vec::with_capacity(root.leaves);
    let mut complete = true;
    for &name in &root.filters {
        match reader.filters(name) {
            Found::Here(entries) => {
                for entry in entries {
                    let leaves = (entry.leaves as usize).min(root.leaves - allowed.len());
                    allowed.resize(allowed.len() + leaves, filter.matches(&entry.metadata));
                }
            }
            // What is not known is not shown. The leaves after it could not be told apart any more.
            Found::Skipped => return Some(vec![false; root.leaves]),
            Found::Missing => complete = false,
        }
    }
    allowed.resize(root.leaves, filter.matches(&Default::default()));
    complete.then_some(allowed)
}
