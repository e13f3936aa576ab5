//! A collection as JavaScript sees it.

use js_sys::{Array, Float32Array, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::change::Change;
use super::convert::Options;
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

    fn query<'a>(&'a self, text: &'a str) -> Query<'a> {
        Query { text, vector: self.vector.as_deref(), filter: self.filter.as_ref(), now: self.now }
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
    pub fn import(bytes: &[u8], options: JsValue, model: &Model) -> Result<Collection, JsValue> {
        let (options, summarizer) = opening(options)?;
        let inner = engine::Collection::import(bytes, options, &model.identity(), model.dimensions());
        Ok(Self { inner: inner.map_err(error::to_js)?, summarizer, offsets: OffsetCache::default() })
    }

    /// The whole collection as one file.
    pub fn export(&self) -> Vec<u8> {
        self.inner.export()
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

    /// Its indexes as a file, for `open`.
    pub fn derived(&self) -> Vec<u8> {
        self.inner.derived()
    }

    /// The whole collection as a file to begin a log with, in place of the one that led to this state.
    pub fn snapshot(&mut self) -> Vec<u8> {
        self.inner.snapshot()
    }

    /// Opens a log: an array of files, of which the first is whole and each later one a change; faster with what `derived`
    /// wrote for the state. Of another that is not used.
    pub fn open(
        log: Vec<Uint8Array>,
        derived: Option<Box<[u8]>>,
        options: JsValue,
        model: &Model,
    ) -> Result<Collection, JsValue> {
        let (options, summarizer) = opening(options)?;
        let log: Vec<Vec<u8>> = log.iter().map(Uint8Array::to_vec).collect();
        let log: Vec<&[u8]> = log.iter().map(Vec::as_slice).collect();
        let (identity, dimensions) = (model.identity(), model.dimensions());
        let inner = engine::Collection::open(&log, derived.as_deref(), options, &identity, dimensions);
        Ok(Self { inner: inner.map_err(error::to_js)?, summarizer, offsets: OffsetCache::default() })
    }

    /// Takes over changes that were made one after the other elsewhere, from the same state on.
    pub fn apply(&mut self, deltas: Vec<Uint8Array>) -> Result<(), JsValue> {
        let deltas: Vec<Vec<u8>> = deltas.iter().map(Uint8Array::to_vec).collect();
        let deltas: Vec<&[u8]> = deltas.iter().map(Vec::as_slice).collect();
        self.inner.apply(&deltas).map_err(error::to_js)?;
        self.offsets.clear();
        Ok(())
    }

    /// Prepares `edits`: an array of `{ type: "upsert", source }`, `{ type: "update", id, patch }`, `{ type: "remove", id }`
    /// and `{ type: "clear" }`.
    pub fn begin(&self, edits: JsValue) -> Result<Change, JsValue> {
        Ok(Change::new(self.inner.begin(convert::edits(edits)?), self.summarizer))
    }

    /// Puts a finished change in place: `{ added, updated, removed, unchanged }`.
    pub fn commit(&mut self, change: Change) -> Result<JsValue, JsValue> {
        let outcome = self.inner.commit(change.into_inner()).map_err(error::to_js)?;
        self.offsets.clear();
        convert::to_js(&outcome)
    }

    /// `{ hits, trace }` for a question and its embedding; without one, keywords decide alone.
    pub fn search(&self, query: &str, vector: Option<Float32Array>, options: JsValue) -> Result<JsValue, JsValue> {
        let asked = Asked::read(vector, options)?;
        let (hits, trace) = self.inner.search(&asked.query(query), &asked.options).map_err(error::to_js)?;
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
        let context = self.inner.context(&asked.query(query), &asked.options, model.counter()).map_err(error::to_js)?;
        convert::to_js(&self.views().context(&context))
    }

    /// `{ text, citations, trace }`: sentences of the documents that answer.
    pub fn answer(&self, query: &str, vector: Option<Float32Array>, options: JsValue) -> Result<JsValue, JsValue> {
        let asked = Asked::read(vector, options)?;
        let answer = self.inner.answer(&asked.query(query), &asked.options).map_err(error::to_js)?;
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
    pub fn embeddings(&self) -> Float32Array {
        Float32Array::from(self.inner.embeddings().values())
    }

    /// Counts of what is held.
    pub fn stats(&self) -> Result<JsValue, JsValue> {
        convert::to_js(&self.inner.stats())
    }

    fn views(&self) -> Views<'_> {
        Views::new(&self.inner, &self.offsets)
    }
}
