//! What targets begin with where it is no text: files as this version writes them.

use leafcutter::embed::{Loader, Precision};

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
    ];
    single.into_iter().map(|(target, bytes)| (target, "whole".to_owned(), bytes)).chain(files).chain(shards).collect()
}
