//! The BERT encoder (arXiv 1810.04805) on candle, in f32.
//!
//! A batch is not padded: its texts lie end to end as the rows of one matrix of `tokens` x `hidden_size`. The dense
//! layers, which treat every row alike, see all of it at once; attention sees one text at a time. So nothing is computed
//! for padding, and a text cannot notice which others are in its batch.

use candle_core::{Device, Result, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use super::config::{Activation, BertConfig};
use super::network::{Input, failed};
use super::weights::Weights;

/// The network without its pooler.
pub(super) struct Bert {
    hidden_size: usize,
    word_embeddings: Vec<f32>,
    position_embeddings: Vec<f32>,
    token_types: Vec<f32>,
    embedding_norm: LayerNorm,
    layers: Vec<Layer>,
}

impl Bert {
    /// Takes the network's tensors out of `weights`.
    pub fn load(config: &BertConfig, weights: &mut Weights) -> crate::Result<Self> {
        let hidden = config.hidden_size;
        let mut embedding =
            |kind, rows| weights.take_floats(&format!("embeddings.{kind}_embeddings.weight"), &[rows, hidden]);
        Ok(Self {
            hidden_size: hidden,
            word_embeddings: embedding("word", config.vocab_size)?,
            position_embeddings: embedding("position", config.max_position_embeddings)?,
            token_types: embedding("token_type", config.type_vocab_size)?,
            embedding_norm: LayerNorm::load("embeddings.LayerNorm", config, weights)?,
            layers: (0..config.num_hidden_layers)
                .map(|index| Layer::load(&format!("encoder.layer.{index}"), config, weights))
                .collect::<crate::Result<_>>()?,
        })
    }

    /// Values in a state.
    pub fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    /// The hidden states of all tokens of `inputs` after the first `layers` layers, or all that there are, one input after
    /// another: `tokens` x `hidden_size`.
    ///
    /// No input may be empty or longer than there are position embeddings, and every id must be within the vocabulary.
    pub fn forward(&self, layers: usize, inputs: &[Input]) -> Result<Tensor> {
        let lengths: Vec<usize> = inputs.iter().map(|input| input.ids.len()).collect();
        let mut states = self.embedding_norm.forward(&self.embed(inputs)?)?;
        for layer in self.layers.iter().take(layers) {
            states = layer.forward(&states, &lengths)?;
        }
        Ok(states)
    }

    /// For each token, what stands for it, for its position and for its type, added. Candle would look rows up in a table
    /// of any of its types by indices of any of them, and link a function for each pair.
    fn embed(&self, inputs: &[Input]) -> Result<Tensor> {
        let hidden = self.hidden_size;
        let mut sums = Vec::new();
        for input in inputs {
            let positions = self.position_embeddings.chunks(hidden);
            for (index, (&id, position)) in input.ids.iter().zip(positions).enumerate() {
                let word = row(&self.word_embeddings, id as usize, hidden);
                let own_type = row(&self.token_types, input.type_at(index), hidden);
                let place = position.iter().zip(own_type).map(|(position, own_type)| position + own_type);
                sums.extend(word.iter().zip(place).map(|(word, place)| word + place));
            }
        }
        let tokens: usize = inputs.iter().map(|input| input.ids.len()).sum();
        // Fails if there are fewer sums: an input was too long, or an id not of the vocabulary.
        Tensor::from_vec(sums, (tokens, hidden), &Device::Cpu)
    }
}

/// Row `index` of a table; empty where there is none.
fn row(table: &[f32], index: usize, width: usize) -> &[f32] {
    table.chunks(width).nth(index).unwrap_or_default()
}

/// One encoder layer: attention, then a feed-forward block, each added to what it was given and normalized.
struct Layer {
    attention: Attention,
    attention_norm: LayerNorm,
    intermediate: Dense,
    activation: Activation,
    output: Dense,
    output_norm: LayerNorm,
}

impl Layer {
    fn load(name: &str, config: &BertConfig, weights: &mut Weights) -> crate::Result<Self> {
        let (hidden, intermediate) = (config.hidden_size, config.intermediate_size);
        Ok(Self {
            attention: Attention::load(&format!("{name}.attention"), config, weights)?,
            attention_norm: LayerNorm::load(&format!("{name}.attention.output.LayerNorm"), config, weights)?,
            intermediate: Dense::load(&format!("{name}.intermediate.dense"), hidden, intermediate, weights)?,
            activation: config.activation()?,
            output: Dense::load(&format!("{name}.output.dense"), intermediate, hidden, weights)?,
            output_norm: LayerNorm::load(&format!("{name}.output.LayerNorm"), config, weights)?,
        })
    }

    fn forward(&self, states: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let attended = self.attention_norm.forward(&(self.attention.forward(states, lengths)? + states)?)?;
        let intermediate = self.intermediate.forward(&attended)?;
        let activated = match self.activation {
            Activation::Gelu => intermediate.gelu_erf()?,
            Activation::GeluTanh => intermediate.gelu()?,
            Activation::Relu => intermediate.relu()?,
            Activation::Silu => intermediate.silu()?,
        };
        drop(intermediate);
        self.output_norm.forward(&(self.output.forward(&activated)? + attended)?)
    }
}

/// Multi-head self-attention.
struct Attention {
    /// Query, key and value projections side by side, to be computed as one.
    projections: Dense,
    output: Dense,
    heads: usize,
}

impl Attention {
    fn load(name: &str, config: &BertConfig, weights: &mut Weights) -> crate::Result<Self> {
        let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
        let mut projection = |kind| Dense::load(&format!("{name}.self.{kind}"), hidden, hidden, weights);
        let (query, key, value) = (projection("query")?, projection("key")?, projection("value")?);
        // softmax(Q Kᵀ / √d) V: the division is done once here, on what makes the queries.
        let scale = 1.0 / ((hidden / heads) as f64).sqrt();
        let projections = query.scaled(scale).and_then(|query| Dense::side_by_side(&[query, key, value]));
        Ok(Self {
            projections: projections.map_err(failed)?,
            output: Dense::load(&format!("{name}.output.dense"), hidden, hidden, weights)?,
            heads,
        })
    }

    fn forward(&self, states: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let projected = self.projections.forward(states)?;
        let mut start = 0;
        let mut contexts = Vec::with_capacity(lengths.len());
        for &length in lengths {
            contexts.push(self.attend(&projected.narrow(0, start, length)?)?);
            start += length;
        }
        self.output.forward(&Tensor::cat(&contexts, 0)?)
    }

    /// The context vectors of one text, `length` x `hidden_size`, from its projections, `length` x 3 `hidden_size`.
    fn attend(&self, projected: &Tensor) -> Result<Tensor> {
        let (length, width) = projected.dims2()?;
        // To 3 x heads x length x head size. These are views: the products read them in place.
        let parts = projected.reshape((length, 3, self.heads, width / 3 / self.heads))?.permute((1, 2, 0, 3))?;
        let (query, key, value) = (parts.get(0)?, parts.get(1)?, parts.get(2)?);
        let weights = softmax_last_dim(&query.matmul(&key.t()?)?)?;
        weights.matmul(&value)?.transpose(0, 1)?.reshape((length, width / 3))
    }
}

/// x W + b.
struct Dense {
    /// Transposed from how it is stored, so `inputs` x `outputs`.
    weight: Tensor,
    bias: Tensor,
}

impl Dense {
    fn load(name: &str, inputs: usize, outputs: usize, weights: &mut Weights) -> crate::Result<Self> {
        let weight = weights.take(&format!("{name}.weight"), &[outputs, inputs])?;
        let bias = weights.take(&format!("{name}.bias"), &[outputs])?;
        let weight = weight.t().map_err(failed)?;
        Ok(Self { weight, bias })
    }

    fn scaled(&self, factor: f64) -> Result<Self> {
        Ok(Self { weight: (&self.weight * factor)?, bias: (&self.bias * factor)? })
    }

    fn side_by_side(layers: &[Self]) -> Result<Self> {
        let weights: Vec<_> = layers.iter().map(|layer| &layer.weight).collect();
        let biases: Vec<_> = layers.iter().map(|layer| &layer.bias).collect();
        Ok(Self { weight: Tensor::cat(&weights, 1)?, bias: Tensor::cat(&biases, 0)? })
    }

    fn forward(&self, states: &Tensor) -> Result<Tensor> {
        states.matmul(&self.weight)?.broadcast_add(&self.bias)
    }
}

/// Normalizes every row to mean 0 and variance 1, then scales and shifts it.
struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    epsilon: f32,
}

impl LayerNorm {
    fn load(name: &str, config: &BertConfig, weights: &mut Weights) -> crate::Result<Self> {
        let mut part = |kind| weights.take(&format!("{name}.{kind}"), &[config.hidden_size]);
        Ok(Self { weight: part("weight")?, bias: part("bias")?, epsilon: config.layer_norm_eps as f32 })
    }

    fn forward(&self, states: &Tensor) -> Result<Tensor> {
        layer_norm(states, &self.weight, &self.bias, self.epsilon)
    }
}
