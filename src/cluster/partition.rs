//! From posteriors to groups: every point has a home, small groups are dissolved, likely points join a second group.

use ndarray::{Array2, ArrayView2};

use super::mixture::Mixture;

/// A group that is home to fewer points is dissolved. With the cap on guests below it makes every level of a tree at
/// most half as large as the one under it.
pub const MIN_HOMES: usize = 3;

/// A group of positions in the points that were partitioned.
#[derive(Debug, PartialEq)]
pub(super) struct Group {
    /// Points that belong here most.
    pub homes: Vec<usize>,
    /// Points that have their home elsewhere.
    pub guests: Vec<usize>,
}

/// Gives every point its home: the component of greatest posterior, or, if that is home to fewer than [`MIN_HOMES`],
/// the one of nearest mean among the rest. Returns the component of each group and the groups, without guests.
pub(super) fn homes(mixture: &Mixture, points: ArrayView2<f64>, posteriors: &Array2<f64>) -> (Vec<usize>, Vec<Group>) {
    let greatest = |row: ndarray::ArrayView1<f64>| {
        (1..row.len()).fold(0, |best, index| if row[index] > row[best] { index } else { best })
    };
    let mut home: Vec<usize> = posteriors.rows().into_iter().map(greatest).collect();
    let mut sizes = vec![0; mixture.len()];
    home.iter().for_each(|&component| sizes[component] += 1);
    let kept: Vec<usize> = (0..mixture.len()).filter(|&component| sizes[component] >= MIN_HOMES).collect();
    if kept.is_empty() {
        return (vec![0], vec![Group { homes: (0..points.nrows()).collect(), guests: Vec::new() }]);
    }
    for (point, component) in points.rows().into_iter().zip(&mut home) {
        if sizes[*component] < MIN_HOMES {
            let distance = |candidate: usize| -> f64 {
                point.iter().zip(mixture.mean(candidate)).map(|(a, b)| (a - b) * (a - b)).sum()
            };
            let nearest = kept.iter().copied().min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
            *component = nearest.unwrap_or(kept[0]);
        }
    }
    let mut groups: Vec<Group> = kept.iter().map(|_| Group { homes: Vec::new(), guests: Vec::new() }).collect();
    for (position, component) in home.iter().enumerate() {
        if let Ok(group) = kept.binary_search(component) {
            groups[group].homes.push(position);
        }
    }
    (kept, groups)
}

/// Lets points of posterior over `threshold` join groups that are not their home, the likeliest first, at most one
/// for every two points. `has_room` is asked with the group, its index and the point.
pub(super) fn invite(
    components: &[usize],
    groups: &mut [Group],
    posteriors: &Array2<f64>,
    threshold: f64,
    mut has_room: impl FnMut(&Group, usize, usize) -> bool,
) {
    let mut home = vec![0; posteriors.nrows()];
    for (index, group) in groups.iter().enumerate() {
        group.homes.iter().for_each(|&point| home[point] = index);
    }
    let mut candidates = Vec::new();
    for (point, row) in posteriors.rows().into_iter().enumerate() {
        for (group, &component) in components.iter().enumerate() {
            if row[component] > threshold && group != home[point] {
                candidates.push((row[component], point, group));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut left = posteriors.nrows() / 2;
    for (_, point, group) in candidates {
        if left == 0 {
            break;
        }
        if has_room(&groups[group], group, point) {
            groups[group].guests.push(point);
            left -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    /// Three heaps of ten on a line at -1, 0 and 1.
    fn heaps() -> Array2<f64> {
        Array2::from_shape_fn((30, 1), |(i, _)| (i / 10) as f64 - 1.0 + 0.01 * (i % 10) as f64)
    }

    #[test]
    fn every_point_has_one_home_and_small_groups_are_dissolved() {
        let points = heaps();
        let (mixture, _) = Mixture::fit(points.view(), 3, 3).unwrap();
        let mut posteriors = mixture.posteriors(points.view());
        let (components, groups) = homes(&mixture, points.view(), &posteriors);
        assert_eq!(components.len(), 3);
        let mut all: Vec<usize> = groups.iter().flat_map(|group| group.homes.clone()).collect();
        all.sort();
        assert_eq!(all, (0..30).collect::<Vec<_>>());

        // Leave the component of the first heap two points only: they must move to another.
        let first = (0..3).find(|&component| posteriors[[0, component]] > 0.5).unwrap();
        let other = (0..3).find(|&component| posteriors[[15, component]] > 0.5).unwrap();
        for point in 2..10 {
            posteriors.row_mut(point).fill(0.0);
            posteriors[[point, other]] = 1.0;
        }
        let (components, groups) = homes(&mixture, points.view(), &posteriors);
        assert!(!components.contains(&first));
        assert_eq!(groups.iter().map(|group| group.homes.len()).sum::<usize>(), 30);
    }

    #[test]
    fn guests_come_by_likelihood_and_are_capped() {
        let mut groups =
            vec![Group { homes: vec![0, 1], guests: Vec::new() }, Group { homes: vec![2, 3], guests: Vec::new() }];
        let posteriors = ndarray::arr2(&[[0.6, 0.4], [0.8, 0.2], [0.3, 0.7], [0.05, 0.95]]);
        invite(&[0, 1], &mut groups, &posteriors, 0.1, |_, _, _| true);
        assert_eq!(groups[1].guests, [0]);
        assert_eq!(groups[0].guests, [2]);
    }
}
