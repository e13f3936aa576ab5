//! The encoder as JavaScript sees it.

use std::borrow::Cow;

use js_sys::{Float32Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{clock, error};
use crate::engine::{Detector, Encoder, Kernel, Loader, ModelFiles, OutsideModel, Precision};
use crate::{Embedder, Role, TokenCounter};

/// Bytes of the weights that are copied into the module at a time.
const PIECE: usize = 1 << 20;

/// What texts are embedded by: a loaded encoder and its tokenizer, or a model that JavaScript computes.
#[wasm_bindgen]
pub struct Model {
    kind: Kind,
}

enum Kind {
    Encoder(Box<Encoder>),
    Outside(OutsideModel),
}

impl Model {
    /// Counts tokens as the model reads them, or about so.
    pub(super) fn counter(&self) -> &dyn TokenCounter {
        match &self.kind {
            Kind::Encoder(encoder) => encoder.as_ref(),
            Kind::Outside(model) => model,
        }
    }

    /// Embeds within the module, if it does.
    pub(super) fn embedder(&self) -> Option<&dyn Embedder> {
        match &self.kind {
            Kind::Encoder(encoder) => Some(encoder.as_ref()),
            Kind::Outside(_) => None,
        }
    }

    fn encoder(&self) -> Result<&Encoder, JsValue> {
        match &self.kind {
            Kind::Encoder(encoder) => Ok(encoder),
            Kind::Outside(_) => {
                Err(error::invalid("model", "it is computed outside, where texts are embedded and encoded"))
            }
        }
    }
}

#[wasm_bindgen]
impl Model {
    /// `files`: as [`read`] says. `precision`: `int8` or `f32`. `kernel`: one of [`kernels`](Model::kernels), for an int8
    /// model that is not to be computed by the fastest one.
    #[wasm_bindgen(constructor)]
    pub fn new(files: &JsValue, precision: &str, kernel: Option<String>) -> Result<Model, JsValue> {
        let encoder = loader(files, precision, kernel)?.finish().map_err(error::to_js)?;
        Ok(Self { kind: Kind::Encoder(Box::new(encoder)) })
    }

    /// A model that JavaScript computes, of this name and so many values an embedding. It counts tokens, and cannot embed.
    pub fn outside(name: &str, dimensions: usize) -> Model {
        Self { kind: Kind::Outside(OutsideModel::new(name, dimensions)) }
    }

    /// The folder's model quantized to int8, as one file.
    pub fn convert(files: &JsValue) -> Result<Uint8Array, JsValue> {
        let file = read(files, Precision::Int8)?.convert().map_err(error::to_js)?;
        Ok(Uint8Array::from(&file[..]))
    }

    /// The names of all kernels that run here, the slowest first.
    pub fn kernels() -> Vec<String> {
        Kernel::available().into_iter().map(|kernel| kernel.name().to_owned()).collect()
    }

    /// The kernel that computes this model; `f32` if it is not of int8, `outside` if JavaScript does.
    #[wasm_bindgen(getter)]
    pub fn kernel(&self) -> String {
        match &self.kind {
            Kind::Encoder(encoder) => encoder.kernel().map_or("f32", Kernel::name).to_owned(),
            Kind::Outside(_) => "outside".to_owned(),
        }
    }

    /// Values in an embedding.
    #[wasm_bindgen(getter)]
    pub fn dimensions(&self) -> usize {
        match &self.kind {
            Kind::Encoder(encoder) => encoder.dimensions(),
            Kind::Outside(model) => model.dimensions(),
        }
    }

    /// What an index made with this model must be opened with.
    pub fn identity(&self) -> String {
        match &self.kind {
            Kind::Encoder(encoder) => encoder.identity().to_string(),
            Kind::Outside(model) => model.identity(),
        }
    }

    /// Rows of `dimensions` values, end to end: one a text, or as a `leaf` its own and one of each of its sentences. Words of
    /// over 100 characters are cut in a query, as they are in the texts that a change asks for.
    pub fn embed(&self, texts: Vec<String>, role: &str) -> Result<Float32Array, JsValue> {
        let encoder = self.encoder()?;
        let cut = |text| match role {
            "query" => encoder.break_long_words(text),
            // A change has cut its texts; one from elsewhere is read as the reference would read it.
            _ => Cow::Borrowed(text),
        };
        let texts: Vec<Cow<str>> = texts.iter().map(String::as_str).map(cut).collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let embeddings = match role {
            "query" => encoder.embed(&texts, Role::Query),
            "passage" => encoder.embed(&texts, Role::Passage),
            "leaf" => encoder.embed_leaves(&texts),
            other => {
                return Err(error::invalid("role", format_args!("\"{other}\" is none of query, passage and leaf")));
            }
        };
        Ok(Float32Array::from(embeddings.map_err(error::to_js)?.values()))
    }

    /// How many rows [`embed`](Self::embed) gives for a text.
    pub fn rows(&self, text: &str, role: &str) -> usize {
        if role == "leaf" { 1 + crate::sentences(text).len() } else { 1 }
    }

    /// The texts that the rows of a text are of: itself, and as a `leaf` each of its sentences as well.
    pub fn pieces(&self, text: &str, role: &str) -> Vec<String> {
        let sentences = if role == "leaf" { crate::sentences(text) } else { Vec::new() };
        let own = sentences.into_iter().map(|range| range.of(text).to_owned());
        std::iter::once(text.to_owned()).chain(own).collect()
    }

    /// The log-odds that each text speaks to the model that reads it, by a detector that was fitted to this model; nothing if it
    /// was fitted to another.
    pub fn detect(&self, detector: &[u8], texts: Vec<String>) -> Result<Option<Float32Array>, JsValue> {
        let Kind::Encoder(encoder) = &self.kind else { return Ok(None) };
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let detector = Detector::from_bytes(detector).map_err(error::to_js)?;
        let odds = encoder.detect(&detector, &texts).map_err(error::to_js)?;
        Ok(odds.map(|odds| Float32Array::from(&odds[..])))
    }

    /// The token ids that the encoder reads, special tokens included.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, JsValue> {
        Ok(self.encoder()?.tokenizer().encode(text))
    }

    /// Wordpieces of `text`, special tokens aside, words of over 100 characters counted piece by piece.
    #[wasm_bindgen(js_name = countTokens)]
    pub fn count_tokens(&self, text: &str) -> usize {
        self.counter().count(text)
    }
}

/// A loader that has all of a model, for what a constructor is given.
pub(super) fn loader(files: &JsValue, precision: &str, kernel: Option<String>) -> Result<Loader, JsValue> {
    let precision = Precision::named(precision)
        .ok_or_else(|| error::invalid("precision", format_args!("\"{precision}\" is neither int8 nor f32")))?;
    let loader = read(files, precision)?.fastest_kernel(clock::now);
    let Some(name) = kernel else { return Ok(loader) };
    let kernel = Kernel::available().into_iter().find(|kernel| kernel.name() == name);
    let unknown = || error::invalid("kernel", format_args!("\"{name}\" is none that runs here"));
    Ok(loader.kernel(kernel.ok_or_else(unknown)?))
}

/// A loader that has all of a model.
///
/// `files`: an object of `Uint8Array`s `config`, `tokenizer`, `weights` and, where the folder has them, `pooling`,
/// `prompts` and `sentenceConfig`; or of `quantized` alone, the file that [`Model::convert`] makes.
fn read(files: &JsValue, precision: Precision) -> Result<Loader, JsValue> {
    let array = |name: &str| Reflect::get(files, &JsValue::from_str(name)).ok()?.dyn_into::<Uint8Array>().ok();
    let missing = |name: &str| error::invalid("model.files", format_args!("{name} is missing"));
    let file = |name: &str| array(name).map(|array| array.to_vec());
    let required = |name: &str| file(name).ok_or_else(|| missing(name));
    let (mut loader, weights) = match array("quantized") {
        Some(_) if precision != Precision::Int8 => {
            let reason = "the model is quantized to int8; give the folder that it is from";
            return Err(error::invalid("precision", format_args!("{reason}")));
        }
        Some(file) => (Loader::quantized(), file),
        None => {
            let (config, tokenizer) = (required("config")?, required("tokenizer")?);
            let (pooling, prompts, sentence_config) = (file("pooling"), file("prompts"), file("sentenceConfig"));
            let files = ModelFiles {
                config: &config,
                tokenizer: &tokenizer,
                weights: &[],
                pooling: pooling.as_deref(),
                prompts: prompts.as_deref(),
                sentence_config: sentence_config.as_deref(),
            };
            let weights = array("weights").ok_or_else(|| missing("weights"))?;
            (Loader::new(&files, precision).map_err(error::to_js)?, weights)
        }
    };
    // In pieces, because a whole copy would stay in the module's memory for good.
    for start in (0..weights.length()).step_by(PIECE) {
        let end = weights.length().min(start + PIECE as u32);
        loader.push(&weights.subarray(start, end).to_vec()).map_err(error::to_js)?;
    }
    Ok(loader)
}
