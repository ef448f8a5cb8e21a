//! Where the period with an extreme of a metric starts, shared by two aggregates.

use std::cmp::Ordering;

use super::Accumulator;
use super::paired::Paired;
use crate::semantics::Semantics;
use crate::value::Value;

/// Takes each row's extreme with the start of its period. A row without data
/// starts nowhere and takes no part.
#[derive(Debug)]
pub(super) struct PeriodStart(Paired);

impl PeriodStart {
    /// Towards the greatest value or the least.
    pub(super) fn new(towards: Ordering) -> Self {
        PeriodStart(Paired::new(towards))
    }
}

impl Accumulator for PeriodStart {
    fn add(&mut self, pair: &Value<'_>, times: u64) {
        let Value::List(items) = pair else { return };
        if items.get(1).is_some_and(|start| !start.is_zero()) {
            self.0.add(pair, times);
        }
    }

    fn finish(self: Box<Self>, semantics: &Semantics) -> Value<'static> {
        match Box::new(self.0).finish(semantics) {
            Value::Int(start) => Value::Int(start),
            _ => Value::Int(0),
        }
    }
}
