//! What the clusters over a sentence say of it: the tree's view of the text, which does not go by neighbourhood.

use std::collections::BTreeMap;

use super::Pool;
use crate::ids::NodeId;
use crate::retrieve::corpus::Corpus;

/// Levels of the tree that count: above them clusters hold nearly everything.
const LEVELS: usize = 2;

/// The clusters over the leaves of a pool.
#[derive(Default)]
pub struct Clusters {
    /// Of each sentence of the pool, its leaf, counted from the first leaf of the pool that is met.
    leaves: Vec<u32>,
    /// Of each level, the clusters with their leaves, counted likewise.
    levels: Vec<Vec<Vec<u32>>>,
}

impl Clusters {
    pub fn new(corpus: &Corpus, pool: &Pool) -> Self {
        let mut numbers: BTreeMap<NodeId, u32> = BTreeMap::new();
        let mut leaves = Vec::with_capacity(pool.sentences.len());
        for &sentence in &pool.sentences {
            let leaf = NodeId(corpus.sentences.get(sentence as usize).leaf);
            let next = numbers.len() as u32;
            leaves.push(*numbers.entry(leaf).or_insert(next));
        }
        let mut levels = Vec::new();
        // A node of a level with the leaves of the pool that are under it.
        let mut below: BTreeMap<NodeId, Vec<u32>> =
            numbers.into_iter().map(|(leaf, number)| (leaf, vec![number])).collect();
        for _ in 0..LEVELS {
            let mut above: BTreeMap<NodeId, Vec<u32>> = BTreeMap::new();
            for (node, members) in &below {
                for parent in &corpus.node(*node).parents {
                    above.entry(*parent).or_default().extend(members);
                }
            }
            if above.is_empty() {
                break;
            }
            for members in above.values_mut() {
                members.sort_unstable();
                members.dedup();
            }
            levels.push(above.values().cloned().collect());
            below = above;
        }
        Self { leaves, levels }
    }

    /// For each level, each sentence's best cluster: the mean of the field over its leaves, sentences weighed by their
    /// tokens.
    pub fn means(&self, field: &[f32], tokens: &[f32]) -> Vec<Vec<f32>> {
        let count = self.leaves.iter().max().map_or(0, |most| *most as usize + 1);
        let (mut sums, mut totals) = (vec![0.0f32; count], vec![0.0f32; count]);
        for ((leaf, value), tokens) in self.leaves.iter().zip(field).zip(tokens) {
            sums[*leaf as usize] += value * tokens;
            totals[*leaf as usize] += tokens;
        }
        let of_level = |clusters: &Vec<Vec<u32>>| {
            let mut best = vec![f32::MIN; count];
            for members in clusters {
                let sum: f32 = members.iter().map(|&leaf| sums[leaf as usize]).sum();
                let total: f32 = members.iter().map(|&leaf| totals[leaf as usize]).sum();
                let mean = sum / total.max(1.0);
                members.iter().for_each(|&leaf| best[leaf as usize] = best[leaf as usize].max(mean));
            }
            // A leaf that is in no cluster stands for itself.
            for (leaf, best) in best.iter_mut().enumerate().filter(|(_, best)| **best == f32::MIN) {
                *best = sums[leaf] / totals[leaf].max(1.0);
            }
            self.leaves.iter().map(|&leaf| best[leaf as usize]).collect()
        };
        self.levels.iter().map(of_level).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The mean over the sentences whose leaf is among `members`.
    fn mean(clusters: &Clusters, members: &[u32], field: &[f32], tokens: &[f32]) -> f32 {
        let within = (0..field.len()).filter(|&sentence| members.contains(&clusters.leaves[sentence]));
        let (sum, total) =
            within.fold((0.0, 0.0), |(sum, total), at| (sum + field[at] * tokens[at], total + tokens[at]));
        sum / total
    }

    #[test]
    fn a_sentence_has_the_best_cluster_of_its_leaf_weighed_by_tokens() {
        let clusters =
            Clusters { leaves: vec![0, 0, 1, 2], levels: vec![vec![vec![0, 1], vec![1, 2]], vec![vec![0, 2]]] };
        let (field, tokens) = ([1.0, 3.0, 8.0, -4.0], [1.0, 3.0, 4.0, 2.0]);
        let (first, second) = (42.0 / 8.0, 24.0 / 6.0);
        let (third, alone) = (2.0 / 6.0, 8.0);
        let expected = vec![vec![first, first, first, second], vec![third, third, alone, third]];
        assert_eq!(clusters.means(&field, &tokens), expected);
    }

    #[test]
    fn a_leaf_in_no_cluster_stands_for_itself() {
        let clusters = Clusters { leaves: vec![0, 1, 1], levels: vec![vec![vec![0]]] };
        assert_eq!(clusters.means(&[5.0, 1.0, -3.0], &[2.0, 1.0, 3.0]), [[5.0, -2.0, -2.0]]);
        assert!(Clusters::default().means(&[], &[]).is_empty());
    }

    proptest! {
        #[test]
        fn means_are_those_of_a_plain_computation(
            sentences in prop::collection::vec((0..5u32, -1f32..1.0, 1..60u32), 0..30),
            levels in prop::collection::vec(
                prop::collection::vec(prop::collection::btree_set(0..5u32, 1..5), 0..6), 0..3),
        ) {
            // Each leaf has a sentence at least.
            let sentences: Vec<_> = (0..5).map(|leaf| (leaf, 0.5, 7)).chain(sentences).collect();
            let field: Vec<f32> = sentences.iter().map(|&(_, value, _)| value).collect();
            let tokens: Vec<f32> = sentences.iter().map(|&(_, _, tokens)| tokens as f32).collect();
            let clusters = Clusters {
                leaves: sentences.iter().map(|&(leaf, ..)| leaf).collect(),
                levels: levels.into_iter().map(|level| level.into_iter().map(Vec::from_iter).collect()).collect(),
            };
            let means = clusters.means(&field, &tokens);
            prop_assert_eq!(means.len(), clusters.levels.len());
            for (level, means) in clusters.levels.iter().zip(means) {
                prop_assert_eq!(means.len(), field.len());
                for (leaf, found) in clusters.leaves.iter().zip(means) {
                    let over = level.iter().filter(|members| members.contains(leaf));
                    let best = over.map(|members| mean(&clusters, members, &field, &tokens)).reduce(f32::max);
                    let expected = best.unwrap_or_else(|| mean(&clusters, &[*leaf], &field, &tokens));
                    prop_assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
                }
            }
        }
    }
}
