//! A model that is computed outside: the core knows its name and its width, and estimates its tokens.

use crate::document::TextRange;
use crate::traits::TokenCounter;

/// Letters of a token, which for English is about what models of many kinds need.
const LETTERS: usize = 4;

/// A word over this is counted as several, as by [`Tokenizer`](super::Tokenizer).
const LONGEST_WORD: usize = 100;

/// What stands for an encoder where somebody else embeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideModel {
    name: String,
    dimensions: usize,
}

impl OutsideModel {
    /// `name`: what tells its embeddings from those of other models; `dimensions`: values in each.
    pub fn new(name: &str, dimensions: usize) -> Self {
        Self { name: name.to_owned(), dimensions }
    }

    /// Values in an embedding.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// One line that no [`ModelIdentity`](super::ModelIdentity) has.
    pub fn identity(&self) -> String {
        format!("outside {:?} ({} dimensions)", self.name, self.dimensions)
    }
}

impl TokenCounter for OutsideModel {
    /// A mark or an ideograph is a token; of other words every four letters are, the last of them with fewer.
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        let mut tokens: Vec<TextRange> = Vec::new();
        // Letters of the word so far, and of its last token.
        let (mut word, mut token) = (0, 0);
        for (start, character) in text.char_indices() {
            let range = TextRange::new(start, start + character.len_utf8());
            if character.is_whitespace() {
                word = 0;
            } else if !character.is_alphanumeric() || is_ideograph(character) {
                tokens.push(range);
                word = 0;
            } else if word == 0 || token == LETTERS || word == LONGEST_WORD {
                tokens.push(range);
                word = if word == LONGEST_WORD { 1 } else { word + 1 };
                token = 1;
            } else if let Some(last) = tokens.last_mut() {
                last.end = range.end;
                word += 1;
                token += 1;
            }
        }
        tokens
    }
}

/// Characters of scripts in which one is about a word.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_pieces_of_words_marks_and_ideographs() {
        let model = OutsideModel::new("a", 2);
        let pieces =
            |text: &str| model.token_ranges(text).iter().map(|range| range.of(text).to_owned()).collect::<Vec<_>>();
        assert_eq!(pieces("Leafcutter ants, 鯨だ."), ["Leaf", "cutt", "er", "ants", ",", "鯨", "だ", "."]);
        assert_eq!(pieces(" \n"), [""; 0]);
        assert_eq!(model.count(&"a".repeat(1000)), 250);
    }

    #[test]
    fn counts_add_up_over_white_space() {
        let model = OutsideModel::new("a", 2);
        let (one, other) = ("The keeper's bees;", "sixty feet below");
        assert_eq!(model.count(&format!("{one} {other}")), model.count(one) + model.count(other));
    }

    #[test]
    fn identities_differ_by_name_and_width() {
        let identity = |name, dimensions| OutsideModel::new(name, dimensions).identity();
        assert_ne!(identity("a", 2), identity("b", 2));
        assert_ne!(identity("a", 2), identity("a", 3));
    }
}
