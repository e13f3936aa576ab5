//! The model all-MiniLM-L6-v2, which `scripts/setup/model.sh` puts into the cache.

use std::path::{Path, PathBuf};

use leafcutter::embed::{Loader, ModelFiles, Precision};

/// A loader that has all of the model in `$LEAFCUTTER_MODEL`, else in the cache; `None`, with a word about it, if it is
/// not there.
///
/// # Panics
/// If the variable is set and there is no model, or if it is damaged.
pub fn loader(precision: Precision) -> Option<Loader> {
    let variable = std::env::var_os("LEAFCUTTER_MODEL").map(PathBuf::from);
    let wanted = variable.is_some();
    let folder = variable.unwrap_or_else(|| cache().join("models/all-MiniLM-L6-v2"));
    if !folder.join("model.safetensors").exists() {
        assert!(!wanted, "there is no model in {}", folder.display());
        println!("skipped: there is no model in {}", folder.display());
        return None;
    }
    Some(load(&folder, precision))
}

/// `$LEAFCUTTER_CACHE`, else `leafcutter` in the user's cache folder.
fn cache() -> PathBuf {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || named("HOME").unwrap_or_default().join(".cache");
    named("LEAFCUTTER_CACHE").unwrap_or_else(|| named("XDG_CACHE_HOME").unwrap_or_else(home).join("leafcutter"))
}

fn load(folder: &Path, precision: Precision) -> Loader {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let read_if_there = |name: &str| folder.join(name).exists().then(|| read(name));
    let (pooling, prompts) =
        (read_if_there("1_Pooling/config.json"), read_if_there("config_sentence_transformers.json"));
    let sentence_config = read_if_there("sentence_bert_config.json");
    let files = ModelFiles {
        config: &read("config.json"),
        tokenizer: &read("tokenizer.json"),
        weights: &read("model.safetensors"),
        pooling: pooling.as_deref(),
        prompts: prompts.as_deref(),
        sentence_config: sentence_config.as_deref(),
    };
    Loader::new(&files, precision).unwrap_or_else(|error| panic!("{error}"))
}
