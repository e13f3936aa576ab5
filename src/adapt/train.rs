//! The training: gradient descent on the preference loss, all pairs at once, by Adam (Kingma and Ba, 2015).

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Adapter;
use crate::vector::{Matrix, dot};

/// Adam's decay of the first and the second moment.
const BETA: [f32; 2] = [0.9, 0.999];

/// How an adapter is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingOptions {
    /// Values between A and B.
    pub rank: usize,
    /// Steps over all pairs.
    pub steps: usize,
    /// How far a step goes.
    pub rate: f32,
    /// What differences of cosines are divided by: the smaller, the more a clear preference is left alone.
    pub temperature: f32,
    /// How much A and B are drawn to 0.
    pub decay: f32,
    pub seed: u64,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        Self { rank: 32, steps: 100, rate: 0.003, temperature: 0.05, decay: 0.001, seed: 0 }
    }
}

/// For the question in row `query`, the passage in row `preferred` was preferred to the one in row `passed_over`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub query: u32,
    pub preferred: u32,
    pub passed_over: u32,
    /// How much it counts beside others.
    pub weight: f32,
}

/// A training under way.
pub struct Training<'a> {
    queries: &'a Matrix,
    passages: &'a Matrix,
    /// By question.
    pairs: Vec<Pair>,
    options: TrainingOptions,
    down: Vec<f32>,
    up: Vec<f32>,
    /// First and second moments of A and of B.
    moments: [[Vec<f32>; 2]; 2],
    steps: i32,
}

impl<'a> Training<'a> {
    /// Of `pairs` over rows of `queries` and `passages`.
    pub fn new(queries: &'a Matrix, passages: &'a Matrix, mut pairs: Vec<Pair>, options: TrainingOptions) -> Self {
        pairs.sort_by_key(|pair| pair.query);
        let total: f32 = pairs.iter().map(|pair| pair.weight).sum();
        pairs.iter_mut().for_each(|pair| pair.weight /= total.max(f32::MIN_POSITIVE));
        let dimensions = queries.dimensions();
        let values = options.rank * dimensions;
        // Evenly from -s to s, whose standard deviation is 1 / sqrt(dimensions). B begins as 0, so that q' begins as q.
        let scale = (3.0 / dimensions.max(1) as f32).sqrt();
        let random = |at: usize| {
            let bits = xxh3_64_with_seed(&(at as u64).to_le_bytes(), options.seed) >> 40;
            scale * (bits as f32 / (1 << 23) as f32 - 1.0)
        };
        let zeros = || vec![0.0; values];
        Self {
            queries,
            passages,
            pairs,
            options,
            down: (0..values).map(random).collect(),
            up: zeros(),
            moments: [[zeros(), zeros()], [zeros(), zeros()]],
            steps: 0,
        }
    }

    /// Whether all steps were taken.
    pub fn is_done(&self) -> bool {
        self.steps as usize >= self.options.steps || self.pairs.is_empty()
    }

    /// One step over all pairs.
    pub fn step(&mut self) {
        let (mut down, mut up) = (self.scaled(&self.down), self.scaled(&self.up));
        for pairs in self.pairs.chunk_by(|a, b| a.query == b.query) {
            self.add_gradient(pairs, &mut down, &mut up);
        }
        self.steps += 1;
        let [of_down, of_up] = &mut self.moments;
        for (values, moments, gradient) in [(&mut self.down, of_down, down), (&mut self.up, of_up, up)] {
            descend(values, moments, &gradient, self.options.rate, self.steps);
        }
    }

    /// The gradient of what draws `values` to 0.
    fn scaled(&self, values: &[f32]) -> Vec<f32> {
        values.iter().map(|value| self.options.decay * value).collect()
    }

    /// The gradient of one question's pairs.
    fn add_gradient(&self, pairs: &[Pair], down: &mut [f32], up: &mut [f32]) {
        let dimensions = self.queries.dimensions();
        let query = self.queries.row(pairs[0].query as usize);
        let narrow: Vec<f32> = self.down.chunks_exact(dimensions).map(|row| dot(row, query)).collect();
        let mut wide = query.to_vec();
        for (value, row) in narrow.iter().zip(self.up.chunks_exact(dimensions)) {
            wide.iter_mut().zip(row).for_each(|(wide, up)| *wide += value * up);
        }
        let length = dot(&wide, &wide).sqrt().max(f32::MIN_POSITIVE);
        wide.iter_mut().for_each(|value| *value /= length);

        // Of the loss by q': each pair pulls it from one passage to the other, the less the surer it is already.
        let mut pull = vec![0.0f32; dimensions];
        for pair in pairs {
            let (preferred, passed) =
                (self.passages.row(pair.preferred as usize), self.passages.row(pair.passed_over as usize));
            let margin = (dot(&wide, preferred) - dot(&wide, passed)) / self.options.temperature;
            let force = -pair.weight / (1.0 + margin.exp()) / self.options.temperature;
            for ((pull, preferred), passed) in pull.iter_mut().zip(preferred).zip(passed) {
                *pull += force * (preferred - passed);
            }
        }
        // Through the division by the length.
        let along = dot(&pull, &wide);
        pull.iter_mut().zip(&wide).for_each(|(pull, wide)| *pull = (*pull - along * wide) / length);

        for (index, value) in narrow.iter().enumerate() {
            let row = index * dimensions..(index + 1) * dimensions;
            let back = dot(&self.up[row.clone()], &pull);
            up[row.clone()].iter_mut().zip(&pull).for_each(|(up, pull)| *up += value * pull);
            down[row].iter_mut().zip(query).for_each(|(down, query)| *down += back * query);
        }
    }

    /// What was learned so far.
    pub fn adapter(&self) -> Adapter {
        Adapter::new(self.queries.dimensions(), self.down.clone(), self.up.clone())
    }
}

fn descend(values: &mut [f32], [first, second]: &mut [Vec<f32>; 2], gradient: &[f32], rate: f32, steps: i32) {
    let corrections = BETA.map(|beta| 1.0 - beta.powi(steps));
    for (((value, first), second), gradient) in values.iter_mut().zip(first).zip(second).zip(gradient) {
        *first = BETA[0] * *first + (1.0 - BETA[0]) * gradient;
        *second = BETA[1] * *second + (1.0 - BETA[1]) * gradient * gradient;
        *value -= rate * (*first / corrections[0]) / ((*second / corrections[1]).sqrt() + 1e-8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(values: [f32; 4]) -> Vec<f32> {
        let length = dot(&values, &values).sqrt();
        values.iter().map(|value| value / length).collect()
    }

    /// Questions near the passage that was passed over.
    fn data() -> (Matrix, Matrix, Vec<Pair>) {
        let (mut queries, mut passages) = (Matrix::new(4), Matrix::new(4));
        queries.push(&unit([1.0, 0.1, 0.0, 0.0]));
        queries.push(&unit([1.0, 0.0, 0.1, 0.0]));
        passages.push(&unit([0.0, 0.0, 0.0, 1.0]));
        passages.push(&unit([1.0, 0.0, 0.0, 0.0]));
        let pair = |query| Pair { query, preferred: 0, passed_over: 1, weight: 1.0 };
        (queries, passages, vec![pair(0), pair(1)])
    }

    #[test]
    fn what_was_preferred_comes_nearer() {
        let (queries, passages, pairs) = data();
        let options = TrainingOptions { rank: 2, rate: 0.05, ..TrainingOptions::default() };
        let mut training = Training::new(&queries, &passages, pairs, options);
        assert!(dot(&training.adapter().apply(queries.row(0)), queries.row(0)) > 0.999_999);
        while !training.is_done() {
            training.step();
        }
        let adapter = training.adapter();
        for query in queries.iter() {
            let moved = adapter.apply(query);
            assert!(dot(&moved, passages.row(0)) > dot(&moved, passages.row(1)));
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let (queries, passages, pairs) = data();
        let options = TrainingOptions { rank: 2, decay: 0.0, temperature: 0.5, ..TrainingOptions::default() };
        let mut training = Training::new(&queries, &passages, pairs.clone(), options);
        training.up = (0..8).map(|at| 0.1 * at as f32 - 0.3).collect();
        let loss = |training: &Training| -> f32 {
            let of = |pair: &Pair| {
                let moved = training.adapter().apply(queries.row(pair.query as usize));
                let margin = dot(&moved, passages.row(0)) - dot(&moved, passages.row(1));
                (1.0 + (-margin / 0.5).exp()).ln() / 2.0
            };
            pairs.iter().map(of).sum()
        };
        let (mut down, mut up) = (vec![0.0; 8], vec![0.0; 8]);
        for pair in &pairs.clone() {
            let pair = Pair { weight: 0.5, ..*pair };
            training.add_gradient(&[pair], &mut down, &mut up);
        }
        for at in 0..8 {
            let by = |training: &mut Training, of_up: bool, step: f32| {
                let values = if of_up { &mut training.up } else { &mut training.down };
                values[at] += step;
            };
            for (of_up, expected) in [(false, down[at]), (true, up[at])] {
                by(&mut training, of_up, 0.01);
                let above = loss(&training);
                by(&mut training, of_up, -0.02);
                let below = loss(&training);
                by(&mut training, of_up, 0.01);
                assert!(((above - below) / 0.02 - expected).abs() < 1e-3, "{at} {of_up}");
            }
        }
    }

    #[test]
    fn the_same_pairs_give_the_same_bits() {
        let (queries, passages, pairs) = data();
        let learn = |seed| {
            let options = TrainingOptions { seed, ..TrainingOptions::default() };
            let mut training = Training::new(&queries, &passages, pairs.clone(), options);
            (0..5).for_each(|_| training.step());
            training.adapter()
        };
        assert_eq!(learn(1), learn(1));
        assert_ne!(learn(1), learn(2));
    }
}
