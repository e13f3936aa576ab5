//! Another model of the family, made here: pooling, prompts and length are obeyed, and damaged files are refused.
#![cfg(feature = "encoder")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/slow_bert.rs"]
mod slow_bert;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/tiny_model.rs"]
mod tiny_model;

use leafcutter::embed::{Encoder, Loader, ModelFiles, Precision};
use leafcutter::{Embedder, Error, Role, TokenCounter};
use serde_json::json;
use tiny_model::{CLS, FIRST_WORD, Folder, HIDDEN, SEP, UNKNOWN, WORDS};

fn load(folder: &Folder) -> Encoder {
    Encoder::load(&folder.bytes(str::to_owned).files(), Precision::F32).unwrap()
}

/// The ids of known words, within special tokens.
fn ids(words: &str) -> Vec<u32> {
    let id = |word| WORDS.iter().position(|known| *known == word).map_or(UNKNOWN, |index| FIRST_WORD + index as u32);
    [CLS].into_iter().chain(words.split_whitespace().map(id)).chain([SEP]).collect()
}

/// The embedding of `ids` by plain loops.
fn reference(folder: &Folder, pooling: &str, ids: &[u32]) -> Vec<f64> {
    let states = slow_bert::hidden_states(folder, ids, ids.len());
    let column = |index: usize| states.iter().map(move |state| state[index]);
    let pooled = (0..HIDDEN).map(|index| match pooling {
        "mean" => column(index).sum::<f64>() / states.len() as f64,
        "max" => column(index).fold(f64::MIN, f64::max),
        _ => states[0][index],
    });
    let pooled: Vec<f64> = pooled.collect();
    let length = pooled.iter().map(|value| value * value).sum::<f64>().sqrt();
    pooled.iter().map(|value| value / length).collect()
}

fn assert_close(embedding: &[f32], expected: &[f64], what: &str) {
    let most = embedding.iter().zip(expected).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
    assert!(most < 1e-5, "{what}: off by {most}");
}

#[test]
fn embeddings_are_those_of_the_plain_loops() {
    for act in ["gelu", "gelu_new", "relu", "silu"] {
        for pooling in ["cls", "mean", "max"] {
            let mut folder = Folder::new();
            folder.config["hidden_act"] = json!(act);
            folder.pooling = json!({ "pooling_mode": pooling });
            let texts = ["the whale sank the ship", "", "sea", "the sea : the ship"];
            let embeddings = load(&folder).embed(&texts, Role::Passage).unwrap();
            for (text, embedding) in texts.iter().zip(embeddings.iter()) {
                let expected = reference(&folder, pooling, &ids(&format!("passage : {text}")));
                assert_close(embedding, &expected, &format!("{act}, {pooling}, \"{text}\""));
            }
        }
    }
}

#[test]
fn prompts_go_by_role_and_count_towards_the_length() {
    let folder = Folder::new();
    let encoder = load(&folder);
    let query = encoder.embed(&["The Whale"], Role::Query).unwrap();
    assert_close(query.row(0), &reference(&folder, "cls", &ids("query : the whale")), "a query");
    // Of 9 tokens, 2 are special and 2 the prompt.
    let long = encoder.embed(&["whale whale whale sea sea ship ship"], Role::Passage).unwrap();
    assert_close(long.row(0), &reference(&folder, "cls", &ids("passage : whale whale whale sea sea")), "a long text");
    assert_eq!(encoder.count("whale whale whale sea sea ship ship"), 7);
}

#[test]
fn a_folder_of_three_files_has_the_length_of_its_positions() {
    let folder = Folder::new();
    let bytes = folder.bytes(str::to_owned);
    let files = ModelFiles { pooling: None, prompts: None, sentence_config: None, ..bytes.files() };
    let encoder = Encoder::load(&files, Precision::F32).unwrap();
    assert_eq!(encoder.tokenizer().max_length(), tiny_model::POSITIONS);
    let embedding = encoder.embed(&["whale ".repeat(99).as_str()], Role::Query).unwrap();
    let expected = reference(&folder, "mean", &ids(&"whale ".repeat(tiny_model::POSITIONS - 2)));
    assert_close(embedding.row(0), &expected, "a text over the length");
}

#[test]
fn names_and_pieces_of_the_weights_make_no_difference() {
    let folder = Folder::new();
    let expected = load(&folder).embed(&["the whale"], Role::Query).unwrap();
    let old = |name: &str| format!("bert.{}", name.replace("LayerNorm.weight", "LayerNorm.gamma"));
    let bytes = folder.bytes(old);
    let mut loader = Loader::new(&ModelFiles { weights: &[], ..bytes.files() }, Precision::F32).unwrap();
    bytes.weights.chunks(1000).for_each(|piece| loader.push(piece).unwrap());
    assert_eq!(loader.finish().unwrap().embed(&["the whale"], Role::Query).unwrap(), expected);
}

#[test]
fn many_texts_come_back_in_order() {
    let encoder = load(&Folder::new());
    // 3,000 texts of 5 and more tokens are several batches.
    let texts: Vec<String> =
        (0..3000).map(|index| "whale sea ship sank the".split_at(index % 20).0.to_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let embeddings = encoder.embed(&texts, Role::Passage).unwrap();
    let first_20 = encoder.embed(&texts[..20], Role::Passage).unwrap();
    for (index, embedding) in embeddings.iter().enumerate() {
        assert!(embedding.iter().zip(first_20.row(index % 20)).all(|(a, b)| (a - b).abs() <= 1e-6), "text {index}");
    }
    let none = encoder.embed(&[], Role::Query).unwrap();
    assert_eq!((none.rows(), none.dimensions()), (0, HIDDEN));
}

#[test]
fn identities_differ_where_embeddings_would() {
    let identity = |change: fn(&mut Folder)| {
        let mut folder = Folder::new();
        change(&mut folder);
        load(&folder).identity().clone()
    };
    let original = identity(|_| ());
    assert_eq!(original, identity(|_| ()));
    assert!(original.to_string().contains("12 dimensions in f32, cls pooling, 9 tokens"), "{original}");
    let changes: [fn(&mut Folder); 6] = [
        |folder| folder.pooling = json!({"pooling_mode": "mean"}),
        |folder| folder.prompts["prompts"]["query"] = json!("ask: "),
        |folder| folder.sentence_config["max_seq_length"] = json!(8),
        |folder| folder.config["hidden_act"] = json!("relu"),
        |folder| folder.tokenizer["normalizer"]["lowercase"] = json!(false),
        |folder| folder.tensors.values_mut().next().unwrap().values[0] += 1.0,
    ];
    for change in changes {
        let changed = identity(change);
        assert_ne!(changed, original);
        assert_ne!(changed.to_string(), original.to_string());
    }
}

#[test]
fn every_truncated_file_is_a_model_file_error() {
    let bytes = Folder::new().bytes(str::to_owned);
    let files = bytes.files();
    let refused = |files: &ModelFiles, what: String| match Encoder::load(files, Precision::F32) {
        Err(error) => assert_eq!(error.code(), "model-file", "{what}: {error}"),
        Ok(_) => panic!("{what} was loaded"),
    };
    let cut = |file: &'_ [u8]| (0..file.len()).step_by(file.len() / 60 + 1).collect::<Vec<_>>();
    for length in cut(files.config) {
        refused(&ModelFiles { config: &files.config[..length], ..files }, format!("{length} bytes of config"));
    }
    for length in cut(files.tokenizer) {
        refused(&ModelFiles { tokenizer: &files.tokenizer[..length], ..files }, format!("{length} bytes of tokenizer"));
    }
    for length in cut(files.weights) {
        refused(&ModelFiles { weights: &files.weights[..length], ..files }, format!("{length} bytes of weights"));
    }
    for length in cut(&bytes.pooling) {
        refused(&ModelFiles { pooling: Some(&bytes.pooling[..length]), ..files }, format!("{length} bytes of pooling"));
    }
    for length in cut(&bytes.prompts) {
        refused(&ModelFiles { prompts: Some(&bytes.prompts[..length]), ..files }, format!("{length} bytes of prompts"));
    }
    for length in cut(&bytes.sentence_config) {
        let sentence_config = Some(&bytes.sentence_config[..length]);
        refused(&ModelFiles { sentence_config, ..files }, format!("{length} bytes of sentence config"));
    }
}

#[test]
fn files_that_contradict_each_other_are_refused() {
    let reason = |change: fn(&mut Folder)| {
        let mut folder = Folder::new();
        change(&mut folder);
        match Encoder::load(&folder.bytes(str::to_owned).files(), Precision::F32) {
            Err(error @ Error::ModelFile { .. }) => error.to_string(),
            other => panic!("{:?}", other.map(|_| "loaded")),
        }
    };
    assert!(
        reason(|folder| folder.config["num_hidden_layers"] = json!(1_000_000)).contains("no tensor encoder.layer.2")
    );
    assert!(reason(|folder| folder.config["vocab_size"] = json!(13)).contains("asks for [13, 12]"));
    assert!(reason(|folder| folder.config["intermediate_size"] = json!(u64::MAX)).contains("asks for"));
    assert!(reason(|folder| folder.tokenizer["model"]["vocab"]["more"] = json!(12)).contains("only 12 embeddings"));
    assert!(reason(|folder| folder.sentence_config["max_seq_length"] = json!(2)).contains("no room"));
}

#[test]
fn weights_that_are_not_numbers_fail_when_embedding() {
    let mut folder = Folder::new();
    folder.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap().values[3] = f32::NAN;
    let error = load(&folder).embed(&["whale"], Role::Query).unwrap_err();
    assert_eq!(error.code(), "encoder");
}
