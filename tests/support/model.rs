//! The model all-MiniLM-L6-v2, which `scripts/setup/model.sh` puts into the cache.

use std::path::{Path, PathBuf};

use leafcutter::embed::{Loader, ModelFiles, Precision};

/// A loader that has all of the model in `$LEAFCUTTER_MODEL`, else in the cache folder, which `$LEAFCUTTER_CACHE` may
/// name; `None`, with a word about it, if it is not there.
///
/// # Panics
/// If one of the variables is set and there is no model, or if it is damaged.
pub fn loader(precision: Precision) -> Option<Loader> {
    let (model, cache) = (variable("LEAFCUTTER_MODEL"), variable("LEAFCUTTER_CACHE"));
    let wanted = model.is_some() || cache.is_some();
    let folder = model.unwrap_or_else(|| cache.unwrap_or_else(user_cache).join("models/all-MiniLM-L6-v2"));
    if !folder.join("model.safetensors").exists() {
        assert!(!wanted, "there is no model in {}", folder.display());
        println!("skipped: there is no model in {}", folder.display());
        return None;
    }
    Some(load(&folder, precision))
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn user_cache() -> PathBuf {
    let home = || variable("HOME").unwrap_or_default().join(".cache");
    variable("XDG_CACHE_HOME").unwrap_or_else(home).join("leafcutter")
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
