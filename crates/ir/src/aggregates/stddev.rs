//! `stddev`: the standard deviation.

use super::moments::Moments;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "stddev",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the standard deviation of the numbers of all rows, duplicates included.",
    details: "The deviation of a sample, divided by one less than the count, as `window.stddev` is \
              shown to be. Of fewer than two numbers it is 0. What is no finite number is passed \
              over. Documented for search; accepted in rules.",
    examples: &[
        example(
            &[Lit::Int(10), Lit::Int(14), Lit::Int(18)],
            Lit::Float(4.0),
            "",
        ),
        example(&[Lit::Int(7), Lit::Int(7)], Lit::Float(0.0), "no spread"),
        example(&[Lit::Int(7)], Lit::Float(0.0), "one row"),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: || Box::new(Stddev::default()),
};

#[derive(Debug, Default)]
struct Stddev(Moments);

impl Accumulator for Stddev {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        self.0.add(value, times);
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        Value::Float(self.0.deviation())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_values_do_not_cancel_out() {
        let mut deviation = (AGGREGATE.start)();
        for offset in [4.0, 7.0, 13.0, 16.0] {
            deviation.add(&Value::Float(1e9 + offset), 1);
        }
        let Value::Float(found) = deviation.finish(&Semantics::default()) else {
            panic!("not a float")
        };
        assert!((found - 30.0_f64.sqrt()).abs() < 1e-6, "{found}");
    }

    #[test]
    fn a_weight_is_as_many_rows() {
        let (mut once, mut each) = ((AGGREGATE.start)(), (AGGREGATE.start)());
        for (value, times) in [(Value::Int(1), 3), (Value::Int(5), 2)] {
            once.add(&value, times);
            (0..times).for_each(|_| each.add(&value, 1));
        }
        let (once, each) = (
            once.finish(&Semantics::default()),
            each.finish(&Semantics::default()),
        );
        assert!((once.float() - each.float()).abs() < 1e-12);
    }
}
