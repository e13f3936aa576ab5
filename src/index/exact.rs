//! Exact search: the score of every row. For few rows, and the oracle of everything faster.

use std::borrow::Borrow;

use super::top::TopK;
use super::{Scored, VectorIndex};
use crate::error::Result;
use crate::vector::{Matrix, dot};

/// Scans a matrix, owned, borrowed or shared.
#[derive(Clone, Debug)]
pub struct ExactScan<M> {
    vectors: M,
}

impl<M: Borrow<Matrix>> ExactScan<M> {
    /// Searches the rows of `vectors`.
    pub fn new(vectors: M) -> Self {
        Self { vectors }
    }

    /// The rows searched.
    pub fn vectors(&self) -> &Matrix {
        self.vectors.borrow()
    }
}

impl<M: Borrow<Matrix>> VectorIndex for ExactScan<M> {
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>> {
        let mut top = TopK::new(k);
        scan(self.vectors(), 0, query, allow, &mut top);
        Ok(top.into_sorted())
    }
}

/// Offers every allowed row to `top`. Row `i` is item `first + i`.
pub(super) fn scan(vectors: &Matrix, first: u32, query: &[f32], allow: &dyn Fn(u32) -> bool, top: &mut TopK) {
    if query.len() != vectors.dimensions() {
        return;
    }
    for (item, row) in (first..).zip(vectors.iter()) {
        if allow(item) {
            top.offer(item, dot(query, row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[[f32; 2]]) -> Matrix {
        Matrix::from_values(2, rows.concat()).unwrap()
    }

    fn items(hits: &[Scored]) -> Vec<u32> {
        hits.iter().map(|hit| hit.item).collect()
    }

    #[test]
    fn finds_the_nearest_first() {
        let scan = ExactScan::new(matrix(&[[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]));
        let hits = scan.search(&[0.0, 1.0], 2, &|_| true).unwrap();
        assert_eq!(hits, [Scored { item: 1, score: 1.0 }, Scored { item: 2, score: 0.8 }]);
    }

    #[test]
    fn a_filter_costs_no_hits() {
        let vectors = matrix(&[[1.0, 0.0], [0.9, 0.0], [0.8, 0.0], [0.7, 0.0]]);
        let scan = ExactScan::new(&vectors);
        assert_eq!(items(&scan.search(&[1.0, 0.0], 2, &|item| item % 2 == 1).unwrap()), [1, 3]);
    }

    #[test]
    fn equal_scores_stand_in_order_of_item() {
        let scan = ExactScan::new(matrix(&[[1.0, 0.0]; 9]));
        assert_eq!(items(&scan.search(&[1.0, 0.0], 4, &|_| true).unwrap()), [0, 1, 2, 3]);
    }

    #[test]
    fn what_is_not_a_number_is_no_hit() {
        let scan = ExactScan::new(matrix(&[[f32::NAN, 0.0], [1.0, 0.0]]));
        assert_eq!(items(&scan.search(&[1.0, 0.0], 4, &|_| true).unwrap()), [1]);
        assert!(scan.search(&[f32::NAN, 0.0], 4, &|_| true).unwrap().is_empty());
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(ExactScan::new(Matrix::new(2)).search(&[1.0, 0.0], 4, &|_| true).unwrap().is_empty());
        assert!(ExactScan::new(Matrix::default()).search(&[], 4, &|_| true).unwrap().is_empty());
        let scan = ExactScan::new(matrix(&[[1.0, 0.0]]));
        assert!(scan.search(&[1.0, 0.0], 0, &|_| true).unwrap().is_empty());
        assert!(scan.search(&[1.0], 4, &|_| true).unwrap().is_empty());
    }
}
