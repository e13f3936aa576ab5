//! The best leaves as a reader of a site sees them: pages, with the sections that match.

use super::reader::{Found, SiteQuery, SiteReader};
use super::snippet::{Snippet, snippet};
use crate::document::TextRange;
use crate::index::{ReadQuery, Scored};
use crate::metadata::Value;
use crate::store::shards::{DocumentEntry, Fragment};

/// The most sections that are shown of a page.
const MOST_SECTIONS: usize = 3;
/// Leaves that are looked at for further sections, for each page that is wanted.
const LEAVES_PER_PAGE: usize = 1;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteResults {
    /// Best first.
    pub pages: Vec<PageHit>,
    /// The weight on vectors that was used.
    pub alpha: f32,
    /// How many leaves were found by vector.
    pub by_vector: usize,
    /// How many shards could not be had so far. What they hold may be missing here.
    pub skipped: usize,
}

/// A page found.
#[derive(Clone, Debug, PartialEq)]
pub struct PageHit {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    pub metadata: Vec<(String, Value)>,
    /// Of its best section: comparable within one answer only.
    pub score: f32,
    /// Best first, at least one.
    pub sections: Vec<SectionHit>,
}

/// A section of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionHit {
    /// Outermost first.
    pub heading_path: Vec<String>,
    pub anchor: Option<String>,
    pub snippet: Snippet,
    pub score: f32,
    /// The leaf's range of the page's text.
    pub range: TextRange,
}

/// Where a leaf stands.
struct Place<'a> {
    document: &'a DocumentEntry,
    /// The number of the document's first leaf.
    first_leaf: u32,
    fragment: u64,
    /// The leaf's place in its fragment.
    leaf: usize,
}

/// The best pages of a ranking of leaves; `None` where something is wanted.
pub fn pages(reader: &SiteReader, ranking: &[Scored], reading: &ReadQuery, query: &SiteQuery) -> Option<Vec<PageHit>> {
    let k = query.k;
    let mut pages: Vec<(u32, PageHit)> = Vec::new();
    let mut complete = true;
    for (rank, scored) in ranking.iter().enumerate() {
        if pages.len() == k && rank >= LEAVES_PER_PAGE * k {
            break;
        }
        let place = match place(reader, scored.item) {
            Found::Here(place) if !place.document.has_expired(query.now) => place,
            Found::Here(_) | Found::Skipped => continue,
            Found::Missing => {
                // How many pages there are is not known before.
                complete = false;
                if rank >= LEAVES_PER_PAGE * k {
                    break;
                }
                continue;
            }
        };
        let known = pages.iter().position(|(first_leaf, _)| *first_leaf == place.first_leaf);
        let may_show = known.map_or(pages.len() < k, |at| pages[at].1.sections.len() < MOST_SECTIONS);
        if !may_show || (known.is_some() && rank >= LEAVES_PER_PAGE * k) {
            continue;
        }
        let section = match reader.fragment(place.fragment) {
            Found::Here(fragment) => section(fragment, place.leaf, scored.score, reading),
            Found::Skipped => None,
            Found::Missing => {
                complete = false;
                None
            }
        };
        let at = known.unwrap_or_else(|| {
            let DocumentEntry { id, title, url, metadata, .. } = place.document.clone();
            pages.push((
                place.first_leaf,
                PageHit { id, title, url, metadata, score: scored.score, sections: Vec::new() },
            ));
            pages.len() - 1
        });
        if let Some(section) = section {
            let sections = &mut pages[at].1.sections;
            if sections.iter().all(|other| other.heading_path != section.heading_path) {
                sections.push(section);
            }
        }
    }
    complete.then(|| pages.into_iter().map(|(_, page)| page).collect())
}

/// The text of a leaf, empty if it cannot be had; `None` where something is wanted.
#[cfg(feature = "meaning")]
pub fn text_of(reader: &SiteReader, leaf: u32) -> Option<String> {
    let place = match place(reader, leaf) {
        Found::Here(place) => place,
        Found::Skipped => return Some(String::new()),
        Found::Missing => return None,
    };
    match reader.fragment(place.fragment) {
        Found::Here(fragment) => {
            let leaf = fragment.leaves.get(place.leaf);
            Some(leaf.map(|leaf| leaf.range.of(&fragment.text).to_owned()).unwrap_or_default())
        }
        Found::Skipped => Some(String::new()),
        Found::Missing => None,
    }
}

fn place(reader: &SiteReader, leaf: u32) -> Found<Place<'_>> {
    let pieces = &reader.root().documents;
    let Some(piece) = pieces.partition_point(|piece| piece.first_leaf <= leaf).checked_sub(1) else {
        return Found::Skipped;
    };
    let documents = match reader.documents(pieces[piece].name) {
        Found::Here(documents) => documents,
        Found::Skipped => return Found::Skipped,
        Found::Missing => return Found::Missing,
    };
    let mut first_leaf = pieces[piece].first_leaf;
    for document in documents {
        let mut first = first_leaf;
        for fragment in &document.fragments {
            let end = first.saturating_add(fragment.leaves);
            if leaf < end {
                return Found::Here(Place {
                    document,
                    first_leaf,
                    fragment: fragment.name,
                    leaf: (leaf - first) as usize,
                });
            }
            first = end;
        }
        first_leaf = first;
    }
    Found::Skipped
}

fn section(fragment: &Fragment, leaf: usize, score: f32, reading: &ReadQuery) -> Option<SectionHit> {
    let leaf = fragment.leaves.get(leaf)?;
    Some(SectionHit {
        heading_path: fragment.heading_path(leaf.heading).into_iter().map(str::to_owned).collect(),
        anchor: fragment.anchor(leaf.heading).map(str::to_owned),
        snippet: snippet(leaf.range.of(&fragment.text), reading),
        score,
        range: TextRange {
            start: leaf.range.start.saturating_add(fragment.start),
            end: leaf.range.end.saturating_add(fragment.start),
        },
    })
}
