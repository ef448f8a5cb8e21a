//! `earliest`: the first moment.

use std::cmp::Ordering;

use super::extreme::Extreme;
use super::{Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "earliest",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::SameAsArg,
    summary: "Returns the first moment of all rows.",
    details: "The argument is a number of seconds, as `metadata.event_timestamp.seconds` has it, \
              and so is the result. Unset timestamps are passed over. The aggregate is known from \
              a catalogue by others only, which speaks of microseconds; no public rule uses it.",
    examples: &[
        example(
            &[Lit::Int(1_708_598_631), Lit::Int(1_708_598_580)],
            Lit::Int(1_708_598_580),
            "",
        ),
        example(
            &[Lit::Int(0), Lit::Int(1_708_598_580)],
            Lit::Int(1_708_598_580),
            "an unset timestamp",
        ),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(Extreme::new(Ordering::Less, false)),
};
