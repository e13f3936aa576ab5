//! The kernels for every wasm engine with SIMD: products of words of 16 bits, two added in 32 bits by an instruction.

use std::arch::wasm32::*;

use super::PANEL;
use super::rows::{ROWS, by_rows, each_row};

/// Defines both kernels for some rows.
macro_rules! blocks {
    ($rows:tt, $weights:ident, $words:ident) => {
        /// # Safety
        /// There are as many rows of `width` words and sums; `panel` is `width` x [`PANEL`]; `width` is a multiple of 4.
        unsafe fn $weights(
            rows: &[i16],
            width: usize,
            panel: &[i8],
            offsets: &[i32; PANEL],
            out: &mut [[i32; PANEL]],
        ) {
            // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
            unsafe {
                let mut low = [v128_load(offsets.as_ptr().cast()); $rows];
                let mut high = [v128_load(offsets.as_ptr().add(4).cast()); $rows];
                let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
                let mut k = 0;
                while k < width {
                    let (first, second): (v128, v128) = (v128_load(panel.cast()), v128_load(panel.add(16).cast()));
                    panel = panel.add(4 * PANEL);
                    let (first_low, first_high) = (i16x8_extend_low_i8x16(first), i16x8_extend_high_i8x16(first));
                    let (second_low, second_high) = (i16x8_extend_low_i8x16(second), i16x8_extend_high_i8x16(second));
                    each_row!($rows, ROW => {
                        let at = rows.add(ROW * width + k);
                        let (one, other) = (v128_load32_splat(at.cast()), v128_load32_splat(at.add(2).cast()));
                        low[ROW] = i32x4_add(low[ROW], i32x4_dot_i16x8(first_low, one));
                        high[ROW] = i32x4_add(high[ROW], i32x4_dot_i16x8(second_low, one));
                        low[ROW] = i32x4_add(low[ROW], i32x4_dot_i16x8(first_high, other));
                        high[ROW] = i32x4_add(high[ROW], i32x4_dot_i16x8(second_high, other));
                    });
                    k += 4;
                }
                each_row!($rows, ROW => {
                    v128_store(out[ROW].as_mut_ptr().cast(), low[ROW]);
                    v128_store(out[ROW].as_mut_ptr().add(4).cast(), high[ROW]);
                });
            }
        }

        /// # Safety
        /// There are as many rows of `width` words, which is even; `panel` is `width` x [`PANEL`]; `out` has [`PANEL`]
        /// integers from every `stride`th on, for each row.
        unsafe fn $words(rows: &[i16], width: usize, panel: &[i16], out: &mut [i32], stride: usize) {
            // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
            unsafe {
                let (mut low, mut high) = ([i32x4_splat(0); $rows], [i32x4_splat(0); $rows]);
                let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
                let mut k = 0;
                while k < width {
                    let (first, second): (v128, v128) = (v128_load(panel.cast()), v128_load(panel.add(8).cast()));
                    panel = panel.add(2 * PANEL);
                    each_row!($rows, ROW => {
                        let pair = v128_load32_splat(rows.add(ROW * width + k).cast());
                        low[ROW] = i32x4_add(low[ROW], i32x4_dot_i16x8(first, pair));
                        high[ROW] = i32x4_add(high[ROW], i32x4_dot_i16x8(second, pair));
                    });
                    k += 2;
                }
                let out = out.as_mut_ptr();
                each_row!($rows, ROW => {
                    v128_store(out.add(ROW * stride).cast(), low[ROW]);
                    v128_store(out.add(ROW * stride + 4).cast(), high[ROW]);
                });
            }
        }
    };
}

blocks!(4, weights_of_rows, words_of_rows);
blocks!(1, weights_of_row, words_of_row);

/// See [`Kernel::multiply`](super::Kernel::multiply).
pub(super) fn multiply_weights(
    rows: &[i16],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    sums: &mut [[i32; PANEL]],
) {
    assert!(rows.len() == width * sums.len() && panel.len() == width * PANEL && width.is_multiple_of(4));
    // SAFETY: the assertion above holds for the rows from `row` on.
    by_rows!(sums.len(), row => unsafe {
        weights_of_rows(&rows[row * width..], width, panel, offsets, &mut sums[row..])
    }, unsafe {
        weights_of_row(&rows[row * width..], width, panel, offsets, &mut sums[row..])
    });
}

/// See [`Kernel::multiply_words`](super::Kernel::multiply_words).
pub(super) fn multiply_words(
    rows: &[i16],
    width: usize,
    panel: &[i16],
    sums: &mut [i32],
    stride: usize,
    column: usize,
) {
    let count = rows.len() / width;
    assert!(width.is_multiple_of(2) && panel.len() == width * PANEL);
    assert!(column + PANEL <= stride && count * stride <= sums.len());
    // SAFETY: the assertions above hold for the rows from `row` on.
    by_rows!(count, row => unsafe {
        words_of_rows(&rows[row * width..], width, panel, &mut sums[row * stride + column..], stride)
    }, unsafe {
        words_of_row(&rows[row * width..], width, panel, &mut sums[row * stride + column..], stride)
    });
}
