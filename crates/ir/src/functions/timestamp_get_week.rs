//! `timestamp.get_week`: the week of a moment.

use super::prelude::*;
use super::support::time::Local;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_week",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Returns the week of the year of a moment, from 0 to 53.",
    details: concat!(
        "Weeks start on Sunday; the days before the first Sunday of the year are in week 0. A \
         moment outside the years 1 to 9999 gives 0. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Int(1_708_598_631)], Lit::Int(7)),
        edge(
            &[Lit::Int(1_704_067_200)],
            Lit::Int(0),
            "Monday, 1 January, before the first Sunday",
        ),
        edge(&[Lit::Int(1_704_585_600)], Lit::Int(1), "the first Sunday"),
        edge(
            &[Lit::Int(1_704_585_600), Lit::Str("America/Los_Angeles")],
            Lit::Int(0),
            "still Saturday there",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(Local::from_args(args, 0, 1).map_or(0, |local| local.week()))
}
