//! Embeds two sentences: `cargo run --release --example embed -- MODEL_FOLDER "one sentence" "another"`.

use leafcutter::embed::{Encoder, ModelFiles, Precision};
use leafcutter::{Embedder, Role};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, one, another] = &arguments[..] else { return Err("give a model folder and two sentences".into()) };
    let read = |name: &str| std::fs::read(format!("{folder}/{name}"));
    let (config, tokenizer, weights) = (read("config.json")?, read("tokenizer.json")?, read("model.safetensors")?);
    let sentence_config = read("sentence_bert_config.json").ok();
    let (pooling, prompts) = (read("1_Pooling/config.json").ok(), read("config_sentence_transformers.json").ok());
    let files = ModelFiles {
        config: &config,
        tokenizer: &tokenizer,
        weights: &weights,
        pooling: pooling.as_deref(),
        prompts: prompts.as_deref(),
        sentence_config: sentence_config.as_deref(),
    };
    let encoder = Encoder::load(&files, Precision::default())?;
    let embeddings = encoder.embed(&[one, another], Role::Passage)?;
    // Both are of length 1, so the cosine is the dot product.
    let cosine: f32 = embeddings.row(0).iter().zip(embeddings.row(1)).map(|(a, b)| a * b).sum();
    println!("{cosine:.4}");
    Ok(())
}
