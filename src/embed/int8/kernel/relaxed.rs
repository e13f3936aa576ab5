//! The kernels for engines with relaxed SIMD: products of a signed byte and one of seven bits.
//!
//! What such an instruction gives is the same on every machine as long as the second operand is within 0 to 127 and no
//! sum overflows, which quantization sees to.

use std::arch::wasm32::*;

use super::{CHAIN, PANEL};

/// Rows that are computed together, so that each vector of weights is read for so many. More would not fit in the
/// registers of x86-64.
const ROWS: usize = 4;

/// See [`Kernel::multiply`](super::Kernel::multiply).
#[target_feature(enable = "relaxed-simd")]
pub(super) fn multiply_dot(rows: &[u8], width: usize, panel: &[i8], offsets: &[i32; PANEL], sums: &mut [[i32; PANEL]]) {
    check(rows, width, panel, sums);
    let together = sums.len() / ROWS * ROWS;
    for row in (0..together).step_by(ROWS) {
        // SAFETY: what was checked holds for the rows up to `row + ROWS`.
        unsafe { dot_block::<ROWS>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
    for row in together..sums.len() {
        // SAFETY: as above.
        unsafe { dot_block::<1>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
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
    let together = sums.len() / ROWS * ROWS;
    for row in (0..together).step_by(ROWS) {
        // SAFETY: what was checked holds for the rows up to `row + ROWS`.
        unsafe { chain_block::<ROWS>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
    for row in together..sums.len() {
        // SAFETY: as above.
        unsafe { chain_block::<1>(&rows[row * width..], width, panel, offsets, &mut sums[row..]) }
    }
}

fn check(rows: &[u8], width: usize, panel: &[i8], sums: &[[i32; PANEL]]) {
    assert!(rows.len() == width * sums.len() && panel.len() == width * PANEL && width.is_multiple_of(4 * CHAIN));
}

/// # Safety
/// There are `R` rows of `width` bytes and as many sums; `panel` is `width` x [`PANEL`]; `width` is a multiple of 4.
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn dot_block<const R: usize>(
    rows: &[u8],
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
            let weights: [v128; 2] = [v128_load(panel.cast()), v128_load(panel.add(16).cast())];
            panel = panel.add(4 * PANEL);
            for (row, sums) in sums.iter_mut().enumerate() {
                let activations = v128_load32_splat(rows.add(row * width + k).cast());
                for vector in 0..2 {
                    sums[vector] = i32x4_relaxed_dot_i8x16_i7x16_add(weights[vector], activations, sums[vector]);
                }
            }
        }
        store(&sums, out);
    }
}

/// # Safety
/// As for [`dot_block`], and `width` is a multiple of 4 [`CHAIN`].
#[inline]
#[target_feature(enable = "relaxed-simd")]
unsafe fn chain_block<const R: usize>(
    rows: &[u8],
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
        for k in (0..width).step_by(4 * CHAIN) {
            let mut parts = [[i16x8_splat(0); 2]; R];
            for link in 0..CHAIN {
                let weights: [v128; 2] = [v128_load(panel.cast()), v128_load(panel.add(16).cast())];
                panel = panel.add(4 * PANEL);
                for (row, parts) in parts.iter_mut().enumerate() {
                    let activations = v128_load32_splat(rows.add(row * width + k + 4 * link).cast());
                    for vector in 0..2 {
                        let products = i16x8_relaxed_dot_i8x16_i7x16(weights[vector], activations);
                        parts[vector] = if link == 0 { products } else { i16x8_add(parts[vector], products) };
                    }
                }
            }
            for (sums, parts) in sums.iter_mut().zip(parts) {
                for vector in 0..2 {
                    sums[vector] = i32x4_add(sums[vector], i32x4_extadd_pairwise_i16x8(parts[vector]));
                }
            }
        }
        store(&sums, out);
    }
}

#[inline(always)]
fn store<const R: usize>(sums: &[[v128; 2]; R], out: &mut [[i32; PANEL]]) {
    for (sums, out) in sums.iter().zip(out) {
        let (halves, _) = out.as_chunks_mut::<4>();
        // SAFETY: there are 16 bytes to write at each address, and wasm stores them at any.
        unsafe {
            v128_store(halves[0].as_mut_ptr().cast(), sums[0]);
            v128_store(halves[1].as_mut_ptr().cast(), sums[1]);
        }
    }
}
