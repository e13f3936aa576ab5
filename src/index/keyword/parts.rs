//! An index in parts: what of it a file holds, and an index of the terms that a question needs.

use super::analysis::Analyzer;
use super::postings::{List, Postings};
use super::query::may_have_near;
use super::{KeywordIndex, KeywordQuery, Language, Typing};

/// A term that a query looks up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedTerm {
    pub text: String,
    /// The word that the term is of, if that is still being typed: terms that begin with it are looked up as well, and where
    /// there are none, terms that it begins with.
    pub open_word: Option<String>,
    /// Whether terms that are near are looked up if this one is not found. They begin with the same character.
    pub near: bool,
}

impl WantedTerm {
    /// The terms that `query` looks up in an index of texts in `language`, stop words among them only if there are no others.
    pub fn of<'q>(query: impl Into<KeywordQuery<'q>>, language: Language) -> Vec<Self> {
        let query = query.into();
        let (mut content, mut stop_words) = (Vec::new(), Vec::new());
        Analyzer::new(language).for_each_term(query.text, &mut |term| {
            let open = query.typing == Typing::LastWordOpen && term.range.end as usize == query.text.len();
            let list = if term.stop_word { &mut stop_words } else { &mut content };
            list.push(Self {
                text: term.text.to_owned(),
                open_word: open.then(|| term.word.to_owned()),
                near: !term.stop_word && may_have_near(term.text),
            });
        });
        if content.is_empty() { stop_words } else { content }
    }
}

impl KeywordIndex {
    /// An index of some of its terms alone: with all that `query` looks up ([`WantedTerm::of`]), it answers as the whole does.
    /// `lengths` and `average_length` are the whole's; of an item that is in none of the lists, the length does not matter.
    ///
    /// Each term is given with the items that hold it, ascending and below the number of `lengths`, and its frequency in each;
    /// one that is given again has one of the lists.
    pub fn of_terms<'a>(
        language: Language,
        lengths: Vec<u32>,
        average_length: f32,
        terms: impl IntoIterator<Item = (&'a str, &'a [(u32, u32)])>,
    ) -> Self {
        let terms = terms.into_iter().map(|(term, list)| (term.into(), list.to_vec())).collect();
        Self { language, lengths, average_length: average_length.max(1.0), postings: Postings::new(terms) }
    }

    /// All terms in order, each with its postings.
    pub fn terms_with_postings(&self) -> impl Iterator<Item = (String, List<'_>)> {
        let terms = self.postings.dictionary().starting_with("");
        terms.into_iter().map(|term| {
            let list = self.postings.list(term.number);
            (term.text, list)
        })
    }

    /// How many terms each text has; see [`length`](Self::length).
    pub fn lengths(&self) -> &[u32] {
        &self.lengths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_of_what_a_query_looks_up_answers_as_the_whole_does() {
        let texts =
            ["a white whale", "the ship and the whale", "harpooners hunt", "to be or not", "whales, whaling, whaler"];
        let whole = KeywordIndex::build(texts, Language::English);
        let lists: Vec<(String, Vec<(u32, u32)>)> =
            whole.terms_with_postings().map(|(term, list)| (term, list.collect())).collect();
        for (text, typing) in [
            ("white whales", Typing::Finished),
            ("to be", Typing::Finished),
            ("harponers", Typing::Finished),
            ("ship wha", Typing::LastWordOpen),
            ("nothing", Typing::Finished),
        ] {
            let query = KeywordQuery { text, typing };
            let wanted = WantedTerm::of(query, Language::English);
            let needed = |term: &str| {
                wanted.iter().any(|wanted| {
                    wanted.text == term
                        || wanted.open_word.as_ref().is_some_and(|word| term.starts_with(word))
                        || (wanted.near && term.chars().next() == wanted.text.chars().next())
                })
            };
            let some =
                lists.iter().filter(|(term, _)| needed(term)).map(|(term, list)| (term.as_str(), list.as_slice()));
            let lengths = whole.lengths().to_vec();
            let part = KeywordIndex::of_terms(Language::English, lengths, whole.average_length(), some);
            assert_eq!(part.scores(query), whole.scores(query), "{text}");
        }
    }
}
