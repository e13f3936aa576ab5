//! The rotation that spreads outliers before values are rounded to integers.
//!
//! A few of a BERT's hidden dimensions are many times larger than the rest and would take the whole range of a row's
//! integers. A Walsh–Hadamard transform H mixes the values of a block, so that none stands out; it costs additions only.
//! As HᵀH = n for a block of n, weights that were transformed and divided by n give the same products: w · x = (Hw / n) ·
//! (Hx). (The idea is QuaRot's, arXiv 2404.00456.)

use super::lanes::Lanes;

/// The largest block: more mix no better.
const LARGEST: usize = 128;

/// The length of the blocks that rows of `width` values, a multiple of 4, are mixed in: a power of two that divides it.
pub(super) fn block_length(width: usize) -> usize {
    (1 << width.trailing_zeros()).min(LARGEST)
}

/// Transforms every block of `row` in place, unscaled: values grow by the square root of the block's length.
pub(super) fn rotate<L: Lanes>(row: &mut [f32]) {
    let (vectors, _) = row.as_chunks_mut::<4>();
    vectors.iter_mut().for_each(|values| L::load(values).hadamard().store(values));
    let length = block_length(4 * vectors.len()) / 4;
    for block in vectors.chunks_exact_mut(length) {
        let mut distance = 1;
        if length.trailing_zeros() % 2 == 1 {
            for pair in block.chunks_exact_mut(2) {
                let (a, b) = (L::load(&pair[0]), L::load(&pair[1]));
                (a + b).store(&mut pair[0]);
                (a - b).store(&mut pair[1]);
            }
            distance = 2;
        }
        // Two stages at once, which halves the loads and stores.
        while distance < length {
            for group in block.chunks_exact_mut(4 * distance) {
                for at in 0..distance {
                    let (a, b) = (L::load(&group[at]), L::load(&group[at + distance]));
                    let (c, d) = (L::load(&group[at + 2 * distance]), L::load(&group[at + 3 * distance]));
                    let (a, b, c, d) = (a + b, a - b, c + d, c - d);
                    (a + c).store(&mut group[at]);
                    (b + d).store(&mut group[at + distance]);
                    (a - c).store(&mut group[at + 2 * distance]);
                    (b - d).store(&mut group[at + 3 * distance]);
                }
            }
            distance *= 4;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Scalar;
    use super::*;

    #[test]
    fn blocks_are_powers_of_two() {
        assert_eq!([384, 1536, 768, 312, 12, 20].map(block_length), [128, 128, 128, 8, 4, 4]);
    }

    #[test]
    fn products_stay_the_same() {
        for width in [4, 8, 12, 16, 64, 96, 128, 384] {
            let x: Vec<f32> = (0..width).map(|i| ((i * 7919) % 101) as f32 - 50.0).collect();
            let w: Vec<f32> = (0..width).map(|i| ((i * 104_729) % 103) as f32 - 51.0).collect();
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let (mut rotated_x, mut rotated_w) = (x.clone(), w.clone());
            rotate::<Scalar>(&mut rotated_x);
            rotate::<Scalar>(&mut rotated_w);
            assert_eq!(dot(&rotated_x, &rotated_w), dot(&x, &w) * block_length(width) as f32, "{width}");
        }
    }
}
