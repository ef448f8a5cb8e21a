//! `count_distinct`: how many different values.

use super::digest::Seen;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::limits::DISTINCT_MAX;
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "count_distinct",
    arguments: Arguments::One,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::Int,
    summary: "Counts the different values.",
    details: "Zero values count as one value. Case counts. Values of different kinds are \
              different, integers of either sign apart. The count stays at 100,000 when there are \
              more.",
    examples: &[
        example(
            &[Lit::Str("a"), Lit::Str("a"), Lit::Str("b")],
            Lit::Int(2),
            "",
        ),
        example(
            &[Lit::Str("a"), Lit::Str("A"), Lit::Str("")],
            Lit::Int(3),
            "case and zero values count",
        ),
        example(&[Lit::Int(1), Lit::Uint(1)], Lit::Int(1), "one integer"),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(CountDistinct::default()),
};

#[derive(Debug, Default)]
struct CountDistinct(Seen);

impl Accumulator for CountDistinct {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        if times > 0 {
            self.0.insert(value, DISTINCT_MAX);
        }
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        Value::Int(i64::try_from(self.0.len()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_bounded() {
        let mut counter = (AGGREGATE.start)();
        for i in 0..=DISTINCT_MAX as u64 {
            counter.add(&Value::Uint(i), 1);
        }
        assert_eq!(
            counter.finish(&Semantics::default()),
            Value::Uint(DISTINCT_MAX as u64)
        );
    }
}
