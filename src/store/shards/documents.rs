//! What is known of documents, and how long leaves are.

use super::bytes::{Reader, Writer};
use super::{CheckedShard, Shard, ShardKind};
use crate::error::Result;
use crate::metadata::{Metadata, Value};

/// A document, without its text.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentEntry {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    /// By name, in order.
    pub metadata: Vec<(String, Value)>,
    /// Milliseconds since 1970 from which on it is not shown.
    pub expires_at: Option<i64>,
    /// Its text in order.
    pub fragments: Vec<FragmentEntry>,
}

/// A stretch of a document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentEntry {
    pub name: u64,
    pub leaves: u32,
}

/// What a filter asks of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterEntry {
    pub leaves: u32,
    pub metadata: Metadata,
}

/// What a document has beside what all have, by bits.
const URL: u8 = 1;
const EXPIRY: u8 = 2;

impl DocumentEntry {
    /// Whether the document may not be shown any more at `now`.
    pub fn has_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// How many leaves it has.
    pub fn leaves(&self) -> u32 {
        self.fragments.iter().fold(0, |sum, fragment| sum.saturating_add(fragment.leaves))
    }
}

pub fn encode_documents(documents: &[DocumentEntry]) -> Shard {
    let mut writer = Writer::default();
    writer.number(documents.len());
    for document in documents {
        writer.text(&document.id);
        writer.text(&document.title);
        let (url, expiry) = (document.url.as_deref(), document.expires_at);
        writer.0.push(url.map_or(0, |_| URL) | expiry.map_or(0, |_| EXPIRY));
        url.into_iter().for_each(|url| writer.text(url));
        expiry.into_iter().for_each(|expires_at| writer.bytes(&expires_at.to_le_bytes()));
        write_metadata(&mut writer, document.metadata.iter().map(|(name, value)| (name, value)));
        writer.number(document.fragments.len());
        document.fragments.iter().for_each(|fragment| writer.number(fragment.leaves as usize));
    }
    documents.iter().flat_map(|document| &document.fragments).for_each(|fragment| writer.hash(fragment.name));
    Shard::new(ShardKind::Documents, &writer.0)
}

/// # Errors
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
pub fn decode_documents(shard: &CheckedShard) -> Result<Vec<DocumentEntry>> {
    shard.read(ShardKind::Documents, |reader| {
        let count = reader.count(5)?;
        let mut documents = Vec::with_capacity(count);
        for _ in 0..count {
            let id = reader.text()?.to_owned();
            let title = reader.text()?.to_owned();
            let has = reader.byte()?;
            if has & !(URL | EXPIRY) != 0 {
                return None;
            }
            let url = if has & URL != 0 { Some(reader.text()?.to_owned()) } else { None };
            let expires_at = if has & EXPIRY != 0 { Some(reader.hash()? as i64) } else { None };
            let metadata = read_metadata(reader)?;
            let fragments = reader.count(9)?;
            let leaves = reader.numbers(fragments)?;
            let fragments = leaves.into_iter().map(|leaves| FragmentEntry { name: 0, leaves }).collect();
            documents.push(DocumentEntry { id, title, url, metadata, expires_at, fragments });
        }
        for fragment in documents.iter_mut().flat_map(|document| &mut document.fragments) {
            fragment.name = reader.hash()?;
        }
        Some(documents)
    })
}

pub fn encode_filters(documents: &[FilterEntry]) -> Shard {
    let mut writer = Writer::default();
    writer.number(documents.len());
    for document in documents {
        writer.number(document.leaves as usize);
        write_metadata(&mut writer, document.metadata.iter());
    }
    Shard::new(ShardKind::Filters, &writer.0)
}

/// # Errors
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
pub fn decode_filters(shard: &CheckedShard) -> Result<Vec<FilterEntry>> {
    shard.read(ShardKind::Filters, |reader| {
        let count = reader.count(2)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let leaves = reader.number()? as u32;
            entries.push(FilterEntry { leaves, metadata: read_metadata(reader)?.into_iter().collect() });
        }
        Some(entries)
    })
}

pub fn encode_lengths(lengths: &[u32]) -> Shard {
    let mut writer = Writer::default();
    writer.number(lengths.len());
    lengths.iter().for_each(|&length| writer.number(length as usize));
    Shard::new(ShardKind::Lengths, &writer.0)
}

/// # Errors
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
pub fn decode_lengths(shard: &CheckedShard) -> Result<Vec<u32>> {
    shard.read(ShardKind::Lengths, |reader| {
        let count = reader.count(1)?;
        let lengths = reader.numbers(count)?;
        Some(lengths)
    })
}

fn write_metadata<'a>(writer: &mut Writer, metadata: impl ExactSizeIterator<Item = (&'a String, &'a Value)>) {
    writer.number(metadata.len());
    for (name, value) in metadata {
        writer.text(name);
        match value {
            Value::List(elements) => {
                writer.0.push(LIST);
                writer.number(elements.len());
                elements.iter().for_each(|element| write_scalar(writer, element));
            }
            scalar => write_scalar(writer, scalar),
        }
    }
}

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const NUMBER: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;

fn write_scalar(writer: &mut Writer, value: &Value) {
    match value {
        Value::Boolean(value) => writer.0.push(if *value { TRUE } else { FALSE }),
        Value::Number(value) => {
            writer.0.push(NUMBER);
            writer.bytes(&value.to_le_bytes());
        }
        Value::Text(value) => {
            writer.0.push(TEXT);
            writer.text(value);
        }
        // Lists hold no lists.
        Value::List(_) => writer.0.push(FALSE),
    }
}

fn read_metadata(reader: &mut Reader) -> Option<Vec<(String, Value)>> {
    let count = reader.count(2)?;
    let mut metadata = Vec::with_capacity(count);
    for _ in 0..count {
        let name = reader.text()?.to_owned();
        let value = match reader.byte()? {
            LIST => {
                let elements = reader.count(1)?;
                let mut list = Vec::with_capacity(elements);
                for _ in 0..elements {
                    let tag = reader.byte()?;
                    list.push(read_scalar(reader, tag)?);
                }
                Value::List(list)
            }
            tag => read_scalar(reader, tag)?,
        };
        metadata.push((name, value));
    }
    Some(metadata)
}

fn read_scalar(reader: &mut Reader, tag: u8) -> Option<Value> {
    Some(match tag {
        FALSE => Value::Boolean(false),
        TRUE => Value::Boolean(true),
        NUMBER => Value::Number(f64::from_bits(reader.hash()?)),
        TEXT => Value::Text(reader.text()?.to_owned()),
        _ => return None,
    })
}
