//! Whether a text speaks to the model that reads it: a small network over the states of one of an encoder's middle layers, which
//! know a word by what it is and by what stands around it. Later layers, made to compare whole texts, have forgotten much of that.
//!
//! Each state is narrowed, five that stand together are mixed (a convolution, arXiv 1408.5882), and of all places the greatest
//! and the mean values decide. `examples/fit_detector.rs` makes one.

use serde::{Deserialize, Serialize};

use super::encoder::Encoder;
use super::model_file;
use super::network::Input;
use crate::error::Result;
use crate::traits::TokenCounter;
use crate::vector::{Matrix, dot};

/// What a file that is none is called in errors.
const FILE: &str = "detector";
const TAPS: usize = Detector::TAPS;
/// Values that a state is narrowed to, at the most.
const MOST_WIDTH: usize = 1024;
/// Tokens of a text that are read together, special ones aside; of a longer text, pieces that overlap.
const WINDOW: usize = 160;
const OVERLAP: usize = 40;
/// More windows of one text are not read, and not more bytes of it, so that none takes for ever.
const MOST_WINDOWS: usize = 6;
const MOST_BYTES: usize = 1 << 13;

/// What is fitted to one model, and needs that one.
#[derive(Serialize, Deserialize)]
pub struct Detector {
    /// SHA-256 of the weights of the model.
    model: String,
    /// How many of its layers are computed.
    layers: usize,
    narrow: Layer,
    mix: Layer,
    /// What the greatest values count, then the means.
    output: Vec<f32>,
    bias: f32,
}

/// A dense layer in bytes: a row for each output, and what its values are multiplied by.
#[derive(Serialize, Deserialize)]
struct Layer {
    rows: Vec<i8>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Detector {
    /// How many of an encoder's layers are to be computed for [`Encoder::window_states`].
    pub const LAYERS: usize = 4;

    /// Tokens that are mixed: one, and two on either side.
    pub const TAPS: usize = 5;

    /// Rounds what was fitted: `narrow` is `width` x `hidden_size`, `mix` is `width` x (5 x `width`), with the values of the
    /// first token first, `output` has 2 x `width` values; the biases, `width` each.
    pub fn new(
        encoder: &Encoder,
        narrow: (&Matrix, &[f32]),
        mix: (&Matrix, &[f32]),
        output: Vec<f32>,
        bias: f32,
    ) -> Self {
        let [narrow, mix] = [narrow, mix].map(|(matrix, bias)| Layer::rounded(matrix, bias));
        Self { model: encoder.identity().weights.clone(), layers: Self::LAYERS, narrow, mix, output, bias }
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) if it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (detector, rest): (Self, _) = postcard::take_from_bytes(bytes).map_err(|error| model_file(FILE, error))?;
        let width = detector.narrow.scales.len();
        let whole = rest.is_empty()
            && (1..=MOST_WIDTH).contains(&width)
            && detector.layers > 0
            && detector.narrow.is_whole(width, None)
            && detector.mix.is_whole(width, Some(TAPS * width))
            && detector.output.len() == 2 * width
            && detector.output.iter().chain([&detector.bias]).all(|value| value.is_finite());
        if whole { Ok(detector) } else { Err(model_file(FILE, "its parts do not fit together")) }
    }

    /// The detector as bytes, the same for the same one.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data can be written to memory")
    }

    /// Whether it was fitted to this model.
    pub fn fits(&self, encoder: &Encoder) -> bool {
        let identity = encoder.identity();
        self.model == identity.weights && self.narrow.inputs() == identity.dimensions as usize
    }

    /// The log-odds that a window with these states, a row for each of its tokens, speaks to a model.
    fn odds(&self, narrow: &Matrix, mix: &Matrix, states: &[f32]) -> f32 {
        let width = self.narrow.bias.len();
        let beyond = TAPS / 2 * width;
        // Zeros on either side, so that the first token and the last are mixed with as many as the others.
        let mut narrowed = vec![0.0; beyond];
        for state in states.chunks_exact(narrow.dimensions()) {
            narrowed.extend(narrow.iter().zip(&self.narrow.bias).map(|(row, bias)| (dot(row, state) + bias).max(0.0)));
        }
        narrowed.resize(narrowed.len() + beyond, 0.0);
        let (mut greatest, mut sums) = (vec![0.0f32; width], vec![0.0f32; width]);
        let tokens = narrowed.len() / width + 1 - TAPS;
        for token in 0..tokens {
            let around = &narrowed[token * width..][..TAPS * width];
            let own = &around[beyond..][..width];
            let mixed = mix.iter().zip(&self.mix.bias).map(|(row, bias)| dot(row, around) + bias);
            for (index, (mixed, own)) in mixed.zip(own).enumerate() {
                let value = (mixed + own).max(0.0);
                greatest[index] = greatest[index].max(value);
                sums[index] += value;
            }
        }
        sums.iter_mut().for_each(|sum| *sum /= tokens as f32);
        dot(&self.output, &[greatest, sums].concat()) + self.bias
    }
}

impl Layer {
    fn rounded(matrix: &Matrix, bias: &[f32]) -> Self {
        let (mut rows, mut scales) = (Vec::new(), Vec::new());
        for row in matrix.iter() {
            let greatest = row.iter().fold(f32::MIN_POSITIVE, |greatest, value| greatest.max(value.abs()));
            let scale = greatest / f32::from(i8::MAX);
            rows.extend(row.iter().map(|value| (value / scale).round() as i8));
            scales.push(scale);
        }
        Self { rows, scales, bias: bias.to_vec() }
    }

    fn inputs(&self) -> usize {
        self.rows.len() / self.scales.len()
    }

    fn is_whole(&self, width: usize, inputs: Option<usize>) -> bool {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        self.scales.len() == width
            && self.bias.len() == width
            && inputs.map_or(self.rows.len().is_multiple_of(width), |inputs| self.rows.len() == inputs * width)
            && finite(&self.scales)
            && finite(&self.bias)
    }

    /// A row for each output.
    fn matrix(&self) -> Matrix {
        let rows = self.rows.chunks_exact(self.inputs()).zip(&self.scales);
        let values = rows.flat_map(|(row, scale)| row.iter().map(move |value| f32::from(*value) * scale)).collect();
        Matrix::from_values(self.inputs(), values).expect("rows of one length")
    }
}

impl Encoder {
    /// The log-odds that each text speaks to the model that reads it; of a long one, of the window that most seems to, of
    /// six at the most. `None` if the detector was fitted to another model.
    ///
    /// # Errors
    /// [`Error::Encoder`](crate::Error::Encoder) when a computation fails.
    pub fn detect(&self, detector: &Detector, texts: &[&str]) -> Result<Option<Vec<f32>>> {
        if !detector.fits(self) {
            return Ok(None);
        }
        let (narrow, mix) = (detector.narrow.matrix(), detector.mix.matrix());
        let mut odds = vec![f32::NEG_INFINITY; texts.len()];
        self.window_states(texts, detector.layers, |text, states| {
            odds[text] = odds[text].max(detector.odds(&narrow, &mix, states));
        })?;
        Ok(Some(odds))
    }

    /// Hands on what the first `layers` layers make of each text's windows: which text it is of, and a row for each of its
    /// tokens.
    ///
    /// # Errors
    /// [`Error::Encoder`](crate::Error::Encoder) when a computation fails.
    pub fn window_states(&self, texts: &[&str], layers: usize, mut take: impl FnMut(usize, &[f32])) -> Result<()> {
        let windows: Vec<(usize, Vec<u32>)> = texts
            .iter()
            .enumerate()
            .flat_map(|(number, text)| self.windows(text).into_iter().map(move |ids| (number, ids)))
            .collect();
        let inputs: Vec<Input> = windows.iter().map(|(_, ids)| Input::text(ids)).collect();
        self.network.read_through(layers, &inputs, |window, states| take(windows[window].0, states))
    }

    /// The token ids of each window of a text, special ones included.
    fn windows(&self, text: &str) -> Vec<Vec<u32>> {
        let room = WINDOW.min(self.tokenizer.room());
        let step = room - OVERLAP.min(room / 2);
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let full = step * (MOST_WINDOWS - 1) + room;
        let ids = self.tokenizer.read(&self.tokenizer.break_long_words(text), full).0;
        // The last one is not all overlap.
        let last = ids.len().saturating_sub(room - step).max(1);
        let starts = (0..last).step_by(step).take(MOST_WINDOWS);
        starts.map(|start| self.tokenizer.surrounded(&ids[start..ids.len().min(start + room)])).collect()
    }
}
