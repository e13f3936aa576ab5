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
    unsafe {
        let mut next = 0;
        while next + 2 <= count {
            chain_2(rows.from(next), panel);
            next += 2;
        }
        if next < count {
            dot_1(rows.from(next), panel);
        }
    }
}

/// Two rows, with all weights of a chain in registers: the sixteen of x86-64 are enough for that, as they are not for more rows.
///
/// # Safety
/// There are two rows without lower digits, and `panel` is as wide as they are, which is a multiple of 4 [`CHAIN`].
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn chain_2(rows: Rows<u8>, panel: &Panel) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let (mut low, mut high) = start!(2, panel);
        let (mut bytes, end) = (panel.bytes.as_ptr(), panel.bytes.as_ptr().add(rows.width * PANEL));
        let mut integers = [rows.integers, rows.integers.add(rows.width)];
        while bytes < end {
            // Of each half of a panel, four values of each of its channels by link. Written out for the reason that rows are.
            const _: () = assert!(CHAIN == 4 && PANEL == 8);
            let weights: [[v128; CHAIN]; 2] = [
                [load(bytes), load(bytes.add(32)), load(bytes.add(64)), load(bytes.add(96))],
                [load(bytes.add(16)), load(bytes.add(48)), load(bytes.add(80)), load(bytes.add(112))],
            ];
            macro_rules! sum {
                ($half:literal, $activations:ident) => {{
                    let part = i16x8_relaxed_dot_i8x16_i7x16(weights[$half][0], $activations[0]);
                    let part = i16x8_add(part, i16x8_relaxed_dot_i8x16_i7x16(weights[$half][1], $activations[1]));
                    let part = i16x8_add(part, i16x8_relaxed_dot_i8x16_i7x16(weights[$half][2], $activations[2]));
                    let part = i16x8_add(part, i16x8_relaxed_dot_i8x16_i7x16(weights[$half][3], $activations[3]));
                    i32x4_extadd_pairwise_i16x8(part)
                }};
            }
            each_row!(2, ROW => {
                let from = integers[ROW];
                let activations: [v128; CHAIN] = [
                    v128_load32_splat(from.cast()),
                    v128_load32_splat(from.add(4).cast()),
                    v128_load32_splat(from.add(8).cast()),
                    v128_load32_splat(from.add(12).cast()),
                ];
                low[ROW] = i32x4_add(low[ROW], sum!(0, activations));
                high[ROW] = i32x4_add(high[ROW], sum!(1, activations));
                integers[ROW] = from.add(4 * CHAIN);
            });
            bytes = bytes.add(4 * PANEL * CHAIN);
        }
        each_row!(2, ROW => rows.finish(ROW, low[ROW], high[ROW], panel));
    }
}

/// # Safety
/// There are 16 bytes to read.
#[inline(always)]
unsafe fn load<T>(from: *const T) -> v128 {
    // SAFETY: by the caller's promise; wasm loads from any address.
    unsafe { v128_load(from.cast()) }
}
