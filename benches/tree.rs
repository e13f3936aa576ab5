//! How does the time of a tree grow with its leaves? Natively, over leaves that are drawn around seeded centers.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leafcutter::tree::{Leaves, TreeBuilder, TreeOptions, TreeStep};
use leafcutter::{DocId, Matrix, Sentence, SourceRange, Summary, TextRange};

const DIMENSIONS: usize = 384;
/// Leaves around a center: as many as a chapter has.
const AROUND: usize = 30;

/// Splitmix64, so that the leaves are the same in every run.
struct Random(u64);

impl Random {
    /// From -1 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn vector(&mut self, around: &[f32], spread: f32) -> Vec<f32> {
        let mut vector: Vec<f32> = around.iter().map(|value| value + spread * self.next()).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|value| *value /= length);
        vector
    }
}

fn leaves(count: usize) -> Arc<Matrix> {
    let mut random = Random(count as u64);
    let mut embeddings = Matrix::new(DIMENSIONS);
    while embeddings.rows() < count {
        let center = random.vector(&[0.0; DIMENSIONS], 1.0);
        for _ in 0..AROUND.min(count - embeddings.rows()) {
            // The spread of neighbouring chunks of a book: a cosine of about 0.5 to their center.
            embeddings.push(&random.vector(&center, 0.15));
        }
    }
    Arc::new(embeddings)
}

/// Grows a tree whose summaries are one sentence each, embedded at random: at no cost.
fn grow(embeddings: Arc<Matrix>) -> usize {
    let leaves = Leaves { tokens: vec![100; embeddings.rows()], embeddings };
    let mut builder = TreeBuilder::new(TreeOptions::default(), leaves).expect("leaves and tokens");
    let range = SourceRange { document: DocId(0), range: TextRange { start: 0, end: 5 } };
    let sentence = Sentence { text: "Text.".to_owned(), source: Some(range) };
    let mut random = Random(0);
    loop {
        match builder.step(&|_| vec![sentence.clone()]).expect("a step") {
            TreeStep::Working(_) => {}
            TreeStep::Summarize(requests) => {
                let summary = Summary { sentences: vec![sentence.clone()] };
                builder.provide_summaries(vec![summary; requests.len()], &Words).expect("summaries");
            }
            TreeStep::Embed(texts) => {
                let mut rows = Matrix::new(DIMENSIONS);
                texts.iter().for_each(|_| rows.push(&random.vector(&[0.0; DIMENSIONS], 1.0)));
                builder.provide_embeddings(&rows).expect("embeddings");
            }
            TreeStep::Done => return builder.finish().expect("a tree").tree.nodes().len(),
        }
    }
}

/// A token is a word.
struct Words;

impl leafcutter::TokenCounter for Words {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        leafcutter::words(text).map(|(range, _)| range).collect()
    }
}

fn tree(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tree");
    group.sample_size(10);
    for count in [280, 1000, 3000, 10_000, 30_000] {
        let embeddings = leaves(count);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("leaves", count), |bencher| {
            bencher.iter(|| grow(black_box(embeddings.clone())));
        });
    }
    group.finish();
}

criterion_group!(benches, tree);
criterion_main!(benches);
