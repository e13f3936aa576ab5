//! An answer in the documents' own words: the sentences that say most of what is asked, each with its source.

use super::corpus::Corpus;
use super::rank::{Ranking, Trace};
use crate::document::SourceRange;
use crate::sentences::body_sentences;

/// Nodes whose sentences compete.
const NODES: usize = 6;
/// How much a node's place in the ranking counts beside its sentences' words.
const RANK_WEIGHT: f32 = 0.5;

/// Sentences that answer a question, in document order.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub sentences: Vec<AnswerSentence>,
    pub trace: Trace,
}

/// A sentence, verbatim at its source.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerSentence {
    pub source: SourceRange,
    /// From 0 to 1 for its share of the question's words, and up to [`RANK_WEIGHT`] for its node's rank.
    pub score: f32,
}

/// The best `count` sentences of the best nodes of `ranking`, none of the same words as another.
pub fn answer(corpus: &Corpus, question: &str, ranking: Ranking, count: usize) -> Answer {
    let asked = corpus.leaves.keywords.read(question);
    let mut candidates: Vec<AnswerSentence> = Vec::new();
    let mut rank = 0;
    for ranked in &ranking.nodes {
        if rank == NODES {
            break;
        }
        let before = candidates.len();
        let prior = RANK_WEIGHT / (1 + rank) as f32;
        for source in corpus.sources(ranked.node) {
            for range in body_sentences(corpus.document(source.document), source.range) {
                let source = SourceRange { document: source.document, range };
                let text = corpus.text_of(source);
                // Documents repeat each other, and chunks may overlap: what was said once is said.
                if candidates.iter().all(|other| corpus.text_of(other.source) != text) {
                    let score = asked.coverage(text) + prior;
                    candidates.push(AnswerSentence { source, score });
                }
            }
        }
        // One that only repeats the others takes no place.
        rank += usize::from(candidates.len() > before);
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.source.cmp(&b.source)));
    candidates.truncate(count);
    candidates.sort_by_key(|sentence| sentence.source);
    Answer { sentences: candidates, trace: ranking.trace }
}
