//! Joining the ranking by vectors and the ranking by keywords.

use std::collections::HashMap;

use super::Scored;

/// How many of the best of each ranking a score is measured against. Searches whose results are to be fused should ask
/// for this many at least.
pub const POOL: usize = 100;

/// The weight of vectors where the caller gives none.
pub const DEFAULT_ALPHA: f32 = 0.5;

/// An item of either ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fused {
    pub item: u32,
    /// In standard deviations: comparable within one fusion only.
    pub score: f32,
    /// Its score by vectors, if it was found by them.
    pub vector: Option<f32>,
    /// Its score by keywords, if it was found by them.
    pub keyword: Option<f32>,
}

/// Ranks by `alpha` of the standardized vector score and `1 - alpha` of the standardized keyword score, best first,
/// equal scores by item.
///
/// A score is standardized by the mean and deviation of the best [`POOL`] of its ranking (z-scores, as in Lee,
/// "Analyses of multiple evidence combination", 1997, and others since), so that a ranking which sets one item far
/// apart says so, which ranks alone cannot. An item that a ranking does not hold has the lowest standardized score in it.
/// At `alpha` 1 or above the result is the ranking by vectors as it is, at 0 or below the one by keywords.
pub fn fuse(vectors: &[Scored], keywords: &[Scored], alpha: f32) -> Vec<Fused> {
    let alpha = if alpha.is_nan() { DEFAULT_ALPHA } else { alpha.clamp(0.0, 1.0) };
    let (by_vector, by_keyword) = (Standardized::new(vectors), Standardized::new(keywords));
    let found = if alpha == 1.0 {
        by_vector.items_in_order()
    } else if alpha == 0.0 {
        by_keyword.items_in_order()
    } else {
        let mut found: Vec<u32> = vectors.iter().chain(keywords).map(|hit| hit.item).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let mut fused: Vec<Fused> = found
        .into_iter()
        .map(|item| {
            let score = alpha * by_vector.score(item) + (1.0 - alpha) * by_keyword.score(item);
            Fused { item, score, vector: by_vector.raw(item), keyword: by_keyword.raw(item) }
        })
        .collect();
    // A stable sort, so where one ranking decides alone and rounding made two of its scores equal, its order stands.
    fused.sort_by(|a, b| b.score.total_cmp(&a.score));
    fused
}

/// A ranking whose scores are read as standard deviations from the mean of its best.
struct Standardized<'a> {
    ranking: &'a [Scored],
    by_item: HashMap<u32, f32>,
    mean: f64,
    deviation: f64,
    lowest: f32,
}

impl<'a> Standardized<'a> {
    fn new(ranking: &'a [Scored]) -> Self {
        let pool = &ranking[..ranking.len().min(POOL)];
        let count = pool.len().max(1) as f64;
        let mean = pool.iter().map(|hit| f64::from(hit.score)).sum::<f64>() / count;
        let variance = pool.iter().map(|hit| (f64::from(hit.score) - mean).powi(2)).sum::<f64>() / count;
        let by_item = ranking.iter().map(|hit| (hit.item, hit.score)).collect();
        let mut standardized = Self { ranking, by_item, mean, deviation: variance.sqrt(), lowest: 0.0 };
        standardized.lowest = ranking.last().map_or(0.0, |hit| standardized.standardize(hit.score));
        standardized
    }

    fn standardize(&self, score: f32) -> f32 {
        if self.deviation > 0.0 { ((f64::from(score) - self.mean) / self.deviation) as f32 } else { 0.0 }
    }

    fn items_in_order(&self) -> Vec<u32> {
        self.ranking.iter().map(|hit| hit.item).collect()
    }

    fn raw(&self, item: u32) -> Option<f32> {
        self.by_item.get(&item).copied()
    }

    fn score(&self, item: u32) -> f32 {
        self.raw(item).map_or(self.lowest, |score| self.standardize(score))
    }
}
