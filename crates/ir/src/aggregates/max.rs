//! `max`: the greatest number.

use std::cmp::Ordering;

use super::extreme::Extreme;
use super::{Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "max",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::SameAsArg,
    summary: "Returns the greatest number of all rows.",
    details: "The number keeps its kind. What is no number is passed over; of no numbers the \
              result is 0.",
    examples: &[
        example(&[Lit::Int(3), Lit::Int(35), Lit::Int(10)], Lit::Int(35), ""),
        example(&[Lit::Int(-3), Lit::Int(-35)], Lit::Int(-3), "all negative"),
        example(
            &[Lit::Int(1), Lit::Float(1.5)],
            Lit::Float(1.5),
            "kinds may be mixed",
        ),
        example(&[Lit::Str("x"), Lit::Int(1)], Lit::Int(1), "no number"),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(Extreme::new(Ordering::Greater, true)),
};
