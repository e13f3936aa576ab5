//! Values across the boundary: every conversion from and to JavaScript stands here or in `views`.

use std::collections::BTreeMap;

use js_sys::Array;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use wasm_bindgen::JsValue;

use super::error;
use crate::engine::{Contents, Edit};
use crate::{Error, Format, Metadata, PageOptions, Patch, Source, Value};

/// A plain object, as `JSON.parse` would make it.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}

/// The options of a call, by name. Those that are `undefined` or `null` are as if they were not there.
pub struct Options(Json);

type Json = serde_json::Map<String, serde_json::Value>;

impl Options {
    pub fn read(value: JsValue) -> Result<Self, JsValue> {
        let options: Option<Json> = serde_wasm_bindgen::from_value(value).map_err(invalid_options)?;
        let mut options = options.unwrap_or_default();
        options.retain(|_, value| !value.is_null());
        Ok(Self(options))
    }

    /// Takes out the option called `name`.
    pub fn take(&mut self, name: &str) -> Option<serde_json::Value> {
        self.0.remove(name)
    }

    /// What is left, as `T`, which names what it does not know.
    pub fn into<T: DeserializeOwned>(self) -> Result<T, JsValue> {
        // By way of JSON, because serde-wasm-bindgen looks only for the names that a type has.
        serde_json::from_value(self.0.into()).map_err(invalid_options)
    }
}

fn invalid_options(reason: impl std::fmt::Display) -> JsValue {
    error::invalid("options", reason)
}

/// A document as JavaScript hands it in.
#[derive(Deserialize)]
struct SourceInput {
    id: String,
    title: Option<String>,
    url: Option<String>,
    #[serde(default)]
    format: Format,
    content: String,
    #[serde(default)]
    metadata: JsonMetadata,
    #[serde(default, rename = "updatedAt")]
    updated_at: Option<f64>,
    #[serde(default, rename = "expiresAt")]
    expires_at: Option<f64>,
    page: Option<PageOptions>,
}

type JsonMetadata = BTreeMap<String, serde_json::Value>;

/// What is to be changed of a document: what is `undefined` or missing stays, what is `null` goes.
#[derive(Deserialize)]
struct PatchInput {
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    url: Option<Option<String>>,
    metadata: Option<JsonMetadata>,
    #[serde(default, rename = "updatedAt", deserialize_with = "given")]
    updated_at: Option<Option<f64>>,
    #[serde(default, rename = "expiresAt", deserialize_with = "given")]
    expires_at: Option<Option<f64>>,
}

/// What is there, though it may be `null`.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A change to a collection as JavaScript hands it in.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum EditInput {
    Upsert { source: SourceInput },
    Update { id: String, patch: PatchInput },
    Remove { id: String },
    Clear,
}

/// The edits of a change, which JavaScript holds: read one at a time, and their contents again when they are needed.
pub struct Edits(pub Array);

impl Edits {
    /// Each of them, read.
    pub fn read(&self) -> impl Iterator<Item = crate::Result<Edit>> {
        self.0.iter().map(|value| {
            let edit: EditInput = serde_wasm_bindgen::from_value(value).map_err(invalid_change)?;
            edit.try_into()
        })
    }
}

impl Contents for Edits {
    fn content(&self, edit: usize) -> crate::Result<String> {
        match serde_wasm_bindgen::from_value::<EditInput>(self.0.get(edit as u32)).map_err(invalid_change)? {
            EditInput::Upsert { source } => Ok(source.content),
            _ => Err(invalid_change("it is another than it was")),
        }
    }
}

fn invalid_change(reason: impl std::fmt::Display) -> Error {
    Error::InvalidOption { name: "changes", reason: reason.to_string() }
}

impl TryFrom<EditInput> for Edit {
    type Error = crate::Error;

    fn try_from(input: EditInput) -> crate::Result<Self> {
        Ok(match input {
            EditInput::Remove { id } => Self::Remove(id),
            EditInput::Clear => Self::Clear,
            EditInput::Update { id, patch } => {
                let PatchInput { title, url, metadata, updated_at, expires_at } = patch;
                Self::Update {
                    id,
                    patch: Patch {
                        title,
                        url,
                        metadata: metadata.map(read_metadata).transpose()?,
                        updated_at: updated_at.map(|time| optional_time("updatedAt", time)).transpose()?,
                        expires_at: expires_at.map(|time| optional_time("expiresAt", time)).transpose()?,
                    },
                }
            }
            EditInput::Upsert { source } => Self::Upsert(Source {
                id: source.id,
                title: source.title,
                url: source.url,
                format: source.format,
                content: source.content,
                metadata: read_metadata(source.metadata)?,
                updated_at: optional_time("updatedAt", source.updated_at)?,
                expires_at: optional_time("expiresAt", source.expires_at)?,
                page: source.page,
            }),
        })
    }
}

fn read_metadata(metadata: JsonMetadata) -> crate::Result<Metadata> {
    let values = metadata.into_iter().filter(|(_, value)| !value.is_null());
    values.map(|(name, value)| Ok((name, Value::from_json(&value)?))).collect()
}

fn optional_time(name: &'static str, time: Option<f64>) -> crate::Result<Option<i64>> {
    time.map(|time| milliseconds(name, Some(time))).transpose()
}

/// A time in milliseconds since 1970, within what a date in JavaScript can be.
pub fn milliseconds(name: &'static str, time: Option<f64>) -> crate::Result<i64> {
    const MOST: f64 = 8.64e15;
    match time {
        Some(time) if time.abs() <= MOST => Ok(time.floor() as i64),
        _ => Err(Error::InvalidOption { name, reason: "expected a time in milliseconds since 1970".to_owned() }),
    }
}

/// Metadata as JSON.
pub fn metadata(metadata: &Metadata) -> serde_json::Map<String, serde_json::Value> {
    metadata.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}
