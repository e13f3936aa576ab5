//! A query as an index reads it: its terms, and what stands for those that no text holds.

use std::cell::RefCell;

use super::analysis::Analyzer;
use super::dictionary::DictionaryTerm;
use super::postings::List;
use super::{KeywordIndex, count_characters, inverse_document_frequency};
use crate::order::sort_by;

/// The most near terms that stand for one that no text holds: the likeliest to be meant, and few enough to cost nothing.
const MOST_NEAR: usize = 3;
/// What a term counts that is so many edits, less one, away from what was asked for.
const NEAR_WEIGHTS: [f32; 2] = [0.5, 0.25];
/// From so many characters on a term may be one edit away, and two. Of shorter ones too many are near each other.
const ONE_EDIT: usize = 4;
const TWO_EDITS: usize = 8;
/// The most terms that a word which is still being typed may become.
const MOST_COMPLETIONS: usize = 32;
/// What a word counts that the one still being typed may become.
const COMPLETION_WEIGHT: f32 = 0.5;

/// Whether a query is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typing {
    /// All words are as they are meant.
    #[default]
    Finished,
    /// The word that the query ends with may go on. A space or a mark after it finishes it.
    LastWordOpen,
}

/// What is looked for. Made of a text, it is finished.
#[derive(Clone, Copy, Debug)]
pub struct KeywordQuery<'a> {
    pub text: &'a str,
    pub typing: Typing,
}

impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for KeywordQuery<'a> {
    fn from(text: &'a T) -> Self {
        Self { text: text.as_ref(), typing: Typing::Finished }
    }
}

/// What of a query an index holds.
#[derive(Clone, Debug)]
pub struct QueryTerms<'a> {
    /// Those that some text holds, with what each occurrence weighs.
    pub found: Vec<QueryTerm<'a>>,
    /// The inverse document frequencies of all distinct terms, found or not, added up.
    pub total_weight: f32,
    /// How many distinct terms there are.
    pub count: usize,
}

/// A term that some text holds: one of the query's, a near one in its place, or what a word may become.
#[derive(Clone, Debug)]
pub struct QueryTerm<'a> {
    /// Inverse document frequency, times how often it is asked for, times what a near term or a completion counts.
    pub weight: f32,
    pub postings: List<'a>,
}

/// A query as an index reads it, to be held against many texts, which need not be among those indexed.
pub struct ReadQuery {
    /// Reads the texts, and remembers their words.
    pub(super) analyzer: RefCell<Analyzer>,
    /// The distinct terms, sorted: of the content words, or of the stop words where there is nothing else.
    pub(super) terms: Vec<AskedTerm>,
    /// The words' terms in the order of the words, compounds by their parts, each as its place in `terms`.
    pub(super) sequence: Vec<usize>,
    /// Whether stop words are all that is asked for.
    pub(super) stop_words: bool,
    /// What a text may say for a term, and the place of that in `terms`, sorted.
    sayings: Vec<(String, usize)>,
}

/// A term where it stands in a query.
struct Occurrence {
    text: String,
    /// The word that it is of, where that is still being typed.
    open_word: Option<String>,
    compound: bool,
}

/// A distinct term of a query.
pub(super) struct AskedTerm {
    text: String,
    /// How often it is asked for.
    count: u32,
    /// The inverse document frequency.
    pub weight: f32,
    /// Its number in the dictionary, if a text holds it.
    number: Option<usize>,
    /// The terms nearest to one that no text holds, each with what it counts.
    near: Vec<(DictionaryTerm, f32)>,
    /// What it may become, if it is still being typed.
    completions: Vec<DictionaryTerm>,
}

impl ReadQuery {
    pub(super) fn new(index: &KeywordIndex, query: KeywordQuery) -> Self {
        let (mut content, mut stop_words) = (Vec::new(), Vec::new());
        let mut analyzer = Analyzer::new(index.language);
        analyzer.for_each_term(query.text, &mut |term| {
            let open = query.typing == Typing::LastWordOpen && term.range.end as usize == query.text.len();
            let list = if term.stop_word { &mut stop_words } else { &mut content };
            list.push(Occurrence {
                text: term.text.to_owned(),
                open_word: open.then(|| term.word.to_owned()),
                compound: term.compound,
            });
        });
        let only_stop_words = content.is_empty();
        let occurrences = if only_stop_words { stop_words } else { content };
        let mut texts: Vec<&str> = occurrences.iter().map(|occurrence| occurrence.text.as_str()).collect();
        sort_by(&mut texts, |a, b| a.cmp(b));
        texts.dedup();
        let asked = texts.into_iter().map(|text| {
            let own = || occurrences.iter().filter(|occurrence| occurrence.text == text);
            let open_word = own().find_map(|occurrence| occurrence.open_word.as_deref());
            AskedTerm::new(index, text, own().count() as u32, open_word, only_stop_words)
        });
        let terms: Vec<_> = asked.collect();
        let words = occurrences.iter().filter(|occurrence| !occurrence.compound);
        let place = |text: &str| terms.binary_search_by(|term| term.text.as_str().cmp(text)).ok();
        let sequence = words.filter_map(|occurrence| place(&occurrence.text)).collect();
        let mut sayings: Vec<(String, usize)> = Vec::new();
        for (place, term) in terms.iter().enumerate() {
            sayings.extend(term.sayings().map(|text| (text.to_owned(), place)));
        }
        sort_by(&mut sayings, |a, b| a.cmp(b));
        Self { analyzer: RefCell::new(analyzer), terms, sequence, stop_words: only_stop_words, sayings }
    }

    /// How many distinct terms it has.
    pub fn count(&self) -> usize {
        self.terms.len()
    }

    /// How much of the query is said in `text`: the share of its terms, each weighed by its inverse document frequency,
    /// from 0 to 1. What stands for a term says it in full.
    pub fn coverage(&self, text: &str) -> f32 {
        let mut said = vec![false; self.terms.len()];
        self.analyzer.borrow_mut().for_each_term(text, &mut |term| {
            self.said_by(term.text).for_each(|place| said[place] = true);
        });
        let total = self.total_weight();
        let covered: f32 = self.terms.iter().zip(said).filter(|(_, said)| *said).map(|(term, _)| term.weight).sum();
        if total > 0.0 { covered / total } else { 0.0 }
    }

    /// The places in `terms` of what a text says with `term`.
    pub(super) fn said_by(&self, term: &str) -> impl Iterator<Item = usize> {
        let start = self.sayings.partition_point(|(text, _)| text.as_str() < term);
        self.sayings[start..].iter().take_while(move |(text, _)| text == term).map(|&(_, place)| place)
    }

    pub(super) fn total_weight(&self) -> f32 {
        self.terms.iter().map(|term| term.weight).sum()
    }
}

impl AskedTerm {
    fn new(index: &KeywordIndex, text: &str, count: u32, open_word: Option<&str>, stop_word: bool) -> Self {
        let number = index.postings.dictionary().find(text);
        let mut completions = open_word.map_or_else(Vec::new, |word| completions(index, word, text));
        let found = number.is_some() || !completions.is_empty();
        let near = if found || stop_word { Vec::new() } else { near(index, text) };
        if !found && near.is_empty() {
            completions.extend(open_word.and_then(|word| stem_within(index, word)));
        }
        Self {
            text: text.to_owned(),
            count,
            weight: inverse_document_frequency(index.len(), number.map_or(0, |number| index.postings.items(number))),
            number,
            near,
            completions,
        }
    }

    /// What a text may say for it.
    fn sayings(&self) -> impl Iterator<Item = &str> {
        let others = self.near.iter().map(|(term, _)| term).chain(&self.completions);
        std::iter::once(self.text.as_str()).chain(others.map(|term| term.text.as_str()))
    }

    /// Those in `index` that it is found by.
    pub fn found<'a>(&self, index: &'a KeywordIndex) -> impl Iterator<Item = QueryTerm<'a>> {
        let asked = self.count as f32;
        let weighed = |postings: List<'a>, counts: f32| QueryTerm {
            weight: inverse_document_frequency(index.len(), postings.items()) * counts,
            postings,
        };
        let held = self.number.map(|number| weighed(index.postings.list(number), asked));
        let near = self.near.iter();
        let near = near.map(move |(term, counts)| weighed(index.postings.list(term.number), asked * counts));
        // One term, of summed frequency: as many words of one beginning as a text may have, they saturate as one word does,
        // and the more texts hold any of them the less it tells.
        let completed = (!self.completions.is_empty()).then(|| {
            let lists = self.completions.iter().map(|term| index.postings.list(term.number));
            weighed(List::merged(lists), COMPLETION_WEIGHT)
        });
        held.into_iter().chain(near).chain(completed)
    }
}

/// The nearest terms to one that no text holds, at most [`MOST_NEAR`] of one distance, those in most texts first, with
/// what each counts. Numbers and names with numbers have none: another number is another thing.
fn near(index: &KeywordIndex, text: &str) -> Vec<(DictionaryTerm, f32)> {
    if !may_have_near(text) {
        return Vec::new();
    }
    let limit = if count_characters(text) < TWO_EDITS { 1 } else { 2 };
    let mut found = index.postings.dictionary().near(text, limit);
    found.retain(|(term, _)| !index.language.is_stop_word(&term.text));
    let nearest = found.iter().map(|&(_, distance)| distance).min();
    found.retain(|&(_, distance)| Some(distance) == nearest);
    sort_by(&mut found, |(a, _), (b, _)| in_most_texts(index, a, b));
    found.truncate(MOST_NEAR);
    let counts = |distance: u8| NEAR_WEIGHTS[usize::from(distance.saturating_sub(1)).min(NEAR_WEIGHTS.len() - 1)];
    found.into_iter().map(|(term, distance)| (term, counts(distance))).collect()
}

/// The term first that is in more texts, equals in order of the terms.
fn in_most_texts(index: &KeywordIndex, a: &DictionaryTerm, b: &DictionaryTerm) -> std::cmp::Ordering {
    index.postings.items(b.number).cmp(&index.postings.items(a.number)).then(a.number.cmp(&b.number))
}

/// Whether others may be near a term that no text holds.
pub(super) fn may_have_near(text: &str) -> bool {
    count_characters(text) >= ONE_EDIT && !text.chars().any(char::is_numeric)
}

/// The terms other than `term` that `word` may become, those in most texts first.
fn completions(index: &KeywordIndex, word: &str, term: &str) -> Vec<DictionaryTerm> {
    let mut found = index.postings.dictionary().starting_with(word);
    found.retain(|other| other.text != term && !index.language.is_stop_word(&other.text));
    sort_by(&mut found, |a, b| in_most_texts(index, a, b));
    found.truncate(MOST_COMPLETIONS);
    found
}

/// The longest term that `word` begins with and is half of it at least: "executabl" is on its way to "executable", which
/// texts are found by as "execut".
fn stem_within(index: &KeywordIndex, word: &str) -> Option<DictionaryTerm> {
    let most_dropped = count_characters(word) / 2;
    let beginnings = word.char_indices().rev().take(most_dropped).map(|(end, _)| &word[..end]);
    let mut terms = beginnings.filter(|beginning| !index.language.is_stop_word(beginning));
    terms.find_map(|text| {
        Some(DictionaryTerm { text: text.to_owned(), number: index.postings.dictionary().find(text)? })
    })
}
