//! The kernel for every wasm engine with SIMD: products of words of 16 bits, two added in 32 bits by an instruction.

use std::arch::wasm32::*;

use super::rows::{ROWS, Rows, by_rows, each_row};
use super::{PANEL, Panel};

/// Defines the kernel for some rows.
macro_rules! block {
    ($rows:tt, $name:ident) => {
        /// # Safety
        /// There are so many rows, and `panel` is as wide as they are, which is a multiple of 4.
        unsafe fn $name(rows: Rows<i16>, panel: &Panel) {
            // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
            unsafe {
                let mut low = [v128_load(panel.offsets.as_ptr().cast()); $rows];
                let mut high = [v128_load(panel.offsets.as_ptr().add(PANEL / 2).cast()); $rows];
                let mut bytes = panel.bytes.as_ptr();
                let mut k = 0;
                while k < rows.width {
                    let (first, second): (v128, v128) = (v128_load(bytes.cast()), v128_load(bytes.add(16).cast()));
                    bytes = bytes.add(4 * PANEL);
                    let (first_low, first_high) = (i16x8_extend_low_i8x16(first), i16x8_extend_high_i8x16(first));
                    let (second_low, second_high) = (i16x8_extend_low_i8x16(second), i16x8_extend_high_i8x16(second));
                    each_row!($rows, ROW => {
                        let at = rows.integers.add(ROW * rows.width + k);
                        let (one, other) = (v128_load32_splat(at.cast()), v128_load32_splat(at.add(2).cast()));
                        low[ROW] = i32x4_add(low[ROW], i32x4_dot_i16x8(first_low, one));
                        high[ROW] = i32x4_add(high[ROW], i32x4_dot_i16x8(second_low, one));
                        low[ROW] = i32x4_add(low[ROW], i32x4_dot_i16x8(first_high, other));
                        high[ROW] = i32x4_add(high[ROW], i32x4_dot_i16x8(second_high, other));
                    });
                    k += 4;
                }
                each_row!($rows, ROW => rows.finish(ROW, low[ROW], high[ROW], panel));
            }
        }
    };
}

block!(4, multiply_4);
block!(3, multiply_3);
block!(2, multiply_2);
block!(1, multiply_1);

/// See [`Kernel::multiply`](super::Kernel::multiply).
///
/// # Safety
/// There are `count` rows, and `panel` is as wide as they are, which is a multiple of 4.
pub(super) unsafe fn multiply(rows: Rows<i16>, count: usize, panel: &Panel) {
    // SAFETY: by the caller's promise.
    unsafe { by_rows!(rows, count, panel, [multiply_4, multiply_3, multiply_2, multiply_1]) }
}
