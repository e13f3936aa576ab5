//! The summarizer that needs no model: it chooses the sentences that are closest to what all passages are about.
//!
//! Sentences are scored by their similarity to the centroid of the request (Radev, Jing, Styś and Tam 2004, MEAD),
//! where a passage counts for more the nearer its embedding lies to the middle of its cluster. They are taken by
//! maximal marginal relevance (Carbonell and Goldstein 1998), and stand in the summary as they stand in the documents:
//! verbatim, in order, each with its source range.

mod terms;

use std::collections::BTreeSet;

use crate::traits::{Sentence, Summary, SummaryRequest, TokenCounter};
use terms::{TermVector, term_vectors};

/// How much relevance counts against novelty in marginal relevance.
const RELEVANCE: f32 = 0.7;
/// Sentences at least this similar say the same; one of them is enough.
const SAME: f32 = 0.8;
/// A sentence of fewer words counts for less: headings and exclamations summarize little.
const FULL_SENTENCE_WORDS: f32 = 6.0;

/// A summary stays as it is while it is worth this share of the best one: it need not be embedded again then, nor the summaries
/// above it be made again.
const STANDING: f32 = 0.9;
/// After this many sentences in a row that do not fit, the summary is taken to be full.
const MISFITS: usize = 20;

/// A sentence that may be chosen.
#[derive(Clone)]
struct Candidate<'a> {
    sentence: &'a Sentence,
    /// Its place among the request's sentences.
    order: usize,
    terms: TermVector,
    relevance: f32,
    /// Greatest similarity to a sentence already chosen.
    redundancy: f32,
}

/// Chooses sentences of the passages within the request's budget of tokens; those of the summary that stands, unless others
/// say clearly more.
///
/// If none fits, the most relevant is cut at a word, its source range with it. Without a sentence that has a word, or
/// with a budget of zero, the summary is empty.
pub fn summarize(request: &SummaryRequest, counter: &dyn TokenCounter) -> Summary {
    let budget = request.budget as usize;
    let all = candidates(request);
    let Some(most_relevant) = best(&all).map(|index| all[index].sentence) else {
        return Summary::default();
    };
    let standing: Vec<Candidate> =
        all.iter().filter(|candidate| request.standing.contains(candidate.sentence)).cloned().collect();
    let stands = !standing.is_empty() && standing.len() == request.standing.len();
    let mut choice = choose(all, budget, counter);
    if stands {
        let before = choose(standing, budget, counter);
        if before.chosen.len() == request.standing.len() && before.worth >= STANDING * choice.worth {
            choice = before;
        }
    }
    let mut chosen = choice.chosen;
    if chosen.is_empty() {
        return Summary { sentences: most_relevant.cut(budget, counter).into_iter().collect() };
    }
    chosen.sort_by_key(|candidate| (candidate.sentence.source, candidate.order));
    Summary { sentences: chosen.into_iter().map(|candidate| candidate.sentence.clone()).collect() }
}

/// Candidates that were chosen, and their marginal relevance when they were, added up.
struct Choice<'a> {
    chosen: Vec<Candidate<'a>>,
    worth: f32,
}

/// Chooses by marginal relevance until `budget` tokens are spent.
fn choose<'a>(mut candidates: Vec<Candidate<'a>>, budget: usize, counter: &dyn TokenCounter) -> Choice<'a> {
    let mut choice = Choice { chosen: Vec::new(), worth: 0.0 };
    let (mut left, mut misfits) = (budget, 0);
    while misfits < MISFITS {
        // A word has at least one token: most that cannot fit need not be counted.
        candidates.retain(|candidate| candidate.terms.words() <= left);
        let Some(index) = best(&candidates) else { break };
        let taken = candidates.swap_remove(index);
        let tokens = counter.count(&taken.sentence.text);
        if tokens > left {
            misfits += 1;
            continue;
        }
        left -= tokens;
        misfits = 0;
        candidates.retain_mut(|candidate| {
            let similarity = candidate.terms.cosine(&taken.terms);
            candidate.redundancy = candidate.redundancy.max(similarity);
            similarity < SAME
        });
        choice.worth += taken.marginal();
        choice.chosen.push(taken);
    }
    choice
}

/// The index of the candidate of greatest marginal relevance, the first of equals.
fn best(candidates: &[Candidate]) -> Option<usize> {
    let marginal = |index: usize| (candidates[index].marginal(), std::cmp::Reverse(candidates[index].order));
    (0..candidates.len()).max_by(|&a, &b| {
        let (a, b) = (marginal(a), marginal(b));
        a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
    })
}

impl Candidate<'_> {
    fn marginal(&self) -> f32 {
        RELEVANCE * self.relevance - (1.0 - RELEVANCE) * self.redundancy
    }
}

/// The sentences that have a word, each source once, with their relevance.
fn candidates(request: &SummaryRequest) -> Vec<Candidate<'_>> {
    let mut sources = BTreeSet::new();
    let mut sentences = Vec::new();
    let mut weights = Vec::new();
    for passage in &request.passages {
        let centrality = if passage.centrality.is_finite() { passage.centrality.clamp(0.0, 1.0) } else { 0.0 };
        for sentence in &passage.sentences {
            // Two summaries below may have chosen the same sentence.
            if sentence.source.is_none_or(|source| sources.insert(source)) {
                sentences.push(sentence);
                weights.push(0.5 + 0.5 * centrality);
            }
        }
    }
    let vectors = term_vectors(sentences.iter().map(|sentence| sentence.text.as_str()));
    let centroid = TermVector::weighted_sum(vectors.iter().zip(weights.iter().copied()));
    let candidates = sentences.into_iter().zip(vectors).zip(weights);
    candidates
        .enumerate()
        .filter(|(_, ((_, terms), _))| terms.words() > 0)
        .map(|(order, ((sentence, terms), weight))| {
            let length = (terms.words() as f32 / FULL_SENTENCE_WORDS).min(1.0);
            let relevance = terms.cosine(&centroid) * weight * length;
            Candidate { sentence, order, terms, relevance, redundancy: 0.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests;
