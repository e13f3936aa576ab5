//! Rows of activations as integers.

use super::kernel::Kernel;
use super::lanes::{Lanes, Rounder};
use super::rotation::rotate;

/// Integers of a row lie this far to either side of [`ZERO`], so within 1 to 127: seven bits, whose products with signed
/// bytes are exact on every machine.
const RANGE: f32 = 63.0;
/// What stands for 0.
pub(super) const ZERO: i32 = 64;

/// What a row's width is padded to a multiple of.
pub(super) const STEP: usize = 16;

/// The place in a row of its value `k`. Sixteen values are four vectors, and come in the order of their lanes: that is how
/// vectors are packed fastest.
pub(super) fn place(k: usize) -> usize {
    k / STEP * STEP + k % 4 * 4 + k % STEP / 4
}

/// Some rows of integers of seven bits, or of fourteen, each with a scale of its own, values at their [`place`].
#[derive(Default)]
pub(super) struct Activations {
    /// Integers in a padded row.
    pub width: usize,
    /// One for each row.
    pub scales: Vec<f32>,
    /// The rows, for kernels that multiply bytes; integers of fourteen bits as two digits, all rows of the higher one first.
    pub bytes: Vec<u8>,
    /// The rows, for kernels that multiply words of 16 bits. Only what the kernel reads is filled.
    pub words: Vec<i16>,
    row: Vec<f32>,
}

impl Activations {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Whether its bytes are two digits each.
    pub fn is_wide(&self) -> bool {
        self.bytes.len() > self.rows() * self.width
    }

    /// The bytes of a row and of its lower digits, of which there may be none.
    pub fn digits(&self, row: usize) -> [&[u8]; 2] {
        let (higher, lower) = self.bytes.split_at(self.rows() * self.width);
        let range = row * self.width..(row + 1) * self.width;
        [&higher[range.clone()], lower.get(range).unwrap_or_default()]
    }

    /// Makes room for `rows` rows of `width` integers, which have `digits` digits of seven bits: 1 or 2.
    pub fn reset(&mut self, kernel: Kernel, rows: usize, width: usize, digits: usize) {
        self.width = width.next_multiple_of(STEP);
        self.scales.resize(rows, 0.0);
        let integers = rows * self.width;
        let (bytes, words) = if kernel.multiplies_bytes() { (digits * integers, 0) } else { (0, integers) };
        self.bytes.resize(bytes, 0);
        self.words.resize(words, 0);
    }

    /// Replaces the rows by those of `values`, each `width` long, put through the rotation first if `rotated`:
    /// value = scale (integer - [`ZERO`]), with [`ZERO`] in the padding.
    pub fn quantize<'a, L: Lanes>(
        &mut self,
        kernel: Kernel,
        values: impl ExactSizeIterator<Item = &'a [f32]>,
        width: usize,
        rotated: bool,
    ) {
        self.reset(kernel, values.len(), width, 1);
        let mut room = std::mem::take(&mut self.row);
        room.clear();
        room.resize(self.width, 0.0);
        let rounder = Rounder::<L>::new(ZERO);
        for (index, values) in values.enumerate() {
            let row = if rotated {
                rotate::<L>(values, &mut room[..width]);
                &room
            } else if width < self.width {
                room[..width].copy_from_slice(values);
                &room
            } else {
                values
            };
            let (vectors, _) = row.as_chunks::<4>();
            let (scale, inverse) = steps(greatest::<L>(vectors), RANGE);
            self.scales[index] = scale;
            let inverse = L::splat(inverse);
            let integer = |values: &[f32; 4]| rounder.round(L::load(values) * inverse);
            self.set_row::<L>(index, vectors, |[a, b, c, d]| [integer(a), integer(b), integer(c), integer(d)]);
        }
        self.row = room;
    }

    /// Sets a row of one digit to what `integers` makes of the vectors of `values`, as long as a row.
    #[inline(always)]
    fn set_row<L: Lanes>(
        &mut self,
        row: usize,
        values: &[[f32; 4]],
        mut integers: impl FnMut(&[[f32; 4]; 4]) -> [L::Ints; 4],
    ) {
        let (steps, _) = values.as_chunks::<4>();
        if self.words.is_empty() {
            let (bytes, _) = self.bytes[row * self.width..][..self.width].as_chunks_mut::<STEP>();
            bytes.iter_mut().zip(steps).for_each(|(to, values)| L::store_bytes(integers(values), to));
        } else {
            self.set_words::<L>(row, steps, integers);
        }
    }

    /// Sets a row of two digits to what `integers` makes of the vectors of `values`, as long as a row.
    #[inline(always)]
    pub fn set_wide_row<L: Lanes>(
        &mut self,
        row: usize,
        values: &[[f32; 4]],
        mut integers: impl FnMut(&[[f32; 4]; 4]) -> [L::Ints; 4],
    ) {
        let (steps, _) = values.as_chunks::<4>();
        if self.words.is_empty() {
            let (high, low) = self.bytes.split_at_mut(self.scales.len() * self.width);
            let (high, _) = high[row * self.width..][..self.width].as_chunks_mut::<STEP>();
            let (low, _) = low[row * self.width..][..self.width].as_chunks_mut::<STEP>();
            let mask = L::splat_int(std::hint::black_box(0x7f_007f));
            for ((high, low), values) in high.iter_mut().zip(low).zip(steps) {
                L::store_digits(integers(values), mask, high, low);
            }
        } else {
            self.set_words::<L>(row, steps, integers);
        }
    }

    #[inline(always)]
    fn set_words<L: Lanes>(
        &mut self,
        row: usize,
        steps: &[[[f32; 4]; 4]],
        mut integers: impl FnMut(&[[f32; 4]; 4]) -> [L::Ints; 4],
    ) {
        let (words, _) = self.words[row * self.width..][..self.width].as_chunks_mut::<8>();
        for (to, values) in words.as_chunks_mut::<2>().0.iter_mut().zip(steps) {
            L::store_words(integers(values), to);
        }
    }
}

/// The greatest absolute value.
#[inline(always)]
pub(super) fn greatest<L: Lanes>(vectors: &[[f32; 4]]) -> f32 {
    vectors.iter().fold(L::splat(0.0), |most, values| most.greater(L::load(values).absolute())).greatest()
}

/// The step in which values of up to `most` become integers of up to `range`, and how many of it make 1. Both are 0 where
/// the values are so small that they are taken as zeros.
#[inline(always)]
pub(super) fn steps(most: f32, range: f32) -> (f32, f32) {
    let inverse = range / most;
    if inverse.is_finite() { (most / range, inverse) } else { (0.0, 0.0) }
}
