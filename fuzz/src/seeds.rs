//! What targets begin with where it is no text: files as this version writes them.

use leafcutter::Matrix;
use leafcutter::embed::{Detector, Encoder, Loader, Precision};

use super::indexes::SAMPLE;
use super::models::FILES;

/// A target's name, the name of a file, and its bytes.
pub type Seed = (&'static str, String, Vec<u8>);

/// All of them.
pub fn seeds() -> Vec<Seed> {
    let folder = [&FILES.config, &FILES.tokenizer, &FILES.pooling, &FILES.prompts, &FILES.sentence_config];
    let files = folder
        .into_iter()
        .zip(0u8..)
        .map(|(bytes, which)| ("model_folder", format!("file-{which}"), [&[which], bytes.as_slice()].concat()));
    let shards = SAMPLE
        .shards
        .iter()
        .map(|shard| ("shard", format!("{:?}-{:016x}", shard.kind, shard.name).to_lowercase(), shard.bytes.clone()));
    // One of each kind says as much as all.
    let mut kinds = Vec::new();
    let shards: Vec<Seed> = shards
        .filter(|(_, name, _)| {
            let kind = name.split('-').next().map(str::to_owned);
            let is_new = !kinds.contains(&kind);
            kinds.push(kind);
            is_new
        })
        .collect();
    let loader = Loader::new(&FILES.files(), Precision::Int8).expect("a model");
    let single = [
        ("snapshot", SAMPLE.snapshot.clone()),
        ("delta", SAMPLE.delta.clone()),
        ("derived", SAMPLE.derived.clone()),
        ("adapter", SAMPLE.adapter.clone()),
        ("weights", FILES.weights.clone()),
        ("artefact", loader.convert().expect("a model")),
        ("detector", detector().to_bytes()),
    ];
    single.into_iter().map(|(target, bytes)| (target, "whole".to_owned(), bytes)).chain(files).chain(shards).collect()
}

/// One of the tiny model, two values wide.
fn detector() -> Detector {
    let encoder = Encoder::load(&FILES.files(), Precision::Int8).expect("a model");
    let rows = |columns: usize| {
        let values = (0..2 * columns).map(|index| index as f32 / columns as f32 - 1.0).collect();
        Matrix::from_values(columns, values).expect("whole rows")
    };
    let narrow = rows(encoder.identity().dimensions as usize);
    Detector::new(&encoder, (&narrow, &[0.5, 0.0]), (&rows(10), &[0.0, 0.5]), vec![1.0, -1.0, 0.5, 0.5], 0.0)
}
