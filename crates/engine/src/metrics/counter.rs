//! Counts the events of one series.

use std::borrow::Cow;
use std::collections::BTreeSet;

use yaral_ir::metrics::{self, Family, Series, Test, is_namespace};
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldId, FieldPath, FieldSet, Need, NeedTest, Root};

use super::store::{Cell, MetricStore};
use crate::eval::{nodes, scalar};
use crate::limits::{METRIC_COMBINATIONS_MAX, METRIC_VALUE_BYTES_MAX};

/// A path of the event, resolved.
type Steps = Box<[(FieldId, Option<u32>)]>;

/// What counts for a series and what is counted of it.
#[derive(Debug)]
pub(super) struct Counter {
    series: Series,
    family: &'static Family,
    /// What the tests read, by path.
    tests: Vec<Check>,
    value: Vec<Steps>,
    by: Vec<Steps>,
    each: Option<Steps>,
}

/// A test with its paths resolved.
#[derive(Debug)]
struct Check {
    test: Test,
    paths: Vec<Steps>,
}

impl Counter {
    /// `None` if the series is of no family that is known, or reads what no
    /// event has; it then counts nothing.
    pub(super) fn new(series: &Series) -> Option<Self> {
        let family = metrics::find(&series.family)?;
        let all = |paths: &[&str]| paths.iter().map(|path| steps(path)).collect::<Option<_>>();
        let check = |test: &Test| {
            let paths: Option<Vec<_>> = match test {
                Test::Type(_) => all(&["metadata.event_type"]),
                Test::Allowed(_) => all(&["security_result.action"]),
                Test::Present(paths) => all(paths),
                Test::Below(path, _) | Test::AtLeast(path, _) => all(&[path]),
                Test::Port(_) => all(&["target.port", "network.ip_protocol"]),
            };
            Some(Check {
                test: *test,
                paths: paths?,
            })
        };
        let each = match &series.each {
            Some(path) => Some(steps(path)?),
            None => None,
        };
        Some(Counter {
            series: series.clone(),
            family,
            tests: family.counts.iter().map(check).collect::<Option<_>>()?,
            value: all(family.value)?,
            by: series
                .by
                .iter()
                .map(|path| steps(path))
                .collect::<Option<_>>()?,
            each,
        })
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let own = self.series.by.iter().chain(&self.series.each);
        self.family
            .reads()
            .into_iter()
            .chain(own.map(String::as_str))
    }

    /// Adds the fields that it reads.
    pub(super) fn fields(&self, into: &mut FieldSet) {
        for path in self.paths() {
            if let Ok(path) = FieldPath::resolve(Root::Event, path) {
                into.insert(&path);
            }
        }
    }

    /// Conditions without which an event does not count.
    pub(super) fn needs(&self) -> Vec<Need> {
        let need = |path: &str, test| {
            let path = FieldPath::resolve(Root::Event, path).ok()?;
            Some(Need {
                path,
                key: None,
                test,
            })
        };
        let types = self.family.counts.iter().filter_map(|test| match test {
            Test::Type(list) => {
                let list = list.iter().map(|&name| name.to_owned()).collect();
                need("metadata.event_type", NeedTest::Equals(list))
            }
            _ => None,
        });
        let dimensions = self.series.by.iter().chain(&self.series.each);
        let present = dimensions
            .filter(|path| !is_namespace(path))
            .filter_map(|path| need(path, NeedTest::Present));
        types.chain(present).collect()
    }

    /// Counts an event, if it is one of the family and has a value for every
    /// field. One with several values counts for each combination of them.
    pub(super) fn see(&self, event: &Event, into: &mut MetricStore) {
        let Some(time) = event.event_time() else {
            return;
        };
        if !self.tests.iter().all(|check| check.holds(event)) {
            return;
        }
        let mut all: Vec<Vec<Cow<'_, str>>> = Vec::new();
        let mut combinations = 1_usize;
        for (path, steps) in self.series.by.iter().zip(&self.by) {
            let mut values = texts(event, steps, into);
            if values.is_empty() && is_namespace(path) {
                values.push(Cow::Borrowed(""));
            }
            combinations = combinations.saturating_mul(values.len());
            all.push(values);
        }
        let each = match &self.each {
            Some(steps) => texts(event, steps, into),
            None => vec![Cow::Borrowed("")],
        };
        if combinations.saturating_mul(each.len()) > METRIC_COMBINATIONS_MAX {
            return into.refuse();
        }
        let cell = Cell {
            events: 1,
            value: self.value.iter().fold(0, |sum: u64, steps| {
                sum.saturating_add(number(event, steps))
            }),
            first: time.seconds,
            last: time.seconds,
        };
        let bucket = self.series.period.bucket(time.seconds);
        for mut at in 0..combinations {
            let mut values = Vec::with_capacity(all.len());
            for list in &all {
                if let Some(value) = list.get(at % list.len().max(1)) {
                    values.push(value.clone());
                }
                at /= list.len().max(1);
            }
            for each in &each {
                into.add(&self.series, &values, (bucket, each), cell);
            }
        }
    }
}

impl Check {
    fn holds(&self, event: &Event) -> bool {
        let mut values = self.paths.iter().flat_map(|steps| values(event, steps));
        match self.test {
            Test::Type(list) => values.any(|value| list.contains(&&*value.text())),
            Test::Allowed(some) => values.any(|value| value.text() == "ALLOW") == some,
            Test::Present(_) => values.any(|value| !value.is_zero()),
            Test::Below(_, bound) => values.next().map_or(0, |value| value.int()) < bound,
            Test::AtLeast(_, bound) => values.next().map_or(0, |value| value.int()) >= bound,
            Test::Port(pairs) => {
                let of = |at: usize| {
                    let steps = self.paths.get(at);
                    steps.map_or(Vec::new(), |steps| self::values(event, steps))
                };
                let (ports, protocols) = (of(0), of(1));
                pairs.iter().any(|(port, protocol)| {
                    ports.iter().any(|value| value.int() == *port)
                        && protocols.iter().any(|value| value.text() == *protocol)
                })
            }
        }
    }
}

fn steps(path: &str) -> Option<Steps> {
    let path = FieldPath::resolve(Root::Event, path).ok()?;
    Some(path.steps().iter().map(|field| (*field, None)).collect())
}

/// The values at a path, in event order.
fn values<'e>(event: &'e Event, steps: &Steps) -> Vec<Value<'e>> {
    let mut found = Vec::new();
    nodes(event.root(), steps, &mut |node| {
        found.extend(scalar(node, None));
        true
    });
    found
}

/// The number at a path; one below zero counts as none.
fn number(event: &Event, steps: &Steps) -> u64 {
    let value = values(event, steps).into_iter().next();
    value.map_or(0, |value| match value {
        Value::Uint(number) => number,
        other => u64::try_from(other.int()).unwrap_or(0),
    })
}

/// The different values at a path that are not zero, as text. One that is too
/// long is refused.
fn texts<'e>(event: &'e Event, steps: &Steps, store: &mut MetricStore) -> Vec<Cow<'e, str>> {
    let mut found = BTreeSet::new();
    for value in values(event, steps) {
        if value.is_zero() {
            continue;
        }
        let text = match value {
            Value::Str(text) => text,
            other => Cow::Owned(other.text().into_owned()),
        };
        if text.len() > METRIC_VALUE_BYTES_MAX {
            store.refuse();
        } else {
            found.insert(text);
        }
    }
    found.into_iter().collect()
}
