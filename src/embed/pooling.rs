//! One vector of a text from those of its tokens.

use super::config::Pooling;
use crate::vector::normalize;

/// Pools `states`, a row of `dimensions` values for each token of a text, and scales the result to length 1.
///
/// Every row is of a real token: texts are never padded, so none can be pooled by mistake.
pub(super) fn pool(states: &[f32], dimensions: usize, pooling: Pooling) -> Vec<f32> {
    let mut rows = states.chunks_exact(dimensions);
    let Some(first) = rows.next() else { return vec![0.0; dimensions] };
    let mut pooled = first.to_vec();
    match pooling {
        Pooling::Cls => {}
        Pooling::Max => {
            rows.for_each(|row| pooled.iter_mut().zip(row).for_each(|(most, value)| *most = most.max(*value)))
        }
        // The sum will do: the mean has its direction.
        Pooling::Mean => rows.for_each(|row| pooled.iter_mut().zip(row).for_each(|(sum, value)| *sum += value)),
    }
    normalize(&mut pooled);
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_pools_as_its_name_says() {
        let states = [3.0, 0.0, -1.0, 4.0];
        assert_eq!(pool(&states, 2, Pooling::Cls), [1.0, 0.0]);
        assert_eq!(pool(&states, 2, Pooling::Max), [0.6, 0.8]);
        let mean = pool(&states, 2, Pooling::Mean);
        assert!((mean[0] - 1.0 / 5_f32.sqrt()).abs() < 1e-6 && (mean[1] - 2.0 / 5_f32.sqrt()).abs() < 1e-6);
    }
}
