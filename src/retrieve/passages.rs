//! A token budget spent on the sentences that say most, wherever they stand; neighbours that are chosen become one passage.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Writer;
use super::corpus::Corpus;
use super::evidence::{Pool, asks_for_whole, score, score_informativeness};
use super::options::{Evidence, Mode};
use super::rank::{Question, Trace, allowed_documents, rank_among};
use super::route::{Plan, Route, asks_tables, holds_rows};
use crate::document::SourceRange;
use crate::error::Result;
use crate::ids::{DocId, NodeId};
use crate::index::IndexedSentence;

/// Where there are more sentences, those of the best leaves and of what stands around them compete, about as many.
const COMPETING: usize = 3072;
/// How many of the best leaves are asked for then.
const BEST_LEAVES: usize = 192;
/// Leaves on either side of one that is among the best.
const AROUND: u32 = 2;

/// The sentences that `budget` tokens are best spent on, best first: for a comparison as much on either side.
pub(super) fn choose_sentences(
    writer: &Writer,
    question: &Question,
    plan: Plan,
    evidence: Evidence,
    budget: usize,
) -> Result<(Vec<SourceRange>, Trace)> {
    let (corpus, mut plan) = (writer.corpus, plan);
    let whole = order(corpus, question, evidence, &|_| true)?;
    let mut choice = Choice::new(writer, budget);
    let of_tables = plan.route == Route::Table && asks_tables(corpus, question, &mut plan)?;
    if of_tables {
        let rows = order(corpus, question, evidence, &|leaf| holds_rows(corpus, leaf))?;
        choice.take_all(rows.sentences);
    }
    choice.take_all(whole.sentences);
    Ok((choice.taken, Trace { route: Some(plan.trace()), ..whole.trace }))
}

/// Sentences, best first, and how that came about.
struct Order {
    sentences: Vec<u32>,
    trace: Trace,
}

/// The order of the sentences of wanted leaves for `question`.
fn order(corpus: &Corpus, question: &Question, evidence: Evidence, wanted: &dyn Fn(NodeId) -> bool) -> Result<Order> {
    let index = corpus.sentences;
    let allowed = allowed_documents(corpus, question);
    let whole = asks_for_whole(question.text, index.keywords().language());
    let sentences = if whole { all(corpus, &allowed, wanted) } else { competing(corpus, question, &allowed, wanted)? };
    let pool = Pool::new(index, sentences);
    let scored = if whole { score_informativeness(corpus, &pool) } else { score(corpus, question, &pool, evidence)? };
    let mut order: Vec<usize> = (0..scored.scores.len()).collect();
    order.sort_by(|&a, &b| scored.scores[b].total_cmp(&scored.scores[a]).then(a.cmp(&b)));
    let trace = Trace {
        mode: Mode::Auto,
        notes: vec![scored.reason],
        route: None,
        alpha: scored.alpha,
        by_vector: if scored.alpha > 0.0 { pool.sentences.len() } else { 0 },
        by_keyword: scored.with_words,
        fused: pool.sentences.len(),
        documents: allowed.iter().filter(|&&allowed| allowed).count(),
    };
    Ok(Order { sentences: order.into_iter().map(|position| pool.sentences[position]).collect(), trace })
}

/// What is left of a budget while sentences are taken.
struct Choice<'a> {
    writer: &'a Writer<'a>,
    /// Best first.
    taken: Vec<SourceRange>,
    /// Overlapping leaves have sentences in common.
    seen: BTreeSet<SourceRange>,
    /// Tokens.
    left: isize,
    /// Tokens of what is written around a passage, by where it stands.
    frames: BTreeMap<(DocId, Option<u32>), isize>,
    /// Where the taken sentences begin and end.
    bounds: BTreeSet<(DocId, u32, Bound)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Start,
    End,
}

impl<'a> Choice<'a> {
    fn new(writer: &'a Writer<'a>, budget: usize) -> Self {
        let (taken, seen, left) = (Vec::new(), BTreeSet::new(), budget as isize);
        Self { writer, taken, seen, left, frames: BTreeMap::new(), bounds: BTreeSet::new() }
    }

    /// Takes what there is room for.
    fn take_all(&mut self, sentences: Vec<u32>) {
        for number in sentences {
            self.offer(number);
        }
    }

    /// Takes a sentence by its number, if it is new and there is room for it.
    fn offer(&mut self, number: u32) {
        let index = self.writer.corpus.sentences;
        let IndexedSentence { source, leaf, is_heading } = index.get(number as usize);
        // A heading says what others are about; it is only worth its tokens where it stands alone.
        let alone = || index.of_leaf(leaf as usize).all(|other| index.get(other).is_heading);
        if is_heading && !alone() || self.seen.contains(&source) {
            return;
        }
        if self.take(source, index.rows().tokens()[number as usize]) {
            self.seen.insert(source);
            self.taken.push(source);
        }
    }

    /// Takes a sentence of so many tokens, if there is room for it.
    fn take(&mut self, source: SourceRange, tokens: u32) -> bool {
        let tokens = tokens as isize;
        let corpus = self.writer.corpus;
        // One that closes the gap between two passages gives a frame back.
        let place = (source.document, corpus.heading_at(source));
        let frame = *self.frames.entry(place).or_insert_with(|| self.writer.frame_cost(source) as isize);
        if tokens > self.left + frame {
            return false;
        }
        let SourceRange { document, range } = source;
        let text = &corpus.document(document).text;
        let before = text[..range.start as usize].trim_end().len() as u32;
        let after = text.len() as u32 - text[range.end as usize..].trim_start().len() as u32;
        let touching = isize::from(self.bounds.contains(&(document, before, Bound::End)))
            + isize::from(self.bounds.contains(&(document, after, Bound::Start)));
        let cost = tokens + frame * (1 - touching);
        if cost > self.left {
            return false;
        }
        self.left -= cost;
        self.bounds.insert((document, range.start, Bound::Start));
        self.bounds.insert((document, range.end, Bound::End));
        true
    }
}

/// All sentences of wanted leaves of documents that the filter lets through, in order.
fn all(corpus: &Corpus, allowed: &[bool], wanted: &dyn Fn(NodeId) -> bool) -> Vec<u32> {
    let is_allowed = |leaf: &usize| allowed[corpus.chunks[*leaf].document.index()] && wanted(NodeId::from(*leaf));
    let leaves = (0..corpus.chunks.len()).filter(is_allowed);
    leaves.flat_map(|leaf| corpus.sentences.of_leaf(leaf)).map(|sentence| sentence as u32).collect()
}

/// The sentences that compete, in order: all that the filter lets through, or the best leaves' and their neighbours', of wanted
/// leaves.
fn competing(
    corpus: &Corpus,
    question: &Question,
    allowed: &[bool],
    wanted: &dyn Fn(NodeId) -> bool,
) -> Result<Vec<u32>> {
    let index = corpus.sentences;
    if index.len() <= COMPETING {
        return Ok(all(corpus, allowed, wanted));
    }
    let mut leaves: BTreeSet<u32> = BTreeSet::new();
    let mut sentences = 0;
    for ranked in rank_among(corpus, question, Mode::Leaves, BEST_LEAVES, wanted)?.nodes {
        let leaf = ranked.node.0;
        let document = corpus.chunks[leaf as usize].document;
        let around = leaf.saturating_sub(AROUND)..=(leaf + AROUND).min(corpus.chunks.len() as u32 - 1);
        let is_near = |near: &u32| corpus.chunks[*near as usize].document == document && wanted(NodeId(*near));
        for near in around.filter(is_near) {
            if leaves.insert(near) {
                sentences += index.of_leaf(near as usize).len();
            }
        }
        if sentences >= COMPETING {
            break;
        }
    }
    let sentences = leaves.into_iter().flat_map(|leaf| index.of_leaf(leaf as usize));
    Ok(sentences.map(|sentence| sentence as u32).collect())
}
