//! Rows that a wasm kernel computes together.

use std::arch::wasm32::*;

use super::super::activations::Activations;
use super::{PANEL, Panel};

/// So many rows use each vector of weights that is read. More would not fit in the registers of x86-64.
pub(super) const ROWS: usize = 4;

/// Runs `$work` for each of the first 1 to [`ROWS`] rows. Written out, since a compiler told to be small leaves a loop over
/// them, and with it their sums in memory.
macro_rules! each_row {
    (1, $row:ident => $work:expr) => {{
        const $row: usize = 0;
        $work
    }};
    (2, $row:ident => $work:expr) => {{
        each_row!(1, $row => $work);
        const $row: usize = 1;
        $work
    }};
    (3, $row:ident => $work:expr) => {{
        each_row!(2, $row => $work);
        const $row: usize = 2;
        $work
    }};
    (4, $row:ident => $work:expr) => {{
        each_row!(3, $row => $work);
        const $row: usize = 3;
        $work
    }};
}

/// Gives `count` rows to `$four`, [`ROWS`] at a time, and those that are left to the one for as many. All are unsafe functions
/// of rows and a panel, whose promises hold for these.
macro_rules! by_rows {
    ($rows:expr, $count:expr, $panel:expr, [$four:ident, $three:ident, $two:ident, $one:ident]) => {{
        let (rows, count, panel) = ($rows, $count, $panel);
        let mut next = 0;
        while next + ROWS <= count {
            $four(rows.from(next), panel);
            next += ROWS;
        }
        match count - next {
            3 => $three(rows.from(next), panel),
            2 => $two(rows.from(next), panel),
            1 => $one(rows.from(next), panel),
            _ => {}
        }
    }};
}

pub(super) use {by_rows, each_row};

/// Some rows of a product that is under way.
#[derive(Clone, Copy)]
pub(super) struct Rows<T> {
    /// The first row's integers, of which a row has `width`.
    pub integers: *const T,
    /// From an integer to its lower digit; 0 where there is none. Words need no second digit.
    #[cfg(feature = "relaxed-simd")]
    pub lower: usize,
    pub width: usize,
    /// The first row's scale.
    pub scales: *const f32,
    /// Where the first row's results go.
    pub out: *mut f32,
    /// From a row's results to the next.
    pub stride: usize,
}

impl<T: Copy> Rows<T> {
    /// All rows of `input`, whose `integers` are the ones to multiply.
    pub fn new(integers: &[T], input: &Activations, out: &mut [f32], stride: usize) -> Self {
        let length = input.rows() * input.width;
        assert!(integers.len() == length || integers.len() == 2 * length);
        Self {
            integers: integers.as_ptr(),
            #[cfg(feature = "relaxed-simd")]
            lower: if integers.len() > length { length } else { 0 },
            width: input.width,
            scales: input.scales.as_ptr(),
            out: out.as_mut_ptr(),
            stride,
        }
    }

    /// Those from row `row` on.
    ///
    /// # Safety
    /// There is such a row.
    #[inline(always)]
    pub unsafe fn from(self, row: usize) -> Self {
        // SAFETY: by the caller's promise.
        unsafe {
            Self {
                integers: self.integers.add(row * self.width),
                scales: self.scales.add(row),
                out: self.out.add(row * self.stride),
                ..self
            }
        }
    }

    /// Makes the results of row `row` from its sums.
    ///
    /// # Safety
    /// There is such a row.
    #[inline(always)]
    pub unsafe fn finish(self, row: usize, low: v128, high: v128, panel: &Panel) {
        // SAFETY: by the caller's promise; wasm loads and stores at any address.
        unsafe {
            let scale = v128_load32_splat(self.scales.add(row).cast());
            let out = self.out.add(row * self.stride);
            let value = |sums, half: usize| {
                let (scales, biases) = (panel.scales.as_ptr().add(half), panel.biases.as_ptr().add(half));
                let scale = f32x4_mul(scale, v128_load(scales.cast()));
                f32x4_add(f32x4_mul(f32x4_convert_i32x4(sums), scale), v128_load(biases.cast()))
            };
            v128_store(out.cast(), value(low, 0));
            if panel.columns == PANEL {
                v128_store(out.add(PANEL / 2).cast(), value(high, PANEL / 2));
            }
        }
    }
}
