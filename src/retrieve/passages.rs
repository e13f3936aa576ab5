//! A token budget spent on the sentences that say most, wherever they stand; neighbours that are chosen become one passage.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Writer;
use super::evidence::{Pool, score};
use super::options::{Evidence, Mode};
use super::rank::{Question, Trace, allowed_documents, rank};
use crate::document::SourceRange;
use crate::ids::DocId;

/// Sentences that compete at the most: those of some hundreds of the best leaves and of what stands around them.
const COMPETING: usize = 4096;
/// Leaves on either side of one that is among the best.
const AROUND: u32 = 2;
/// Sentences in a row that may be too long for what is left of the budget before choosing stops.
const MISSES: usize = 12;

/// The sentences that `budget` tokens are best spent on, best first.
pub(super) fn choose_sentences(
    writer: &Writer,
    question: &Question,
    evidence: Evidence,
    budget: usize,
) -> (Vec<SourceRange>, Trace) {
    let corpus = writer.corpus;
    let index = corpus.sentences;
    let allowed = allowed_documents(corpus, question);
    let pool = Pool::new(index, competing(writer, question, &allowed));
    let scored = score(corpus, question, &pool, evidence);
    let mut order: Vec<usize> = (0..pool.sentences.len()).collect();
    order.sort_by(|&a, &b| scored.scores[b].total_cmp(&scored.scores[a]).then(a.cmp(&b)));

    let mut frames: BTreeMap<(DocId, Option<u32>), usize> = BTreeMap::new();
    let mut chosen: BTreeSet<u32> = BTreeSet::new();
    let mut taken: Vec<SourceRange> = Vec::new();
    // Overlapping leaves have sentences in common.
    let mut seen: BTreeSet<SourceRange> = BTreeSet::new();
    let (mut left, mut misses) = (budget, 0);
    for position in order {
        let number = pool.sentences[position];
        let sentence = index.get(number as usize);
        if sentence.is_heading || seen.contains(&sentence.source) {
            continue;
        }
        let place = (sentence.source.document, corpus.heading_at(sentence.source));
        let frame = *frames.entry(place).or_insert_with(|| writer.frame_cost(sentence.source));
        let touches = |other: Option<u32>| {
            other.is_some_and(|other| {
                chosen.contains(&other) && index.get(other as usize).source.document == sentence.source.document
            })
        };
        let neighbours = usize::from(touches(number.checked_sub(1))) + usize::from(touches(number.checked_add(1)));
        // A passage that it lengthens has its frame already; one that it closes the gap of is one less.
        let cost = (index.rows().tokens()[number as usize] as usize + frame).saturating_sub(neighbours * frame);
        if cost > left {
            misses += 1;
            if misses == MISSES {
                break;
            }
            continue;
        }
        left -= cost;
        misses = 0;
        chosen.insert(number);
        seen.insert(sentence.source);
        taken.push(sentence.source);
    }
    let trace = Trace {
        mode: Mode::Auto,
        notes: vec![scored.reason],
        alpha: scored.alpha,
        by_vector: if scored.alpha > 0.0 { pool.sentences.len() } else { 0 },
        by_keyword: scored.with_words,
        fused: pool.sentences.len(),
        documents: allowed.iter().filter(|&&allowed| allowed).count(),
    };
    (taken, trace)
}

/// The sentences that compete, in order: all that the filter lets through, or the best leaves' and their neighbours'.
fn competing(writer: &Writer, question: &Question, allowed: &[bool]) -> Vec<u32> {
    let corpus = writer.corpus;
    let index = corpus.sentences;
    let leaf_allowed = |leaf: &u32| allowed[corpus.chunks[*leaf as usize].document.index()];
    let of_leaf = |leaf: u32| index.of_leaf(leaf as usize).map(|sentence| sentence as u32);
    if index.len() <= COMPETING {
        return (0..corpus.chunks.len() as u32).filter(leaf_allowed).flat_map(of_leaf).collect();
    }
    let mut leaves: BTreeSet<u32> = BTreeSet::new();
    let mut sentences = 0;
    let ranking = rank(corpus, question, Mode::Leaves, COMPETING / 8);
    for ranked in &ranking.nodes {
        let leaf = ranked.node.0;
        let document = corpus.chunks[leaf as usize].document;
        let around = leaf.saturating_sub(AROUND)..=(leaf + AROUND).min(corpus.chunks.len() as u32 - 1);
        for near in around.filter(|near| corpus.chunks[*near as usize].document == document) {
            if leaves.insert(near) {
                sentences += index.of_leaf(near as usize).len();
            }
        }
        if sentences >= COMPETING {
            break;
        }
    }
    leaves.into_iter().flat_map(of_leaf).collect()
}
