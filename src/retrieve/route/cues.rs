//! What the words of an English question say of its kind.

use crate::retrieve::weigh::is_question;
use crate::sentences::words;

/// Phrases that set two things beside each other, where both can be told ([`super::compare`]).
const COMPARISON: &[&str] = &[
    "versus",
    "vs",
    "compare",
    "compares",
    "compared",
    "comparing",
    "comparison",
    "contrast",
    "contrasts",
    "contrasted",
    "difference between",
    "differences between",
    "differ",
    "differs",
    "differed",
    "different from",
    "distinguish",
    "distinguishes",
    "similarities between",
    "similarity between",
    "in common",
    "alike",
    "as opposed to",
    "unlike",
    "rather than",
    "instead of",
    "than",
];
/// A comparative in a question of which two are named, as in "Which is heavier, the one or the other?".
const CHOICE: &[&str] = &["or"];

/// Phrases that ask for what rows and columns tell.
const TABLE: &[&str] = &[
    "in the table",
    "of the table",
    "in the data",
    "which row",
    "what row",
    "which rows",
    "column",
    "average",
    "mean",
    "median",
    "total",
    "in total",
    "sum of",
    "add up to",
    "altogether",
    "highest",
    "lowest",
    "maximum",
    "minimum",
    "how many",
    "how much",
    "number of",
    "what number",
    "what percentage",
    "percentage of",
    "fewest",
    "smallest",
    "largest",
    "greatest",
    "fewer than",
    "less than",
    "more than",
    "longest",
    "shortest",
    "oldest",
    "youngest",
    "tallest",
    "biggest",
    "heaviest",
    "how high",
    "how low",
    "on average",
    "per month",
    "per year",
    "ranked",
    "rank of",
    "count of",
    "what value",
];

/// Phrases that ask for many places at once, whatever else is asked.
const OVERVIEW: &[&str] = &[
    "summarize",
    "summarise",
    "summary",
    "overview",
    "outline",
    "gist",
    "theme",
    "themes",
    "main idea",
    "main ideas",
    "main points",
    "key points",
    "main topics",
    "topics",
    "main characters",
    "throughout",
    "overall",
    "in general",
    "over the course",
    "over the years",
    "across the",
    "what kinds",
    "what kind of things",
    "what types",
    "what sorts",
    "what are the main",
    "what are the different",
    "what are the various",
    "what are some",
    "various ways",
    "different ways",
    "in what ways",
    "which ways",
    "what role",
    "what roles",
    "recurring",
    "change over",
    "changes over",
    "changed over",
    "takeaways",
    "tell me",
    "walk me through",
    "big picture",
    "broadly",
    "as a whole",
    "attitude toward",
    "attitude towards",
    "attitudes",
    "the history of",
    "trace the",
    "symbolize",
    "symbolizes",
    "symbolism",
];

/// Phrases that do so in a question that does not begin as one after a fact.
const PERHAPS_OVERVIEW: &[&str] = &[
    "about",
    "generally",
    "portrayed",
    "portray",
    "depicted",
    "depict",
    "characterized",
    "presented",
    "represented",
    "develop",
    "develops",
    "evolve",
    "evolves",
    "lessons",
    "priorities",
    "proposals",
    "discuss",
    "describe",
    "explain how",
    "views on",
    "view of",
    "treat",
    "treats",
    "treated",
    "challenges",
    "achievements",
    "accomplishments",
    "agenda",
    "significance",
    "importance of",
    "life like",
    "the story of",
    "all the",
    "list the",
    "everything",
    "philosophy",
];

/// Phrases that ask for one thing, wherever they stand.
const FACT: &[&str] = &[
    "what year",
    "which year",
    "what day",
    "what date",
    "what time",
    "what name",
    "the name of",
    "what color",
    "what colour",
    "what is the name",
    "which city",
    "which country",
    "which state",
    "which president",
    "which chapter",
    "which ship",
    "what happened when",
    "what object",
    "how old",
    "how far",
    "how long",
    "how tall",
    "how big",
    "how deep",
    "how fast",
    "how often",
    "how many",
    "how much",
    "what number",
    "what animal",
    "what word",
    "what material",
    "what nickname",
];

/// What a question after one thing begins with.
const FACT_BEGINNINGS: &[&str] = &[
    "who",
    "whom",
    "whose",
    "when",
    "where",
    "which",
    "is",
    "are",
    "was",
    "were",
    "did",
    "does",
    "do",
    "has",
    "had",
    "can",
    "could",
    "will",
    "from which",
    "in which",
    "on which",
    "at which",
    "to whom",
    "for whom",
    "by whom",
    "with whom",
    "on what",
    "at what",
    "in what year",
    "under what",
    "from what",
    "into what",
    "out of what",
    "with what",
];

/// What a request for an overview begins with that is no question.
const REQUESTS: &[&str] = &[
    "summarize",
    "summarise",
    "summary",
    "overview",
    "outline",
    "describe",
    "discuss",
    "explain",
    "tell me",
    "walk me through",
    "trace",
    "list",
    "give",
    "give me",
    "show",
    "please",
];
/// What makes a few words that are no question a comparison, and what makes one of more.
const FEW_WORDS: usize = 10;
const STATED: &[&str] = &["versus", "vs"];
const BEGINNINGS: &[&str] =
    &["compare", "comparing", "comparison", "contrast", "difference", "differences", "similarities", "similarity"];

/// The first phrase of each kind that a question holds.
#[derive(Default)]
pub struct Cues {
    pub comparison: Option<&'static str>,
    pub table: Option<&'static str>,
    pub overview: Option<&'static str>,
    pub fact: Option<&'static str>,
    pub is_question: bool,
}

impl Cues {
    pub fn read(question: &str) -> Self {
        let text = normalized(question);
        let holds = |phrases: &[&'static str]| phrases.iter().copied().find(|phrase| contains(&text, phrase));
        let begins = |phrases: &[&'static str]| {
            phrases
                .iter()
                .copied()
                .find(|phrase| text[1..].strip_prefix(phrase).is_some_and(|rest| rest.starts_with(' ')))
        };
        if !is_question(question) {
            // What states something may hold any words.
            let is_short = text.split_whitespace().count() <= FEW_WORDS && !contains(&text, "than");
            let comparison = begins(BEGINNINGS).or_else(|| holds(STATED));
            let comparison = comparison.or_else(|| holds(COMPARISON).filter(|_| is_short));
            return Self { comparison, overview: begins(REQUESTS), ..Self::default() };
        }
        let fact = holds(FACT).or_else(|| begins(FACT_BEGINNINGS));
        let perhaps = || if fact.is_none() { holds(PERHAPS_OVERVIEW) } else { None };
        let several = || asks_for_several(&text).then_some("what \u{2026}s");
        Self {
            comparison: holds(COMPARISON).or_else(|| holds(CHOICE)),
            table: holds(TABLE),
            overview: holds(OVERVIEW).or_else(perhaps).or_else(several),
            fact,
            is_question: true,
        }
    }
}

/// Whether a text asks for several of something: "What policies does the party propose?"
fn asks_for_several(text: &str) -> bool {
    let mut words = text.split_whitespace().skip_while(|word| *word != "what").skip(1);
    let is_several = words.next().is_some_and(|word| {
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| word.ends_with(ending))
    });
    is_several
        && words.next().is_some_and(|word| ["do", "does", "did", "are", "were", "have", "has", "can"].contains(&word))
}

/// Whether the words of `phrase` stand next to each other in a [`normalized`] text.
fn contains(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| text[..at].ends_with(' ') && text[at + phrase.len()..].starts_with(' '))
}

/// The words of a text in small letters, a space before, between and after them.
pub fn normalized(text: &str) -> String {
    let mut normalized = String::from(" ");
    for (_, word) in words(text) {
        normalized.push_str(&word.to_lowercase().replace('\u{2019}', "'"));
        normalized.push(' ');
    }
    normalized
}
