//! Functions of f32 values over [`Lanes`], each with its accuracy, and layer normalization.

use super::super::config::Activation;
use super::lanes::{Lanes, Rounder, constant};

/// A polynomial of `$x` by Horner's rule, the coefficient of the highest power first. Written out, since a compiler told to
/// be small would leave a loop.
macro_rules! polynomial {
    ($x:expr; $first:expr $(, $coefficient:expr)*) => {
        {
            let value = $first;
            $(let value = value * $x + $coefficient;)*
            value
        }
    };
}

/// 2ˣ for -126 ≤ x < 128, what lies below taken as the lower end. Relative error under 1e-4.
pub(super) struct Exp2<L: Lanes> {
    least: L,
    rounder: Rounder<L>,
    coefficients: [L; 4],
}

impl<L: Lanes> Exp2<L> {
    #[inline(always)]
    pub fn new() -> Self {
        // The polynomial of least greatest error for 2ᶠ with |f| ≤ ½.
        let coefficients =
            [constant(0.056_005_85), constant(0.242_639_96), constant(0.693_105_3), constant(0.999_924_5)];
        Self { least: constant(-126.0), rounder: Rounder::new(0), coefficients }
    }

    #[inline(always)]
    pub fn of(&self, x: L) -> L {
        // 2ⁿ 2ᶠ with |f| ≤ ½.
        let x = x.greater(self.least);
        let whole = self.rounder.round(x);
        let fraction = x - L::from_ints(whole);
        let [a, b, c, d] = self.coefficients;
        polynomial!(fraction; a, b, c, d).times_power_of_two(whole)
    }
}

/// x Φ(x), Φ being the distribution function of the standard normal. Absolute error under 4e-4, a fraction of the step in
/// which the next layer takes it.
#[inline(always)]
fn gelu<L: Lanes>() -> impl Fn(L) -> L {
    // x Φ(x) = max(x, 0) - t Φ(-t) with t = |x|. The last term is next to nothing from t = 4 on; below, it is the
    // polynomial of least greatest error.
    let (zero, end) = (constant::<L>(0.0), constant::<L>(4.0));
    let [a, b, c, d]: [L; 4] =
        [constant(-0.000_638_046_37), constant(0.009_845_76), constant(-0.057_083_123), constant(0.138_377)];
    let [e, f, g, h]: [L; 4] =
        [constant(-0.039_923_225), constant(-0.393_608_14), constant(0.501_766_8), constant(-0.000_195_155_41)];
    move |x: L| {
        let distance = x.absolute().lesser(end);
        x.greater(zero) - polynomial!(distance; a, b, c, d, e, f, g, h)
    }
}

/// `value` / (1 + 2⁻ˣ).
#[inline(always)]
fn times_logistic2<L: Lanes>() -> impl Fn(L, L) -> L {
    let (exp2, zero, one, most) = (Exp2::new(), constant::<L>(0.0), constant::<L>(1.0), constant(126.0));
    move |value: L, x: L| value / (one + exp2.of((zero - x).lesser(most)))
}

/// Replaces values, a multiple of 4, by their activation. Absolute error under 1e-3 within ±10.
pub(super) fn activate<L: Lanes>(activation: Activation, values: &mut [f32]) {
    use std::f32::consts::LOG2_E;
    match activation {
        Activation::Gelu => each(values, gelu::<L>()),
        Activation::Relu => each(values, |x: L| x.greater(L::splat(0.0))),
        Activation::Silu => {
            let (times_logistic2, scale) = (times_logistic2::<L>(), constant::<L>(LOG2_E));
            each(values, |x| times_logistic2(x, x * scale));
        }
        // ½ (1 + tanh(y)) = 1 / (1 + e⁻²ʸ), with y = √(2/π) (x + 0.044715 x³).
        Activation::GeluTanh => {
            let (times_logistic2, cube) = (times_logistic2::<L>(), constant::<L>(0.044_715));
            let scale = constant::<L>(2.0 * 0.797_884_6 * LOG2_E);
            each(values, |x| times_logistic2(x, (x + cube * x * x * x) * scale));
        }
    }
}

#[inline(always)]
fn each<L: Lanes>(values: &mut [f32], function: impl Fn(L) -> L) {
    values.as_chunks_mut::<4>().0.iter_mut().for_each(|values| function(L::load(values)).store(values));
}

/// Adds `residual` to `row`, normalizes the sums to mean 0 and variance 1, then scales them by `weight` and adds `bias`.
///
/// All are of one length, a multiple of 4.
pub(super) fn layer_norm<L: Lanes>(row: &mut [f32], residual: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let (row, _) = row.as_chunks_mut::<4>();
    let (residual, _) = residual.as_chunks::<4>();
    let (weight, _) = weight.as_chunks::<4>();
    let (bias, _) = bias.as_chunks::<4>();
    let count = (4 * row.len()) as f32;
    let mut sum = L::splat(0.0);
    for (values, residual) in row.iter_mut().zip(residual) {
        let added = L::load(values) + L::load(residual);
        added.store(values);
        sum = sum + added;
    }
    let mean = L::splat(sum.sum() / count);
    let mut squares = L::splat(0.0);
    for values in row.iter_mut() {
        let centred = L::load(values) - mean;
        centred.store(values);
        squares = squares + centred * centred;
    }
    let scale = L::splat(1.0 / (squares.sum() / count + epsilon).max(f32::MIN_POSITIVE).sqrt());
    for ((values, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
        (L::load(values) * scale * L::load(weight) + L::load(bias)).store(values);
    }
}
