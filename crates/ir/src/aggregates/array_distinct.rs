//! `array_distinct`: all different values.

use super::digest::Seen;
use super::kept::{KEPT_MAX, Kept};
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "array_distinct",
    arguments: Arguments::One,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::ListOfArg,
    summary: "Lists the different values of all rows.",
    details: "Each in the place where it came first. Duplicates go before the list is cut: the \
              switch `array_elements` says how many values are kept (1,000 unless set), and 4 MiB \
              of text are kept at most. Case counts. Zero values are kept: the reference does not \
              say, and shows `if` replacing them.",
    examples: &[
        example(
            &[Lit::Str("b"), Lit::Str("a"), Lit::Str("b")],
            Lit::List(&[Lit::Str("b"), Lit::Str("a")]),
            "",
        ),
        example(
            &[Lit::Str(""), Lit::Str("")],
            Lit::List(&[Lit::Str("")]),
            "zero values are kept",
        ),
        example(&[], Lit::List(&[]), "no rows"),
    ],
    start: || Box::new(ArrayDistinct::default()),
};

#[derive(Debug, Default)]
struct ArrayDistinct {
    seen: Seen,
    kept: Kept,
}

impl Accumulator for ArrayDistinct {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        if times > 0 && !self.kept.is_full() && self.seen.insert(value, KEPT_MAX) {
            self.kept.push(value);
        }
    }

    fn finish(self: Box<Self>, semantics: &Semantics) -> Value<'static> {
        self.kept.finish(semantics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_go_before_the_cut() {
        let mut array = (AGGREGATE.start)();
        for i in 0..50_i64 {
            array.add(&Value::Int(i / 2), 3);
        }
        let semantics = Semantics {
            array_elements: 25,
            ..Semantics::default()
        };
        assert_eq!(
            array.finish(&semantics),
            Value::List((0..25).map(Value::Int).collect())
        );
    }

    #[test]
    fn many_values_are_bounded() {
        let mut array = (AGGREGATE.start)();
        for i in 0..20_000_i64 {
            array.add(&Value::Int(i), 1);
        }
        let semantics = Semantics {
            array_elements: u32::MAX,
            ..Semantics::default()
        };
        let Value::List(items) = array.finish(&semantics) else {
            panic!("not a list")
        };
        assert_eq!(items.len(), KEPT_MAX);
    }
}
