//! Questions to a collection, in every mode and under every option. Over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;
#[path = "support/shared.rs"]
mod shared;

use collection::{DIMENSIONS, HashedWords, apply, embed, empty};
use counter::FourLetterCounter;
use leafcutter::engine::{
    AnswerOptions, Collection, CollectionOptions, Context, ContextOptions, Edit, Hit, Query, SearchOptions, Step, Trace,
};
use leafcutter::retrieve::{ContextFormat, Expand, Hybrid, Mode};
use leafcutter::{
    Embedder, Filter, Format, Matrix, NodeId, Source, SourceRange, Summary, SummaryRequest, TokenCounter, Value,
};

/// A word that stands once, in the middle of a passage about other things.
const RARE: &str = "zyzzyva";

/// Thirty documents of two sections each, about whales, bread and stars, with the year that each is of.
fn documents() -> Vec<Edit> {
    let topics = ["whale sea ship harpoon sail", "bread oven flour yeast crust", "star orbit comet moon sky"];
    let edit = |number: usize| {
        let words: Vec<&str> = topics[number % 3].split(' ').collect();
        let word = |at: usize| words[at % words.len()];
        let sentence = |n: usize| {
            let rare = if number == 4 && n == 17 { format!("A {RARE}. ") } else { String::new() };
            format!("The {} met the {} number {n} of the {}. {rare}", word(n), word(n * n + 1), word(n / 3))
        };
        let section = |from: usize| (from..from + 15).map(sentence).collect::<String>();
        Edit::Upsert(Source {
            id: format!("d{number}"),
            title: Some(format!("Speech of {}", 1850 + number)),
            format: Format::Markdown,
            content: format!("# Morning\n\n{}\n\n# Evening\n\n{}", section(0), section(15)),
            metadata: [("year".to_owned(), Value::Number(1850.0 + number as f64))].into(),
            ..Source::default()
        })
    };
    (0..30).map(edit).collect()
}

fn library() -> Collection {
    let mut collection = empty(CollectionOptions::default());
    apply(&mut collection, documents(), &FourLetterCounter).expect("a change");
    assert!(collection.stats().levels.len() >= 3, "{:?}", collection.stats().levels);
    collection
}

fn search(collection: &Collection, text: &str, filter: Option<&Filter>, options: &SearchOptions) -> (Vec<Hit>, Trace) {
    let vector = embed(text);
    collection.search(&Query { text, vector: Some(&vector), filter, now: None, embedder: None }, options).expect("hits")
}

/// By keywords alone, without an embedding.
fn by_words(collection: &Collection, text: &str, mode: Mode) -> (Vec<Hit>, Trace) {
    let options = SearchOptions { mode, hybrid: Hybrid { alpha: Some(0.0) }, ..SearchOptions::default() };
    collection.search(&Query { text, vector: None, filter: None, now: None, embedder: None }, &options).expect("hits")
}

fn in_mode(mode: Mode) -> SearchOptions {
    SearchOptions { mode, k: 20, ..SearchOptions::default() }
}

#[test]
fn each_mode_searches_the_nodes_that_it_names() {
    let library = library();
    let levels = |mode| search(&library, "whale ship", None, &in_mode(mode)).0.iter().map(|hit| hit.level).collect();
    let leaves: Vec<u32> = levels(Mode::Leaves);
    assert!(leaves.len() == 20 && leaves.iter().all(|&level| level == 0));
    let collapsed: Vec<u32> = levels(Mode::Collapsed);
    assert!(collapsed.contains(&0) && collapsed.iter().any(|&level| level > 0), "{collapsed:?}");
    let (hits, trace) = search(&library, "whale ship", None, &in_mode(Mode::Traverse));
    assert_eq!((trace.mode, hits.len()), (Mode::Traverse, 20));
    for hit in &hits {
        let path: Vec<NodeId> = hit.ranked.path.iter().copied().chain([hit.ranked.node]).collect();
        assert_eq!(path.len(), library.stats().levels.len(), "from the top to a leaf");
        assert!(path.windows(2).all(|pair| library.tree().nodes()[pair[0].index()].children.contains(&pair[1])));
    }
    let (_, trace) = search(&library, "whale ship", None, &in_mode(Mode::Auto));
    assert!(trace.mode != Mode::Auto && trace.notes[0].contains("cosine"), "{trace:?}");
}

#[test]
fn a_word_that_no_summary_holds_is_reached_from_the_top() {
    let mut library = empty(CollectionOptions::default());
    let mut change = library.begin(documents());
    loop {
        match change.step(&FourLetterCounter).expect("a step") {
            Step::Working(_) => {}
            Step::EmbedLeaves(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                change.provide_embeddings(HashedWords.embed_leaves(&texts).expect("rows")).expect("embeddings");
            }
            Step::Embed(texts) => {
                let rows = texts.iter().flat_map(|text| embed(text)).collect();
                change.provide_embeddings(Matrix::from_values(DIMENSIONS, rows).expect("rows")).expect("embeddings");
            }
            Step::Summarize(requests) => {
                let first = |request: &SummaryRequest| request.passages[0].sentences[..1].to_vec();
                let summaries = requests.iter().map(|request| Summary { sentences: first(request) }).collect();
                change.provide_summaries(summaries, &FourLetterCounter).expect("summaries");
            }
            Step::Done => break,
        }
    }
    library.commit(change).expect("a commit");
    assert!(library.tree().level_count() >= 3);
    let summaries = &library.tree().nodes()[library.chunks().len()..];
    assert!(summaries.iter().all(|summary| !summary.text().contains(RARE)));
    for mode in [Mode::Leaves, Mode::Collapsed, Mode::Traverse, Mode::Auto] {
        let (hits, _) = by_words(&library, RARE, mode);
        assert_eq!(hits.len(), 1, "{mode:?}");
        assert!(hits[0].text.contains(RARE) && hits[0].level == 0);
    }
}

#[test]
fn where_words_decide_alone_auto_compares_words() {
    let library = library();
    let (hits, trace) = by_words(&library, "whale harpoon", Mode::Auto);
    assert!(!hits.is_empty() && trace.notes[0].contains("share of the question's words"), "{trace:?}");
    // The same with an embedding that is not to count.
    let options = SearchOptions { hybrid: Hybrid { alpha: Some(0.0) }, ..SearchOptions::default() };
    assert_eq!(search(&library, "whale harpoon", None, &options).1.mode, trace.mode);
    let (hits, trace) = by_words(&library, "nothing has this: qwertz", Mode::Auto);
    assert!(hits.is_empty() && trace.notes[0].contains("no summary"), "{trace:?}");
}

#[test]
fn what_was_mistyped_or_is_still_being_typed_is_found_and_marked() {
    let library = library();
    let marked = |text, as_you_type| {
        let hybrid = Hybrid { alpha: Some(0.0) };
        let options = SearchOptions { mode: Mode::Leaves, hybrid, as_you_type, ..SearchOptions::default() };
        let (hits, _) = library
            .search(&Query { text, vector: None, filter: None, now: None, embedder: None }, &options)
            .expect("hits");
        hits.first().map(|hit| hit.highlights[0].of(&hit.text).to_owned())
    };
    assert_eq!(marked("harpon", false).as_deref(), Some("harpoon"));
    assert_eq!(marked("harp", false), None);
    assert_eq!(marked("harp", true).as_deref(), Some("harpoon"));
}

#[test]
fn documents_are_found_by_title_and_passages_by_their_headings() {
    let library = library();
    let (hits, _) = by_words(&library, "speech 1857", Mode::Leaves);
    assert_eq!(library.document_at(hits[0].document).id, "d7");
    let (hits, _) = by_words(&library, "evening speech of 1853", Mode::Leaves);
    assert_eq!(
        (library.document_at(hits[0].document).id.as_str(), hits[0].heading_path.as_slice()),
        ("d3", &["Evening".to_owned()][..])
    );
}

#[test]
fn a_filter_admits_only_what_is_wholly_of_its_documents() {
    let library = library();
    let filter = Filter::from_json(&serde_json::json!({ "year": { "gte": 1853, "lt": 1857 } })).expect("a filter");
    let admitted = |document| filter.matches(&library.document_at(document).metadata);
    for mode in [Mode::Leaves, Mode::Collapsed, Mode::Traverse, Mode::Auto] {
        let (hits, trace) = search(&library, "whale ship", Some(&filter), &in_mode(mode));
        assert!(!hits.is_empty() && trace.documents == 4, "{mode:?}");
        for hit in hits {
            assert!(library.documents_under(hit.ranked.node).into_iter().all(admitted), "{mode:?}");
            assert!(hit.sources.iter().all(|source| admitted(source.document)));
        }
    }
    let none = Filter::from_json(&serde_json::json!({ "year": 1 })).expect("a filter");
    assert!(search(&library, "whale", Some(&none), &in_mode(Mode::Traverse)).0.is_empty());
}

#[test]
fn a_leaf_is_widened_to_its_neighbors_or_its_section() {
    let library = library();
    let widened = |expand| {
        let options = SearchOptions { expand, ..in_mode(Mode::Leaves) };
        search(&library, "whale ship", None, &options).0
    };
    for hit in widened(Expand::Window) {
        let leaf = library.chunks()[hit.ranked.node.index()].range;
        let range = hit.range.expect("of a leaf");
        assert!(range.contains(leaf) && range.len() > leaf.len() && range.len() < leaf.len() + 400);
    }
    let hits = widened(Expand::Parent);
    for hit in &hits {
        let document = library.document_at(hit.document);
        let heading = library.chunks()[hit.ranked.node.index()].heading.expect("a section");
        assert_eq!(hit.range, Some(document.headings[heading as usize].section));
        assert_eq!(hit.text, hit.range.expect("of a leaf").of(&document.text));
    }
    // Leaves of one section are one hit.
    let mut shown: Vec<_> = hits.iter().map(|hit| (hit.document, hit.range.map(|range| range.start))).collect();
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown.len(), hits.len());
}

fn context(library: &Collection, options: &ContextOptions) -> Context {
    let vector = embed("whale ship");
    let query = Query { text: "whale ship", vector: Some(&vector), filter: None, now: None, embedder: None };
    library.context(&query, options, &FourLetterCounter).expect("a context")
}

#[test]
fn a_context_keeps_its_budget_and_says_nothing_twice() {
    let library = library();
    for mode in [Mode::Leaves, Mode::Collapsed, Mode::Traverse, Mode::Auto] {
        for format in [ContextFormat::Plain, ContextFormat::Numbered] {
            for tokens in [1, 7, 40, 100, 333, 1500, 100_000] {
                let options = ContextOptions { tokens, mode, format, ..ContextOptions::default() };
                let context = context(&library, &options);
                assert_eq!(context.tokens, FourLetterCounter.count(&context.text));
                assert!(context.tokens <= tokens as usize, "{mode:?} {format:?} {tokens}");
                assert!(tokens < 333 || context.tokens * 2 > tokens as usize || tokens > 1500, "{mode:?} {tokens}");
                let mut last = None;
                for (citation, number) in context.citations.iter().zip(1..) {
                    let place = (citation.source.document, citation.source.range.start);
                    assert!(citation.number == number && last <= Some(place));
                    last = Some((citation.source.document, citation.source.range.end));
                    let text = citation.source.range.of(&library.document_at(citation.source.document).text);
                    assert!(context.text.contains(text));
                }
            }
        }
    }
}

#[test]
fn an_answer_says_nothing_twice_though_documents_are_equal() {
    let mut collection = empty(CollectionOptions::default());
    let text = "The keeper kept bees on the gallery. The sea was sixty feet below. He fed the bees in winter.";
    let mut edits: Vec<Edit> =
        (0..12).map(|copy| collection::document(&format!("copy {copy}"), Format::Text, text)).collect();
    edits.push(collection::document("other", Format::Text, "A keeper of bees must wear a veil."));
    apply(&mut collection, edits, &FourLetterCounter).expect("a change");
    let (text, options) =
        ("What did the keeper of bees do?", AnswerOptions { sentences: 4, ..AnswerOptions::default() });
    let vector = embed(text);
    let query = Query { text, vector: Some(&vector), filter: None, now: None, embedder: None };
    let answer = collection.answer(&query, &options).expect("an answer");
    let text = |source: SourceRange| source.range.of(&collection.document_at(source.document).text);
    let mut texts: Vec<&str> = answer.sentences.iter().map(|sentence| text(sentence.source)).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), answer.sentences.len());
    assert_eq!(texts.len(), 4, "the other document's sentence is among them: {texts:?}");
}

#[test]
fn an_answer_quotes_as_many_sentences_as_were_asked_for() {
    let library = library();
    let query = Query { text: RARE, vector: None, filter: None, now: None, embedder: None };
    for sentences in [1, 3, 20] {
        let options = AnswerOptions { sentences, ..AnswerOptions::default() };
        let answer = library.answer(&query, &options).expect("an answer");
        assert!((1..=sentences as usize).contains(&answer.sentences.len()));
        let text = |at: usize| {
            let source = answer.sentences[at].source;
            source.range.of(&library.document_at(source.document).text)
        };
        assert!((0..answer.sentences.len()).any(|at| text(at).contains(RARE)));
        assert!((0..answer.sentences.len()).all(|at| text(at).starts_with(['T', 'A']) && text(at).ends_with('.')));
    }
}

#[test]
fn options_are_checked() {
    let library = library();
    let query = Query { text: "whale", vector: None, filter: None, now: None, embedder: None };
    let of_leaves = SearchOptions { mode: Mode::Leaves, ..SearchOptions::default() };
    let k = |k| library.search(&query, &SearchOptions { k, ..of_leaves }).map(|found| found.0.len());
    assert_eq!(k(10_000), Ok(library.chunks().iter().filter(|chunk| chunk.document.0 % 3 == 0).count()));
    for outside in [0, 10_001] {
        assert_eq!(k(outside).unwrap_err().code(), "invalid-option");
    }
    let hybrid = Hybrid { alpha: Some(1.5) };
    let error = library.answer(&query, &AnswerOptions { hybrid, ..AnswerOptions::default() }).unwrap_err();
    assert_eq!(error.code(), "invalid-option");
    let narrow = Query { vector: Some(&[1.0]), ..query };
    assert_eq!(library.search(&narrow, &SearchOptions::default()).unwrap_err().code(), "embedding-shape");
    // What would have no effect is refused where options are read.
    assert!(serde_json::from_str::<ContextOptions>(r#"{"expand": "parent"}"#).is_err());
    assert!(serde_json::from_str::<AnswerOptions>(r#"{"tokens": 100}"#).is_err());
    assert!(serde_json::from_str::<SearchOptions>(r#"{"hybrid": {"beta": 1}}"#).is_err());
}

#[test]
fn a_trace_tells_how_the_tree_was_grown() {
    let mut collection = empty(CollectionOptions::default());
    let same = "The same words again. ".repeat(20) + "\n\n";
    let edit = collection::document("a", Format::Text, &same.repeat(60));
    apply(&mut collection, vec![edit], &FourLetterCounter).expect("a change");
    let (_, trace) = search(&collection, "words", None, &in_mode(Mode::Collapsed));
    assert!(trace.notes.iter().any(|note| note.contains("equal vectors")), "{trace:?}");
    let (_, trace) = search(&collection, "words", None, &in_mode(Mode::Leaves));
    assert!(trace.notes.iter().all(|note| !note.contains("when the tree was grown")), "{trace:?}");
}

/// A line of `corpus.jsonl` or `queries.jsonl`.
#[derive(serde::Deserialize)]
struct Line {
    _id: String,
    #[serde(default)]
    title: String,
    text: String,
}

#[test]
fn pages_of_documentation_are_found_by_their_chunks() {
    let Some(folder) = shared::shared("eval/rust-book-quiz") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the set");
    let lines = |name: &str| -> Vec<Line> {
        read(name).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    };
    let edit = |Line { _id: id, title, text: content }: Line| {
        Edit::Upsert(Source { id, title: Some(title), format: Format::Markdown, content, ..Source::default() })
    };
    let mut options = CollectionOptions::default();
    options.tree.max_levels = 0;
    let mut book = empty(options);
    apply(&mut book, lines("corpus.jsonl").into_iter().map(edit).collect(), &FourLetterCounter).expect("a change");
    // One page is judged for each question: its ideal gain is 1.
    let judged = read("qrels/test.tsv");
    let judged: Vec<(&str, &str)> =
        judged.lines().skip(1).filter_map(|line| line.rsplit_once('\t')?.0.split_once('\t')).collect();
    let queries = lines("queries.jsonl");
    let options =
        SearchOptions { k: 1000, mode: Mode::Leaves, hybrid: Hybrid { alpha: Some(0.0) }, ..SearchOptions::default() };
    let gain = |query: &Line| {
        let (hits, _) = book
            .search(&Query { text: &query.text, vector: None, filter: None, now: None, embedder: None }, &options)
            .expect("hits");
        let mut pages = Vec::new();
        for hit in hits {
            if !pages.contains(&hit.document) {
                pages.push(hit.document);
            }
        }
        let relevant = |id: &str| judged.contains(&(query._id.as_str(), id));
        let rank = pages.iter().take(10).position(|&page| relevant(&book.document_at(page).id));
        rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 2.0).log2())
    };
    let figure = 100.0 * queries.iter().map(gain).sum::<f64>() / queries.len() as f64;
    println!("rust-book-quiz nDCG@10 by chunks, keywords alone: {figure:.2}");
    assert!(figure >= 77.0);
}
