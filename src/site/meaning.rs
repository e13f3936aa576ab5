//! The leaves nearest to a question by embedding, of the branches that it leads to.

use super::reader::{Found, SiteReader};
use crate::index::Scored;
use crate::order::sort_by;
use crate::store::shards::{Code, Routes, block_name};
use crate::vector::dot;

/// How many leaves are compared by the signs of their embeddings, those of the branches nearest to the question.
const COMPARED: usize = 3100;
/// How many of the best of them are compared by all that is known of their embeddings.
const COMPARED_AGAIN: usize = 72;

/// A leaf of a branch that was looked at.
struct Candidate {
    leaf: u32,
    score: f32,
    /// What the center of its branch contributes to the score.
    center: f32,
    block: u64,
    row: usize,
    signs: Vec<u8>,
}

/// The nearest leaves to `vector`, best first: with their score to a fraction of a hundredth for the first few, and beyond by
/// their signs. `None` where something is wanted. None where the index has no embeddings.
pub fn nearest(reader: &SiteReader, vector: &[f32], allowed: Option<&[bool]>) -> Option<Vec<Scored>> {
    let root = reader.root();
    let Some(name) = root.routes else { return Some(Vec::new()) };
    let routes = match reader.routes_by_name(name) {
        Found::Here(routes) if routes.dimensions == vector.len() => routes,
        Found::Here(_) | Found::Skipped => return Some(Vec::new()),
        Found::Missing => return None,
    };
    let centers: Vec<f32> = routes.routes.iter().map(|route| dot(&route.center(routes.dimensions), vector)).collect();
    let mut order: Vec<usize> = (0..centers.len()).collect();
    sort_by(&mut order, |&a, &b| centers[b].total_cmp(&centers[a]).then(a.cmp(&b)));
    let mut candidates = Vec::new();
    let (mut rows, mut complete) = (0, true);
    let sum: f32 = vector.iter().sum();
    for index in order {
        let route = &routes.routes[index];
        if rows > 0 && rows + route.rows > COMPARED {
            break;
        }
        rows += route.rows;
        let branch = match reader.branch(route.name) {
            Found::Here(branch) => branch,
            Found::Skipped => continue,
            Found::Missing => {
                complete = false;
                continue;
            }
        };
        for (row, known) in branch.rows.iter().enumerate() {
            if allowed.is_some_and(|allowed| allowed.get(known.leaf as usize) == Some(&false)) {
                continue;
            }
            let block = block_name(branch.blocks, row / routes.rows_per_block);
            candidates.push(Candidate {
                leaf: known.leaf,
                score: centers[index] + known.dot(vector, sum),
                center: centers[index],
                block,
                row: row % routes.rows_per_block,
                signs: known.signs.clone(),
            });
        }
    }
    // A filter that is still to come may leave out what would be compared again.
    if !complete || allowed.is_none() {
        return None;
    }
    sort_by_score(&mut candidates);
    for candidate in candidates.iter_mut().take(COMPARED_AGAIN) {
        match reader.block(candidate.block, routes) {
            Found::Here(block) => {
                let Some((factor, magnitudes)) = block.rows.get(candidate.row) else { continue };
                candidate.score = candidate.center + rest(routes, *factor, magnitudes, candidate, vector);
            }
            Found::Skipped => {}
            Found::Missing => complete = false,
        }
    }
    sort_by_score(&mut candidates);
    let found = candidates.iter().map(|candidate| Scored { item: candidate.leaf, score: candidate.score });
    complete.then(|| found.collect())
}

fn rest(routes: &Routes, factor: f32, magnitudes: &[u8], candidate: &Candidate, vector: &[f32]) -> f32 {
    let code = Code { factor, signs: candidate.signs.clone(), magnitudes: magnitudes.to_vec() };
    dot(&code.vector(routes.dimensions, routes.bits), vector)
}

/// The best first, equals in order of the leaves.
fn sort_by_score(candidates: &mut [Candidate]) {
    sort_by(candidates, |a, b| b.score.total_cmp(&a.score).then(a.leaf.cmp(&b.leaf)));
}
