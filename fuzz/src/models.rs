//! Files of a model, and texts that a tokenizer is given.

use std::sync::LazyLock;

use leafcutter::embed::{Detector, Encoder, Loader, ModelFiles, Precision};
use leafcutter::{Embedder, Role, TokenCounter};

use self::tiny_model::{Bytes, Folder};

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../../tests/support/tiny_model.rs"]
mod tiny_model;

/// A tiny model.
pub(super) static FILES: LazyLock<Bytes> = LazyLock::new(|| Folder::new().bytes(str::to_owned));
thread_local! {
    static ENCODER: Encoder = Encoder::load(&FILES.files(), Precision::Int8).expect("a model");
}

/// A file of a folder beside sound ones: the first byte says which.
pub fn model_folder(data: &[u8]) {
    let Some((which, bytes)) = data.split_first() else { return };
    let mut files = FILES.files();
    match which % 5 {
        0 => files.config = bytes,
        1 => files.tokenizer = bytes,
        2 => files.pooling = Some(bytes),
        3 => files.prompts = Some(bytes),
        _ => files.sentence_config = Some(bytes),
    }
    load(&files);
}

/// The weights, a safetensors file.
pub fn weights(data: &[u8]) {
    load(&ModelFiles { weights: data, ..FILES.files() });
}

/// A quantized model in one file, in pieces as they are downloaded.
pub fn artefact(data: &[u8]) {
    let mut loader = Loader::quantized();
    if data.chunks(97).try_for_each(|piece| loader.push(piece)).is_ok()
        && let Ok(encoder) = loader.finish()
    {
        let _ = encoder.embed(&["the whale sank the ship"], Role::Passage);
    }
}

/// What says whether a text speaks to a model.
pub fn detector(data: &[u8]) {
    if let Ok(detector) = Detector::from_bytes(data) {
        ENCODER.with(|encoder| {
            let _ = encoder.detect(&detector, &["the whale sank the ship"]);
        });
    }
}

/// A text to be tokenized, counted and cut.
pub fn tokenizer_input(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    ENCODER.with(|encoder| {
        let mut start = 0;
        for range in encoder.token_ranges(&text) {
            assert!(range.start >= start && text.get(range.start as usize..range.end as usize).is_some());
            start = range.start;
        }
        let tokenizer = encoder.tokenizer();
        assert!(tokenizer.encode(&text).len() <= tokenizer.max_length());
        let broken = encoder.break_long_words(&text);
        assert!(encoder.break_long_words(&broken) == broken);
    });
}

fn load(files: &ModelFiles) {
    for precision in [Precision::Int8, Precision::F32] {
        if let Ok(encoder) = Encoder::load(files, precision) {
            let _ = encoder.embed(&["the whale sank the ship"], Role::Passage);
        }
    }
}
