//! How well keywords, vectors and both together rank judged passages.
#![cfg(feature = "keyword")]

#[path = "support/shared.rs"]
mod shared;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use leafcutter::Matrix;
use leafcutter::index::{ExactScan, KeywordIndex, Language, POOL, Scored, VectorIndex, fuse};
use serde::Deserialize;

/// A line of `corpus.jsonl` or `queries.jsonl`.
#[derive(Deserialize)]
struct Line {
    _id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// Passages, and for each query its text and the passages judged relevant.
struct Judged {
    passages: Vec<String>,
    queries: Vec<(String, Vec<u32>)>,
}

fn lines(path: &Path) -> Vec<Line> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn judged(set: &str) -> Option<Judged> {
    let folder = shared::shared(&format!("eval/{set}"))?;
    let corpus = lines(&folder.join("corpus.jsonl"));
    let numbers: HashMap<&str, u32> = corpus.iter().map(|line| line._id.as_str()).zip(0..).collect();
    let mut relevant: HashMap<String, Vec<u32>> = HashMap::new();
    for judgement in fs::read_to_string(folder.join("qrels/test.tsv")).unwrap().lines().skip(1) {
        let mut fields = judgement.split('\t');
        let (query, passage) = (fields.next().unwrap(), fields.next().unwrap());
        relevant.entry(query.to_owned()).or_default().push(numbers[passage]);
    }
    let queries = lines(&folder.join("queries.jsonl"));
    Some(Judged {
        queries: queries.into_iter().filter_map(|query| Some((query.text, relevant.remove(&query._id)?))).collect(),
        passages: corpus.iter().map(|line| format!("{} {}", line.title, line.text)).collect(),
    })
}

impl Judged {
    /// Mean nDCG@10 in percent, every judgement worth 1.
    fn ndcg(&self, rankings: &[Vec<u32>]) -> f64 {
        let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
        let mut sum = 0.0;
        for ((_, relevant), ranking) in self.queries.iter().zip(rankings) {
            let found = ranking.iter().take(10).enumerate().filter(|(_, item)| relevant.contains(item));
            let ideal: f64 = (0..relevant.len().min(10)).map(gain).sum();
            sum += found.map(|(rank, _)| gain(rank)).sum::<f64>() / ideal;
        }
        100.0 * sum / self.queries.len() as f64
    }

    fn by_keyword(&self) -> Vec<Vec<Scored>> {
        let index = KeywordIndex::build(self.passages.iter().map(String::as_str), Language::English);
        self.queries.iter().map(|(query, _)| index.search(query, POOL, &|_| true)).collect()
    }
}

fn items(rankings: &[Vec<Scored>]) -> Vec<Vec<u32>> {
    rankings.iter().map(|ranking| ranking.iter().map(|hit| hit.item).collect()).collect()
}

fn embeddings(name: &str) -> Option<Matrix> {
    let bytes = fs::read(shared::shared(&format!("peers/vectors/{name}.f32"))?).unwrap();
    let values = bytes.chunks_exact(4).map(|value| f32::from_le_bytes(value.try_into().unwrap())).collect();
    Matrix::from_values(384, values)
}

#[test]
fn keywords_and_vectors_rank_better_together() {
    let (Some(set), Some(passages), Some(queries)) =
        (judged("scifact"), embeddings("scifact-docs"), embeddings("scifact-queries"))
    else {
        return;
    };
    let scan = ExactScan::new(&passages);
    let by_vector: Vec<Vec<Scored>> =
        queries.iter().map(|query| scan.search(query, POOL, &|_| true).unwrap()).collect();
    let by_keyword = set.by_keyword();
    let fused = |alpha| {
        let rankings = by_vector.iter().zip(&by_keyword);
        rankings
            .map(|(vectors, keywords)| fuse(vectors, keywords, alpha).iter().map(|hit| hit.item).collect())
            .collect()
    };
    let together: Vec<Vec<u32>> = fused(0.5);
    let figures = [items(&by_keyword), items(&by_vector), together].map(|rankings| set.ndcg(&rankings));
    println!("scifact nDCG@10: keywords {:.2}, vectors {:.2}, both {:.2}", figures[0], figures[1], figures[2]);
    assert!(figures[0] >= 66.0 && (64.2..=64.8).contains(&figures[1]) && figures[2] >= 73.0);
}

#[test]
fn keywords_find_pages_of_documentation() {
    let Some(set) = judged("rust-book-quiz") else { return };
    let figure = set.ndcg(&items(&set.by_keyword()));
    println!("rust-book-quiz nDCG@10: keywords {figure:.2}");
    assert!(figure >= 72.0);
}
