//! How long does the core take natively to find the ten nearest of so many vectors, by each method?

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use leafcutter::index::{Method, VectorIndex, Vectors};
use leafcutter::{Embeddings, Matrix};

const DIMENSIONS: usize = 384;
const ROWS: [usize; 2] = [1_000, 20_000];

/// Vectors of length 1 around a hundred centers, as embeddings of texts on a hundred subjects are.
fn vectors(rows: usize) -> Matrix {
    let mut state = 1u64;
    let mut uniform = || {
        // The generator of Knuth's MMIX, whose high bits are good.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    let centers: Vec<f32> = (0..100 * DIMENSIONS).map(|_| uniform()).collect();
    let mut vectors = Matrix::new(DIMENSIONS);
    for center in centers.chunks_exact(DIMENSIONS).cycle().take(rows) {
        let row: Vec<f32> = center.iter().map(|value| value + uniform()).collect();
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        vectors.push(&row.iter().map(|value| value / length).collect::<Vec<f32>>());
    }
    vectors
}

fn scan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ten nearest of 384 values");
    for rows in ROWS {
        let vectors = Arc::new(vectors(rows));
        let embeddings = Embeddings::from(Arc::clone(&vectors));
        let queries: Vec<&[f32]> = vectors.iter().step_by(rows / 50).collect();
        for method in Method::available() {
            // Building a graph over many rows takes minutes.
            if method == Method::Graph && rows > ROWS[0] {
                continue;
            }
            let index = Vectors::by(method, &embeddings).unwrap();
            let mut asked = queries.iter().cycle();
            group.bench_function(BenchmarkId::new(method.name(), rows), |bencher| {
                bencher.iter(|| asked.next().map(|query| index.search(black_box(query), 10, &|_| true).unwrap()));
            });
        }
        group.bench_function(BenchmarkId::new("preparing the scan by signs", rows), |bencher| {
            bencher.iter(|| Vectors::by(Method::for_rows(rows), &embeddings).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, scan);
criterion_main!(benches);
