//! Whether what was seen to help does more than chance would.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How often signs are flipped.
const FLIPS: u64 = 10_000;

/// How probable a mean of at least that of `differences` would be if each might as well have had the other sign: Fisher's
/// randomization test for pairs, one-sided, over random signs.
pub fn paired_chance(differences: &[f64], seed: u64) -> f64 {
    let observed: f64 = differences.iter().sum();
    // Sums that differ by rounding alone are equal.
    let rounding = 1e-12 * differences.iter().map(|difference| difference.abs()).sum::<f64>();
    let as_far = (0..FLIPS).filter(|flip| {
        let signed = differences.chunks(64).zip(0u64..).map(|(chunk, number)| {
            let signs = xxh3_64_with_seed(&[flip.to_le_bytes(), number.to_le_bytes()].concat(), seed);
            let sign = |at: usize| if signs >> at & 1 == 0 { 1.0 } else { -1.0 };
            chunk.iter().enumerate().map(|(at, difference)| sign(at) * difference).sum::<f64>()
        });
        signed.sum::<f64>() >= observed - rounding
    });
    // What was observed is one of the ways to set the signs.
    (as_far.count() as f64 + 1.0) / (FLIPS as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_always_helps_is_no_chance_and_noise_is() {
        assert!(paired_chance(&[0.1; 40], 0) < 0.001);
        let noise: Vec<f64> = (0..40).map(|at| if at % 2 == 0 { 0.1 } else { -0.1 }).collect();
        assert!(paired_chance(&noise, 0) > 0.3);
        assert!(paired_chance(&[-0.1; 40], 0) > 0.99);
        assert_eq!(paired_chance(&[], 0), 1.0);
        // Of four equal signs, one in sixteen.
        assert!((paired_chance(&[1.0; 4], 0) - 1.0 / 16.0).abs() < 0.01);
    }
}
