//! `count`: how many rows.

use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "count",
    arguments: Arguments::One,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::Int,
    summary: "Counts the rows, duplicates included.",
    details: "Rows come from unnested repeated fields and from joins, so one event may count \
              several times; `count_distinct` of the event's id counts events. Zero values count: \
              the reference does not say, and calls the aggregate a count of rows.",
    examples: &[
        example(
            &[Lit::Str("a"), Lit::Str("a"), Lit::Str("b")],
            Lit::Int(3),
            "",
        ),
        example(
            &[Lit::Str(""), Lit::Str("a")],
            Lit::Int(2),
            "zero values count",
        ),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(Count::default()),
};

#[derive(Debug, Default)]
struct Count(u64);

impl Accumulator for Count {
    fn add(&mut self, _: &Value<'_>, times: u64) {
        self.0 = self.0.saturating_add(times);
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        Value::Int(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}
