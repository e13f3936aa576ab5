//! What a query looks up for the signs of a row.

use super::codes::{CHAIN, Codes, GROUP, usual};
use crate::vector::dot;

/// An entry is at most this, so that those of a [`CHAIN`] of groups can be added in a byte.
const GREATEST: f32 = (u8::MAX as usize / CHAIN) as f32;

/// How much the sum s q' is taken to be higher than it is, in lengths of q'. Its error has a standard deviation of
/// √(1 - 2/π) = 0.60 lengths where a row's values are normally distributed, so that this is three of them.
const MARGIN: f32 = 1.8;

/// What rounding may take from a dot product, as a share of both lengths.
const ROUNDING: f32 = 1e-5;

/// A residual of at most this is none, since no query is shorter than a multiple of it.
const VANISHING: f32 = 1e-30;

/// For every group of four values and all signs that they may have, the sum of the query's values with these signs: as
/// bytes, counted from the least sum of the group in steps of the same size for all groups.
pub(super) struct Table {
    /// Sixteen entries a group.
    pub entries: Vec<u8>,
    /// What a sum of entries is multiplied by, and what is then added, to give s q' and its margin.
    pub step: f32,
    pub offset: f32,
    /// β, which is over 0, and q c with what rounding may take: times a row's base and plus.
    pub share: f32,
    pub base: f32,
}

impl Table {
    /// `None` if the query is so long or so short, or has so many values, that the sums could overflow.
    pub fn new(codes: &Codes, query: &[f32]) -> Option<Self> {
        let center = &codes.center;
        let groups = codes.block_bytes / 8;
        let length = dot(query, query).sqrt();
        if !usual(length) || groups * GREATEST as usize > usize::from(u16::MAX) {
            return None;
        }
        // The share of the center that leaves the shortest residual.
        let (product, square) = (dot(query, center), dot(center, center));
        let share = if usual(square.sqrt()) { (product / square).max(f32::MIN_POSITIVE) } else { f32::MIN_POSITIVE };
        let mut residual: Vec<f32> = query.iter().zip(center).map(|(value, center)| value - share * center).collect();
        residual.resize(groups * GROUP, 0.0);
        let (residuals, _) = residual.as_chunks::<GROUP>();
        let span = |group: &[f32; GROUP]| 2.0 * group.iter().map(|value| value.abs()).sum::<f32>();
        let (widest, all) =
            residuals.iter().map(span).fold((0.0, 0.0), |(widest, all), span| (span.max(widest), all + span));
        // Nothing is left of a query along the center: less than rounding takes, and nothing to divide by.
        let per_step = if widest > VANISHING { GREATEST / widest } else { 0.0 };

        let mut entries = vec![0; groups * 16];
        let (tables, _) = entries.as_chunks_mut::<16>();
        for (entries, values) in tables.iter_mut().zip(residuals) {
            // The values whose signs agree with the row's, twice, are what the sum is over its least.
            let negative = (0..GROUP).fold(0, |signs, at| signs | usize::from(values[at] < 0.0) << at);
            let mut sums = [0.0; 16];
            for (at, value) in values.iter().enumerate() {
                let (without, with) = sums.split_at_mut(1 << at);
                let twice = 2.0 * value.abs() * per_step;
                with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + twice);
            }
            for (agreeing, sum) in sums.iter().enumerate() {
                entries[agreeing ^ negative] = (sum + 0.5) as u8;
            }
        }
        Some(Self {
            entries,
            step: widest / GREATEST,
            offset: MARGIN * dot(&residual, &residual).sqrt() - all / 2.0,
            share,
            base: product + ROUNDING * length * codes.longest,
        })
    }
}
