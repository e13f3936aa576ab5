//! The number of components: the least BIC on a grid that is coarse at first and fine around the best.

use std::collections::BTreeMap;

/// The most fits for one choice.
const MAX_FITS: usize = 6;
/// Fits spread over the whole range before the search narrows.
const COARSE_FITS: usize = 3;

/// A search for the count of least score within a range.
pub(super) struct CountSearch {
    coarse: Vec<usize>,
    /// Score by count; infinite where the fit failed.
    tried: BTreeMap<usize, f64>,
}

impl CountSearch {
    /// A search from `low` to `high`, both included.
    pub(super) fn new(low: usize, high: usize) -> Self {
        let (from, to) = ((low as f64).ln(), (high.max(low) as f64).ln());
        let step = (to - from) / (COARSE_FITS - 1) as f64;
        let mut coarse: Vec<usize> =
            (0..COARSE_FITS).map(|index| (from + step * index as f64).exp().round() as usize).collect();
        coarse.dedup();
        Self { coarse, tried: BTreeMap::new() }
    }

    /// The count to fit next; `None` when the search is over.
    pub(super) fn next(&self) -> Option<usize> {
        if self.tried.len() >= MAX_FITS {
            return None;
        }
        if let Some(&count) = self.coarse.iter().find(|count| !self.tried.contains_key(count)) {
            return Some(count);
        }
        let Some(best) = self.best() else {
            return (!self.tried.contains_key(&2)).then_some(2);
        };
        let below = self.tried.range(..best).next_back().map_or(best, |(&count, _)| count);
        let above = self.tried.range(best + 1..).next().map_or(best, |(&count, _)| count);
        let (gap, middle) = if best - below >= above - best {
            (best - below, (below + best) / 2)
        } else {
            (above - best, (best + above).div_ceil(2))
        };
        (gap > 1).then_some(middle)
    }

    /// Takes the score of a fit, `None` if it failed.
    pub(super) fn record(&mut self, count: usize, score: Option<f64>) {
        let score = score.filter(|score| score.is_finite()).unwrap_or(f64::INFINITY);
        self.tried.insert(count, score);
    }

    /// The count of the least score so far; the smaller of equals.
    pub(super) fn best(&self) -> Option<usize> {
        let finite = self.tried.iter().filter(|(_, score)| score.is_finite());
        finite.min_by(|a, b| a.1.total_cmp(b.1)).map(|(&count, _)| count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(low: usize, high: usize, score: impl Fn(usize) -> Option<f64>) -> (Option<usize>, usize) {
        let mut search = CountSearch::new(low, high);
        let mut fits = 0;
        while let Some(count) = search.next() {
            search.record(count, score(count));
            fits += 1;
        }
        (search.best(), fits)
    }

    #[test]
    fn a_single_valley_is_found_in_few_fits() {
        for target in 2..=20usize {
            let (best, fits) = search(2, 20, |count| Some(count.abs_diff(target) as f64));
            assert!(fits <= MAX_FITS);
            assert!(best.unwrap().abs_diff(target) <= 2, "{target}: {best:?}");
        }
    }

    #[test]
    fn failures_are_passed_over() {
        assert_eq!(search(2, 12, |count| (count < 4).then_some(1.0)).0, Some(2));
        assert_eq!(search(5, 9, |count| (count == 2).then_some(1.0)).0, Some(2));
        assert_eq!(search(2, 9, |_| None).0, None);
        assert_eq!(search(2, 9, |_| Some(f64::NAN)).0, None);
    }

    #[test]
    fn a_range_of_one_takes_one_fit() {
        assert_eq!(search(3, 3, |_| Some(0.0)), (Some(3), 1));
    }
}
