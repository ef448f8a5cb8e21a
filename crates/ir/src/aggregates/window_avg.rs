//! `window.avg`: the mean over a match window.

use super::{Aggregate, AggregateReturns, Arguments, avg, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.avg",
    arguments: Arguments::OneAndIgnoreZeros,
    accepts: Accepts::Number,
    returns: AggregateReturns::Float,
    summary: "Returns the mean of the numbers of all rows, duplicates included.",
    details: "With `true` as second argument zeros are passed over, which unset fields are. What \
              is no finite number is passed over; of no numbers the mean is 0.",
    examples: &[
        example(
            &[Lit::Int(10), Lit::Int(14), Lit::Int(18)],
            Lit::Float(14.0),
            "",
        ),
        example(
            &[Lit::Int(4), Lit::Int(0)],
            Lit::Float(2.0),
            "zeros count unless they are to be ignored",
        ),
        example(&[], Lit::Float(0.0), "no rows"),
    ],
    start: avg::AGGREGATE.start,
};
