//! Four floats at a time, written once for every machine.
//!
//! Everything that the engine computes in f32 is written over [`Lanes`], whose operations round as IEEE 754 says and
//! whose sums have one order. So scalars and vectors give the same bits. No fused multiply-add.

use std::ops::{Add, Div, Mul, Sub};

/// Added to a float of at most 2²², it leaves the nearest integer (even, if halfway) in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;

/// Four times `value`, for a loop that uses it to keep in a register.
///
/// A value that the compiler knew would be a constant of the loop, which wasm engines make anew each time round: that took
/// longer than the arithmetic.
#[inline(always)]
pub fn constant<L: Lanes>(value: f32) -> L {
    L::splat(std::hint::black_box(value))
}

/// Rounds to integers, for a loop to keep in registers.
#[derive(Clone, Copy)]
pub struct Rounder<L: Lanes> {
    adder: L,
    base: L::Ints,
}

impl<L: Lanes> Rounder<L> {
    /// To integers that are counted from `zero`.
    #[inline(always)]
    pub fn new(zero: i32) -> Self {
        let base = (ROUNDER.to_bits() as i32).wrapping_sub(zero);
        Self { adder: constant(ROUNDER), base: L::splat_int(std::hint::black_box(base)) }
    }

    /// The nearest integers, even if halfway, plus what they are counted from. No value may be beyond ±2²².
    #[inline(always)]
    pub fn round(&self, values: L) -> L::Ints {
        L::subtract_ints((values + self.adder).bits(), self.base)
    }
}

/// Four f32 values.
pub trait Lanes: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    /// Four i32 values.
    type Ints: Copy;

    fn splat(value: f32) -> Self;
    fn load(from: &[f32; 4]) -> Self;
    fn store(self, to: &mut [f32; 4]);
    fn absolute(self) -> Self;
    /// The greater of each two; `self` where they are equal. No value may be NaN.
    fn greater(self, other: Self) -> Self;
    /// The lesser of each two; `self` where they are equal. No value may be NaN.
    fn lesser(self, other: Self) -> Self;
    /// (x₀ + x₁) + (x₂ + x₃).
    fn sum(self) -> f32;
    fn greatest(self) -> f32;
    /// The values' bits.
    fn bits(self) -> Self::Ints;
    fn from_ints(ints: Self::Ints) -> Self;
    /// Each value times 2 to the power of an integer, which must keep it a normal number.
    fn times_power_of_two(self, exponent: Self::Ints) -> Self;

    fn splat_int(value: i32) -> Self::Ints;
    fn add_ints(a: Self::Ints, b: Self::Ints) -> Self::Ints;
    fn subtract_ints(a: Self::Ints, b: Self::Ints) -> Self::Ints;
    fn to_ints(ints: Self::Ints) -> [i32; 4];
    /// Stores integers of 0 to 255 as bytes: the first of each vector, then the second of each, and so on.
    fn store_bytes(ints: [Self::Ints; 4], to: &mut [u8; 16]);
    /// Stores integers of 0 to 16,383 as two digits to base 128, both in the order of [`Lanes::store_bytes`]. `mask`: 127 in
    /// both halves.
    fn store_digits(ints: [Self::Ints; 4], mask: Self::Ints, high: &mut [u8; 16], low: &mut [u8; 16]);
    /// Stores integers of 16 bits in the order of [`Lanes::store_bytes`].
    fn store_words(ints: [Self::Ints; 4], to: &mut [[i16; 8]; 2]);
    /// Integers of 8 bits with sign as the bytes of one vector, in the order of [`Lanes::store_bytes`].
    fn signed_bytes(ints: [Self::Ints; 4]) -> Self::Ints;
    /// The first of each vector, the second of each, and so on.
    fn transpose(ints: [Self::Ints; 4]) -> [Self::Ints; 4];
    /// Stores the bytes of a vector, of which byte `order[i]` becomes the `i`th. `to` has 16 bytes.
    fn store_ordered(bytes: Self::Ints, order: &[u8; 16], to: &mut [i8]);
}

#[cfg(not(target_arch = "wasm32"))]
pub use scalar::Scalar as Machine;
#[cfg(target_arch = "wasm32")]
pub use simd::Simd as Machine;

/// What native builds compute with, which the compiler makes vectors of, and the oracle: the tests hold what wasm modules
/// give against a fingerprint of what it gives.
#[cfg(not(target_arch = "wasm32"))]
mod scalar {
    use std::ops::{Add, Div, Mul, Sub};

    use super::Lanes;

    /// Lanes without SIMD.
    #[derive(Clone, Copy)]
    pub struct Scalar([f32; 4]);

    impl Scalar {
        #[inline(always)]
        fn map(self, other: Self, function: impl Fn(f32, f32) -> f32) -> Self {
            Self(std::array::from_fn(|lane| function(self.0[lane], other.0[lane])))
        }
    }

    impl Add for Scalar {
        type Output = Self;

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            self.map(other, |a, b| a + b)
        }
    }

    impl Sub for Scalar {
        type Output = Self;

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            self.map(other, |a, b| a - b)
        }
    }

    impl Mul for Scalar {
        type Output = Self;

        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            self.map(other, |a, b| a * b)
        }
    }

    impl Div for Scalar {
        type Output = Self;

        #[inline(always)]
        fn div(self, other: Self) -> Self {
            self.map(other, |a, b| a / b)
        }
    }

    impl Lanes for Scalar {
        type Ints = [i32; 4];

        #[inline(always)]
        fn splat(value: f32) -> Self {
            Self([value; 4])
        }

        #[inline(always)]
        fn load(from: &[f32; 4]) -> Self {
            Self(*from)
        }

        #[inline(always)]
        fn store(self, to: &mut [f32; 4]) {
            *to = self.0;
        }

        #[inline(always)]
        fn absolute(self) -> Self {
            Self(self.0.map(f32::abs))
        }

        #[inline(always)]
        fn greater(self, other: Self) -> Self {
            self.map(other, |a, b| if a < b { b } else { a })
        }

        #[inline(always)]
        fn lesser(self, other: Self) -> Self {
            self.map(other, |a, b| if b < a { b } else { a })
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            (self.0[0] + self.0[1]) + (self.0[2] + self.0[3])
        }

        #[inline(always)]
        fn greatest(self) -> f32 {
            self.0.into_iter().fold(f32::NEG_INFINITY, f32::max)
        }

        #[inline(always)]
        fn bits(self) -> [i32; 4] {
            self.0.map(|value| value.to_bits() as i32)
        }

        #[inline(always)]
        fn from_ints(ints: [i32; 4]) -> Self {
            Self(ints.map(|int| int as f32))
        }

        #[inline(always)]
        fn times_power_of_two(self, exponent: [i32; 4]) -> Self {
            Self(std::array::from_fn(|lane| {
                f32::from_bits(self.0[lane].to_bits().wrapping_add((exponent[lane] << 23) as u32))
            }))
        }

        #[inline(always)]
        fn splat_int(value: i32) -> [i32; 4] {
            [value; 4]
        }

        #[inline(always)]
        fn add_ints(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
            std::array::from_fn(|lane| a[lane].wrapping_add(b[lane]))
        }

        #[inline(always)]
        fn subtract_ints(a: [i32; 4], b: [i32; 4]) -> [i32; 4] {
            std::array::from_fn(|lane| a[lane].wrapping_sub(b[lane]))
        }

        #[inline(always)]
        fn to_ints(ints: [i32; 4]) -> [i32; 4] {
            ints
        }

        #[inline(always)]
        fn store_bytes(ints: [[i32; 4]; 4], to: &mut [u8; 16]) {
            *to = std::array::from_fn(|at| ints[at % 4][at / 4] as u8);
        }

        #[inline(always)]
        fn store_digits(ints: [[i32; 4]; 4], _mask: [i32; 4], high: &mut [u8; 16], low: &mut [u8; 16]) {
            *high = std::array::from_fn(|at| (ints[at % 4][at / 4] >> 7) as u8);
            *low = std::array::from_fn(|at| (ints[at % 4][at / 4] & 127) as u8);
        }

        #[inline(always)]
        fn store_words(ints: [[i32; 4]; 4], to: &mut [[i16; 8]; 2]) {
            to.as_flattened_mut().iter_mut().enumerate().for_each(|(at, to)| *to = ints[at % 4][at / 4] as i16);
        }

        #[inline(always)]
        fn signed_bytes(ints: [[i32; 4]; 4]) -> [i32; 4] {
            std::array::from_fn(|lane| i32::from_le_bytes(ints.map(|ints| ints[lane] as u8)))
        }

        #[inline(always)]
        fn transpose(ints: [[i32; 4]; 4]) -> [[i32; 4]; 4] {
            std::array::from_fn(|lane| ints.map(|ints| ints[lane]))
        }

        #[inline(always)]
        fn store_ordered(bytes: [i32; 4], order: &[u8; 16], to: &mut [i8]) {
            let bytes = bytes.map(i32::to_le_bytes);
            let bytes = bytes.as_flattened();
            to.iter_mut().zip(order).for_each(|(to, from)| *to = bytes[usize::from(*from)] as i8);
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod simd {
    use std::arch::wasm32::*;
    use std::ops::{Add, Div, Mul, Sub};

    use super::Lanes;

    /// Lanes of a wasm vector.
    #[derive(Clone, Copy)]
    pub struct Simd(v128);

    impl Add for Simd {
        type Output = Self;

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            Self(f32x4_add(self.0, other.0))
        }
    }

    impl Sub for Simd {
        type Output = Self;

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            Self(f32x4_sub(self.0, other.0))
        }
    }

    impl Mul for Simd {
        type Output = Self;

        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            Self(f32x4_mul(self.0, other.0))
        }
    }

    impl Div for Simd {
        type Output = Self;

        #[inline(always)]
        fn div(self, other: Self) -> Self {
            Self(f32x4_div(self.0, other.0))
        }
    }

    impl Lanes for Simd {
        type Ints = v128;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            Self(f32x4_splat(value))
        }

        #[inline(always)]
        fn load(from: &[f32; 4]) -> Self {
            // SAFETY: there are 16 bytes to read, and wasm loads them from any address.
            Self(unsafe { v128_load(from.as_ptr().cast()) })
        }

        #[inline(always)]
        fn store(self, to: &mut [f32; 4]) {
            // SAFETY: there are 16 bytes to write, and wasm stores them at any address.
            unsafe { v128_store(to.as_mut_ptr().cast(), self.0) }
        }

        #[inline(always)]
        fn absolute(self) -> Self {
            Self(f32x4_abs(self.0))
        }

        #[inline(always)]
        fn greater(self, other: Self) -> Self {
            Self(f32x4_pmax(self.0, other.0))
        }

        #[inline(always)]
        fn lesser(self, other: Self) -> Self {
            Self(f32x4_pmin(self.0, other.0))
        }

        #[inline(always)]
        fn sum(self) -> f32 {
            let pairs = f32x4_add(self.0, i32x4_shuffle::<1, 0, 3, 2>(self.0, self.0));
            f32x4_extract_lane::<0>(pairs) + f32x4_extract_lane::<2>(pairs)
        }

        #[inline(always)]
        fn greatest(self) -> f32 {
            let pairs = f32x4_pmax(self.0, i32x4_shuffle::<2, 3, 0, 1>(self.0, self.0));
            f32x4_extract_lane::<0>(f32x4_pmax(pairs, i32x4_shuffle::<1, 0, 3, 2>(pairs, pairs)))
        }

        #[inline(always)]
        fn bits(self) -> v128 {
            self.0
        }

        #[inline(always)]
        fn from_ints(ints: v128) -> Self {
            Self(f32x4_convert_i32x4(ints))
        }

        #[inline(always)]
        fn times_power_of_two(self, exponent: v128) -> Self {
            Self(i32x4_add(self.0, i32x4_shl(exponent, 23)))
        }

        #[inline(always)]
        fn splat_int(value: i32) -> v128 {
            i32x4_splat(value)
        }

        #[inline(always)]
        fn add_ints(a: v128, b: v128) -> v128 {
            i32x4_add(a, b)
        }

        #[inline(always)]
        fn subtract_ints(a: v128, b: v128) -> v128 {
            i32x4_sub(a, b)
        }

        #[inline(always)]
        fn to_ints(ints: v128) -> [i32; 4] {
            [
                i32x4_extract_lane::<0>(ints),
                i32x4_extract_lane::<1>(ints),
                i32x4_extract_lane::<2>(ints),
                i32x4_extract_lane::<3>(ints),
            ]
        }

        // Vectors are packed by shifts: instructions that narrow them also clamp, and the compiler makes much more of them.

        #[inline(always)]
        fn store_bytes([a, b, c, d]: [v128; 4], to: &mut [u8; 16]) {
            let bytes = v128_or(v128_or(a, i32x4_shl(b, 8)), v128_or(i32x4_shl(c, 16), i32x4_shl(d, 24)));
            store(bytes, to);
        }

        #[inline(always)]
        fn store_digits([a, b, c, d]: [v128; 4], mask: v128, high: &mut [u8; 16], low: &mut [u8; 16]) {
            let (ac, bd) = (v128_or(a, i32x4_shl(c, 16)), v128_or(b, i32x4_shl(d, 16)));
            let bytes = |ac, bd| v128_or(v128_and(ac, mask), i32x4_shl(v128_and(bd, mask), 8));
            store(bytes(u32x4_shr(ac, 7), u32x4_shr(bd, 7)), high);
            store(bytes(ac, bd), low);
        }

        #[inline(always)]
        fn store_words([a, b, c, d]: [v128; 4], [low, high]: &mut [[i16; 8]; 2]) {
            let (ab, cd) = (v128_or(a, i32x4_shl(b, 16)), v128_or(c, i32x4_shl(d, 16)));
            store(i32x4_shuffle::<0, 4, 1, 5>(ab, cd), low);
            store(i32x4_shuffle::<2, 6, 3, 7>(ab, cd), high);
        }

        #[inline(always)]
        fn signed_bytes([a, b, c, d]: [v128; 4]) -> v128 {
            let byte = |ints, place: u32| u32x4_shr(i32x4_shl(ints, 24), 24 - place);
            v128_or(v128_or(byte(a, 0), byte(b, 8)), v128_or(byte(c, 16), byte(d, 24)))
        }

        #[inline(always)]
        fn transpose([a, b, c, d]: [v128; 4]) -> [v128; 4] {
            let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
            let (ab_rest, cd_rest) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
            [
                i64x2_shuffle::<0, 2>(ab, cd),
                i64x2_shuffle::<1, 3>(ab, cd),
                i64x2_shuffle::<0, 2>(ab_rest, cd_rest),
                i64x2_shuffle::<1, 3>(ab_rest, cd_rest),
            ]
        }

        #[inline(always)]
        fn store_ordered(bytes: v128, order: &[u8; 16], to: &mut [i8]) {
            // SAFETY: there are 16 bytes to read, and wasm loads them from any address.
            let order = unsafe { v128_load(order.as_ptr().cast()) };
            store(i8x16_swizzle(bytes, order), to);
        }
    }

    #[inline(always)]
    fn store<T>(vector: v128, to: &mut [T]) {
        assert_eq!(size_of_val(to), 16);
        // SAFETY: there are 16 bytes to write, and wasm stores them at any address.
        unsafe { v128_store(to.as_mut_ptr().cast(), vector) }
    }
}
