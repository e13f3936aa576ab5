//! `model.safetensors`, read from pieces in the order in which they stand in the file.
//!
//! A module in a browser cannot give memory back, so a file of 90 MB beside the tensors made from it would cost 90 MB
//! for good. Here a tensor is made as soon as its bytes have come, and the bytes are let go.
//!
//! The file: the length of the header in 8 bytes, little-endian; the header, JSON that gives each tensor's type, shape
//! and place; the tensors without a gap.

use std::collections::{BTreeMap, VecDeque};

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::identity::hexadecimal;
use super::{WEIGHTS, model_file};
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
    dtype: Option<DType>,
    shape: Vec<usize>,
    bytes: usize,
}

enum State {
    Length,
    Header { bytes: usize },
    Tensors(VecDeque<Expected>),
}

/// Takes the file piece by piece.
pub(super) struct WeightsReader {
    hasher: Sha256,
    state: State,
    /// What has come of the part that is being read.
    pending: Vec<u8>,
    tensors: BTreeMap<String, Tensor>,
}

impl WeightsReader {
    pub fn new() -> Self {
        Self { hasher: Sha256::new(), state: State::Length, pending: Vec::new(), tensors: BTreeMap::new() }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
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
            State::Header { .. } => self.state = State::Tensors(expected_tensors(part)?),
            State::Tensors(expected) => {
                let Some(Expected { name, dtype, shape, .. }) = expected.pop_front() else { return Ok(()) };
                if let Some(dtype) = dtype {
                    let tensor = Tensor::from_raw_buffer(part, dtype, &shape, &Device::Cpu)
                        .and_then(|tensor| tensor.to_dtype(DType::F32))
                        .map_err(|error| damaged(format!("tensor {name}: {error}")))?;
                    self.tensors.insert(name, tensor);
                }
            }
        }
        Ok(())
    }

    /// The tensors by name, once the whole file has been pushed.
    pub fn finish(self) -> Result<Weights> {
        match &self.state {
            State::Tensors(expected) if expected.is_empty() => {
                Ok(Weights { tensors: self.tensors, sha256: hexadecimal(self.hasher) })
            }
            State::Tensors(expected) => {
                Err(damaged(format!("it ends before its last {} tensors; fetch it again", expected.len())))
            }
            _ => Err(damaged("it ends within its header; fetch it again")),
        }
    }
}

/// Reads the header, and checks that the tensors which it names follow each other without a gap.
fn expected_tensors(header: &[u8]) -> Result<VecDeque<Expected>> {
    let entries: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|error| damaged(format!("its header is not as expected: {error}")))?;
    let mut tensors = Vec::new();
    for (name, entry) in entries {
        if name == "__metadata__" {
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
        let dtype = match entry.dtype.as_str() {
            "F32" => Some(DType::F32),
            "F16" => Some(DType::F16),
            "BF16" => Some(DType::BF16),
            _ => None,
        };
        if let Some(dtype) = dtype {
            let size = entry.shape.iter().try_fold(dtype.size_in_bytes(), |size, dim| size.checked_mul(*dim));
            if size != Some(to - from) {
                return Err(damaged(format!(
                    "tensor {name} has {} bytes, which its shape does not explain",
                    to - from
                )));
            }
        }
        expected.push_back(Expected { name: standard_name(&name), dtype, shape: entry.shape, bytes: to - from });
    }
    Ok(expected)
}

/// The name as a bare encoder saved by today's libraries has it.
fn standard_name(name: &str) -> String {
    let bare = name.strip_prefix("bert.").unwrap_or(name);
    bare.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
}

/// The tensors of a file in f32, to be taken out by name.
#[derive(Debug)]
pub(super) struct Weights {
    tensors: BTreeMap<String, Tensor>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl Weights {
    /// Takes the tensor out, which must have this shape.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Tensor> {
        let tensor = self.tensors.remove(name).ok_or_else(|| damaged(format!("it has no tensor {name}")))?;
        if tensor.dims() != shape {
            let got = tensor.dims();
            return Err(damaged(format!("tensor {name} has the shape {got:?}, config.json asks for {shape:?}")));
        }
        Ok(tensor)
    }
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

    fn two_tensors() -> Vec<u8> {
        let header = r#"{"__metadata__": {"format": "pt"},
            "bert.b": {"dtype": "F16", "shape": [2], "data_offsets": [24, 28]},
            "skipped": {"dtype": "I64", "shape": [2], "data_offsets": [8, 24]},
            "a.LayerNorm.gamma": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}}"#;
        let floats = [1.5_f32, -2.0].map(f32::to_le_bytes).concat();
        // 1 and -2 in half precision.
        file(header, &[&floats[..], &[0; 16], &[0x00, 0x3c, 0x00, 0xc0]].concat())
    }

    fn read(bytes: &[u8], step: usize) -> Result<Weights> {
        let mut reader = WeightsReader::new();
        bytes.chunks(step).try_for_each(|piece| reader.push(piece))?;
        reader.finish()
    }

    #[test]
    fn any_cutting_into_pieces_reads_the_same() {
        let bytes = two_tensors();
        for step in 1..=bytes.len() {
            let mut weights = read(&bytes, step).unwrap();
            let a = weights.take("a.LayerNorm.weight", &[1, 2]).unwrap();
            assert_eq!(a.to_vec2::<f32>().unwrap(), [[1.5, -2.0]]);
            assert_eq!(weights.take("b", &[2]).unwrap().to_vec1::<f32>().unwrap(), [1.0, -2.0]);
            assert!(weights.take("skipped", &[2]).is_err());
            assert_eq!(weights.sha256, crate::embed::identity::sha256(&bytes));
        }
    }

    #[test]
    fn every_truncation_is_an_error() {
        let bytes = two_tensors();
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
