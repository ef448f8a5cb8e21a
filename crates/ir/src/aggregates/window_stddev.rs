//! `window.stddev`: the standard deviation over a match window.

use super::{Aggregate, AggregateReturns, Arguments, example, stddev};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.stddev",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the standard deviation of the numbers of all rows, duplicates included.",
    details: "The deviation of a sample, divided by one less than the count. Of fewer than two \
              numbers it is 0. Zeros count. What is no finite number is passed over.",
    examples: &[
        example(
            &[Lit::Int(10), Lit::Int(14), Lit::Int(18)],
            Lit::Float(4.0),
            "",
        ),
        example(&[Lit::Int(7)], Lit::Float(0.0), "one row"),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: stddev::AGGREGATE.start,
};
