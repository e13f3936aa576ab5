//! A dense layer of bytes.

use super::activations::{Activations, STEP, ZERO};
use super::kernel::{Kernel, PANEL};
use super::lanes::Lanes;
use super::quantize::Quantized;

/// x W + b with weights of signed bytes, packed as the kernel reads them.
pub(super) struct Dense {
    outputs: usize,
    inputs: usize,
    /// Whether inputs are put through the rotation.
    rotated: bool,
    /// [`PANEL`] outputs after [`PANEL`] outputs, those past the end of zeros.
    panels: Vec<i8>,
    /// By panel: what the sums begin at, which takes back that activations are counted from [`ZERO`].
    offsets: Vec<[i32; PANEL]>,
    /// By panel: what an output's sum times its row's scale is multiplied by.
    scales: Vec<[f32; PANEL]>,
    biases: Vec<[f32; PANEL]>,
}

impl Dense {
    /// Packs weights of `outputs` rows of `inputs` columns.
    pub fn pack(weights: &Quantized, bias: &[f32], rotated: bool, kernel: Kernel) -> Self {
        let (outputs, inputs) = (weights.rows, weights.columns);
        let (count, width) = (outputs.div_ceil(PANEL), inputs.next_multiple_of(STEP));
        let mut panels = vec![0; count * PANEL * width];
        for (output, row) in weights.values.chunks_exact(inputs).enumerate() {
            let panel = &mut panels[output / PANEL * PANEL * width..][..PANEL * width];
            row.iter().enumerate().for_each(|(k, weight)| panel[kernel.position(k, output % PANEL)] = *weight);
        }
        let sum = |row: &[i8]| row.iter().map(|weight| i32::from(*weight)).sum::<i32>();
        let offsets: Vec<i32> = weights.values.chunks_exact(inputs).map(|row| -ZERO * sum(row)).collect();
        Self {
            outputs,
            inputs,
            rotated,
            panels,
            offsets: by_panel(&offsets),
            scales: by_panel(&weights.scales),
            biases: by_panel(bias),
        }
    }

    /// Quantizes rows of inputs as this layer expects them.
    pub fn quantize<L: Lanes>(&self, kernel: Kernel, values: &[f32], into: &mut Activations) {
        into.quantize::<L>(kernel, values, self.inputs, self.rotated);
    }

    /// Writes what each row gives to the rows of `out`, `outputs` wide, each value put through `activate`.
    ///
    /// `sums` is room to work in.
    pub fn forward<L: Lanes>(
        &self,
        kernel: Kernel,
        input: &Activations,
        activate: impl Fn(L) -> L,
        sums: &mut Vec<[i32; PANEL]>,
        out: &mut [f32],
    ) {
        sums.resize(input.rows(), [0; PANEL]);
        let panels = self.panels.chunks_exact(input.width * PANEL);
        let constants = self.offsets.iter().zip(&self.scales).zip(&self.biases);
        for ((index, panel), ((offsets, scales), biases)) in panels.enumerate().zip(constants) {
            kernel.multiply(input, panel, offsets, sums);
            let [low_scale, high_scale] = halves(scales).map(L::load);
            let [low_bias, high_bias] = halves(biases).map(L::load);
            let column = index * PANEL;
            for ((row, sums), scale) in out.chunks_exact_mut(self.outputs).zip(&*sums).zip(&input.scales) {
                let scale = L::splat(*scale);
                let [low, high] = halves(sums);
                let value = L::from_ints(L::load_ints(low)) * (scale * low_scale) + low_bias;
                let (out, _) = row[column..].as_chunks_mut::<4>();
                activate(value).store(&mut out[0]);
                // Outputs are a multiple of 4, so the last panel may end with its first half.
                if let Some(out) = out.get_mut(1) {
                    let value = L::from_ints(L::load_ints(high)) * (scale * high_scale) + high_bias;
                    activate(value).store(out);
                }
            }
        }
    }
}

#[inline(always)]
fn halves<T>(panel: &[T; PANEL]) -> [&[T; 4]; 2] {
    let (halves, _) = panel.as_chunks::<4>();
    [&halves[0], &halves[1]]
}

/// `values` by panel, the last filled up with zeros.
fn by_panel<T: Copy + Default>(values: &[T]) -> Vec<[T; PANEL]> {
    let panel = |values: &[T]| std::array::from_fn(|at| values.get(at).copied().unwrap_or_default());
    values.chunks(PANEL).map(panel).collect()
}
