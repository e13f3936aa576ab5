//! The nearest of vectors that JavaScript brings along.

use std::sync::Arc;

use js_sys::{Float32Array, Object, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;

use super::error;
use crate::Matrix;
use crate::engine::{Method, VectorIndex as _, Vectors};

/// Rows of numbers, to be asked for those nearest to a query by dot product. For pages that bring vectors of their own to the
/// raw module, and for benchmarks; the package does not use it.
#[wasm_bindgen]
pub struct VectorIndex {
    vectors: Arc<Matrix>,
    /// None: the fastest for so many rows.
    method: Option<Method>,
    /// Made when it is first asked, of all rows that there are by then.
    index: Option<Vectors>,
}

#[wasm_bindgen]
impl VectorIndex {
    /// For rows of `dimensions` values. `method`: one of [`methods`](VectorIndex::methods), for a search that is not to be
    /// by the fastest one.
    #[wasm_bindgen(constructor)]
    pub fn new(dimensions: usize, method: Option<String>) -> Result<VectorIndex, JsValue> {
        if dimensions == 0 {
            return Err(error::invalid("dimensions", "0 is less than 1"));
        }
        let named = |name: String| {
            let method = Method::available().into_iter().find(|method| method.name() == name);
            method.ok_or_else(|| error::invalid("method", format_args!("\"{name}\" is none that runs here")))
        };
        let method = method.map(named).transpose()?;
        Ok(Self { vectors: Arc::new(Matrix::new(dimensions)), method, index: None })
    }

    /// The names of all methods that run here.
    pub fn methods() -> Vec<String> {
        Method::available().into_iter().map(|method| method.name().to_owned()).collect()
    }

    /// The method by which the present rows are searched.
    pub fn method(&self) -> String {
        self.current().name().to_owned()
    }

    /// Appends rows, which lie end to end in `rows`.
    pub fn add(&mut self, rows: &Float32Array) -> Result<(), JsValue> {
        let width = self.vectors.dimensions() as u32;
        if !rows.length().is_multiple_of(width) {
            return Err(width_of("rows", rows.length(), width));
        }
        if rows.length() == 0 {
            return Ok(());
        }
        self.index = None;
        let mut row = vec![0.0; self.vectors.dimensions()];
        let vectors = Arc::make_mut(&mut self.vectors);
        for start in (0..rows.length()).step_by(row.len()) {
            rows.subarray(start, start + width).copy_to(&mut row);
            vectors.push(&row);
        }
        Ok(())
    }

    /// The `k` rows nearest to `query`, best first: their numbers in the order in which they were added, and their dot
    /// products with it. Prepares the rows if any were added since the last search.
    #[wasm_bindgen(unchecked_return_type = "{ ids: Uint32Array; scores: Float32Array }")]
    pub fn search(&mut self, query: &[f32], k: usize) -> Result<Object, JsValue> {
        let hits = self.index(query)?.search(query, k, &|_| true).map_err(error::to_js)?;
        let ids: Vec<u32> = hits.iter().map(|hit| hit.item).collect();
        let scores: Vec<f32> = hits.iter().map(|hit| hit.score).collect();
        let found = Object::new();
        Reflect::set(&found, &"ids".into(), &Uint32Array::from(&ids[..]))?;
        Reflect::set(&found, &"scores".into(), &Float32Array::from(&scores[..]))?;
        Ok(found)
    }

    /// For each row what its score is at most, in all likelihood, by its signs alone; `undefined` where the method does
    /// not go by signs, or they cannot tell. For tests, which hold the methods against each other by it.
    pub fn bounds(&mut self, query: &[f32]) -> Result<Option<Vec<f32>>, JsValue> {
        Ok(match self.index(query)? {
            Vectors::Signs(scan) => scan.bounds(query),
            _ => None,
        })
    }
}

impl VectorIndex {
    fn current(&self) -> Method {
        self.method.unwrap_or_else(|| Method::for_rows(self.vectors.rows()))
    }

    /// The index of all rows, for a query of their width.
    fn index(&mut self, query: &[f32]) -> Result<&Vectors, JsValue> {
        let width = self.vectors.dimensions();
        if query.len() != width {
            return Err(width_of("query", query.len() as u32, width as u32));
        }
        let method = self.current();
        let index = match self.index.take() {
            Some(index) => index,
            None => Vectors::by(method, &self.vectors.clone().into()).map_err(error::to_js)?,
        };
        Ok(&*self.index.insert(index))
    }
}

fn width_of(name: &str, values: u32, width: u32) -> JsValue {
    error::invalid(name, format_args!("{values} values do not make up rows of {width}"))
}
