//! The index against a plain oracle that knows nothing of postings.

use proptest::prelude::*;

use super::*;

fn everything(_: u32) -> bool {
    true
}

fn found(texts: &[&str], query: &str) -> Vec<u32> {
    found_in(Language::English, texts, query)
}

fn found_in(language: Language, texts: &[&str], query: &str) -> Vec<u32> {
    let index = KeywordIndex::build(texts.iter().copied(), language);
    index.search(query, 10, &everything).into_iter().map(|hit| hit.item).collect()
}

#[test]
fn a_word_is_found_in_any_of_its_forms() {
    assert_eq!(found(&["They harpooned whales.", "A ship."], "harpooning a WHALE"), [0]);
    assert_eq!(found_in(Language::None, &["whales", "whale"], "whale"), [1]);
    assert_eq!(found_in(Language::German, &["Die Häuser am See", "Ein Boot"], "Haus"), [0]);
    assert_eq!(found_in(Language::French, &["Il aime l’homme", "une dame"], "homme"), [0]);
    assert_eq!(found_in(Language::None, &["東京都に住む", "海の魚"], "魚"), [1]);
}

#[test]
fn names_are_found_whole_and_by_part() {
    let texts =
        ["call get_user_id first", "the user said so", "C++ and Rust", "vitamin C", "release v1.2 is out", "getUserId"];
    assert_eq!(found(&texts, "get_user_id")[0], 0);
    assert_eq!(found(&texts, "getuserid"), [5]);
    assert!([0, 1, 5].iter().all(|item| found(&texts, "user").contains(item)));
    assert_eq!(found(&texts, "c++")[0], 2);
    assert_eq!(found(&texts, "v1.2"), [4]);
    assert_eq!(found(&["uses std.fmt.Display", "other"], "display"), [0]);
}

#[test]
fn a_query_of_stop_words_alone_finds_them() {
    let texts = ["To be, or not to be: that is the question.", "Call me Ishmael."];
    assert_eq!(found(&texts, "to be or not to be"), [0]);
    assert_eq!(found(&texts, "the Ishmael"), [1]);
}

#[test]
fn a_filter_costs_no_hits() {
    let index = KeywordIndex::build(["whale"; 9], Language::English);
    let hits = index.search("whale", 3, &|item| item % 2 == 1);
    assert_eq!(hits.iter().map(|hit| hit.item).collect::<Vec<_>>(), [1, 3, 5]);
}

#[test]
fn empty_texts_and_queries_are_safe() {
    assert!(found(&[], "x").is_empty());
    assert!(found(&["", " \n", "the"], "whale").is_empty());
    assert!(found(&["whale"], "").is_empty());
    assert_eq!(found(&["", "the of", "whale"], "whale the"), [2]);
    let long = "x".repeat(100_000);
    assert_eq!(found(&[&long], &long), [0]);
}

#[test]
fn the_same_texts_give_the_same_index_whole_or_in_parts() {
    let texts = ["one whale, two whales", "the ship", "Queequeg's harpoon", "one ship"];
    let index = KeywordIndex::build(texts, Language::English);
    assert_eq!(index, KeywordIndex::build(texts, Language::English));
    let mut indexer = KeywordIndexer::new(Language::English);
    texts.iter().for_each(|text| indexer.add(text.split_inclusive(' ')));
    assert_eq!(index, indexer.finish());
}

/// Scores of texts by the formula, read from the texts themselves.
fn oracle(texts: &[String], query: &str) -> Vec<f32> {
    let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let texts: Vec<Vec<String>> = texts.iter().map(|text| words(text)).collect();
    let count = texts.len() as f64;
    let average = (texts.iter().map(Vec::len).sum::<usize>() as f64 / count).max(1.0);
    let frequency = |text: &Vec<String>, word: &String| text.iter().filter(|other| *other == word).count() as f64;
    texts
        .iter()
        .map(|text| {
            let mut score = 0.0;
            for word in words(query) {
                let holders = texts.iter().filter(|text| text.contains(&word)).count() as f64;
                let idf = (1.0 + (count - holders + 0.5) / (holders + 0.5)).ln();
                let f = frequency(text, &word);
                score += idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * text.len() as f64 / average));
            }
            score as f32
        })
        .collect()
}

proptest! {
    #[test]
    fn scores_are_those_of_the_formula(
        texts in prop::collection::vec("([a-f]{1,2} ){0,12}", 1..20),
        query in "([a-f]{1,2} ){0,5}",
    ) {
        let index = KeywordIndex::build(texts.iter().map(String::as_str), Language::None);
        let expected = oracle(&texts, &query);
        for (got, expected) in index.scores(&query).into_iter().zip(&expected) {
            prop_assert!((got - expected).abs() <= 1e-4 * expected.max(1.0), "{} {}", got, expected);
        }
        let hits = index.search(&query, 1000, &everything);
        prop_assert_eq!(hits.len(), expected.iter().filter(|&&score| score > 0.0).count());
        prop_assert!(hits.is_sorted_by(|a, b| (b.score, a.item) <= (a.score, b.item)));
    }

    #[test]
    fn no_text_in_any_language_breaks_the_analysis(text in "\\PC{0,40}", query in "\\PC{0,40}", choice in 0usize..19) {
        let language = LANGUAGES[choice];
        KeywordIndex::build([text.as_str()], language).search(&query, 3, &everything);
        for range in highlights(&text, &query, language) {
            prop_assert!(text.get(range.start as usize..range.end as usize).is_some());
        }
        // A text is found by itself, if it has any word.
        let hits = KeywordIndex::build([text.as_str()], language).search(&text, 1, &everything);
        prop_assert_eq!(hits.len(), usize::from(!query_terms(&text, language).is_empty()));
    }
}

const LANGUAGES: [Language; 19] = [
    Language::None,
    Language::Arabic,
    Language::Danish,
    Language::Dutch,
    Language::English,
    Language::Finnish,
    Language::French,
    Language::German,
    Language::Greek,
    Language::Hungarian,
    Language::Italian,
    Language::Norwegian,
    Language::Portuguese,
    Language::Romanian,
    Language::Russian,
    Language::Spanish,
    Language::Swedish,
    Language::Tamil,
    Language::Turkish,
];
