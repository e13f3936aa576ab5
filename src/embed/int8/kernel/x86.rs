//! The kernel for x86-64 with AVX2.

use std::arch::x86_64::*;

use super::super::activations::Activations;
use super::{PANEL, Panel};

/// See [`Kernel::multiply`](super::Kernel::multiply).
#[target_feature(enable = "avx2")]
pub(super) fn multiply(input: &Activations, panel: &Panel, out: &mut [f32], stride: usize) {
    // SAFETY: an array of eight values has the 32 bytes that are read.
    let (offsets, scales, biases) = unsafe {
        (
            _mm256_loadu_si256(panel.offsets.as_ptr().cast()),
            _mm256_loadu_ps(panel.scales.as_ptr()),
            _mm256_loadu_ps(panel.biases.as_ptr()),
        )
    };
    for (row, out) in out.chunks_mut(stride).enumerate().take(input.rows()) {
        let [digit, lower] = input.digits(row);
        let mut sums = products(digit, panel.bytes, offsets);
        if input.is_wide() {
            sums = products(lower, panel.bytes, _mm256_slli_epi32(sums, 7));
        }
        let scale = _mm256_mul_ps(_mm256_set1_ps(input.scales[row]), scales);
        // A product, then a sum: fused they would be rounded otherwise than elsewhere.
        let values = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), scale), biases);
        let mut all = [0.0; PANEL];
        // SAFETY: an array of eight values has the 32 bytes that are written.
        unsafe { _mm256_storeu_ps(all.as_mut_ptr(), values) }
        out[..panel.columns].copy_from_slice(&all[..panel.columns]);
    }
}

/// Adds the products of a row's integers with a panel's columns to `sums`.
#[inline]
#[target_feature(enable = "avx2")]
fn products(row: &[u8], panel: &[i8], mut sums: __m256i) -> __m256i {
    let ones = _mm256_set1_epi16(1);
    let (columns, _) = panel.as_chunks::<{ 4 * PANEL }>();
    for (activations, weights) in row.as_chunks::<4>().0.iter().zip(columns) {
        let activations = _mm256_set1_epi32(i32::from_le_bytes(*activations));
        // SAFETY: an array of 32 bytes has the 32 bytes that are read.
        let weights = unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) };
        // Bytes of seven bits times signed ones, two of them summed: within 16 bits.
        let pairs = _mm256_maddubs_epi16(activations, weights);
        sums = _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, ones));
    }
    sums
}
