use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::index::ExactScan;
use crate::index::samples::clustered;
use crate::vector::Matrix;

fn all(_: u32) -> bool {
    true
}

fn scans(vectors: &Arc<Matrix>) -> impl Iterator<Item = SignScan> {
    Kernel::available().into_iter().map(|kernel| SignScan::new(Arc::clone(vectors), kernel).unwrap())
}

fn items(hits: &[Scored]) -> Vec<u32> {
    hits.iter().map(|hit| hit.item).collect()
}

/// Share of the exact scan's hits that are found.
fn recall(vectors: &Arc<Matrix>, queries: &Matrix, k: usize, allow: &dyn Fn(u32) -> bool) -> f64 {
    let exact = ExactScan::new(Arc::clone(vectors));
    let scan = SignScan::new(Arc::clone(vectors), Kernel::default()).unwrap();
    let (mut found, mut all) = (0, 0);
    for query in queries.iter() {
        let (expected, got) = (exact.search(query, k, allow).unwrap(), scan.search(query, k, allow).unwrap());
        assert_eq!(got.len(), expected.len());
        all += expected.len();
        found += expected.iter().filter(|hit| got.contains(hit)).count();
    }
    found as f64 / all as f64
}

#[test]
fn finds_what_the_exact_scan_finds() {
    let vectors = Arc::new(clustered(3000, 96, 1));
    let queries = clustered(100, 96, 2);
    for k in [1, 10, 100] {
        let recall = recall(&vectors, &queries, k, &all);
        assert!(recall >= 0.999, "recall@{k} {recall}");
    }
    assert_eq!(recall(&vectors, &queries, 4000, &all), 1.0);
}

/// Embeddings of some models all point much the same way, and not everyone's are of length 1.
#[test]
fn rows_of_one_direction_and_of_any_length_are_found() {
    let skewed = |rows, seed, scale: f32| {
        let matrix = clustered(rows, 96, seed);
        Matrix::from_values(96, matrix.values().iter().map(|value| scale * (value + 0.3)).collect()).unwrap()
    };
    let queries = skewed(50, 2, 1.0);
    for scale in [0.01, 1.0, 1000.0] {
        let vectors = Arc::new(skewed(3000, 1, scale));
        let recall = recall(&vectors, &queries, 10, &all);
        assert!(recall >= 0.999, "recall {recall} at {scale}");
        let scan = SignScan::new(Arc::clone(&vectors), Kernel::default()).unwrap();
        let least = scan.search(queries.row(0), 10, &all).unwrap().pop().unwrap().score;
        let candidates = scan.bounds(queries.row(0)).unwrap().iter().filter(|bound| **bound >= least).count();
        assert!(candidates < 1500, "{candidates} at {scale}");
    }
}

#[test]
fn a_filter_costs_no_hits() {
    let vectors = Arc::new(clustered(1000, 64, 1));
    let recall = recall(&vectors, &clustered(20, 64, 2), 10, &|item| item % 41 == 5);
    assert_eq!(recall, 1.0);
}

#[test]
fn few_rows_are_looked_at_twice() {
    let vectors = Arc::new(clustered(4000, 384, 1));
    let scan = SignScan::new(Arc::clone(&vectors), Kernel::default()).unwrap();
    let query = vectors.row(0);
    let least = scan.search(query, 10, &all).unwrap().pop().unwrap().score;
    let candidates = scan.bounds(query).unwrap().iter().filter(|bound| **bound >= least).count();
    assert!(candidates < 400, "{candidates} of 4000");
}

#[test]
fn equal_scores_stand_in_order_of_item() {
    for (rows, width) in [(9, 2), (100, 40)] {
        let vectors = Arc::new(Matrix::from_values(width, vec![0.3; rows * width]).unwrap());
        for scan in scans(&vectors) {
            assert_eq!(items(&scan.search(&vec![0.3; width], 4, &all).unwrap()), [0, 1, 2, 3]);
        }
    }
}

#[test]
fn what_is_not_a_number_is_no_hit() {
    let vectors = Arc::new(Matrix::from_values(2, vec![f32::NAN, 0.0, 1.0, 0.0]).unwrap());
    for scan in scans(&vectors) {
        assert_eq!(items(&scan.search(&[1.0, 0.0], 4, &all).unwrap()), [1]);
        assert!(scan.search(&[f32::NAN, 0.0], 4, &all).unwrap().is_empty());
    }
}

#[test]
fn nothing_is_found_in_nothing() {
    for vectors in [Matrix::new(2), Matrix::default()] {
        let vectors = Arc::new(vectors);
        let query = vec![1.0; vectors.dimensions()];
        scans(&vectors).for_each(|scan| assert!(scan.search(&query, 4, &all).unwrap().is_empty()));
    }
    let vectors = Arc::new(Matrix::from_values(2, vec![1.0, 0.0]).unwrap());
    for scan in scans(&vectors) {
        assert!(scan.search(&[1.0, 0.0], 0, &all).unwrap().is_empty());
        assert!(scan.search(&[1.0], 4, &all).unwrap().is_empty());
    }
}

#[test]
fn vectors_too_wide_for_the_sums_are_searched_all_the_same() {
    let width = 9000;
    let vectors = Arc::new(Matrix::from_values(width, [vec![0.1; width], vec![0.2; width]].concat()).unwrap());
    for scan in scans(&vectors) {
        assert!(scan.bounds(vectors.row(0)).is_none());
        assert_eq!(items(&scan.search(vectors.row(0), 1, &all).unwrap()), [1]);
    }
}

/// Values as embeddings have them, and the ones that break arithmetic.
fn value() -> impl Strategy<Value = f32> {
    prop_oneof![
        30 => -1f32..1.0,
        2 => Just(0.0),
        1 => prop::sample::select(vec![-0.0, 1e-20, 1e-44, 1e14, -1e16, f32::MAX, f32::MIN, f32::INFINITY, f32::NAN]),
    ]
}

/// Rows of some width, and a query, either sane or of anything.
fn any_vectors() -> impl Strategy<Value = (Matrix, Vec<f32>)> {
    (1usize..80, 0usize..70, any::<bool>()).prop_flat_map(|(width, rows, sane)| {
        let value = move || if sane { (-1f32..1.0).boxed() } else { value().boxed() };
        let matrix = prop::collection::vec(value(), width * rows)
            .prop_map(move |values| Matrix::from_values(width, values).unwrap());
        (matrix, prop::collection::vec(value(), width))
    })
}

proptest! {
    #[test]
    fn bounds_are_what_the_signs_say((vectors, query) in any_vectors()) {
        let vectors = Arc::new(vectors);
        for scan in scans(&vectors) {
            let (codes, Some(bounds)) = (&scan.codes, scan.bounds(&query)) else { continue };
            prop_assert_eq!(bounds.len(), vectors.rows());
            let table = Table::new(codes, &query).unwrap();
            let residual: Vec<f64> =
                query.iter().zip(&codes.center).map(|(value, center)| f64::from(value - table.share * center)).collect();
            let length = residual.iter().map(|value| value * value).sum::<f64>().sqrt();
            for (index, (row, bound)) in vectors.iter().zip(&bounds).enumerate() {
                if codes.bases[index].is_infinite() {
                    prop_assert_eq!(*bound, f32::INFINITY);
                    continue;
                }
                let sum: f64 = row.iter().zip(&codes.center).zip(&residual)
                    .map(|((value, center), residual)| if value - center >= 0.0 { *residual } else { -residual })
                    .sum();
                let factor = f64::from(codes.factors[index]);
                let base = f64::from(codes.bases[index]) * f64::from(table.share);
                let expected = factor * (sum + 1.8 * length) + base + f64::from(table.base);
                // Each entry is off by half a step at most, beside what floats are.
                let steps = f64::from(table.step) * (table.entries.len() / 16) as f64 / 2.0;
                let near = factor * (steps + 1e-4 * length * (query.len() as f64).sqrt());
                let tolerance = near + 1e-5 * (base.abs() + f64::from(table.base.abs()));
                prop_assert!((f64::from(*bound) - expected).abs() <= tolerance + 1e-30, "{bound} {expected} {tolerance}");
            }
        }
    }

    #[test]
    fn hits_are_those_of_the_exact_scan(
        (vectors, query) in any_vectors(), k in 0usize..20, modulus in 1u32..4,
    ) {
        let vectors = Arc::new(vectors);
        let allow = |item: u32| item.is_multiple_of(modulus);
        let expected = ExactScan::new(Arc::clone(&vectors)).search(&query, vectors.rows(), &allow).unwrap();
        let mut first: Option<Vec<Scored>> = None;
        for scan in scans(&vectors) {
            let got = scan.search(&query, k, &allow).unwrap();
            prop_assert_eq!(got.len(), k.min(expected.len()));
            // A subset of what is allowed in the same order with the same scores.
            let mut rest = expected.iter();
            for hit in &got {
                prop_assert!(rest.any(|expected| expected == hit), "{:?} of {:?}", got, expected);
            }
            prop_assert!(first.is_none() || first.as_ref() == Some(&got));
            first = Some(got);
        }
    }
}
