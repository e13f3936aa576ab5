//! Joining the ranking by vectors and the ranking by keywords.

use std::collections::HashMap;

use super::Scored;
use crate::order::sort_by;

/// How many of the best of each ranking a score is measured against. Searches whose results are to be fused should ask
/// for this many at least.
pub const POOL: usize = 100;

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
/// A score is standardized by the mean and the standard deviation of the best [`POOL`] of its ranking, so that an item
/// which one ranking sets far apart counts for more, which ranks alone cannot show. An item that a ranking does not hold
/// has the lowest standardized score in it; but where keywords found fewer than [`POOL`], the others are known to share
/// no word with the query and to score 0, and are counted so. At `alpha` 1 and above the result is the ranking by vectors
/// as it is, at 0 and below the one by keywords.
pub fn fuse(vectors: &[Scored], keywords: &[Scored], alpha: f32) -> Vec<Fused> {
    let mut found: Vec<u32> = vectors.iter().chain(keywords).map(|hit| hit.item).collect();
    sort_by(&mut found, |a, b| a.cmp(b));
    found.dedup();
    let by_vector = Standardized::new(vectors, vectors.len());
    let by_keyword = Standardized::new(keywords, found.len());
    let fused =
        |item: u32, score: f32| Fused { item, score, vector: by_vector.raw(item), keyword: by_keyword.raw(item) };
    if alpha >= 1.0 {
        return vectors.iter().map(|hit| fused(hit.item, by_vector.score(hit.item))).collect();
    }
    if alpha <= 0.0 {
        return keywords.iter().map(|hit| fused(hit.item, by_keyword.score(hit.item))).collect();
    }
    let mut ranking: Vec<Fused> = found
        .into_iter()
        .map(|item| fused(item, alpha * by_vector.score(item) + (1.0 - alpha) * by_keyword.score(item)))
        .collect();
    sort_by(&mut ranking, |a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
    ranking
}

/// A ranking whose scores are read as standard deviations from the mean of its best.
struct Standardized {
    raw: HashMap<u32, f32>,
    mean: f64,
    deviation: f64,
    /// Of an item that the ranking does not hold.
    absent: f32,
}

impl Standardized {
    /// Of `ranking`, best first, among `items` items in all: those that it does not hold, up to the pool's size, score 0.
    fn new(ranking: &[Scored], items: usize) -> Self {
        let pool = || ranking.iter().take(POOL).map(|hit| f64::from(hit.score));
        let unfound = items.min(POOL).saturating_sub(ranking.len());
        let count = (pool().count() + unfound).max(1) as f64;
        let mean = pool().sum::<f64>() / count;
        let squares = pool().map(|score| (score - mean).powi(2)).sum::<f64>() + unfound as f64 * mean * mean;
        let raw = ranking.iter().map(|hit| (hit.item, hit.score)).collect();
        let mut standardized = Self { raw, mean, deviation: (squares / count).sqrt(), absent: 0.0 };
        let lowest = if unfound > 0 { 0.0 } else { ranking.last().map_or(0.0, |hit| hit.score) };
        standardized.absent = standardized.standardize(lowest);
        standardized
    }

    /// Zero for all where all scores are equal, or one is infinite.
    fn standardize(&self, score: f32) -> f32 {
        let standardized = ((f64::from(score) - self.mean) / self.deviation) as f32;
        if standardized.is_finite() { standardized } else { 0.0 }
    }

    fn raw(&self, item: u32) -> Option<f32> {
        self.raw.get(&item).copied()
    }

    fn score(&self, item: u32) -> f32 {
        self.raw(item).map_or(self.absent, |score| self.standardize(score))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranking(scores: &[(u32, f32)]) -> Vec<Scored> {
        scores.iter().map(|&(item, score)| Scored { item, score }).collect()
    }

    fn items(fused: &[Fused]) -> Vec<u32> {
        fused.iter().map(|hit| hit.item).collect()
    }

    #[test]
    fn an_item_good_in_both_beats_the_best_of_either() {
        let vectors = ranking(&[(1, 0.9), (2, 0.85), (3, 0.2), (4, 0.1)]);
        let keywords = ranking(&[(5, 9.0), (2, 8.5), (6, 2.0), (7, 1.0)]);
        assert_eq!(items(&fuse(&vectors, &keywords, 0.5))[0], 2);
    }

    #[test]
    fn scores_of_both_rankings_are_kept_for_the_trace() {
        let fused = fuse(&ranking(&[(1, 0.9), (2, 0.1)]), &ranking(&[(2, 3.0)]), 0.5);
        let of = |item| fused.iter().find(|hit| hit.item == item).unwrap();
        assert_eq!((of(1).vector, of(1).keyword), (Some(0.9), None));
        assert_eq!((of(2).vector, of(2).keyword), (Some(0.1), Some(3.0)));
    }

    #[test]
    fn the_only_item_with_a_word_of_the_query_is_lifted() {
        let vectors = ranking(&[(0, 0.5), (1, 0.48), (2, 0.46), (3, 0.44)]);
        assert_eq!(items(&fuse(&vectors, &ranking(&[(1, 0.7)]), 0.5))[0], 1);
    }

    #[test]
    fn rankings_that_say_nothing_leave_the_other_as_it_is() {
        let vectors = ranking(&[(3, 0.9), (1, 0.8), (2, 0.1)]);
        assert_eq!(items(&fuse(&vectors, &[], 0.5)), [3, 1, 2]);
        assert_eq!(items(&fuse(&[], &vectors, 0.5)), [3, 1, 2]);
        assert_eq!(items(&fuse(&vectors, &ranking(&[(1, 2.0), (2, 2.0), (3, 2.0)]), 0.5)), [3, 1, 2]);
        assert!(fuse(&[], &[], 0.5).is_empty());
    }

    /// A ranking as the searches give it: each item once, best first, equal scores by item.
    fn any_ranking() -> impl Strategy<Value = Vec<Scored>> {
        prop::collection::btree_map(0u32..40, -4i8..5, 0..20).prop_map(|scores| {
            let mut ranking: Vec<Scored> =
                scores.into_iter().map(|(item, score)| Scored { item, score: f32::from(score) / 7.0 }).collect();
            ranking.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.item.cmp(&b.item)));
            ranking
        })
    }

    proptest! {
        #[test]
        fn the_ends_of_alpha_are_the_rankings_themselves(vectors in any_ranking(), keywords in any_ranking()) {
            let order = |ranking: &[Scored]| ranking.iter().map(|hit| hit.item).collect::<Vec<_>>();
            prop_assert_eq!(items(&fuse(&vectors, &keywords, 1.0)), order(&vectors));
            prop_assert_eq!(items(&fuse(&vectors, &keywords, 0.0)), order(&keywords));
        }

        #[test]
        fn every_item_stands_once_and_in_order(
            vectors in any_ranking(), keywords in any_ranking(), alpha in 0f32..1.0,
        ) {
            let fused = fuse(&vectors, &keywords, alpha);
            let mut expected: Vec<u32> = vectors.iter().chain(&keywords).map(|hit| hit.item).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut got = items(&fused);
            got.sort_unstable();
            prop_assert_eq!(got, expected);
            prop_assert!(fused.iter().all(|hit| hit.score.is_finite()));
            prop_assert!(fused.is_sorted_by(|a, b| a.score > b.score || (a.score == b.score && a.item < b.item)));
        }

        #[test]
        fn what_is_better_in_both_stands_higher(vectors in any_ranking(), keywords in any_ranking(), alpha in 0f32..1.0) {
            let fused = fuse(&vectors, &keywords, alpha);
            for (above, hit) in fused.iter().enumerate() {
                for other in &fused[..above] {
                    let worse = |mine: Option<f32>, other: Option<f32>| mine.zip(other).is_some_and(|(a, b)| b < a);
                    prop_assert!(!(worse(hit.vector, other.vector) && worse(hit.keyword, other.keyword)));
                }
            }
        }
    }
}
