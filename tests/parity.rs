//! The f32 encoder against sentence-transformers, on texts with their token ids and embeddings from there.
#![cfg(feature = "encoder")]

#[path = "support/model.rs"]
mod model;
#[path = "support/shared.rs"]
mod shared;

use leafcutter::embed::{Encoder, Precision};
use leafcutter::{Embedder, Role};
use serde::Deserialize;

/// What the reference made of a text.
#[derive(Deserialize)]
struct Golden {
    text: String,
    ids: Vec<u32>,
    embedding: Vec<f32>,
}

fn golden() -> Option<Vec<Golden>> {
    let text = std::fs::read_to_string(shared::shared("golden/minilm-l6-v2.jsonl")?).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn encoder() -> Option<Encoder> {
    Some(model::loader(Precision::F32)?.finish().unwrap())
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn tokens_and_embeddings_are_those_of_the_reference() {
    let (Some(golden), Some(encoder)) = (golden(), encoder()) else { return };
    let texts: Vec<&str> = golden.iter().map(|line| line.text.as_str()).collect();
    let embeddings = encoder.embed(&texts, Role::Passage).unwrap();
    assert_eq!((embeddings.rows(), embeddings.dimensions()), (golden.len(), 384));

    let mut least: f64 = 1.0;
    for (number, (line, embedding)) in golden.iter().zip(embeddings.iter()).enumerate() {
        assert_eq!(encoder.tokenizer().encode(&line.text), line.ids, "the tokens of line {}", number + 1);
        let cosine = cosine(embedding, &line.embedding);
        assert!(cosine >= 0.99999, "line {}: the cosine is {cosine}", number + 1);
        least = least.min(cosine);
    }
    println!("figure: {} texts, least cosine {least:.13}", golden.len());
}

#[test]
fn an_embedding_does_not_depend_on_its_company() {
    let (Some(golden), Some(encoder)) = (golden(), encoder()) else { return };
    let texts: Vec<&str> = golden.iter().map(|line| line.text.as_str()).collect();
    let together = encoder.embed(&texts, Role::Passage).unwrap();
    let reversed: Vec<&str> = texts.iter().rev().copied().collect();
    let reversed = encoder.embed(&reversed, Role::Passage).unwrap();

    let mut most: f32 = 0.0;
    for (index, text) in texts.iter().enumerate() {
        let alone = encoder.embed(&[text], Role::Passage).unwrap();
        for other in [together.row(index), reversed.row(texts.len() - 1 - index)] {
            let differences = alone.row(0).iter().zip(other).map(|(a, b)| (a - b).abs());
            most = differences.fold(most, f32::max);
        }
    }
    assert!(most <= 1e-6, "{most}");
    println!("figure: drift {most}");
}
