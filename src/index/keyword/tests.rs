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
    texts.iter().for_each(|text| indexer.add(text.split_inclusive(' ').map(|part| (Field::Body, part))));
    assert_eq!(index, indexer.finish());
}

#[test]
fn a_slip_of_the_finger_finds_what_was_meant() {
    let texts = ["He threw the harpoon.", "Queequeg slept.", "A harp is no harbor.", "the ship's captain"];
    assert_eq!(found(&texts, "harpon"), [0]);
    assert_eq!(found(&texts, "Quequeg"), [1]);
    assert_eq!(found(&texts, "captian"), [3], "swapped neighbors are one edit");
    assert_eq!(found(&texts, "kaptain"), [0; 0], "the first character is taken as meant");
    assert_eq!(found(&texts, "shp"), [0; 0], "short words have too many neighbors");
    assert_eq!(found(&texts, "harp"), [2], "a word that is found is what was meant");
    assert_eq!(found_in(Language::German, &["Die Straßenbahn", "Ein Boot"], "Strasenbahn"), [0]);
    assert_eq!(found_in(Language::Russian, &["гарпун кита", "лодка"], "гарпон"), [0]);
    assert_eq!(found_in(Language::French, &["une bibliothèque", "une dame"], "bibliotheque"), [0]);
}

#[test]
fn names_are_matched_to_the_letter_where_they_are_held_and_numbers_always() {
    let texts = ["call get_user_id first", "call get_user_ids first", "in 1984 or v1.2.3", "error E04512"];
    assert_eq!(found(&texts, "get_user_id")[0], 0);
    let query = found(&texts, "get_user_idd");
    assert!(query.contains(&0) && query.contains(&1));
    for number in ["1985", "v1.2.4", "E04513"] {
        assert_eq!(found(&texts, number), [0; 0], "{number}");
    }
}

#[test]
fn a_near_term_counts_less_the_further_it_is() {
    let index = KeywordIndex::build(["instrument", "ship"], Language::None);
    let score = |query| index.scores(query)[0];
    assert_eq!(score("instrment"), 0.5 * score("instrument"));
    assert_eq!(score("insrment"), 0.25 * score("instrument"));
    assert_eq!(score("insrmnt"), 0.0);
}

#[test]
fn of_equally_near_terms_the_most_frequent_are_taken() {
    let index = KeywordIndex::build(["cable", "cable", "cabled", "cabler", "cables", "cablet"], Language::None);
    let held = |query| index.terms(query).found.into_iter().map(|term| term.postings.map(|(item, _)| item).collect());
    let held: Vec<Vec<u32>> = held("cablex").collect();
    assert_eq!(held, [vec![0, 1], vec![2], vec![3]]);
}

fn open(text: &str) -> KeywordQuery<'_> {
    KeywordQuery { text, typing: Typing::LastWordOpen }
}

#[test]
fn the_last_word_of_an_open_query_is_a_beginning() {
    let texts = ["a whaleboat", "many whalers", "the ship", "whaling", "which and where"];
    let index = KeywordIndex::build(texts, Language::English);
    let found = |query| {
        let mut items: Vec<u32> = index.search(query, 10, &everything).into_iter().map(|hit| hit.item).collect();
        items.sort_unstable();
        items
    };
    assert_eq!(found(open("wha")), [0, 1, 3]);
    assert_eq!(found(open("SHIP WHALEB")), [0, 2]);
    assert_eq!(found(open("whal ")), [3], "a space finishes the word, and one of four letters may be off by one");
    assert_eq!(found(open("wha ship")), [2], "words before the last are finished");
    assert_eq!(found(open("wh")), [0, 1, 3], "stop words are no completions");
    assert_eq!(found(open("")), [0; 0]);
    assert_eq!(found("wha".into()), [0; 0]);
}

#[test]
fn an_open_word_that_is_held_counts_in_full_and_what_it_may_become_beside_it() {
    let index = KeywordIndex::build(["cat", "catalog", "dog"], Language::None);
    let (finished, typed) = (index.scores("cat"), index.scores(open("cat")));
    assert_eq!(finished[0], typed[0]);
    assert!(finished[1] == 0.0 && typed[1] > 0.0 && typed[1] < typed[0]);
    let terms = index.terms(open("dog cat"));
    assert_eq!((terms.found.len(), terms.count), (3, 2));
}

#[test]
fn completions_count_as_one_term() {
    let index = KeywordIndex::build(["cart carts", "cart", "care", "dog"], Language::None);
    let found = index.terms(open("car")).found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].postings.clone().collect::<Vec<_>>(), [(0, 2), (1, 1), (2, 1)]);
    assert_eq!(found[0].weight, 0.5 * inverse_document_frequency(4, 3));
}

#[test]
fn a_word_is_found_at_every_letter_of_it_though_texts_are_found_by_stems() {
    let texts = ["an executable", "vulnerabilities", "mapping", "inflammation", "ship"];
    let index = KeywordIndex::build(texts, Language::English);
    for (item, word) in (0..).zip(["executable", "vulnerability", "mapping", "inflammation", "ships"]) {
        for end in 2..=word.len() {
            let hits = index.search(open(&word[..end]), 1, &everything);
            assert_eq!(hits.first().map(|hit| hit.item), Some(item), "{}", &word[..end]);
        }
    }
    assert_eq!(index.search(open("shipwrecked"), 1, &everything), [], "too little of the word");
}

#[test]
fn a_part_of_a_name_is_completed() {
    let texts = ["call get_user_id", "the user", "C++ and Rust"];
    let index = KeywordIndex::build(texts, Language::English);
    assert_eq!(index.search(open("get_us"), 1, &everything)[0].item, 0);
    assert_eq!(index.search(open("c++"), 1, &everything)[0].item, 2);
}

#[test]
fn what_stands_for_a_word_covers_it() {
    let index = KeywordIndex::build(["the harpoon", "a ship", "harbor"], Language::English);
    assert_eq!(index.read("harpon").coverage("harpoons!"), 1.0);
    assert_eq!(index.read("harpon").coverage("harbor"), 0.0);
    assert_eq!(index.read(open("harp")).coverage("a harpoon"), 1.0);
    assert_eq!(index.read("harpoon ship").coverage("a harpoon"), 0.5);
}

#[test]
fn a_word_in_a_heading_counts_for_two_in_the_body() {
    let build = |fields: &[&[(Field, &'static str)]]| {
        let mut indexer = KeywordIndexer::new(Language::English);
        fields.iter().for_each(|fields| indexer.add(fields.iter().copied()));
        indexer.finish()
    };
    let in_fields = build(&[
        &[(Field::Title, "ants"), (Field::Heading, "fungus farms"), (Field::Body, "leaves and the ants")],
        &[(Field::Body, "ship")],
    ]);
    let in_bodies =
        build(&[&[(Field::Body, "ants ants fungus farms fungus farms leaves and the ants")], &[(Field::Body, "ship")]]);
    assert_eq!(in_fields.length(0), 8.0);
    assert_eq!(in_fields.average_length(), 4.5);
    for query in ["ants", "fungus leaves", "ship"] {
        assert_eq!(in_fields.scores(query), in_bodies.scores(query));
    }
}

#[test]
fn other_rankings_can_read_all_that_the_scores_are_made_of() {
    let index = KeywordIndex::build(["one whale, two whales", "the ship", "one ship"], Language::English);
    let terms = index.terms("whale whale shark ship");
    assert_eq!(terms.count, 3);
    let idf = |items| inverse_document_frequency(3, items);
    assert!((terms.total_weight - (idf(1) + idf(0) + idf(2))).abs() < 1e-6);
    let weights: Vec<f32> = terms.found.iter().map(|term| term.weight).collect();
    assert_eq!(weights, [idf(2), 2.0 * idf(1)], "in order of the terms");
    // one, ship, two, whale
    let lists: Vec<Vec<_>> = index.content_terms().map(Iterator::collect).collect();
    assert_eq!(lists, [vec![(0, 1), (2, 1)], vec![(1, 1), (2, 1)], vec![(0, 1)], vec![(0, 2)]]);
}

/// Scores of texts by the formula, read from the texts themselves, each a heading and a body.
fn oracle(texts: &[(String, String)], query: &str) -> Vec<f32> {
    let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let weighed = |(heading, body): &(String, String)| [words(heading), words(heading), words(body)].concat();
    let texts: Vec<Vec<String>> = texts.iter().map(weighed).collect();
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
        texts in prop::collection::vec(("([a-f]{1,2} ){0,3}", "([a-f]{1,2} ){0,12}"), 1..20),
        query in "([a-f]{1,2} ){0,5}",
    ) {
        let mut indexer = KeywordIndexer::new(Language::None);
        texts.iter().for_each(|(heading, body)| indexer.add([(Field::Heading, heading.as_str()), (Field::Body, body)]));
        let index = indexer.finish();
        let expected = oracle(&texts, &query);
        for (got, expected) in index.scores(&query).into_iter().zip(&expected) {
            prop_assert!((got - expected).abs() <= 1e-4 * expected.max(1.0), "{} {}", got, expected);
        }
        let hits = index.search(&query, 1000, &everything);
        prop_assert_eq!(hits.len(), expected.iter().filter(|&&score| score > 0.0).count());
        prop_assert!(hits.is_sorted_by(|a, b| (b.score, a.item) <= (a.score, b.item)));
    }

    #[test]
    fn words_that_are_held_are_asked_for_alone(words in prop::collection::vec("[abc]{4,9}", 1..20)) {
        let index = KeywordIndex::build(words.iter().map(String::as_str), Language::None);
        for (item, word) in (0..).zip(&words) {
            let found = index.search(word, 100, &everything);
            let holders = (0..).zip(&words).filter(|(_, other)| *other == word).map(|(item, _)| item);
            prop_assert_eq!(found.iter().map(|hit| hit.item).collect::<Vec<u32>>(), holders.collect::<Vec<_>>());
            prop_assert!(found.iter().any(|hit| hit.item == item));
        }
    }

    #[test]
    fn the_same_slips_find_the_same(words in prop::collection::vec("[abc]{4,9}", 1..20), query in "[abc]{4,9}") {
        let once = KeywordIndex::build(words.iter().map(String::as_str), Language::None);
        let again = KeywordIndex::build(words.iter().map(String::as_str), Language::None);
        prop_assert_eq!(once.scores(&query), again.scores(&query));
        prop_assert_eq!(once.scores(open(&query)), again.scores(open(&query)));
    }

    #[test]
    fn no_text_in_any_language_breaks_the_analysis(text in "\\PC{0,40}", query in "\\PC{0,40}", choice in 0usize..19) {
        let language = LANGUAGES[choice];
        let index = KeywordIndex::build([text.as_str()], language);
        for typing in [Typing::Finished, Typing::LastWordOpen] {
            let query = KeywordQuery { text: &query, typing };
            index.search(query, 3, &everything);
            prop_assert!((0.0..=1.0).contains(&index.read(query).coverage(&text)));
            prop_assert!((0.0..=1.0).contains(&index.read(query).phrases(&text)));
        }
        for range in index.read(&query).highlights(&text) {
            prop_assert!(text.get(range.start as usize..range.end as usize).is_some());
        }
        // A text is found by itself, if it has any word.
        let hits = index.search(&text, 1, &everything);
        prop_assert_eq!(hits.len(), usize::from(index.terms(&text).count > 0));
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
