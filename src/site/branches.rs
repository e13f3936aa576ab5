//! The tree cut into branches of about as many leaves, for embeddings to be loaded by.

use std::collections::BTreeSet;

use crate::ids::NodeId;
use crate::tree::Tree;
use crate::vector::{Matrix, dot, normalize};

/// How often leaves choose the nearest branch anew.
const ROUNDS: usize = 8;

/// The leaves of each branch, ascending, about `rows` in each and each leaf in one: the nearest by the mean of its embeddings, beginning
/// with the tree's own.
pub fn branches(tree: &Tree, leaves: &Matrix, rows: usize) -> Vec<Vec<usize>> {
    let mut centers = seeds(tree, leaves, rows);
    let mut members = assign(leaves, &centers);
    for round in 0..ROUNDS {
        let mut next = Matrix::new(leaves.dimensions());
        for group in members.iter().filter(|group| !group.is_empty()) {
            // Small ones join others, large ones become two, but not to the very end.
            if group.len() < rows / 4 && round % 2 == 0 && round + 2 < ROUNDS && members.len() > 1 {
                continue;
            }
            let center = mean(leaves, group);
            if group.len() > 2 * rows && round + 1 < ROUNDS {
                let apart = |&leaf: &usize| dot(leaves.row(leaf), &center);
                let furthest = group.iter().copied().min_by(|a, b| apart(a).total_cmp(&apart(b)));
                furthest.into_iter().for_each(|leaf| next.push(leaves.row(leaf)));
            }
            next.push(&center);
        }
        if next.rows() == 0 {
            next.push(&mean(leaves, &(0..leaves.rows()).collect::<Vec<_>>()));
        }
        centers = next;
        members = assign(leaves, &centers);
    }
    members.retain(|group| !group.is_empty());
    members
}

/// The means of the highest nodes of the tree with no more leaves than a branch should have.
fn seeds(tree: &Tree, leaves: &Matrix, rows: usize) -> Matrix {
    let mut centers = Matrix::new(leaves.dimensions());
    let top = tree.level_count() - 1;
    let mut open: Vec<NodeId> = if top == 0 { Vec::new() } else { tree.level(top).map(NodeId).collect() };
    let mut seen = BTreeSet::new();
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        let under: Vec<usize> = tree.leaves_of(node).into_iter().map(|leaf| leaf.index()).collect();
        let Some(known) = tree.get(node).filter(|known| known.level > 0) else { continue };
        if under.len() > rows + rows / 2 && known.level > 1 {
            open.extend(known.children.iter().copied());
        } else if under.len() >= rows / 4 {
            centers.push(&mean(leaves, &under));
        }
    }
    // Without a tree, leaves from here and there.
    for leaf in (0..leaves.rows()).step_by(rows.max(1)) {
        if centers.rows() * rows >= leaves.rows() {
            break;
        }
        centers.push(leaves.row(leaf));
    }
    centers
}

/// Of length 1.
fn mean(leaves: &Matrix, group: &[usize]) -> Vec<f32> {
    let mut sum = vec![0.0; leaves.dimensions()];
    for &leaf in group {
        sum.iter_mut().zip(leaves.row(leaf)).for_each(|(sum, value)| *sum += value);
    }
    normalize(&mut sum);
    sum
}

/// By center, the leaves that it is nearest to.
fn assign(leaves: &Matrix, centers: &Matrix) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); centers.rows()];
    for (leaf, row) in leaves.iter().enumerate() {
        let mut best = (f32::NEG_INFINITY, 0);
        for (index, center) in centers.iter().enumerate() {
            let score = dot(row, center);
            if score > best.0 {
                best = (score, index);
            }
        }
        members.get_mut(best.1).into_iter().for_each(|group| group.push(leaf));
    }
    members
}
