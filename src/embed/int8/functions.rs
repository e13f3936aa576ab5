//! Functions of f32 values over [`Lanes`], each with its accuracy, and layer normalization.

use super::super::config::Activation;
use super::lanes::Lanes;

/// A polynomial of `$x` by Horner's rule, the coefficient of the highest power first. Written out, since a compiler told to
/// be small would leave a loop.
macro_rules! polynomial {
    ($x:expr; $first:literal $(, $coefficient:literal)*) => {
        {
            let value = L::splat($first);
            $(let value = value * $x + L::splat($coefficient);)*
            value
        }
    };
}

/// 2ˣ for -126 ≤ x ≤ 126, what lies outside taken as the nearer end. Relative error under 4e-6.
#[inline(always)]
pub(super) fn exp2<L: Lanes>(x: L) -> L {
    // 2ⁿ 2ᶠ with |f| ≤ ½, and 2ᶠ by a polynomial through Chebyshev's points.
    let x = x.greater(L::splat(-126.0)).lesser(L::splat(126.0));
    let whole = x.round();
    let fraction = x - L::from_ints(whole);
    let power = polynomial!(fraction; 0.009_676_037, 0.055_922_03, 0.240_221_07, 0.693_121, 1.000_000_1);
    power.times_power_of_two(whole)
}

/// x Φ(x), Φ being the distribution function of the standard normal. Absolute error under 2e-5.
#[inline(always)]
fn gelu<L: Lanes>(x: L) -> L {
    // x Φ(x) = max(x, 0) - t Φ(-t) with t = |x|. The last term is next to nothing from t = 5 on; below, it is a
    // polynomial through Chebyshev's points in u = 2t/5 - 1.
    let distance = x.absolute().lesser(L::splat(5.0));
    let u = distance * L::splat(0.4) - L::splat(1.0);
    let tail = polynomial!(u; 0.048_895_93, -0.070_819_534, -0.148_040_77, 0.320_871_17, 0.015_243_674, -0.478_155_73, 0.437_078_48, -0.020_342_484, -0.259_229_36, 0.232_920_94, -0.093_941_4, 0.015_521_904);
    x.greater(L::splat(0.0)) - tail
}

/// 1 / (1 + 2⁻ˣ) times `value`.
#[inline(always)]
fn times_logistic2<L: Lanes>(value: L, x: L) -> L {
    value / (L::splat(1.0) + exp2(L::splat(0.0) - x))
}

/// The activation of four values. Absolute error under 2e-5 within ±10.
#[inline(always)]
pub(super) fn activate<L: Lanes>(activation: Activation, x: L) -> L {
    use std::f32::consts::LOG2_E;
    match activation {
        Activation::Gelu => gelu(x),
        Activation::Relu => x.greater(L::splat(0.0)),
        Activation::Silu => times_logistic2(x, x * L::splat(LOG2_E)),
        // ½ (1 + tanh(y)) = 1 / (1 + e⁻²ʸ), with y = √(2/π) (x + 0.044715 x³).
        Activation::GeluTanh => {
            let inner = x + L::splat(0.044_715) * x * x * x;
            times_logistic2(x, inner * L::splat(2.0 * 0.797_884_6 * LOG2_E))
        }
    }
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
    let scale = L::splat(1.0 / (squares.sum() / count + epsilon).sqrt());
    for ((values, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
        (L::load(values) * scale * L::load(weight) + L::load(bias)).store(values);
    }
}
