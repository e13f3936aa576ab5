//! The kernels for every wasm engine with SIMD: products of words of 16 bits, two added in 32 bits by an instruction.

use std::arch::wasm32::*;

use super::PANEL;

/// Rows that are computed together, so that each vector of weights is read for so many. More would not fit in the
/// registers of x86-64.
const ROWS: usize = 4;

/// See [`Kernel::multiply`](super::Kernel::multiply).
pub(super) fn multiply_weights(
    rows: &[i16],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    sums: &mut [[i32; PANEL]],
) {
    assert!(rows.len() == width * sums.len() && panel.len() == width * PANEL && width.is_multiple_of(4));
    let together = sums.len() / ROWS * ROWS;
    for row in (0..together).step_by(ROWS) {
        // SAFETY: the assertion above holds for the rows up to `row + ROWS`.
        unsafe { weights_block::<ROWS>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
    for row in together..sums.len() {
        // SAFETY: as above.
        unsafe { weights_block::<1>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
}

/// # Safety
/// There are `R` rows of `width` words and as many sums; `panel` is `width` x [`PANEL`]; `width` is a multiple of 4.
#[inline(always)]
unsafe fn weights_block<const R: usize>(
    rows: &[i16],
    width: usize,
    panel: &[i8],
    offsets: &[i32; PANEL],
    out: &mut [[i32; PANEL]],
) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let begin = [v128_load(offsets.as_ptr().cast()), v128_load(offsets[4..].as_ptr().cast())];
        let mut sums = [begin; R];
        let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
        for k in (0..width).step_by(4) {
            let first: v128 = v128_load(panel.cast());
            let second: v128 = v128_load(panel.add(16).cast());
            panel = panel.add(4 * PANEL);
            let weights = [
                [i16x8_extend_low_i8x16(first), i16x8_extend_high_i8x16(first)],
                [i16x8_extend_low_i8x16(second), i16x8_extend_high_i8x16(second)],
            ];
            for row in 0..R {
                let at = rows.add(row * width + k);
                let pairs = [v128_load32_splat(at.cast()), v128_load32_splat(at.add(2).cast())];
                for half in 0..2 {
                    for vector in 0..2 {
                        let products = i32x4_dot_i16x8(weights[vector][half], pairs[half]);
                        sums[row][vector] = i32x4_add(sums[row][vector], products);
                    }
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            v128_store(out[row].as_mut_ptr().cast(), sums[0]);
            v128_store(out[row][4..].as_mut_ptr().cast(), sums[1]);
        }
    }
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
    let together = count / ROWS * ROWS;
    for row in (0..together).step_by(ROWS) {
        // SAFETY: the assertions above hold for the rows up to `row + ROWS`.
        unsafe { words_block::<ROWS>(&rows[row * width..], width, panel, &mut sums[row * stride + column..], stride) }
    }
    for row in together..count {
        // SAFETY: as above.
        unsafe { words_block::<1>(&rows[row * width..], width, panel, &mut sums[row * stride + column..], stride) }
    }
}

/// # Safety
/// There are `R` rows of `width` words, which is even; `panel` is `width` x [`PANEL`]; `out` has [`PANEL`] integers from
/// every `stride`th on, `R` times.
#[inline(always)]
unsafe fn words_block<const R: usize>(rows: &[i16], width: usize, panel: &[i16], out: &mut [i32], stride: usize) {
    // SAFETY: by the caller's promise, every address is within its slice; wasm loads from any address.
    unsafe {
        let mut sums = [[i32x4_splat(0); 2]; R];
        let (rows, mut panel) = (rows.as_ptr(), panel.as_ptr());
        for k in (0..width).step_by(2) {
            let columns: [v128; 2] = [v128_load(panel.cast()), v128_load(panel.add(8).cast())];
            panel = panel.add(2 * PANEL);
            for (row, sums) in sums.iter_mut().enumerate() {
                let pair = v128_load32_splat(rows.add(row * width + k).cast());
                for vector in 0..2 {
                    sums[vector] = i32x4_add(sums[vector], i32x4_dot_i16x8(columns[vector], pair));
                }
            }
        }
        let out = out.as_mut_ptr();
        for (row, sums) in sums.iter().enumerate() {
            v128_store(out.add(row * stride).cast(), sums[0]);
            v128_store(out.add(row * stride + 4).cast(), sums[1]);
        }
    }
}
