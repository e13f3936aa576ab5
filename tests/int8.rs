//! The int8 encoder against the f32 one, and its kernels against each other.
#![cfg(feature = "encoder")]

#[path = "support/model.rs"]
mod model;
#[path = "support/shared.rs"]
mod shared;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/tiny_model.rs"]
mod tiny_model;

use leafcutter::embed::{Encoder, Kernel, Loader, Precision};
use leafcutter::{Embedder, Role};
use sha2::{Digest, Sha256};

const TEXTS: [&str; 5] =
    ["the whale sank the ship", "sea", "", "the ship : the sea", "whale whale whale whale whale whale"];

/// Texts of a real set with embeddings from sentence-transformers.
fn abstracts(count: usize) -> Option<Vec<(String, Vec<f32>)>> {
    let corpus = std::fs::read_to_string(shared::shared("eval/scifact/corpus.jsonl")?).unwrap();
    let vectors = std::fs::read(shared::shared("peers/vectors/scifact-docs.f32")?).unwrap();
    let lines: Vec<&str> = corpus.lines().collect();
    let one_of = (lines.len() / count).max(1);
    let chosen = lines.iter().zip(vectors.chunks_exact(4 * 384)).step_by(one_of).take(count);
    let abstracts = chosen.map(|(line, bytes)| {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = format!("{} {}", document["title"].as_str().unwrap(), document["text"].as_str().unwrap());
        let values = bytes.chunks_exact(4).map(|value| f32::from_le_bytes(value.try_into().unwrap()));
        (text, values.collect())
    });
    Some(abstracts.collect())
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

#[test]
fn embeddings_are_close_to_those_of_f32() {
    let count = if std::env::var_os("LEAFCUTTER_LONG").is_some() { 256 } else { 8 };
    let (Some(abstracts), Some(loader)) = (abstracts(count), model::loader(Precision::Int8)) else { return };
    let encoder = loader.finish().unwrap();
    let cosines: Vec<f64> = abstracts
        .iter()
        .map(|(text, expected)| cosine(encoder.embed(&[text], Role::Passage).unwrap().row(0), expected))
        .collect();
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    let least = cosines.iter().copied().fold(1.0, f64::min);
    println!("figure: {} abstracts, mean cosine {mean:.5}, least {least:.5}", cosines.len());
    assert!(mean >= 0.997 && least >= 0.994, "mean {mean}, least {least}");
}

#[test]
fn every_kernel_gives_the_same_bits() {
    let bytes = tiny_model::Folder::new().bytes(str::to_owned);
    let embed = |kernel| {
        let loader = Loader::new(&bytes.files(), Precision::Int8).unwrap().kernel(kernel);
        loader.finish().unwrap().embed(&TEXTS, Role::Passage).unwrap()
    };
    let oracle = embed(Kernel::Scalar);
    for kernel in Kernel::available() {
        assert_eq!(embed(kernel), oracle, "{}", kernel.name());
    }
}

/// The browser and Node tests hold every kernel of the modules against the same fingerprint, so this is their oracle for
/// what is computed between the kernels.
#[test]
fn embeddings_have_the_fingerprint_that_they_have_everywhere() {
    let fixture = std::fs::read("tests/fixtures/int8-fingerprint.json").unwrap();
    let fixture: serde_json::Value = serde_json::from_slice(&fixture).unwrap();
    let phrases = fixture["phrases"].as_array().unwrap().iter();
    let texts: Vec<String> =
        phrases.map(|it| it[0].as_str().unwrap().repeat(it[1].as_u64().unwrap() as usize)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let Some(loader) = model::loader(Precision::Int8) else { return };
    let embeddings = loader.finish().unwrap().embed(&texts, Role::Passage).unwrap();
    let bytes: Vec<u8> = embeddings.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    println!("figure: {sha256}");
    assert_eq!(fixture["sha256"], sha256);
}

#[test]
fn a_small_model_is_close_to_its_f32_form() {
    let bytes = tiny_model::Folder::new().bytes(str::to_owned);
    let embed = |precision| Encoder::load(&bytes.files(), precision).unwrap().embed(&TEXTS, Role::Query).unwrap();
    let (int8, f32) = (embed(Precision::Int8), embed(Precision::F32));
    for (one, other) in int8.iter().zip(f32.iter()) {
        assert!(cosine(one, other) > 0.995, "{}", cosine(one, other));
    }
}

#[test]
fn an_embedding_does_not_depend_on_its_company() {
    let bytes = tiny_model::Folder::new().bytes(str::to_owned);
    let encoder = Encoder::load(&bytes.files(), Precision::Int8).unwrap();
    let together = encoder.embed(&TEXTS, Role::Passage).unwrap();
    for (text, expected) in TEXTS.iter().zip(together.iter()) {
        assert_eq!(encoder.embed(&[text], Role::Passage).unwrap().row(0), expected);
    }
}

#[test]
fn one_file_is_the_same_model_as_its_folder() {
    let bytes = tiny_model::Folder::new().bytes(str::to_owned);
    let loader = || Loader::new(&bytes.files(), Precision::Int8).unwrap();
    let file = loader().convert().unwrap();
    assert_eq!(file, loader().convert().unwrap());
    let folder = loader().finish().unwrap();
    let mut one = Loader::quantized();
    file.chunks(100).for_each(|piece| one.push(piece).unwrap());
    let one = one.finish().unwrap();
    assert_eq!(one.identity(), folder.identity());
    assert_eq!(one.embed(&TEXTS, Role::Passage).unwrap(), folder.embed(&TEXTS, Role::Passage).unwrap());
}

#[test]
fn a_damaged_file_is_refused() {
    let bytes = tiny_model::Folder::new().bytes(str::to_owned);
    let file = Loader::new(&bytes.files(), Precision::Int8).unwrap().convert().unwrap();
    let load = |file: &[u8]| {
        let mut loader = Loader::quantized();
        loader.push(file)?;
        loader.finish().map(|_| ())
    };
    assert!(load(&file).is_ok());
    for length in (0..file.len()).step_by(7) {
        assert_eq!(load(&file[..length]).unwrap_err().code(), "model-file", "{length}");
    }
    // The folder's own weights say nothing of the rest of the folder.
    let error = load(&bytes.weights).unwrap_err().to_string();
    assert!(error.contains("not a quantized model"), "{error}");
    // Weights so large that sums would overflow.
    let name = "encoder.layer.0.output.dense.weight\"";
    let text = String::from_utf8_lossy(&file);
    let header = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize + 8;
    let entry = &text[text.find(name).unwrap()..];
    let offset: usize = entry[entry.find("offsets\":[").unwrap() + 10..].split(',').next().unwrap().parse().unwrap();
    let mut large = file.clone();
    large[header + offset..][..tiny_model::INTERMEDIATE].fill(127);
    let error = load(&large).unwrap_err().to_string();
    assert!(error.contains("too large"), "{error}");
}
