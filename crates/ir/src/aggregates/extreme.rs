//! The least or greatest of the numbers seen, shared by four aggregates.

use std::cmp::Ordering;

use super::Accumulator;
use crate::semantics::Semantics;
use crate::value::Value;

/// Keeps the number that stands furthest in one direction.
#[derive(Debug)]
pub(super) struct Extreme {
    towards: Ordering,
    zeros: bool,
    best: Option<Value<'static>>,
}

impl Extreme {
    /// Towards the greatest or the least; with or without zeros.
    pub(super) fn new(towards: Ordering, zeros: bool) -> Self {
        Extreme {
            towards,
            zeros,
            best: None,
        }
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        let passed_over = times == 0 || !value.is_number() || value.float().is_nan();
        if passed_over || (!self.zeros && value.is_zero()) {
            return;
        }
        if self
            .best
            .as_ref()
            .is_none_or(|best| value.compare(best) == Some(self.towards))
        {
            self.best = Some(value.clone().into_owned());
        }
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        self.best.unwrap_or(Value::Int(0))
    }
}
