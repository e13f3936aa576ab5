//! Four floats at a time, written once for every machine.
//!
//! Everything that the engine computes in f32 is written over [`Lanes`], whose operations round as IEEE 754 says and
//! whose sums have one order. So [`Scalar`] and the vectors of a machine give the same bits. No fused multiply-add.

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
    /// The two digits to base 128 of integers from 0 to 16,383, the higher first.
    /// `mask` is 127.
    fn digits(ints: Self::Ints, mask: Self::Ints) -> [Self::Ints; 2];
    fn to_ints(ints: Self::Ints) -> [i32; 4];
    /// Stores integers of 0 to 255.
    fn store_bytes(ints: [Self::Ints; 4], to: &mut [u8; 16]);
    /// Stores integers of 8 bits with sign, of the 16 that number `order[i]` as byte `i`. `to` has 16 bytes.
    fn store_signed_bytes(ints: [Self::Ints; 4], order: &[u8; 16], to: &mut [i8]);
    /// Stores integers of 16 bits with sign.
    fn store_words(ints: [Self::Ints; 2], to: &mut [i16; 8]);
}

/// Lanes without SIMD: the oracle, and what native builds compute with.
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
    fn digits(ints: [i32; 4], mask: [i32; 4]) -> [[i32; 4]; 2] {
        [ints.map(|int| int >> 7), std::array::from_fn(|lane| ints[lane] & mask[lane])]
    }

    #[inline(always)]
    fn to_ints(ints: [i32; 4]) -> [i32; 4] {
        ints
    }

    #[inline(always)]
    fn store_bytes(ints: [[i32; 4]; 4], to: &mut [u8; 16]) {
        *to = std::array::from_fn(|at| ints[at / 4][at % 4] as u8);
    }

    #[inline(always)]
    fn store_signed_bytes(ints: [[i32; 4]; 4], order: &[u8; 16], to: &mut [i8]) {
        let bytes = ints.as_flattened();
        to.iter_mut().zip(order).for_each(|(to, from)| *to = bytes[usize::from(*from)] as i8);
    }

    #[inline(always)]
    fn store_words(ints: [[i32; 4]; 2], to: &mut [i16; 8]) {
        *to = std::array::from_fn(|at| ints[at / 4][at % 4] as i16);
    }
}

#[cfg(target_arch = "wasm32")]
pub use simd::Simd;

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
        fn digits(ints: v128, mask: v128) -> [v128; 2] {
            [i32x4_shr(ints, 7), v128_and(ints, mask)]
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

        #[inline(always)]
        fn store_bytes(ints: [v128; 4], to: &mut [u8; 16]) {
            let low = i16x8_narrow_i32x4(ints[0], ints[1]);
            let high = i16x8_narrow_i32x4(ints[2], ints[3]);
            // SAFETY: there are 16 bytes to write, and wasm stores them at any address.
            unsafe { v128_store(to.as_mut_ptr().cast(), u8x16_narrow_i16x8(low, high)) }
        }

        #[inline(always)]
        fn store_signed_bytes(ints: [v128; 4], order: &[u8; 16], to: &mut [i8]) {
            assert_eq!(to.len(), 16);
            let low = i16x8_narrow_i32x4(ints[0], ints[1]);
            let high = i16x8_narrow_i32x4(ints[2], ints[3]);
            // SAFETY: there are 16 bytes to read and to write, and wasm does both at any address.
            unsafe {
                let order = v128_load(order.as_ptr().cast());
                v128_store(to.as_mut_ptr().cast(), i8x16_swizzle(i8x16_narrow_i16x8(low, high), order));
            }
        }

        #[inline(always)]
        fn store_words(ints: [v128; 2], to: &mut [i16; 8]) {
            // SAFETY: there are 16 bytes to write, and wasm stores them at any address.
            unsafe { v128_store(to.as_mut_ptr().cast(), i16x8_narrow_i32x4(ints[0], ints[1])) }
        }
    }
}
