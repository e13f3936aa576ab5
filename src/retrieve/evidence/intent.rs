//! What a question is after, as far as its words tell.

use crate::index::Language;
use crate::sentences::words;

/// Words for a text as such. Sorted.
const TEXTS: &[&str] = &[
    "article",
    "book",
    "document",
    "essay",
    "gist",
    "novel",
    "outline",
    "overview",
    "paper",
    "plot",
    "speech",
    "story",
    "summaries",
    "summarise",
    "summarize",
    "summary",
    "takeaway",
    "takeaways",
    "tale",
    "text",
    "theme",
    "themes",
    "transcript",
];

/// Words that ask for what matters in it, which other questions have as well. Sorted.
const WHAT_MATTERS: &[&str] = &[
    "argument",
    "arguments",
    "conclusion",
    "conclusions",
    "idea",
    "ideas",
    "message",
    "point",
    "points",
    "subject",
    "topic",
    "topics",
];

/// Words that go with either, and name nothing themselves. Sorted.
const BESIDE: &[&str] = &[
    "brief",
    "briefly",
    "central",
    "describe",
    "entire",
    "explain",
    "general",
    "give",
    "important",
    "key",
    "main",
    "major",
    "overall",
    "say",
    "short",
    "shortly",
    "tell",
    "whole",
];

/// Whether a question names nothing but the text itself: "What is the plot of the story?", "What are the main points?". Only
/// English has lists.
pub fn asks_for_whole(question: &str, language: Language) -> bool {
    if language != Language::English {
        return false;
    }
    let (mut names_text, mut names_matter, mut qualified) = (false, false, false);
    for (_, word) in words(question) {
        let word = word.to_lowercase().replace('\u{2019}', "'");
        let is_of = |list: &[&str]| list.binary_search(&word.as_str()).is_ok();
        match () {
            () if language.is_stop_word(&word) => {}
            () if is_of(TEXTS) => names_text = true,
            () if is_of(WHAT_MATTERS) => names_matter = true,
            () if is_of(BESIDE) => qualified = true,
            () => return false,
        }
    }
    names_text || names_matter && qualified
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_a_text_as_such_are_known() {
        assert!([TEXTS, WHAT_MATTERS, BESIDE].iter().all(|list| list.is_sorted()));
        for question in [
            "What is the plot of the story?",
            "Summarize this document.",
            "What are the main points?",
            "What\u{2019}s the gist?",
            "Give me a brief overview",
        ] {
            assert!(asks_for_whole(question, Language::English), "{question}");
        }
        for question in [
            "Who is the author of Moby-Dick?",
            "What happens to Ahab?",
            "How does it work?",
            "Where are the settings?",
            "What is the key?",
            "Explain.",
            "Where are the points?",
            "",
            "What is it?",
        ] {
            assert!(!asks_for_whole(question, Language::English), "{question}");
        }
        assert!(!asks_for_whole("summary", Language::German));
    }
}
