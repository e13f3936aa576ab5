//! The kernels for engines with relaxed SIMD: products of a signed byte and one of seven bits.
//!
//! What such an instruction gives is the same on every machine as long as the second operand is within 0 to 127 and no
//! sum overflows, which quantization sees to.

use std::arch::wasm32::*;

use super::rows::{ROWS, Rows, by_rows, each_row};
use super::{CHAIN, PANEL, Panel};

/// What the sums of some rows begin at.
macro_rules! start {
    ($rows:tt, $panel:expr) => {
        ([load($panel.offsets.as_ptr()); $rows], [load($panel.offsets.as_ptr().add(PANEL / 2)); $rows])
    };
}

/// Defines the kernel that sums in 32 bits, for some rows.
macro_rules! dot {
    ($rows:tt, $name:ident) => {
        /// # Safety
        /// There are so many rows, and `panel` is as wide as they are, which is a multiple of 4.
        #[inline]
        #[target_feature(enable = "relaxed-simd")]
        unsafe fn $name(rows: Rows<u8>, panel: &Panel) {
            // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
            unsafe {
                let (mut low, mut high) = start!($rows, panel);
                let mut integers = rows.integers;
                loop {
                    let mut bytes = panel.bytes.as_ptr();
                    let mut k = 0;
                    while k < rows.width {
                        let (first, second): (v128, v128) = (load(bytes), load(bytes.add(16)));
                        bytes = bytes.add(4 * PANEL);
                        each_row!($rows, ROW => {
                            let activations = v128_load32_splat(integers.add(ROW * rows.width + k).cast());
                            low[ROW] = i32x4_relaxed_dot_i8x16_i7x16_add(first, activations, low[ROW]);
                            high[ROW] = i32x4_relaxed_dot_i8x16_i7x16_add(second, activations, high[ROW]);
                        });
                        k += 4;
                    }
                    if rows.lower == 0 || integers != rows.integers {
                        break;
                    }
                    integers = integers.add(rows.lower);
                    each_row!($rows, ROW => {
                        low[ROW] = i32x4_shl(low[ROW], 7);
                        high[ROW] = i32x4_shl(high[ROW], 7);
                    });
                }
                each_row!($rows, ROW => rows.finish(ROW, low[ROW], high[ROW], panel));
            }
        }
    };
}

dot!(4, dot_4);
dot!(3, dot_3);
dot!(2, dot_2);
dot!(1, dot_1);

/// See [`Kernel::multiply`](super::Kernel::multiply).
///
/// # Safety
/// There are `count` rows, and `panel` is as wide as they are, which is a multiple of 4.
#[target_feature(enable = "relaxed-simd")]
pub(super) unsafe fn multiply_dot(rows: Rows<u8>, count: usize, panel: &Panel) {
    // SAFETY: by the caller's promise.
    unsafe { by_rows!(rows, count, panel, [dot_4, dot_3, dot_2, dot_1]) }
}

/// See [`Kernel::multiply`](super::Kernel::multiply).
///
/// # Safety
/// There are `count` rows without lower digits, and `panel` is as wide as they are, which is a multiple of 4 [`CHAIN`].
#[target_feature(enable = "relaxed-simd")]
pub(super) unsafe fn multiply_chain(rows: Rows<u8>, count: usize, panel: &Panel) {
    // SAFETY: by the caller's promise.
    unsafe { by_rows!(rows, count, panel, [chain_4, dot_3, dot_2, dot_1]) }
}

/// # Safety
/// There are [`ROWS`] rows without lower digits, and `panel` is as wide as they are, which is a multiple of 4 [`CHAIN`].
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn chain_4(rows: Rows<u8>, panel: &Panel) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let (mut low, mut high) = start!(4, panel);
        let mut bytes = panel.bytes.as_ptr();
        let mut k = 0;
        while k < rows.width {
            let (mut low_part, mut high_part) = ([i16x8_splat(0); ROWS], [i16x8_splat(0); ROWS]);
            // The first link of a chain begins its sums, the others add to them.
            macro_rules! link {
                ($link:literal, $add:expr) => {{
                    let (first, second): (v128, v128) = (load(bytes.add(4 * PANEL * $link)), load(bytes.add(4 * PANEL * $link + 16)));
                    each_row!(4, ROW => {
                        let activations = v128_load32_splat(rows.integers.add(ROW * rows.width + k + 4 * $link).cast());
                        low_part[ROW] = $add(low_part[ROW], i16x8_relaxed_dot_i8x16_i7x16(first, activations));
                        high_part[ROW] = $add(high_part[ROW], i16x8_relaxed_dot_i8x16_i7x16(second, activations));
                    });
                }};
            }
            const _: () = assert!(CHAIN == 4);
            link!(0, |_, products| products);
            link!(1, i16x8_add);
            link!(2, i16x8_add);
            link!(3, i16x8_add);
            bytes = bytes.add(4 * PANEL * CHAIN);
            each_row!(4, ROW => {
                low[ROW] = i32x4_add(low[ROW], i32x4_extadd_pairwise_i16x8(low_part[ROW]));
                high[ROW] = i32x4_add(high[ROW], i32x4_extadd_pairwise_i16x8(high_part[ROW]));
            });
            k += 4 * CHAIN;
        }
        each_row!(4, ROW => rows.finish(ROW, low[ROW], high[ROW], panel));
    }
}

/// # Safety
/// There are 16 bytes to read.
#[inline(always)]
unsafe fn load<T>(from: *const T) -> v128 {
    // SAFETY: by the caller's promise; wasm loads from any address.
    unsafe { v128_load(from.cast()) }
}
