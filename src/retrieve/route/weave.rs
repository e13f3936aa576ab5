//! The order of nodes for each kind of question.

use std::collections::{BTreeMap, BTreeSet};

use super::{Part, Plan, Route, Standing};
use crate::document::BlockKind;
use crate::error::Result;
use crate::ids::{DocId, NodeId};
use crate::index::Typing;
use crate::retrieve::corpus::Corpus;
use crate::retrieve::options::Mode;
use crate::retrieve::rank::{Question, RankedNode, Ranking, rank, rank_among};

/// Nodes that an overview is chosen from.
const CHOSEN_FROM: usize = 96;
/// So many leaves are given before the first summary where a fact is asked for.
const BEFORE_SUMMARIES: usize = 5;
/// Of so many of the best leaves one must stand in a table for a question to be asked of tables.
const AMONG_BEST: usize = 10;
/// The least cosine of a row of a table to a question that is sent to tables for it.
const NEAR: f32 = 0.35;

/// Whether any document has a table.
pub fn holds_tables(corpus: &Corpus) -> bool {
    let mut blocks = corpus.documents.iter().flat_map(|document| &document.blocks);
    blocks.any(|block| block.kind == BlockKind::TableRow)
}

/// Ranks the nodes of `corpus` as suits a question of the kind that `plan` says. At least `k` are given where so many were
/// found.
///
/// # Errors
/// As [`rank`].
pub fn rank_routed(corpus: &Corpus, question: &Question, plan: Plan, k: usize) -> Result<Ranking> {
    let mut plan = plan;
    let mut ranking = match plan.route {
        Route::Fact => {
            let ranking = rank(corpus, question, Mode::Auto, k)?;
            if is_of_table(corpus, &ranking, &mut plan) {
                tabular(corpus, question, &mut plan, k)?
            } else {
                widened(corpus, question, ranking, k)?
            }
        }
        Route::Overview => broad(corpus, question, k)?,
        Route::Comparison => woven(corpus, question, &plan.parts, k)?,
        Route::Table => tabular(corpus, question, &mut plan, k)?,
    };
    if plan.route != Route::Fact {
        // It was ranked in a mode that nobody asked for.
        ranking.trace.notes[0].clone_from(&plan.reason);
    }
    ranking.trace.route = Some(plan.trace());
    Ok(ranking)
}

/// After the first few leaves, summaries and leaves in turn: who has not found the answer by then is helped more by what
/// leads to other places than by more of the same. That is for documents of several leaves: where a leaf is a document, what
/// is wanted is a list of them.
fn widened(corpus: &Corpus, question: &Question, ranking: Ranking, k: usize) -> Result<Ranking> {
    if ranking.trace.mode != Mode::Leaves || question.typing != Typing::Finished || k <= BEFORE_SUMMARIES {
        return Ok(ranking);
    }
    let of_several = |ranked: &RankedNode| corpus.leaves_under(ranked.node).any(|leaf| is_part(corpus, leaf));
    let summaries = rank_among(corpus, question, Mode::Collapsed, k, &|_| false)?.nodes;
    let mut summaries = summaries.into_iter().filter(of_several).take(k);
    let Ranking { nodes: leaves, mut trace } = ranking;
    let count = leaves.len();
    let mut nodes: Vec<RankedNode> = Vec::with_capacity(count);
    for (place, leaf) in leaves.into_iter().enumerate() {
        if place >= BEFORE_SUMMARIES {
            // Scores of two rankings do not compare.
            nodes.extend(summaries.next().map(|summary| RankedNode { score: leaf.score, ..summary }));
        }
        nodes.push(leaf);
    }
    if nodes.len() > count {
        trace.notes.push(format!("after the first {BEFORE_SUMMARIES} leaves, summaries and leaves in turn"));
    }
    Ok(Ranking { nodes, trace })
}

/// Whether the leaf's document has others.
fn is_part(corpus: &Corpus, leaf: NodeId) -> bool {
    let document = |index: usize| corpus.chunks.get(index).map(|chunk| chunk.document);
    let index = leaf.index();
    document(index + 1) == document(index) || index > 0 && document(index - 1) == document(index)
}

/// The question asked of one side of a comparison.
fn side<'a>(question: &Question<'a>, part: &'a Part) -> Question<'a> {
    Question { text: &part.text, vector: part.vector.as_deref(), ..*question }
}

/// What is found for either side in turn, and for the question as a whole.
fn woven(corpus: &Corpus, question: &Question, parts: &[Part], k: usize) -> Result<Ranking> {
    let mut whole = rank(corpus, question, Mode::Leaves, k)?;
    if parts.is_empty() {
        return Ok(whole);
    }
    let mut lists: Vec<_> = parts
        .iter()
        .map(|part| Ok(rank(corpus, &side(question, part), Mode::Leaves, k)?.nodes.into_iter()))
        .collect::<Result<_>>()?;
    lists.push(std::mem::take(&mut whole.nodes).into_iter());
    let mut seen = BTreeSet::new();
    let mut nodes: Vec<RankedNode> = Vec::new();
    loop {
        let before = nodes.len();
        for list in &mut lists {
            nodes.extend(list.find(|ranked| seen.insert(ranked.node)));
        }
        if nodes.len() == before {
            break;
        }
    }
    score_by_rank(&mut nodes);
    whole.trace.fused = nodes.len();
    Ok(Ranking { nodes, trace: whole.trace })
}

/// Scores of several rankings do not compare.
fn score_by_rank(nodes: &mut [RankedNode]) {
    for (rank, ranked) in nodes.iter_mut().enumerate() {
        ranked.score = 1.0 / (1 + rank) as f32;
    }
}

/// Leaves that hold rows of a table before all others.
fn tabular(corpus: &Corpus, question: &Question, plan: &mut Plan, k: usize) -> Result<Ranking> {
    if !asks_tables(corpus, question, plan)? {
        return rank(corpus, question, Mode::Auto, k);
    }
    let Ranking { mut nodes, trace } = rank_among(corpus, question, Mode::Leaves, k, &|node| holds_rows(corpus, node))?;
    let of_tables: BTreeSet<NodeId> = nodes.iter().map(|ranked| ranked.node).collect();
    let others = rank(corpus, question, Mode::Leaves, k)?.nodes.into_iter();
    nodes.extend(others.filter(|ranked| !of_tables.contains(&ranked.node)));
    score_by_rank(&mut nodes);
    Ok(Ranking { nodes, trace })
}

/// Whether what is nearest to a question after a fact is a row of a table. If so, `plan` says from then on that tables are asked.
fn is_of_table(corpus: &Corpus, ranking: &Ranking, plan: &mut Plan) -> bool {
    let is_near = |best: &RankedNode| best.vector.is_none_or(|cosine| cosine >= NEAR);
    let is_row = ranking.nodes.first().is_some_and(|best| is_near(best) && holds_rows(corpus, best.node));
    let is_of_table = plan.standing != Standing::Asked && is_row;
    if is_of_table {
        plan.route = Route::Table;
        plan.reason = "what is nearest to it are rows of a table".to_owned();
    }
    is_of_table
}

/// Whether tables are to be asked: the caller wants it, or one is among what is nearest to the question. If not, `plan` says
/// from then on that the question is after a fact.
///
/// # Errors
/// As [`rank`].
pub fn asks_tables(corpus: &Corpus, question: &Question, plan: &mut Plan) -> Result<bool> {
    if plan.standing == Standing::Asked {
        return Ok(true);
    }
    let nearest = rank(corpus, question, Mode::Leaves, AMONG_BEST)?.nodes;
    let is_near = nearest.iter().take(AMONG_BEST).any(|ranked| holds_rows(corpus, ranked.node));
    if !is_near {
        plan.route = Route::Fact;
        plan.reason.push_str(", but no table is among what is nearest");
    }
    Ok(is_near)
}

/// Whether a leaf holds a row of a table.
pub fn holds_rows(corpus: &Corpus, leaf: NodeId) -> bool {
    let Some(chunk) = corpus.chunks.get(leaf.index()) else { return false };
    let blocks = &corpus.document(chunk.document).blocks;
    let first = blocks.partition_point(|block| block.range.end <= chunk.range.start);
    let within = blocks[first..].iter().take_while(|block| block.range.start < chunk.range.end);
    within.into_iter().any(|block| block.kind == BlockKind::TableRow)
}

/// A place that an overview is not to show twice before others were: a document, or a section of its own of the first level.
type Place = (DocId, Option<u32>);

/// Nodes of all levels, each time the one that adds most: what it scores, less for every place that was shown already.
fn broad(corpus: &Corpus, question: &Question, k: usize) -> Result<Ranking> {
    let Ranking { mut nodes, trace } = rank(corpus, question, Mode::Collapsed, k.max(CHOSEN_FROM))?;
    let rest = nodes.split_off(nodes.len().min(CHOSEN_FROM.max(k)));
    let places: BTreeMap<NodeId, BTreeSet<Place>> =
        nodes.iter().map(|ranked| (ranked.node, places(corpus, ranked.node))).collect();
    let scores = || nodes.iter().map(|ranked| ranked.score);
    let (least, most) = (scores().fold(f32::MAX, f32::min), scores().fold(f32::MIN, f32::max));
    let share = move |score: f32| (score - least) / (most - least).max(f32::EPSILON);
    let mut shown: BTreeMap<Place, usize> = BTreeMap::new();
    let mut chosen: Vec<RankedNode> = Vec::with_capacity(nodes.len());
    while !nodes.is_empty() {
        let worth = |ranked: &RankedNode| {
            let places = &places[&ranked.node];
            let news: f32 = places.iter().map(|place| 0.5f32.powi(*shown.get(place).unwrap_or(&0) as i32)).sum();
            share(ranked.score) * news.sqrt()
        };
        let (best, _) = nodes
            .iter()
            .enumerate()
            .map(|(at, ranked)| (at, worth(ranked)))
            .fold((0, f32::MIN), |best, next| if next.1 > best.1 { next } else { best });
        let next = nodes.remove(best);
        places[&next.node].iter().for_each(|place| *shown.entry(*place).or_default() += 1);
        chosen.push(next);
    }
    chosen.extend(rest);
    score_by_rank(&mut chosen);
    Ok(Ranking { nodes: chosen, trace })
}

/// Where what a node shows stands.
fn places(corpus: &Corpus, node: NodeId) -> BTreeSet<Place> {
    let place = |source: crate::document::SourceRange| {
        let headings = &corpus.document(source.document).headings;
        let top = corpus.heading_at(source).map(|heading| {
            std::iter::successors(Some(heading), |&index| headings[index as usize].parent).last().unwrap_or(heading)
        });
        (source.document, top)
    };
    corpus.sources(node).into_iter().map(place).collect()
}
