//! A matrix of signed bytes as the kernels read it, and its product with rows of activations.

use super::activations::{Activations, STEP, ZERO};
use super::kernel::{Kernel, PANEL, Panel};

/// Columns of signed bytes, a multiple of 4, each with a scale and a bias: column = scale x (row · bytes) + bias.
#[derive(Default)]
pub(super) struct Panels {
    columns: usize,
    /// Values in a column, a multiple of [`STEP`].
    width: usize,
    /// [`PANEL`] columns after [`PANEL`] columns, those past the end of zeros.
    bytes: Vec<i8>,
    /// By panel: what the sums begin at, which takes back that activations are counted from [`ZERO`].
    offsets: Vec<[i32; PANEL]>,
    /// By panel: what a column's sum times its row's scale is multiplied by.
    scales: Vec<[f32; PANEL]>,
    biases: Vec<[f32; PANEL]>,
}

impl Panels {
    /// Makes room for `columns` columns of `width` values. They are all 0 where the room was another before; where it was
    /// the same, what was in it remains.
    pub fn reset(&mut self, columns: usize, width: usize) {
        let shape = (columns, width.next_multiple_of(STEP));
        if shape == (self.columns, self.width) {
            return;
        }
        (self.columns, self.width) = shape;
        let count = columns.div_ceil(PANEL);
        fill(&mut self.bytes, count * PANEL * self.width, 0);
        fill(&mut self.offsets, count, [0; PANEL]);
        fill(&mut self.scales, count, [0.0; PANEL]);
        fill(&mut self.biases, count, [0.0; PANEL]);
    }

    /// The bytes of the panel that has `column`.
    pub fn panel_mut(&mut self, column: usize) -> &mut [i8] {
        let length = self.width * PANEL;
        &mut self.bytes[column / PANEL * length..][..length]
    }

    pub fn set_scale(&mut self, column: usize, scale: f32) {
        self.scales[column / PANEL][column % PANEL] = scale;
    }

    pub fn set_bias(&mut self, column: usize, bias: f32) {
        self.biases[column / PANEL][column % PANEL] = bias;
    }

    /// Says what the column's bytes add up to, for activations that are counted from [`ZERO`].
    pub fn set_sum(&mut self, column: usize, sum: i32) {
        self.offsets[column / PANEL][column % PANEL] = -ZERO * sum;
    }

    /// Writes each row's products with all columns to the start of a row of `out`, whose rows are `stride` apart.
    pub fn multiply(&self, kernel: Kernel, input: &Activations, out: &mut [f32], stride: usize) {
        let panels = self.bytes.chunks_exact(self.width * PANEL);
        let constants = self.offsets.iter().zip(&self.scales).zip(&self.biases);
        for ((index, bytes), ((offsets, scales), biases)) in panels.enumerate().zip(constants) {
            let first = index * PANEL;
            let columns = PANEL.min(self.columns - first);
            kernel.multiply(input, &Panel { bytes, offsets, scales, biases, columns }, &mut out[first..], stride);
        }
    }
}

/// Replaces what is in `values` by `count` times `value`.
fn fill<T: Copy>(values: &mut Vec<T>, count: usize, value: T) {
    values.clear();
    values.resize(count, value);
}
