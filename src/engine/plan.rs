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
    New(Box<NewSource>),
}

/// A source to be read.
pub struct NewSource {
    /// Without its content, if that is to be asked for.
    source: Source,
    /// Of the whole source, unless something else has come to be known of it.
    hash: Option<u64>,
    /// The edit that it came with, if its content is to be asked for.
    edit: Option<usize>,
    /// Of the document of the base state in whose place it is read, if there is one.
    pub replaced: Option<usize>,
}

impl NewSource {
    /// The source as a whole.
    ///
    /// # Errors
    /// Those of `contents`.
    pub fn whole(self, contents: &dyn Contents) -> Result<Source> {
        let Self { mut source, edit, .. } = self;
        if let Some(edit) = edit {
            source.content = contents.content(edit)?;
        }
        Ok(source)
    }
}

/// The contents of sources, handed over one at a time, so that they need not be in memory all at once.
pub trait Contents {
    /// The content of the source that the edit of this number, counted from 0, adds: the same as it had when it was planned.
    ///
    /// # Errors
    /// [`Error::Storage`] if it cannot be had any more.
    fn content(&self, edit: usize) -> Result<String>;
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
    /// For `edits`, of whose sources the contents are held on to, unless it is known that they can be asked for `again`.
    ///
    /// # Errors
    /// Those of `edits`, [`Error::UnknownDocument`] for an update of a document that is not there, [`Error::InvalidOption`] for
    /// one that cannot be, [`Error::SensitiveContent`] for one that the policy refuses.
    pub fn new(
        base: &State,
        edits: impl Iterator<Item = Result<Edit>>,
        again: bool,
        sensitive: Option<&SensitiveOptions>,
    ) -> Result<Self> {
        let kept = (0..base.documents.len()).map(|position| Some(Entry::Kept(position)));
        let places = base.documents.iter().zip(0..).map(|(document, position)| (document.id.clone(), position));
        let mut planner =
            Planner { base, sensitive, entries: kept.collect(), places: places.collect(), outcome: Outcome::default() };
        for (number, edit) in edits.enumerate() {
            match edit? {
                Edit::Upsert(source) => planner.upsert(source, again.then_some(number)),
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
    /// `edit` is the number of the edit, if the content can be asked for by it.
    fn upsert(&mut self, mut source: Source, edit: Option<usize>) {
        let hash = text::source_hash(&source);
        if edit.is_some() {
            source.content = String::new();
        }
        let new = |source, replaced| Some(Entry::New(Box::new(NewSource { source, hash: Some(hash), edit, replaced })));
        let Some(&place) = self.places.get(&source.id) else {
            self.places.insert(source.id.clone(), self.entries.len());
            self.entries.push(new(source, None));
            self.outcome.added += 1;
            return;
        };
        let unchanged = match &self.entries[place] {
            Some(Entry::Kept(position)) => self.base.documents[*position].source_hash == hash,
            Some(Entry::New(other)) => other.hash == Some(hash),
            Some(Entry::Patched(..)) | None => false,
        };
        if unchanged {
            self.outcome.unchanged += 1;
        } else {
            let replaced = match &self.entries[place] {
                Some(Entry::Kept(position) | Entry::Patched(position, _)) => Some(*position),
                Some(Entry::New(other)) => other.replaced,
                None => None,
            };
            self.entries[place] = new(source, replaced);
            self.outcome.updated += 1;
        }
    }

    fn update(&mut self, id: &str, patch: &Patch) -> Result<()> {
        let unknown = || Error::UnknownDocument { id: id.to_owned() };
        let entry = self.places.get(id).and_then(|&place| self.entries[place].as_mut()).ok_or_else(unknown)?;
        let (position, before) = match entry {
            Entry::Kept(position) => (*position, self.base.documents[*position].clone()),
            Entry::Patched(position, document) => (*position, document.clone()),
            Entry::New(new) => {
                new.source.patch(patch);
                new.hash = None;
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
