//! Clustering as a step machine: a part of a reduction, one fit or one partition a step.

use std::collections::VecDeque;
use std::sync::Arc;

use ndarray::{Array2, Axis};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use super::choose::CountSearch;
use super::mixture::Mixture;
use super::partition::{self, MIN_HOMES};
use super::reduce::Reduction;
use super::{ClusterOptions, Clustering};
use crate::vector::Matrix;

/// The most members of a group, and about as many as groups have on average: RAPTOR's summaries have 6.7 children.
pub const MAX_MEMBERS: usize = 12;
const USUAL_MEMBERS: usize = 7;
/// Up to this many points are clustered into final groups; more are parted into regions first, as RAPTOR's global
/// clusters are clustered locally. Bounds the cost of a fit together with the two below.
const LOCAL_POINTS: usize = 80;
const MAX_REGIONS: usize = 12;
/// Fits see at most this many points, drawn without order; all points are then given their posteriors.
const SAMPLE: usize = 600;
/// RAPTOR's dimension of the reduced vectors.
const DIMENSIONS: usize = 10;
/// Points for each dimension that a local mixture may use, so that a component's covariance is not mere noise.
const POINTS_PER_DIMENSION: usize = 8;
/// Fewer points are cut in order.
const MIN_MIXTURE: usize = 2 * MIN_HOMES;
/// The trace names this many exceptions, and counts the rest.
const MAX_NOTES: usize = 20;

/// Clusters points step by step, so that a caller can show progress and stop between steps.
pub struct Clusterer {
    points: Arc<Matrix>,
    tokens: Vec<u32>,
    options: ClusterOptions,
    rng: Xoshiro256Plus,
    queue: VecDeque<Job>,
    active: Option<Active>,
    groups: Vec<Vec<u32>>,
    notes: Vec<String>,
    untold: usize,
}

/// Points that wait to be grouped, by ascending index.
struct Job {
    members: Vec<u32>,
    overlap: Overlap,
}

/// Which of the splits ahead may put a point into several groups: the first global and the first local one. More
/// would multiply the points.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overlap {
    GlobalAndLocal,
    Local,
    No,
}

/// The job under way.
enum Active {
    Reducing { job: Job, reduction: Reduction, drawn: Vec<usize>, seed: u64 },
    Splitting(Split),
}

/// A job for which a mixture is being chosen.
struct Split {
    job: Job,
    reduced: Array2<f64>,
    /// The rows of `reduced` that mixtures are fitted to.
    sample: Array2<f64>,
    search: CountSearch,
    best: Option<Mixture>,
    seed: u64,
}

impl Clusterer {
    /// Will cluster the rows of `points`, which count `tokens` (missing ones: none) toward a group's limit.
    pub fn new(points: Arc<Matrix>, tokens: Vec<u32>, options: ClusterOptions) -> Self {
        let members: Vec<u32> = (0..points.rows() as u32).collect();
        let rng = Xoshiro256Plus::seed_from_u64(options.seed);
        let queue = [Job { members, overlap: Overlap::GlobalAndLocal }].into();
        Self { points, tokens, options, rng, queue, active: None, groups: Vec::new(), notes: Vec::new(), untold: 0 }
    }

    /// Does a part of a reduction, a fit or a partition. Returns whether all is done.
    pub fn step(&mut self) -> bool {
        match self.active.take() {
            Some(Active::Reducing { job, mut reduction, drawn, seed }) => {
                if reduction.step(&self.points, &job.members) {
                    self.begin_split(job, reduction.finish(), &drawn, seed);
                } else {
                    self.active = Some(Active::Reducing { job, reduction, drawn, seed });
                }
            }
            Some(Active::Splitting(split)) => self.advance(split),
            None => self.begin(),
        }
        self.active.is_none() && self.queue.is_empty()
    }

    /// Memberships settled so far, and all known of; the second grows a little when points join several groups.
    pub fn progress(&self) -> (usize, usize) {
        let done: usize = self.groups.iter().map(Vec::len).sum();
        let active = self.active.as_ref().map_or(0, |active| match active {
            Active::Reducing { job, .. } | Active::Splitting(Split { job, .. }) => job.members.len(),
        });
        (done, done + active + self.queue.iter().map(|job| job.members.len()).sum::<usize>())
    }

    /// The groups, in order of their members. Points that were not reached are missing.
    pub fn finish(mut self) -> Clustering {
        self.groups.sort();
        self.groups.dedup();
        if self.untold > 0 {
            self.notes.push(format!("and {} notes more", self.untold));
        }
        Clustering { groups: self.groups, notes: self.notes }
    }

    /// Takes jobs from the queue until one needs a mixture.
    fn begin(&mut self) {
        while let Some(job) = self.queue.pop_front() {
            let count = job.members.len();
            if self.fits(&job.members) {
                if count > 0 {
                    self.groups.push(job.members);
                }
                continue;
            }
            if count < MIN_MIXTURE {
                self.cut_in_order(job.members);
                continue;
            }
            let seed = self.rng.next_u64();
            let mut rng = Xoshiro256Plus::seed_from_u64(seed);
            let drawn = draw(count, SAMPLE, &mut rng);
            let dimensions =
                if count > LOCAL_POINTS { DIMENSIONS } else { (count / POINTS_PER_DIMENSION).clamp(2, DIMENSIONS) };
            let reduction = Reduction::new(drawn.clone(), dimensions, rng);
            self.active = Some(Active::Reducing { job, reduction, drawn, seed });
            return;
        }
    }

    /// Begins to look for a mixture over the reduced points, of which those at `drawn` are the sample.
    fn begin_split(&mut self, job: Job, reduced: Option<Array2<f64>>, drawn: &[usize], seed: u64) {
        let Some(reduced) = reduced else {
            self.note(|| format!("{} equal vectors were grouped in order", job.members.len()));
            return self.cut_in_order(job.members);
        };
        let (low, high) = self.count_range(&job.members);
        let sample = reduced.select(Axis(0), drawn);
        let search = CountSearch::new(low, high);
        self.active = Some(Active::Splitting(Split { job, reduced, sample, search, best: None, seed }));
    }

    /// The least and the greatest number of components to try.
    fn count_range(&self, members: &[u32]) -> (usize, usize) {
        let count = members.len();
        if count > LOCAL_POINTS {
            return (2, (count / (LOCAL_POINTS / 4)).clamp(2, MAX_REGIONS));
        }
        let limit = u64::from(self.options.max_cluster_tokens.max(1));
        let by_tokens = usize::try_from(self.total_tokens(members).div_ceil(limit)).unwrap_or(count);
        let most = (count / MIN_HOMES).max(2);
        let low = count.div_ceil(USUAL_MEMBERS).max(by_tokens).clamp(2, most);
        (low, (count / 4).clamp(low, most))
    }

    /// Fits the next count of components, or partitions by the best.
    fn advance(&mut self, mut split: Split) {
        if let Some(count) = split.search.next() {
            let members = split.job.members.len();
            let score = match Mixture::fit(split.sample.view(), count, split.seed) {
                Ok((mixture, regularized)) => {
                    if regularized {
                        self.note(|| format!("{count} components over {members} points took more regularization"));
                    }
                    let score = mixture.bic(split.sample.view());
                    split.search.record(count, Some(score));
                    (split.search.best() == Some(count)).then_some(mixture)
                }
                Err(reason) => {
                    self.note(|| format!("{count} components over {members} points failed: {reason}"));
                    split.search.record(count, None);
                    None
                }
            };
            split.best = score.or(split.best);
            self.active = Some(Active::Splitting(split));
            return;
        }
        match split.best.take() {
            Some(mixture) => self.partition(split, &mixture),
            None => {
                let count = split.job.members.len();
                self.note(|| format!("no mixture fits {count} points; they were cut along their main axis"));
                let positions = (0..count).collect();
                self.halve(&split, positions, split.job.overlap);
            }
        }
    }

    /// Turns the points' posteriors into jobs, each smaller than `split`'s by a quarter at least if it is not final.
    fn partition(&mut self, split: Split, mixture: &Mixture) {
        let members = &split.job.members;
        let posteriors = mixture.posteriors(split.reduced.view());
        let (components, mut groups) = partition::homes(mixture, split.reduced.view(), &posteriors);
        let global = members.len() > LOCAL_POINTS;
        let largest = members.len() * 3 / 4;
        let overlaps = match split.job.overlap {
            Overlap::GlobalAndLocal => true,
            Overlap::Local => !global,
            Overlap::No => false,
        };
        if overlaps {
            let weight = |position: usize| self.tokens_of(members[position]);
            let mut tokens: Vec<u64> =
                groups.iter().map(|group| group.homes.iter().map(|&position| weight(position)).sum()).collect();
            let limit = u64::from(self.options.max_cluster_tokens);
            let threshold = f64::from(self.options.posterior);
            partition::invite(&components, &mut groups, &posteriors, threshold, |group, index, position| {
                let size = group.homes.len() + group.guests.len();
                // A group that is final already stays so; another only must not grow back to what is being split.
                let is_final = size <= MAX_MEMBERS && tokens[index] <= limit;
                let with = tokens[index] + weight(position);
                let room = if is_final { size < MAX_MEMBERS && with <= limit } else { size < largest };
                if room {
                    tokens[index] = with;
                }
                room
            });
        }
        let overlap = match split.job.overlap {
            Overlap::No => Overlap::No,
            _ if global => Overlap::Local,
            _ => Overlap::No,
        };
        for group in groups {
            let mut positions = group.homes;
            positions.extend(group.guests);
            positions.sort_unstable();
            let group: Vec<u32> = positions.iter().map(|&position| members[position]).collect();
            if positions.len() > largest && !self.fits(&group) {
                self.halve(&split, positions, overlap);
            } else {
                self.queue.push_back(Job { members: group, overlap });
            }
        }
    }

    /// Queues two halves of `positions`, cut where the points lie along the first principal axis.
    fn halve(&mut self, split: &Split, mut positions: Vec<usize>, overlap: Overlap) {
        let along = |position: &usize| split.reduced[[*position, 0]];
        positions.sort_by(|a, b| along(a).total_cmp(&along(b)).then(a.cmp(b)));
        let (left, right) = positions.split_at(positions.len() / 2);
        for half in [left, right] {
            let mut members: Vec<u32> = half.iter().map(|&position| split.job.members[position]).collect();
            members.sort_unstable();
            self.queue.push_back(Job { members, overlap });
        }
    }

    /// Halves `members` in their order until every part fits.
    fn cut_in_order(&mut self, members: Vec<u32>) {
        let mut parts = vec![members];
        while let Some(part) = parts.pop() {
            if part.is_empty() {
                continue;
            }
            if self.fits(&part) {
                self.groups.push(part);
            } else {
                let (left, right) = part.split_at(part.len() / 2);
                parts.extend([left.to_vec(), right.to_vec()]);
            }
        }
    }

    /// Whether `members` may be a group. One alone always may: it cannot be split.
    fn fits(&self, members: &[u32]) -> bool {
        let within = || self.total_tokens(members) <= u64::from(self.options.max_cluster_tokens);
        members.len() <= 1 || (members.len() <= MAX_MEMBERS && within())
    }

    fn tokens_of(&self, member: u32) -> u64 {
        self.tokens.get(member as usize).copied().map_or(0, u64::from)
    }

    fn total_tokens(&self, members: &[u32]) -> u64 {
        members.iter().map(|&member| self.tokens_of(member)).sum()
    }

    fn note(&mut self, text: impl FnOnce() -> String) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(text());
        } else {
            self.untold += 1;
        }
    }
}

/// `wanted` of the positions below `count`, ascending, each set of them equally likely; all if there are no more.
fn draw(count: usize, wanted: usize, rng: &mut Xoshiro256Plus) -> Vec<usize> {
    let mut drawn = Vec::with_capacity(wanted.min(count));
    let mut needed = wanted.min(count);
    for position in 0..count {
        // Selection sampling: Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2 S.
        if rng.next_u64() % ((count - position) as u64) < needed as u64 {
            drawn.push(position);
            needed -= 1;
        }
    }
    drawn
}
