use std::time::Instant;

use proptest::prelude::*;

use super::*;

/// Pseudo-random unit rows around `centers` directions.
fn blobs(count: usize, dimensions: usize, centers: usize, spread: f32) -> Arc<Matrix> {
    let mut state = 12345u64;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    let means: Vec<Vec<f32>> = (0..centers).map(|_| (0..dimensions).map(|_| random()).collect()).collect();
    let mut points = Matrix::new(dimensions);
    for index in 0..count {
        let mut row: Vec<f32> = means[index % centers].iter().map(|value| value + spread * random()).collect();
        crate::vector::normalize(&mut row);
        points.push(&row);
    }
    Arc::new(points)
}

/// What must hold for any input.
fn check(points: &Arc<Matrix>, tokens: &[u32], options: &ClusterOptions) -> Clustering {
    let clustering = cluster(points.clone(), tokens, options);
    let mut seen = vec![false; points.rows()];
    for group in &clustering.groups {
        assert!(!group.is_empty());
        assert!(group.windows(2).all(|pair| pair[0] < pair[1]));
        group.iter().for_each(|&point| seen[point as usize] = true);
        let total: u64 = group.iter().map(|&point| u64::from(tokens[point as usize])).sum();
        assert!(group.len() == 1 || total <= u64::from(options.max_cluster_tokens));
    }
    assert!(seen.into_iter().all(|seen| seen));
    assert_eq!(clustering, cluster(points.clone(), tokens, options), "not deterministic");
    clustering
}

#[test]
fn few_points_are_one_group() {
    for count in 0..=12 {
        let groups = check(&blobs(count, 8, 3, 0.1), &vec![100; count], &ClusterOptions::default()).groups;
        assert_eq!(groups.len(), usize::from(count > 0));
    }
}

#[test]
fn separate_topics_stay_separate() {
    let clustering = check(&blobs(60, 32, 6, 0.1), &[100; 60], &ClusterOptions::default());
    let pure = |group: &&Vec<u32>| group.iter().all(|point| point % 6 == group[0] % 6);
    assert!(clustering.groups.iter().filter(pure).count() * 10 >= clustering.groups.len() * 9);
}

#[test]
fn a_level_is_at_most_half_of_the_one_below() {
    for count in [13, 20, 50, 100, 333, 1200] {
        for spread in [0.05, 0.5, 3.0] {
            let groups = check(&blobs(count, 16, 9, spread), &vec![100; count], &ClusterOptions::default()).groups;
            assert!(groups.len() * 2 <= count, "{} groups of {count}", groups.len());
        }
    }
}

#[test]
fn identical_points_are_fast_and_evenly_grouped() {
    let start = Instant::now();
    let points = Arc::new(Matrix::from_values(384, vec![0.05; 384 * 25_000]).unwrap());
    let clustering = cluster(points, &vec![100; 25_000], &ClusterOptions::default());
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    assert!(clustering.groups.iter().all(|group| (4..=12).contains(&group.len())));
    assert_eq!(clustering.notes.len(), 1);
}

#[test]
fn a_lump_with_a_few_outliers_ends_soon() {
    let mut points = Matrix::new(16);
    for index in 0..5_000 {
        let mut row = vec![0.25; 16];
        if index % 500 == 0 {
            row[index / 500] = -1.0;
        }
        points.push(&row);
    }
    let mut clusterer = Clusterer::new(Arc::new(points), vec![100; 5_000], ClusterOptions::default());
    let mut steps = 0;
    while !clusterer.step() {
        steps += 1;
        assert!(steps < 2_000);
    }
    assert!(clusterer.finish().groups.len() <= 2_500);
}

#[test]
fn the_token_limit_holds() {
    for limit in [1, 150, 1000] {
        let options = ClusterOptions { max_cluster_tokens: limit, ..Default::default() };
        check(&blobs(90, 16, 4, 0.5), &[100; 90], &options);
    }
    let uneven: Vec<u32> = (0..90).map(|index| if index % 7 == 0 { 3400 } else { index }).collect();
    check(&blobs(90, 16, 4, 0.5), &uneven, &ClusterOptions::default());
    check(&blobs(30, 16, 4, 0.5), &[u32::MAX; 30], &ClusterOptions::default());
}

#[test]
fn progress_ends_at_its_total() {
    let mut clusterer = Clusterer::new(blobs(200, 16, 5, 0.4), vec![100; 200], ClusterOptions::default());
    let mut before = 0;
    while !clusterer.step() {
        let (done, total) = clusterer.progress();
        assert!(before <= done && done <= total);
        before = done;
    }
    let (done, total) = clusterer.progress();
    assert!(done == total && done >= 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_points_are_grouped(
        rows in prop::collection::vec(prop::collection::vec(prop::sample::select(
            vec![0.0f32, -0.0, 1.0, -1.0, 0.5, 1e-20, 1e20, f32::MAX, f32::NAN, f32::INFINITY, 0.3, 0.7]), 5), 0..30),
        limit in 1u32..2000,
    ) {
        let mut points = Matrix::new(5);
        rows.iter().for_each(|row| points.push(row));
        let options = ClusterOptions { max_cluster_tokens: limit, ..Default::default() };
        check(&Arc::new(points), &vec![100; rows.len()], &options);
    }

    #[test]
    fn random_points_are_grouped(seed: u64, count in 0usize..200, centers in 1usize..20) {
        let options = ClusterOptions { seed, ..Default::default() };
        let groups = check(&blobs(count, 12, centers, 0.3), &vec![90; count], &options).groups;
        prop_assert!(groups.len() <= 1.max(count / 2));
    }
}
