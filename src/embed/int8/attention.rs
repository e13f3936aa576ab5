//! Self-attention of one text, in integers of 16 bits.
//!
//! Queries, keys and values are rounded to steps that are the same for a text's whole head, and weights to 4095ths of the
//! row's largest. Their products are exact, so they too are the same on every machine.

use super::functions::exp2;
use super::kernel::{Kernel, PANEL};
use super::lanes::Lanes;

/// Rows of which all scores are held at a time.
const ROWS: usize = 32;
/// Queries and keys lie within ± this. A head of up to 512 dimensions cannot overflow 32 bits.
const LARGEST_KEY: f32 = 1023.0;
/// The weight of a row's best key.
const LARGEST_WEIGHT: f32 = 4095.0;
/// The score of keys that are not there: below all others by more than any exponent.
const NO_KEY: i32 = i32::MIN / 2;

/// Room to work in, kept from text to text.
#[derive(Default)]
pub(super) struct Attention {
    queries: Vec<i16>,
    /// [`PANEL`] keys after [`PANEL`] keys, those past the end of zeros; two dimensions of each key in turn.
    keys: Vec<i16>,
    /// [`PANEL`] dimensions after [`PANEL`] dimensions; two tokens of each dimension in turn.
    values: Vec<i16>,
    scores: Vec<i32>,
    weights: Vec<i16>,
    sums: Vec<i32>,
}

impl Attention {
    /// The context vectors of one text's tokens, `tokens` x `hidden`.
    ///
    /// `projected`: `tokens` x 3 `hidden`: the queries (scaled, so that scores are exponents of e), keys and values of all
    /// heads, a head `size` dimensions, a multiple of 4.
    pub fn forward<L: Lanes>(
        &mut self,
        kernel: Kernel,
        projected: &[f32],
        hidden: usize,
        size: usize,
        context: &mut [f32],
    ) {
        let tokens = context.len() / hidden;
        let padded = tokens.next_multiple_of(PANEL);
        // Σ weight x value must stay within 32 bits.
        let largest_value = ((1 << 30) as f32 / (LARGEST_WEIGHT * padded as f32)).floor().min(LARGEST_KEY);
        for head in 0..hidden / size {
            let part = |part: usize| Part { projected, stride: 3 * hidden, start: part * hidden + head * size, size };
            let (queries, keys, values) = (part(0), part(1), part(2));
            let query_step = queries.largest::<L>() / LARGEST_KEY;
            let key_step = keys.largest::<L>() / LARGEST_KEY;
            let value_step = values.largest::<L>() / largest_value;
            self.pack_queries::<L>(queries, query_step);
            self.pack_keys::<L>(keys, key_step, padded);
            self.pack_values::<L>(values, value_step, padded);
            let exponent = L::splat(query_step * key_step * std::f32::consts::LOG2_E);
            for (index, queries) in self.queries.chunks(ROWS * size).enumerate() {
                let rows = queries.len() / size;
                self.scores.resize(rows * padded, 0);
                for (panel, keys) in self.keys.chunks_exact(size * PANEL).enumerate() {
                    kernel.multiply_words(queries, size, keys, &mut self.scores, padded, panel * PANEL);
                }
                self.weights.resize(rows * padded, 0);
                let mut steps = [0.0; ROWS];
                let all = self.scores.chunks_exact_mut(padded).zip(self.weights.chunks_exact_mut(padded));
                for ((scores, weights), step) in all.zip(&mut steps) {
                    scores[tokens..].fill(NO_KEY);
                    *step = value_step / soften::<L>(scores, exponent, weights) as f32;
                }
                let width = size.next_multiple_of(PANEL);
                self.sums.resize(rows * width, 0);
                for (panel, values) in self.values.chunks_exact(padded * PANEL).enumerate() {
                    kernel.multiply_words(&self.weights, padded, values, &mut self.sums, width, panel * PANEL);
                }
                let out = context[index * ROWS * hidden..].chunks_exact_mut(hidden);
                for ((sums, step), out) in self.sums.chunks_exact(width).zip(steps).zip(out) {
                    let (out, _) = out[head * size..][..size].as_chunks_mut::<4>();
                    for (sums, out) in sums.as_chunks::<4>().0.iter().zip(out) {
                        (L::from_ints(L::load_ints(sums)) * L::splat(step)).store(out);
                    }
                }
            }
        }
    }

    fn pack_queries<L: Lanes>(&mut self, queries: Part, step: f32) {
        self.queries.clear();
        queries.quantize::<L>(step, |_, words| self.queries.extend_from_slice(words));
    }

    fn pack_keys<L: Lanes>(&mut self, keys: Part, step: f32, padded: usize) {
        let size = keys.size;
        self.keys.clear();
        self.keys.resize(padded * size, 0);
        keys.quantize::<L>(step, |token, words| {
            let panel = &mut self.keys[token / PANEL * PANEL * size..][..PANEL * size];
            for (pair, columns) in words.as_chunks::<2>().0.iter().zip(panel.chunks_exact_mut(2 * PANEL)) {
                columns[2 * (token % PANEL)..][..2].copy_from_slice(pair);
            }
        });
    }

    fn pack_values<L: Lanes>(&mut self, values: Part, step: f32, padded: usize) {
        self.values.clear();
        self.values.resize(values.size.next_multiple_of(PANEL) * padded, 0);
        values.quantize::<L>(step, |token, words| {
            for (dimensions, panel) in words.chunks(PANEL).zip(self.values.chunks_exact_mut(PANEL * padded)) {
                let tokens = &mut panel[token / 2 * 2 * PANEL..][..2 * PANEL];
                for (dimension, value) in dimensions.iter().enumerate() {
                    tokens[2 * dimension + token % 2] = *value;
                }
            }
        });
    }
}

/// The queries, keys or values of one head: `size` values of every row of `projected`.
#[derive(Clone, Copy)]
struct Part<'a> {
    projected: &'a [f32],
    stride: usize,
    start: usize,
    size: usize,
}

impl<'a> Part<'a> {
    fn rows(self) -> impl Iterator<Item = &'a [[f32; 4]]> {
        self.projected.chunks_exact(self.stride).map(move |row| row[self.start..][..self.size].as_chunks::<4>().0)
    }

    /// The greatest absolute value.
    fn largest<L: Lanes>(self) -> f32 {
        let rows = self.rows().flatten();
        rows.fold(L::splat(0.0), |most, values| most.greater(L::load(values).absolute())).greatest()
    }

    /// Gives `take` each token's number and values in steps of `step`.
    fn quantize<L: Lanes>(self, step: f32, mut take: impl FnMut(usize, &[i16])) {
        let inverse = L::splat(if step > 0.0 { 1.0 / step } else { 0.0 });
        let mut words = vec![[0; 8]; self.size.div_ceil(8)];
        for (token, row) in self.rows().enumerate() {
            for (pair, words) in row.chunks(2).zip(&mut words) {
                let first = (L::load(&pair[0]) * inverse).round();
                let second = pair.get(1).map_or(L::splat_int(0), |second| (L::load(second) * inverse).round());
                L::store_words([first, second], words);
            }
            take(token, &words.as_flattened()[..self.size]);
        }
    }
}

/// Softmax of a row's scores, `scale` being what makes them exponents of 2: weights in integers, and their sum.
fn soften<L: Lanes>(scores: &[i32], scale: L, weights: &mut [i16]) -> i32 {
    let (scores, _) = scores.as_chunks::<4>();
    let best = scores.iter().fold(L::splat_int(NO_KEY), |best, scores| L::greater_ints(best, L::load_ints(scores)));
    let best = L::to_ints(best).into_iter().fold(NO_KEY, i32::max);
    let best = L::splat_int(best);
    let mut sum = L::splat_int(0);
    let (weights, _) = weights.as_chunks_mut::<8>();
    for (scores, weights) in scores.as_chunks::<2>().0.iter().zip(weights) {
        let (first, second) = (weight::<L>(&scores[0], best, scale), weight::<L>(&scores[1], best, scale));
        sum = L::add_ints(sum, L::add_ints(first, second));
        L::store_words([first, second], weights);
    }
    L::to_ints(sum).into_iter().sum()
}

/// The weights of four scores, of which `best` is the row's greatest.
#[inline(always)]
fn weight<L: Lanes>(scores: &[i32; 4], best: L::Ints, scale: L) -> L::Ints {
    let below = L::from_ints(L::subtract_ints(L::load_ints(scores), best));
    (exp2(below * scale) * L::splat(LARGEST_WEIGHT)).round()
}
