//! The encoder as JavaScript sees it.

use std::borrow::Cow;

use js_sys::{Float32Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::error;
use crate::engine::{Encoder, Loader, ModelFiles};
use crate::{Embedder, Role, TokenCounter};

/// Bytes of the weights that are copied into the module at a time.
const PIECE: usize = 1 << 20;

/// A loaded encoder and its tokenizer.
#[wasm_bindgen]
pub struct Model {
    pub(super) encoder: Encoder,
}

#[wasm_bindgen]
impl Model {
    /// `files`: an object of `Uint8Array`s `config`, `tokenizer`, `weights` and, where the folder has them, `pooling`,
    /// `prompts` and `sentenceConfig`.
    #[wasm_bindgen(constructor)]
    pub fn new(files: &JsValue) -> Result<Model, JsValue> {
        let array = |name: &str| Reflect::get(files, &JsValue::from_str(name)).ok()?.dyn_into::<Uint8Array>().ok();
        let missing = |name: &str| error::invalid("model.files", format_args!("{name} is missing"));
        let file = |name: &str| array(name).map(|array| array.to_vec());
        let required = |name: &str| file(name).ok_or_else(|| missing(name));
        let (config, tokenizer) = (required("config")?, required("tokenizer")?);
        let weights = array("weights").ok_or_else(|| missing("weights"))?;
        let (pooling, prompts, sentence_config) = (file("pooling"), file("prompts"), file("sentenceConfig"));
        let files = ModelFiles {
            config: &config,
            tokenizer: &tokenizer,
            weights: &[],
            pooling: pooling.as_deref(),
            prompts: prompts.as_deref(),
            sentence_config: sentence_config.as_deref(),
        };
        let mut loader = Loader::new(&files).map_err(error::to_js)?;
        // In pieces, because a whole copy would stay in the module's memory for good.
        for start in (0..weights.length()).step_by(PIECE) {
            let end = weights.length().min(start + PIECE as u32);
            loader.push(&weights.subarray(start, end).to_vec()).map_err(error::to_js)?;
        }
        Ok(Self { encoder: loader.finish().map_err(error::to_js)? })
    }

    /// Values in an embedding.
    #[wasm_bindgen(getter)]
    pub fn dimensions(&self) -> usize {
        self.encoder.dimensions()
    }

    /// What an index made with this model must be opened with.
    pub fn identity(&self) -> String {
        self.encoder.identity().to_string()
    }

    /// One row of `dimensions` values a text, end to end. Words of over 100 characters are cut in a query, as they are in
    /// the passages that a change asks for.
    pub fn embed(&self, texts: Vec<String>, role: &str) -> Result<Float32Array, JsValue> {
        let role = match role {
            "query" => Role::Query,
            "passage" => Role::Passage,
            other => return Err(error::invalid("role", format_args!("\"{other}\" is neither query nor passage"))),
        };
        let cut = |text| match role {
            Role::Query => self.encoder.break_long_words(text),
            // A change has cut its passages; one from elsewhere is read as the reference would read it.
            Role::Passage => Cow::Borrowed(text),
        };
        let texts: Vec<Cow<str>> = texts.iter().map(String::as_str).map(cut).collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let embeddings = self.encoder.embed(&texts, role).map_err(error::to_js)?;
        Ok(Float32Array::from(embeddings.values()))
    }

    /// The token ids that the encoder reads, special tokens included.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        self.encoder.tokenizer().encode(text)
    }

    /// Wordpieces of `text`, special tokens aside, words of over 100 characters counted piece by piece.
    #[wasm_bindgen(js_name = countTokens)]
    pub fn count_tokens(&self, text: &str) -> usize {
        self.encoder.count(text)
    }
}
