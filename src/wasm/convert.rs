//! Values across the boundary: every conversion from and to JavaScript stands here or in `views`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::error;
use crate::engine::Edit;
use crate::filter::Filter;
use crate::{Format, Metadata, Source, Value};

/// A plain object, as `JSON.parse` would make it.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}

/// Reads `value`, called `name` in an error. `undefined` and `null` are the default.
pub fn from_js<T: DeserializeOwned + Default>(name: &'static str, value: JsValue) -> Result<T, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|reason| error::invalid(name, reason))
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
    let edits: Vec<EditInput> = from_js("changes", value)?;
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
                })
            }
        })
    }
}

/// Reads the `filter` of the options in `value`, if there is one.
pub fn filter(value: &JsValue) -> Result<Option<Filter>, JsValue> {
    #[derive(Default, Deserialize)]
    struct Options {
        filter: Option<serde_json::Value>,
    }
    let options: Options = from_js("options", value.clone())?;
    options.filter.map(|filter| Filter::from_json(&filter).map_err(error::to_js)).transpose()
}

/// Metadata as JSON.
pub fn metadata(metadata: &Metadata) -> serde_json::Map<String, serde_json::Value> {
    metadata.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}
