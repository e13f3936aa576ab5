//! The best few of many.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Scored;

/// Orders by score, then the smaller item above the larger.
#[derive(Clone, Copy, PartialEq)]
struct Ranked(Scored);

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.score.total_cmp(&other.0.score).then(other.0.item.cmp(&self.0.item))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Keeps the `k` best of the items offered, in a heap whose root is the worst of them.
pub(super) struct TopK {
    k: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
}

impl TopK {
    pub fn new(k: usize) -> Self {
        Self { k, heap: BinaryHeap::new() }
    }

    /// Takes the item in if it is among the best so far; never one whose score is not a number.
    pub fn offer(&mut self, item: u32, score: f32) {
        if score.is_nan() {
            return;
        }
        // Adding zero turns -0 into 0, which would otherwise rank below it.
        let offered = Ranked(Scored { item, score: score + 0.0 });
        if self.heap.len() < self.k {
            self.heap.push(Reverse(offered));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && offered > worst.0
        {
            *worst = Reverse(offered);
        }
    }

    /// A score below this one is not among the best.
    pub fn least(&self) -> f32 {
        if self.heap.len() < self.k {
            return f32::NEG_INFINITY;
        }
        self.heap.peek().map_or(f32::INFINITY, |worst| worst.0.0.score)
    }

    /// The best first, equal scores by item.
    pub fn into_sorted(self) -> Vec<Scored> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_sorting_everything(
            scores in prop::collection::vec(prop_oneof![4 => (-3i8..3).prop_map(f32::from), 1 => any::<f32>()], 0..60),
            k in 0usize..20,
        ) {
            let mut top = TopK::new(k);
            let mut all = Vec::new();
            for (item, &score) in scores.iter().enumerate() {
                top.offer(item as u32, score);
                if !score.is_nan() {
                    all.push(Scored { item: item as u32, score });
                }
            }
            all.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap().then(a.item.cmp(&b.item)));
            all.truncate(k);
            prop_assert_eq!(top.into_sorted(), all);
        }
    }
}
