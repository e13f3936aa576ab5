use proptest::prelude::*;

use super::*;
use crate::document::{SourceRange, TextRange};
use crate::ids::DocId;
use crate::traits::Passage;

/// Every run of up to four characters of a word is a token.
struct Pieces;

impl TokenCounter for Pieces {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        let mut ranges: Vec<TextRange> = Vec::new();
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            match ranges.last_mut() {
                _ if character.is_whitespace() => {}
                Some(last) if last.end as usize == start && last.len() < 4 => last.end = end as u32,
                _ => ranges.push(TextRange::new(start, end)),
            }
        }
        ranges
    }
}

/// One passage a text; sentences end at full stops.
fn request(texts: &[&str], budget: u32) -> SummaryRequest {
    let passages = texts.iter().enumerate().map(|(document, text)| {
        let mut sentences = Vec::new();
        let mut start = 0;
        for piece in text.split_inclusive('.') {
            let trimmed = piece.trim();
            let at = start + piece.find(trimmed).unwrap_or(0);
            start += piece.len();
            let range = TextRange::new(at, at + trimmed.len());
            let source = Some(SourceRange { document: DocId(document as u32), range });
            sentences.push(Sentence { text: trimmed.to_owned(), source });
        }
        Passage { sentences, centrality: 0.8 }
    });
    SummaryRequest { level: 1, budget, passages: passages.collect(), standing: Vec::new() }
}

fn check(texts: &[&str], budget: u32) -> Summary {
    let summary = summarize(&request(texts, budget), &Pieces);
    for sentence in &summary.sentences {
        let source = sentence.source.unwrap();
        assert_eq!(source.range.of(texts[source.document.index()]), sentence.text);
    }
    let sources: Vec<_> = summary.sentences.iter().map(|sentence| sentence.source).collect();
    assert!(sources.is_sorted());
    assert!(Pieces.count(&summary.text()) <= budget as usize);
    summary
}

#[test]
fn what_all_passages_are_about_is_chosen() {
    let texts = [
        "The white whale was seen off the coast of Japan. My hat is wet.",
        "Ahab has hunted the white whale for years. Soup was served.",
        "A white whale took the leg of Ahab off Japan. It rained a little on Tuesday morning.",
    ];
    let text = check(&texts, 32).text();
    assert!(text.contains("whale") && !text.contains("Soup") && !text.contains("Tuesday"), "{text}");
}

#[test]
fn what_is_said_twice_is_told_once() {
    let texts = ["The white whale was seen off Japan.", "The white whale was seen off Japan."];
    assert_eq!(check(&texts, 100).sentences.len(), 1);
}

#[test]
fn one_source_is_told_once() {
    let mut twice = request(&["Call me Ishmael, said the sailor to me. The sea was calm that day."], 100);
    twice.passages.push(twice.passages[0].clone());
    assert_eq!(summarize(&twice, &Pieces).sentences.len(), 2);
}

#[test]
fn a_summary_stands_until_another_says_clearly_more() {
    let texts =
        ["The white whale was seen off Japan.", "Ahab hunts the white whale off Japan.", "My hat is wet and old."];
    let mut asked = request(&texts, 11);
    let all: Vec<Sentence> = asked.passages.iter().flat_map(|passage| passage.sentences.clone()).collect();
    let chosen = summarize(&asked, &Pieces).sentences;
    assert_eq!(chosen.len(), 1);
    let hardly_worse = all.iter().take(2).find(|sentence| **sentence != chosen[0]).expect("the other about the whale");
    asked.standing = vec![hardly_worse.clone()];
    assert_eq!(summarize(&asked, &Pieces).sentences, asked.standing);
    asked.standing = vec![all[2].clone()];
    assert_eq!(summarize(&asked, &Pieces).sentences, chosen);
}

#[test]
fn a_summary_of_which_a_sentence_is_gone_does_not_stand() {
    let mut asked = request(&["The white whale was seen off Japan.", "Ahab hunts the white whale off Japan."], 11);
    let chosen = summarize(&asked, &Pieces).sentences;
    let gone = Sentence { text: "Ahab is gone.".to_owned(), source: None };
    asked.standing = vec![asked.passages[0].sentences[0].clone(), gone];
    assert_eq!(summarize(&asked, &Pieces).sentences, chosen);
}

#[test]
fn a_sentence_over_the_budget_is_cut_at_a_word() {
    let summary = check(&["Hunting whales across oceans takes many years and several ships."], 5);
    assert_eq!(summary.text(), "Hunting whales");
}

#[test]
fn a_word_over_the_budget_is_cut_within() {
    assert_eq!(check(&["Donaudampfschifffahrt"], 2).text(), "Donaudam");
}

#[test]
fn nothing_usable_makes_an_empty_summary() {
    for texts in [&[][..], &[""], &["...", "— !"]] {
        assert!(check(texts, 100).sentences.is_empty());
    }
    assert!(check(&["Some words."], 0).sentences.is_empty());
}

#[test]
fn a_passage_of_many_sentences_is_quick() {
    let text: String = (0..5_000).map(|index| format!("The number {index} follows {}. ", index * 7)).collect();
    let start = std::time::Instant::now();
    assert!(!check(&[&text], 100).sentences.is_empty());
    assert!(start.elapsed().as_secs() < 10);
}

proptest! {
    #[test]
    fn any_text_is_summarized_verbatim_within_the_budget(
        texts in prop::collection::vec("[a-cé你🦀 .\n]{0,80}", 0..6),
        budget in 0u32..40,
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        check(&texts, budget);
    }
}
