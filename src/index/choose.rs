//! Which vector index a collection of a given size gets.

use std::sync::Arc;

#[cfg(feature = "encoder")]
use super::Hnsw;
use super::signs::Kernel;
use super::{ExactScan, Scored, SignScan, VectorIndex};
use crate::error::Result;
use crate::kept::Embeddings;
use crate::vector::Matrix;

/// From this many rows on their signs are scanned. Of fewer the scores themselves take less than a tenth of a millisecond.
const SIGN_ROWS: usize = 256;

/// From this many rows on there is a graph. In Chromium, with 384 dimensions, a question takes the scan 0.7 to 0.9 ms at
/// 100,000 rows, and about 8 ms more for each million. The graph, searched widely enough to miss as little, takes 2 ms
/// (in Node), after a build of over five minutes. So it answers sooner from some 250,000 rows on, but at a million it would be
/// paid back after hundreds of thousands of questions only. Below, nobody would feel the difference.
#[cfg(feature = "encoder")]
const GRAPH_ROWS: usize = 1_000_000;

/// How the rows nearest to a query are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// By the scores of all rows.
    Exact,
    /// By the signs of all rows, and the scores of few.
    Signs(Kernel),
    /// Along a graph.
    #[cfg(feature = "encoder")]
    Graph,
}

impl Method {
    /// The one for `rows` rows: see [`SIGN_ROWS`] and [`GRAPH_ROWS`].
    pub fn for_rows(rows: usize) -> Self {
        match rows {
            #[cfg(feature = "encoder")]
            GRAPH_ROWS.. => Self::Graph,
            SIGN_ROWS.. => Self::Signs(Kernel::default()),
            _ => Self::Exact,
        }
    }

    /// All that this build can run.
    pub fn available() -> Vec<Self> {
        let mut methods = vec![Self::Exact];
        methods.extend(Kernel::available().into_iter().map(Self::Signs));
        #[cfg(feature = "encoder")]
        methods.push(Self::Graph);
        methods
    }

    /// The name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Signs(kernel) => kernel.name(),
            #[cfg(feature = "encoder")]
            Self::Graph => "graph",
        }
    }
}

/// The index of rows.
pub enum Vectors {
    Exact(ExactScan<Arc<Matrix>>),
    Signs(SignScan),
    #[cfg(feature = "encoder")]
    Graph(Hnsw),
}

impl Vectors {
    /// Chooses the method by the number of rows. Many rows that are kept in files stay there, and are scanned by sign, however
    /// many they are: a graph would read them all over the place.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn new(vectors: &Embeddings) -> Result<Self> {
        match (Method::for_rows(vectors.rows()), vectors) {
            #[cfg(feature = "encoder")]
            (Method::Graph, Embeddings::Kept(..)) => Self::by(Method::Signs(Kernel::default()), vectors),
            (method, _) => Self::by(method, vectors),
        }
    }

    /// Searches `vectors` by `method`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn by(method: Method, vectors: &Embeddings) -> Result<Self> {
        Ok(match method {
            Method::Exact => Self::Exact(ExactScan::new(vectors.held()?)),
            Method::Signs(kernel) => Self::Signs(SignScan::new(vectors.clone(), kernel)?),
            #[cfg(feature = "encoder")]
            Method::Graph => Self::Graph(Hnsw::build(vectors.held()?)),
        })
    }

    /// Takes the same rows from another place from now on.
    pub fn move_to(&mut self, vectors: &Embeddings) {
        if let Self::Signs(scan) = self {
            scan.move_to(vectors);
        }
    }
}

impl VectorIndex for Vectors {
    fn search(&self, query: &[f32], k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Scored>> {
        match self {
            Self::Exact(scan) => scan.search(query, k, allow),
            Self::Signs(scan) => scan.search(query, k, allow),
            #[cfg(feature = "encoder")]
            Self::Graph(graph) => graph.search(query, k, allow),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_scored_more_are_scanned_by_sign_and_very_many_have_a_graph() {
        assert_eq!(Method::for_rows(0), Method::Exact);
        assert_eq!(Method::for_rows(SIGN_ROWS), Method::Signs(Kernel::default()));
        #[cfg(feature = "encoder")]
        assert_eq!(Method::for_rows(GRAPH_ROWS), Method::Graph);
    }

    #[test]
    fn every_method_finds_and_every_name_is_one() {
        let vectors = Embeddings::from(Matrix::from_values(2, [0.6, 0.8].repeat(300)).unwrap());
        let methods = Method::available();
        for method in &methods {
            let index = Vectors::by(*method, &vectors).unwrap();
            assert_eq!(index.search(&[0.6, 0.8], 4, &|_| true).unwrap().len(), 4);
            assert_eq!(methods.iter().filter(|other| other.name() == method.name()).count(), 1);
        }
    }
}
