//! `min`: the least number.

use std::cmp::Ordering;

use super::extreme::Extreme;
use super::{Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "min",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::SameAsArg,
    summary: "Returns the least number of all rows.",
    details: "The number keeps its kind. An unset field is 0 and counts. What is no number is \
              passed over; of no numbers the result is 0.",
    examples: &[
        example(&[Lit::Int(35), Lit::Int(3), Lit::Int(10)], Lit::Int(3), ""),
        example(
            &[Lit::Int(35), Lit::Int(0)],
            Lit::Int(0),
            "an unset field counts",
        ),
        example(
            &[Lit::Uint(u64::MAX), Lit::Int(-1)],
            Lit::Int(-1),
            "kinds may be mixed",
        ),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(Extreme::new(Ordering::Less, true)),
};
