//! Products of integer matrices, by the way that the machine does them fastest.
//!
//! All kernels compute the same sums exactly, so which of them runs decides the time alone.

#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
mod probe;
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
mod relaxed;
#[cfg(target_arch = "wasm32")]
mod rows;
mod scalar;
#[cfg(target_arch = "wasm32")]
mod simd;
mod tuner;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(super) use tuner::Tuner;

use super::activations::{Activations, STEP, place};

/// Output channels that are computed together; packed weights come in panels of so many.
pub(super) const PANEL: usize = 8;

/// Four values of each of these many groups are multiplied and added in 16 bits before they are widened, by the kernel
/// for machines where that is faster. Weights are quantized such that these sums cannot overflow.
pub(super) const CHAIN: usize = 4;

/// Some columns of a matrix as a kernel reads them, and what makes values of its sums.
pub(super) struct Panel<'a> {
    /// [`PANEL`] columns of as many values as an input's row has, each value where [`Kernel::position`] says.
    pub bytes: &'a [i8],
    /// What each column's sum begins at. Zeros where inputs have two digits.
    pub offsets: &'a [i32; PANEL],
    /// What a column's sum times its row's scale is multiplied by.
    pub scales: &'a [f32; PANEL],
    /// What is added to that.
    pub biases: &'a [f32; PANEL],
    /// How many columns count: 4 or [`PANEL`].
    pub columns: usize,
}

/// How products of integers are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One by one: the oracle.
    Scalar,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Products of 16-bit integers.
    #[cfg(target_arch = "wasm32")]
    Simd,
    /// Products of bytes, four summed in 32 bits: one instruction on machines that have it (VNNI, dot product).
    #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
    RelaxedDot,
    /// Products of bytes, summed in 16 bits along a [`CHAIN`]: faster on other machines.
    #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
    RelaxedChain,
}

impl Default for Kernel {
    /// The one that is fastest on most machines.
    fn default() -> Self {
        Self::available().pop().unwrap_or(Self::Scalar)
    }
}

impl Kernel {
    /// All that this build and machine can run, the oracle first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut kernels = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            kernels.push(Self::Avx2);
        }
        #[cfg(target_arch = "wasm32")]
        kernels.push(Self::Simd);
        #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
        if [Self::RelaxedDot, Self::RelaxedChain].into_iter().all(probe::is_right) {
            kernels.extend([Self::RelaxedDot, Self::RelaxedChain]);
        }
        kernels
    }

    /// Those that may be the fastest one, by machine. They read packed weights alike.
    pub(super) fn candidates() -> Vec<Self> {
        #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
        if Self::default() == Self::RelaxedChain {
            return vec![Self::RelaxedChain, Self::RelaxedDot];
        }
        vec![Self::default()]
    }

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "wasm32")]
            Self::Simd => "simd",
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            Self::RelaxedDot => "relaxed-dot",
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            Self::RelaxedChain => "relaxed-chain",
        }
    }

    /// Whether it reads activations as bytes, and not as words of 16 bits.
    pub(super) fn multiplies_bytes(self) -> bool {
        #[cfg(target_arch = "wasm32")]
        return self != Self::Simd;
        #[cfg(not(target_arch = "wasm32"))]
        true
    }

    /// Where the packed weights of a panel have value `k` of channel `channel`.
    ///
    /// Sixteen bytes hold four values of each of four channels, values in the order of their [`place`]. Where bytes are
    /// multiplied, a channel's four lie together; where words are, first come two of each channel, then the other two, as
    /// widening half a vector leaves them.
    pub(super) fn position(self, k: usize, channel: usize) -> usize {
        let (group, value) = (place(k) / 4, place(k) % 4);
        let (vector, lane) = (channel / 4, channel % 4);
        let within = if self.multiplies_bytes() { 4 * lane + value } else { 8 * (value / 2) + 2 * lane + value % 2 };
        (group * (PANEL / 4) + vector) * 16 + within
    }

    /// Writes the values that each row gives with a panel's columns to the start of a row of `out`, whose rows are `stride`
    /// apart.
    ///
    /// The panel's bytes must not overflow a [`CHAIN`] unless the kernel is one [for any](Self::for_any_bytes).
    pub(super) fn multiply(self, input: &Activations, panel: &Panel, out: &mut [f32], stride: usize) {
        let rows = input.rows();
        assert!(panel.bytes.len() == input.width * PANEL && input.width.is_multiple_of(STEP));
        assert!((panel.columns == PANEL || panel.columns == PANEL / 2) && panel.columns <= stride);
        debug_assert!(!input.is_wide() || *panel.offsets == [0; PANEL]);
        assert!(rows == 0 || (rows - 1) * stride + panel.columns <= out.len());
        match self {
            Self::Scalar => scalar::multiply(input, panel, out, stride),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the kernel is only to be had where the processor has AVX2.
            Self::Avx2 => unsafe { x86::multiply(input, panel, out, stride) },
            #[cfg(target_arch = "wasm32")]
            // SAFETY: the rows' words are as wide as the panel, and there is room for what they give.
            Self::Simd => unsafe { simd::multiply(rows::Rows::new(&input.words, input, out, stride), rows, panel) },
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            // SAFETY: the rows' bytes are as wide as the panel, and there is room for what they give.
            Self::RelaxedDot => unsafe {
                relaxed::multiply_dot(rows::Rows::new(&input.bytes, input, out, stride), rows, panel)
            },
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            // SAFETY: as above, and such rows have no lower digits.
            Self::RelaxedChain => unsafe {
                assert!(!input.is_wide());
                relaxed::multiply_chain(rows::Rows::new(&input.bytes, input, out, stride), rows, panel)
            },
        }
    }

    /// The one of its kind for bytes that may overflow a [`CHAIN`].
    pub(super) fn for_any_bytes(self) -> Self {
        #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
        if self == Self::RelaxedChain {
            return Self::RelaxedDot;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Integers of seven bits, the extremes among them often.
    fn seven_bits() -> impl Strategy<Value = u8> {
        prop_oneof![3 => 0u8..128, 1 => Just(0), 1 => Just(127)]
    }

    fn signed() -> impl Strategy<Value = i8> {
        prop_oneof![3 => -127i8..=127, 1 => Just(-127), 1 => Just(127)]
    }

    proptest! {
        #[test]
        fn every_kernel_gives_what_the_scalar_one_gives(
            (rows, steps, digits) in (0usize..12, 1usize..8, 1usize..=2),
            columns in prop_oneof![Just(PANEL / 2), Just(PANEL)],
            gap in 0usize..5,
            bytes in prop::collection::vec(seven_bits(), 2 * 12 * 8 * STEP),
            weights in prop::collection::vec(signed(), 8 * STEP * PANEL),
            offsets in prop::array::uniform8(-100_000i32..100_000),
            floats in prop::array::uniform32(-3.0f32..3.0),
        ) {
            let width = steps * STEP;
            let mut input = Activations::default();
            input.reset(Kernel::Scalar, rows, width, digits);
            let length = input.bytes.len();
            input.bytes.copy_from_slice(&bytes[..length]);
            input.scales.iter_mut().zip(floats).for_each(|(scale, value)| *scale = value);
            let (scales, biases) = (floats[12..20].try_into().unwrap(), floats[20..28].try_into().unwrap());
            let offsets = if digits == 1 { offsets } else { [0; PANEL] };
            let panel =
                Panel { bytes: &weights[..width * PANEL], offsets: &offsets, scales: &scales, biases: &biases, columns };
            let stride = columns + gap;
            let of = |kernel: Kernel| {
                let mut out = vec![f32::MAX; rows * stride];
                kernel.multiply(&input, &panel, &mut out, stride);
                out
            };
            for kernel in Kernel::available() {
                prop_assert_eq!(of(kernel), of(Kernel::Scalar), "{}", kernel.name());
            }
        }
    }
}
