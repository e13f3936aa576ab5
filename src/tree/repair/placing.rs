//! The groups of a level after a change: what is gone leaves, what is new is placed, what no longer fits is clustered.

use std::collections::VecDeque;
use std::sync::Arc;

use super::history::History;
use crate::cluster::{ClusterOptions, Clusterer, MAX_MEMBERS, MIN_HOMES};
use crate::ids::NodeId;
use crate::vector::{Matrix, cosine, dot};

/// So many new nodes that are near no group are clustered among themselves; fewer join the nearest groups all the same.
const MIN_ALONE: usize = 2 * MIN_HOMES;
/// The nearest groups that a new node may join.
const NEAREST: usize = 4;
/// Comparisons of a node with a group in a step: about a millisecond.
const COMPARED: usize = 1 << 13;

/// Nodes that one summary is to be made of, by ascending id.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub children: Vec<NodeId>,
    /// The base's summary whose place this one takes.
    pub base: Option<NodeId>,
}

/// Finds the groups of one level step by step.
pub struct Placing {
    /// Embeddings and tokens of the nodes to be grouped, the first of which is `start`.
    points: Arc<Matrix>,
    tokens: Vec<u32>,
    start: u32,
    options: ClusterOptions,
    slots: Vec<Slot>,
    /// Of length 1; one row a slot.
    centers: Matrix,
    /// Nodes that are in no group yet.
    homeless: Vec<u32>,
    /// Of the first of them, the nearest slots, with the cosine to each.
    nearest: Vec<Vec<(usize, f32)>>,
    splits: VecDeque<Split>,
    active: Option<(Split, Clusterer)>,
    groups: Vec<Group>,
    changes: f32,
    notes: Vec<String>,
}

/// A group of the base with those of its members that are left.
struct Slot {
    base: NodeId,
    /// Positions among the points, ascending; first those that are left, then those that joined.
    members: Vec<u32>,
    left: usize,
    /// How close a member is to the others on average, by cosine.
    cohesion: f32,
    /// It must be summarized again anyway.
    dirty: bool,
}

/// Nodes that no group can hold together.
struct Split {
    members: Vec<u32>,
    /// The base's summary over the first `left` of them.
    base: Option<NodeId>,
    left: usize,
}

impl Placing {
    /// For the groups over `points`, nodes `start` and following, as those of `level` were in the base. `None` if they are
    /// to be clustered anew: there are none, or more than the share `max_drift` of the nodes has changed.
    pub fn new(
        history: &History,
        level: usize,
        (points, tokens, start): (Arc<Matrix>, Vec<u32>, u32),
        options: ClusterOptions,
        max_drift: f32,
    ) -> Option<Self> {
        let count = points.rows();
        let mut inherited = vec![false; count];
        history.heirs().iter().flatten().for_each(|heir| inherited[(heir.0 - start) as usize] = true);
        let gone = history.heirs().iter().filter(|heir| heir.is_none()).count();
        let mut slots: Vec<Slot> = Vec::new();
        let mut dissolved: Vec<u32> = Vec::new();
        let mut grouped = vec![false; count];
        for (base, children, whole) in history.groups(level) {
            let members: Vec<u32> = children.into_iter().map(|child| child.0 - start).collect();
            if !whole && members.len() < MIN_HOMES {
                dissolved.extend(members);
                continue;
            }
            members.iter().for_each(|&member| grouped[member as usize] = true);
            let dirty = !whole || members.iter().any(|&member| !history.is_unchanged(member as usize));
            slots.push(Slot { base, left: members.len(), members, cohesion: 0.0, dirty });
        }
        dissolved.retain(|&member| !grouped[member as usize]);
        let mut homeless: Vec<u32> = (0..count as u32).filter(|&point| !inherited[point as usize]).collect();
        homeless.extend(dissolved);
        homeless.sort_unstable();
        homeless.dedup();
        // What was dissolved counts as well: its members are put elsewhere.
        let changes = history.changes(level) + (gone + homeless.len()) as f32 + history.moves(level, &points, start);
        if slots.is_empty() || changes > max_drift * count as f32 {
            return None;
        }
        let mut placing = Self {
            centers: Matrix::new(points.dimensions()),
            points,
            tokens,
            start,
            options,
            slots,
            homeless,
            nearest: Vec::new(),
            splits: VecDeque::new(),
            active: None,
            groups: Vec::new(),
            changes,
            notes: Vec::new(),
        };
        if placing.homeless.is_empty() {
            placing.settle();
        } else {
            placing.measure();
        }
        Some(placing)
    }

    /// Places some nodes, or works on a group that is to be clustered. Returns whether all is done.
    pub fn step(&mut self) -> bool {
        if self.nearest.len() < self.homeless.len() {
            let end = self.homeless.len().min(self.nearest.len() + COMPARED / self.slots.len() + 1);
            for index in self.nearest.len()..end {
                let nearest = self.nearest_slots(self.homeless[index]);
                self.nearest.push(nearest);
            }
            if self.nearest.len() == self.homeless.len() {
                self.join();
                self.settle();
            }
        } else if let Some((split, mut clusterer)) = self.active.take() {
            if clusterer.step() {
                self.end_split(&split, clusterer);
            } else {
                self.active = Some((split, clusterer));
            }
        } else if let Some(split) = self.splits.pop_front() {
            let points = self.points.select(split.members.iter().map(|&member| member as usize));
            let tokens = split.members.iter().map(|&member| self.tokens[member as usize]).collect();
            let clusterer = Clusterer::new(Arc::new(points), tokens, self.options.clone());
            self.active = Some((split, clusterer));
        }
        self.nearest.len() == self.homeless.len() && self.active.is_none() && self.splits.is_empty()
    }

    /// Nodes placed, and all that are to be.
    pub fn progress(&self) -> (usize, usize) {
        (self.nearest.len(), self.homeless.len())
    }

    /// The groups in order of their members, what has changed below them since they were clustered, and what did not go as
    /// usual.
    pub fn finish(mut self) -> (Vec<Group>, f32, Vec<String>) {
        // Of two groups of the same members, the one that has its summary already comes first.
        self.groups
            .sort_by(|a, b| (&a.children, a.base.is_none(), a.base).cmp(&(&b.children, b.base.is_none(), b.base)));
        self.groups.dedup_by(|b, a| a.children == b.children);
        (self.groups, self.changes, self.notes)
    }

    /// The centers of the slots, and how close their members are to each other.
    fn measure(&mut self) {
        for slot in &mut self.slots {
            let mut sum = vec![0.0f32; self.points.dimensions()];
            let rows = || slot.members.iter().map(|&member| self.points.row(member as usize));
            rows().for_each(|row| sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += value));
            let others = |row: &[f32]| sum.iter().zip(row).map(|(sum, value)| sum - value).collect::<Vec<_>>();
            let close: f32 = rows().map(|row| cosine(row, &others(row))).sum();
            // What is alone is near nothing but itself.
            slot.cohesion = if slot.members.len() < 2 { 1.0 } else { close / slot.members.len() as f32 };
            crate::vector::normalize(&mut sum);
            self.centers.push(&sum);
        }
    }

    /// The slots nearest to a point, nearest first, equally near ones in their order.
    fn nearest_slots(&self, point: u32) -> Vec<(usize, f32)> {
        let row = self.points.row(point as usize);
        let mut nearest: Vec<(usize, f32)> = Vec::with_capacity(NEAREST + 1);
        for (slot, center) in self.centers.iter().enumerate() {
            let cosine = dot(row, center);
            if nearest.len() == NEAREST && nearest.last().is_some_and(|last| cosine <= last.1) {
                continue;
            }
            let place = nearest.partition_point(|other| other.1 >= cosine);
            nearest.insert(place, (slot, cosine));
            nearest.truncate(NEAREST);
        }
        nearest
    }

    /// Puts nodes into the nearest group whose members are no closer to each other than they are to it; if there is none,
    /// among themselves where they are many. Where a group must be summarized again anyway, near ones join it as well.
    fn join(&mut self) {
        let close = |slots: &[Slot], nearest: &[(usize, f32)]| {
            nearest.iter().find(|(slot, cosine)| *cosine >= slots[*slot].cohesion).map(|(slot, _)| *slot)
        };
        let homes: Vec<Option<usize>> = self.nearest.iter().map(|nearest| close(&self.slots, nearest)).collect();
        let many = homes.iter().filter(|home| home.is_none()).count() >= MIN_ALONE;
        let mut alone = Vec::new();
        let mut guests = Vec::new();
        for ((&point, nearest), home) in self.homeless.iter().zip(&self.nearest).zip(homes) {
            let home = home.or_else(|| nearest.first().filter(|_| !many).map(|(slot, _)| *slot));
            match home {
                Some(home) => {
                    self.slots[home].members.push(point);
                    self.slots[home].dirty = true;
                }
                None => alone.push(point),
            }
            guests.push((point, home));
        }
        for ((point, home), nearest) in guests.into_iter().zip(&self.nearest) {
            let free = |slot: &Slot, cosine: f32| {
                let full = slot.members.len() >= MAX_MEMBERS || self.total(&slot.members) > self.limit();
                slot.dirty && cosine >= slot.cohesion && !full
            };
            let other = nearest.iter().find(|(slot, cosine)| Some(*slot) != home && free(&self.slots[*slot], *cosine));
            if let Some((other, _)) = other {
                self.slots[*other].members.push(point);
            }
        }
        if !alone.is_empty() {
            self.splits.push_back(Split { members: alone, base: None, left: 0 });
        }
    }

    /// Makes groups of the slots that are within the limits, and queues the others.
    fn settle(&mut self) {
        for slot in std::mem::take(&mut self.slots) {
            let Slot { base, members, left, dirty, .. } = slot;
            let fits = members.len() == 1 || (members.len() <= MAX_MEMBERS && self.total(&members) <= self.limit());
            if fits || !dirty {
                self.push_group(members, Some(base));
            } else {
                self.splits.push_back(Split { members, base: Some(base), left });
            }
        }
    }

    /// Takes the parts of a group. The one with most of those that were in it before is in its place from now on.
    fn end_split(&mut self, split: &Split, clusterer: Clusterer) {
        let clustering = clusterer.finish();
        self.notes.extend(clustering.notes);
        let staying = |part: &Vec<u32>| part.iter().filter(|&&member| (member as usize) < split.left).count();
        let most = clustering.groups.iter().map(staying).max().unwrap_or(0);
        let mut base = split.base;
        for part in clustering.groups {
            let own = if staying(&part) == most { base.take() } else { None };
            self.push_group(part.into_iter().map(|member| split.members[member as usize]).collect(), own);
        }
    }

    fn push_group(&mut self, mut members: Vec<u32>, base: Option<NodeId>) {
        members.sort_unstable();
        let children = members.into_iter().map(|member| NodeId(self.start + member)).collect();
        self.groups.push(Group { children, base });
    }

    fn total(&self, members: &[u32]) -> u64 {
        members.iter().map(|&member| u64::from(self.tokens[member as usize])).sum()
    }

    fn limit(&self) -> u64 {
        u64::from(self.options.max_cluster_tokens)
    }
}
