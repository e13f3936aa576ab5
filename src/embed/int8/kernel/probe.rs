//! Whether an engine computes what a kernel expects of it.
//!
//! V8 11.3, which Node 20 has, gives wrong sums for a relaxed dot product that it compiled in haste. So kernels of relaxed
//! SIMD are tried before they are used.

use super::super::activations::{Activations, STEP};
use super::{Kernel, PANEL, Panel};

const WIDTH: usize = 2 * STEP;

/// Whether `kernel` gives what the scalar one gives, in each block of rows that it has.
pub(super) fn is_right(kernel: Kernel) -> bool {
    (4..8).all(|rows| agrees(kernel, rows, 1) && agrees(kernel.for_any_bytes(), rows, 2))
}

fn agrees(kernel: Kernel, rows: usize, digits: usize) -> bool {
    let mut input = Activations::default();
    input.reset(kernel, rows, WIDTH, digits);
    input.bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte = (37 * at % 128) as u8);
    input.scales.fill(1.0);
    // Small enough for any chain.
    let bytes: Vec<i8> = (0..WIDTH * PANEL).map(|at| (53 * at % 63) as i8 - 31).collect();
    let panel =
        Panel { bytes: &bytes, offsets: &[0; PANEL], scales: &[1.0; PANEL], biases: &[0.0; PANEL], columns: PANEL };
    let of = |kernel: Kernel| {
        let mut out = vec![0.0; rows * PANEL];
        kernel.multiply(&input, &panel, &mut out, PANEL);
        out
    };
    of(kernel) == of(Kernel::Scalar)
}
