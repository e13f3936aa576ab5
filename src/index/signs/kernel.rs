//! Sums of table entries over a block's rows, and the bounds that they give.
//!
//! All kernels add the same integers and then compute in f32 by the same operations in the same order, so that which of
//! them runs decides the time alone.

use super::BLOCK;
use super::codes::{CHAIN, Codes, position};
use super::table::Table;

/// How sums are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// One by one: the oracle.
    Scalar,
    /// Sixteen rows at a time, each entry looked up by a shuffle of bytes (as in Quicker ADC, arXiv 1812.09162).
    #[cfg(target_arch = "wasm32")]
    Simd,
}

impl Default for Kernel {
    /// The fastest.
    fn default() -> Self {
        #[cfg(target_arch = "wasm32")]
        return Self::Simd;
        #[cfg(not(target_arch = "wasm32"))]
        Self::Scalar
    }
}

impl Kernel {
    /// All that this build can run, the oracle first.
    pub fn available() -> Vec<Self> {
        vec![
            Self::Scalar,
            #[cfg(target_arch = "wasm32")]
            Self::Simd,
        ]
    }

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "signs-scalar",
            #[cfg(all(target_arch = "wasm32", not(feature = "relaxed-simd")))]
            Self::Simd => "signs-simd",
            #[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
            Self::Simd => "signs-relaxed-simd",
        }
    }

    /// Writes the bounds of all rows, and the highest of each block.
    pub(super) fn bounds(self, codes: &Codes, table: &Table, bounds: &mut [f32], highest: &mut [f32]) {
        // What the addresses of a kernel go by.
        assert_eq!(codes.bits.len(), codes.blocks() * codes.block_bytes);
        assert!(codes.block_bytes.is_multiple_of(BLOCK * CHAIN / 2) && table.entries.len() == 2 * codes.block_bytes);
        let (factors, _) = codes.factors.as_chunks::<BLOCK>();
        let (bases, _) = codes.bases.as_chunks::<BLOCK>();
        let (bounds, _) = bounds.as_chunks_mut::<BLOCK>();
        // Not by `chunks_exact`, which knows no chunks of no bytes.
        for (block, (((factors, bases), bounds), highest)) in
            factors.iter().zip(bases).zip(bounds).zip(highest).enumerate()
        {
            let bits = &codes.bits[block * codes.block_bytes..][..codes.block_bytes];
            *highest = match self {
                Self::Scalar => scalar(bits, table, factors, bases, bounds),
                #[cfg(target_arch = "wasm32")]
                // SAFETY: by the assertions above there are whole chains of bits, and entries for all.
                Self::Simd => unsafe { simd::bounds(bits, table, factors, bases, bounds) },
            };
        }
    }
}

fn scalar(bits: &[u8], table: &Table, factors: &[f32; BLOCK], bases: &[f32; BLOCK], bounds: &mut [f32; BLOCK]) -> f32 {
    let mut sums = [0u16; BLOCK];
    let (vectors, _) = bits.as_chunks::<BLOCK>();
    let (entries, _) = table.entries.as_chunks::<32>();
    for (bits, entries) in vectors.iter().zip(entries) {
        for (sum, bits) in sums.iter_mut().zip(bits) {
            let (low, high) = (usize::from(bits & 15), usize::from(bits >> 4));
            *sum += u16::from(entries[low]) + u16::from(entries[16 + high]);
        }
    }
    for row in 0..BLOCK {
        let sum = f32::from(sums[position(row)]) * table.step + table.offset;
        bounds[row] = sum * factors[row] + (bases[row] * table.share + table.base);
    }
    bounds.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(target_arch = "wasm32")]
mod simd {
    use std::arch::wasm32::*;

    use super::{BLOCK, CHAIN, Table};

    /// The bytes of `table` at `indices`. They are at most 15, for which every machine's relaxed swizzle gives the same.
    #[cfg(feature = "relaxed-simd")]
    macro_rules! look_up {
        ($table:expr, $indices:expr) => {
            i8x16_relaxed_swizzle($table, $indices)
        };
    }
    #[cfg(not(feature = "relaxed-simd"))]
    macro_rules! look_up {
        ($table:expr, $indices:expr) => {
            i8x16_swizzle($table, $indices)
        };
    }

    /// # Safety
    /// `bits` are whole chains, and `table` has two bytes for each of theirs.
    #[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
    pub unsafe fn bounds(
        bits: &[u8],
        table: &Table,
        factors: &[f32; BLOCK],
        bases: &[f32; BLOCK],
        bounds: &mut [f32; BLOCK],
    ) -> f32 {
        let low_bits = u8x16_splat(15);
        let (mut bytes, end) = (bits.as_ptr(), bits.as_ptr_range().end);
        let mut entries = table.entries.as_ptr();
        // Sums of the first eight rows and of the others.
        let (mut first, mut second) = (u16x8_splat(0), u16x8_splat(0));
        while bytes < end {
            let mut sums = u8x16_splat(0);
            // Written out, since a compiler told to be small leaves a loop.
            macro_rules! link {
                ($link:literal) => {
                    // SAFETY: by the caller's promise there are these bytes; wasm loads from any address.
                    let (bits, low, high): (v128, v128, v128) = unsafe {
                        (
                            v128_load(bytes.add(16 * $link).cast()),
                            v128_load(entries.add(32 * $link).cast()),
                            v128_load(entries.add(32 * $link + 16).cast()),
                        )
                    };
                    sums = u8x16_add(sums, look_up!(low, v128_and(bits, low_bits)));
                    sums = u8x16_add(sums, look_up!(high, v128_and(u16x8_shr(bits, 4), low_bits)));
                };
            }
            const _: () = assert!(CHAIN == 8);
            link!(0);
            link!(1);
            link!(2);
            link!(3);
            // SAFETY: these are the bytes of one chain, so that the next one follows or the end does.
            (bytes, entries) = unsafe { (bytes.add(64), entries.add(128)) };
            first = u16x8_add(first, v128_and(sums, u16x8_splat(0xff)));
            second = u16x8_add(second, u16x8_shr(sums, 8));
        }

        let mut highest = f32x4_splat(f32::NEG_INFINITY);
        macro_rules! four_rows {
            ($row:literal, $sums:expr) => {
                // SAFETY: there are 16 rows of each; wasm loads from any address.
                let (factors, bases): (v128, v128) = unsafe {
                    (v128_load(factors.as_ptr().add($row).cast()), v128_load(bases.as_ptr().add($row).cast()))
                };
                let sums = f32x4_convert_i32x4($sums);
                let sums = f32x4_add(f32x4_mul(sums, f32x4_splat(table.step)), f32x4_splat(table.offset));
                let base = f32x4_add(f32x4_mul(bases, f32x4_splat(table.share)), f32x4_splat(table.base));
                let four = f32x4_add(f32x4_mul(sums, factors), base);
                highest = f32x4_pmax(highest, four);
                // SAFETY: there are 16 rows; wasm stores at any address.
                unsafe { v128_store(bounds.as_mut_ptr().add($row).cast(), four) };
            };
        }
        four_rows!(0, u32x4_extend_low_u16x8(first));
        four_rows!(4, u32x4_extend_high_u16x8(first));
        four_rows!(8, u32x4_extend_low_u16x8(second));
        four_rows!(12, u32x4_extend_high_u16x8(second));
        let pairs = f32x4_pmax(highest, i32x4_shuffle::<2, 3, 2, 3>(highest, highest));
        f32x4_extract_lane::<0>(pairs).max(f32x4_extract_lane::<1>(pairs))
    }
}
