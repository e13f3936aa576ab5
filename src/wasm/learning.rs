//! Learning under way as JavaScript sees it.

use wasm_bindgen::prelude::*;

use super::collection::Collection;
use super::model::Model;
use super::{convert, error};
use crate::engine::{self, Judgement, LearnOptions};
use crate::{Error, Matrix};

/// A correction of questions that is being learned, in steps.
#[wasm_bindgen]
pub struct Learning {
    inner: engine::Learning,
}

impl Learning {
    pub(super) fn begin(
        collection: &engine::Collection,
        judgements: &[Judgement],
        vectors: Vec<f32>,
        options: LearnOptions,
    ) -> Result<Self, JsValue> {
        let got = vectors.len();
        let dimensions = got.checked_div(judgements.len()).unwrap_or_default();
        let vectors = Matrix::from_values(dimensions, vectors)
            .ok_or_else(|| error::to_js(Error::EmbeddingShape { expected: dimensions * judgements.len(), got }))?;
        let inner = collection.learn(judgements, &vectors, options).map_err(error::to_js)?;
        Ok(Self { inner })
    }
}

#[wasm_bindgen]
impl Learning {
    /// Does a part of the work. Whether there is more.
    pub fn step(&mut self, collection: &Collection) -> Result<bool, JsValue> {
        self.inner.step(collection.inner()).map_err(error::to_js)
    }

    /// Parts of the work that are done, and all.
    pub fn progress(&self) -> Vec<u32> {
        let (done, total) = self.inner.progress();
        vec![done as u32, total as u32]
    }

    /// What was learned: `{ report, adapter }`, the adapter as a file, `null` where it is not to be used.
    pub fn finish(self, model: &Model) -> Result<JsValue, JsValue> {
        let (adapter, report) = self.inner.finish().map_err(error::to_js)?;
        let result = js_sys::Object::new();
        let bytes = adapter.map(|adapter| js_sys::Uint8Array::from(&adapter.encode(&model.identity())[..]));
        js_sys::Reflect::set(&result, &"report".into(), &convert::to_js(&report)?)?;
        js_sys::Reflect::set(&result, &"adapter".into(), &bytes.map_or(JsValue::NULL, JsValue::from))?;
        Ok(result.into())
    }
}
