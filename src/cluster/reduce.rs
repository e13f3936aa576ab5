//! Principal component analysis by randomized subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4).
//!
//! RAPTOR reduces by UMAP, which is unseeded there and fails on small groups. Principal components are the same for
//! the same input, cost a few matrix products, and give every group its own axes when it is clustered again.

use ndarray::Array2;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::RngCore;

use crate::vector::{Matrix, dot};

/// Directions beyond those asked for that the iteration carries along, which makes the last ones sharp.
const OVERSAMPLING: usize = 4;
const ITERATIONS: usize = 4;

/// Below this share of the mean squared length, the spread of the points is rounding and not structure.
const NO_SPREAD: f64 = 1e-9;

/// Projects the rows `members` of `points` on their first `dimensions` principal axes, found from the rows at
/// `sample` (positions in `members`). The result has a row a member, is centered, has its columns in order of falling
/// variance, and is scaled to a mean variance of 1 a column. It may have fewer columns than were asked for.
///
/// `None` when the points do not differ. Values that are not finite count as zero.
pub(super) fn reduce(
    points: &Matrix,
    members: &[u32],
    sample: &[usize],
    dimensions: usize,
    rng: &mut Xoshiro256Plus,
) -> Option<Array2<f64>> {
    let centering = Centering::of(points, members)?;
    let rows: Vec<Vec<f32>> =
        sample.iter().map(|&position| centering.apply(points.row(members[position] as usize))).collect();
    let axes = principal_axes(&rows, points.dimensions(), dimensions, rng);
    if axes.is_empty() {
        return None;
    }
    let mut reduced = Array2::zeros((members.len(), axes.len()));
    for (&member, mut row) in members.iter().zip(reduced.rows_mut()) {
        let centered = centering.apply(points.row(member as usize));
        row.iter_mut().zip(&axes).for_each(|(value, axis)| *value = f64::from(dot(&centered, axis)));
    }
    let variance = reduced.iter().map(|value| value * value).sum::<f64>() / reduced.len() as f64;
    if variance <= 0.0 || !variance.is_finite() {
        return None;
    }
    reduced /= variance.sqrt();
    Some(reduced)
}

/// Brings rows to mean zero and values to a magnitude at which squares neither overflow nor vanish.
struct Centering {
    scale: f32,
    mean: Vec<f32>,
}

impl Centering {
    /// `None` when the rows do not differ.
    fn of(points: &Matrix, members: &[u32]) -> Option<Self> {
        let rows = || members.iter().map(|&member| points.row(member as usize));
        let largest = rows().flatten().filter(|value| value.is_finite()).fold(0.0f32, |a, b| a.max(b.abs()));
        if largest < f32::MIN_POSITIVE {
            return None;
        }
        let mut centering = Self { scale: largest, mean: vec![0.0; points.dimensions()] };
        let mut sums = vec![0.0f64; points.dimensions()];
        let mut squares = 0.0;
        for row in rows() {
            for (sum, &value) in sums.iter_mut().zip(row) {
                let value = f64::from(centering.scaled(value));
                *sum += value;
                squares += value * value;
            }
        }
        let count = members.len() as f64;
        centering.mean = sums.iter().map(|sum| (sum / count) as f32).collect();
        let spread: f64 = rows().map(|row| centering.apply(row)).map(|row| f64::from(dot(&row, &row))).sum();
        (spread > NO_SPREAD * squares).then_some(centering)
    }

    fn scaled(&self, value: f32) -> f32 {
        if value.is_finite() { value / self.scale } else { 0.0 }
    }

    fn apply(&self, row: &[f32]) -> Vec<f32> {
        row.iter().zip(&self.mean).map(|(&value, mean)| self.scaled(value) - mean).collect()
    }
}

/// Orthonormal axes of the greatest variance of centered `rows`, greatest first; fewer than `count` if the rows span
/// fewer.
fn principal_axes(rows: &[Vec<f32>], width: usize, count: usize, rng: &mut Xoshiro256Plus) -> Vec<Vec<f32>> {
    let carried = (count + OVERSAMPLING).min(width).min(rows.len());
    let mut basis: Vec<Vec<f32>> = (0..carried).map(|_| (0..width).map(|_| symmetric(rng)).collect()).collect();
    orthonormalize(&mut basis);
    for _ in 0..ITERATIONS {
        let mut next = vec![vec![0.0f32; width]; basis.len()];
        for row in rows {
            for (axis, sum) in basis.iter().zip(&mut next) {
                let share = dot(row, axis);
                sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += share * value);
            }
        }
        basis = next;
        orthonormalize(&mut basis);
    }
    // Within the subspace found, the principal axes are the eigenvectors of the projected covariance (Rayleigh-Ritz).
    let mut covariance = Array2::<f64>::zeros((basis.len(), basis.len()));
    for row in rows {
        let projected: Vec<f64> = basis.iter().map(|axis| f64::from(dot(row, axis))).collect();
        for (i, a) in projected.iter().enumerate() {
            for (j, b) in projected.iter().enumerate() {
                covariance[[i, j]] += a * b;
            }
        }
    }
    let (values, vectors) = symmetric_eigen(covariance);
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let greatest = order.first().map_or(0.0, |&first| values[first]);
    order
        .into_iter()
        .take(count)
        .filter(|&index| values[index] > NO_SPREAD * greatest)
        .map(|index| {
            let mut axis = vec![0.0f32; width];
            for (direction, &weight) in basis.iter().zip(vectors.column(index)) {
                axis.iter_mut().zip(direction).for_each(|(sum, value)| *sum += weight as f32 * value);
            }
            axis
        })
        .collect()
}

/// Uniform in -1..1.
fn symmetric(rng: &mut Xoshiro256Plus) -> f32 {
    (rng.next_u64() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
}

/// Gram-Schmidt, twice over each row for accuracy; rows that depend on earlier ones are dropped.
fn orthonormalize(rows: &mut Vec<Vec<f32>>) {
    let mut done: Vec<Vec<f32>> = Vec::with_capacity(rows.len());
    for mut row in rows.drain(..) {
        let before = dot(&row, &row);
        for _ in 0..2 {
            for axis in &done {
                let share = dot(&row, axis);
                row.iter_mut().zip(axis).for_each(|(value, direction)| *value -= share * direction);
            }
        }
        let after = dot(&row, &row);
        if after > 1e-10 * before && after > f32::MIN_POSITIVE {
            let length = after.sqrt();
            row.iter_mut().for_each(|value| *value /= length);
            done.push(row);
        }
    }
    *rows = done;
}

/// Eigenvalues and eigenvectors (as columns) of a small symmetric matrix, by cyclic Jacobi rotations.
fn symmetric_eigen(mut matrix: Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    const SWEEPS: usize = 30;
    let size = matrix.nrows();
    let mut vectors = Array2::eye(size);
    for _ in 0..SWEEPS {
        let off: f64 = (0..size).flat_map(|i| (0..i).map(move |j| (i, j))).map(|at| matrix[at] * matrix[at]).sum();
        let diagonal: f64 = matrix.diag().iter().map(|value| value * value).sum();
        if off <= 1e-24 * diagonal {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                if matrix[[p, q]] == 0.0 {
                    continue;
                }
                let theta = (matrix[[q, q]] - matrix[[p, p]]) / (2.0 * matrix[[p, q]]);
                let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
                let sine = tangent * cosine;
                for k in 0..size {
                    let (a, b) = (matrix[[k, p]], matrix[[k, q]]);
                    matrix[[k, p]] = cosine * a - sine * b;
                    matrix[[k, q]] = sine * a + cosine * b;
                }
                for k in 0..size {
                    let (a, b) = (matrix[[p, k]], matrix[[q, k]]);
                    matrix[[p, k]] = cosine * a - sine * b;
                    matrix[[q, k]] = sine * a + cosine * b;
                    let (a, b) = (vectors[[k, p]], vectors[[k, q]]);
                    vectors[[k, p]] = cosine * a - sine * b;
                    vectors[[k, q]] = sine * a + cosine * b;
                }
            }
        }
    }
    (matrix.diag().to_vec(), vectors)
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;

    fn all(count: usize) -> (Vec<u32>, Vec<usize>) {
        ((0..count as u32).collect(), (0..count).collect())
    }

    fn rng() -> Xoshiro256Plus {
        Xoshiro256Plus::seed_from_u64(7)
    }

    #[test]
    fn the_axes_of_greatest_spread_are_found_in_order() {
        // Axis 5 varies most, then axis 2; the others hardly.
        let mut random = rng();
        let mut points = Matrix::new(40);
        for _ in 0..200 {
            let mut row: Vec<f32> = (0..40).map(|_| 0.01 * symmetric(&mut random)).collect();
            row[5] += 3.0 * symmetric(&mut random);
            row[2] += symmetric(&mut random);
            points.push(&row);
        }
        let (members, sample) = all(200);
        let reduced = reduce(&points, &members, &sample, 2, &mut rng()).unwrap();
        assert_eq!(reduced.dim(), (200, 2));
        let correlation = |column: usize, axis: usize| {
            let mean = (0..200).map(|i| f64::from(points.row(i)[axis])).sum::<f64>() / 200.0;
            let pairs = (0..200).map(|i| (reduced[[i, column]], f64::from(points.row(i)[axis]) - mean));
            let (xy, xx, yy) = pairs.fold((0.0, 0.0, 0.0), |s, (x, y)| (s.0 + x * y, s.1 + x * x, s.2 + y * y));
            (xy / (xx * yy).sqrt()).abs()
        };
        assert!(correlation(0, 5) > 0.999);
        assert!(correlation(1, 2) > 0.99);
        let variance = reduced.iter().map(|value| value * value).sum::<f64>() / 400.0;
        assert!((variance - 1.0).abs() < 1e-9);
    }

    #[test]
    fn points_that_do_not_differ_have_no_axes() {
        let (members, sample) = all(5);
        for value in [0.0, 0.3, f32::NAN, f32::INFINITY, 1e30] {
            let points = Matrix::from_values(3, vec![value; 15]).unwrap();
            assert!(reduce(&points, &members, &sample, 2, &mut rng()).is_none(), "{value}");
        }
    }

    #[test]
    fn wild_values_stay_finite() {
        let points = Matrix::from_values(2, vec![f32::MAX, 0.0, f32::MIN, 1.0, f32::NAN, 2.0, 1e-30, 3.0]).unwrap();
        let (members, sample) = all(4);
        let reduced = reduce(&points, &members, &sample, 2, &mut rng()).unwrap();
        assert!(reduced.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn eigenvectors_rebuild_the_matrix() {
        let matrix = ndarray::arr2(&[[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]]);
        let (values, vectors) = symmetric_eigen(matrix.clone());
        let rebuilt = vectors.dot(&Array2::from_diag(&ndarray::Array1::from(values))).dot(&vectors.t());
        assert!((rebuilt - matrix).iter().all(|difference| difference.abs() < 1e-10));
    }
}
