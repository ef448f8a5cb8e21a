//! `window.variance`: the variance over a match window.

use super::moments::Moments;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.variance",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the variance of the numbers of all rows, duplicates included.",
    details: "The variance of a sample, divided by one less than the count: the square of \
              `window.stddev`. Of fewer than two numbers it is 0. Zeros count. What is no finite \
              number is passed over.",
    examples: &[
        example(
            &[Lit::Int(10), Lit::Int(14), Lit::Int(18)],
            Lit::Float(16.0),
            "",
        ),
        example(&[Lit::Int(7), Lit::Int(7)], Lit::Float(0.0), "no spread"),
        example(&[Lit::Int(7)], Lit::Float(0.0), "one row"),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: || Box::new(Variance::default()),
};

#[derive(Debug, Default)]
struct Variance(Moments);

impl Accumulator for Variance {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        self.0.add(value, times);
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        Value::Float(self.0.variance())
    }
}
