//! A network of either precision, and what it reads.

use super::Precision;
use super::bert::Bert;
use super::config::BertConfig;
use super::int8::{Choice, Int8Bert, Kernel};
use super::weights::Weights;
use crate::error::{Error, Result};

/// The most tokens computed at once. More gain nothing in speed, and each takes 15 kB of intermediate results while it
/// lasts (with a hidden size of 384).
const BATCH_TOKENS: usize = 1024;

/// The tokens of a text, or of two that are read together.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    /// Special tokens included; not empty.
    pub ids: &'a [u32],
    /// Where the tokens of type 1 begin, those of the second text; the end where there is none.
    pub second: usize,
}

impl<'a> Input<'a> {
    /// A text by itself.
    pub fn text(ids: &'a [u32]) -> Self {
        Self { ids, second: ids.len() }
    }

    /// The token type at a position.
    pub fn type_at(&self, position: usize) -> usize {
        usize::from(position >= self.second)
    }
}

pub(super) enum Network {
    F32(Bert),
    Int8(Box<Int8Bert>),
}

impl Network {
    /// Takes the network's tensors out of `weights`.
    pub fn load(config: &BertConfig, weights: &mut Weights, precision: Precision, choice: Choice) -> Result<Self> {
        Ok(match precision {
            Precision::F32 => Self::F32(Bert::load(config, weights)?),
            Precision::Int8 => Self::Int8(Box::new(Int8Bert::load(config, weights, choice)?)),
        })
    }

    /// How the products of an int8 model are computed.
    pub fn kernel(&self) -> Option<Kernel> {
        match self {
            Self::F32(_) => None,
            Self::Int8(bert) => Some(bert.kernel()),
        }
    }

    /// Hands each input's number and states on, a row for each of its tokens, of inputs that are read together as long as they
    /// are short enough.
    pub fn read(&self, inputs: &[Input], take: impl FnMut(usize, &[f32])) -> Result<()> {
        self.read_through(usize::MAX, inputs, take)
    }

    /// [`read`](Self::read) that stops after so many layers, and hands on what is known there.
    pub fn read_through(&self, layers: usize, inputs: &[Input], mut take: impl FnMut(usize, &[f32])) -> Result<()> {
        let mut finite = true;
        let mut number = 0;
        let mut rest = inputs;
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_length(rest));
            let mut take = |states: &[f32]| {
                finite &= states.iter().all(|value| value.is_finite());
                take(number, states);
                number += 1;
            };
            match self {
                Self::Int8(bert) => bert.forward(layers, batch, take),
                Self::F32(bert) => {
                    let states = bert.forward(layers, batch).and_then(|states| states.flatten_all()?.to_vec1::<f32>());
                    let states = states.map_err(failed)?;
                    let mut rest = &states[..];
                    for input in batch {
                        let (own, after) = rest.split_at(input.ids.len() * bert.hidden_size());
                        take(own);
                        rest = after;
                    }
                }
            }
            rest = after;
        }
        match finite {
            true => Ok(()),
            false => Err(failed("a state is not finite, so the weights must be damaged; fetch the model again")),
        }
    }
}

/// How many of the inputs, one at least, make up the next batch.
fn batch_length(inputs: &[Input]) -> usize {
    let mut tokens = 0;
    let fitting = inputs.iter().take_while(|input| {
        tokens += input.ids.len();
        tokens <= BATCH_TOKENS
    });
    fitting.count().max(1)
}

/// A computation failed.
pub(super) fn failed(reason: impl std::fmt::Display) -> Error {
    Error::Encoder { reason: reason.to_string() }
}
