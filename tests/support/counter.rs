//! A token counter for tests that load no model.

use leafcutter::{TextRange, TokenCounter};

/// Counts as a wordpiece model does: a token for each punctuation mark and ideograph, else one for each 4 characters of
/// a word, which starts anew after 100.
pub struct FourLetterCounter;

impl TokenCounter for FourLetterCounter {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        let mut tokens: Vec<TextRange> = Vec::new();
        // Characters of the word so far, and of its last token.
        let (mut word, mut token) = (0, 0);
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            if character.is_whitespace() {
                word = 0;
            } else if character.is_ascii_punctuation() || ('\u{2e80}'..='\u{9fff}').contains(&character) {
                tokens.push(TextRange::new(start, end));
                word = 0;
            } else if word == 0 || token == 4 || word == 100 {
                tokens.push(TextRange::new(start, end));
                word = if word == 100 { 1 } else { word + 1 };
                token = 1;
            } else {
                tokens.last_mut().expect("the word's token").end = end as u32;
                word += 1;
                token += 1;
            }
        }
        tokens
    }
}
