//! Embeddings of many short texts in a quarter of the room: rows of bytes, each with a scale.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Result;
use crate::kept::KeptRows;

/// The greatest value of a row's bytes.
const MOST: f32 = 127.0;
/// The greatest value of a probe. Sums of products stay within 32 bits up to 16,000 dimensions.
const PROBE_MOST: f32 = 1023.0;

/// Row-major embeddings: `rows()` x `dimensions`, each value within 1/254 of its row's greatest.
#[derive(Clone)]
pub struct QuantizedMatrix {
    dimensions: usize,
    /// What a row's bytes are multiplied by.
    scales: Vec<f32>,
    bytes: Bytes,
}

/// The bytes of all rows.
#[derive(Clone)]
enum Bytes {
    Held(Vec<i8>),
    /// Read as they are asked for.
    Kept(KeptRows),
}

/// A vector as whole numbers, to be compared with many rows.
pub struct Probe {
    values: Vec<i16>,
    scale: f32,
}

impl Probe {
    pub fn new(vector: &[f32]) -> Self {
        let (scale, inverse) = scales(vector, PROBE_MOST);
        Self { values: vector.iter().map(|value| (value * inverse).round_ties_even() as i16).collect(), scale }
    }
}

impl QuantizedMatrix {
    /// An empty matrix whose rows will have `dimensions` values.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, scales: Vec::new(), bytes: Bytes::Held(Vec::new()) }
    }

    /// An empty matrix for rows like those of `other`: where those are read from files, they stay there.
    pub fn like(other: &Self) -> Self {
        let bytes = match &other.bytes {
            Bytes::Held(_) => Bytes::Held(Vec::new()),
            Bytes::Kept(_) => Bytes::Kept(KeptRows::new(other.dimensions)),
        };
        Self { dimensions: other.dimensions, scales: Vec::new(), bytes }
    }

    /// `None` unless there are as many bytes as rows of `dimensions` with these scales have, which are such as rows of length 1
    /// have.
    pub fn from_parts(dimensions: usize, scales: Vec<f32>, bytes: Vec<i8>) -> Option<Self> {
        let fits = scales.len().checked_mul(dimensions) == Some(bytes.len());
        let bytes = Bytes::Held(bytes);
        (fits && are_scales(&scales)).then_some(Self { dimensions, scales, bytes })
    }

    /// As [`from_parts`](Self::from_parts), of rows of `dimensions` bytes that are read as they are asked for.
    pub fn from_kept(dimensions: usize, scales: Vec<f32>, rows: KeptRows) -> Option<Self> {
        let fits = rows.rows() == scales.len() && are_scales(&scales);
        fits.then_some(Self { dimensions, scales, bytes: Bytes::Kept(rows) })
    }

    /// Values in a row.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// What each row's bytes are multiplied by.
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// Whether its rows are read from files.
    pub fn is_kept(&self) -> bool {
        matches!(self.bytes, Bytes::Kept(_))
    }

    /// The values of rows, one after the other, without their scales.
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    ///
    /// # Panics
    /// If there are not so many.
    pub fn bytes(&self, rows: Range<usize>) -> Result<Cow<'_, [i8]>> {
        match &self.bytes {
            Bytes::Held(bytes) => Ok(Cow::Borrowed(&bytes[rows.start * self.dimensions..rows.end * self.dimensions])),
            Bytes::Kept(kept) => {
                let mut bytes = vec![0; rows.len() * self.dimensions];
                kept.read(rows.start, &mut bytes)?;
                Ok(Cow::Owned(bytes.into_iter().map(u8::cast_signed).collect()))
            }
        }
    }

    /// Appends a row, rounded.
    ///
    /// # Panics
    /// If `row` is not `dimensions` long.
    pub fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.dimensions, "a row of another width");
        let (scale, inverse) = scales(row, MOST);
        self.scales.push(scale);
        let values = row.iter().map(|value| (value * inverse).round_ties_even() as i8);
        match &mut self.bytes {
            Bytes::Held(bytes) => bytes.extend(values),
            Bytes::Kept(rows) => rows.push_bytes(&values.map(i8::cast_unsigned).collect::<Vec<u8>>()),
        }
    }

    /// Appends rows of another matrix as they are; those of files are read only if these are not to stay there.
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    ///
    /// # Panics
    /// If they are not there, or not `dimensions` long.
    pub fn extend(&mut self, other: &Self, rows: Range<usize>) -> Result<()> {
        assert_eq!(other.dimensions, self.dimensions, "rows of another width");
        match (&mut self.bytes, &other.bytes) {
            (Bytes::Kept(own), Bytes::Kept(kept)) => own.extend(kept, rows.clone()),
            (Bytes::Kept(own), Bytes::Held(_)) => {
                let bytes = other.bytes(rows.clone())?;
                own.push_bytes(&bytes.iter().map(|byte| byte.cast_unsigned()).collect::<Vec<u8>>());
            }
            (Bytes::Held(own), _) => own.extend_from_slice(&other.bytes(rows.clone())?),
        }
        self.scales.extend_from_slice(&other.scales[rows]);
        Ok(())
    }

    /// The values of a row.
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, index: usize) -> Result<Vec<f32>> {
        let bytes = self.bytes(index..index + 1)?;
        Ok(bytes.iter().map(|byte| f32::from(*byte) * self.scales[index]).collect())
    }

    /// The dot product of a row with what `probe` was made of; 0 where that is of another width.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) if the row's file has changed,
    /// [`Error::Storage`](crate::Error::Storage) if it cannot be read.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn dot(&self, row: usize, probe: &Probe) -> Result<f32> {
        if probe.values.len() != self.dimensions {
            return Ok(0.0);
        }
        Ok(sum_of_products(&self.bytes(row..row + 1)?, &probe.values) as f32 * self.scales[row] * probe.scale)
    }
}

/// Whether these are such as rows of length 1 have.
fn are_scales(scales: &[f32]) -> bool {
    scales.iter().all(|scale| (0.0..=1.0).contains(scale))
}

/// What whole numbers are multiplied by to be values, and the other way about.
fn scales(values: &[f32], most: f32) -> (f32, f32) {
    let greatest = values.iter().fold(0.0f32, |greatest, value| greatest.max(value.abs()));
    let usable = greatest.is_finite() && greatest > f32::MIN_POSITIVE;
    if usable { (greatest / most, most / greatest) } else { (0.0, 0.0) }
}

#[cfg(not(target_arch = "wasm32"))]
fn sum_of_products(bytes: &[i8], values: &[i16]) -> i32 {
    bytes.iter().zip(values).map(|(byte, value)| i32::from(*byte) * i32::from(*value)).sum()
}

/// By hand, since a compiler told to be small makes no use of SIMD here.
#[cfg(target_arch = "wasm32")]
fn sum_of_products(bytes: &[i8], values: &[i16]) -> i32 {
    use std::arch::wasm32::*;

    const LANES: usize = 16;
    let (byte_blocks, byte_rest) = bytes.as_chunks::<LANES>();
    let (value_blocks, value_rest) = values.as_chunks::<LANES>();
    let mut sums = i32x4_splat(0);
    for (bytes, values) in byte_blocks.iter().zip(value_blocks) {
        // SAFETY: there are sixteen bytes and sixteen values of two bytes, and wasm loads from any address.
        let (bytes, low, high): (v128, v128, v128) = unsafe {
            let values = values.as_ptr();
            (v128_load(bytes.as_ptr().cast()), v128_load(values.cast()), v128_load(values.add(8).cast()))
        };
        sums = i32x4_add(sums, i32x4_dot_i16x8(i16x8_extend_low_i8x16(bytes), low));
        sums = i32x4_add(sums, i32x4_dot_i16x8(i16x8_extend_high_i8x16(bytes), high));
    }
    let rest: i32 = byte_rest.iter().zip(value_rest).map(|(byte, value)| i32::from(*byte) * i32::from(*value)).sum();
    let lanes = [
        i32x4_extract_lane::<0>(sums),
        i32x4_extract_lane::<1>(sums),
        i32x4_extract_lane::<2>(sums),
        i32x4_extract_lane::<3>(sums),
    ];
    lanes.iter().sum::<i32>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vector::{dot, normalize};

    proptest! {
        #[test]
        fn products_are_nearly_those_of_the_rows_themselves(
            mut rows in prop::collection::vec(prop::collection::vec(-1f32..1.0, 37), 1..5),
            mut query in prop::collection::vec(-1f32..1.0, 37),
        ) {
            let mut matrix = QuantizedMatrix::new(37);
            normalize(&mut query);
            for row in &mut rows {
                normalize(row);
                matrix.push(row);
            }
            let probe = Probe::new(&query);
            for (index, row) in rows.iter().enumerate() {
                prop_assert!((matrix.dot(index, &probe).unwrap() - dot(row, &query)).abs() < 0.01);
            }
        }
    }

    #[test]
    fn nothing_and_what_is_no_number_are_zero() {
        let mut matrix = QuantizedMatrix::new(2);
        matrix.push(&[0.0, 0.0]);
        matrix.push(&[f32::NAN, f32::INFINITY]);
        matrix.push(&[1.0, -1.0]);
        let probe = Probe::new(&[1.0, 0.0]);
        assert_eq!((matrix.dot(0, &probe), matrix.dot(1, &probe)), (Ok(0.0), Ok(0.0)));
        assert!((matrix.dot(2, &probe).unwrap() - 1.0).abs() < 1e-6);
        assert_eq!(matrix.dot(2, &Probe::new(&[1.0])), Ok(0.0));
    }

    #[test]
    fn parts_must_fit_together() {
        assert!(QuantizedMatrix::from_parts(2, vec![1.0], vec![1, 2]).is_some());
        assert!(QuantizedMatrix::from_parts(2, vec![1.0], vec![1]).is_none());
        assert!(QuantizedMatrix::from_parts(2, vec![f32::NAN], vec![1, 2]).is_none());
    }
}
