//! Sentence and word bounds: those of Unicode, and what English prose needs beyond them.

use unicode_segmentation::UnicodeSegmentation;

use crate::document::TextRange;

/// Words before a full stop that do not end a sentence, in lower case.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "apr", "aug", "ca", "capt", "cf", "col", "dec", "dept", "dr", "ed", "eds", "eg", "e.g", "esq",
    "etc", "feb", "fig", "figs", "gen", "gov", "hon", "i.e", "ie", "jan", "jr", "lt", "maj", "messrs", "mr", "mrs",
    "ms", "mt", "no", "nos", "nov", "oct", "pp", "prof", "rev", "sen", "sept", "sgt", "sr", "st", "vol", "vols", "vs",
];

/// The sentences of `text` without the white space around them, in order. They cover all that is not white space.
///
/// Bounds are those of Unicode Standard Annex 29, except that an abbreviation (`Mr.`) or an initial (`J.`) does not end
/// a sentence. A line break does.
pub fn sentences(text: &str) -> Vec<TextRange> {
    let mut sentences: Vec<TextRange> = Vec::new();
    // Whether the sentence before is on the same line, and whether it goes on although Unicode would end it.
    let (mut same_line, mut goes_on) = (false, false);
    for (start, bounded) in text.split_sentence_bound_indices() {
        let trimmed = bounded.trim_end();
        let leading = trimmed.len() - trimmed.trim_start().len();
        let range = TextRange::new(start + leading, start + trimmed.len());
        if range.is_empty() {
            same_line &= !bounded.contains('\n');
            continue;
        }
        match sentences.last_mut() {
            // What begins in lower case, such as `he said` after a question, begins no sentence.
            Some(last) if same_line && (goes_on || trimmed[leading..].starts_with(char::is_lowercase)) => {
                last.end = range.end;
            }
            _ => sentences.push(range),
        }
        same_line = !bounded[trimmed.len()..].contains('\n');
        // A bound within a word: a mark after the full stop belongs to what follows.
        let within_word = trimmed.len() == bounded.len() && trimmed.ends_with(char::is_alphanumeric);
        goes_on = ends_in_abbreviation(trimmed) || within_word;
    }
    sentences
}

/// Whether the last word of `sentence` is one whose full stop says nothing of the sentence's end.
fn ends_in_abbreviation(sentence: &str) -> bool {
    let Some(before) = sentence.strip_suffix('.') else { return false };
    let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '‘' | '—')).next();
    let word = word.unwrap_or_default();
    let mut characters = word.chars();
    match (characters.next(), characters.next()) {
        // "I" ends sentences more often than it is an initial.
        (Some(initial), None) => initial.is_uppercase() && initial != 'I',
        _ => word.len() <= 8 && ABBREVIATIONS.contains(&word.to_lowercase().as_str()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| range.of(text)).collect()
    }

    #[test]
    fn sentences_end_at_full_stops_questions_and_exclamations() {
        assert_eq!(split("Ants walk. Do bees? They fly!  "), ["Ants walk.", "Do bees?", "They fly!"]);
        assert_eq!(split("“Go!” he said. “Why?” She left."), ["“Go!” he said.", "“Why?”", "She left."]);
    }

    #[test]
    fn abbreviations_initials_and_decimals_do_not() {
        for one in ["Mr. Starbuck spoke to Dr. Bunger.", "J. R. Ant came.", "It is 3.14 long.", "See e.g. Smith."] {
            assert_eq!(split(one), [one]);
        }
    }

    #[test]
    fn a_line_break_ends_a_sentence_even_after_an_abbreviation() {
        assert_eq!(split("written by Mr.\nSmith"), ["written by Mr.", "Smith"]);
    }

    #[test]
    fn chinese_sentences_end_at_their_full_stops() {
        assert_eq!(split("蚂蚁搬运树叶。它们种植真菌！"), ["蚂蚁搬运树叶。", "它们种植真菌！"]);
    }

    #[test]
    fn white_space_has_no_sentences() {
        assert!(sentences(" \n\t ").is_empty());
        assert!(sentences("").is_empty());
    }

    proptest! {
        #[test]
        fn sentences_are_ordered_and_cover_all_but_white_space(text in "\\PC*|[A-Z]\\. [a-z]+\\.\n? ?[A-Za-z. \n]*") {
            let mut end = 0;
            for range in sentences(&text) {
                prop_assert!(text[end..range.start as usize].trim().is_empty());
                prop_assert_eq!(range.of(&text).trim(), range.of(&text));
                end = range.end as usize;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
