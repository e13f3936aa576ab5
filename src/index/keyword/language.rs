//! Languages whose words can be brought to their stems.

use rust_stemmers::Algorithm;
use serde::{Deserialize, Serialize};

/// The language of the texts, which decides how words are stemmed. Names and ISO 639-1 codes are both read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Words as they are: no stemming, no stop words. For languages that are not listed, and for mixed collections.
    None,
    #[serde(alias = "ar")]
    Arabic,
    #[serde(alias = "da")]
    Danish,
    #[serde(alias = "nl")]
    Dutch,
    #[default]
    #[serde(alias = "en")]
    English,
    #[serde(alias = "fi")]
    Finnish,
    #[serde(alias = "fr")]
    French,
    #[serde(alias = "de")]
    German,
    #[serde(alias = "el")]
    Greek,
    #[serde(alias = "hu")]
    Hungarian,
    #[serde(alias = "it")]
    Italian,
    #[serde(alias = "no", alias = "nb", alias = "nn")]
    Norwegian,
    #[serde(alias = "pt")]
    Portuguese,
    #[serde(alias = "ro")]
    Romanian,
    #[serde(alias = "ru")]
    Russian,
    #[serde(alias = "es")]
    Spanish,
    #[serde(alias = "sv")]
    Swedish,
    #[serde(alias = "ta")]
    Tamil,
    #[serde(alias = "tr")]
    Turkish,
}

impl Language {
    /// The Snowball algorithm of the language.
    #[cfg(not(feature = "languages"))]
    pub(super) fn algorithm(self) -> Option<Algorithm> {
        (self == Self::English).then_some(Algorithm::English)
    }

    /// The Snowball algorithm of the language.
    #[cfg(feature = "languages")]
    pub(super) fn algorithm(self) -> Option<Algorithm> {
        Some(match self {
            Self::None => return None,
            Self::Arabic => Algorithm::Arabic,
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::English => Algorithm::English,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Greek => Algorithm::Greek,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Swedish => Algorithm::Swedish,
            Self::Tamil => Algorithm::Tamil,
            Self::Turkish => Algorithm::Turkish,
        })
    }

    /// All languages whose words this build can bring to their stems, and none.
    const KNOWN: &[(Self, &str)] = &[
        (Self::None, "none"),
        (Self::English, "english"),
        #[cfg(feature = "languages")]
        (Self::Arabic, "arabic"),
        #[cfg(feature = "languages")]
        (Self::Danish, "danish"),
        #[cfg(feature = "languages")]
        (Self::Dutch, "dutch"),
        #[cfg(feature = "languages")]
        (Self::Finnish, "finnish"),
        #[cfg(feature = "languages")]
        (Self::French, "french"),
        #[cfg(feature = "languages")]
        (Self::German, "german"),
        #[cfg(feature = "languages")]
        (Self::Greek, "greek"),
        #[cfg(feature = "languages")]
        (Self::Hungarian, "hungarian"),
        #[cfg(feature = "languages")]
        (Self::Italian, "italian"),
        #[cfg(feature = "languages")]
        (Self::Norwegian, "norwegian"),
        #[cfg(feature = "languages")]
        (Self::Portuguese, "portuguese"),
        #[cfg(feature = "languages")]
        (Self::Romanian, "romanian"),
        #[cfg(feature = "languages")]
        (Self::Russian, "russian"),
        #[cfg(feature = "languages")]
        (Self::Spanish, "spanish"),
        #[cfg(feature = "languages")]
        (Self::Swedish, "swedish"),
        #[cfg(feature = "languages")]
        (Self::Tamil, "tamil"),
        #[cfg(feature = "languages")]
        (Self::Turkish, "turkish"),
    ];

    /// The language's name, by which [`from_name`](Self::from_name) finds it.
    pub fn name(self) -> &'static str {
        Self::KNOWN.iter().find(|(language, _)| *language == self).map_or("none", |(_, name)| name)
    }

    /// The language of that name, if this build can read it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(language, _)| *language)
    }

    /// Whether an apostrophe stands between two words, as in French "l'homme" and Italian "dell'arte".
    pub(super) fn elides(self) -> bool {
        matches!(self, Self::French | Self::Italian)
    }

    /// Whether a word, in lowercase, is too common to tell texts apart.
    pub fn is_stop_word(self, word: &str) -> bool {
        self.stop_words().binary_search(&word).is_ok()
    }

    /// All such words, sorted.
    pub(super) fn stop_words(self) -> &'static [&'static str] {
        if self == Self::English { ENGLISH_STOP_WORDS } else { &[] }
    }
}

/// Articles, pronouns, prepositions, conjunctions, auxiliaries and the words that questions begin with. Contractions
/// are looked up as written, with a straight apostrophe.
#[rustfmt::skip]
const ENGLISH_STOP_WORDS: &[&str] = &[
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "aren't", "as", "at",
    "be", "because", "been", "before", "being", "between", "both", "but", "by",
    "can", "can't", "cannot", "could", "couldn't",
    "did", "didn't", "do", "does", "doesn't", "doing", "don't", "during",
    "each", "either", "few", "for", "from", "further",
    "had", "hadn't", "has", "hasn't", "have", "haven't", "having", "he", "her", "here", "hers", "herself", "him",
    "himself", "his", "how", "however",
    "i", "i'd", "i'll", "i'm", "i've", "if", "in", "into", "is", "isn't", "it", "it's", "its", "itself",
    "just", "let's", "may", "me", "might", "more", "most", "must", "my", "myself",
    "no", "nor", "not", "of", "off", "on", "once", "only", "onto", "or", "other", "our", "ours", "ourselves", "out",
    "over", "own",
    "same", "shall", "she", "should", "shouldn't", "so", "some", "such",
    "than", "that", "that's", "the", "their", "theirs", "them", "themselves", "then", "there", "there's", "these",
    "they", "they're", "this", "those", "through", "to", "too",
    "under", "until", "up", "upon", "us", "very",
    "was", "wasn't", "we", "we're", "were", "weren't", "what", "what's", "when", "where", "which", "while", "who",
    "whom", "whose", "why", "will", "with", "won't", "would", "wouldn't",
    "you", "you're", "your", "yours", "yourself", "yourselves",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_for_the_search() {
        assert!(ENGLISH_STOP_WORDS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_language_is_read_by_name_and_by_code() {
        for (json, language) in
            [("\"german\"", Language::German), ("\"de\"", Language::German), ("\"none\"", Language::None)]
        {
            assert_eq!(serde_json::from_str::<Language>(json).unwrap(), language);
        }
        assert!(serde_json::from_str::<Language>("\"klingon\"").is_err());
    }
}
