//! Rows of activations as integers.

use super::kernel::Kernel;
use super::lanes::Lanes;
use super::rotation::rotate;

/// Integers of a row lie this far to either side of [`ZERO`], so within 1 to 127: seven bits, whose products with signed
/// bytes are exact on every machine.
const RANGE: f32 = 63.0;
/// What stands for 0.
pub(super) const ZERO: i32 = 64;

/// What a row's width is padded to a multiple of.
pub(super) const STEP: usize = 16;

/// Some rows, each with a scale of its own: value = scale (integer - [`ZERO`]).
///
/// A row is padded with [`ZERO`] to a multiple of [`STEP`]; weights are 0 there.
#[derive(Default)]
pub(super) struct Activations {
    /// Integers in a padded row.
    pub width: usize,
    /// One for each row.
    pub scales: Vec<f32>,
    /// The rows, for kernels that multiply bytes.
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

    /// Replaces the rows by those of `values`, each `width` long, put through the rotation first if `rotated`.
    pub fn quantize<L: Lanes>(&mut self, kernel: Kernel, values: &[f32], width: usize, rotated: bool) {
        self.width = width.next_multiple_of(STEP);
        let rows = values.len() / width;
        self.scales.clear();
        self.row.clear();
        self.row.resize(self.width, 0.0);
        let filled = if kernel.multiplies_bytes() { (rows * self.width, 0) } else { (0, rows * self.width) };
        self.bytes.resize(filled.0, 0);
        self.words.resize(filled.1, 0);
        for (index, row) in values.chunks_exact(width).enumerate() {
            self.row[..width].copy_from_slice(row);
            if rotated {
                rotate::<L>(&mut self.row[..width]);
            }
            let (vectors, _) = self.row.as_chunks::<4>();
            let most = vectors.iter().fold(L::splat(0.0), |most, values| most.greater(L::load(values).absolute()));
            let most = most.greatest();
            self.scales.push(most / RANGE);
            let inverse = L::splat(if most > 0.0 { RANGE / most } else { 0.0 });
            let integer = |values: &[f32; 4]| L::add_ints((L::load(values) * inverse).round(), L::splat_int(ZERO));
            let from = index * self.width;
            if kernel.multiplies_bytes() {
                let (bytes, _) = self.bytes[from..from + self.width].as_chunks_mut::<16>();
                for (to, [a, b, c, d]) in bytes.iter_mut().zip(vectors.as_chunks::<4>().0) {
                    L::store_bytes([integer(a), integer(b), integer(c), integer(d)], to);
                }
            } else {
                let (words, _) = self.words[from..from + self.width].as_chunks_mut::<8>();
                for (to, [a, b]) in words.iter_mut().zip(vectors.as_chunks::<2>().0) {
                    L::store_words([integer(a), integer(b)], to);
                }
            }
        }
    }
}
