//! A list of different things, of which only the first few are shown.

use std::collections::BTreeSet;

use crate::limits::INVESTIGATION_NAMES_MAX;

/// Different things in the order in which they were met: the first
/// [`INVESTIGATION_NAMES_MAX`], and how many more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names<T> {
    /// The first ones.
    pub shown: Vec<T>,
    /// How many others there are.
    pub more: usize,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names {
            shown: Vec::new(),
            more: 0,
        }
    }
}

impl<T> Names<T> {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

impl<T: Clone + Ord> Names<T> {
    /// The different ones among these.
    pub(super) fn of(all: impl IntoIterator<Item = T>) -> Self {
        let mut seen = BTreeSet::new();
        let mut names = Names::default();
        for one in all {
            if seen.contains(&one) {
                continue;
            }
            if names.shown.len() < INVESTIGATION_NAMES_MAX {
                names.shown.push(one.clone());
            } else {
                names.more += 1;
            }
            seen.insert(one);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn investigation_names_max_shows_the_first_and_counts_the_others_once() {
        let names =
            Names::of((0..INVESTIGATION_NAMES_MAX + 3).chain(0..INVESTIGATION_NAMES_MAX + 3));
        assert_eq!(
            names.shown,
            (0..INVESTIGATION_NAMES_MAX).collect::<Vec<_>>()
        );
        assert_eq!(names.more, 3);
        assert_eq!(Names::of([1; 99]).more, 0);
    }
}
