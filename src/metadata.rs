//! What a caller knows about a document: a value a name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a caller knows about a document, by name.
pub type Metadata = BTreeMap<String, Value>;

/// A metadata value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Boolean(bool),
    Number(f64),
    Text(String),
    List(#[serde(deserialize_with = "scalars")] Vec<Value>),
}

/// Reads the elements of a list, which are no lists: bytes from outside must not nest without end.
fn scalars<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Vec<Value>, D::Error> {
    /// The values that are not lists, in the order of [`Value`]'s.
    #[derive(Deserialize)]
    enum Scalar {
        Boolean(bool),
        Number(f64),
        Text(String),
    }
    let scalars = Vec::<Scalar>::deserialize(deserializer)?;
    let value = |scalar| match scalar {
        Scalar::Boolean(boolean) => Value::Boolean(boolean),
        Scalar::Number(number) => Value::Number(number),
        Scalar::Text(text) => Value::Text(text),
    };
    Ok(scalars.into_iter().map(value).collect())
}

impl Value {
    /// Reads a boolean, a number, a string, or a list of those.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for null, an object, or a list within a list.
    pub fn from_json(json: &serde_json::Value) -> Result<Self> {
        match json {
            serde_json::Value::Array(elements) => {
                Ok(Self::List(elements.iter().map(Self::scalar).collect::<Result<_>>()?))
            }
            _ => Self::scalar(json),
        }
    }

    fn scalar(json: &serde_json::Value) -> Result<Self> {
        use serde_json::Value as Json;
        let refused = |what: &str| {
            let reason = format!("a value is a boolean, a number, a string or a list of those, but this is {what}");
            Err(Error::InvalidOption { name: "metadata", reason })
        };
        match json {
            Json::Bool(boolean) => Ok(Self::Boolean(*boolean)),
            Json::String(text) => Ok(Self::Text(text.clone())),
            Json::Number(number) => match number.as_f64() {
                Some(number) => Ok(Self::Number(number)),
                None => refused("a number too large"),
            },
            Json::Null => refused("null; leave it out instead"),
            Json::Object(_) => refused("an object"),
            Json::Array(_) => refused("a list within a list"),
        }
    }

    /// The value as JSON; a number that JSON cannot hold becomes null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Boolean(boolean) => (*boolean).into(),
            // A whole number that a double holds exactly is written without a fraction.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 2f64.powi(53) => (*number as i64).into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(elements) => elements.iter().map(Self::to_json).collect(),
        }
    }

    /// The elements of a list, or the value itself as the only one.
    pub(crate) fn elements(&self) -> &[Value] {
        match self {
            Self::List(elements) => elements,
            single => std::slice::from_ref(single),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_survive_json() {
        for json in [json!(true), json!(1861), json!(1861.5), json!("Lincoln"), json!(["a", -2, false]), json!([])] {
            assert_eq!(Value::from_json(&json).unwrap().to_json(), json);
        }
    }

    #[test]
    fn numbers_that_json_cannot_hold_become_null() {
        assert_eq!(Value::Number(f64::NAN).to_json(), json!(null));
        assert_eq!(Value::Number(1e300).to_json(), json!(1e300));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for json in [json!(null), json!({"a": 1}), json!([[1]]), json!([null])] {
            assert_eq!(Value::from_json(&json).unwrap_err().code(), "invalid-option", "{json}");
        }
    }
}
