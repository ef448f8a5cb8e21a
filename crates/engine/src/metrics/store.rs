//! Counts of events, by series, values and period.

use std::borrow::Cow;
use std::collections::BTreeMap;

use yaral_ir::metrics::{MetricQuery, Metrics, Observation, Period, Series};

use crate::limits::{METRIC_BYTES_MAX, METRIC_DAYS_KEPT};

/// What a row costs beside its text, roughly.
const ROW_BYTES: usize = 128;

/// Values for the paths of a series.
type Key = Box<[Box<str>]>;

/// Periods with the value of the counted path, empty without one.
type Rows = BTreeMap<(i64, Box<str>), Cell>;

/// What was counted so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricStore {
    series: BTreeMap<Series, BTreeMap<Key, Rows>>,
    bytes: usize,
    refused: u64,
}

/// One row: the events of a series with the same values in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How many events there were; at least one.
    pub events: u64,
    /// The sum of what the family sums.
    pub value: u64,
    /// The time of the first, in Unix seconds.
    pub first: i64,
    /// The time of the last, in Unix seconds.
    pub last: i64,
}

impl Cell {
    fn merge(&mut self, other: Cell) {
        self.events = self.events.saturating_add(other.events);
        self.value = self.value.saturating_add(other.value);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

impl MetricStore {
    /// Adds to a row, given by the values of the series' paths, the period and
    /// the value of the counted path. False if there is no room for it.
    pub fn add(
        &mut self,
        series: &Series,
        values: &[Cow<'_, str>],
        (bucket, each): (i64, &str),
        cell: Cell,
    ) -> bool {
        let key: Key = values.iter().map(|value| Box::from(&**value)).collect();
        let place = (bucket, Box::from(each));
        let known = self
            .series
            .get_mut(series)
            .and_then(|all| all.get_mut(&key));
        let mut cost = ROW_BYTES + each.len();
        match known {
            Some(rows) => {
                if let Some(row) = rows.get_mut(&place) {
                    row.merge(cell);
                    return true;
                }
            }
            None => cost += ROW_BYTES + values.iter().map(|value| value.len()).sum::<usize>(),
        }
        if self.bytes.saturating_add(cost) > METRIC_BYTES_MAX {
            self.refused += 1;
            return false;
        }
        self.bytes += cost;
        let all = self.series.entry(series.clone()).or_default();
        all.entry(key).or_default().insert(place, cell);
        true
    }

    /// Takes in what another store counted.
    pub fn merge(&mut self, other: &MetricStore) {
        self.refused = self.refused.saturating_add(other.refused);
        for (series, values, place, cell) in other.rows() {
            let values: Vec<_> = values.iter().map(|value| Cow::Borrowed(&**value)).collect();
            self.add(series, &values, place, cell);
        }
    }

    /// Forgets periods that lie more than [`METRIC_DAYS_KEPT`] days before the
    /// newest one.
    pub fn forget_old(&mut self) {
        let start = |series: &Series, bucket: i64| bucket.saturating_mul(series.period.seconds());
        let newest = self
            .rows()
            .map(|(series, _, (bucket, _), _)| start(series, bucket))
            .max();
        let Some(newest) = newest else { return };
        let kept = METRIC_DAYS_KEPT.saturating_mul(Period::Day.seconds());
        let oldest = newest.saturating_sub(kept);
        let mut bytes = 0;
        for (series, all) in &mut self.series {
            for (key, rows) in all.iter_mut() {
                rows.retain(|(bucket, _), _| start(series, *bucket) >= oldest);
                if !rows.is_empty() {
                    bytes += ROW_BYTES + key.iter().map(|value| value.len()).sum::<usize>();
                }
                bytes += rows
                    .keys()
                    .map(|(_, each)| ROW_BYTES + each.len())
                    .sum::<usize>();
            }
            all.retain(|_, rows| !rows.is_empty());
        }
        self.series.retain(|_, all| !all.is_empty());
        self.bytes = bytes;
    }

    /// All rows, sorted by series, values, period and counted value.
    pub fn rows(&self) -> impl Iterator<Item = (&Series, &[Box<str>], (i64, &str), Cell)> {
        self.series.iter().flat_map(|(series, all)| {
            all.iter().flat_map(move |(key, rows)| {
                rows.iter()
                    .map(move |((bucket, each), cell)| (series, &**key, (*bucket, &**each), *cell))
            })
        })
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// How often there was no room for a row, or for a value that is too long.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    pub(super) fn refuse(&mut self) {
        self.refused = self.refused.saturating_add(1);
    }
}

impl Metrics for MetricStore {
    fn observe(&self, query: &MetricQuery<'_>, see: &mut dyn FnMut(&Observation)) {
        let key: Key = query
            .values
            .iter()
            .map(|value| Box::from(&**value))
            .collect();
        let all = self.series.get(query.series);
        let Some(rows) = all.and_then(|all| all.get(&key)) else {
            return;
        };
        if query.periods.is_empty() {
            return;
        }
        let from = (query.periods.start, Box::from(""));
        let to = (query.periods.end, Box::from(""));
        for ((bucket, _), cell) in rows.range(from..to) {
            see(&Observation {
                bucket: *bucket,
                events: cell.events,
                value: cell.value,
                first: cell.first,
                last: cell.last,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(period: Period) -> Series {
        Series {
            family: "auth_attempts_total".to_owned(),
            period,
            by: vec!["target.user.userid".to_owned()],
            each: None,
        }
    }

    fn cell(at: i64) -> Cell {
        Cell {
            events: 1,
            value: 7,
            first: at,
            last: at,
        }
    }

    #[test]
    fn rows_add_up() {
        let mut store = MetricStore::default();
        for at in [90, 10, 50] {
            assert!(store.add(&series(Period::Day), &["u".into()], (0, ""), cell(at)));
        }
        let rows: Vec<_> = store.rows().map(|(.., cell)| cell).collect();
        let whole = Cell {
            events: 3,
            value: 21,
            first: 10,
            last: 90,
        };
        assert_eq!(rows, [whole]);
    }

    #[test]
    fn old_periods_are_forgotten() {
        let mut store = MetricStore::default();
        let days = METRIC_DAYS_KEPT;
        for bucket in [0, 1, days] {
            store.add(&series(Period::Day), &["u".into()], (bucket, ""), cell(0));
        }
        store.add(
            &series(Period::Hour),
            &["u".into()],
            (days * 24 + 24, ""),
            cell(0),
        );
        store.add(&series(Period::Hour), &["v".into()], (23, ""), cell(0));
        store.forget_old();
        let kept: Vec<_> = store.rows().map(|(_, _, (bucket, _), _)| bucket).collect();
        assert_eq!(kept, [1, days, days * 24 + 24]);
        let mut again = MetricStore::default();
        again.merge(&store);
        assert_eq!(again, store, "what it weighs is counted anew");
    }

    #[test]
    fn metric_bytes_max() {
        let mut store = MetricStore {
            bytes: METRIC_BYTES_MAX - 2 * ROW_BYTES - 1,
            ..MetricStore::default()
        };
        let day = series(Period::Day);
        assert!(!store.add(&day, &["too".into()], (0, ""), cell(0)));
        assert!(store.add(&day, &["u".into()], (0, ""), cell(0)));
        assert!(
            store.add(&day, &["u".into()], (0, ""), cell(9)),
            "it is there"
        );
        assert!(!store.add(&day, &["u".into()], (1, ""), cell(0)));
        assert_eq!(store.refused(), 2);
    }
}
