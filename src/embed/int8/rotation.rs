//! The rotation that spreads outliers before values are rounded to integers.
//!
//! A few of a BERT's hidden dimensions are many times larger than the rest and would take the whole range of a row's
//! integers. A Walsh–Hadamard transform H mixes the values of a block, so that none stands out; it costs additions only.
//! As HᵀH = n for a block of n, weights that were transformed and divided by n give the same products: w · x = (Hw / n) ·
//! (Hx). (The idea is QuaRot's, arXiv 2404.00456.)

use super::lanes::Lanes;

/// The largest block, in vectors of four values: more mix no better.
const LARGEST: usize = 32;

/// How many values of a row of `width`, a multiple of 4, are mixed with each other: a power of two.
pub(super) fn block_length(width: usize) -> usize {
    (1 << (width / 4).trailing_zeros()).min(LARGEST)
}

/// Writes the transform of `row` to `into`, unscaled: values grow by the square root of [`block_length`].
///
/// A block is so many vectors of four values in a row; the first values of all are mixed, the second ones, and so on. So no
/// vector is ever taken apart.
pub(super) fn rotate<L: Lanes>(row: &[f32], into: &mut [f32]) {
    let length = block_length(row.len());
    let (from, to) = (row.as_chunks::<4>().0, into.as_chunks_mut::<4>().0);
    if length == LARGEST {
        let (from, to) = (from.as_chunks::<LARGEST>().0, to.as_chunks_mut::<LARGEST>().0);
        from.iter().zip(to).for_each(|(from, to)| rotate_largest::<L>(from, to));
    } else {
        to.copy_from_slice(from);
        to.chunks_exact_mut(length).for_each(rotate_block::<L>);
    }
}

/// A block of any length, stage by stage.
fn rotate_block<L: Lanes>(block: &mut [[f32; 4]]) {
    let mut distance = 1;
    while distance < block.len() {
        for group in block.chunks_exact_mut(2 * distance) {
            for at in 0..distance {
                let (a, b) = (L::load(&group[at]), L::load(&group[at + distance]));
                (a + b).store(&mut group[at]);
                (a - b).store(&mut group[at + distance]);
            }
        }
        distance *= 2;
    }
}

/// The largest block: three of its stages at once, then two, which saves loads and stores.
fn rotate_largest<L: Lanes>(from: &[[f32; 4]; LARGEST], to: &mut [[f32; 4]; LARGEST]) {
    for at in 0..4 {
        let load = |index: usize| L::load(&from[(4 * index + at) % LARGEST]);
        let (a, b, c, d) = (load(0), load(1), load(2), load(3));
        let (e, f, g, h) = (load(4), load(5), load(6), load(7));
        let (a, b, c, d, e, f, g, h) = (a + b, a - b, c + d, c - d, e + f, e - f, g + h, g - h);
        let (a, b, c, d, e, f, g, h) = (a + c, b + d, a - c, b - d, e + g, f + h, e - g, f - h);
        let mut store = |index: usize, value: L| value.store(&mut to[(4 * index + at) % LARGEST]);
        store(0, a + e);
        store(1, b + f);
        store(2, c + g);
        store(3, d + h);
        store(4, a - e);
        store(5, b - f);
        store(6, c - g);
        store(7, d - h);
    }
    for [first, second, third, fourth] in to.as_chunks_mut::<4>().0 {
        let (a, b, c, d) = (L::load(first), L::load(second), L::load(third), L::load(fourth));
        let (a, b, c, d) = (a + b, a - b, c + d, c - d);
        (a + c).store(first);
        (b + d).store(second);
        (a - c).store(third);
        (b - d).store(fourth);
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Machine;
    use super::*;

    #[test]
    fn blocks_are_powers_of_two() {
        assert_eq!([384, 1536, 768, 312, 12, 20].map(block_length), [32, 32, 32, 2, 1, 1]);
    }

    #[test]
    fn products_stay_the_same() {
        for width in [4, 8, 12, 16, 64, 96, 128, 384, 1536] {
            let x: Vec<f32> = (0..width).map(|i| ((i * 7919) % 101) as f32 - 50.0).collect();
            let w: Vec<f32> = (0..width).map(|i| ((i * 104_729) % 103) as f32 - 51.0).collect();
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            let rotated = |row: &[f32]| {
                let mut into = vec![0.0; width];
                rotate::<Machine>(row, &mut into);
                into
            };
            let (rotated_x, rotated_w) = (rotated(&x), rotated(&w));
            assert_eq!(dot(&rotated_x, &rotated_w), dot(&x, &w) * block_length(width) as f32, "{width}");
        }
    }
}
