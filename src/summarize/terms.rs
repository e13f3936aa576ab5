//! Sentences as weighted bags of words.

use std::collections::BTreeMap;

use crate::sentences::words;

/// Sparse tf-idf weights by term number, ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct TermVector {
    weights: Vec<(u32, f32)>,
    length: f32,
    words: usize,
}

/// A vector for each sentence: `(1 + ln tf) x ln(1 + N / df)` over lower-case words, with N sentences.
pub(super) fn term_vectors<'a>(sentences: impl Iterator<Item = &'a str>) -> Vec<TermVector> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let bags: Vec<(BTreeMap<u32, u32>, usize)> = sentences
        .map(|sentence| {
            let mut bag = BTreeMap::new();
            let mut count = 0;
            for (_, word) in words(sentence) {
                let next = numbers.len() as u32;
                let number = *numbers.entry(word.to_lowercase()).or_insert(next);
                *bag.entry(number).or_insert(0) += 1;
                count += 1;
            }
            (bag, count)
        })
        .collect();
    let mut containing = vec![0u32; numbers.len()];
    bags.iter().flat_map(|(bag, _)| bag.keys()).for_each(|&number| containing[number as usize] += 1);
    let total = bags.len() as f32;
    bags.into_iter()
        .map(|(bag, words)| {
            let weight = |number: u32, times: u32| {
                (1.0 + (times as f32).ln()) * (1.0 + total / containing[number as usize] as f32).ln()
            };
            let weights = bag.into_iter().map(|(number, times)| (number, weight(number, times))).collect();
            TermVector::new(weights, words)
        })
        .collect()
}

impl TermVector {
    fn new(weights: Vec<(u32, f32)>, words: usize) -> Self {
        let length = weights.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        Self { weights, length, words }
    }

    /// The sum of the vectors, each brought to length 1 and multiplied by its weight.
    pub(super) fn weighted_sum<'a>(vectors: impl Iterator<Item = (&'a Self, f32)>) -> Self {
        let mut sums: BTreeMap<u32, f32> = BTreeMap::new();
        for (vector, weight) in vectors.filter(|(vector, _)| vector.length > 0.0) {
            for &(number, value) in &vector.weights {
                *sums.entry(number).or_insert(0.0) += weight * value / vector.length;
            }
        }
        Self::new(sums.into_iter().collect(), 0)
    }

    /// Words of the sentence, repetitions counted.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// 0 if either has no words.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        let (mut left, mut right) = (self.weights.iter().peekable(), other.weights.iter().peekable());
        let mut product = 0.0;
        while let (Some((a, x)), Some((b, y))) = (left.peek(), right.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    product += x * y;
                    left.next();
                    right.next();
                }
            }
        }
        let lengths = self.length * other.length;
        if lengths > 0.0 { product / lengths } else { 0.0 }
    }
}
