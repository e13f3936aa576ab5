//! How long does the core take natively to embed passages and a question, in each precision?

#[path = "../tests/support/model.rs"]
mod model;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use leafcutter::embed::Precision;
use leafcutter::{Embedder, Role};

const PASSAGE: &str = "A lantern swung at the bow while the ferry crossed the estuary, and nobody on board spoke. ";

fn embed(criterion: &mut Criterion) {
    let passages: Vec<String> = (0..16).map(|number| format!("{number} {}", PASSAGE.repeat(5))).collect();
    let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
    let mut group = criterion.benchmark_group("all-MiniLM-L6-v2");
    group.sample_size(10);
    for precision in [Precision::Int8, Precision::F32] {
        let Some(loader) = model::loader(precision) else { return };
        let encoder = loader.finish().expect("the model loads");
        group.bench_function(BenchmarkId::new("16 passages", precision.name()), |bencher| {
            bencher.iter(|| encoder.embed(black_box(&passages), Role::Passage));
        });
        group.bench_function(BenchmarkId::new("a question", precision.name()), |bencher| {
            bencher.iter(|| encoder.embed(black_box(&["who carried the lantern?"]), Role::Query));
        });
    }
    group.finish();
}

criterion_group!(benches, embed);
criterion_main!(benches);
