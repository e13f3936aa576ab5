//! Products of integer matrices, by the way that the machine does them fastest.
//!
//! All kernels compute the same sums exactly, so which of them runs decides the time alone.

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

use super::activations::Activations;

/// Output channels that are computed together; packed weights come in panels of so many.
pub(super) const PANEL: usize = 8;

/// Four values of each of these many groups are multiplied and added in 16 bits before they are widened, by the kernel
/// for machines where that is faster. Weights are quantized such that these sums cannot overflow.
pub(super) const CHAIN: usize = 4;

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
        kernels.extend([Self::RelaxedDot, Self::RelaxedChain]);
        kernels
    }

    /// Those that may be the fastest one, by machine. They read packed weights alike.
    pub(super) fn candidates() -> Vec<Self> {
        #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
        return vec![Self::RelaxedChain, Self::RelaxedDot];
        #[cfg(not(all(target_arch = "wasm32", feature = "relaxed-simd")))]
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
    /// Sixteen bytes hold four values of each of four channels. Where bytes are multiplied, a channel's four lie together;
    /// where words are, first come two of each channel, then the other two, as widening half a vector leaves them.
    pub(super) fn position(self, k: usize, channel: usize) -> usize {
        let (group, value) = (k / 4, k % 4);
        let (vector, lane) = (channel / 4, channel % 4);
        let within = if self.multiplies_bytes() { 4 * lane + value } else { 8 * (value / 2) + 2 * lane + value % 2 };
        (group * (PANEL / 4) + vector) * 16 + within
    }

    /// For every row, its products with a panel's channels, each sum beginning at the channel's offset.
    ///
    /// `panel`: `width` x [`PANEL`] weights as [`Self::position`] says, without sums over 16 bits along a chain.
    /// `sums`: one entry for each row.
    pub(super) fn multiply(
        self,
        activations: &Activations,
        panel: &[i8],
        offsets: &[i32; PANEL],
        sums: &mut [[i32; PANEL]],
    ) {
        assert_eq!(panel.len(), activations.width * PANEL);
        assert_eq!(sums.len(), activations.rows());
        let width = activations.width;
        match self {
            Self::Scalar => scalar::multiply_bytes(&activations.bytes, width, panel, offsets, sums),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the kernel is only to be had where the processor has AVX2.
            Self::Avx2 => unsafe { x86::multiply_bytes(&activations.bytes, width, panel, offsets, sums) },
            #[cfg(target_arch = "wasm32")]
            Self::Simd => simd::multiply_weights(&activations.words, width, panel, offsets, sums),
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            Self::RelaxedDot => relaxed::multiply_dot(&activations.bytes, width, panel, offsets, sums),
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            Self::RelaxedChain => relaxed::multiply_chain(&activations.bytes, width, panel, offsets, sums),
        }
    }

    /// For every row of 16-bit words, its products with a panel of [`PANEL`] columns of words.
    ///
    /// `rows`: row-major, `width` long each, which is even. `panel`: for each two values, two of each column in turn.
    /// `sums`: row-major with `stride` integers a row, of which [`PANEL`] from `column` on are written.
    pub(super) fn multiply_words(
        self,
        rows: &[i16],
        width: usize,
        panel: &[i16],
        sums: &mut [i32],
        stride: usize,
        column: usize,
    ) {
        assert!(width.is_multiple_of(2) && panel.len() == width * PANEL);
        assert!(column + PANEL <= stride && rows.len() / width * stride <= sums.len());
        match self {
            #[cfg(target_arch = "wasm32")]
            Self::Scalar => scalar::multiply_words(rows, width, panel, sums, stride, column),
            #[cfg(target_arch = "wasm32")]
            _ => simd::multiply_words(rows, width, panel, sums, stride, column),
            #[cfg(not(target_arch = "wasm32"))]
            _ => scalar::multiply_words(rows, width, panel, sums, stride, column),
        }
    }
}
