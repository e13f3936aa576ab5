//! Approximate search over a hierarchical navigable small world graph (Malkov and Yashunin, arXiv 1603.09320), for
//! collections too large to scan.

use std::sync::Arc;

use instant_distance::{Builder, Point, Search};
use rayon::ThreadPoolBuilder;

use super::exact::scan;
use super::top::TopK;
use super::{Scored, VectorIndex};
use crate::error::Result;
use crate::vector::{Matrix, dot};

/// Candidates kept while searching, the paper's `ef`. With so many the ten nearest among 100,000 rows were all found, for a
/// hundred questions; with 128 it was 97 of 100. A search for more hits than this scans instead.
const EF_SEARCH: usize = 400;
/// Candidates kept while inserting, the paper's `efConstruction`.
const EF_CONSTRUCTION: usize = 100;
/// Any seed will do; a fixed one gives the same graph for the same rows.
const SEED: u64 = 0x1eaf_c077;

/// A row by handle, so that the graph does not keep a second copy of every vector.
#[derive(Clone)]
struct Row {
    vectors: Arc<Matrix>,
    index: u32,
}

impl Row {
    fn values(&self) -> &[f32] {
        self.vectors.row(self.index as usize)
    }
}

impl Point for Row {
    fn distance(&self, other: &Self) -> f32 {
        1.0 - dot(self.values(), other.values())
    }
}

/// A graph over a base of rows, and a tail of rows that came later and are scanned. The graph cannot grow: build it
/// again when scanning the tail has become slow.
///
/// The same rows give the same graph on machines of the same word size; 32-bit and 64-bit ones draw other layers.
pub struct Hnsw {
    graph: instant_distance::Hnsw<Row>,
    base: Arc<Matrix>,
    tail: Matrix,
}

impl Hnsw {
    /// Builds the graph over the rows of `base`, which should have length 1.
    pub fn build(base: Arc<Matrix>) -> Self {
        let rows: Vec<Row> = (0..base.rows() as u32).map(|index| Row { vectors: Arc::clone(&base), index }).collect();
        let builder = Builder::default().seed(SEED).ef_search(EF_SEARCH).ef_construction(EF_CONSTRUCTION);
        let build = || builder.build_hnsw(rows).0;
        // Inserts race when there are several threads, and no two graphs are the same. Where threads cannot be had at
        // all, as in wasm, the library inserts in this one.
        let graph = match ThreadPoolBuilder::new().num_threads(1).build() {
            Ok(pool) => pool.install(build),
            Err(_) => build(),
        };
        Self { graph, tail: Matrix::new(base.dimensions()), base }
    }

    /// Appends a row after the last one.
    ///
    /// # Panics
    /// If `row` is of another width than the base's.
    pub fn push(&mut self, row: &[f32]) {
        self.tail.push(row);
    }

    /// How many rows there are in base and tail.
    pub fn rows(&self) -> usize {
        self.base.rows() + self.tail.rows()
    }

    /// How many rows came after the graph was built.
    pub fn tail_rows(&self) -> usize {
        self.tail.rows()
    }
}

impl VectorIndex for Hnsw {
    /// Scans the base too when `k` is over what the graph yields, or when `allow` leaves fewer than `k` of it: a
    /// filter must not cost hits.
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>> {
        if query.len() != self.base.dimensions() {
            return Ok(Vec::new());
        }
        let mut top = TopK::new(k);
        scan(&self.tail, self.base.rows() as u32, query, allow, &mut top);

        let mut admitted = 0;
        if k <= EF_SEARCH
            && let Some(vectors) = Matrix::from_values(query.len(), query.to_vec())
        {
            let point = Row { vectors: Arc::new(vectors), index: 0 };
            let mut search = Search::default();
            for found in self.graph.search(&point, &mut search) {
                let item = found.point.index;
                if allow(item) {
                    admitted += 1;
                    top.offer(item, dot(query, found.point.values()));
                }
            }
        }
        if admitted >= k.min(self.base.rows()) {
            return Ok(top.into_sorted());
        }
        let mut top = TopK::new(k);
        scan(&self.base, 0, query, allow, &mut top);
        scan(&self.tail, self.base.rows() as u32, query, allow, &mut top);
        Ok(top.into_sorted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::ExactScan;
    use crate::index::samples::clustered;

    fn recall(index: &dyn VectorIndex, vectors: &Matrix, queries: &Matrix, allow: &dyn Fn(u32) -> bool) -> f64 {
        let exact = ExactScan::new(vectors);
        let mut found = 0;
        for query in queries.iter() {
            let expected = exact.search(query, 10, allow).unwrap();
            let got = index.search(query, 10, allow).unwrap();
            assert_eq!(got.len(), expected.len());
            found += expected.iter().filter(|hit| got.contains(hit)).count();
        }
        found as f64 / (10 * queries.rows()) as f64
    }

    #[test]
    fn finds_what_the_scan_finds() {
        let (vectors, queries) = (clustered(1200, 32, 1), clustered(50, 32, 2));
        let index = Hnsw::build(Arc::new(vectors.clone()));
        let recall = recall(&index, &vectors, &queries, &|_| true);
        assert!(recall >= 0.95, "recall@10 {recall}");
    }

    #[test]
    fn rows_that_came_later_are_found() {
        let (vectors, queries) = (clustered(600, 32, 1), clustered(20, 32, 2));
        let mut index = Hnsw::build(Arc::new(vectors.select(0..450)));
        (450..600).for_each(|row| index.push(vectors.row(row)));
        assert_eq!((index.rows(), index.tail_rows()), (600, 150));
        let recall = recall(&index, &vectors, &queries, &|_| true);
        assert!(recall >= 0.95, "recall@10 {recall}");
    }

    #[test]
    fn a_filter_costs_no_hits() {
        let (vectors, queries) = (clustered(600, 32, 1), clustered(20, 32, 2));
        let index = Hnsw::build(Arc::new(vectors.clone()));
        assert_eq!(recall(&index, &vectors, &queries, &|item| item % 41 == 5), 1.0);
    }

    #[test]
    fn more_hits_than_the_graph_yields_are_scanned() {
        let vectors = clustered(600, 16, 1);
        let index = Hnsw::build(Arc::new(vectors.clone()));
        assert_eq!(index.search(vectors.row(0), 450, &|_| true).unwrap(), {
            ExactScan::new(&vectors).search(vectors.row(0), 450, &|_| true).unwrap()
        });
    }

    #[test]
    fn two_graphs_of_the_same_rows_answer_the_same() {
        let (vectors, queries) = (Arc::new(clustered(800, 32, 1)), clustered(20, 32, 2));
        let (one, two) = (Hnsw::build(Arc::clone(&vectors)), Hnsw::build(vectors));
        for query in queries.iter() {
            assert_eq!(one.search(query, 100, &|_| true).unwrap(), two.search(query, 100, &|_| true).unwrap());
        }
    }

    #[test]
    fn few_and_identical_rows_are_safe() {
        for rows in [0, 1, 2, 3, 500] {
            let vectors = Matrix::from_values(2, [0.6, 0.8].repeat(rows)).unwrap();
            let hits = Hnsw::build(Arc::new(vectors)).search(&[0.6, 0.8], 3, &|_| true).unwrap();
            assert_eq!(hits.len(), rows.min(3));
        }
        let broken = Matrix::from_values(2, vec![f32::NAN, 0.0, 1.0, 0.0]).unwrap();
        let hits = Hnsw::build(Arc::new(broken)).search(&[1.0, 0.0], 3, &|_| true).unwrap();
        assert_eq!(hits, [Scored { item: 1, score: 1.0 }]);
    }
}
