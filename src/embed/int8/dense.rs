//! A dense layer of bytes.

use super::activations::Activations;
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
            let panel = panels.panel_mut(output);
            row.iter().enumerate().for_each(|(k, weight)| panel[kernel.position(k, output % PANEL)] = *weight);
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
