//! Events over event time, in at most sixty buckets of adaptive width.
//!
//! The width is the smallest of a fixed ladder with which all times fit; each
//! step is a multiple of the one before, so that buckets merge exactly. The
//! result depends on the set of times alone, not on their order.

use crate::limits::HISTOGRAM_BUCKETS_MAX;

/// Bucket widths in seconds: round for people, each a multiple of the last.
const LADDER: [i64; 15] = [
    1, 2, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400, 172_800, 1_209_600,
];

/// Times beyond this distance from the epoch count as that far; it is more
/// than the calendar of RFC 3339 and keeps the arithmetic from overflowing.
const SECONDS_MAX: i64 = 1 << 40;

/// Counts over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Seconds in one bucket; 0 while empty.
    width: i64,
    /// Number of the first bucket, counted from the epoch.
    first: i64,
    counts: Vec<u64>,
}

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// When it starts, in Unix seconds.
    pub start: i64,
    /// How many events fell into it.
    pub count: u64,
}

impl Histogram {
    /// Counts one event.
    pub fn add(&mut self, seconds: i64) {
        let seconds = seconds.clamp(-SECONDS_MAX, SECONDS_MAX);
        if self.counts.is_empty() {
            self.width = LADDER[0];
            self.first = seconds;
            self.counts.push(1);
            return;
        }
        let number = loop {
            let number = seconds.div_euclid(self.width);
            let last = self.first + as_i64(self.counts.len()) - 1;
            if last.max(number) - self.first.min(number) < as_i64(HISTOGRAM_BUCKETS_MAX) {
                break number;
            }
            self.widen();
        };
        if number < self.first {
            let missing = usize::try_from(self.first - number).unwrap_or(0);
            self.counts.splice(0..0, std::iter::repeat_n(0, missing));
            self.first = number;
        }
        let index = usize::try_from(number - self.first).unwrap_or(0);
        if index >= self.counts.len() {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += 1;
    }

    /// Seconds in one bucket; 0 while nothing was counted.
    #[must_use]
    pub fn width_seconds(&self) -> i64 {
        self.width
    }

    /// The buckets from the earliest event to the latest, without gaps.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        let start = |i: usize| (self.first + as_i64(i)) * self.width;
        self.counts
            .iter()
            .enumerate()
            .map(move |(i, &count)| Bucket {
                start: start(i),
                count,
            })
    }

    /// Goes to the next width of the ladder; beyond its end widths double.
    fn widen(&mut self) {
        let next = LADDER
            .iter()
            .copied()
            .find(|&w| w > self.width)
            .unwrap_or(self.width * 2);
        let factor = next / self.width;
        let first = self.first.div_euclid(factor);
        let mut merged: Vec<u64> = Vec::with_capacity(HISTOGRAM_BUCKETS_MAX);
        for (i, count) in self.counts.iter().enumerate() {
            let number = (self.first + as_i64(i)).div_euclid(factor);
            let index = usize::try_from(number - first).unwrap_or(0);
            if index >= merged.len() {
                merged.resize(index + 1, 0);
            }
            merged[index] += count;
        }
        (self.width, self.first, self.counts) = (next, first, merged);
    }
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladder_steps_are_multiples() {
        assert!(LADDER.windows(2).all(|w| w[1] % w[0] == 0));
    }

    #[test]
    fn one_event_is_one_bucket() {
        let mut h = Histogram::default();
        assert_eq!(h.buckets().count(), 0);
        h.add(-5);
        assert_eq!(
            h.buckets().collect::<Vec<_>>(),
            [Bucket {
                start: -5,
                count: 1
            }]
        );
    }

    #[test]
    fn extremes_of_the_calendar_fit() {
        let mut h = Histogram::default();
        for t in [-62_135_596_800, 253_402_300_799, 0, 1] {
            h.add(t);
        }
        assert!(h.buckets().count() <= HISTOGRAM_BUCKETS_MAX);
        assert_eq!(h.buckets().map(|b| b.count).sum::<u64>(), 4);
    }

    proptest::proptest! {
        #[test]
        fn order_does_not_matter(mut times in proptest::collection::vec(-100_000i64..100_000_000, 1..200)) {
            let count = |times: &[i64]| {
                let mut h = Histogram::default();
                for &t in times {
                    h.add(t);
                }
                h
            };
            let given = count(&times);
            times.sort_unstable();
            let sorted = count(&times);
            proptest::prop_assert_eq!(&given, &sorted);
            proptest::prop_assert!(given.buckets().count() <= HISTOGRAM_BUCKETS_MAX);
            proptest::prop_assert_eq!(given.buckets().map(|b| b.count).sum::<u64>(), times.len() as u64);
        }
    }
}
