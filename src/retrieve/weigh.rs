//! How much vectors count beside keywords, where the caller leaves it open.
//!
//! Neither is better as such: on sets of questions that we measured, the best weight of vectors lies anywhere from 0.2 to
//! 0.8. What tells them apart is how much a question says. Many words, most of them in one passage, can be trusted to
//! lead there; a few words that any passage might hold cannot, and a sentence that states something is likelier to be
//! repeated by its source than a question by its answer.

use super::corpus::Corpus;
use super::rank::Question;
use crate::ids::NodeId;
use crate::index::{ReadQuery, Scored};
use crate::sentences::words;

/// The weight for what is not a question.
const STATEMENT: f32 = 0.45;
/// The weight for a question of so many words, and one of so many more; between them it falls evenly.
const FEW_WORDS: (f32, f32) = (4.0, 0.7);
const MANY_WORDS: (f32, f32) = (9.0, 0.4);
/// How much weight is lost where the best passage holds all words, beside one that holds the usual share.
const HELD: f32 = 0.4;
const USUAL_SHARE: f32 = 0.65;
/// Neither side is ever left out.
const BOUNDS: (f32, f32) = (0.2, 0.8);
/// The best passages by keyword that are read.
pub const READ: usize = 3;
/// What a question may begin with that lacks its mark.
const QUESTION_WORDS: &[&str] = &[
    "what", "who", "whom", "whose", "how", "why", "when", "where", "which", "is", "are", "was", "were", "can", "could",
    "do", "does", "did", "should", "will", "would",
];

/// The weight of vectors, and why, where it was not asked for.
pub struct Weight {
    /// 1: vectors alone; 0: keywords alone.
    pub alpha: f32,
    pub reason: Option<String>,
}

/// Weighs for `question`, as `asked` of the leaves, of which `keywords` are the best by keyword.
pub fn weigh(corpus: &Corpus, question: &Question, asked: &ReadQuery, keywords: &[Scored]) -> Weight {
    if let Some(alpha) = question.hybrid.alpha {
        return Weight { alpha, reason: None };
    }
    if !is_question(question.text) {
        let reason = format!("no question: vectors weigh {STATEMENT}");
        return Weight { alpha: STATEMENT, reason: Some(reason) };
    }
    let count = asked.count() as f32;
    let best = keywords.iter().take(READ).map(|leaf| asked.coverage(&corpus.text(NodeId(leaf.item))));
    let share = best.fold(0.0, f32::max);
    let alpha = weight_of(question.text, asked, share);
    let percent = 100.0 * share;
    let reason =
        format!("a question of {count} words, of which a passage holds {percent:.0} %: vectors weigh {alpha:.2}");
    Weight { alpha, reason: Some(reason) }
}

/// The weight of vectors for the question `text`, which keyword search reads as `asked` and of which the best passages hold
/// `share`.
pub fn weight_of(text: &str, asked: &ReadQuery, share: f32) -> f32 {
    if !is_question(text) {
        return STATEMENT;
    }
    let along = ((asked.count() as f32 - FEW_WORDS.0) / (MANY_WORDS.0 - FEW_WORDS.0)).clamp(0.0, 1.0);
    let by_words = FEW_WORDS.1 + along * (MANY_WORDS.1 - FEW_WORDS.1);
    (by_words - HELD * (share - USUAL_SHARE)).clamp(BOUNDS.0, BOUNDS.1)
}

/// Whether a text asks: by its mark or its first word.
pub(super) fn is_question(text: &str) -> bool {
    let ends_as_one = text.trim_end().ends_with(['?', '？', '؟']);
    let begins_as_one =
        || words(text).next().is_some_and(|(_, word)| QUESTION_WORDS.contains(&word.to_lowercase().as_str()));
    ends_as_one || begins_as_one()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_known_by_their_mark_or_their_first_word() {
        for text in ["Where is it?", "how do I borrow", "Ça va？", "is it"] {
            assert!(is_question(text), "{text}");
        }
        for text in ["", "borrow checker", "It is so.", "island"] {
            assert!(!is_question(text), "{text}");
        }
    }
}
