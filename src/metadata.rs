//! Metadata of documents and the filters that choose by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a caller knows about a document, by name.
pub type Metadata = BTreeMap<String, Value>;

/// A metadata value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
}
