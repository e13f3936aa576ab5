//! Which of two kernels is faster on this machine, found while they work.
//!
//! A machine does not say which instructions it has, and an engine compiles a module better after it has run for a while.
//! So the kernels take turns at the first batches, and the one with the best time goes on alone. As all give the same
//! bits, nothing else depends on it.

use super::Kernel;

/// Layers that each candidate is timed on.
const TRIALS: usize = 16;
/// Rows that a layer must have for its time to count.
const FEWEST_ROWS: usize = 16;

/// Times kernels and chooses one.
pub struct Tuner {
    /// Milliseconds since an unspecified start.
    clock: fn() -> f64,
    /// Each with the trials that it had and its best time, in milliseconds a row.
    candidates: Vec<(Kernel, usize, f64)>,
}

impl Tuner {
    /// Chooses among `candidates`, all of which must read packed weights alike.
    pub fn new(candidates: &[Kernel], clock: fn() -> f64) -> Self {
        Self { clock, candidates: candidates.iter().map(|kernel| (*kernel, 0, f64::INFINITY)).collect() }
    }

    /// The kernel to be used next: the one with the fewest trials; once all have had theirs, the best.
    pub fn next(&self) -> Option<Kernel> {
        let least_tried =
            self.candidates.iter().filter(|(_, trials, _)| *trials < TRIALS).min_by_key(|(_, trials, _)| *trials);
        let best = || self.candidates.iter().min_by(|(.., one), (.., other)| one.total_cmp(other));
        least_tried.or_else(best).map(|(kernel, ..)| *kernel)
    }

    /// Runs `work` on `rows` rows by `kernel`, and takes its time while the choice is open.
    pub fn time(&mut self, kernel: Kernel, rows: usize, work: impl FnOnce()) {
        let candidate = self.candidates.iter_mut().find(|(own, ..)| *own == kernel);
        match candidate.filter(|(_, trials, _)| *trials < TRIALS && rows >= FEWEST_ROWS) {
            None => work(),
            Some((_, trials, best)) => {
                let start = (self.clock)();
                work();
                *best = best.min(((self.clock)() - start) / rows as f64);
                *trials += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static NOW: Cell<f64> = const { Cell::new(0.0) });

    #[test]
    fn the_faster_one_is_chosen_after_both_had_their_turns() {
        let other = Kernel::available().pop().unwrap();
        let mut tuner = Tuner::new(&[Kernel::Scalar, other], || NOW.get());
        for turn in 0..2 * TRIALS {
            let kernel = tuner.next().unwrap();
            let time = if kernel == Kernel::Scalar { 1.0 } else { 2.0 };
            tuner.time(kernel, 32, || NOW.set(NOW.get() + time + turn as f64 % 3.0));
        }
        assert_eq!(tuner.next(), Some(Kernel::Scalar));
    }

    #[test]
    fn short_batches_decide_nothing() {
        let mut tuner = Tuner::new(&[Kernel::Scalar], || NOW.get());
        tuner.time(Kernel::Scalar, 1, || NOW.set(NOW.get() + 1.0));
        assert_eq!(tuner.candidates[0].1, 0);
    }
}
