//! Embeddings by branch of the tree.
//!
//! A **code** holds a vector in a few bits a value: the plane of its signs, and a plane of magnitudes. Value `i` is
//! `factor · sign · (2 m + 1)` with `m` its magnitude, a whole number of `bits - 1` bits; with one bit, it is the sign alone.
//! The factor is such that the dot product of the code with its vector is the vector's square: then the dot product with any
//! other vector is right on average (Gao and Long, "RaBitQ", 2024). Embeddings are coded as what they differ by from the center of
//! their branch, which is a third shorter, and so is the error.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::bytes::{Reader, Writer};
use super::root::MOST_DIMENSIONS;
use super::{CheckedShard, Shard, ShardKind, UNREADABLE};
use crate::error::Result;

/// Bits of a value of a center.
const CENTER_BITS: u8 = 2;
/// What a vector's own greatest value is divided into, to find the step that fits it best.
const STEPS: u32 = 16;

/// A vector in a few bits a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    pub factor: f32,
    /// A bit a value, set where it is negative.
    pub signs: Vec<u8>,
    /// `bits - 1` bits a value.
    pub magnitudes: Vec<u8>,
}

/// Bytes of the planes of signs and of magnitudes.
pub fn code_bytes(dimensions: usize, bits: u8) -> (usize, usize) {
    (dimensions.div_ceil(8), (dimensions * usize::from(bits.saturating_sub(1))).div_ceil(8))
}

impl Code {
    /// The code of `vector` in `bits` bits a value, 1 to 8, closest in direction among a few steps.
    pub fn of(vector: &[f32], bits: u8) -> Self {
        let levels = 1u32 << (bits - 1);
        let greatest = vector.iter().fold(0.0f32, |greatest, value| greatest.max(value.abs()));
        let square: f32 = vector.iter().map(|value| value * value).sum();
        let mut best = (f32::NEG_INFINITY, 0.0, 1.0);
        let first = if levels == 1 { STEPS } else { 1 };
        for step in first..=STEPS {
            let width = greatest * step as f32 / (STEPS * levels) as f32;
            let (mut product, mut length) = (0.0f32, 0.0f32);
            for value in vector {
                let odd = (2 * magnitude(*value, width, levels) + 1) as f32;
                product += odd * value.abs();
                length += odd * odd;
            }
            let closeness = product / length.sqrt();
            if closeness > best.0 {
                best = (closeness, if product > 0.0 { square / product } else { 0.0 }, width);
            }
        }
        let (_, factor, width) = best;
        let (mut signs, mut magnitudes) = (BitWriter::default(), BitWriter::default());
        for value in vector {
            signs.push(u32::from(*value < 0.0), 1);
            magnitudes.push(magnitude(*value, width, levels), bits - 1);
        }
        Self { factor, signs: signs.bytes, magnitudes: magnitudes.bytes }
    }

    /// The values that the code stands for.
    pub fn vector(&self, dimensions: usize, bits: u8) -> Vec<f32> {
        let mut values = signed(&self.signs, dimensions, self.factor);
        let mut bits_of = BitReader { bytes: &self.magnitudes, at: 0 };
        values.iter_mut().for_each(|value| *value *= (2 * bits_of.take(bits - 1) + 1) as f32);
        values
    }
}

fn magnitude(value: f32, width: f32, levels: u32) -> u32 {
    if width > 0.0 { ((value.abs() / width) as u32).min(levels - 1) } else { 0 }
}

/// `factor` with each of the signs.
fn signed(signs: &[u8], dimensions: usize, factor: f32) -> Vec<f32> {
    let negative = |index: usize| signs.get(index / 8).is_some_and(|byte| byte >> (index % 8) & 1 == 1);
    (0..dimensions).map(|index| if negative(index) { -factor } else { factor }).collect()
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: usize,
}

impl BitWriter {
    fn push(&mut self, number: u32, bits: u8) {
        for bit in 0..bits {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((number >> bit & 1) as u8) << (self.used % 8);
            }
            self.used += 1;
        }
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl BitReader<'_> {
    /// Zeros after the end.
    fn take(&mut self, bits: u8) -> u32 {
        let mut number = 0;
        for bit in 0..bits {
            let byte = self.bytes.get(self.at / 8).copied().unwrap_or(0);
            number |= u32::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        number
    }
}

/// The centers of all branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Routes {
    pub dimensions: usize,
    /// Bits of a value of an embedding.
    pub bits: u8,
    /// How many rows a block has, but the last of a branch.
    pub rows_per_block: usize,
    pub routes: Vec<Route>,
}

/// A branch of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub name: u64,
    pub rows: usize,
    pub center: Code,
}

impl Route {
    /// The code of a center.
    pub fn center_of(mean: &[f32]) -> Code {
        Code::of(mean, CENTER_BITS)
    }

    /// The center's values.
    pub fn center(&self, dimensions: usize) -> Vec<f32> {
        self.center.vector(dimensions, CENTER_BITS)
    }
}

impl Routes {
    pub fn encode(&self) -> Shard {
        let mut writer = Writer::default();
        writer.number(self.dimensions);
        writer.0.push(self.bits);
        writer.number(self.rows_per_block);
        writer.number(self.routes.len());
        for route in &self.routes {
            writer.hash(route.name);
            writer.number(route.rows);
            writer.float(route.center.factor);
            writer.bytes(&route.center.signs);
            writer.bytes(&route.center.magnitudes);
        }
        Shard::new(ShardKind::Routes, &writer.0)
    }

    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none.
    pub fn decode(shard: &CheckedShard) -> Result<Self> {
        shard.read(ShardKind::Routes, |reader| {
            let dimensions = reader.number()?;
            let bits = reader.byte()?;
            let rows_per_block = reader.number()?;
            if !(1..=MOST_DIMENSIONS).contains(&dimensions) || !(1..=8).contains(&bits) || rows_per_block == 0 {
                return None;
            }
            let (signs, magnitudes) = code_bytes(dimensions, CENTER_BITS);
            let count = reader.count(signs + magnitudes)?;
            let mut routes = Vec::with_capacity(count);
            for _ in 0..count {
                let (name, rows) = (reader.hash()?, reader.number()?);
                let factor = reader.float()?;
                let (signs, magnitudes) = (reader.bytes(signs)?.to_vec(), reader.bytes(magnitudes)?.to_vec());
                routes.push(Route { name, rows, center: Code { factor, signs, magnitudes } });
            }
            Some(Self { dimensions, bits, rows_per_block, routes })
        })
    }
}

/// The leaves of a branch, ascending.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub rows: Vec<BranchRow>,
    /// What the names of the blocks are made of that hold the rest of the rows: see [`block_name`].
    pub blocks: u64,
}

/// What stands for all that the blocks of a branch hold.
pub fn blocks_seed(blocks: &[Block]) -> u64 {
    xxh3_64(&blocks.iter().flat_map(|block| block.rows_as_bytes()).collect::<Vec<_>>())
}

/// The name of block `index` of a branch. A name each in the branch would take as much room as a sixth of its signs.
pub fn block_name(seed: u64, index: usize) -> u64 {
    xxh3_64_with_seed(&(index as u64).to_le_bytes(), seed)
}

/// A leaf's embedding by its signs.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchRow {
    pub leaf: u32,
    /// Of the code with one bit a value.
    pub factor: f32,
    pub signs: Vec<u8>,
}

impl BranchRow {
    /// What the leaf's embedding differs by from the center, by its signs, as a dot product with `query`, whose values sum up
    /// to `sum`.
    pub fn dot(&self, query: &[f32], sum: f32) -> f32 {
        let mut negative = 0.0;
        for (byte, values) in self.signs.iter().zip(query.chunks(8)) {
            for (bit, value) in values.iter().enumerate() {
                // Without a branch, since nothing foretells a sign.
                negative += f32::from(byte >> bit & 1) * value;
            }
        }
        self.factor * (sum - 2.0 * negative)
    }
}

/// Steps of a factor of signs, up to the greatest of its branch: much finer than what signs leave open.
const FACTOR_STEPS: f32 = 255.0;

impl Branch {
    pub fn encode(&self) -> Shard {
        let mut writer = Writer::default();
        writer.number(self.rows.len());
        let mut before = 0;
        for row in &self.rows {
            writer.number((row.leaf - before) as usize);
            before = row.leaf;
        }
        let greatest = self.rows.iter().fold(f32::MIN_POSITIVE, |greatest, row| greatest.max(row.factor));
        writer.float(greatest);
        for row in &self.rows {
            writer.0.push((row.factor / greatest * FACTOR_STEPS).round_ties_even() as u8);
        }
        self.rows.iter().for_each(|row| writer.bytes(&row.signs));
        writer.hash(self.blocks);
        Shard::new(ShardKind::Branch, &writer.0)
    }

    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none, or is not of as many `leaves` or such
    /// `routes`.
    pub fn decode(shard: &CheckedShard, leaves: usize, routes: &Routes) -> Result<Self> {
        shard.read(ShardKind::Branch, |reader| {
            let (sign_bytes, _) = code_bytes(routes.dimensions, 1);
            let count = reader.count(2 + sign_bytes)?;
            let all = reader.numbers(count)?;
            let greatest = reader.float()?;
            let mut factors = Reader(reader.bytes(count)?);
            let mut rows = Vec::with_capacity(count);
            let mut leaf = 0u32;
            for distance in all {
                leaf = leaf.saturating_add(distance);
                if leaf as usize >= leaves {
                    return None;
                }
                let factor = f32::from(factors.byte()?) / FACTOR_STEPS * greatest;
                rows.push(BranchRow { leaf, factor, signs: reader.bytes(sign_bytes)?.to_vec() });
            }
            let blocks = reader.hash()?;
            Some(Self { rows, blocks })
        })
    }
}

/// What a few rows of a branch have beside their signs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// Its own name.
    pub name: u64,
    /// Factor and magnitudes of each.
    pub rows: Vec<(f32, Vec<u8>)>,
}

impl Block {
    fn rows_as_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.number(self.rows.len());
        // The upper half of a float: eight bits after the first.
        self.rows.iter().for_each(|(factor, _)| writer.bytes(&factor.to_le_bytes()[2..]));
        self.rows.iter().for_each(|(_, magnitudes)| writer.bytes(magnitudes));
        writer.0
    }

    pub fn encode(&self) -> Shard {
        let mut writer = Writer::default();
        writer.hash(self.name);
        writer.bytes(&self.rows_as_bytes());
        Shard::named(self.name, ShardKind::Block, &writer.0)
    }

    /// The name that a block says it has.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for another shard.
    pub fn name_of(shard: &CheckedShard) -> Result<u64> {
        Reader(shard.payload(ShardKind::Block)?).hash().ok_or(UNREADABLE)
    }

    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for a payload that is none, or not of such `routes`.
    pub fn decode(shard: &CheckedShard, routes: &Routes) -> Result<Self> {
        shard.read(ShardKind::Block, |reader| {
            let (_, width) = code_bytes(routes.dimensions, routes.bits);
            let name = reader.hash()?;
            let count = reader.count(2 + width)?;
            let mut factors = Reader(reader.bytes(2 * count)?);
            let mut rows = Vec::with_capacity(count);
            for _ in 0..count {
                let factor = f32::from_le_bytes([0, 0, factors.byte()?, factors.byte()?]);
                if !factor.is_finite() {
                    return None;
                }
                rows.push((factor, reader.bytes(width)?.to_vec()));
            }
            Some(Self { name, rows })
        })
    }
}
