//! Metrics: how much of something there was before (yara-l §11).
//!
//! `max(metrics.auth_attempts_fail(period:1d, window:30d, …))` asks what a
//! [`Family`] of events came to in the days or hours before a match window. A
//! [`Series`] is a family counted apart for some fields of the event; of each
//! period that has data there is an [`Observation`], and a [`MetricQuery`]
//! folds those into one number. Whoever has the observations is a
//! [`Metrics`]; how they are stored is no affair of the language.

mod dimensions;
pub mod doc;
mod families;
mod query;

use crate::plan::ExprId;
use crate::semantics::Semantics;
use crate::value::Value;

pub use dimensions::{Set, Slot};
pub use families::{Family, Test, families, find, suggest, undefined};
pub use query::{MetricQuery, Metrics, Observation};

/// How long one observation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A day of UTC; thirty of them are looked at.
    Day,
    /// An hour; those of today that are over are looked at.
    Hour,
}

impl Period {
    /// The length in seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        match self {
            Period::Day => 86_400,
            Period::Hour => 3_600,
        }
    }

    /// What rules write for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Period::Day => "1d",
            Period::Hour => "1h",
        }
    }

    /// The only window that goes with it.
    #[must_use]
    pub fn window(self) -> &'static str {
        match self {
            Period::Day => "30d",
            Period::Hour => "today",
        }
    }

    /// The period that a time in Unix seconds lies in, counted from 1970.
    #[must_use]
    pub fn bucket(self, seconds: i64) -> i64 {
        seconds.div_euclid(self.seconds())
    }
}

/// What is known of the events of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// How many events there were.
    EventCountSum,
    /// The time of the first, in Unix seconds.
    FirstSeen,
    /// The time of the last, in Unix seconds.
    LastSeen,
    /// The sum of what the family sums, always bytes.
    ValueSum,
    /// How many different values the field with `*` had.
    NumUniqueFilterValues,
}

/// The measures, sorted by name. The first four are also what a filter reads:
/// there, [`crate::plan::Expr::Element`] is the position in this list.
pub const MEASURES: [(&str, Measure); 5] = [
    ("event_count_sum", Measure::EventCountSum),
    ("first_seen", Measure::FirstSeen),
    ("last_seen", Measure::LastSeen),
    ("value_sum", Measure::ValueSum),
    ("num_unique_filter_values", Measure::NumUniqueFilterValues),
];

/// How the observations of all periods become one number. Periods without
/// data take no part in any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agg {
    /// The mean.
    Avg,
    /// The greatest.
    Max,
    /// The smallest.
    Min,
    /// How many periods have a value.
    NumMetricPeriods,
    /// The standard deviation.
    Stddev,
    /// The sum.
    Sum,
    /// Where the period with the greatest value starts, in Unix seconds; what
    /// `period_start_for_max` asks for.
    StartOfMax,
    /// The same for the smallest value.
    StartOfMin,
}

/// What `agg` may be, sorted by name.
pub const AGGS: [(&str, Agg); 6] = [
    ("avg", Agg::Avg),
    ("max", Agg::Max),
    ("min", Agg::Min),
    ("num_metric_periods", Agg::NumMetricPeriods),
    ("stddev", Agg::Stddev),
    ("sum", Agg::Sum),
];

/// A family of events counted apart for each value of some fields. Its text
/// is what a store calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// The name of the family, without `metrics.`.
    pub family: String,
    /// The length of its periods.
    pub period: Period,
    /// Paths of the event, sorted; a query names a value for each.
    pub by: Vec<String>,
    /// A further path, whose different values are counted.
    pub each: Option<String>,
}

/// A call of a metric, checked.
#[derive(Clone, Debug)]
pub struct Metric {
    /// What it asks about.
    pub series: Series,
    /// For each path of the series the value that is asked for.
    pub by: Vec<ExprId>,
    /// What is asked of each period.
    pub measure: Measure,
    /// How the periods are put together.
    pub agg: Agg,
    /// A predicate on each observation before they are put together; it reads
    /// nothing else. See [`MEASURES`].
    pub filter: Option<ExprId>,
}

/// Whether a path is that of a namespace, which may be empty and is no
/// dimension by itself.
#[must_use]
pub fn is_namespace(path: &str) -> bool {
    path.rsplit('.').next() == Some("namespace")
}

impl Metric {
    /// Whether the result is a whole number.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !matches!(self.agg, Agg::Avg | Agg::Stddev)
    }

    /// The number for these values of the series' paths, at a window that
    /// starts at this time in Unix seconds. A zero value joins nothing, and
    /// without a provider there is no data: both are 0.
    pub fn ask(
        &self,
        metrics: Option<&dyn Metrics>,
        (values, at): (&[Value<'_>], i64),
        semantics: &Semantics,
        keep: &dyn Fn(&Observation) -> bool,
    ) -> Value<'static> {
        let paths = self.series.by.iter();
        let joins = paths
            .zip(values)
            .all(|(path, value)| !value.is_zero() || is_namespace(path));
        let number = match metrics {
            Some(metrics) if joins => {
                let values: Vec<_> = values.iter().map(Value::text).collect();
                metrics.value(&MetricQuery {
                    series: &self.series,
                    values: &values,
                    periods: query::periods(self.series.period, at, semantics),
                    measure: self.measure,
                    agg: self.agg,
                    sample: semantics.metric_stddev_sample,
                    keep,
                })
            }
            _ => 0.0,
        };
        if self.is_whole() {
            Value::Int(Value::Float(number).int())
        } else {
            Value::Float(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted() {
        assert!(AGGS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(MEASURES[..4].is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn buckets_are_periods_of_utc() {
        assert_eq!(Period::Day.bucket(86_399), 0);
        assert_eq!(Period::Day.bucket(86_400), 1);
        assert_eq!(Period::Hour.bucket(-1), -1);
        assert_eq!(Period::Day.bucket(i64::MIN), i64::MIN / 86_400 - 1);
    }

    #[test]
    fn namespaces_are_told_by_their_name() {
        assert!(is_namespace("principal.namespace"));
        assert!(!is_namespace("principal.asset.hostname"));
    }
}
