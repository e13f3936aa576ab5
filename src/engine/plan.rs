//! Edits to the documents of the next state.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::change::{Edit, Outcome};
use super::state::State;
use crate::document::{Document, Patch, Source};
use crate::error::{Error, Result};
use crate::sensitive::SensitiveOptions;
use crate::text;

/// A document of the next state.
pub enum Entry {
    /// As in the base state, at this place.
    Kept(usize),
    /// The same with something else known about it.
    Patched(usize, Arc<Document>),
    /// To be read, in place of the document of the base state at this place, if there is one.
    New(Box<Source>, Option<usize>),
}

/// The documents of the next state, in order, and what will have been done to get there.
#[derive(Default)]
pub struct Plan {
    pub entries: Vec<Entry>,
    pub outcome: Outcome,
    /// Whether all documents and their texts are where they were.
    pub same_leaves: bool,
}

impl Plan {
    /// # Errors
    /// [`Error::UnknownDocument`] for an update of a document that is not there, [`Error::InvalidOption`] for one that
    /// cannot be, [`Error::SensitiveContent`] for one that the policy refuses.
    pub fn new(base: &State, edits: Vec<Edit>, sensitive: Option<&SensitiveOptions>) -> Result<Self> {
        let kept = (0..base.documents.len()).map(|position| Some(Entry::Kept(position)));
        let places = base.documents.iter().zip(0..).map(|(document, position)| (document.id.clone(), position));
        let mut planner =
            Planner { base, sensitive, entries: kept.collect(), places: places.collect(), outcome: Outcome::default() };
        for edit in edits {
            match edit {
                Edit::Upsert(source) => planner.upsert(source),
                Edit::Update { id, patch } => planner.update(&id, &patch)?,
                Edit::Remove(id) => planner.remove(&id),
                Edit::Clear => planner.clear(),
            }
        }
        let entries: Vec<Entry> = planner.entries.into_iter().flatten().collect();
        let stays = |(place, entry): (usize, &Entry)| match entry {
            Entry::Kept(position) | Entry::Patched(position, _) => *position == place,
            Entry::New(..) => false,
        };
        let same_leaves = entries.len() == base.documents.len() && entries.iter().enumerate().all(stays);
        Ok(Self { entries, outcome: planner.outcome, same_leaves })
    }
}

struct Planner<'a> {
    base: &'a State,
    sensitive: Option<&'a SensitiveOptions>,
    entries: Vec<Option<Entry>>,
    /// Of the documents that there are, by id.
    places: BTreeMap<String, usize>,
    outcome: Outcome,
}

impl Planner<'_> {
    fn upsert(&mut self, source: Source) {
        let Some(&place) = self.places.get(&source.id) else {
            self.places.insert(source.id.clone(), self.entries.len());
            self.entries.push(Some(Entry::New(Box::new(source), None)));
            self.outcome.added += 1;
            return;
        };
        let unchanged = match &self.entries[place] {
            Some(Entry::Kept(position)) => self.base.documents[*position].source_hash == text::source_hash(&source),
            Some(Entry::New(other, _)) => **other == source,
            Some(Entry::Patched(..)) | None => false,
        };
        if unchanged {
            self.outcome.unchanged += 1;
        } else {
            let replaced = match self.entries[place] {
                Some(Entry::Kept(position) | Entry::Patched(position, _) | Entry::New(_, Some(position))) => {
                    Some(position)
                }
                Some(Entry::New(_, None)) | None => None,
            };
            self.entries[place] = Some(Entry::New(Box::new(source), replaced));
            self.outcome.updated += 1;
        }
    }

    fn update(&mut self, id: &str, patch: &Patch) -> Result<()> {
        let unknown = || Error::UnknownDocument { id: id.to_owned() };
        let entry = self.places.get(id).and_then(|&place| self.entries[place].as_mut()).ok_or_else(unknown)?;
        let (position, before) = match entry {
            Entry::Kept(position) => (*position, self.base.documents[*position].clone()),
            Entry::Patched(position, document) => (*position, document.clone()),
            Entry::New(source, _) => {
                source.patch(patch);
                self.outcome.updated += 1;
                return Ok(());
            }
        };
        let next = text::patched(&before, patch, self.sensitive)?;
        if next == *before {
            self.outcome.unchanged += 1;
        } else {
            *entry = Entry::Patched(position, Arc::new(next));
            self.outcome.updated += 1;
        }
        Ok(())
    }

    fn remove(&mut self, id: &str) {
        // Removing what is not there is no error, so that a removal can be repeated.
        if let Some(place) = self.places.remove(id) {
            self.entries[place] = None;
            self.outcome.removed += 1;
        }
    }

    fn clear(&mut self) {
        self.outcome.removed += self.places.len();
        self.places.clear();
        self.entries.clear();
    }
}
