//! A token budget spent on the best nodes, whole as far as they fit.

use std::collections::BTreeMap;

use super::context::Writer;
use super::expand::union;
use super::rank::Ranking;
use crate::document::{SourceRange, TextRange};
use crate::ids::NodeId;
use crate::sentences::sentences;

/// Nodes in a row that may be too large for what is left of the budget before packing stops.
const MISSES: usize = 12;

/// What of `ranking` fits into `budget` tokens, best first.
pub(super) fn pack_nodes(writer: &Writer, question: &str, ranking: &Ranking, budget: usize) -> Vec<SourceRange> {
    let mut packer = Packer { writer, budget, taken: Vec::new(), missed: Vec::new(), costs: BTreeMap::new() };
    packer.take_nodes(ranking.nodes.iter().map(|ranked| ranked.node));
    packer.fill_with_sentences(question);
    packer.taken
}

struct Packer<'a> {
    writer: &'a Writer<'a>,
    budget: usize,
    /// What was taken, best first.
    taken: Vec<SourceRange>,
    /// Nodes that did not fit whole.
    missed: Vec<NodeId>,
    /// Tokens that a passage costs, by its range.
    costs: BTreeMap<SourceRange, usize>,
}

impl Packer<'_> {
    fn take_nodes(&mut self, nodes: impl Iterator<Item = NodeId>) {
        let mut misses = 0;
        for node in nodes {
            if self.take(&self.writer.corpus.sources(node)) {
                misses = 0;
                continue;
            }
            self.missed.push(node);
            misses += 1;
            if misses == MISSES {
                break;
            }
        }
    }

    /// What is left goes to the sentences of the nodes that were too large, those that match the question first.
    fn fill_with_sentences(&mut self, question: &str) {
        let corpus = self.writer.corpus;
        let asked = corpus.leaves.keywords.read(question);
        for node in std::mem::take(&mut self.missed) {
            for source in corpus.sources(node) {
                let text = corpus.text_of(source);
                let coverage = |range: TextRange| asked.coverage(range.of(text));
                let mut ranges: Vec<_> = sentences(text).into_iter().map(|range| (coverage(range), range)).collect();
                ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
                for (_, range) in ranges {
                    self.take(&[SourceRange { document: source.document, range: range.shifted(source.range.start) }]);
                }
            }
        }
    }

    /// Adds `sources` if the whole still fits.
    fn take(&mut self, sources: &[SourceRange]) -> bool {
        let before = self.taken.len();
        self.taken.extend_from_slice(sources);
        let passages = union(self.writer.corpus, self.taken.clone());
        let cost: usize = passages.into_iter().map(|passage| self.cost(passage)).sum();
        let fits = cost <= self.budget;
        if !fits {
            self.taken.truncate(before);
        }
        fits
    }

    fn cost(&mut self, passage: SourceRange) -> usize {
        *self.costs.entry(passage).or_insert_with(|| self.writer.cost(passage))
    }
}
