//! Weights of f32 to signed bytes.

use super::activations::{STEP, steps};
use super::kernel::CHAIN;
use super::lanes::Machine;
use super::rotation::{block_length, rotate};

/// The most that the weights of one sign may add up to along a chain, so that their sums with activations of up to 127
/// stay within 16 bits.
const MOST_OF_A_SIGN: i32 = i16::MAX as i32 / 127;
/// How much coarser a row becomes at a time, until its chains stay within their bounds.
const COARSER: f32 = 1.01;

/// A matrix as bytes, each row with a scale of its own: weight = scale x byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantized {
    pub rows: usize,
    pub columns: usize,
    /// Row-major.
    pub values: Vec<i8>,
    /// One for each row.
    pub scales: Vec<f32>,
}

/// Embedding tables: every row by itself, to ±127.
pub fn quantize_table(values: &[f32], columns: usize) -> Quantized {
    let (mut bytes, mut scales) = (Vec::with_capacity(values.len()), Vec::new());
    for row in values.chunks_exact(columns) {
        let (scale, _) = steps(largest(row), 127.0);
        bytes.extend(to_bytes(row, scale));
        scales.push(scale);
    }
    Quantized { rows: scales.len(), columns, values: bytes, scales }
}

/// Dense layers, of which a row makes one output. With `rotated`, for inputs that are put through the rotation.
///
/// A scale is what the row's largest weight needs, or more where a chain of products would overflow.
pub fn quantize_dense(values: &[f32], columns: usize, rotated: bool) -> Quantized {
    let (mut bytes, mut scales) = (Vec::with_capacity(values.len()), Vec::new());
    let mut row = vec![0.0; columns];
    for values in values.chunks_exact(columns) {
        if rotated {
            rotate::<Machine>(values, &mut row);
            let length = block_length(columns) as f32;
            row.iter_mut().for_each(|weight| *weight /= length);
        } else {
            row.copy_from_slice(values);
        }
        let (mut scale, _) = steps(largest(&row), 127.0);
        let mut quantized = to_bytes(&row, scale);
        while !chains_fit(&quantized) {
            scale *= COARSER;
            quantized = to_bytes(&row, scale);
        }
        bytes.extend(quantized);
        scales.push(scale);
    }
    Quantized { rows: scales.len(), columns, values: bytes, scales }
}

/// Whether no chain of products of this row can overflow. What is read from a file is checked by it too.
pub fn chains_fit(row: &[i8]) -> bool {
    // A sum of 16 bits takes two values of each link, which lie together: see `place`.
    row.chunks(2 * CHAIN).all(|chain| {
        let positive: i32 = chain.iter().map(|weight| i32::from((*weight).max(0))).sum();
        let negative = positive - chain.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        positive.max(negative) <= MOST_OF_A_SIGN
    })
}

const _: () = assert!(STEP == 4 * CHAIN);

fn largest(row: &[f32]) -> f32 {
    row.iter().fold(0.0, |most, weight| most.max(weight.abs()))
}

fn to_bytes(row: &[f32], scale: f32) -> Vec<i8> {
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    row.iter().map(|weight| (weight * inverse).round_ties_even().clamp(-127.0, 127.0) as i8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_chain_overflows_whatever_the_weights() {
        let equal = quantize_dense(&[1.0; 64], 64, false);
        assert!(chains_fit(&equal.values) && equal.values[0] > 25, "{:?}", equal.values);
        assert!((f32::from(equal.values[0]) * equal.scales[0] - 1.0).abs() < 0.02);
        assert!(!chains_fit(&[127; 16]));
        assert!(chains_fit(&[127, 127, 0, 0, -127, 0, -127, 0, 127, 127]));
    }

    #[test]
    fn zeros_stay_zeros() {
        assert_eq!(quantize_dense(&[0.0; 8], 4, true).values, [0; 8]);
        assert_eq!(quantize_dense(&[1e-42; 16], 16, false).values, [0; 16]);
        assert_eq!(
            quantize_table(&[0.0, 0.0, 2.0, -1.0], 2),
            Quantized { rows: 2, columns: 2, values: vec![0, 0, 127, -64], scales: vec![0.0, 2.0 / 127.0] }
        );
    }
}
