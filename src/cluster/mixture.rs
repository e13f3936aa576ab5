//! Gaussian mixtures: fitted by linfa-clustering, evaluated here.
//!
//! linfa's own posteriors exponentiate densities before they are normalized, so a point far from every component
//! becomes NaN, and it reports no likelihood, without which there is no BIC. Both are computed here in log space.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_clustering::{GaussianMixtureModel, GmmInitMethod};
use ndarray::{Array2, ArrayView1, ArrayView2};

use super::start::Start;

/// Iterations after which a fit is a failure; it hardly ever takes so many.
const MAX_ITERATIONS: u64 = 60;
/// Added to the variances of every component, and the gain of mean log likelihood at which the fit ends; the second
/// pair is for points on which the first fails. The points have unit variance, so these are shares of it. The first
/// is large enough that a component of a handful of points keeps a volume.
const ATTEMPTS: [(f64, f64); 2] = [(0.05, 3e-2), (0.25, 5e-2)];

/// A mixture of Gaussians with full covariances.
pub(super) struct Mixture {
    components: Vec<Component>,
}

struct Component {
    /// Logarithm of the weight and of the density's normalizing constant.
    log_scale: f64,
    mean: Vec<f64>,
    /// Lower Cholesky factor of the covariance, row-major.
    factor: Vec<f64>,
}

impl Mixture {
    /// Fits `count` components to the rows of `points`, which have unit variance. The flag says whether it took more
    /// regularization than usual.
    ///
    /// # Errors
    /// linfa's reason, when every attempt failed.
    pub(super) fn fit(points: ArrayView2<f64>, count: usize, seed: u64) -> Result<(Self, bool), String> {
        let dataset = DatasetBase::from(points);
        let start = Start::new(points, count, seed);
        let mut reason = String::new();
        for (attempt, (regularization, tolerance)) in ATTEMPTS.into_iter().enumerate() {
            let fitted = GaussianMixtureModel::params_with_rng(count, start.clone())
                .init_method(GmmInitMethod::Random)
                .reg_covariance(regularization)
                .tolerance(tolerance)
                .max_n_iterations(MAX_ITERATIONS)
                .fit(&dataset);
            match fitted {
                Ok(model) => match Self::of(&model) {
                    Some(mixture) => return Ok((mixture, attempt > 0)),
                    None => reason = "a covariance is not positive definite".into(),
                },
                Err(error) => reason = error.to_string(),
            }
        }
        Err(reason)
    }

    fn of(model: &GaussianMixtureModel<f64>) -> Option<Self> {
        let dimensions = model.means().ncols() as f64;
        let mut components = Vec::with_capacity(model.weights().len());
        for (index, (&weight, mean)) in model.weights().iter().zip(model.means().rows()).enumerate() {
            let factor = cholesky(model.covariances().index_axis(ndarray::Axis(0), index))?;
            let log_root_determinant: f64 = (0..mean.len()).map(|i| factor[i * mean.len() + i].ln()).sum::<f64>();
            let log_scale = weight.ln() - log_root_determinant - 0.5 * dimensions * std::f64::consts::TAU.ln();
            let finite = log_scale.is_finite() && mean.iter().all(|value| value.is_finite());
            components.push(finite.then(|| Component { log_scale, mean: mean.to_vec(), factor })?);
        }
        Some(Self { components })
    }

    /// Components.
    pub(super) fn len(&self) -> usize {
        self.components.len()
    }

    /// The mean of component `index`.
    pub(super) fn mean(&self, index: usize) -> &[f64] {
        &self.components[index].mean
    }

    /// Schwarz's Bayesian information criterion, smaller is better: `p ln n - 2 ln L` with p free parameters.
    pub(super) fn bic(&self, points: ArrayView2<f64>) -> f64 {
        let mut logs = vec![0.0; self.len()];
        let log_likelihood: f64 = points.rows().into_iter().map(|point| self.log_joint(point, &mut logs)).sum();
        let dimensions = points.ncols();
        let per_component = dimensions + dimensions * (dimensions + 1) / 2 + 1;
        let parameters = self.len() * per_component - 1;
        parameters as f64 * (points.nrows() as f64).ln() - 2.0 * log_likelihood
    }

    /// The probability of each component (columns) given each point (rows).
    pub(super) fn posteriors(&self, points: ArrayView2<f64>) -> Array2<f64> {
        let mut posteriors = Array2::zeros((points.nrows(), self.len()));
        let mut logs = vec![0.0; self.len()];
        for (point, mut row) in points.rows().into_iter().zip(posteriors.rows_mut()) {
            let total = self.log_joint(point, &mut logs);
            row.iter_mut().zip(&logs).for_each(|(posterior, log)| *posterior = (log - total).exp());
        }
        posteriors
    }

    /// Fills `logs` with ln(weight x density) of each component at `point`, and returns the logarithm of their sum.
    fn log_joint(&self, point: ArrayView1<f64>, logs: &mut [f64]) -> f64 {
        let mut solved = vec![0.0; point.len()];
        for (component, log) in self.components.iter().zip(logs.iter_mut()) {
            *log = component.log_scale - 0.5 * component.squared_mahalanobis(point, &mut solved);
        }
        let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        greatest + logs.iter().map(|log| (log - greatest).exp()).sum::<f64>().ln()
    }
}

impl Component {
    /// Solves `factor x solved = point - mean` forward; the distance is the solution's squared length.
    fn squared_mahalanobis(&self, point: ArrayView1<f64>, solved: &mut [f64]) -> f64 {
        let size = point.len();
        for i in 0..size {
            let row = &self.factor[i * size..i * size + i + 1];
            let known: f64 = row.iter().zip(&solved[..i]).map(|(a, b)| a * b).sum();
            solved[i] = (point[i] - self.mean[i] - known) / row[i];
        }
        solved.iter().map(|value| value * value).sum()
    }
}

/// The lower factor of a symmetric positive definite matrix, row-major; `None` if it is not one.
fn cholesky(matrix: ArrayView2<f64>) -> Option<Vec<f64>> {
    let size = matrix.nrows();
    let mut factor = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i * size + k] * factor[j * size + k]).sum();
            let rest = matrix[[i, j]] - known;
            factor[i * size + j] = if i == j {
                if !rest.is_finite() || rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / factor[j * size + j]
            };
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use ndarray::arr2;

    use super::*;

    fn two_blobs() -> Array2<f64> {
        let mut points = Array2::zeros((40, 2));
        for i in 0..40 {
            let side = if i < 20 { -1.0 } else { 1.0 };
            points[[i, 0]] = side + 0.1 * f64::from(i as u32 % 5);
            points[[i, 1]] = 0.1 * f64::from(i as u32 % 7) - 0.3;
        }
        points
    }

    #[test]
    fn density_agrees_with_the_formula() {
        let mixture = Mixture {
            components: vec![Component {
                log_scale: -0.5 * 2.0 * std::f64::consts::TAU.ln() - 0.5 * 3.0f64.ln(),
                mean: vec![1.0, 0.0],
                factor: cholesky(arr2(&[[2.0, 1.0], [1.0, 2.0]]).view()).unwrap(),
            }],
        };
        // Inverse of [[2, 1], [1, 2]] is [[2, -1], [-1, 2]] / 3; the point lies (1, 1) from the mean: distance 2 / 3.
        let log = mixture.log_joint(arr2(&[[2.0, 1.0]]).row(0), &mut [0.0]);
        let expected = -(std::f64::consts::TAU.ln()) - 0.5 * 3.0f64.ln() - 1.0 / 3.0;
        assert!((log - expected).abs() < 1e-12);
    }

    #[test]
    fn two_blobs_want_two_components() {
        let points = two_blobs();
        let bic = |count| Mixture::fit(points.view(), count, 1).unwrap().0.bic(points.view());
        assert!(bic(2) < bic(1));
        assert!(bic(2) < bic(5));
        let (mixture, _) = Mixture::fit(points.view(), 2, 1).unwrap();
        let posteriors = mixture.posteriors(points.view());
        let home = usize::from(posteriors[[0, 0]] < 0.5);
        assert!((0..40).all(|i| (posteriors[[i, home]] > 0.5) == (i < 20)));
    }

    #[test]
    fn posteriors_far_away_are_numbers_that_add_up() {
        let (mixture, _) = Mixture::fit(two_blobs().view(), 2, 1).unwrap();
        let posteriors = mixture.posteriors(arr2(&[[1e6, -1e6]]).view());
        assert!((posteriors.sum() - 1.0).abs() < 1e-9);
    }
}
