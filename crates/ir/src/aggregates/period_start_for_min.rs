//! `period_start_for_min`: where the period with the smallest value of a metric starts.

use std::cmp::Ordering;

use super::period_start::PeriodStart;
use super::{Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "period_start_for_min",
    arguments: Arguments::Metric,
    accepts: Accepts::Number,
    returns: AggregateReturns::Int,
    summary: "Returns the start of the period in which a metric had its smallest value.",
    details: "The argument is a call of `metrics.*`; its `agg` is not looked at. The start is in \
              Unix seconds, the earliest where several periods have that value, and 0 where no row \
              has any data. The reference names this aggregate in one sentence and shows no use; \
              anything but a metric has no periods and is refused.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Int(5), Lit::Int(86_400)]),
                Lit::List(&[Lit::Int(3), Lit::Int(172_800)]),
            ],
            Lit::Int(172_800),
            "each row's value with the start of its period",
        ),
        example(
            &[
                Lit::List(&[Lit::Int(0), Lit::Int(0)]),
                Lit::List(&[Lit::Int(5), Lit::Int(172_800)]),
                Lit::List(&[Lit::Int(5), Lit::Int(86_400)]),
            ],
            Lit::Int(86_400),
            "a row without data, and two periods alike",
        ),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(PeriodStart::new(Ordering::Less)),
};
