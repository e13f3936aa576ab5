//! `model.safetensors`, read from pieces in the order in which they stand in the file.
//!
//! A module in a browser cannot give memory back, so a file of 90 MB beside the tensors made from it would cost 90 MB
//! for good. Here a tensor is made as soon as its bytes have come, and the bytes are let go.
//!
//! The file: the length of the header in 8 bytes, little-endian; the header, JSON that gives each tensor's type, shape
//! and place; the tensors without a gap.

use std::collections::{BTreeMap, VecDeque};

use candle_core::{Device, Tensor};
use half::{bf16, f16};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::identity::hexadecimal;
use super::int8::{MatrixRole, Quantized, chains_fit, quantize_dense, quantize_table, role_of, scales_of};
use super::{Precision, WEIGHTS, model_file};
use crate::error::{Error, Result};

/// Far over the headers of models that this can run (a tensor takes about 150 bytes of it).
const LONGEST_HEADER: u64 = 1 << 24;

/// A tensor's entry in the header.
#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// A tensor whose bytes are still to come.
struct Expected {
    name: String,
    /// `None`: of a type that is not computed with, so its bytes are passed over.
    kind: Option<Kind>,
    shape: Vec<usize>,
    bytes: usize,
}

/// What a tensor's values are.
#[derive(Clone, Copy)]
enum Kind {
    F32,
    F16,
    Bf16,
    Bytes,
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Bytes => 1,
        }
    }

    /// The tensor of this shape that these bytes are. Candle could tell as well, but would link conversions between any
    /// two of its types.
    fn read(self, shape: Vec<usize>, bytes: &[u8]) -> Stored {
        let values = match self {
            Self::F32 => in_order(bytes, f32::from_le_bytes),
            Self::F16 => in_order(bytes, |value| f16::from_le_bytes(value).to_f32()),
            Self::Bf16 => in_order(bytes, |value| bf16::from_le_bytes(value).to_f32()),
            Self::Bytes => return Stored::Bytes { shape, values: bytes.iter().map(|byte| *byte as i8).collect() },
        };
        Stored::Floats { shape, values }
    }
}

fn in_order<const SIZE: usize>(bytes: &[u8], value: impl Fn([u8; SIZE]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|bytes| value(*bytes)).collect()
}

/// A tensor that has come.
#[derive(Debug)]
enum Stored {
    Floats { shape: Vec<usize>, values: Vec<f32> },
    Bytes { shape: Vec<usize>, values: Vec<i8> },
    Quantized(Quantized),
}

enum State {
    Length,
    Header { bytes: usize },
    Tensors(VecDeque<Expected>),
}

/// Takes the file piece by piece.
pub(super) struct WeightsReader {
    /// `None` where nobody asks for the sum.
    hasher: Option<Sha256>,
    state: State,
    /// What has come of the part that is being read.
    pending: Vec<u8>,
    precision: Precision,
    metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, Stored>,
}

impl WeightsReader {
    /// For [`Precision::Int8`], matrices are quantized as they come.
    pub fn new(precision: Precision) -> Self {
        Self {
            hasher: Some(Sha256::new()),
            state: State::Length,
            pending: Vec::new(),
            precision,
            metadata: BTreeMap::new(),
            tensors: BTreeMap::new(),
        }
    }

    /// For a quantized file, which names the sum of its source. Its own would take most of the time that loading does.
    pub fn quantized() -> Self {
        Self { hasher: None, ..Self::new(Precision::Int8) }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        loop {
            let wanted = match &self.state {
                State::Length => 8,
                State::Header { bytes } => *bytes,
                State::Tensors(expected) => match expected.front() {
                    Some(tensor) => tensor.bytes,
                    None if bytes.is_empty() => return Ok(()),
                    None => return Err(damaged("there are bytes after its last tensor")),
                },
            };
            let missing = wanted - self.pending.len();
            if bytes.len() < missing {
                let reserved = self.pending.try_reserve_exact(missing);
                reserved.map_err(|_| damaged(format!("no memory for a part of {wanted} bytes")))?;
                self.pending.extend_from_slice(bytes);
                return Ok(());
            }
            let (rest_of_part, rest) = bytes.split_at(missing);
            bytes = rest;
            if self.pending.is_empty() {
                self.part(rest_of_part)?;
            } else {
                let mut part = std::mem::take(&mut self.pending);
                part.extend_from_slice(rest_of_part);
                self.part(&part)?;
            }
        }
    }

    /// Takes one whole part: the length, the header or a tensor.
    fn part(&mut self, part: &[u8]) -> Result<()> {
        match &mut self.state {
            State::Length => {
                let length = part.iter().rev().fold(0, |length: u64, byte| length << 8 | u64::from(*byte));
                if length > LONGEST_HEADER {
                    return Err(damaged(format!(
                        "it claims a header of {length} bytes, so it is not a safetensors file"
                    )));
                }
                self.state = State::Header { bytes: length as usize };
            }
            State::Header { .. } => {
                let (metadata, expected) = read_header(part)?;
                self.metadata = metadata;
                self.state = State::Tensors(expected);
            }
            State::Tensors(expected) => {
                let Some(Expected { name, kind, shape, .. }) = expected.pop_front() else { return Ok(()) };
                let Some(kind) = kind else { return Ok(()) };
                let stored = match (kind.read(shape, part), self.precision, role_of(&name)) {
                    (Stored::Floats { shape, values }, Precision::Int8, Some(role)) if shape.len() == 2 => {
                        quantized(&name, &values, shape[1], role)?
                    }
                    (stored, ..) => stored,
                };
                self.tensors.insert(name, stored);
            }
        }
        Ok(())
    }

    /// The tensors by name, once the whole file has been pushed.
    pub fn finish(self) -> Result<Weights> {
        match &self.state {
            State::Tensors(expected) if expected.is_empty() => {
                let sha256 = self.hasher.map(hexadecimal);
                Ok(Weights { metadata: self.metadata, tensors: self.tensors, sha256 })
            }
            State::Tensors(expected) => {
                Err(damaged(format!("it ends before its last {} tensors; fetch it again", expected.len())))
            }
            _ => Err(damaged("it ends within its header; fetch it again")),
        }
    }
}

fn quantized(name: &str, values: &[f32], columns: usize, role: MatrixRole) -> Result<Stored> {
    if columns == 0 || !columns.is_multiple_of(4) {
        return Err(damaged(format!(
            "tensor {name} has {columns} columns, and int8 needs a multiple of 4; load the model in f32"
        )));
    }
    check(name, values)?;
    Ok(Stored::Quantized(match role {
        MatrixRole::Table => quantize_table(values, columns),
        MatrixRole::Dense => quantize_dense(values, columns, false),
        MatrixRole::Rotated => quantize_dense(values, columns, true),
    }))
}

/// Values beyond this, the largest float of 16 bits, are of no network that works, and sums over them could become infinite.
const LARGEST: f32 = 65_504.0;

/// Refuses values that are not within ±[`LARGEST`].
fn check(name: &str, values: &[f32]) -> Result<()> {
    match values.iter().all(|value| value.abs() <= LARGEST) {
        true => Ok(()),
        false => Err(damaged(format!("tensor {name} has a value that is not within ±{LARGEST}"))),
    }
}

/// Reads the header, and checks that the tensors which it names follow each other without a gap.
fn read_header(header: &[u8]) -> Result<(BTreeMap<String, String>, VecDeque<Expected>)> {
    let entries: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|error| damaged(format!("its header is not as expected: {error}")))?;
    let (mut metadata, mut tensors) = (BTreeMap::new(), Vec::new());
    for (name, entry) in entries {
        if name == "__metadata__" {
            metadata = serde_json::from_value(entry).map_err(|error| damaged(format!("its metadata: {error}")))?;
            continue;
        }
        let entry: Entry = serde_json::from_value(entry).map_err(|error| damaged(format!("tensor {name}: {error}")))?;
        tensors.push((entry.data_offsets, name, entry));
    }
    tensors.sort_by_key(|(name, ..)| *name);
    let mut end = 0;
    let mut expected = VecDeque::new();
    for ((from, to), name, entry) in tensors {
        if from != end || to < from {
            return Err(damaged(format!("tensor {name} does not begin where the one before it ends")));
        }
        end = to;
        let kind = match entry.dtype.as_str() {
            "F32" => Some(Kind::F32),
            "F16" => Some(Kind::F16),
            "BF16" => Some(Kind::Bf16),
            "I8" => Some(Kind::Bytes),
            _ => None,
        };
        if let Some(kind) = kind {
            let size = entry.shape.iter().try_fold(kind.size(), |size, dim| size.checked_mul(*dim));
            if size != Some(to - from) {
                return Err(damaged(format!(
                    "tensor {name} has {} bytes, which its shape does not explain",
                    to - from
                )));
            }
        }
        expected.push_back(Expected { name: standard_name(&name), kind, shape: entry.shape, bytes: to - from });
    }
    Ok((metadata, expected))
}

/// The name as a bare encoder saved by today's libraries has it.
fn standard_name(name: &str) -> String {
    let bare = name.strip_prefix("bert.").unwrap_or(name);
    bare.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
}

/// The tensors of a file, to be taken out by name.
#[derive(Debug)]
pub(super) struct Weights {
    /// What the file says of itself.
    pub metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, Stored>,
    /// SHA-256 of the file, in hexadecimal; of a quantized file, `None`.
    pub sha256: Option<String>,
}

impl Weights {
    /// The shape of a tensor of floats, if there is one of this name.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        match self.tensors.get(name)? {
            Stored::Floats { shape, .. } => Some(shape),
            _ => None,
        }
    }

    /// Takes a tensor of floats out, which must have this shape.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let values = self.take_floats(name, shape)?;
        Tensor::from_vec(values, shape, &Device::Cpu).map_err(|error| damaged(format!("tensor {name}: {error}")))
    }

    /// Takes the values of a tensor of floats out, which must have this shape and lie within ±[`LARGEST`].
    pub fn take_values(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let values = self.take_floats(name, shape)?;
        check(name, &values)?;
        Ok(values)
    }

    /// The same for values of any size.
    pub fn take_floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        match self.tensors.remove(name) {
            Some(Stored::Floats { shape: own, values }) if own == shape => Ok(values),
            Some(Stored::Floats { shape: own, .. }) => Err(misshapen(name, &own, shape)),
            Some(_) => Err(damaged(format!("tensor {name} is of integers, not of floats"))),
            None => Err(damaged(format!("it has no tensor {name}"))),
        }
    }

    /// Takes a quantized matrix out, which must be `rows` x `columns`.
    pub fn take_quantized(&mut self, name: &str, rows: usize, columns: usize) -> Result<Quantized> {
        let matrix = match self.tensors.remove(name) {
            Some(Stored::Quantized(matrix)) => matrix,
            Some(Stored::Bytes { shape, values }) => {
                let &[rows, columns] = &shape[..] else { return Err(misshapen(name, &shape, &[rows, columns])) };
                let scales = self.take_values(&scales_of(name), &[rows])?;
                if role_of(name) != Some(MatrixRole::Table) && !values.chunks(columns.max(1)).all(chains_fit) {
                    return Err(damaged(format!("tensor {name} has weights too large to be multiplied")));
                }
                Quantized { rows, columns, values, scales }
            }
            Some(Stored::Floats { .. }) => return Err(damaged(format!("tensor {name} is of floats, not of integers"))),
            None => return Err(damaged(format!("it has no tensor {name}"))),
        };
        if (matrix.rows, matrix.columns) != (rows, columns) {
            return Err(misshapen(name, &[matrix.rows, matrix.columns], &[rows, columns]));
        }
        Ok(matrix)
    }

    /// Writes what has been read as a safetensors file with this metadata, tensors in the order of their names.
    ///
    /// Only what the network uses goes in: `keep` says of a name whether it does.
    pub fn write(&self, metadata: &BTreeMap<&str, String>, keep: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
        let mut header = serde_json::Map::new();
        header.insert("__metadata__".to_owned(), serde_json::json!(metadata));
        let mut data = Vec::new();
        let mut tensor = |name: String, dtype: &str, shape: &[usize], bytes: &mut dyn Iterator<Item = u8>| {
            let start = data.len();
            data.extend(bytes);
            header
                .insert(name, serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [start, data.len()]}));
        };
        for (name, stored) in self.tensors.iter().filter(|(name, _)| keep(name)) {
            match stored {
                Stored::Floats { shape, values } => {
                    check(name, values)?;
                    tensor(name.clone(), "F32", shape, &mut values.iter().flat_map(|value| value.to_le_bytes()));
                }
                Stored::Bytes { shape, values } => {
                    tensor(name.clone(), "I8", shape, &mut values.iter().map(|value| *value as u8));
                }
                Stored::Quantized(matrix) => {
                    let shape = [matrix.rows, matrix.columns];
                    tensor(name.clone(), "I8", &shape, &mut matrix.values.iter().map(|value| *value as u8));
                    let scales = &mut matrix.scales.iter().flat_map(|scale| scale.to_le_bytes());
                    tensor(scales_of(name), "F32", &[matrix.rows], scales);
                }
            }
        }
        let mut header = serde_json::Value::Object(header).to_string().into_bytes();
        // Tensors begin at a multiple of 8 bytes, as the format recommends.
        header.resize(header.len().next_multiple_of(8), b' ');
        Ok([&(header.len() as u64).to_le_bytes()[..], &header, &data].concat())
    }
}

fn misshapen(name: &str, got: &[usize], expected: &[usize]) -> Error {
    damaged(format!("tensor {name} has the shape {got:?}, config.json asks for {expected:?}"))
}

fn damaged(reason: impl std::fmt::Display) -> Error {
    model_file(WEIGHTS, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
    }

    fn tensors() -> Vec<u8> {
        let header = r#"{"__metadata__": {"format": "pt"},
            "bert.b": {"dtype": "F16", "shape": [2], "data_offsets": [24, 28]},
            "bert.c": {"dtype": "BF16", "shape": [2], "data_offsets": [28, 32]},
            "skipped": {"dtype": "I64", "shape": [2], "data_offsets": [8, 24]},
            "a.LayerNorm.gamma": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}}"#;
        let floats = [1.5_f32, -2.0].map(f32::to_le_bytes).concat();
        // 1 and -2 in half precision, and in the upper half of full precision.
        file(header, &[&floats[..], &[0; 16], &[0x00, 0x3c, 0x00, 0xc0], &[0x80, 0x3f, 0x00, 0xc0]].concat())
    }

    fn read(bytes: &[u8], step: usize) -> Result<Weights> {
        let mut reader = WeightsReader::new(Precision::F32);
        bytes.chunks(step).try_for_each(|piece| reader.push(piece))?;
        reader.finish()
    }

    #[test]
    fn any_cutting_into_pieces_reads_the_same() {
        let bytes = tensors();
        for step in 1..=bytes.len() {
            let mut weights = read(&bytes, step).unwrap();
            let a = weights.take("a.LayerNorm.weight", &[1, 2]).unwrap();
            assert_eq!(a.to_vec2::<f32>().unwrap(), [[1.5, -2.0]]);
            assert_eq!(weights.take_values("b", &[2]).unwrap(), [1.0, -2.0]);
            assert_eq!(weights.take_values("c", &[2]).unwrap(), [1.0, -2.0]);
            assert!(weights.take("skipped", &[2]).is_err());
            assert_eq!(weights.sha256, Some(crate::embed::identity::sha256(&bytes)));
        }
    }

    #[test]
    fn every_truncation_is_an_error() {
        let bytes = tensors();
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length], 7).unwrap_err().code(), "model-file", "{length} bytes");
        }
        assert!(read(&[&bytes[..], &[0]].concat(), 7).is_err());
    }

    #[test]
    fn a_header_that_lies_is_refused() {
        let lies = [
            r#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#,
            r#"{"a": {"dtype": "F32", "shape": [2305843009213693951], "data_offsets": [0, 9223372036854775804]}}"#,
            r#"{"a": 3}"#,
            "[]",
            "not JSON",
        ];
        for header in lies {
            assert_eq!(read(&file(header, &[0; 4]), 64).unwrap_err().code(), "model-file", "{header}");
        }
        assert!(read(&[0xff; 64], 64).unwrap_err().to_string().contains("not a safetensors file"));
    }
}
