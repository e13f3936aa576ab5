//! The kernels without SIMD, which all others must agree with.

use super::PANEL;

/// See [`Kernel::multiply`](super::Kernel::multiply).
pub(super) fn multiply_bytes(
    rows: &[u8],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    sums: &mut [[i32; PANEL]],
) {
    for (row, sums) in rows.chunks_exact(width).zip(sums) {
        *sums = *offsets;
        for (activations, weights) in row.chunks_exact(4).zip(panel.chunks_exact(4 * PANEL)) {
            for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(4)) {
                for (activation, weight) in activations.iter().zip(weights) {
                    *sum += i32::from(*activation) * i32::from(*weight);
                }
            }
        }
    }
}

/// See [`Kernel::multiply_words`](super::Kernel::multiply_words).
pub(super) fn multiply_words(
    rows: &[i16],
    width: usize,
    panel: &[i16],
    sums: &mut [i32],
    stride: usize,
    column: usize,
) {
    for (row, sums) in rows.chunks_exact(width).zip(sums.chunks_exact_mut(stride)) {
        let mut own = [0; PANEL];
        for (pair, columns) in row.chunks_exact(2).zip(panel.chunks_exact(2 * PANEL)) {
            for (sum, column) in own.iter_mut().zip(columns.chunks_exact(2)) {
                *sum += i32::from(pair[0]) * i32::from(column[0]) + i32::from(pair[1]) * i32::from(column[1]);
            }
        }
        sums[column..column + PANEL].copy_from_slice(&own);
    }
}
