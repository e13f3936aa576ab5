//! Arithmetic on fields: one value a sentence of a pool.

use crate::index::{B, K1};

/// Shifts and scales a field to mean 0 and standard deviation 1; one without differences, or with what is no number, becomes
/// zero.
pub fn standardize(field: &mut [f32]) {
    let count = field.len().max(1) as f64;
    let mean = field.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let variance = field.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count;
    if variance <= f64::EPSILON * mean * mean || !variance.is_normal() {
        return field.fill(0.0);
    }
    let scale = variance.sqrt().recip();
    for value in field {
        *value = ((f64::from(*value) - mean) * scale) as f32;
    }
}

/// Adds `weight` times `field` to `sum`.
pub fn add(sum: &mut [f32], weight: f32, field: &[f32]) {
    sum.iter_mut().zip(field).for_each(|(sum, value)| *sum += weight * value);
}

/// Adds what a term of this weight gives in BM25 to texts that hold it so often and are so long.
pub fn add_saturated(sum: &mut [f32], weight: f32, frequencies: &[f32], lengths: &[f32], average_length: f32) {
    for ((sum, frequency), length) in sum.iter_mut().zip(frequencies).zip(lengths) {
        if *frequency > 0.0 {
            *sum += weight * (K1 + 1.0) * frequency / (frequency + K1 * (1.0 - B + B * length / average_length));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standardized_fields_have_mean_0_and_deviation_1() {
        let mut field = [1.0, 2.0, 3.0, 6.0];
        standardize(&mut field);
        let squares: f32 = field.iter().map(|value| value * value).sum();
        assert!(field.iter().sum::<f32>().abs() < 1e-6 && (squares / 4.0 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn fields_that_say_nothing_become_zero() {
        for mut field in [vec![], vec![0.3; 5], vec![f32::NAN; 2]] {
            standardize(&mut field);
            assert!(field.iter().all(|value| *value == 0.0));
        }
    }
}
