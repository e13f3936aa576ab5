//! Sorting, in little code where there is to be little.

use std::cmp::Ordering;

/// Sorts by an order in which no two items are equal that differ.
#[cfg(feature = "encoder")]
pub fn sort_by<T>(items: &mut [T], order: impl FnMut(&T, &T) -> Ordering) {
    items.sort_unstable_by(order);
}

/// Sorts by an order in which no two items are equal that differ: in a heap, which takes a twentieth of the code of the library's
/// sort.
#[cfg(not(feature = "encoder"))]
pub fn sort_by<T>(items: &mut [T], order: impl FnMut(&T, &T) -> Ordering) {
    heapsort(items, order);
}

#[cfg(any(test, not(feature = "encoder")))]
fn heapsort<T>(items: &mut [T], mut order: impl FnMut(&T, &T) -> Ordering) {
    // First all are put in a heap, from the last parent to the first; then the greatest is taken out again and again.
    for step in (0..items.len() + items.len() / 2).rev() {
        let (mut parent, end) = match step.checked_sub(items.len()) {
            Some(parent) => (parent, items.len()),
            None => {
                items.swap(0, step);
                (0, step)
            }
        };
        loop {
            let mut child = 2 * parent + 1;
            if child >= end {
                break;
            }
            if child + 1 < end && order(&items[child], &items[child + 1]).is_lt() {
                child += 1;
            }
            if order(&items[parent], &items[child]).is_ge() {
                break;
            }
            items.swap(parent, child);
            parent = child;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_sort_as_the_library_does(mut items in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut expected = items.clone();
            expected.sort();
            let mut other = items.clone();
            heapsort(&mut other, u8::cmp);
            prop_assert_eq!(&other, &expected);
            sort_by(&mut items, u8::cmp);
            prop_assert_eq!(items, expected);
        }
    }
}
