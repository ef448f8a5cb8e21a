//! `window.last`: the value with the greatest sort key.

use std::cmp::Ordering;

use super::paired::Paired;
use super::{Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.last",
    arguments: Arguments::Sorted,
    accepts: Accepts::Scalar,
    returns: AggregateReturns::SameAsArg,
    summary: "Returns the value of the row with the greatest sort key.",
    details: "The sort key is a number, most often `metadata.event_timestamp.seconds`; an unset \
              key is 0. Of values with equal keys it is the smallest, which the reference leaves \
              open. The reference shows strings as values; other values keep their type.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Int(1_708_598_631), Lit::Str("bash")]),
                Lit::List(&[Lit::Int(1_708_598_580), Lit::Str("sshd")]),
            ],
            Lit::Str("bash"),
            "",
        ),
        example(
            &[
                Lit::List(&[Lit::Int(5), Lit::Str("b")]),
                Lit::List(&[Lit::Int(5), Lit::Str("a")]),
            ],
            Lit::Str("a"),
            "equal keys",
        ),
    ],
    start: || Box::new(Paired::new(Ordering::Greater)),
};
