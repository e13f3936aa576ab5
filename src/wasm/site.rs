//! A site's shards as JavaScript sees them, in the small module.

#[cfg(feature = "meaning")]
use serde_json::Value as Json;
use wasm_bindgen::prelude::*;

use super::json::{JsonWriter, SCALE};
use super::offsets::Utf16Offsets;
use crate::Error;
#[cfg(feature = "meaning")]
use crate::Filter;
use crate::site::{PageHit, Reply, SectionHit, SiteQuery, SiteReader, Typing};

/// A site as far as it is loaded. What can go wrong is told as text, `code: message`, since that takes less code than errors do;
/// nothing went wrong where the text is empty.
#[wasm_bindgen]
#[derive(Default)]
pub struct Site {
    reader: Option<SiteReader>,
}

#[wasm_bindgen]
impl Site {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Site {
        Self::default()
    }

    /// Reads the root shard, which comes before all else.
    pub fn open(&mut self, root: &[u8]) -> String {
        match SiteReader::new(root) {
            Ok(reader) => {
                self.reader = Some(reader);
                String::new()
            }
            Err(error) => told(&error),
        }
    }

    /// `{ model, dimensions, leaves, meaning }`: the last, whether the index holds embeddings.
    pub fn about(&self) -> String {
        let Some(reader) = &self.reader else { return String::new() };
        let root = reader.root();
        let mut json = JsonWriter::default();
        json.0.push('{');
        json.key("model");
        json.text(&root.model);
        json.key("dimensions");
        json.whole(root.dimensions as i64);
        json.key("leaves");
        json.whole(root.leaves as i64);
        json.key("meaning");
        json.0.push_str(if root.routes.is_some() { "true}" } else { "false}" });
        json.0
    }

    /// Takes in the shard that was asked for by `name`.
    pub fn give(&mut self, name: &str, bytes: &[u8]) -> String {
        let Some(reader) = &mut self.reader else { return String::new() };
        match reader.give(u64::from_str_radix(name, 16).unwrap_or_default(), bytes) {
            Ok(()) => String::new(),
            Err(error) => told(&error),
        }
    }

    /// Goes on without a shard that cannot be had.
    pub fn skip(&mut self, name: &str) {
        if let Some(reader) = &mut self.reader {
            reader.skip(u64::from_str_radix(name, 16).unwrap_or_default());
        }
    }

    /// `{ wanted: [name] }`, or what was found by keywords. Scores are in millionths.
    /// `now` is in milliseconds since 1970.
    pub fn ask(&self, text: &str, as_you_type: bool, k: usize, now: f64) -> String {
        let typing = if as_you_type { Typing::LastWordOpen } else { Typing::Finished };
        self.answer(&SiteQuery { text, typing, k, vector: None, alpha: None, filter: None, now: now as i64 })
    }

    /// [`ask`](Self::ask), also by the question's embedding if that is not empty. `alpha` below 0 leaves it open; `filter` is empty, or
    /// a filter in the form that the package's `encodeFilter` gives it.
    #[cfg(feature = "meaning")]
    #[wasm_bindgen(js_name = askMeaning)]
    #[allow(clippy::too_many_arguments)]
    pub fn ask_meaning(
        &self,
        text: &str,
        as_you_type: bool,
        k: usize,
        now: f64,
        vector: &[f32],
        alpha: f32,
        filter: &[u8],
    ) -> String {
        let typing = if as_you_type { Typing::LastWordOpen } else { Typing::Finished };
        let vector = (!vector.is_empty()).then_some(vector);
        let read = |mut bytes: &[u8]| Filter::from_json(&read_json(&mut bytes, 0).unwrap_or_default());
        let filter = match (!filter.is_empty()).then(|| read(filter)).transpose() {
            Ok(filter) => filter,
            Err(error) => return told(&error),
        };
        let alpha = (alpha >= 0.0).then_some(alpha);
        self.answer(&SiteQuery { text, typing, k, vector, alpha, filter: filter.as_ref(), now: now as i64 })
    }
}

impl Site {
    fn answer(&self, query: &SiteQuery) -> String {
        let Some(reader) = &self.reader else { return String::new() };
        let mut json = JsonWriter::default();
        json.0.push('{');
        match reader.ask(query) {
            Err(error) => return told(&error),
            Ok(Reply::Wanted(names)) => {
                json.key("wanted");
                json.list(['[', ']'], names, |json, name| json.text(&hexadecimal(name)));
            }
            Ok(Reply::Found(found)) => {
                json.key("pages");
                json.list(['[', ']'], &found.pages, page);
                json.key("alpha");
                json.whole(scaled(found.alpha));
                json.key("byVector");
                json.whole(found.by_vector as i64);
                json.key("skipped");
                json.whole(found.skipped as i64);
            }
        }
        json.0.push('}');
        json.0
    }
}

/// The library's way of writing messages would take as much code as a stemmer.
fn told(error: &Error) -> String {
    let (name, reason): (&str, &str) = match error {
        Error::IndexFormat { reason } => ("this is not a Leafcutter index", reason),
        Error::IndexDamaged { reason } => ("the index is damaged", reason),
        Error::IndexVersion { .. } => ("the index has another format version than the scripts", "build it again"),
        Error::InvalidFilter { reason } => ("filter", reason),
        Error::InvalidOption { name, reason } => (name, reason),
        Error::EmbeddingShape { .. } => ("embeddings", "the index has others than were handed in"),
        _ => ("the search", "failed"),
    };
    let mut text = String::new();
    [error.code(), ": ", name, ": ", reason].into_iter().for_each(|part| text.push_str(part));
    text
}

fn page(json: &mut JsonWriter, page: &PageHit) {
    json.0.push('{');
    json.key("id");
    json.text(&page.id);
    json.key("title");
    json.text(&page.title);
    json.key("url");
    json.optional(page.url.as_deref());
    json.key("score");
    json.whole(scaled(page.score));
    json.key("metadata");
    json.list(['{', '}'], page.metadata.iter(), |json, (name, value)| {
        json.text(name);
        json.0.push(':');
        json.value(value);
    });
    json.key("sections");
    json.list(['[', ']'], &page.sections, section);
    json.0.push('}');
}

fn section(json: &mut JsonWriter, section: &SectionHit) {
    json.0.push('{');
    json.key("headingPath");
    json.list(['[', ']'], &section.heading_path, |json, heading| json.text(heading));
    json.key("anchor");
    json.optional(section.anchor.as_deref());
    json.key("text");
    json.text(&section.snippet.text);
    let offsets = Utf16Offsets::new(&section.snippet.text);
    json.key("highlights");
    json.list(['[', ']'], &section.snippet.highlights, |json, &range| {
        let range = offsets.range(&section.snippet.text, range);
        json.list(['[', ']'], [range.start, range.end], |json, at| json.whole(at.into()));
    });
    json.key("cut");
    json.list(['[', ']'], [section.snippet.cut.0, section.snippet.cut.1], |json, cut| {
        json.0.push_str(if cut { "true" } else { "false" });
    });
    json.key("score");
    json.whole(scaled(section.score));
    json.0.push('}');
}

fn scaled(score: f32) -> i64 {
    (f64::from(score) * SCALE) as i64
}

/// A shard's name as a file's.
fn hexadecimal(name: u64) -> String {
    (0..16).rev().map(|digit| char::from_digit((name >> (4 * digit)) as u32 & 15, 16).unwrap_or('0')).collect()
}

/// Deeper than any filter may be.
#[cfg(feature = "meaning")]
const DEEPEST: usize = 64;

/// JSON as the package writes it for this module, which has no parser of texts and numbers in decimals: a byte for the kind, then
/// a double, a text (its length in four bytes, then UTF-8), or the number of elements and these, those of an object after their
/// names.
#[cfg(feature = "meaning")]
fn read_json(bytes: &mut &[u8], depth: usize) -> Option<Json> {
    fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(taken)
    }
    fn count(bytes: &mut &[u8]) -> Option<usize> {
        Some(u32::from_le_bytes(take(bytes, 4)?.try_into().ok()?) as usize)
    }
    fn text(bytes: &mut &[u8]) -> Option<String> {
        let length = count(bytes)?;
        String::from_utf8(take(bytes, length)?.to_vec()).ok()
    }
    if depth > DEEPEST {
        return None;
    }
    Some(match take(bytes, 1)?[0] {
        0 => Json::Null,
        1 => Json::Bool(false),
        2 => Json::Bool(true),
        3 => serde_json::Number::from_f64(f64::from_le_bytes(take(bytes, 8)?.try_into().ok()?)).map(Json::Number)?,
        4 => Json::String(text(bytes)?),
        5 => Json::Array((0..count(bytes)?).map(|_| read_json(bytes, depth + 1)).collect::<Option<_>>()?),
        6 => {
            let members = (0..count(bytes)?).map(|_| Some((text(bytes)?, read_json(bytes, depth + 1)?)));
            Json::Object(members.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
