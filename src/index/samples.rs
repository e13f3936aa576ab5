//! Vectors to test indexes with.

use crate::vector::{Matrix, normalize};

/// Unit vectors around a few centers, as embeddings of texts on a few subjects are.
pub(super) fn clustered(rows: usize, dimensions: usize, mut state: u64) -> Matrix {
    let mut uniform = || {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let centers: Vec<Vec<f32>> = (0..20).map(|_| (0..dimensions).map(|_| uniform()).collect()).collect();
    let mut vectors = Matrix::new(dimensions);
    for row in 0..rows {
        let mut values: Vec<f32> = centers[row % centers.len()].iter().map(|c| c + 0.8 * uniform()).collect();
        normalize(&mut values);
        vectors.push(&values);
    }
    vectors
}
