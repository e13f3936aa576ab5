//! The kernel without SIMD, which all others must agree with.

use super::super::activations::Activations;
use super::{PANEL, Panel};

/// See [`Kernel::multiply`](super::Kernel::multiply).
pub(super) fn multiply(input: &Activations, panel: &Panel, out: &mut [f32], stride: usize) {
    for (row, out) in out.chunks_mut(stride).enumerate().take(input.rows()) {
        let [mut sums, lower] = input.digits(row).map(|digit| products(digit, panel.bytes));
        for ((sum, lower), offset) in sums.iter_mut().zip(lower).zip(panel.offsets) {
            *sum = if input.is_wide() { 128 * *sum + lower } else { *sum } + offset;
        }
        for (column, out) in out[..panel.columns].iter_mut().enumerate() {
            *out = sums[column] as f32 * (input.scales[row] * panel.scales[column]) + panel.biases[column];
        }
    }
}

/// The products of a row's integers with a panel's columns; zeros for none.
fn products(row: &[u8], panel: &[i8]) -> [i32; PANEL] {
    let mut sums = [0; PANEL];
    for (activations, weights) in row.chunks_exact(4).zip(panel.chunks_exact(4 * PANEL)) {
        for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(4)) {
            for (activation, weight) in activations.iter().zip(weights) {
                *sum += i32::from(*activation) * i32::from(*weight);
            }
        }
    }
    sums
}
