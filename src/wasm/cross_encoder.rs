//! The cross-encoder as JavaScript sees it.

use std::borrow::Cow;

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use super::{error, model};
use crate::TokenCounter;
use crate::engine;

/// A loaded cross-encoder.
#[wasm_bindgen]
pub struct CrossEncoder {
    inner: engine::CrossEncoder,
}

#[wasm_bindgen]
impl CrossEncoder {
    /// As for [`Model`](model::Model).
    #[wasm_bindgen(constructor)]
    pub fn new(files: &JsValue, precision: &str, kernel: Option<String>) -> Result<CrossEncoder, JsValue> {
        let loader = model::loader(files, precision, kernel)?;
        Ok(Self { inner: loader.finish_cross_encoder().map_err(error::to_js)? })
    }

    /// How well each passage answers the question: numbers to compare passages by. Words of over 100 characters are cut.
    pub fn score(&self, question: &str, passages: Vec<String>) -> Result<Float32Array, JsValue> {
        let cut = |text| self.inner.tokenizer().break_long_words(text);
        let passages: Vec<Cow<str>> = passages.iter().map(String::as_str).map(cut).collect();
        let passages: Vec<&str> = passages.iter().map(AsRef::as_ref).collect();
        let scores = self.inner.score(&cut(question), &passages).map_err(error::to_js)?;
        Ok(Float32Array::from(&scores[..]))
    }
}
