//! Self-attention of one text, as two products of the kind that dense layers are.
//!
//! Queries are rows of activations and keys the columns of a matrix, each with a scale of its own. What the softmax gives
//! are again rows of activations, in 16,383rds of the row's largest weight (seven bits would lose the many small ones beside a
//! large one), and a head's dimensions the columns of its values.

use super::activations::{Activations, STEP, greatest, steps};
use super::functions::Exp2;
use super::kernel::{Kernel, PANEL};
use super::lanes::{Lanes, Rounder};
use super::panels::Panels;

/// Queries whose scores are held at a time.
const ROWS: usize = 32;
/// Keys and values lie within ± this.
const RANGE: f32 = 127.0;
/// The binary logarithm of the integer that a row's largest weight is: 16,383 (two digits of seven bits).
const LARGEST_WEIGHT: f32 = 13.999_912;
/// How many tokens can have such weights, and values of [`RANGE`], without a sum over 31 bits.
const MOST_TOKENS: usize = 1024;
/// The score of keys that are not there: next to others it leaves no weight.
const NO_KEY: f32 = f32::MIN;

/// Room to work in, kept from text to text.
#[derive(Default)]
pub(super) struct Attention {
    queries: Activations,
    keys: Panels,
    values: Panels,
    scores: Vec<f32>,
    weights: Activations,
    /// Of each dimension, its greatest absolute value, then what it is multiplied by.
    greatest: Vec<[f32; 4]>,
    room: Vec<[f32; 4]>,
}

impl Attention {
    /// The context vectors of one text's tokens, `tokens` x `hidden`.
    ///
    /// `projected`: `tokens` x 3 `hidden`: the queries (scaled, so that scores are exponents of 2), keys and values of all
    /// heads, a head `size` dimensions, a multiple of 4.
    pub fn forward<L: Lanes>(
        &mut self,
        kernel: Kernel,
        projected: &[f32],
        hidden: usize,
        size: usize,
        context: &mut [f32],
    ) {
        let kernel = kernel.for_any_bytes();
        let tokens = context.len() / hidden;
        let padded = tokens.next_multiple_of(STEP);
        let mut largest = LARGEST_WEIGHT;
        let mut most_tokens = MOST_TOKENS;
        while most_tokens < padded {
            largest -= 1.0;
            most_tokens *= 2;
        }
        for head in 0..hidden / size {
            let [queries, keys, values] =
                [0, 1, 2].map(|part| Part { projected, stride: 3 * hidden, start: part * hidden + head * size, size });
            self.pack_keys::<L>(kernel, keys, tokens, padded);
            self.pack_values::<L>(kernel, values, tokens, padded);
            for (block, context) in context.chunks_mut(ROWS * hidden).enumerate() {
                let rows = context.len() / hidden;
                let queries = (block * ROWS..block * ROWS + rows).map(|token| queries.row(token).as_flattened());
                self.queries.quantize::<L>(kernel, queries, size, false);
                self.scores.resize(rows * padded, 0.0);
                self.keys.multiply(kernel, &self.queries, &mut self.scores, padded);
                self.weights.reset(kernel, rows, padded, 2);
                for (row, scores) in self.scores.chunks_exact(padded).enumerate() {
                    soften::<L>(scores, largest, row, &mut self.weights);
                }
                self.values.multiply(kernel, &self.weights, &mut context[head * size..], hidden);
            }
        }
    }

    /// A column for each key, and for each that is missing one without weight.
    fn pack_keys<L: Lanes>(&mut self, kernel: Kernel, keys: Part, tokens: usize, padded: usize) {
        self.keys.reset(padded, keys.size);
        let order = order(kernel);
        let rounder = Rounder::<L>::new(0);
        // Four keys side by side, filled up with zeros.
        let vectors = keys.size.next_multiple_of(STEP) / 4;
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        room.resize(4 * vectors, [0.0; 4]);
        for first in (0..padded).step_by(4) {
            for (token, row) in (first..).zip(room.chunks_exact_mut(vectors)) {
                if token < tokens {
                    row[..keys.size / 4].copy_from_slice(keys.row(token));
                } else {
                    row.fill([0.0; 4]);
                }
                self.keys.set_bias(token, if token < tokens { 0.0 } else { NO_KEY });
            }
            let (one, rest) = room.split_at(vectors);
            let (two, rest) = rest.split_at(vectors);
            let (three, four) = rest.split_at(vectors);
            let mut one = Key::<L>::new(one);
            let mut two = Key::<L>::new(two);
            let mut three = Key::<L>::new(three);
            let mut four = Key::<L>::new(four);
            let panel = self.keys.panel_mut(first);
            for step in 0..vectors / 4 {
                let bytes = [
                    one.bytes(step, rounder),
                    two.bytes(step, rounder),
                    three.bytes(step, rounder),
                    four.bytes(step, rounder),
                ];
                let [first_bytes, second, third, fourth] = L::transpose(bytes);
                let at = kernel.position(STEP * step, first % PANEL);
                let panel = &mut panel[at..at + 3 * 4 * PANEL + 16];
                L::store_ordered(first_bytes, &order, &mut panel[..16]);
                L::store_ordered(second, &order, &mut panel[4 * PANEL..4 * PANEL + 16]);
                L::store_ordered(third, &order, &mut panel[8 * PANEL..8 * PANEL + 16]);
                L::store_ordered(fourth, &order, &mut panel[12 * PANEL..12 * PANEL + 16]);
            }
            for (token, key) in (first..).zip([one, two, three, four]) {
                let [a, b, c, d] = L::to_ints(key.sum);
                self.keys.set_sum(token, a + b + c + d);
                self.keys.set_scale(token, key.scale);
            }
        }
        self.room = room;
    }

    /// A column for each dimension, which has that dimension of every value.
    fn pack_values<L: Lanes>(&mut self, kernel: Kernel, values: Part, tokens: usize, padded: usize) {
        self.values.reset(values.size, padded);
        self.greatest.clear();
        self.greatest.resize(values.size / 4, [0.0; 4]);
        for token in 0..tokens {
            for (most, values) in self.greatest.iter_mut().zip(values.row(token)) {
                L::load(most).greater(L::load(values).absolute()).store(most);
            }
        }
        for (dimension, most) in self.greatest.as_flattened_mut().iter_mut().enumerate() {
            let (scale, inverse) = steps(*most, RANGE);
            self.values.set_scale(dimension, scale);
            *most = inverse;
        }
        let order = order(kernel);
        let rounder = Rounder::<L>::new(0);
        for start in (0..padded).step_by(STEP) {
            for first in start..start + 4 {
                // Those that lie together by their place.
                let rows = [0, 4, 8, 12].map(|further| {
                    let token = first + further;
                    if token < tokens { values.row(token) } else { &[] }
                });
                for (group, inverse) in self.greatest.iter().enumerate() {
                    let inverse = L::load(inverse);
                    let integers = |row: &[[f32; 4]]| match row.get(group) {
                        Some(values) => rounder.round(L::load(values) * inverse),
                        None => L::splat_int(0),
                    };
                    let [a, b, c, d] = rows;
                    let bytes = L::signed_bytes([integers(a), integers(b), integers(c), integers(d)]);
                    let at = kernel.position(first, 4 * group % PANEL);
                    L::store_ordered(bytes, &order, &mut self.values.panel_mut(4 * group)[at..at + 16]);
                }
            }
        }
    }
}

/// One key on its way to integers.
struct Key<'a, L: Lanes> {
    steps: &'a [[[f32; 4]; 4]],
    scale: f32,
    inverse: L,
    /// Of the integers so far, lane by lane.
    sum: L::Ints,
}

impl<'a, L: Lanes> Key<'a, L> {
    #[inline(always)]
    fn new(vectors: &'a [[f32; 4]]) -> Self {
        let (scale, inverse) = steps(greatest::<L>(vectors), RANGE);
        Self { steps: vectors.as_chunks::<4>().0, scale, inverse: L::splat(inverse), sum: L::splat_int(0) }
    }

    /// The integers of a step.
    #[inline(always)]
    fn bytes(&mut self, step: usize, rounder: Rounder<L>) -> L::Ints {
        let [a, b, c, d] = &self.steps[step];
        let integers = |values: &[f32; 4]| rounder.round(L::load(values) * self.inverse);
        let [a, b, c, d] = [integers(a), integers(b), integers(c), integers(d)];
        self.sum = L::add_ints(self.sum, L::add_ints(L::add_ints(a, b), L::add_ints(c, d)));
        L::signed_bytes([a, b, c, d])
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
    #[inline(always)]
    fn row(self, token: usize) -> &'a [[f32; 4]] {
        self.projected[token * self.stride + self.start..][..self.size].as_chunks::<4>().0
    }
}

/// The order of four values of each of four columns, column by column, that `kernel` reads: for each place the number of its
/// byte.
fn order(kernel: Kernel) -> [u8; 16] {
    let mut order = [0; 16];
    for column in 0..4 {
        // Values whose places are 0 to 3.
        for (index, value) in [0, 4, 8, 12].into_iter().enumerate() {
            order[kernel.position(value, column)] = (4 * column + index) as u8;
        }
    }
    order
}

/// Softmax of a row's scores: its weights in integers, of which the greatest is 2 to the power of `largest`, and as its scale
/// what makes them add up to 1.
fn soften<L: Lanes>(scores: &[f32], largest: f32, row: usize, weights: &mut Activations) {
    let (vectors, _) = scores.as_chunks::<4>();
    let best = vectors.iter().fold(L::splat(NO_KEY), |best, scores| best.greater(L::load(scores))).greatest();
    let (largest, shift) = (L::splat(largest), L::splat(best - largest));
    let mut sum = L::splat_int(0);
    let (exp2, rounder) = (Exp2::<L>::new(), Rounder::<L>::new(0));
    weights.set_wide_row::<L>(row, vectors, |[a, b, c, d]| {
        // Next to very large scores the difference is rounded, and must not become larger by it.
        let weight = |scores: &[f32; 4]| rounder.round(exp2.of(largest.lesser(L::load(scores) - shift)));
        let [a, b, c, d] = [weight(a), weight(b), weight(c), weight(d)];
        sum = L::add_ints(sum, L::add_ints(L::add_ints(a, b), L::add_ints(c, d)));
        [a, b, c, d]
    });
    let [a, b, c, d] = L::to_ints(sum);
    weights.scales[row] = 1.0 / (a + b + c + d) as f32;
}
