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
const ITERATIONS: usize = 3;

/// Below this share of the mean squared length, the spread of the points is rounding and not structure.
const NO_SPREAD: f64 = 1e-9;

/// Rows that a step reads.
const ROWS: usize = 512;

/// Projects rows of a matrix on their first principal axes, step by step.
///
/// The result has a row a member, is centered, has its columns in order of falling variance, and is scaled to a mean
/// variance of 1 a column. It may have fewer columns than were asked for. Values that are not finite count as zero.
pub(super) struct Reduction {
    /// Positions in the members of those that the axes are found from.
    sample: Vec<usize>,
    /// Columns asked for.
    dimensions: usize,
    rng: Xoshiro256Plus,
    /// Members that the pass has read.
    at: usize,
    pass: Pass,
}

/// What is read off the members next.
enum Pass {
    /// The greatest magnitude of a value.
    Scale(f32),
    /// The sums of the columns and of all squares.
    Mean {
        scale: f32,
        sums: Vec<f64>,
        squares: f64,
    },
    /// The squared distances to the mean.
    Spread {
        centering: Centering,
        spread: f64,
        squares: f64,
    },
    Axes(Centering),
    Project {
        centering: Centering,
        axes: Vec<Vec<f32>>,
        reduced: Array2<f64>,
    },
    /// `None` when the points do not differ.
    Done(Option<Array2<f64>>),
}

/// Brings rows to mean zero and values to a magnitude at which squares neither overflow nor vanish.
#[derive(Default)]
struct Centering {
    scale: f32,
    mean: Vec<f32>,
}

impl Centering {
    fn apply(&self, row: &[f32]) -> Vec<f32> {
        row.iter().zip(&self.mean).map(|(&value, mean)| scaled(value, self.scale) - mean).collect()
    }
}

fn scaled(value: f32, scale: f32) -> f32 {
    if value.is_finite() { value / scale } else { 0.0 }
}

impl Reduction {
    /// Axes will be found from the members at `sample`.
    pub fn new(sample: Vec<usize>, dimensions: usize, rng: Xoshiro256Plus) -> Self {
        Self { sample, dimensions, rng, at: 0, pass: Pass::Scale(0.0) }
    }

    /// Reads a few of the rows `members` of `points`, the same at each step. Returns whether all is done.
    pub fn step(&mut self, points: &Matrix, members: &[u32]) -> bool {
        let range = self.at..members.len().min(self.at + ROWS);
        self.at = range.end;
        let ends = range.end == members.len();
        let rows = members[range.clone()].iter().map(|&member| points.row(member as usize));
        let next = match &mut self.pass {
            Pass::Scale(largest) => {
                let finite = rows.flatten().filter(|value| value.is_finite());
                *largest = finite.fold(*largest, |a, b| a.max(b.abs()));
                let scale = *largest;
                if scale < f32::MIN_POSITIVE && ends {
                    Some(Pass::Done(None))
                } else {
                    ends.then(|| Pass::Mean { scale, sums: vec![0.0; points.dimensions()], squares: 0.0 })
                }
            }
            Pass::Mean { scale, sums, squares } => {
                for row in rows {
                    for (sum, &value) in sums.iter_mut().zip(row) {
                        let value = f64::from(scaled(value, *scale));
                        *sum += value;
                        *squares += value * value;
                    }
                }
                ends.then(|| {
                    let mean = sums.iter().map(|sum| (sum / members.len() as f64) as f32).collect();
                    Pass::Spread { centering: Centering { scale: *scale, mean }, spread: 0.0, squares: *squares }
                })
            }
            Pass::Spread { centering, spread, squares } => {
                for centered in rows.map(|row| centering.apply(row)) {
                    *spread += f64::from(dot(&centered, &centered));
                }
                let differ = *spread > NO_SPREAD * *squares;
                ends.then(|| if differ { Pass::Axes(std::mem::take(centering)) } else { Pass::Done(None) })
            }
            Pass::Axes(centering) => {
                let row = |&position: &usize| centering.apply(points.row(members[position] as usize));
                let rows: Vec<Vec<f32>> = self.sample.iter().map(row).collect();
                let axes = principal_axes(&rows, points.dimensions(), self.dimensions, &mut self.rng);
                self.at = members.len();
                let reduced = Array2::zeros((members.len(), axes.len()));
                let centering = std::mem::take(centering);
                Some(if axes.is_empty() { Pass::Done(None) } else { Pass::Project { centering, axes, reduced } })
            }
            Pass::Project { centering, axes, reduced } => {
                for (position, row) in range.zip(rows) {
                    let centered = centering.apply(row);
                    let values = reduced.row_mut(position);
                    values
                        .into_iter()
                        .zip(axes.iter())
                        .for_each(|(value, axis)| *value = f64::from(dot(&centered, axis)));
                }
                ends.then(|| Pass::Done(to_unit_variance(std::mem::take(reduced))))
            }
            Pass::Done(_) => return true,
        };
        if let Some(next) = next {
            self.pass = next;
            self.at = 0;
        }
        matches!(self.pass, Pass::Done(_))
    }

    /// The projections; `None` when the points do not differ, or not all of them were read.
    pub fn finish(self) -> Option<Array2<f64>> {
        if let Pass::Done(reduced) = self.pass { reduced } else { None }
    }
}

/// `None` when there is no variance.
fn to_unit_variance(mut reduced: Array2<f64>) -> Option<Array2<f64>> {
    let variance = reduced.iter().map(|value| value * value).sum::<f64>() / reduced.len() as f64;
    if variance <= 0.0 || !variance.is_finite() {
        return None;
    }
    reduced /= variance.sqrt();
    Some(reduced)
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

    fn reduce(points: &Matrix, members: &[u32], sample: &[usize], dimensions: usize) -> Option<Array2<f64>> {
        let mut reduction = Reduction::new(sample.to_vec(), dimensions, rng());
        while !reduction.step(points, members) {}
        reduction.finish()
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
        let reduced = reduce(&points, &members, &sample, 2).unwrap();
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
    fn many_points_take_many_steps() {
        let count = 3 * ROWS + 1;
        let mut random = rng();
        let points = Matrix::from_values(2, (0..2 * count).map(|_| symmetric(&mut random)).collect()).unwrap();
        let (members, _) = all(count);
        let mut reduction = Reduction::new(vec![0, 1, 2, 3], 2, rng());
        let mut steps = 1;
        while !reduction.step(&points, &members) {
            steps += 1;
        }
        assert_eq!((steps, reduction.finish().unwrap().nrows()), (4 * 4 + 1, count));
    }

    #[test]
    fn points_that_do_not_differ_have_no_axes() {
        let (members, sample) = all(5);
        for value in [0.0, 0.3, f32::NAN, f32::INFINITY, 1e30] {
            let points = Matrix::from_values(3, vec![value; 15]).unwrap();
            assert!(reduce(&points, &members, &sample, 2).is_none(), "{value}");
        }
    }

    #[test]
    fn wild_values_stay_finite() {
        let points = Matrix::from_values(2, vec![f32::MAX, 0.0, f32::MIN, 1.0, f32::NAN, 2.0, 1e-30, 3.0]).unwrap();
        let (members, sample) = all(4);
        let reduced = reduce(&points, &members, &sample, 2).unwrap();
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
