//! From the observations of a series to one number.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::{Agg, Measure, Period, Series};
use crate::limits::METRIC_DAYS;
use crate::semantics::Semantics;
use crate::value::Value;

/// What is known of one series, for given values of its paths, in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The period, counted from 1970.
    pub bucket: i64,
    /// How many events there were.
    pub events: u64,
    /// The sum of what the family sums.
    pub value: u64,
    /// The time of the first event, in Unix seconds.
    pub first: i64,
    /// The time of the last event, in Unix seconds.
    pub last: i64,
}

impl Observation {
    /// What a filter reads, in the order of [`super::MEASURES`].
    #[must_use]
    pub fn values(&self) -> [Value<'static>; 4] {
        let whole = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        [
            whole(self.events),
            Value::Int(self.first),
            Value::Int(self.last),
            whole(self.value),
        ]
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a metric is a float; counts beyond 2^53 are out of this world"
    )]
    fn of(&self, measure: Measure) -> f64 {
        match measure {
            Measure::EventCountSum => self.events as f64,
            Measure::FirstSeen => self.first as f64,
            Measure::LastSeen => self.last as f64,
            Measure::ValueSum => self.value as f64,
            Measure::NumUniqueFilterValues => 1.0,
        }
    }
}

/// What a metric is asked for.
pub struct MetricQuery<'q> {
    /// The series.
    pub series: &'q Series,
    /// The value of each of its paths.
    pub values: &'q [Cow<'q, str>],
    /// The periods that are looked at.
    pub periods: Range<i64>,
    /// What is asked of each period.
    pub measure: Measure,
    /// How the periods are put together.
    pub agg: Agg,
    /// Whether `stddev` is that of a sample (switch `metric_stddev_sample`).
    pub sample: bool,
    /// Whether an observation takes part.
    pub keep: &'q dyn Fn(&Observation) -> bool,
}

impl fmt::Debug for MetricQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricQuery")
            .field("series", &self.series)
            .field("values", &self.values)
            .field("periods", &self.periods)
            .field("measure", &self.measure)
            .field("agg", &self.agg)
            .finish_non_exhaustive()
    }
}

/// Whoever has observations. Asking changes nothing and waits for nothing.
pub trait Metrics: fmt::Debug + Send + Sync {
    /// Hands out every observation within the query's periods, earliest period
    /// first. Of a series with [`Series::each`] there is one for each of its
    /// values, those of one period together.
    fn observe(&self, query: &MetricQuery<'_>, see: &mut dyn FnMut(&Observation));

    /// The number that is asked for; 0 without data.
    fn value(&self, query: &MetricQuery<'_>) -> f64 {
        let mut periods: Vec<(i64, f64)> = Vec::new();
        self.observe(query, &mut |seen| {
            if !query.periods.contains(&seen.bucket) || !(query.keep)(seen) {
                return;
            }
            let value = seen.of(query.measure);
            match periods.last_mut() {
                Some((bucket, sum)) if *bucket == seen.bucket => *sum += value,
                _ => periods.push((seen.bucket, value)),
            }
        });
        // A period with a value of zero is one without.
        periods.retain(|(_, value)| *value != 0.0);
        fold(query, &periods)
    }
}

/// The periods that a window from this time on may look at: whole ones that
/// are over. Days end `metric_delay_hours` early, and the hours that are asked
/// for as `today` fill what lies between the last day and the window.
pub(super) fn periods(period: Period, at: i64, semantics: &Semantics) -> Range<i64> {
    let delay = i64::from(semantics.metric_delay_hours) * Period::Hour.seconds();
    let days_end = Period::Day.bucket(at.saturating_sub(delay));
    match period {
        Period::Day => days_end.saturating_sub(METRIC_DAYS)..days_end,
        Period::Hour => days_end.saturating_mul(24)..Period::Hour.bucket(at),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a window has thirty periods, and starts of periods are whole seconds"
)]
fn fold(query: &MetricQuery<'_>, periods: &[(i64, f64)]) -> f64 {
    let Some(&first) = periods.first() else {
        return 0.0;
    };
    let count = periods.len() as f64;
    let sum = periods.iter().fold(0.0, |sum, (_, value)| sum + value);
    // Of equal values the earliest stands.
    let most = |better: fn(f64, f64) -> bool| {
        periods.iter().fold(
            first,
            |best, one| {
                if better(one.1, best.1) { *one } else { best }
            },
        )
    };
    let start = |bucket: i64| bucket.saturating_mul(query.series.period.seconds()) as f64;
    match query.agg {
        Agg::Avg => sum / count,
        Agg::Max => most(|a, b| a > b).1,
        Agg::Min => most(|a, b| a < b).1,
        Agg::NumMetricPeriods => count,
        Agg::Sum => sum,
        Agg::StartOfMax => start(most(|a, b| a > b).0),
        Agg::StartOfMin => start(most(|a, b| a < b).0),
        Agg::Stddev => {
            let mean = sum / count;
            let squares = periods.iter().map(|(_, value)| (value - mean).powi(2));
            let spread = squares.fold(0.0, |sum, square| sum + square);
            let over = if query.sample { count - 1.0 } else { count };
            if over > 0.0 {
                (spread / over).sqrt()
            } else {
                0.0
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Few(Vec<Observation>);

    impl Metrics for Few {
        fn observe(&self, _: &MetricQuery<'_>, see: &mut dyn FnMut(&Observation)) {
            self.0.iter().for_each(see);
        }
    }

    fn seen(bucket: i64, events: u64) -> Observation {
        let (first, last) = (bucket * 86_400 + 5, bucket * 86_400 + 9);
        Observation {
            bucket,
            events,
            value: events * 10,
            first,
            last,
        }
    }

    fn asked(measure: Measure, agg: Agg, keep: &dyn Fn(&Observation) -> bool) -> f64 {
        let series = Series {
            family: "auth_attempts_total".to_owned(),
            period: Period::Day,
            by: Vec::new(),
            each: None,
        };
        let few = Few(vec![
            seen(3, 10),
            seen(5, 18),
            seen(5, 0),
            seen(9, 14),
            seen(99, 1),
        ]);
        few.value(&MetricQuery {
            series: &series,
            values: &[],
            periods: 0..30,
            measure,
            agg,
            sample: true,
            keep,
        })
    }

    #[test]
    fn periods_without_data_take_no_part() {
        let of = |agg| asked(Measure::EventCountSum, agg, &|_| true);
        assert_eq!(of(Agg::Sum), 42.0);
        assert_eq!(of(Agg::Avg), 14.0);
        assert_eq!(of(Agg::Min), 10.0);
        assert_eq!(of(Agg::Max), 18.0);
        assert_eq!(of(Agg::NumMetricPeriods), 3.0);
        assert_eq!(of(Agg::Stddev), 4.0);
        assert_eq!(of(Agg::StartOfMax), 5.0 * 86_400.0);
        assert_eq!(of(Agg::StartOfMin), 3.0 * 86_400.0);
        assert_eq!(asked(Measure::ValueSum, Agg::Sum, &|_| true), 420.0);
        assert_eq!(
            asked(Measure::FirstSeen, Agg::Min, &|_| true),
            3.0 * 86_400.0 + 5.0
        );
    }

    #[test]
    fn a_filter_comes_before_the_aggregation() {
        let of = |agg| asked(Measure::EventCountSum, agg, &|seen| seen.events > 10);
        assert_eq!(of(Agg::Avg), 16.0);
        assert_eq!(of(Agg::NumMetricPeriods), 2.0);
        assert_eq!(asked(Measure::EventCountSum, Agg::Avg, &|_| false), 0.0);
    }

    #[test]
    fn different_values_are_counted_within_a_period() {
        let of = |agg| asked(Measure::NumUniqueFilterValues, agg, &|_| true);
        assert_eq!(of(Agg::Max), 2.0);
        assert_eq!(of(Agg::Sum), 4.0);
    }

    #[test]
    fn whole_periods_before_the_window_are_looked_at() {
        let mut semantics = Semantics::default();
        let at = |hours: i64| 100 * 86_400 + hours * 3_600;
        assert_eq!(periods(Period::Day, at(0), &semantics), 70..100);
        assert_eq!(periods(Period::Day, at(0) - 1, &semantics), 69..99);
        assert_eq!(periods(Period::Hour, at(0), &semantics), 2400..2400);
        assert_eq!(periods(Period::Hour, at(4) + 59, &semantics), 2400..2404);
        // The page's own example: data of a day are there six hours later.
        semantics.metric_delay_hours = 6;
        assert_eq!(periods(Period::Day, at(4), &semantics), 69..99);
        assert_eq!(periods(Period::Hour, at(4), &semantics), 2376..2404);
        assert!(periods(Period::Hour, i64::MIN, &semantics).count() < 48);
        assert_eq!(periods(Period::Day, i64::MAX, &semantics).count(), 30);
    }
}
