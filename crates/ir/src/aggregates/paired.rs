//! The value with the least or greatest sort key, shared by two aggregates.

use std::cmp::Ordering;

use super::Accumulator;
use crate::semantics::Semantics;
use crate::value::Value;

/// Keeps the value whose key stands furthest in one direction; of values with
/// equal keys the smallest, so that the order of the rows does not count.
#[derive(Debug)]
pub(super) struct Paired {
    towards: Ordering,
    best: Option<(Value<'static>, Value<'static>)>,
}

impl Paired {
    /// Towards the greatest key or the least.
    pub(super) fn new(towards: Ordering) -> Self {
        Paired {
            towards,
            best: None,
        }
    }
}

impl Accumulator for Paired {
    fn add(&mut self, pair: &Value<'_>, times: u64) {
        let Value::List(pair) = pair else { return };
        let [key, value] = pair.as_slice() else {
            return;
        };
        if times == 0 || !key.is_number() || key.float().is_nan() {
            return;
        }
        let better = self.best.as_ref().is_none_or(|(best, kept)| {
            let order = key_order(key, best);
            order == self.towards || (order.is_eq() && value.total_cmp(kept).is_lt())
        });
        if better {
            self.best = Some((key.clone().into_owned(), value.clone().into_owned()));
        }
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        self.best.map_or(Value::EMPTY, |(_, value)| value)
    }
}

/// Keys by magnitude, and those that a float cannot tell apart by their kind
/// and exact number: a total order for integers and floats side by side.
fn key_order(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    // Adding a positive zero turns a negative one into it.
    let (rough_a, rough_b) = (a.float() + 0.0, b.float() + 0.0);
    rough_a.total_cmp(&rough_b).then_with(|| match (a, b) {
        (Value::Float(_), Value::Float(_)) => Ordering::Equal,
        _ => a.total_cmp(b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(towards: Ordering, pairs: &[(Value<'static>, &'static str)]) -> Value<'static> {
        let mut paired = Box::new(Paired::new(towards));
        for (key, value) in pairs {
            paired.add(&Value::List(vec![key.clone(), Value::str(value)]), 1);
        }
        paired.finish(&Semantics::default())
    }

    #[test]
    fn nanoseconds_are_told_apart() {
        let now = 1_708_598_631_000_000_000;
        let pairs = [
            (Value::Int(now + 1), "later"),
            (Value::Int(now), "now"),
            (Value::Float(f64::NAN), "never"),
            (Value::str("0"), "no number"),
        ];
        assert_eq!(of(Ordering::Less, &pairs), Value::str("now"));
        assert_eq!(of(Ordering::Greater, &pairs), Value::str("later"));
    }

    #[test]
    fn what_is_no_pair_is_passed_over() {
        let mut paired = Box::new(Paired::new(Ordering::Less));
        paired.add(&Value::Int(1), 1);
        paired.add(&Value::List(vec![Value::Int(1)]), 1);
        paired.add(&Value::List(vec![Value::Int(1), Value::str("x")]), 0);
        assert_eq!(paired.finish(&Semantics::default()), Value::EMPTY);
    }
}
