//! Which vector index a collection of a given size gets.

use std::sync::Arc;

#[cfg(feature = "encoder")]
use super::Hnsw;
use super::{ExactScan, Scored, VectorIndex};
use crate::vector::Matrix;

/// From this many rows on there is a graph. It answers faster long before (natively on a busy machine, f32, 384
/// dimensions: in 1.7 ms against the scan's 1.1 at 5,183 rows, in 1.4 against 7.8 at 20,732), but building it took 37 and
/// 112 s, which a reader's questions never pay back while the scan is not felt. To be measured again in wasm and for int8.
pub const GRAPH_ROWS: usize = 100_000;

/// The index of a collection's embeddings: a scan, or a graph where the scan would be slow.
pub enum Vectors {
    Exact(ExactScan<Arc<Matrix>>),
    #[cfg(feature = "encoder")]
    Graph(Hnsw),
}

impl Vectors {
    /// Chooses by the number of rows.
    pub fn new(vectors: Arc<Matrix>) -> Self {
        Self::with_graph_from(vectors, GRAPH_ROWS)
    }

    #[cfg(feature = "encoder")]
    fn with_graph_from(vectors: Arc<Matrix>, rows: usize) -> Self {
        if vectors.rows() >= rows { Self::Graph(Hnsw::build(vectors)) } else { Self::Exact(ExactScan::new(vectors)) }
    }

    #[cfg(not(feature = "encoder"))]
    fn with_graph_from(vectors: Arc<Matrix>, _rows: usize) -> Self {
        Self::Exact(ExactScan::new(vectors))
    }
}

impl VectorIndex for Vectors {
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Vec<Scored> {
        match self {
            Self::Exact(scan) => scan.search(query, k, allow),
            #[cfg(feature = "encoder")]
            Self::Graph(graph) => graph.search(query, k, allow),
        }
    }
}

#[cfg(all(test, feature = "encoder"))]
mod tests {
    use super::*;

    #[test]
    fn small_collections_are_scanned_and_large_ones_have_a_graph() {
        let vectors = Arc::new(Matrix::from_values(2, [0.6, 0.8].repeat(10)).unwrap());
        assert!(matches!(Vectors::new(Arc::clone(&vectors)), Vectors::Exact(_)));
        assert!(matches!(Vectors::with_graph_from(Arc::clone(&vectors), 10), Vectors::Graph(_)));
        for rows in [10, 11] {
            assert_eq!(Vectors::with_graph_from(Arc::clone(&vectors), rows).search(&[0.6, 0.8], 4, &|_| true).len(), 4);
        }
    }
}
