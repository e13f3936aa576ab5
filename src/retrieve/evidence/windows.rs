//! Windows of one width around every sentence.

use std::ops::Range;

/// A window reaches so many of its widths to either side: a flat window of this reach spreads as much as a Gaussian one
/// whose standard deviation is half the width.
const REACH: f32 = 0.866;

/// For each sentence the sentences whose middles are near its own.
pub struct Windows {
    bounds: Vec<(u32, u32)>,
}

impl Windows {
    /// Over sentences of so many `tokens` each; no window reaches beyond its run.
    pub fn new(tokens: &[f32], runs: &[Range<usize>], width: f32) -> Self {
        let reach = width * REACH;
        let mut bounds = Vec::with_capacity(tokens.len());
        let mut middles = Vec::new();
        for run in runs {
            let mut end = 0.0;
            middles.clear();
            middles.extend(tokens[run.clone()].iter().map(|tokens| {
                end += tokens;
                end - tokens / 2.0
            }));
            let (mut first, mut after) = (0, 0);
            for middle in &middles {
                while middles[first] < middle - reach {
                    first += 1;
                }
                while after < middles.len() && middles[after] <= middle + reach {
                    after += 1;
                }
                bounds.push(((run.start + first) as u32, (run.start + after) as u32));
            }
        }
        Self { bounds }
    }

    /// What of each window is in the same part as the sentence that it is around. The parts are all sentences, in order.
    pub fn within(&self, parts: &[Range<usize>]) -> Self {
        let bounds = parts.iter().flat_map(|part| {
            let within = |&(first, after): &(u32, u32)| (first.max(part.start as u32), after.min(part.end as u32));
            self.bounds[part.clone()].iter().map(within)
        });
        Self { bounds: bounds.collect() }
    }

    /// The sum of a field over each window.
    pub fn sums(&self, field: &[f32]) -> Vec<f32> {
        let mut total = 0.0f64;
        let running: Vec<f64> = [0.0]
            .into_iter()
            .chain(field.iter().map(|value| {
                total += f64::from(*value);
                total
            }))
            .collect();
        let sum = |&(first, after): &(u32, u32)| (running[after as usize] - running[first as usize]) as f32;
        self.bounds.iter().map(sum).collect()
    }

    /// The mean of a field over each window, sentences weighed by their tokens.
    pub fn means(&self, field: &[f32], tokens: &[f32]) -> Vec<f32> {
        let weighted: Vec<f32> = field.iter().zip(tokens).map(|(value, tokens)| value * tokens).collect();
        let totals = self.sums(tokens);
        self.sums(&weighted).into_iter().zip(totals).map(|(sum, total)| sum / total.max(1.0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_are_those_of_the_sentences_near(
            tokens in prop::collection::vec(1u32..40, 1..60), cut in 0usize..60, width in 1f32..200.0,
        ) {
            let tokens: Vec<f32> = tokens.into_iter().map(|tokens| tokens as f32).collect();
            let cut = cut.min(tokens.len());
            let runs: Vec<_> = [0..cut, cut..tokens.len()].into_iter().filter(|run| !run.is_empty()).collect();
            let field: Vec<f32> = (0..tokens.len()).map(|index| (index % 7) as f32).collect();
            let sums = Windows::new(&tokens, &runs, width).sums(&field);
            for run in &runs {
                let middle = |at: usize| tokens[run.start..at].iter().sum::<f32>() + tokens[at] / 2.0;
                for at in run.clone() {
                    // Rounded in the same places, for a middle may be at the very end of a window's reach.
                    let (first, last) = (middle(at) - width * REACH, middle(at) + width * REACH);
                    let near = |other: &usize| (first..=last).contains(&middle(*other));
                    let expected: f32 = run.clone().filter(near).map(|other| field[other]).sum();
                    prop_assert!((sums[at] - expected).abs() < 1e-3);
                }
            }
        }
    }

    #[test]
    fn a_window_within_a_part_ends_where_that_does() {
        let windows = Windows::new(&[10.0; 4], &[0..3, 3..4], 12.0);
        let field = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(windows.sums(&field), [3.0, 7.0, 6.0, 8.0]);
        assert_eq!(windows.within(&[0..1, 1..4]).sums(&field), [1.0, 6.0, 6.0, 8.0]);
    }

    #[test]
    fn a_mean_weighs_by_tokens() {
        let tokens = [10.0, 30.0, 5.0];
        let means = Windows::new(&tokens, &[0..2, 2..3], 100.0).means(&[1.0, 2.0, 7.0], &tokens);
        assert_eq!(means, [1.75, 1.75, 7.0]);
    }
}
