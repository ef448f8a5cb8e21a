//! Counting names that come from logs, in bounded memory.
//!
//! The names are the attacker's: there may be as many as there are records.
//! Once the table is full, new names are only counted together.

use std::collections::BTreeMap;

/// Names kept in one tally. Far more than a summary shows; with names cut to
/// [`NAME_BYTES_MAX`] a tally stays under a few megabytes.
const NAMES_MAX: usize = 10_000;

/// Bytes of a name that are kept.
const NAME_BYTES_MAX: usize = 200;

/// How often each name was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    names: BTreeMap<String, u64>,
    /// Sightings of names that found no place.
    others: u64,
}

impl Tally {
    /// Counts one sighting; the empty name is nobody.
    pub(crate) fn see(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        let end = (0..=NAME_BYTES_MAX.min(name.len()))
            .rev()
            .find(|&at| name.is_char_boundary(at));
        let name = &name[..end.unwrap_or(0)];
        if let Some(count) = self.names.get_mut(name) {
            *count += 1;
        } else if self.names.len() < NAMES_MAX {
            self.names.insert(name.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    /// How many names there are, at least.
    pub(crate) fn len(&self) -> usize {
        self.names.len() + usize::from(self.others > 0)
    }

    /// The names seen most often, then by name.
    pub(crate) fn top(&self, n: usize) -> Vec<(&str, u64)> {
        let mut all: Vec<_> = self
            .names
            .iter()
            .map(|(name, &count)| (name.as_str(), count))
            .collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.truncate(n);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_frequent_first_then_by_name() {
        let mut tally = Tally::default();
        for name in ["b", "a", "c", "c", ""] {
            tally.see(name);
        }
        assert_eq!(tally.top(2), [("c", 2), ("a", 1)]);
        assert_eq!(tally.len(), 3);
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        let mut tally = Tally::default();
        tally.see(&"x".repeat(NAME_BYTES_MAX));
        tally.see(&"x".repeat(NAME_BYTES_MAX + 1));
        tally.see(&format!("{}ä", "y".repeat(NAME_BYTES_MAX - 1)));
        let lengths: Vec<_> = tally
            .top(3)
            .iter()
            .map(|(n, count)| (n.len(), *count))
            .collect();
        assert_eq!(lengths, [(NAME_BYTES_MAX, 2), (NAME_BYTES_MAX - 1, 1)]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut tally = Tally::default();
        for i in 0..NAMES_MAX + 5 {
            tally.see(&format!("name {i}"));
        }
        tally.see(&"ä".repeat(1_000));
        assert_eq!((tally.names.len(), tally.others), (NAMES_MAX, 6));
    }
}
