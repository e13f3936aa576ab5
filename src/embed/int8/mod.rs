//! The BERT encoder in integers of 8 bits: several times as fast as f32, at nearly the same embeddings.
//!
//! Weights are bytes with a scale for each output; every row of activations is rounded to seven bits when a dense layer
//! takes it, after a rotation that leaves no outlier (see [`rotation`]), and so are queries, keys and values when they meet.
//! What lies between (softmax, normalization, activation) is f32, in an order of operations that gives the same bits on
//! every machine.
//!
//! Nothing is padded: texts lie end to end as the rows of one matrix, of which dense layers take some rows at a time and
//! attention one text. All working memory is kept from batch to batch.

mod activations;
mod attention;
mod dense;
mod functions;
mod kernel;
mod lanes;
mod panels;
mod quantize;
mod rotation;

use std::cell::{Cell, RefCell};

use activations::Activations;
use attention::Attention;
use dense::Dense;
use functions::{activate, layer_norm};
pub use kernel::Kernel;
use kernel::Tuner;
use lanes::{Lanes, Machine};
pub(super) use quantize::{Quantized, chains_fit, quantize_dense, quantize_table};

use super::config::{Activation, BertConfig};
use super::network::Input;
use super::weights::Weights;
use super::{CONFIG, model_file};
use crate::error::{Error, Result};

/// Counted up whenever the same weights begin to give other bits.
pub(super) const SCHEME: u32 = 2;

/// Rows that go through a layer's dense parts together: enough to use a panel of weights often, and few enough for
/// their widest form to stay in a second-level cache.
const ROWS: usize = 32;

/// Name of the tensor that holds a quantized matrix's scales.
pub(super) fn scales_of(name: &str) -> String {
    format!("{name}.scales")
}

/// How the matrix `name` is quantized; `None` for tensors that stay as they are.
pub(super) fn role_of(name: &str) -> Option<MatrixRole> {
    let name = name.strip_suffix(".weight")?;
    match name {
        "embeddings.word_embeddings" | "embeddings.position_embeddings" => return Some(MatrixRole::Table),
        _ => {}
    }
    let part = name.strip_prefix("encoder.layer.")?.split_once('.')?.1;
    match part {
        "attention.self.query" | "attention.self.key" | "attention.self.value" => Some(MatrixRole::Rotated),
        "intermediate.dense" | "output.dense" => Some(MatrixRole::Rotated),
        // What attention gives has no outliers.
        "attention.output.dense" => Some(MatrixRole::Dense),
        _ => None,
    }
}

/// What a matrix is for, which decides how it is quantized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MatrixRole {
    Table,
    /// A dense layer.
    Dense,
    /// A dense layer whose inputs are rotated.
    Rotated,
}

/// Which kernel is to compute.
#[derive(Clone, Copy)]
pub(super) enum Choice {
    /// The one that is fastest on most machines.
    Default,
    /// This one.
    Kernel(Kernel),
    /// Found while they work.
    Fastest {
        /// Milliseconds since an unspecified start.
        clock: fn() -> f64,
    },
}

/// The network without its pooler.
pub(super) struct Int8Bert {
    hidden: usize,
    intermediate: usize,
    head: usize,
    activation: Activation,
    epsilon: f32,
    words: Quantized,
    positions: Quantized,
    /// The embeddings of the token types end to end.
    token_types: Vec<f32>,
    embedding_norm: Norm,
    layers: Vec<Layer>,
    /// What computes the next batch.
    kernel: Cell<Kernel>,
    /// Chooses the kernel, unless one was asked for.
    tuner: Option<RefCell<Tuner>>,
    room: RefCell<Room>,
}

struct Layer {
    /// Queries, keys and values side by side.
    projections: Dense,
    attention_output: Dense,
    attention_norm: Norm,
    intermediate: Dense,
    output: Dense,
    output_norm: Norm,
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// Working memory, kept from batch to batch.
#[derive(Default)]
struct Room {
    states: Vec<f32>,
    projected: Vec<f32>,
    context: Vec<f32>,
    /// Of [`ROWS`] rows at a time.
    wide: Vec<f32>,
    narrow: Vec<f32>,
    quantized: Activations,
    attention: Attention,
}

impl Int8Bert {
    /// Takes the network's tensors out of `weights` and packs them for the kernel chosen.
    pub fn load(config: &BertConfig, weights: &mut Weights, choice: Choice) -> Result<Self> {
        let kernel = match choice {
            // Not one that this machine lacks, or computes wrongly.
            Choice::Kernel(kernel) if Kernel::available().contains(&kernel) => kernel,
            Choice::Kernel(kernel) => {
                return Err(Error::InvalidOption {
                    name: "kernel",
                    reason: format!("{} does not run here", kernel.name()),
                });
            }
            Choice::Default | Choice::Fastest { .. } => Kernel::default(),
        };
        let tuner = match choice {
            Choice::Fastest { clock } => Some(RefCell::new(Tuner::new(&Kernel::candidates(), clock))),
            Choice::Default | Choice::Kernel(_) => None,
        };
        let hidden = config.hidden_size;
        let head = hidden / config.num_attention_heads;
        if !head.is_multiple_of(4) {
            let reason = format!("a head of {head} dimensions is not a multiple of 4; use the precision f32");
            return Err(model_file(CONFIG, reason));
        }
        if !config.intermediate_size.is_multiple_of(4) {
            let reason = format!(
                "an intermediate_size of {} is not a multiple of 4; use the precision f32",
                config.intermediate_size
            );
            return Err(model_file(CONFIG, reason));
        }
        let table = |weights: &mut Weights, kind, rows| {
            weights.take_quantized(&format!("embeddings.{kind}_embeddings.weight"), rows, hidden)
        };
        Ok(Self {
            hidden,
            intermediate: config.intermediate_size,
            head,
            activation: config.activation()?,
            epsilon: config.layer_norm_eps as f32,
            words: table(weights, "word", config.vocab_size)?,
            positions: table(weights, "position", config.max_position_embeddings)?,
            token_types: weights
                .take_values("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, hidden])?,
            embedding_norm: Norm::load("embeddings.LayerNorm", hidden, weights)?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(&format!("encoder.layer.{index}"), config, weights, kernel))
                .collect::<Result<_>>()?,
            kernel: Cell::new(kernel),
            tuner,
            room: RefCell::default(),
        })
    }

    /// What its products are computed by.
    pub fn kernel(&self) -> Kernel {
        self.kernel.get()
    }

    /// Gives `take` the hidden states of each input in turn, after the first `layers` layers or all that there are: its
    /// tokens x `hidden_size`.
    ///
    /// No input may be empty or longer than there are position embeddings, and every id must be within the vocabulary.
    pub fn forward(&self, layers: usize, inputs: &[Input], mut take: impl FnMut(&[f32])) {
        let room = &mut *self.room.borrow_mut();
        self.embed::<Machine>(inputs, room);
        for layer in self.layers.iter().take(layers) {
            self.attend::<Machine>(layer, inputs, room);
            match &self.tuner {
                None => self.transform::<Machine>(layer, room),
                Some(tuner) => {
                    let mut tuner = tuner.borrow_mut();
                    self.kernel.set(tuner.next().unwrap_or(self.kernel.get()));
                    let rows = room.states.len() / self.hidden;
                    tuner.time(self.kernel.get(), rows, || self.transform::<Machine>(layer, room));
                }
            }
        }
        let mut rest = &room.states[..];
        for input in inputs {
            let (own, after) = rest.split_at(input.ids.len() * self.hidden);
            take(own);
            rest = after;
        }
    }

    /// Sets the states to the embeddings of words, positions and token types, normalized.
    fn embed<L: Lanes>(&self, inputs: &[Input], room: &mut Room) {
        let tokens: usize = inputs.iter().map(|input| input.ids.len()).sum();
        room.states.resize(tokens * self.hidden, 0.0);
        let mut rows = room.states.chunks_exact_mut(self.hidden);
        room.narrow.resize(self.hidden, 0.0);
        for input in inputs {
            for (position, (id, row)) in input.ids.iter().zip(&mut rows).enumerate() {
                row_of(&self.words, *id as usize, row);
                row_of(&self.positions, position, &mut room.narrow);
                let own_type = &self.token_types[input.type_at(position) * self.hidden..][..self.hidden];
                room.narrow.iter_mut().zip(own_type).for_each(|(value, own)| *value += own);
                self.normalize::<L>(&self.embedding_norm, row, &room.narrow);
            }
        }
    }

    /// Sets the context to what attention makes of the states.
    fn attend<L: Lanes>(&self, layer: &Layer, inputs: &[Input], room: &mut Room) {
        let kernel = self.kernel.get();
        let Room { states, projected, context, quantized, attention, .. } = room;
        projected.resize(3 * states.len(), 0.0);
        let rows = states.chunks(ROWS * self.hidden).zip(projected.chunks_mut(3 * ROWS * self.hidden));
        for (states, projected) in rows {
            layer.projections.quantize::<L>(kernel, states, quantized);
            layer.projections.forward(kernel, quantized, projected);
        }
        context.resize(states.len(), 0.0);
        let (mut projected, mut context) = (&projected[..], &mut context[..]);
        for input in inputs {
            let values = input.ids.len() * self.hidden;
            let (own, rest) = projected.split_at(3 * values);
            let (own_context, rest_context) = context.split_at_mut(values);
            attention.forward::<L>(kernel, own, self.hidden, self.head, own_context);
            (projected, context) = (rest, rest_context);
        }
    }

    /// Sets the states to the layer's result, from the states and the context.
    fn transform<L: Lanes>(&self, layer: &Layer, room: &mut Room) {
        let kernel = self.kernel.get();
        let Room { states, context, wide, narrow, quantized, .. } = room;
        let length = ROWS * self.hidden;
        for (states, context) in states.chunks_mut(length).zip(context.chunks(length)) {
            narrow.resize(states.len(), 0.0);
            layer.attention_output.quantize::<L>(kernel, context, quantized);
            layer.attention_output.forward(kernel, quantized, narrow);
            for (row, residual) in narrow.chunks_exact_mut(self.hidden).zip(states.chunks_exact(self.hidden)) {
                self.normalize::<L>(&layer.attention_norm, row, residual);
            }
            wide.resize(states.len() / self.hidden * self.intermediate, 0.0);
            layer.intermediate.quantize::<L>(kernel, narrow, quantized);
            layer.intermediate.forward(kernel, quantized, wide);
            activate::<L>(self.activation, wide);
            layer.output.quantize::<L>(kernel, wide, quantized);
            layer.output.forward(kernel, quantized, states);
            for (row, residual) in states.chunks_exact_mut(self.hidden).zip(narrow.chunks_exact(self.hidden)) {
                self.normalize::<L>(&layer.output_norm, row, residual);
            }
        }
    }

    fn normalize<L: Lanes>(&self, norm: &Norm, row: &mut [f32], residual: &[f32]) {
        layer_norm::<L>(row, residual, &norm.weight, &norm.bias, self.epsilon);
    }
}

/// Row `index` of a table, in f32.
fn row_of(table: &Quantized, index: usize, row: &mut [f32]) {
    let values = &table.values[index * table.columns..][..table.columns];
    let scale = table.scales[index];
    row.iter_mut().zip(values).for_each(|(out, value)| *out = f32::from(*value) * scale);
}

impl Norm {
    fn load(name: &str, size: usize, weights: &mut Weights) -> Result<Self> {
        Ok(Self {
            weight: weights.take_values(&format!("{name}.weight"), &[size])?,
            bias: weights.take_values(&format!("{name}.bias"), &[size])?,
        })
    }
}

impl Layer {
    fn load(name: &str, config: &BertConfig, weights: &mut Weights, kernel: Kernel) -> Result<Self> {
        let (hidden, intermediate) = (config.hidden_size, config.intermediate_size);
        let mut part = |part: &str, inputs, outputs| {
            let weight = format!("{name}.{part}.weight");
            let rotated = role_of(&weight) == Some(MatrixRole::Rotated);
            let matrix = weights.take_quantized(&weight, outputs, inputs)?;
            Ok::<_, Error>((matrix, weights.take_values(&format!("{name}.{part}.bias"), &[outputs])?, rotated))
        };
        let mut projections = part("attention.self.query", hidden, hidden)?;
        // softmax(Q Kᵀ / √d) V: the division is done once here, on what makes the queries, and so is the change from powers
        // of e to powers of 2.
        let scale = std::f32::consts::LOG2_E / ((hidden / config.num_attention_heads) as f32).sqrt();
        projections.0.scales.iter_mut().chain(&mut projections.1).for_each(|value| *value *= scale);
        for name in ["attention.self.key", "attention.self.value"] {
            let (matrix, bias, _) = part(name, hidden, hidden)?;
            projections.0.rows += matrix.rows;
            projections.0.values.extend(matrix.values);
            projections.0.scales.extend(matrix.scales);
            projections.1.extend(bias);
        }
        let attention_output = part("attention.output.dense", hidden, hidden)?;
        let intermediate_layer = part("intermediate.dense", hidden, intermediate)?;
        let output = part("output.dense", intermediate, hidden)?;
        let pack = |(matrix, bias, rotated): (Quantized, Vec<f32>, bool)| Dense::pack(&matrix, &bias, rotated, kernel);
        Ok(Self {
            projections: pack(projections),
            attention_output: pack(attention_output),
            attention_norm: Norm::load(&format!("{name}.attention.output.LayerNorm"), hidden, weights)?,
            intermediate: pack(intermediate_layer),
            output: pack(output),
            output_norm: Norm::load(&format!("{name}.output.LayerNorm"), hidden, weights)?,
        })
    }
}
