//! Anchors of headings that name none: slugs as GitHub makes them.

use std::collections::{BTreeMap, BTreeSet};

/// The anchors of one document.
#[derive(Default)]
pub(super) struct Anchors {
    taken: BTreeSet<String>,
    /// How many headings had the same slug so far.
    repeats: BTreeMap<String, u32>,
}

impl Anchors {
    /// Notes an anchor that the document itself gives; whether it is the first of its name.
    pub fn reserve(&mut self, anchor: &str) -> bool {
        self.taken.insert(anchor.to_owned())
    }

    /// An anchor for a heading of this text, unlike any before; `None` for one without a letter or digit.
    pub fn slug(&mut self, text: &str) -> Option<String> {
        let slug = slugify(text);
        if slug.is_empty() {
            return None;
        }
        let repeat = self.repeats.entry(slug.clone()).or_default();
        let mut anchor = slug.clone();
        while !self.taken.insert(anchor.clone()) {
            *repeat += 1;
            anchor = format!("{slug}-{repeat}");
        }
        Some(anchor)
    }
}

/// Small letters, digits, hyphens and underscores, a hyphen for each space.
fn slugify(text: &str) -> String {
    let kept = |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
    text.to_lowercase().chars().filter(kept).map(|character| if character == ' ' { '-' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        let mut anchors = Anchors::default();
        for (text, slug) in [
            ("Getting started", "getting-started"),
            ("What's new in 2.0?", "whats-new-in-20"),
            ("`open()` & close", "open--close"),
            ("Über uns", "über-uns"),
            ("snake_case-name", "snake_case-name"),
            ("白鯨", "白鯨"),
        ] {
            assert_eq!(anchors.slug(text).as_deref(), Some(slug));
        }
        assert_eq!(anchors.slug("!?"), None);
    }

    #[test]
    fn repeated_slugs_are_numbered_around_those_taken() {
        let mut anchors = Anchors::default();
        anchors.reserve("notes-1");
        let slugs = ["Notes", "Notes", "Notes", "Notes 2"].map(|text| anchors.slug(text).expect("a slug"));
        assert_eq!(slugs, ["notes", "notes-2", "notes-3", "notes-2-1"]);
    }
}
