//! Different values with how often each came, in bounded memory.
//!
//! Beyond the limits a fixed choice of the values stays: those with the least
//! digests, as many as fit. The choice depends on which values come and not on
//! their order, it cannot be aimed at, and a value that is kept was kept from
//! the start, so its count is whole.

use std::collections::BTreeMap;

use super::digest::{Digest, digest};
use super::kept::text_bytes;
use crate::limits::{DISTINCT_MAX, TEXT_BYTES_MAX};
use crate::value::Value;

/// The values kept so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    values: BTreeMap<Digest, (Value<'static>, u64)>,
    /// Text and bytes of all values together.
    bytes: usize,
    /// The least digest that there was no room for; nothing from here on is kept.
    closed: Option<Digest>,
}

impl Tally {
    /// Counts a value so many times. One that exceeds the limit of text by
    /// itself is passed over: it must not crowd out all others.
    pub(super) fn add(&mut self, value: &Value<'_>, times: u64) {
        let bytes = text_bytes(value);
        if times == 0 || bytes > TEXT_BYTES_MAX {
            return;
        }
        let at = digest(value);
        if self.closed.is_some_and(|closed| at >= closed) {
            return;
        }
        if let Some((_, count)) = self.values.get_mut(&at) {
            *count = count.saturating_add(times);
            return;
        }
        self.bytes += bytes;
        self.values.insert(at, (value.clone().into_owned(), times));
        while self.values.len() > DISTINCT_MAX || self.bytes > TEXT_BYTES_MAX {
            let Some((last, (value, _))) = self.values.pop_last() else {
                return;
            };
            self.bytes -= text_bytes(&value);
            self.closed = Some(last);
        }
    }

    /// The values with their counts, in the order of [`Value::total_cmp`].
    pub(super) fn sorted(self) -> Vec<(Value<'static>, u64)> {
        let mut values: Vec<_> = self.values.into_values().collect();
        values.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_depends_on_no_order() {
        let beyond = DISTINCT_MAX + DISTINCT_MAX / 10;
        let values: Vec<_> = (0..beyond as u64).map(Value::Uint).collect();
        let (mut there, mut back) = (Tally::default(), Tally::default());
        // Twice: what is kept has its whole count, what is not stays out.
        for value in values.iter().chain(values.iter().rev()) {
            there.add(value, 1);
        }
        for value in values.iter().rev().chain(&values) {
            back.add(value, 1);
        }
        let (there, back) = (there.sorted(), back.sorted());
        assert_eq!(there.len(), DISTINCT_MAX);
        assert!(there.iter().all(|(_, count)| *count == 2));
        assert_eq!(there, back);
    }

    #[test]
    fn text_is_bounded_too() {
        let long = |i: usize| Value::string(format!("{i:03}{}", "x".repeat(TEXT_BYTES_MAX / 10)));
        let (mut there, mut back) = (Tally::default(), Tally::default());
        (0..100).for_each(|i| there.add(&long(i), 1));
        (0..100).rev().for_each(|i| back.add(&long(i), 1));
        let giant = Value::string("x".repeat(TEXT_BYTES_MAX + 1));
        there.add(&giant, 1);
        assert_eq!(there.values.len(), 9);
        assert!(there.bytes <= TEXT_BYTES_MAX);
        assert_eq!(there.sorted(), back.sorted());
    }
}
