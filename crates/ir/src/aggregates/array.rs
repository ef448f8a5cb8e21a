//! `array`: all values.

use super::kept::{KEPT_MAX, Kept};
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "array",
    arguments: Arguments::One,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::ListOfArg,
    summary: "Lists the values of all rows, duplicates included.",
    details: "In the order of the rows, which is the order of event time. The switch \
              `array_elements` says how many are kept (1,000 unless set); 4 MiB of text are kept \
              at most. Zero values are kept: the reference does not say, and shows `if` replacing \
              them.",
    examples: &[
        example(
            &[Lit::Str("b"), Lit::Str("a"), Lit::Str("b")],
            Lit::List(&[Lit::Str("b"), Lit::Str("a"), Lit::Str("b")]),
            "",
        ),
        example(
            &[Lit::Str(""), Lit::Str("a")],
            Lit::List(&[Lit::Str(""), Lit::Str("a")]),
            "zero values are kept",
        ),
        example(&[], Lit::List(&[]), "no rows"),
    ],
    start: || Box::new(Array::default()),
};

#[derive(Debug, Default)]
struct Array(Kept);

impl Accumulator for Array {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        for _ in 0..times.min(KEPT_MAX as u64 + 1) {
            if self.0.is_full() {
                return;
            }
            self.0.push(value);
        }
    }

    fn finish(self: Box<Self>, semantics: &Semantics) -> Value<'static> {
        self.0.finish(semantics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TEXT_BYTES_MAX;

    fn length(value: &Value<'_>, times: u64, array_elements: u32) -> usize {
        let mut array = (AGGREGATE.start)();
        array.add(value, times);
        let Value::List(items) = array.finish(&Semantics {
            array_elements,
            ..Semantics::default()
        }) else {
            panic!("not a list")
        };
        items.len()
    }

    #[test]
    fn bounds() {
        assert_eq!(length(&Value::Int(1), 2_000, 25), 25);
        assert_eq!(length(&Value::Int(1), u64::MAX, u32::MAX), KEPT_MAX);
        let long = "x".repeat(TEXT_BYTES_MAX / 2);
        assert_eq!(length(&Value::str(&long), 3, 1_000), 2);
    }
}
