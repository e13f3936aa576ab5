//! A change under way as JavaScript sees it.

use js_sys::Float32Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::kept::FileSink;
use super::model::Model;
use super::{clock, convert, error};
use crate::engine::{self, Progress, Step};
use crate::{Error, Matrix, Sentence, Summary, SummaryRequest};

/// Small steps of a stage are taken together until this many milliseconds have passed, to save messages.
const STEP_MILLISECONDS: f64 = 25.0;

/// The next state of a collection, prepared in short steps.
#[wasm_bindgen]
pub struct Change {
    inner: engine::Change,
    /// Whether summaries are asked for, or taken from the passages.
    summarizer: bool,
    dimensions: usize,
    last: Progress,
    /// The stage that was told last: however short, each is told once.
    told: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StepView {
    Working { progress: Progress },
    Embed { texts: Vec<String>, role: &'static str, progress: Progress },
    Summarize { requests: Vec<SummaryRequest>, progress: Progress },
    Done { progress: Progress },
}

impl Change {
    pub(super) fn new(inner: engine::Change, summarizer: bool) -> Self {
        Self { inner, summarizer, dimensions: 0, last: Progress { stage: "parse", done: 0, total: 0 }, told: "" }
    }

    pub(super) fn into_inner(self) -> engine::Change {
        self.inner
    }
}

#[wasm_bindgen]
impl Change {
    /// Works for a short while, then says what it needs: `{ kind, progress }` with `texts` to embed or `requests` to
    /// summarize.
    pub fn step(&mut self, model: &Model) -> Result<JsValue, JsValue> {
        let counter = model.counter();
        self.dimensions = model.dimensions();
        let start = clock::now();
        let view = loop {
            match self.inner.step(counter).map_err(error::to_js)? {
                Step::Working(progress) => {
                    self.last = progress;
                    if progress.stage != self.told || clock::now() - start > STEP_MILLISECONDS {
                        self.told = progress.stage;
                        break StepView::Working { progress };
                    }
                }
                Step::Embed(texts) => break StepView::Embed { texts, role: "passage", progress: self.last },
                Step::EmbedLeaves(texts) => break StepView::Embed { texts, role: "leaf", progress: self.last },
                Step::Summarize(requests) if self.summarizer => {
                    break StepView::Summarize { requests, progress: self.last };
                }
                Step::Summarize(requests) => {
                    self.inner.summarize_extractively(&requests, counter).map_err(error::to_js)?;
                }
                Step::Done => break StepView::Done { progress: self.last },
            }
        };
        convert::to_js(&view)
    }

    /// The embeddings that were asked for, end to end.
    #[wasm_bindgen(js_name = provideEmbeddings)]
    pub fn provide_embeddings(&mut self, embeddings: &Float32Array) -> Result<(), JsValue> {
        let values = embeddings.to_vec();
        let got = values.len();
        let matrix = Matrix::from_values(self.dimensions, values)
            .ok_or(Error::EmbeddingShape { expected: got.next_multiple_of(self.dimensions.max(1)), got });
        matrix.and_then(|matrix| self.inner.provide_embeddings(matrix)).map_err(error::to_js)
    }

    /// The summaries that were asked for, one a request.
    #[wasm_bindgen(js_name = provideSummaries)]
    pub fn provide_summaries(&mut self, summaries: Vec<String>, model: &Model) -> Result<(), JsValue> {
        let summary = |text: String| Summary { sentences: vec![Sentence { text, source: None }] };
        let summaries = summaries.into_iter().map(summary).collect();
        self.inner.provide_summaries(summaries, model.counter()).map_err(error::to_js)
    }

    /// Whether anything changes, so that there is something to write.
    #[wasm_bindgen(js_name = isNew)]
    pub fn is_new(&self) -> Result<bool, JsValue> {
        self.inner.is_new().map_err(error::to_js)
    }

    /// Writes the next state whole, to a file to begin a log with.
    pub fn snapshot(&mut self, out: &FileSink) -> Result<(), JsValue> {
        self.inner.snapshot(&mut &*out).map_err(error::to_js)
    }

    /// Writes what the next state has that the one before had not, to a file to go on with.
    pub fn delta(&mut self, out: &FileSink) -> Result<(), JsValue> {
        self.inner.delta(&mut &*out).map_err(error::to_js)
    }
}
