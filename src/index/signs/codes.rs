//! What is kept of the rows.

use super::BLOCK;
use crate::error::Result;
use crate::kept::Embeddings;
use crate::vector::dot;

/// Values are taken in fours, because the sixteen sums that four signs can give fit into one vector of bytes.
pub(super) const GROUP: usize = 4;
/// Sums of so many groups fit into a byte. See [`Table`](super::table::Table).
pub(super) const CHAIN: usize = 8;
/// Rows are filled up to a multiple of so many values.
const STEP: usize = GROUP * CHAIN;

/// Lengths with which nothing overflows and nothing vanishes. A row of another one is left to its exact score.
const SHORTEST: f32 = 1e-15;
const LONGEST: f32 = 1e15;

/// Whether signs can tell anything of a vector of this length.
pub(super) fn usual(length: f32) -> bool {
    (SHORTEST..=LONGEST).contains(&length)
}

/// The signs of all rows and what turns them into scores.
///
/// With the center c, a row x, its residual r = x - c of the signs s, and a query q, of which q' = q - βc is left by some
/// share β of the center, q x = r q' + β r c + q c, where r q' is near (r r / r s) s q'.
pub(super) struct Codes {
    /// The mean row.
    pub center: Vec<f32>,
    /// Bytes of a block's signs. By [`BLOCK`]s of rows, and in a block by eight values: of each row a byte, as
    /// [`position`] says, whose lowest bit is the first value's; 1 stands for what is not below the center.
    pub block_bytes: usize,
    pub bits: Vec<u8>,
    /// By row r c, infinite for a row that needs its exact score, and minus infinity where there is no row.
    pub bases: Vec<f32>,
    /// By row r r / r s.
    pub factors: Vec<f32>,
    /// The length of the longest usual row.
    pub longest: f32,
}

impl Codes {
    /// Reads all rows twice.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn new(vectors: &Embeddings) -> Result<Self> {
        let (rows, dimensions) = (vectors.rows(), vectors.dimensions());
        let blocks = rows.div_ceil(BLOCK);
        let block_bytes = dimensions.next_multiple_of(STEP) / 8 * BLOCK;
        let (center, lengths) = center(vectors)?;
        let mut codes = Self {
            center,
            block_bytes,
            bits: vec![0; blocks * block_bytes],
            bases: vec![f32::NEG_INFINITY; blocks * BLOCK],
            factors: vec![0.0; blocks * BLOCK],
            longest: lengths.iter().copied().filter(|length| usual(*length)).fold(0.0, f32::max),
        };
        let center_square = dot(&codes.center, &codes.center);
        vectors.for_each(&mut |index, row| {
            if !usual(lengths[index]) {
                codes.bases[index] = f32::INFINITY;
                return Ok(());
            }
            let bits = &mut codes.bits[index / BLOCK * block_bytes + position(index % BLOCK)..];
            let (mut sums, mut squares) = ([0.0; 8], [0.0; 8]);
            for ((values, center), bits) in
                row.chunks(8).zip(codes.center.chunks(8)).zip(bits.iter_mut().step_by(BLOCK))
            {
                for (at, (value, center)) in values.iter().zip(center).enumerate() {
                    let residual = value - center;
                    *bits |= u8::from(residual >= 0.0) << at;
                    sums[at] += residual.abs();
                    squares[at] += residual * residual;
                }
            }
            codes.bases[index] = dot(row, &codes.center) - center_square;
            let sum: f32 = sums.iter().sum();
            if sum > 0.0 {
                codes.factors[index] = squares.iter().sum::<f32>() / sum;
            }
            Ok(())
        })?;
        Ok(codes)
    }

    pub fn blocks(&self) -> usize {
        self.bases.len() / BLOCK
    }
}

/// The mean of the usual rows, and the lengths of all.
fn center(vectors: &Embeddings) -> Result<(Vec<f32>, Vec<f32>)> {
    let (mut center, mut lengths) = (vec![0.0; vectors.dimensions()], Vec::with_capacity(vectors.rows()));
    let mut count = 0.0;
    vectors.for_each(&mut |_, row| {
        let length = dot(row, row).sqrt();
        lengths.push(length);
        if usual(length) {
            center.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            count += 1.0;
        }
        Ok(())
    })?;
    center.iter_mut().for_each(|sum| *sum /= f32::max(count, 1.0));
    Ok((center, lengths))
}

/// Where among sixteen bytes that of a block's row stands: sums of the even bytes and of the odd ones, each widened to 16
/// bits, are then those of the first eight rows and of the others, in order.
pub(super) fn position(row: usize) -> usize {
    row % 8 * 2 + row / 8
}
