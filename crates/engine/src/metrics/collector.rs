//! Counts the events of one run, for every series that rules ask for.

use std::collections::BTreeSet;

use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldPath, FieldSet, Need, Root};

use super::counter::Counter;
use super::store::MetricStore;

/// Sees events and counts them by the series of some rules.
#[derive(Debug)]
pub struct MetricCollector {
    counters: Vec<Counter>,
    store: MetricStore,
}

impl MetricCollector {
    /// Counts what the rules' metrics ask for.
    #[must_use]
    pub fn new(plans: &[Plan]) -> Self {
        let series: BTreeSet<_> = plans.iter().flat_map(Plan::series).collect();
        MetricCollector {
            counters: series.into_iter().filter_map(Counter::new).collect(),
            store: MetricStore::default(),
        }
    }

    /// The fields that it reads.
    #[must_use]
    pub fn projection(&self) -> FieldSet {
        let mut all = FieldSet::empty();
        if let Ok(time) = FieldPath::resolve(Root::Event, "metadata.event_timestamp") {
            all.insert(&time);
        }
        self.counters
            .iter()
            .for_each(|counter| counter.fields(&mut all));
        all
    }

    /// For each series, conditions without which an event does not count.
    #[must_use]
    pub fn needs(&self) -> Vec<Vec<Need>> {
        self.counters.iter().map(Counter::needs).collect()
    }

    /// Counts an event, which holds the fields of [`MetricCollector::projection`].
    /// One without a time is in no period.
    pub fn see(&mut self, event: &Event) {
        for counter in &self.counters {
            counter.see(event, &mut self.store);
        }
    }

    /// What was counted.
    #[must_use]
    pub fn finish(self) -> MetricStore {
        self.store
    }
}
