use proptest::prelude::*;

use super::*;
use crate::document::{Chunk, Document, TextRange};
use crate::ids::DocId;
use crate::sentences::words;
use crate::summarize::summarize;
use crate::tree::chunk_sentences;
use crate::vector::dot;

/// A token is a word.
struct Words;

impl TokenCounter for Words {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        words(text).map(|(range, _)| range).collect()
    }
}

/// Bags of words, hashed to 32 dimensions.
fn embed(texts: &[String]) -> Matrix {
    let mut embeddings = Matrix::new(32);
    for text in texts {
        let mut row = [0.0f32; 32];
        for (_, word) in words(text) {
            let hash = word.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
            row[(hash % 32) as usize] += if hash & 64 == 0 { 1.0 } else { -1.0 };
        }
        crate::vector::normalize(&mut row);
        embeddings.push(&row);
    }
    embeddings
}

/// A collection of documents, one chunk a line.
struct Corpus {
    documents: Vec<Document>,
    chunks: Vec<Chunk>,
}

impl Corpus {
    fn new(texts: &[String]) -> Self {
        let mut corpus = Self { documents: Vec::new(), chunks: Vec::new() };
        for (index, text) in texts.iter().enumerate() {
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let range = TextRange::new(start, start + line.trim_end().len());
                start += line.len();
                let tokens = Words.count(line) as u32;
                corpus.chunks.push(Chunk { document: DocId(index as u32), range, heading: None, tokens });
            }
            corpus.documents.push(Document {
                id: index.to_string(),
                title: String::new(),
                url: None,
                text: text.clone(),
                blocks: Vec::new(),
                headings: Vec::new(),
                metadata: Default::default(),
                source_hash: 0,
                updated_at: None,
                expires_at: None,
            });
        }
        corpus
    }

    /// `lines` lines in each of `documents` documents about a topic of its own.
    fn of_topics(documents: usize, lines: usize) -> Self {
        let topics = ["whale sea ship harpoon sail", "bread oven flour yeast crust", "star orbit comet moon sky"];
        let text = |document: usize| {
            let words: Vec<&str> = topics[document % topics.len()].split(' ').collect();
            let line = |line: usize| {
                let word = |step: usize| words[(line * step + line / 3) % words.len()];
                format!(
                    "The {} and the {} number {line} met 🦀. Then {} number {document} left.\n",
                    word(1),
                    word(2),
                    word(3)
                )
            };
            (0..lines).map(line).collect::<String>()
        };
        Self::new(&(0..documents).map(text).collect::<Vec<_>>())
    }

    fn leaves(&self) -> Leaves {
        let text = |chunk: &Chunk| chunk.range.of(&self.documents[chunk.document.index()].text).to_owned();
        let texts: Vec<String> = self.chunks.iter().map(text).collect();
        Leaves { embeddings: Arc::new(embed(&texts)), tokens: self.chunks.iter().map(|chunk| chunk.tokens).collect() }
    }

    fn sentences(&self, chunk: ChunkId) -> Vec<Sentence> {
        let chunk = &self.chunks[chunk.index()];
        chunk_sentences(&self.documents[chunk.document.index()], chunk)
    }

    /// Grows a tree with the extractive summarizer, and checks what must hold for any.
    fn grow(&self, options: &TreeOptions) -> GrownTree {
        let mut builder = TreeBuilder::new(options.clone(), self.leaves()).unwrap();
        let sentences = |chunk| self.sentences(chunk);
        let mut steps = 0;
        loop {
            steps += 1;
            assert!(steps < 100 + self.chunks.len() * 10, "does not end");
            match builder.step(&sentences).unwrap() {
                TreeStep::Working(progress) => assert!(progress.done <= progress.total),
                TreeStep::Summarize(requests) => {
                    assert!(builder.step(&sentences).is_err());
                    let summaries = requests.iter().map(|request| summarize(request, &Words)).collect();
                    builder.provide_summaries(summaries, &Words).unwrap();
                }
                TreeStep::Embed(texts) => builder.provide_embeddings(&embed(&texts)).unwrap(),
                TreeStep::Done => break,
            }
        }
        let grown = builder.finish().unwrap();
        self.check(&grown, options);
        grown
    }

    fn check(&self, grown: &GrownTree, options: &TreeOptions) {
        let tree = &grown.tree;
        tree.check(self.chunks.len()).unwrap();
        assert_eq!(grown.embeddings.rows(), tree.nodes().len() - tree.leaf_count());
        assert!(tree.level_count() <= 1 + options.max_levels as usize);
        for node in &tree.nodes()[tree.leaf_count()..] {
            assert!(!node.sentences.is_empty() && node.tokens <= options.summary_tokens);
            for sentence in &node.sentences {
                let source = sentence.source.unwrap();
                assert_eq!(source.range.of(&self.documents[source.document.index()].text), sentence.text);
            }
        }
        for level in 2..tree.level_count() {
            assert!(tree.level(level).len() * 2 <= tree.level(level - 1).len());
        }
    }
}

#[test]
fn a_tree_grows_until_few_nodes_are_left() {
    let corpus = Corpus::of_topics(6, 40);
    let grown = corpus.grow(&TreeOptions { summary_tokens: 30, ..Default::default() });
    let top = grown.tree.level(grown.tree.level_count() - 1);
    assert!(grown.tree.level_count() >= 3 && top.len() <= 11, "{} levels, {top:?}", grown.tree.level_count());
    let has_parent = |id: u32| !grown.tree.nodes()[id as usize].parents.is_empty();
    assert!((0..top.start).all(has_parent));
    let shared = grown.tree.nodes().iter().filter(|node| node.parents.len() > 1).count();
    assert!(shared < grown.tree.nodes().len() / 2);
}

#[test]
fn the_same_input_gives_the_same_tree() {
    let corpus = Corpus::of_topics(3, 50);
    let options = TreeOptions { summary_tokens: 40, ..Default::default() };
    assert_eq!(corpus.grow(&options), corpus.grow(&options));
}

#[test]
fn small_collections_have_no_tree_or_one_level() {
    for (lines, levels) in [(0, 1), (1, 1), (2, 1), (3, 2), (11, 2)] {
        assert_eq!(Corpus::of_topics(1, lines).grow(&TreeOptions::default()).tree.level_count(), levels, "{lines}");
    }
    let none = TreeOptions { max_levels: 0, ..Default::default() };
    assert_eq!(Corpus::of_topics(3, 30).grow(&none).tree.level_count(), 1);
}

#[test]
fn identical_leaves_make_a_tree() {
    let grown = Corpus::new(&["The same words again.\n".repeat(500)]).grow(&TreeOptions::default());
    assert_eq!(grown.tree.level_count(), 3);
}

#[test]
fn leaves_without_words_make_no_summaries() {
    let grown = Corpus::new(&["- - -\n".repeat(40)]).grow(&TreeOptions::default());
    assert_eq!(grown.tree.level_count(), 1);
    assert!(grown.notes.iter().any(|note| note.contains("no words")));
}

#[test]
fn leaves_over_the_token_limit_are_summarized_alone() {
    let corpus = Corpus::of_topics(3, 10);
    let options = TreeOptions { summary_tokens: 4, max_cluster_tokens: 9, ..Default::default() };
    let grown = corpus.grow(&options);
    assert_eq!(grown.tree.level(1).len(), 30);
}

/// A builder that waits for summaries, and what it asked for.
fn waiting(corpus: &Corpus) -> (TreeBuilder, Vec<SummaryRequest>) {
    let mut builder = TreeBuilder::new(TreeOptions::default(), corpus.leaves()).unwrap();
    loop {
        if let TreeStep::Summarize(requests) = builder.step(&|chunk| corpus.sentences(chunk)).unwrap() {
            return (builder, requests);
        }
    }
}

#[test]
fn answers_are_checked_and_can_be_given_again() {
    let corpus = Corpus::of_topics(2, 20);
    let (mut builder, requests) = waiting(&corpus);
    let with = |sentence: &Sentence| vec![Summary { sentences: vec![sentence.clone()] }; requests.len()];
    let code = |error: Error| error.code();
    assert_eq!(builder.provide_summaries(Vec::new(), &Words).map_err(code), Err("summarizer"));
    let mut elsewhere = requests[0].passages[0].sentences[0].clone();
    elsewhere.text.push('x');
    assert_eq!(builder.provide_summaries(with(&elsewhere), &Words).map_err(code), Err("summarizer"));
    assert_eq!(builder.provide_embeddings(&Matrix::new(32)).map_err(code), Err("out-of-order"));

    let own = Sentence { text: "A text of a model.".into(), source: None };
    builder.provide_summaries(with(&own), &Words).unwrap();
    assert_eq!(builder.provide_summaries(with(&own), &Words).map_err(code), Err("out-of-order"));
    assert!(matches!(builder.step(&|_| Vec::new()), Ok(TreeStep::Embed(texts)) if texts[0] == own.text));
    assert_eq!(builder.provide_embeddings(&Matrix::new(32)).map_err(code), Err("embedding-shape"));
    assert_eq!(builder.finish().map_err(code), Err("out-of-order"));
}

#[test]
fn summaries_over_the_budget_are_cut_at_a_sentence_or_a_word() {
    let corpus = Corpus::of_topics(2, 20);
    let (mut builder, requests) = waiting(&corpus);
    let long = ["Whales sing. ", &"Ships sail on. ".repeat(50)].concat();
    let endless = "word ".repeat(4000);
    let texts = [long, endless].into_iter().cycle().take(requests.len());
    let summary = |text| Summary { sentences: vec![Sentence { text, source: None }] };
    builder.provide_summaries(texts.map(summary).collect(), &Words).unwrap();
    let Ok(TreeStep::Embed(texts)) = builder.step(&|_| Vec::new()) else { panic!("nothing to embed") };
    assert!(texts[0].starts_with("Whales sing. Ships sail on.") && texts[0].ends_with("on."));
    assert_eq!((Words.count(&texts[0]), Words.count(&texts[1])), (98, 100));
}

#[test]
fn a_summary_of_sentences_of_its_passages_is_known_as_such() {
    let corpus = Corpus::of_topics(2, 20);
    let (mut builder, requests) = waiting(&corpus);
    let quoted = |request: &SummaryRequest| -> Vec<Sentence> {
        request.passages.iter().rev().map(|passage| passage.sentences[0].clone()).take(2).collect()
    };
    let summaries = requests.iter().enumerate().map(|(number, request)| {
        let mut text = Sentence::join(&quoted(request));
        if number > 0 {
            text.push_str(" In other words.");
        }
        Summary { sentences: vec![Sentence { text, source: None }] }
    });
    builder.provide_summaries(summaries.collect(), &Words).unwrap();
    let leaf_sentences = |chunk| corpus.sentences(chunk);
    loop {
        match builder.step(&leaf_sentences).unwrap() {
            TreeStep::Working(_) => {}
            TreeStep::Embed(texts) => builder.provide_embeddings(&embed(&texts)).unwrap(),
            TreeStep::Summarize(_) | TreeStep::Done => break,
        }
    }
    let made = &builder.tree.nodes()[builder.tree.leaf_count()..][..requests.len()];
    assert_eq!(made[0].sentences, quoted(&requests[0]));
    assert!(made[1..].iter().all(|node| node.sentences.iter().all(|it| it.source.is_none())));
    assert!(made.len() > 1);
}

#[test]
fn summaries_can_be_embedded_by_the_leaves_under_them() {
    let corpus = Corpus::of_topics(6, 40);
    let options = TreeOptions { summary_tokens: 30, summary_embedding: SummaryEmbedding::Leaves, ..Default::default() };
    let grown = corpus.grow(&options);
    assert!(grown.tree.level_count() >= 3);
    let leaves = corpus.leaves();
    for (row, node) in grown.embeddings.iter().zip(grown.tree.leaf_count() as u32..) {
        let mut mean = vec![0.0; row.len()];
        for leaf in grown.tree.leaves_of(NodeId(node)) {
            let tokens = leaves.tokens[leaf.index()] as f32;
            mean.iter_mut().zip(leaves.embeddings.row(leaf.index())).for_each(|(sum, value)| *sum += tokens * value);
        }
        let length = dot(&mean, &mean).sqrt();
        assert!((dot(row, &mean) / length - 1.0).abs() < 1e-5);
    }
}

#[test]
fn options_and_leaves_are_checked() {
    let leaves = || Corpus::of_topics(1, 5).leaves();
    for options in [
        TreeOptions { summary_tokens: 0, ..Default::default() },
        TreeOptions { posterior: f32::NAN, ..Default::default() },
        TreeOptions { max_levels: 17, ..Default::default() },
        TreeOptions { max_cluster_tokens: 199, ..Default::default() },
    ] {
        assert_eq!(TreeBuilder::new(options, leaves()).err().map(|error| error.code()), Some("invalid-option"));
    }
    let short = Leaves { tokens: vec![1], ..leaves() };
    let error = TreeBuilder::new(TreeOptions::default(), short).err().map(|error| error.code());
    assert_eq!(error, Some("embedding-shape"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_collection_grows_a_sound_tree(
        texts in prop::collection::vec("([a-f]{1,3}[ .\n]){0,60}", 0..5),
        summary_tokens in 1u32..30,
    ) {
        Corpus::new(&texts).grow(&TreeOptions { summary_tokens, ..Default::default() });
    }
}
