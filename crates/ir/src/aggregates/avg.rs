//! `avg`: the mean.

use super::moments::Moments;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "avg",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the mean of the numbers of all rows, duplicates included.",
    details: "Zeros count. What is no finite number is passed over; of no numbers the mean is 0. \
              Documented for search; accepted in rules.",
    examples: &[
        example(
            &[Lit::Int(1), Lit::Int(2), Lit::Int(3), Lit::Int(4)],
            Lit::Float(2.5),
            "",
        ),
        example(
            &[Lit::Float(1.1), Lit::Float(2.4)],
            Lit::Float(1.75),
            "floats",
        ),
        example(
            &[
                Lit::Float(-1.1),
                Lit::Float(1.1),
                Lit::Float(0.0),
                Lit::Float(2.4),
            ],
            Lit::Float(0.6),
            "negative numbers and zeros",
        ),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: || Box::new(Avg::default()),
};

#[derive(Debug, Default)]
struct Avg(Moments);

impl Accumulator for Avg {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        self.0.add(value, times);
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        Value::Float(self.0.mean())
    }
}
