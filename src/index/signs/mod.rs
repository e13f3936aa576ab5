//! A scan that looks at one bit of each value, and at all of the few rows that may be among the best.
//!
//! A row is kept as the signs of its values, counted from the mean of all rows, and as two numbers with which the signs
//! estimate its dot product with a query (RaBitQ: Gao and Long, arXiv 2405.12497, without its rotation, which made no
//! difference to embeddings of texts). How far such an estimate is off is known as well. So the estimates leave out nearly
//! all rows, and those that are left get their true scores. Nothing is trained, and there is nothing to build but the bits.

mod codes;
mod kernel;
mod table;

pub use kernel::Kernel;

use self::codes::Codes;
use self::table::Table;
use super::top::TopK;
use super::{Scored, VectorIndex};
use crate::error::Result;
use crate::kept::Embeddings;
use crate::vector::dot;

/// Rows whose signs are compared together.
const BLOCK: usize = 16;

/// Scans the signs of rows, which themselves may be in files.
///
/// Scores are those of [`ExactScan`](super::ExactScan) to the bit, and so is the order. A row that belongs among the best
/// may be missing where its estimate is off by over three standard deviations: one in thousands, of embeddings of texts.
/// What a search gives depends neither on the kernel nor on the machine.
pub struct SignScan {
    vectors: Embeddings,
    codes: Codes,
    kernel: Kernel,
}

impl SignScan {
    /// Prepares to search the rows of `vectors`.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn new(vectors: impl Into<Embeddings>, kernel: Kernel) -> Result<Self> {
        let vectors = vectors.into();
        Ok(Self { codes: Codes::new(&vectors)?, vectors, kernel })
    }

    /// Takes the same rows from another place from now on.
    pub fn move_to(&mut self, vectors: &Embeddings) {
        self.vectors = vectors.clone();
    }

    /// For each row what its score is at most, in all likelihood; `None` if signs cannot tell, as for a query that is not
    /// of finite length.
    pub fn bounds(&self, query: &[f32]) -> Option<Vec<f32>> {
        Some(self.estimate(query)?.0)
    }

    /// The bounds of all rows, and the highest of each block.
    fn estimate(&self, query: &[f32]) -> Option<(Vec<f32>, Vec<f32>)> {
        let table = Table::new(&self.codes, query)?;
        let mut bounds = vec![0.0; self.codes.blocks() * BLOCK];
        let mut highest = vec![0.0; self.codes.blocks()];
        self.kernel.bounds(&self.codes, &table, &mut bounds, &mut highest);
        bounds.truncate(self.vectors.rows());
        Some((bounds, highest))
    }
}

impl VectorIndex for SignScan {
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>> {
        if query.len() != self.vectors.dimensions() {
            return Ok(Vec::new());
        }
        let mut top = TopK::new(k);
        let Some((mut bounds, highest)) = self.estimate(query) else {
            self.vectors.for_each(&mut |item, row| {
                if allow(item as u32) {
                    top.offer(item as u32, dot(query, row));
                }
                Ok(())
            })?;
            return Ok(top.into_sorted());
        };
        let score = |item: u32| self.vectors.row(item as usize).map(|row| dot(query, &row));

        // The rows of the highest bounds first: their scores leave out most others.
        let mut likely = TopK::new(k);
        offer_allowed(&bounds, &highest, allow, &mut likely, |_, bound| Ok(bound))?;
        for Scored { item, .. } in likely.into_sorted() {
            top.offer(item, score(item)?);
            // Never offered again, since it compares as less than any score.
            bounds[item as usize] = f32::NAN;
        }
        offer_allowed(&bounds, &highest, allow, &mut top, |item, _| score(item))?;
        Ok(top.into_sorted())
    }
}

/// Offers the scores of those rows whose bound may still be among the best.
fn offer_allowed(
    bounds: &[f32],
    highest: &[f32],
    allow: &dyn Fn(u32) -> bool,
    top: &mut TopK,
    score: impl Fn(u32, f32) -> Result<f32>,
) -> Result<()> {
    let mut least = top.least();
    for (block, (bounds, highest)) in bounds.chunks(BLOCK).zip(highest).enumerate() {
        if *highest < least {
            continue;
        }
        for (item, &bound) in (block as u32 * BLOCK as u32..).zip(bounds) {
            if bound >= least && allow(item) {
                top.offer(item, score(item, bound)?);
                least = top.least();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
