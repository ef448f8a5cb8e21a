//! `window.median`: the middle number over a match window.

use super::tally::Tally;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.median",
    arguments: Arguments::OneAndIgnoreZeros,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the middle one of the numbers of all rows, duplicates included.",
    details: "Of an even count it is the lower one of the two in the middle; the reference allows \
              either. With `true` as second argument zeros are passed over, which unset fields \
              are. What is no finite number is passed over; of no numbers the median is 0. Of \
              more than 100,000 different numbers as many take part, always the same ones in \
              whatever order they come, which makes the result an estimate.",
    examples: &[
        example(
            &[Lit::Int(18), Lit::Int(10), Lit::Int(14)],
            Lit::Float(14.0),
            "",
        ),
        example(
            &[Lit::Int(18), Lit::Int(10), Lit::Int(14), Lit::Int(12)],
            Lit::Float(12.0),
            "an even count",
        ),
        example(
            &[Lit::Int(1), Lit::Int(1), Lit::Int(1), Lit::Int(9)],
            Lit::Float(1.0),
            "duplicates count",
        ),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: || Box::new(Median::default()),
};

#[derive(Debug, Default)]
struct Median(Tally);

impl Accumulator for Median {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        // Adding a positive zero turns a negative one into it.
        let number = value.float() + 0.0;
        if value.is_number() && number.is_finite() {
            self.0.add(&Value::Float(number), times);
        }
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        let numbers = self.0.sorted();
        let total: u128 = numbers.iter().map(|(_, count)| u128::from(*count)).sum();
        let mut below = 0;
        for (number, count) in numbers {
            below += u128::from(count);
            if below * 2 >= total {
                return number;
            }
        }
        Value::Float(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::DISTINCT_MAX;

    #[test]
    fn weights_count() {
        for (rows, middle) in [
            (vec![(1, 3), (2, 2)], 1.0),
            (vec![(1, 2), (2, 3)], 2.0),
            (vec![(1, 2), (2, 2)], 1.0),
            (vec![(1, u64::MAX), (2, u64::MAX), (3, 1)], 2.0),
        ] {
            let mut median = (AGGREGATE.start)();
            for (number, times) in &rows {
                median.add(&Value::Int(*number), *times);
            }
            let found = median.finish(&Semantics::default());
            assert_eq!(found, Value::Float(middle), "{rows:?}");
        }
    }

    #[test]
    fn many_numbers_give_an_estimate() {
        let all = DISTINCT_MAX as u64 * 3;
        let mut median = (AGGREGATE.start)();
        (0..all).for_each(|i| median.add(&Value::Uint(i), 1));
        let found = median.finish(&Semantics::default()).float() / 3.0;
        let half = 50_000.0;
        assert!((found - half).abs() < half / 50.0, "{found}");
    }
}
