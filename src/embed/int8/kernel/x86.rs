//! The kernel for x86-64 with AVX2.

use std::arch::x86_64::*;

use super::PANEL;

/// See [`Kernel::multiply`](super::Kernel::multiply).
#[target_feature(enable = "avx2")]
pub(super) fn multiply_bytes(
    rows: &[u8],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    sums: &mut [[i32; PANEL]],
) {
    let ones = _mm256_set1_epi16(1);
    for (row, out) in rows.chunks_exact(width).zip(sums) {
        // SAFETY: an array of eight integers has the 32 bytes that are read.
        let mut sum = unsafe { _mm256_loadu_si256(offsets.as_ptr().cast()) };
        let (groups, _) = row.as_chunks::<4>();
        let (columns, _) = panel.as_chunks::<{ 4 * PANEL }>();
        for (activations, weights) in groups.iter().zip(columns) {
            let activations = _mm256_set1_epi32(i32::from_le_bytes(*activations));
            // SAFETY: an array of 32 bytes has the 32 bytes that are read.
            let weights = unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) };
            // Bytes of seven bits times signed ones, two of them summed: within 16 bits.
            let pairs = _mm256_maddubs_epi16(activations, weights);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
        }
        // SAFETY: an array of eight integers has the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), sum) }
    }
}
