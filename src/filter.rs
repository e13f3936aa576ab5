//! Which documents a search is about, by their metadata.

use std::cmp::Ordering;

use serde_json::{Map, Value as Json};

use crate::document::Document;
use crate::error::{Error, Result};
use crate::metadata::{Metadata, Value};

/// How deep conditions may be nested.
const DEEPEST: usize = 32;

/// Chooses documents by their metadata. It is written in JSON:
///
/// ```
/// # use leafcutter::Filter;
/// let filter = Filter::from_json(&serde_json::json!({
///     "party": "Whig",                          // equals
///     "year": { "gte": 1900, "lt": 1950 },      // range, over numbers or over strings: gt, gte, lt, lte
///     "tags": { "in": ["war", "peace"] },       // equals one of these
///     "draft": { "exists": false },             // is there no such field?
///     "president": { "not": "Tyler" },          // the opposite of any condition
///     "or": [{ "pages": { "lt": 10 } }, { "kind": "letter" }],
///     "not": { "language": "la" },
/// }))?;
/// # Ok::<(), leafcutter::Error>(())
/// ```
///
/// All conditions of an object must hold; `{}` admits every document. `and` and `or` take a list of filters, `not` takes
/// one; fields of those three names cannot be asked for. `equals` may be written out: `{ "party": { "equals": "Whig" } }`.
/// Where a field holds a list, a condition holds if it does for any element. A condition on a field that a document
/// lacks, or that holds a value of another type, does not hold. Strings are compared by code point, which puts ISO
/// dates in order. `updatedAt` and `expiresAt` are those of the document, in milliseconds since 1970, and never of its
/// metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Condition);

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Field { name: String, test: Test },
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Exists(bool),
    In(Vec<Value>),
    Range(Vec<Bound>),
}

/// One end of a range: a value is within if it compares with `limit` in one of two ways.
#[derive(Clone, Debug, PartialEq)]
struct Bound {
    limit: Value,
    side: Ordering,
    or_equal: bool,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// [`Error::InvalidFilter`], saying where and what, if `json` is not of the form above, or is nested more than 32
    /// deep.
    pub fn from_json(json: &Json) -> Result<Self> {
        condition(json, &Place::top()).map(Self)
    }

    /// Whether a document with this metadata, of which nothing else is known, is admitted.
    pub fn matches(&self, metadata: &Metadata) -> bool {
        self.0.holds(&Fields { metadata, updated_at: None, expires_at: None })
    }

    /// Whether `document` is admitted.
    pub fn admits(&self, document: &Document) -> bool {
        let time = |time: Option<i64>| time.map(|time| Value::Number(time as f64));
        let (updated_at, expires_at) = (time(document.updated_at), time(document.expires_at));
        self.0.holds(&Fields { metadata: &document.metadata, updated_at, expires_at })
    }
}

/// What conditions are about.
struct Fields<'a> {
    metadata: &'a Metadata,
    updated_at: Option<Value>,
    expires_at: Option<Value>,
}

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        match name {
            "updatedAt" => self.updated_at.as_ref(),
            "expiresAt" => self.expires_at.as_ref(),
            name => self.metadata.get(name),
        }
    }
}

impl Condition {
    fn holds(&self, fields: &Fields) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(fields)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(fields)),
            Self::Not(condition) => !condition.holds(fields),
            Self::Field { name, test } => test.holds(fields.get(name)),
        }
    }
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        let elements = value.map_or(&[][..], Value::elements);
        match self {
            Self::Exists(expected) => value.is_some() == *expected,
            Self::In(choices) => elements.iter().any(|element| choices.contains(element)),
            Self::Range(bounds) => elements.iter().any(|element| bounds.iter().all(|bound| bound.admits(element))),
        }
    }
}

impl Bound {
    fn admits(&self, value: &Value) -> bool {
        let ordering = match (value, &self.limit) {
            (Value::Number(value), Value::Number(limit)) => value.partial_cmp(limit),
            (Value::Text(value), Value::Text(limit)) => Some(value.cmp(limit)),
            _ => None,
        };
        ordering.is_some_and(|ordering| ordering == self.side || (self.or_equal && ordering.is_eq()))
    }
}

/// Where in a filter the reader is, for messages: `or[1].year.gte`.
struct Place {
    path: String,
    depth: usize,
}

impl Place {
    fn top() -> Self {
        Self { path: String::new(), depth: 0 }
    }

    fn key(&self, key: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self { path: format!("{}{dot}{key}", self.path), depth: self.depth + 1 }
    }

    fn element(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), depth: self.depth }
    }

    fn refuse<T>(&self, reason: &str) -> Result<T> {
        let reason = if self.path.is_empty() { reason.to_owned() } else { format!("{}: {reason}", self.path) };
        Err(Error::InvalidFilter { reason })
    }
}

/// Reads an object of fields, `and`, `or` and `not`.
fn condition(json: &Json, place: &Place) -> Result<Condition> {
    let Json::Object(members) = json else {
        return place.refuse("expected an object of conditions");
    };
    if place.depth > DEEPEST {
        return place.refuse(&format!("nested more than {DEEPEST} deep"));
    }
    let conditions = members
        .iter()
        .map(|(key, json)| {
            let place = place.key(key);
            match key.as_str() {
                "and" => Ok(Condition::All(conditions(json, &place)?)),
                "or" => Ok(Condition::Any(conditions(json, &place)?)),
                "not" => Ok(Condition::Not(Box::new(condition(json, &place)?))),
                name => field(name, json, &place),
            }
        })
        .collect::<Result<_>>()?;
    Ok(Condition::All(conditions))
}

fn conditions(json: &Json, place: &Place) -> Result<Vec<Condition>> {
    let Json::Array(elements) = json else {
        return place.refuse("expected a list of filters");
    };
    elements.iter().enumerate().map(|(index, element)| condition(element, &place.element(index))).collect()
}

/// Reads what stands under the name of a field: a value to equal, or an object of tests.
fn field(name: &str, json: &Json, place: &Place) -> Result<Condition> {
    let test = |test| Condition::Field { name: name.to_owned(), test };
    let Json::Object(tests) = json else {
        return Ok(test(Test::In(vec![scalar(json, place)?])));
    };
    if place.depth > DEEPEST {
        return place.refuse(&format!("nested more than {DEEPEST} deep"));
    }
    if tests.is_empty() {
        return place.refuse("expected a value or at least one of equals, in, gt, gte, lt, lte, exists, not");
    }
    let mut all = Vec::new();
    for (key, json) in tests {
        let place = place.key(key);
        match key.as_str() {
            "equals" => all.push(test(Test::In(vec![scalar(json, &place)?]))),
            "in" => {
                let Json::Array(choices) = json else {
                    return place.refuse("expected a list of values");
                };
                let choices = choices
                    .iter()
                    .enumerate()
                    .map(|(index, choice)| scalar(choice, &place.element(index)))
                    .collect::<Result<_>>()?;
                all.push(test(Test::In(choices)));
            }
            "exists" => {
                let Json::Bool(expected) = json else {
                    return place.refuse("expected true or false");
                };
                all.push(test(Test::Exists(*expected)));
            }
            "not" => all.push(Condition::Not(Box::new(field(name, json, &place)?))),
            // Read together below: one element of a list must be within all of them.
            "gt" | "gte" | "lt" | "lte" => {}
            _ => return place.refuse("unknown; there are equals, in, gt, gte, lt, lte, exists, not"),
        }
    }
    let bounds = bounds(tests, place)?;
    if !bounds.is_empty() {
        all.push(test(Test::Range(bounds)));
    }
    Ok(Condition::All(all))
}

fn bounds(tests: &Map<String, Json>, place: &Place) -> Result<Vec<Bound>> {
    let mut bounds: Vec<Bound> = Vec::new();
    for (key, side, or_equal) in [
        ("gt", Ordering::Greater, false),
        ("gte", Ordering::Greater, true),
        ("lt", Ordering::Less, false),
        ("lte", Ordering::Less, true),
    ] {
        let Some(json) = tests.get(key) else { continue };
        let limit = scalar(json, &place.key(key))?;
        if matches!(limit, Value::Boolean(_)) {
            return place.key(key).refuse("expected a number or a string");
        }
        if bounds.iter().any(|bound| matches!(bound.limit, Value::Text(_)) != matches!(limit, Value::Text(_))) {
            return place.refuse("a range between a number and a string admits nothing");
        }
        bounds.push(Bound { limit, side, or_equal });
    }
    Ok(bounds)
}

fn scalar(json: &Json, place: &Place) -> Result<Value> {
    match json {
        Json::Null => place.refuse("null equals nothing; ask for { \"exists\": false }"),
        Json::Array(_) => place.refuse("expected one value; ask for { \"in\": [...] }"),
        _ => Value::from_json(json).or_else(|_| place.refuse("expected a boolean, a number or a string")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata(json: &Json) -> Metadata {
        json.as_object().unwrap().iter().map(|(name, value)| (name.clone(), Value::from_json(value).unwrap())).collect()
    }

    #[test]
    fn filters_admit_what_they_say() {
        let document = metadata(&json!({
            "year": 1912, "party": "Whig", "date": "1912-04-15", "draft": false, "tags": ["a", "b"], "years": [1800, 2000],
            "none": [],
        }));
        for (admits, filter) in [
            (true, json!({})),
            (true, json!({ "party": "Whig" })),
            (false, json!({ "party": "whig" })),
            (false, json!({ "absent": "Whig" })),
            (true, json!({ "party": { "equals": "Whig" } })),
            (true, json!({ "year": 1912.0 })),
            (false, json!({ "year": "1912" })),
            (true, json!({ "draft": false })),
            (true, json!({ "year": { "gte": 1912, "lt": 1950 } })),
            (false, json!({ "year": { "gt": 1912 } })),
            (true, json!({ "year": { "lte": 1912 } })),
            (false, json!({ "year": { "lt": 1912 } })),
            (false, json!({ "year": { "gte": "1900" } })),
            (true, json!({ "date": { "gt": "1912", "lt": "1912-05" } })),
            (false, json!({ "absent": { "gte": 0 } })),
            (false, json!({ "absent": { "lt": 0 } })),
            (true, json!({ "tags": "b" })),
            (true, json!({ "tags": { "in": ["c", "b"] } })),
            (false, json!({ "tags": { "in": ["c"] } })),
            (false, json!({ "tags": { "in": [] } })),
            (true, json!({ "years": { "lt": 1900 } })),
            (false, json!({ "years": { "gt": 1900, "lt": 1950 } })),
            (true, json!({ "absent": { "exists": false }, "year": { "exists": true } })),
            (false, json!({ "year": { "exists": false } })),
            (true, json!({ "none": { "exists": true } })),
            (false, json!({ "none": "a" })),
            (true, json!({ "year": { "not": 1900 } })),
            (true, json!({ "year": { "not": { "lt": 1900 }, "lt": 2000 } })),
            (false, json!({ "party": "Whig", "year": 1900 })),
            (true, json!({ "or": [{ "year": 1900 }, { "party": "Whig" }] })),
            (false, json!({ "or": [] })),
            (true, json!({ "and": [] })),
            (false, json!({ "and": [{ "year": 1912 }, { "party": "Tory" }] })),
            (false, json!({ "not": { "party": "Whig" } })),
            (true, json!({ "not": { "or": [{ "party": "Tory" }, { "and": [{ "year": 1912 }, { "draft": true }] }] } })),
        ] {
            assert_eq!(Filter::from_json(&filter).unwrap().matches(&document), admits, "{filter}");
        }
    }

    #[test]
    fn times_are_those_of_the_document() {
        let metadata = metadata(&json!({ "updatedAt": 1, "year": 1912 }));
        let source = crate::Source { id: "a".to_owned(), metadata, updated_at: Some(5000), ..crate::Source::default() };
        let document = crate::text::parse(&source).unwrap();
        for (admits, filter) in [
            (true, json!({ "updatedAt": 5000, "year": 1912 })),
            (true, json!({ "updatedAt": { "gt": 4000, "lte": 5000 } })),
            (false, json!({ "updatedAt": 1 })),
            (false, json!({ "expiresAt": { "exists": true } })),
            (false, json!({ "expiresAt": { "lt": 9000 } })),
        ] {
            assert_eq!(Filter::from_json(&filter).unwrap().admits(&document), admits, "{filter}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        for (filter, reason) in [
            (json!(null), "expected an object"),
            (json!([]), "expected an object"),
            (json!({ "a": null }), "a: null equals nothing"),
            (json!({ "a": [1] }), "a: expected one value"),
            (json!({ "a": {} }), "a: expected a value or at least one of"),
            (json!({ "a": { "above": 1 } }), "a.above: unknown"),
            (json!({ "a": { "in": "x" } }), "a.in: expected a list"),
            (json!({ "a": { "in": ["x", {}] } }), "a.in[1]: expected a boolean"),
            (json!({ "a": { "exists": 1 } }), "a.exists: expected true or false"),
            (json!({ "a": { "gt": true } }), "a.gt: expected a number or a string"),
            (json!({ "a": { "gt": 1, "lt": "x" } }), "a: a range between"),
            (json!({ "or": { "a": 1 } }), "or: expected a list"),
            (json!({ "not": [] }), "not: expected an object"),
            (json!({ "or": [{}, { "year": { "gte": {} } }] }), "or[1].year.gte: expected a boolean"),
        ] {
            let Err(Error::InvalidFilter { reason: got }) = Filter::from_json(&filter) else {
                panic!("{filter} was read");
            };
            assert!(got.starts_with(reason), "{filter}: {got}");
        }
    }

    #[test]
    fn too_deep_a_nesting_is_refused() {
        let nested = |depth: usize, key: &str, inner: Json| (0..depth).fold(inner, |inner, _| json!({ key: inner }));
        assert!(Filter::from_json(&nested(DEEPEST, "not", json!({}))).is_ok());
        assert!(Filter::from_json(&nested(DEEPEST + 1, "not", json!({}))).is_err());
        assert!(Filter::from_json(&json!({ "a": nested(100, "not", json!(1)) })).is_err());
    }
}
