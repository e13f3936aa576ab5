//! A dense layer of bytes.

use super::activations::{Activations, STEP};
use super::kernel::{Kernel, PANEL};
use super::lanes::Lanes;
use super::panels::Panels;
use super::quantize::Quantized;

/// x W + b with weights of signed bytes, packed as the kernel reads them.
pub(super) struct Dense {
    outputs: usize,
    inputs: usize,
    /// Whether inputs are put through the rotation.
    rotated: bool,
    panels: Panels,
}

impl Dense {
    /// Packs weights of `outputs` rows of `inputs` columns.
    pub fn pack(weights: &Quantized, bias: &[f32], rotated: bool, kernel: Kernel) -> Self {
        let (outputs, inputs) = (weights.rows, weights.columns);
        let mut panels = Panels::default();
        panels.reset(outputs, inputs);
        for (output, row) in weights.values.chunks_exact(inputs).enumerate() {
            // Each step of a row is laid out like the first.
            let places: [usize; STEP] = std::array::from_fn(|k| kernel.position(k, output % PANEL));
            let steps = panels.panel_mut(output).chunks_exact_mut(STEP * PANEL);
            for (weights, step) in row.chunks(STEP).zip(steps) {
                weights.iter().zip(places).for_each(|(weight, place)| step[place] = *weight);
            }
            panels.set_sum(output, row.iter().map(|weight| i32::from(*weight)).sum());
            panels.set_scale(output, weights.scales[output]);
            panels.set_bias(output, bias[output]);
        }
        Self { outputs, inputs, rotated, panels }
    }

    /// Quantizes rows of inputs as this layer expects them.
    pub fn quantize<L: Lanes>(&self, kernel: Kernel, values: &[f32], into: &mut Activations) {
        into.quantize::<L>(kernel, values.chunks_exact(self.inputs), self.inputs, self.rotated);
    }

    /// Writes what each row gives to the rows of `out`, `outputs` wide.
    pub fn forward(&self, kernel: Kernel, input: &Activations, out: &mut [f32]) {
        self.panels.multiply(kernel, input, out, self.outputs);
    }
}
