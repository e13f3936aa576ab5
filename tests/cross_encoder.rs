//! A cross-encoder made here: pairs are read and scored as plain loops do it, and what is none is refused.
#![cfg(feature = "encoder")]

#[path = "support/slow_bert.rs"]
mod slow_bert;
#[path = "support/tiny_model.rs"]
mod tiny_model;

use leafcutter::embed::{CrossEncoder, Encoder, Kernel, Loader, ModelFiles, Precision};
use leafcutter::{Embedder, Error, Role};
use serde_json::json;
use tiny_model::{CLS, FIRST_WORD, Folder, HIDDEN, SEP, UNKNOWN, WORDS};

fn load(folder: &Folder, precision: Precision) -> CrossEncoder {
    CrossEncoder::load(&folder.bytes(str::to_owned).files(), precision).unwrap()
}

fn ids(words: &str) -> impl Iterator<Item = u32> {
    let id = |word| WORDS.iter().position(|known| *known == word).map_or(UNKNOWN, |index| FIRST_WORD + index as u32);
    words.split_whitespace().map(id)
}

/// The score by plain loops of a pair that is short enough.
fn reference(folder: &Folder, question: &str, passage: &str) -> f64 {
    let first: Vec<u32> = [CLS].into_iter().chain(ids(question)).chain([SEP]).collect();
    let all: Vec<u32> = first.iter().copied().chain(ids(passage)).chain([SEP]).collect();
    slow_bert::score(folder, &all, first.len())
}

fn assert_close(score: f32, expected: f64, what: &str) {
    assert!((f64::from(score) - expected).abs() < 1e-5, "{what}: {score}, not {expected}");
}

const PASSAGES: [&str; 5] = ["the ship sank", "", "sea", "passage : the sea", "the unknown whale"];

#[test]
fn scores_are_those_of_the_plain_loops() {
    for act in ["gelu", "gelu_new", "relu", "silu"] {
        let mut folder = Folder::with_head();
        folder.config["hidden_act"] = json!(act);
        let model = load(&folder, Precision::F32);
        for question in ["whale", "the sea", ""] {
            let scores = model.score(question, &PASSAGES).unwrap();
            assert_eq!(scores.len(), PASSAGES.len());
            for (passage, score) in PASSAGES.iter().zip(scores) {
                let expected = reference(&folder, question, passage);
                assert_close(score, expected, &format!("{act}, \"{question}\", \"{passage}\""));
            }
        }
    }
}

#[test]
fn the_longer_text_of_a_pair_is_cut() {
    let folder = Folder::with_head();
    let model = load(&folder, Precision::F32);
    // Of 9 tokens, 3 are special.
    for (question, passage, kept_question, kept_passage) in [
        ("the whale", "sea sea ship ship sank the", "the whale", "sea sea ship ship"),
        ("the whale sank the ship", "sea", "the whale sank the ship", "sea"),
        ("the whale sank the ship : the sea", "sea", "the whale sank the ship", "sea"),
        ("the whale sank the ship", "passage : the sea", "the whale sank", "passage : the"),
    ] {
        let expected = reference(&folder, kept_question, kept_passage);
        assert_close(model.score(question, &[passage]).unwrap()[0], expected, &format!("{question} {passage}"));
    }
    let bytes = folder.bytes(str::to_owned);
    let files = ModelFiles { pooling: None, prompts: None, sentence_config: None, ..bytes.files() };
    let model = CrossEncoder::load(&files, Precision::F32).unwrap();
    let long = "ship ".repeat(1000);
    let expected = reference(&folder, "sea", &"ship ".repeat(tiny_model::POSITIONS - 4));
    assert_close(model.score("sea", &[&long]).unwrap()[0], expected, "as many as there are positions");
}

#[test]
fn the_types_of_tokens_and_their_order_count() {
    let mut folder = Folder::with_head();
    let score = |folder: &Folder, first, second| load(folder, Precision::F32).score(first, &[second]).unwrap()[0];
    let before = score(&folder, "whale", "sea");
    assert!((before - score(&folder, "sea", "whale")).abs() > 1e-4);
    // Nothing but type 1.
    folder.tensors.get_mut("embeddings.token_type_embeddings.weight").unwrap().values[HIDDEN] += 1.0;
    let after = score(&folder, "whale", "sea");
    assert!((before - after).abs() > 1e-4);
    assert_close(after, reference(&folder, "whale", "sea"), "with another type 1");
}

#[test]
fn a_score_does_not_depend_on_the_other_passages() {
    let folder = Folder::with_head();
    // Hundreds of pairs of 4 to 9 tokens are several batches.
    let passages: Vec<&str> = (0..500).map(|index| PASSAGES[index % PASSAGES.len()]).collect();
    for precision in [Precision::F32, Precision::Int8] {
        let model = load(&folder, precision);
        for (passage, score) in passages.iter().zip(model.score("the whale", &passages).unwrap()) {
            let alone = model.score("the whale", &[passage]).unwrap()[0];
            match precision {
                Precision::F32 => assert!((alone - score).abs() <= 1e-6, "{passage}: {alone} and {score}"),
                Precision::Int8 => assert_eq!(alone, score, "{passage}"),
            }
        }
        assert!(model.score("the whale", &[]).unwrap().is_empty());
    }
}

#[test]
fn int8_is_close_to_f32_with_every_kernel_and_from_a_quantized_file() {
    let folder = Folder::with_head();
    let bytes =
        folder.bytes(|name| if name.starts_with("classifier") { name.to_owned() } else { format!("bert.{name}") });
    let int8 = CrossEncoder::load(&bytes.files(), Precision::Int8).unwrap().score("the sea", &PASSAGES).unwrap();
    let f32 = CrossEncoder::load(&bytes.files(), Precision::F32).unwrap().score("the sea", &PASSAGES).unwrap();
    assert!(int8.iter().zip(&f32).all(|(a, b)| (a - b).abs() < 0.1), "{int8:?} and {f32:?}");
    for kernel in Kernel::available() {
        let model =
            Loader::new(&bytes.files(), Precision::Int8).unwrap().kernel(kernel).finish_cross_encoder().unwrap();
        assert_eq!(model.kernel(), Some(kernel));
        assert_eq!(model.score("the sea", &PASSAGES).unwrap(), int8, "{}", kernel.name());
    }
    let file = Loader::new(&bytes.files(), Precision::Int8).unwrap().convert().unwrap();
    let mut loader = Loader::quantized();
    file.chunks(1000).for_each(|piece| loader.push(piece).unwrap());
    assert_eq!(loader.finish_cross_encoder().unwrap().score("the sea", &PASSAGES).unwrap(), int8);
}

#[test]
fn an_encoder_is_the_same_with_a_head_and_without() {
    let embed = |folder: &Folder| {
        let encoder = Encoder::load(&folder.bytes(str::to_owned).files(), Precision::Int8).unwrap();
        encoder.embed(&PASSAGES, Role::Passage).unwrap()
    };
    assert_eq!(embed(&Folder::with_head()), embed(&Folder::new()));
}

fn refusal(folder: &Folder) -> String {
    match CrossEncoder::load(&folder.bytes(str::to_owned).files(), Precision::F32) {
        Err(error @ Error::ModelFile { .. }) => error.to_string(),
        other => panic!("{:?}", other.map(|_| "loaded")),
    }
}

#[test]
fn what_is_no_cross_encoder_is_refused() {
    assert!(refusal(&Folder::new()).contains("no tensor pooler.dense.weight, so it is no cross-encoder"));
    let changed = |change: fn(&mut Folder)| {
        let mut folder = Folder::with_head();
        change(&mut folder);
        refusal(&folder)
    };
    for name in ["pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias"] {
        let mut folder = Folder::with_head();
        folder.tensors.remove(name);
        assert!(refusal(&folder).contains(&format!("no tensor {name}")));
    }
    let labels = changed(|folder| {
        let classifier = |name: &str, shape: &[usize]| {
            let values = vec![0.5; shape.iter().product()];
            (format!("classifier.{name}"), tiny_model::Tensor { shape: shape.to_vec(), values })
        };
        folder.tensors.extend([classifier("weight", &[3, HIDDEN]), classifier("bias", &[3])]);
    });
    assert!(labels.contains("it has 3 labels"), "{labels}");
    assert!(changed(|folder| folder.config["model_type"] = json!("xlm-roberta")).contains("only \"bert\""));
    assert!(changed(|folder| folder.tokenizer["post_processor"] = json!(null)).contains("as BERT does"));
    assert!(changed(|folder| folder.sentence_config["max_seq_length"] = json!(3)).contains("no room"));
    let one_type = changed(|folder| {
        folder.config["type_vocab_size"] = json!(1);
        let types = folder.tensors.get_mut("embeddings.token_type_embeddings.weight").unwrap();
        types.shape[0] = 1;
        types.values.truncate(HIDDEN);
    });
    assert!(one_type.contains("type_vocab_size is 1"), "{one_type}");
    let not_finite = changed(|folder| folder.tensors.get_mut("pooler.dense.bias").unwrap().values[3] = f32::NAN);
    assert!(not_finite.contains("pooler.dense.bias has a value"), "{not_finite}");
}

#[test]
fn every_truncated_file_is_a_model_file_error() {
    let bytes = Folder::with_head().bytes(str::to_owned);
    let files = bytes.files();
    for length in (0..files.weights.len()).step_by(files.weights.len() / 60 + 1) {
        let loaded = CrossEncoder::load(&ModelFiles { weights: &files.weights[..length], ..files }, Precision::F32);
        assert_eq!(loaded.map(|_| ()).unwrap_err().code(), "model-file", "{length} bytes of weights");
    }
}

#[test]
fn weights_that_are_not_numbers_fail_when_scoring() {
    let mut folder = Folder::with_head();
    folder.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap().values[3] = f32::NAN;
    assert_eq!(load(&folder, Precision::F32).score("whale", &["sea"]).unwrap_err().code(), "encoder");
}
