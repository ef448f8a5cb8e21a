//! `window.mode`: the most frequent value over a match window.

use std::cmp::Reverse;

use super::tally::Tally;
use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.mode",
    arguments: Arguments::One,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::Str,
    summary: "Returns the value that most rows have, as text.",
    details: "Of equally frequent values it is the smallest; the reference allows any. Zero \
              values count, and case does. The result is a string for numbers too, as the \
              reference has it. Of more than 100,000 different values, or 4 MiB of text, as many \
              take part as fit, always the same ones in whatever order they come; the result is \
              then the most frequent one of these.",
    examples: &[
        example(
            &[Lit::Str("ssh"), Lit::Str("rdp"), Lit::Str("ssh")],
            Lit::Str("ssh"),
            "",
        ),
        example(
            &[Lit::Int(443), Lit::Int(22), Lit::Int(443), Lit::Int(22)],
            Lit::Str("22"),
            "equally frequent, and numbers",
        ),
        example(
            &[Lit::Str(""), Lit::Str(""), Lit::Str("a")],
            Lit::Str(""),
            "zero values count",
        ),
        example(&[], Lit::Str(""), "no rows"),
    ],
    start: || Box::new(Mode::default()),
};

#[derive(Debug, Default)]
struct Mode(Tally);

impl Accumulator for Mode {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        self.0.add(&plain(value), times);
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        // Sorted by value, so the first of the most frequent is the smallest.
        let most = self.0.sorted().into_iter();
        most.min_by_key(|(_, count)| Reverse(*count))
            .map_or(Value::EMPTY, |(value, _)| {
                Value::string(value.text().into_owned())
            })
    }
}

/// The value with one spelling of zero: adding a positive zero turns a
/// negative one into it.
fn plain<'v>(value: &Value<'v>) -> Value<'v> {
    match value {
        Value::Float(f) => Value::Float(f + 0.0),
        Value::List(items) => Value::List(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TEXT_BYTES_MAX;

    #[test]
    fn a_giant_crowds_nobody_out() {
        let mut mode = (AGGREGATE.start)();
        mode.add(&Value::string("x".repeat(TEXT_BYTES_MAX + 1)), 9);
        mode.add(&Value::str("a"), 1);
        mode.add(&Value::str("b"), 2);
        mode.add(&Value::str("a"), 1);
        assert_eq!(mode.finish(&Semantics::default()), Value::str("a"));
    }
}
