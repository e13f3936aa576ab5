//! Values across the boundary: every conversion from and to JavaScript stands here or in `views`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::error;
use crate::engine::Edit;
use crate::{Format, Metadata, PageOptions, Source, Value};

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
    metadata: BTreeMap<String, serde_json::Value>,
    page: Option<PageOptions>,
}

/// A change to a collection as JavaScript hands it in.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum EditInput {
    Upsert { source: SourceInput },
    Remove { id: String },
    Clear,
}

/// Reads the edits of a change.
pub fn edits(value: JsValue) -> Result<Vec<Edit>, JsValue> {
    let edits: Vec<EditInput> =
        serde_wasm_bindgen::from_value(value).map_err(|reason| error::invalid("changes", reason))?;
    edits.into_iter().map(|edit| edit.try_into().map_err(error::to_js)).collect()
}

impl TryFrom<EditInput> for Edit {
    type Error = crate::Error;

    fn try_from(input: EditInput) -> crate::Result<Self> {
        Ok(match input {
            EditInput::Remove { id } => Self::Remove(id),
            EditInput::Clear => Self::Clear,
            EditInput::Upsert { source } => {
                let metadata: crate::Result<Metadata> = source
                    .metadata
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| Ok((name.clone(), Value::from_json(value)?)))
                    .collect();
                Self::Upsert(Source {
                    id: source.id,
                    title: source.title,
                    url: source.url,
                    format: source.format,
                    content: source.content,
                    metadata: metadata?,
                    page: source.page,
                })
            }
        })
    }
}

/// Metadata as JSON.
pub fn metadata(metadata: &Metadata) -> serde_json::Map<String, serde_json::Value> {
    metadata.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}
