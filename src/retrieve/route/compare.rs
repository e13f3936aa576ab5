//! The two questions that a comparison is made of.

use crate::document::TextRange;
use crate::sentences::words;

/// Words between two things that are compared, the longest first.
const BETWEEN: &[&[&str]] = &[
    &["as", "opposed", "to"],
    &["in", "comparison", "to"],
    &["in", "comparison", "with"],
    &["in", "contrast", "to"],
    &["in", "contrast", "with"],
    &["compared", "with"],
    &["compared", "to"],
    &["different", "from"],
    &["rather", "than"],
    &["instead", "of"],
    &["differ", "from"],
    &["differs", "from"],
    &["differed", "from"],
    &["distinguish", "from"],
    &["versus"],
    &["vs"],
    &["unlike"],
    &["than"],
];
/// What stands before two things with "and", "with", "to" or "from" between them.
const BEFORE: &[&str] = &[
    "between",
    "compare",
    "compares",
    "comparing",
    "comparison",
    "contrast",
    "contrasting",
    "distinguish",
    "distinguishes",
    "do",
    "did",
    "does",
    "both",
    "are",
    "were",
];
/// What stands between those.
const AND: &[&str] = &["and", "with", "to", "from", "against"];
/// With these, what comes before or after is said of both sides.
const ASIDE: &[&str] =
    &["in", "on", "about", "regarding", "concerning", "when", "as", "by", "for", "over", "toward", "towards"];
/// What only says that things are compared, or asks.
const EMPTY: &[&str] = &[
    "a",
    "an",
    "and",
    "alike",
    "are",
    "bigger",
    "better",
    "between",
    "both",
    "common",
    "compare",
    "compared",
    "compares",
    "comparing",
    "comparison",
    "contrast",
    "contrasts",
    "did",
    "differ",
    "differed",
    "difference",
    "differences",
    "different",
    "differently",
    "differs",
    "distinguish",
    "distinguishes",
    "do",
    "does",
    "from",
    "had",
    "has",
    "have",
    "how",
    "in",
    "is",
    "it",
    "larger",
    "less",
    "longer",
    "main",
    "make",
    "makes",
    "me",
    "more",
    "of",
    "older",
    "or",
    "please",
    "set",
    "sets",
    "similar",
    "similarities",
    "similarity",
    "tell",
    "than",
    "that",
    "the",
    "to",
    "versus",
    "vs",
    "was",
    "way",
    "ways",
    "were",
    "what",
    "which",
    "who",
    "whose",
    "why",
    "with",
    "apart",
    "against",
    "much",
    "key",
    "explain",
    "describe",
    "rather",
    "worse",
    "ever",
    "be",
    "can",
    "could",
    "you",
    "i",
    "we",
    "would",
    "should",
    "will",
    "give",
    "show",
    "list",
];

/// What is asked of either side, if two sides can be told: the words of that side, and those that are said of both.
pub fn parts(question: &str) -> Option<[String; 2]> {
    let words: Vec<(TextRange, String)> =
        words(question).map(|(range, word)| (range, word.to_lowercase().replace('\u{2019}', "'"))).collect();
    let reader = Reader { question, words };
    reader.by_connector().or_else(|| reader.by_pair()).or_else(|| reader.by_choice())
}

struct Reader<'a> {
    question: &'a str,
    /// In small letters.
    words: Vec<(TextRange, String)>,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        &self.words[at].1
    }

    fn find(&self, from: usize, wanted: &[&str]) -> Option<usize> {
        (from..self.words.len()).find(|&at| wanted.contains(&self.word(at)))
    }

    /// "X versus Y", "X compared with Y".
    fn by_connector(&self) -> Option<[String; 2]> {
        let holds = |at: usize, phrase: &&[&str]| {
            at + phrase.len() <= self.words.len()
                && phrase.iter().enumerate().all(|(i, word)| self.word(at + i) == *word)
        };
        let (at, length) = (0..self.words.len()).find_map(|at| {
            let phrase = BETWEEN.iter().find(|phrase| holds(at, phrase))?;
            Some((at, phrase.len()))
        })?;
        // "Compared with X, how is Y?" and "Unlike X, what does Y do?"
        if self.content(0, at) == 0 {
            let comma = self.comma_after(at + length)?;
            return self.pair((at + length, comma), (comma, self.words.len()), None);
        }
        let (end, aside) = self.aside_from(at + length);
        self.pair((0, at), (at + length, end), aside)
    }

    /// "the difference between X and Y", "compare X with Y", "how do X and Y differ".
    fn by_pair(&self) -> Option<[String; 2]> {
        let before = self.find(0, BEFORE)?;
        let and = (before + 2..self.words.len()).find(|&at| AND.contains(&self.word(at)))?;
        let (end, aside) = self.aside_from(and + 1);
        // "In what way do X and Y differ?": what comes before is no side.
        self.pair((before + 1, and), (and + 1, end), aside)
    }

    /// "Which is longer, X or Y?"
    fn by_choice(&self) -> Option<[String; 2]> {
        let or = self.find(1, &["or"])?;
        let start = (0..or).rev().find(|&at| self.comma_before(at)).unwrap_or(0);
        let aside = (start > 0).then_some((0, start));
        self.pair((start, or), (or + 1, self.words.len()), aside)
    }

    /// Where a side that begins at `from` ends, and what follows it that is said of both.
    fn aside_from(&self, from: usize) -> (usize, Option<(usize, usize)>) {
        let end = self.words.len();
        match (from + 1..end).find(|&at| ASIDE.contains(&self.word(at)) || self.comma_before(at)) {
            Some(at) => (at, Some((at, end))),
            None => (end, None),
        }
    }

    fn comma_before(&self, at: usize) -> bool {
        at > 0 && self.question[self.words[at - 1].0.end as usize..self.words[at].0.start as usize].contains(',')
    }

    fn comma_after(&self, from: usize) -> Option<usize> {
        (from + 1..self.words.len()).find(|&at| self.comma_before(at))
    }

    /// How many words of a stretch name something.
    fn content(&self, from: usize, to: usize) -> usize {
        (from..to).filter(|&at| !EMPTY.contains(&self.word(at))).count()
    }

    fn pair(&self, left: (usize, usize), right: (usize, usize), aside: Option<(usize, usize)>) -> Option<[String; 2]> {
        // "Fewer than 30" is no comparison of two things.
        let is_number = |at: usize| self.word(at).starts_with(|first: char| first.is_ascii_digit());
        let is_counted = (right.0..right.1).find(|&at| !EMPTY.contains(&self.word(at))).is_some_and(is_number);
        if self.content(left.0, left.1) == 0 || self.content(right.0, right.1) == 0 || is_counted {
            return None;
        }
        let aside = aside.map(|(from, to)| self.text(from, to)).unwrap_or_default();
        Some([left, right].map(|(from, to)| [self.text(from, to), aside.clone()].join(" ").trim().to_owned()))
    }

    /// A stretch as it is written, without the words at either end that say nothing.
    fn text(&self, from: usize, to: usize) -> String {
        let names = |at: &usize| !EMPTY.contains(&self.word(*at));
        match ((from..to).find(names), (from..to).rev().find(names)) {
            (Some(first), Some(last)) => {
                self.question[self.words[first].0.start as usize..self.words[last].0.end as usize].to_owned()
            }
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_told() {
        let cases = [
            (
                "What is the difference between the sperm whale's head and the right whale's head?",
                "sperm whale's head",
                "right whale's head",
            ),
            ("Compare Starbuck with Stubb as officers.", "Starbuck as officers", "Stubb as officers"),
            ("Rust versus Go for servers", "Rust for servers", "Go for servers"),
            ("How do tigers and lions differ?", "tigers", "lions"),
            ("Which is longer, the Nile or the Amazon?", "Nile", "Amazon"),
            ("How does oak differ from ash?", "oak", "ash"),
            ("Unlike copper, what does tin do in salt water?", "copper", "tin do in salt water"),
        ];
        for (question, left, right) in cases {
            assert_eq!(parts(question), Some([left.to_owned(), right.to_owned()]), "{question}");
        }
    }

    #[test]
    fn without_two_sides_there_are_none() {
        for question in [
            "",
            "versus",
            "What differs?",
            "Compare them",
            "more than ever",
            "Who came first?",
            "Which have more than 30 teeth?",
        ] {
            assert_eq!(parts(question), None, "{question}");
        }
    }
}
