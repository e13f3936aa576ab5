//! The kernels for engines with relaxed SIMD: products of a signed byte and one of seven bits.
//!
//! What such an instruction gives is the same on every machine as long as the second operand is within 0 to 127 and no
//! sum overflows, which quantization sees to.

use std::arch::wasm32::*;

use super::rows::{ROWS, by_rows, each_row};
use super::{CHAIN, PANEL};

/// See [`Kernel::multiply`](super::Kernel::multiply).
#[target_feature(enable = "relaxed-simd")]
pub(super) fn multiply_dot(rows: &[u8], width: usize, panel: &[i8], offsets: &[i32; PANEL], sums: &mut [[i32; PANEL]]) {
    check(rows, width, panel, sums);
    // SAFETY: what was checked holds for the rows from `row` on.
    by_rows!(sums.len(), row => unsafe {
        dot_rows(&rows[row * width..], width, panel, offsets, &mut sums[row..])
    }, unsafe {
        dot_row(&rows[row * width..], width, panel, offsets, &mut sums[row])
    });
}

/// See [`Kernel::multiply`](super::Kernel::multiply).
#[target_feature(enable = "relaxed-simd")]
pub(super) fn multiply_chain(
    rows: &[u8],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    sums: &mut [[i32; PANEL]],
) {
    check(rows, width, panel, sums);
    // SAFETY: what was checked holds for the rows from `row` on.
    by_rows!(sums.len(), row => unsafe {
        chain_rows(&rows[row * width..], width, panel, offsets, &mut sums[row..])
    }, unsafe {
        dot_row(&rows[row * width..], width, panel, offsets, &mut sums[row])
    });
}

fn check(rows: &[u8], width: usize, panel: &[i8], sums: &[[i32; PANEL]]) {
    assert!(rows.len() == width * sums.len() && panel.len() == width * PANEL && width.is_multiple_of(4 * CHAIN));
}

/// # Safety
/// There are [`ROWS`] rows of `width` bytes and as many sums; `panel` is `width` x [`PANEL`]; `width` is a multiple of 4.
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn dot_rows(rows: &[u8], width: usize, panel: &[i8], offsets: &[i32; PANEL], out: &mut [[i32; PANEL]]) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let (mut low, mut high) = ([load(offsets.as_ptr()); ROWS], [load(offsets[4..].as_ptr()); ROWS]);
        let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
        let mut k = 0;
        while k < width {
            let (first, second): (v128, v128) = (load(panel), load(panel.add(16)));
            panel = panel.add(4 * PANEL);
            each_row!(4, ROW => {
                let activations = v128_load32_splat(rows.add(ROW * width + k).cast());
                low[ROW] = i32x4_relaxed_dot_i8x16_i7x16_add(first, activations, low[ROW]);
                high[ROW] = i32x4_relaxed_dot_i8x16_i7x16_add(second, activations, high[ROW]);
            });
            k += 4;
        }
        each_row!(4, ROW => store(&mut out[ROW], low[ROW], high[ROW]));
    }
}

/// # Safety
/// As for [`dot_rows`], for one row.
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn dot_row(rows: &[u8], width: usize, panel: &[i8], offsets: &[i32; PANEL], out: &mut [i32; PANEL]) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let (mut low, mut high) = (load(offsets.as_ptr()), load(offsets[4..].as_ptr()));
        let (row, mut panel) = (rows.as_ptr(), panel.as_ptr());
        let mut k = 0;
        while k < width {
            let activations = v128_load32_splat(row.add(k).cast());
            low = i32x4_relaxed_dot_i8x16_i7x16_add(load(panel), activations, low);
            high = i32x4_relaxed_dot_i8x16_i7x16_add(load(panel.add(16)), activations, high);
            panel = panel.add(4 * PANEL);
            k += 4;
        }
        store(out, low, high);
    }
}

/// # Safety
/// As for [`dot_rows`], and `width` is a multiple of 4 [`CHAIN`].
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn chain_rows(rows: &[u8], width: usize, panel: &[i8], offsets: &[i32; PANEL], out: &mut [[i32; PANEL]]) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let (mut low, mut high) = ([load(offsets.as_ptr()); ROWS], [load(offsets[4..].as_ptr()); ROWS]);
        let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
        let mut k = 0;
        while k < width {
            let (mut low_part, mut high_part) = ([i16x8_splat(0); ROWS], [i16x8_splat(0); ROWS]);
            // The first link of a chain begins its sums, the others add to them.
            macro_rules! link {
                ($link:literal, $add:expr) => {{
                    let (first, second): (v128, v128) = (load(panel.add(4 * PANEL * $link)), load(panel.add(4 * PANEL * $link + 16)));
                    each_row!(4, ROW => {
                        let activations = v128_load32_splat(rows.add(ROW * width + k + 4 * $link).cast());
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
            panel = panel.add(4 * PANEL * CHAIN);
            each_row!(4, ROW => {
                low[ROW] = i32x4_add(low[ROW], i32x4_extadd_pairwise_i16x8(low_part[ROW]));
                high[ROW] = i32x4_add(high[ROW], i32x4_extadd_pairwise_i16x8(high_part[ROW]));
            });
            k += 4 * CHAIN;
        }
        each_row!(4, ROW => store(&mut out[ROW], low[ROW], high[ROW]));
    }
}

/// # Safety
/// There are 16 bytes to read.
#[inline(always)]
unsafe fn load<T>(from: *const T) -> v128 {
    // SAFETY: by the caller's promise; wasm loads from any address.
    unsafe { v128_load(from.cast()) }
}

#[inline(always)]
fn store(out: &mut [i32; PANEL], low: v128, high: v128) {
    // SAFETY: there are 32 bytes to write, and wasm stores them at any address.
    unsafe {
        v128_store(out.as_mut_ptr().cast(), low);
        v128_store(out.as_mut_ptr().add(4).cast(), high);
    }
}
