//! A collection as JavaScript sees it.

use js_sys::{Array, Float32Array, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::change::Change;
use super::convert::{Edits, Options};
use super::kept::{FileSink, Handed, KeptFile, open_file};
use super::learning::Learning;
use super::model::Model;
use super::views::{OffsetCache, Views};
use super::{convert, error};
use crate::Filter;
use crate::engine::{self, CollectionOptions, Query, Shard, SiteOptions};

/// How a collection is opened, and whether its changes ask for summaries.
fn opening(options: JsValue) -> Result<(CollectionOptions, bool), JsValue> {
    let mut options = Options::read(options)?;
    let summarizer = options.take("summarizer").is_some_and(|value| value == true);
    Ok((options.into()?, summarizer))
}

/// What a question comes with.
struct Asked<T> {
    vector: Option<Vec<f32>>,
    filter: Option<Filter>,
    now: Option<i64>,
    options: T,
}

impl<T: DeserializeOwned> Asked<T> {
    fn read(vector: Option<Float32Array>, options: JsValue) -> Result<Self, JsValue> {
        let mut options = Options::read(options)?;
        let filter = options.take("filter");
        let filter = filter.map(|filter| Filter::from_json(&filter)).transpose().map_err(error::to_js)?;
        let now = options.take("now").map(|now| convert::milliseconds("now", now.as_f64())).transpose();
        let now = now.map_err(error::to_js)?;
        Ok(Self { vector: vector.map(|vector| vector.to_vec()), filter, now, options: options.into()? })
    }

    fn query<'a>(&'a self, text: &'a str, model: &'a Model) -> Query<'a> {
        let (vector, filter) = (self.vector.as_deref(), self.filter.as_ref());
        Query { text, vector, filter, now: self.now, embedder: model.embedder() }
    }
}

/// Documents with their leaves, tree and indexes.
#[wasm_bindgen]
pub struct Collection {
    inner: engine::Collection,
    /// Whether changes ask for summaries.
    summarizer: bool,
    offsets: OffsetCache,
}

#[wasm_bindgen]
impl Collection {
    /// An empty collection. `options`: `{ chunking, tree, language, summarizer }`, the last of which says whether changes
    /// ask for summaries; `model`: what will embed.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue, model: &Model) -> Result<Collection, JsValue> {
        let (options, summarizer) = opening(options)?;
        let inner = engine::Collection::new(options, &model.identity(), model.dimensions()).map_err(error::to_js)?;
        Ok(Self { inner, summarizer, offsets: OffsetCache::default() })
    }

    /// Opens what `export` wrote.
    pub fn import(bytes: Uint8Array, options: JsValue, model: &Model) -> Result<Collection, JsValue> {
        let (options, summarizer) = opening(options)?;
        let bytes = Handed::from(bytes);
        let inner = engine::Collection::open(&[bytes.log_file()], None, options, &model.identity(), model.dimensions());
        Ok(Self { inner: inner.map_err(error::to_js)?, summarizer, offsets: OffsetCache::default() })
    }

    /// The whole collection as one file.
    pub fn export(&self) -> Result<Vec<u8>, JsValue> {
        self.inner.export().map_err(error::to_js)
    }

    /// The collection as shards that a page loads on demand, the root last: an array of `[name, bytes]`.
    #[wasm_bindgen(unchecked_return_type = "[string, Uint8Array][]")]
    /// Documents that expired by `now`, in milliseconds since 1970, are left out.
    pub fn shards(&self, bits: u8, now: f64, model: &Model) -> Result<Array, JsValue> {
        let shards =
            self.inner.shards(SiteOptions { bits, now: now as i64 }, &model.identity()).map_err(error::to_js)?;
        let pair = |shard: Shard| {
            let name = JsValue::from_str(&format!("{:016x}", shard.name));
            JsValue::from(Array::of2(&name, &Uint8Array::from(&shard.bytes[..])))
        };
        Ok(shards.into_iter().map(pair).collect())
    }

    /// Writes its indexes to a file, for `open`.
    pub fn derived(&self, out: &FileSink) -> Result<(), JsValue> {
        self.inner.derived(&mut &*out).map_err(error::to_js)
    }

    /// Writes the whole collection to a file to begin a log with, in place of the one that led to this state.
    pub fn snapshot(&mut self, out: &FileSink) -> Result<(), JsValue> {
        self.inner.snapshot(&mut &*out).map_err(error::to_js)
    }

    /// Reads rows from a file that `snapshot` wrote of this state, and no longer from where they were.
    #[wasm_bindgen(js_name = moveTo)]
    pub fn move_to(&mut self, file: KeptFile) {
        self.inner.move_to(open_file(file));
    }

    /// Opens a log: an array of files, of which the first is whole and each later one a change; faster with what `derived`
    /// wrote for the state. Of another that is not used. What is a `Uint8Array` is held in memory; of a `KeptFile` the rows are
    /// read as they are asked for, and it is closed when they are not needed any more.
    pub fn open(
        log: Vec<JsValue>,
        derived: Option<Uint8Array>,
        options: JsValue,
        model: &Model,
    ) -> Result<Collection, JsValue> {
        let log = Handed::all(log);
        let (options, summarizer) = opening(options)?;
        let log: Vec<_> = log.iter().map(Handed::log_file).collect();
        let derived = derived.map(Handed::from);
        let derived = derived.as_ref().map(Handed::bytes);
        let inner = engine::Collection::open(&log, derived, options, &model.identity(), model.dimensions());
        Ok(Self { inner: inner.map_err(error::to_js)?, summarizer, offsets: OffsetCache::default() })
    }

    /// Takes over changes that were made one after the other elsewhere, from the same state on. Files as for `open`.
    pub fn apply(&mut self, deltas: Vec<JsValue>) -> Result<(), JsValue> {
        let deltas = Handed::all(deltas);
        let deltas: Vec<_> = deltas.iter().map(Handed::log_file).collect();
        self.inner.apply(&deltas).map_err(error::to_js)?;
        self.offsets.clear();
        Ok(())
    }

    /// Prepares `edits`: an array of `{ type: "upsert", source }`, `{ type: "update", id, patch }`, `{ type: "remove", id }`
    /// and `{ type: "clear" }`.
    /// They are read one at a time, and their contents again when they are needed, so the objects must stay as they are until
    /// the change is done. `limits`: those that are not the usual ones.
    pub fn begin(&self, edits: &Array, limits: JsValue) -> Result<Change, JsValue> {
        let limits = Options::read(limits)?.into()?;
        let edits = Edits(edits.slice(0, edits.length()));
        let contents = Box::new(Edits(edits.0.clone()));
        Ok(Change::new(self.inner.begin_with(edits.read(), contents).within(limits), self.summarizer))
    }

    /// Puts a finished change in place: `{ added, updated, removed, unchanged }`. `file`: what the change was written to, if its
    /// rows are to be read from there.
    pub fn commit(&mut self, change: Change, file: Option<KeptFile>) -> Result<JsValue, JsValue> {
        let outcome = self.inner.commit_written(change.into_inner(), file.map(open_file)).map_err(error::to_js)?;
        self.offsets.clear();
        convert::to_js(&outcome)
    }

    /// `{ hits, trace }` for a question and its embedding; without one, keywords decide alone.
    pub fn search(
        &self,
        query: &str,
        vector: Option<Float32Array>,
        options: JsValue,
        model: &Model,
    ) -> Result<JsValue, JsValue> {
        let asked = Asked::read(vector, options)?;
        let (hits, trace) = self.inner.search(&asked.query(query, model), &asked.options).map_err(error::to_js)?;
        convert::to_js(&self.views().search(&hits, &trace))
    }

    /// `{ text, tokens, citations, trace }` within `options.tokens`.
    pub fn context(
        &self,
        query: &str,
        vector: Option<Float32Array>,
        options: JsValue,
        model: &Model,
    ) -> Result<JsValue, JsValue> {
        let asked = Asked::read(vector, options)?;
        let context =
            self.inner.context(&asked.query(query, model), &asked.options, model.counter()).map_err(error::to_js)?;
        convert::to_js(&self.views().context(&context))
    }

    /// `{ text, citations, trace }`: sentences of the documents that answer.
    pub fn answer(
        &self,
        query: &str,
        vector: Option<Float32Array>,
        options: JsValue,
        model: &Model,
    ) -> Result<JsValue, JsValue> {
        let asked = Asked::read(vector, options)?;
        let answer = self.inner.answer(&asked.query(query, model), &asked.options).map_err(error::to_js)?;
        convert::to_js(&self.views().answer(&answer))
    }

    /// A document with its canonical text and headings.
    pub fn document(&self, id: &str) -> Result<JsValue, JsValue> {
        let id = self.inner.document_id(id).map_err(error::to_js)?;
        convert::to_js(&self.views().full_document(id))
    }

    /// All documents, without their texts.
    pub fn documents(&self) -> Result<JsValue, JsValue> {
        let views = self.views();
        let documents: Vec<_> = self.inner.documents().iter().map(|document| views.document(document)).collect();
        convert::to_js(&documents)
    }

    /// A node of the tree.
    pub fn node(&self, id: u32) -> Result<JsValue, JsValue> {
        let id = self.inner.node_id(id).map_err(error::to_js)?;
        convert::to_js(&self.views().node(id))
    }

    /// `{ levels, nodes }`.
    pub fn tree(&self) -> Result<JsValue, JsValue> {
        convert::to_js(&self.views().tree())
    }

    /// The embeddings of the nodes of `tree`, one after the other.
    pub fn embeddings(&self) -> Result<Float32Array, JsValue> {
        let embeddings = self.inner.embeddings().map_err(error::to_js)?;
        Ok(Float32Array::from(embeddings.values()))
    }

    /// Counts of what is held.
    pub fn stats(&self) -> Result<JsValue, JsValue> {
        convert::to_js(&self.inner.stats())
    }

    /// What corrects the embeddings of questions, as a file; `undefined` where nothing does.
    pub fn adapter(&self, model: &Model) -> Option<Vec<u8>> {
        self.inner.adapter(&model.identity())
    }

    /// Corrects the embeddings of questions by what `adapter` gave; by `undefined`, leaves them as they are.
    #[wasm_bindgen(js_name = setAdapter)]
    pub fn set_adapter(&mut self, bytes: Option<Box<[u8]>>, model: &Model) -> Result<(), JsValue> {
        self.inner.set_adapter(bytes.as_deref(), &model.identity()).map_err(error::to_js)
    }

    /// Begins to learn from an array of `{ question, preferred, passedOver }`, whose questions have the embeddings in `vectors`.
    pub fn learn(&self, judgements: JsValue, vectors: Vec<f32>, options: JsValue) -> Result<Learning, JsValue> {
        let judgements: Vec<engine::Judgement> =
            serde_wasm_bindgen::from_value(judgements).map_err(|reason| error::invalid("judgements", reason))?;
        let options = Options::read(options)?.into()?;
        Learning::begin(&self.inner, &judgements, vectors, options)
    }

    pub(super) fn inner(&self) -> &engine::Collection {
        &self.inner
    }

    fn views(&self) -> Views<'_> {
        Views::new(&self.inner, &self.offsets)
    }
}
