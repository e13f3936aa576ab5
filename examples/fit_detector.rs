//! Fits a detector of the model that set-up fetched to passages: `cargo run --profile bench --example fit_detector -- PASSAGES DETECTOR`.
//!
//! PASSAGES are JSON lines `{"views": [TEXT, …], "label": 0 or 1, "counts": NUMBER, "part": "fit" or "judge"}`: ways to read a
//! passage, whether it speaks to a model, how much it counts. DETECTOR is written, and the log-odds of the passages that are to be
//! judged are printed, one a line, in their order. `scripts/guard/calibrate.mjs` runs this.

#[path = "../tests/support/model.rs"]
mod model;

use std::env;
use std::fs;

use candle_core::{D, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use half::f16;
use half::slice::HalfFloatSliceExt;
use leafcutter::Matrix;
use leafcutter::embed::{Detector, Encoder, Precision};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use serde::Deserialize;

const SEED: u64 = 11;
/// Values that a state is narrowed to.
const WIDTH: usize = 128;
const TAPS: usize = Detector::TAPS;
const EPOCHS: usize = 6;
/// Passages that a step learns from.
const BATCH: usize = 32;
/// Batches are made of passages of like length, out of so many.
const SORTED: usize = 16 * BATCH;
const LEARNING_RATE: f64 = 1e-3;
/// The share of the steps in which the rate rises; then it falls to nothing.
const WARM_UP: f64 = 0.05;
const WEIGHT_DECAY: f64 = 0.05;
/// The share of values that are left out of a step, lest any one be relied on.
const DROPOUT: f32 = 0.25;

type Error = Box<dyn std::error::Error>;

#[derive(Deserialize)]
struct Passage {
    views: Vec<String>,
    label: u8,
    counts: f32,
    part: Part,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Part {
    Fit,
    Judge,
}

/// States of a window's tokens, a row each.
type States = Vec<f16>;

/// A passage to learn from.
struct Example {
    windows: Vec<States>,
    label: u8,
    counts: f32,
    /// The window that speaks to a model if any does, as far as is known.
    chosen: Option<usize>,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [passages, detector_file] = &arguments[..] else {
        return Err("give a file of passages, and where to write the detector".into());
    };
    let encoder = model::loader(Precision::Int8).ok_or("run make setup")?.finish()?;
    let passages: Vec<Passage> =
        fs::read_to_string(passages)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let (fit, judge): (Vec<Passage>, Vec<Passage>) = passages.into_iter().partition(|each| each.part == Part::Fit);
    let mut examples = read(&encoder, fit)?;
    let network = train(&mut examples, encoder.identity().dimensions as usize)?;
    let detector = network.detector(&encoder)?;
    fs::write(detector_file, detector.to_bytes())?;
    for passage in judge {
        let views: Vec<&str> = passage.views.iter().map(String::as_str).collect();
        let odds = encoder.detect(&detector, &views)?.expect("it was fitted to this encoder");
        println!("{}", odds.into_iter().max_by(f32::total_cmp).ok_or("a passage has no view")?);
    }
    Ok(())
}

fn read(encoder: &Encoder, passages: Vec<Passage>) -> Result<Vec<Example>, Error> {
    let mut examples = Vec::with_capacity(passages.len());
    for Passage { views, label, counts, .. } in passages {
        let views: Vec<&str> = views.iter().map(String::as_str).collect();
        let mut windows = Vec::new();
        encoder.window_states(&views, Detector::LAYERS, |_, states| {
            windows.push(states.iter().copied().map(f16::from_f32).collect());
        })?;
        examples.push(Example { windows, label, counts, chosen: None });
    }
    Ok(examples)
}

/// What is fitted. All matrices are inputs x outputs.
struct Network {
    narrow: Var,
    narrow_bias: Var,
    mix: Var,
    mix_bias: Var,
    output: Var,
    output_bias: Var,
}

impl Network {
    /// Begins as dense layers commonly do: evenly up to one by the root of the number of inputs.
    fn new(hidden: usize, random: &mut Random) -> Result<Self, Error> {
        let mut layer = |inputs: usize, outputs: usize| -> Result<(Var, Var), Error> {
            let most = 1.0 / (inputs as f32).sqrt();
            let mut values = |count| -> Vec<f32> { (0..count).map(|_| most * (2.0 * random.next() - 1.0)).collect() };
            let weight = Tensor::from_vec(values(inputs * outputs), (inputs, outputs), &Device::Cpu)?;
            let bias = Tensor::from_vec(values(outputs), outputs, &Device::Cpu)?;
            Ok((Var::from_tensor(&weight)?, Var::from_tensor(&bias)?))
        };
        let (narrow, narrow_bias) = layer(hidden, WIDTH)?;
        let (mix, mix_bias) = layer(TAPS * WIDTH, WIDTH)?;
        let (output, output_bias) = layer(2 * WIDTH, 1)?;
        Ok(Self { narrow, narrow_bias, mix, mix_bias, output, output_bias })
    }

    fn variables(&self) -> Vec<Var> {
        let all = [&self.narrow, &self.narrow_bias, &self.mix, &self.mix_bias, &self.output, &self.output_bias];
        all.into_iter().cloned().collect()
    }

    /// The log-odds of each window.
    fn forward(
        &self,
        windows: &[&States],
        mut dropout: impl FnMut(Tensor) -> Result<Tensor, Error>,
    ) -> Result<Tensor, Error> {
        let (hidden, count) = (self.narrow.dim(0)?, windows.len());
        let lengths: Vec<usize> = windows.iter().map(|states| states.len() / hidden).collect();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        // Windows side by side, as long as the longest; what is beyond a window's end is kept at zero.
        let mut states = vec![0.0; count * longest * hidden];
        let mut within = vec![0.0f32; count * longest];
        for (index, window) in windows.iter().enumerate() {
            window.convert_to_f32_slice(&mut states[index * longest * hidden..][..window.len()]);
            within[index * longest..][..lengths[index]].fill(1.0);
        }
        let within = Tensor::from_vec(within, (count * longest, 1), &Device::Cpu)?;
        let states = dropout(Tensor::from_vec(states, (count * longest, hidden), &Device::Cpu)?)?;
        let narrowed = states.matmul(&self.narrow)?.broadcast_add(&self.narrow_bias)?.relu()?.broadcast_mul(&within)?;
        let around =
            dropout(narrowed.clone())?.reshape((count, longest, WIDTH))?.pad_with_zeros(1, TAPS / 2, TAPS / 2)?;
        let taps: Vec<Tensor> = (0..TAPS).map(|tap| around.narrow(1, tap, longest)).collect::<Result<_, _>>()?;
        let mixed = Tensor::cat(&taps, 2)?.reshape((count * longest, TAPS * WIDTH))?.matmul(&self.mix)?;
        let values = (mixed.broadcast_add(&self.mix_bias)? + narrowed)?.relu()?.broadcast_mul(&within)?;
        let values = values.reshape((count, longest, WIDTH))?;
        let lengths =
            Tensor::from_vec(lengths.iter().map(|&length| length as f32).collect(), (count, 1), &Device::Cpu)?;
        let pooled = Tensor::cat(&[values.max(1)?, values.sum(1)?.broadcast_div(&lengths)?], 1)?;
        Ok(dropout(pooled)?.matmul(&self.output)?.broadcast_add(&self.output_bias)?.squeeze(D::Minus1)?)
    }

    /// The window of each example that speaks to a model the most.
    fn choose(&self, examples: &mut [Example]) -> Result<(), Error> {
        for example in examples.iter_mut().filter(|example| example.label == 1 && example.windows.len() > 1) {
            let windows: Vec<&States> = example.windows.iter().collect();
            let odds = self.forward(&windows, Ok)?.to_vec1::<f32>()?;
            let by_odds = |a: &(usize, &f32), b: &(usize, &f32)| a.1.total_cmp(b.1);
            example.chosen = odds.iter().enumerate().max_by(by_odds).map(|(window, _)| window);
        }
        Ok(())
    }

    fn detector(&self, encoder: &Encoder) -> Result<Detector, Error> {
        let rows = |var: &Var| -> Result<Matrix, Error> {
            let values = var.t()?.flatten_all()?.to_vec1()?;
            Ok(Matrix::from_values(var.dim(0)?, values).ok_or("rows of one length")?)
        };
        let bias = |var: &Var| var.to_vec1::<f32>();
        let (narrow, mix) = (rows(&self.narrow)?, rows(&self.mix)?);
        let (narrow_bias, mix_bias) = (bias(&self.narrow_bias)?, bias(&self.mix_bias)?);
        let output = self.output.flatten_all()?.to_vec1()?;
        let bias = bias(&self.output_bias)?[0];
        Ok(Detector::new(encoder, (&narrow, &narrow_bias), (&mix, &mix_bias), output, bias))
    }
}

/// Of a passage that speaks to a model the window that most does is learned from, of another any one.
fn train(examples: &mut [Example], hidden: usize) -> Result<Network, Error> {
    let mut random = Random(Xoshiro256PlusPlus::seed_from_u64(SEED));
    let network = Network::new(hidden, &mut random)?;
    let parameters = ParamsAdamW { lr: 0.0, weight_decay: WEIGHT_DECAY, ..ParamsAdamW::default() };
    let mut optimizer = AdamW::new(network.variables(), parameters)?;
    let steps = (EPOCHS * examples.len().div_ceil(BATCH)) as f64;
    let mut step = 0.0;
    for epoch in 0..EPOCHS {
        let mut sum = 0.0;
        for batch in batches(examples, &mut random) {
            let chosen: Vec<&Example> = batch.iter().map(|&index| &examples[index]).collect();
            let windows: Vec<&States> = chosen
                .iter()
                .map(|example| &example.windows[example.chosen.unwrap_or_else(|| random.below(example.windows.len()))])
                .collect();
            let labels: Vec<f32> = chosen.iter().map(|example| f32::from(example.label)).collect();
            let counts: Vec<f32> = chosen.iter().map(|example| example.counts).collect();
            let odds = network.forward(&windows, |tensor| random.dropped(tensor))?;
            // The sum over passages of counts x log(1 + e^x), of which x is negative for what is right; it does not overflow.
            let signs: Vec<f32> = labels.iter().map(|label| 1.0 - 2.0 * label).collect();
            let signed = (odds * Tensor::from_vec(signs, labels.len(), &Device::Cpu)?)?;
            let losses = (signed.relu()? + (signed.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
            let loss = (losses * Tensor::from_vec(counts, labels.len(), &Device::Cpu)?)?.mean_all()?;
            step += 1.0;
            let rate = (step / (WARM_UP * steps)).min((steps - step) / ((1.0 - WARM_UP) * steps));
            optimizer.set_learning_rate(LEARNING_RATE * rate);
            optimizer.backward_step(&loss)?;
            sum += f64::from(loss.to_scalar::<f32>()?);
        }
        network.choose(examples)?;
        eprintln!("epoch {}: {:.4}", epoch + 1, sum / (steps / EPOCHS as f64));
    }
    Ok(network)
}

/// All examples in an order of chance, those of like length together.
fn batches(examples: &[Example], random: &mut Random) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    random.shuffle(&mut order);
    let length = |index: &usize| examples[*index].windows.iter().map(Vec::len).max().unwrap_or(0);
    let mut batches = Vec::new();
    for part in order.chunks_mut(SORTED) {
        part.sort_by_key(length);
        batches.extend(part.chunks(BATCH).map(<[usize]>::to_vec));
    }
    random.shuffle(&mut batches);
    batches
}

struct Random(Xoshiro256PlusPlus);

impl Random {
    /// From 0 to under 1.
    fn next(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() * end as f32) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// With [`DROPOUT`] of its values left out, and the others as much greater.
    fn dropped(&mut self, tensor: Tensor) -> Result<Tensor, Error> {
        let kept = 1.0 / (1.0 - DROPOUT);
        let mask: Vec<f32> = (0..tensor.elem_count()).map(|_| if self.next() < DROPOUT { 0.0 } else { kept }).collect();
        Ok((&tensor * Tensor::from_vec(mask, tensor.shape(), &Device::Cpu)?)?)
    }
}
