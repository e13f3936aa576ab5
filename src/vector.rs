//! Embeddings as rows of one matrix, and the two operations that everything needs of them.

use serde::{Deserialize, Serialize};

/// Row-major embeddings: `rows()` x `dimensions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    dimensions: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// An empty matrix whose rows will have `dimensions` values.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, values: Vec::new() }
    }

    /// The same with room for so many rows.
    pub fn with_capacity(dimensions: usize, rows: usize) -> Self {
        Self { dimensions, values: Vec::with_capacity(dimensions * rows) }
    }

    /// Wraps row-major `values`; `None` unless they divide into rows of `dimensions`.
    pub fn from_values(dimensions: usize, values: Vec<f32>) -> Option<Self> {
        let whole = if dimensions == 0 { values.is_empty() } else { values.len().is_multiple_of(dimensions) };
        whole.then_some(Self { dimensions, values })
    }

    /// Values in a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.dimensions).unwrap_or(0)
    }

    /// Row `index`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.dimensions..(index + 1) * self.dimensions]
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.dimensions.max(1))
    }

    /// Appends a row.
    ///
    /// # Panics
    /// If `row` is not `dimensions` long.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.dimensions, "a row of another width");
        self.values.extend_from_slice(row);
    }

    /// The rows at `indices`, in that order.
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let mut selected = Self::new(self.dimensions);
        for index in indices {
            selected.push(self.row(index));
        }
        selected
    }

    /// The values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}

/// Sums that [`dot`] runs side by side.
const LANES: usize = 16;

/// Dot product; the cosine where both are of length 1.
///
/// Sixteen independent sums fix the order of addition, and let machines with SIMD add several at a time.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    lane_sums(a_blocks, b_blocks).iter().sum::<f32>() + rest
}

#[cfg(not(target_arch = "wasm32"))]
fn lane_sums(a: &[[f32; LANES]], b: &[[f32; LANES]]) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for (x, y) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums
}

/// By hand, since a compiler told to be small makes no use of SIMD here and takes ten times as long.
#[cfg(target_arch = "wasm32")]
fn lane_sums(a: &[[f32; LANES]], b: &[[f32; LANES]]) -> [f32; LANES] {
    use std::arch::wasm32::*;

    let mut quarters = [f32x4_splat(0.0); LANES / 4];
    for (x, y) in a.iter().zip(b) {
        macro_rules! quarter {
            ($index:literal) => {
                // SAFETY: both have the sixteen floats, and wasm loads from any address.
                let (x, y) = unsafe {
                    (v128_load(x.as_ptr().add(4 * $index).cast()), v128_load(y.as_ptr().add(4 * $index).cast()))
                };
                quarters[$index] = f32x4_add(quarters[$index], f32x4_mul(x, y));
            };
        }
        quarter!(0);
        quarter!(1);
        quarter!(2);
        quarter!(3);
    }
    // SAFETY: both types are the same 64 bytes, all of which are floats.
    unsafe { std::mem::transmute::<[v128; LANES / 4], [f32; LANES]>(quarters) }
}

/// The cosine between two vectors of any length, up to rounding from -1 to 1; 0 where it is not defined.
#[cfg(feature = "cluster")]
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let cosine = dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt());
    if cosine.is_finite() { cosine } else { 0.0 }
}

/// Scales `vector` to length 1; a zero vector stays zero.
#[cfg(any(feature = "cluster", feature = "encoder", test))]
pub fn normalize(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_adds_whole_blocks_and_the_rest() {
        let a: Vec<f32> = (0..37).map(|i| i as f32).collect();
        let expected: f32 = (0..37).map(|i| (i * i) as f32).sum();
        assert_eq!(dot(&a, &a), expected);
    }

    #[test]
    fn a_zero_vector_stays_zero() {
        let mut vector = [0.0; 3];
        normalize(&mut vector);
        assert_eq!(vector, [0.0; 3]);
    }

    #[test]
    fn rows_that_do_not_divide_are_refused() {
        assert!(Matrix::from_values(3, vec![0.0; 4]).is_none());
    }
}
