//! Where the fit of a mixture starts: k-means, handed to linfa through its random generator.
//!
//! linfa's mixtures start from its k-means, ten runs of up to 300 iterations with nothing to set, which took four
//! fifths of the time of a tree; or from random responsibilities. The second asks its generator for the responsibility
//! of each point (rows) for each component (columns), one number each, so a generator that plays back a partition
//! makes that partition the start.

use ndarray::ArrayView2;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{Error, RngCore, SeedableRng};

const RUNS: u64 = 3;
const ITERATIONS: usize = 10;

/// A generator whose numbers are the responsibilities of a partition.
#[derive(Clone)]
pub(super) struct Start {
    homes: Vec<usize>,
    count: usize,
    drawn: usize,
}

impl Start {
    /// Partitions the rows of `points` into `count` parts by k-means, the best of a few runs.
    pub(super) fn new(points: ArrayView2<f64>, count: usize, seed: u64) -> Self {
        let run = |run| Partition::new(points, count, &mut Xoshiro256Plus::seed_from_u64(seed.wrapping_add(run)));
        let best = (0..RUNS).map(run).min_by(|a, b| a.inertia.total_cmp(&b.inertia));
        Self { homes: best.map_or(Vec::new(), |best| best.homes), count, drawn: 0 }
    }
}

impl RngCore for Start {
    /// The greatest number where a point is at home, which becomes a responsibility of 1, else 0.
    fn next_u64(&mut self) -> u64 {
        let (point, component) = (self.drawn / self.count, self.drawn % self.count);
        self.drawn += 1;
        if self.homes.get(point) == Some(&component) { u64::MAX } else { 0 }
    }

    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next_u64() as u8);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

/// One run of k-means.
struct Partition {
    homes: Vec<usize>,
    /// Sum of squared distances to the nearest center.
    inertia: f64,
}

impl Partition {
    fn new(points: ArrayView2<f64>, count: usize, rng: &mut Xoshiro256Plus) -> Self {
        let width = points.ncols();
        let rows: Vec<Vec<f64>> = points.rows().into_iter().map(|row| row.to_vec()).collect();
        let mut centers = spread_centers(&rows, count, rng);
        let mut partition = Self::by_nearest(&rows, &centers);
        for _ in 0..ITERATIONS {
            let mut sums = vec![vec![0.0; width]; centers.len()];
            let mut sizes = vec![0.0; centers.len()];
            for (row, &home) in rows.iter().zip(&partition.homes) {
                sums[home].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                sizes[home] += 1.0;
            }
            for ((center, sum), size) in centers.iter_mut().zip(sums).zip(sizes) {
                if size > 0.0 {
                    center.iter_mut().zip(sum).for_each(|(value, sum)| *value = sum / size);
                }
            }
            let next = Self::by_nearest(&rows, &centers);
            let settled = next.homes == partition.homes;
            partition = next;
            if settled {
                break;
            }
        }
        partition
    }

    fn by_nearest(rows: &[Vec<f64>], centers: &[Vec<f64>]) -> Self {
        let mut inertia = 0.0;
        let homes = rows.iter().map(|row| {
            let distances = centers.iter().map(|center| squared_distance(row, center)).enumerate();
            let (home, distance) = distances.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default();
            inertia += distance;
            home
        });
        Self { homes: homes.collect(), inertia }
    }
}

/// Centers drawn with a probability proportional to their squared distance from those before (k-means++, Arthur and
/// Vassilvitskii 2007).
fn spread_centers(rows: &[Vec<f64>], count: usize, rng: &mut Xoshiro256Plus) -> Vec<Vec<f64>> {
    let mut centers: Vec<Vec<f64>> = Vec::with_capacity(count);
    let mut distances = vec![1.0; rows.len()];
    while centers.len() < count {
        let uniform = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let mut left = uniform * distances.iter().sum::<f64>();
        let drawn = distances.iter().position(|&distance| {
            left -= distance;
            left < 0.0
        });
        let Some(center) = rows.get(drawn.unwrap_or(0)) else { break };
        for (distance, row) in distances.iter_mut().zip(rows) {
            let new = squared_distance(row, center);
            *distance = if centers.is_empty() { new } else { new.min(*distance) };
        }
        centers.push(center.clone());
    }
    centers
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

#[cfg(test)]
mod tests {
    use linfa::DatasetBase;
    use linfa::traits::Fit;
    use linfa_clustering::{GaussianMixtureModel, GmmInitMethod};
    use ndarray::Array2;

    use super::*;

    /// Four heaps of ten on a line.
    fn heaps() -> Array2<f64> {
        Array2::from_shape_fn((40, 1), |(row, _)| (row / 10) as f64 * 10.0 + (row % 10) as f64 * 0.1)
    }

    #[test]
    fn heaps_become_parts() {
        let start = Start::new(heaps().view(), 4, 5);
        for (row, home) in start.homes.iter().enumerate() {
            assert_eq!(*home, start.homes[row / 10 * 10]);
        }
        let distinct: std::collections::BTreeSet<_> = start.homes.iter().collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn linfa_starts_from_the_partition() {
        // A partition across the heaps, from which one step does not get away: the means stay near the middle.
        let points = heaps();
        let homes: Vec<usize> = (0..40).map(|row| row / 20).collect();
        let fit = |homes: Vec<usize>| {
            GaussianMixtureModel::params_with_rng(2, Start { homes, count: 2, drawn: 0 })
                .init_method(GmmInitMethod::Random)
                .tolerance(1e3)
                .max_n_iterations(2)
                .fit(&DatasetBase::from(points.view()))
                .unwrap()
        };
        let model = fit(homes.clone());
        assert!(model.means()[[0, 0]] < 7.0 && model.means()[[1, 0]] > 23.0, "{}", model.means());
        let swapped = fit(homes.into_iter().map(|home| 1 - home).collect());
        assert!((swapped.means()[[0, 0]] - model.means()[[1, 0]]).abs() < 1e-9);
    }

    #[test]
    fn fewer_points_than_parts_do_no_harm() {
        for rows in 0..4 {
            Start::new(Array2::zeros((rows, 2)).view(), 5, 1);
        }
    }
}
