//! A scan that looks at one bit of each value, and at all of the few rows that may be among the best.
//!
//! A row is kept as the signs of its values, counted from the mean of all rows, and as two numbers with which the signs
//! estimate its dot product with a query (RaBitQ: Gao and Long, arXiv 2405.12497, without its rotation, which made no
//! difference to embeddings of texts). How far such an estimate is off is known as well. So the estimates leave out nearly
//! all rows, and those that are left get their true scores. Nothing is trained, and there is nothing to build but the bits.

mod codes;
mod kernel;
mod table;

use std::sync::Arc;

pub use kernel::Kernel;

use self::codes::Codes;
use self::table::Table;
use super::exact::scan;
use super::top::TopK;
use super::{Scored, VectorIndex};
use crate::vector::{Matrix, dot};

/// Rows whose signs are compared together.
const BLOCK: usize = 16;

/// Scans the signs of a matrix's rows.
///
/// Scores are those of [`ExactScan`](super::ExactScan) to the bit, and so is the order. A row that belongs among the best
/// may be missing where its estimate is off by over three standard deviations: one in thousands, of embeddings of texts.
/// What a search gives depends neither on the kernel nor on the machine.
pub struct SignScan {
    vectors: Arc<Matrix>,
    codes: Codes,
    kernel: Kernel,
}

impl SignScan {
    /// Prepares to search the rows of `vectors`.
    pub fn new(vectors: Arc<Matrix>, kernel: Kernel) -> Self {
        Self { codes: Codes::new(&vectors), vectors, kernel }
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
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Vec<Scored> {
        if query.len() != self.vectors.dimensions() {
            return Vec::new();
        }
        let mut top = TopK::new(k);
        let Some((mut bounds, highest)) = self.estimate(query) else {
            scan(&self.vectors, 0, query, allow, &mut top);
            return top.into_sorted();
        };
        let score = |item: u32| dot(query, self.vectors.row(item as usize));

        // The rows of the highest bounds first: their scores leave out most others.
        let mut likely = TopK::new(k);
        offer_allowed(&bounds, &highest, allow, &mut likely, |_, bound| bound);
        for Scored { item, .. } in likely.into_sorted() {
            top.offer(item, score(item));
            // Never offered again, since it compares as less than any score.
            bounds[item as usize] = f32::NAN;
        }
        offer_allowed(&bounds, &highest, allow, &mut top, |item, _| score(item));
        top.into_sorted()
    }
}

/// Offers the scores of those rows whose bound may still be among the best.
fn offer_allowed(
    bounds: &[f32],
    highest: &[f32],
    allow: &dyn Fn(u32) -> bool,
    top: &mut TopK,
    score: impl Fn(u32, f32) -> f32,
) {
    let mut least = top.least();
    for (block, (bounds, highest)) in bounds.chunks(BLOCK).zip(highest).enumerate() {
        if *highest < least {
            continue;
        }
        for (item, &bound) in (block as u32 * BLOCK as u32..).zip(bounds) {
            if bound >= least && allow(item) {
                top.offer(item, score(item, bound));
                least = top.least();
            }
        }
    }
}

#[cfg(test)]
mod tests;
