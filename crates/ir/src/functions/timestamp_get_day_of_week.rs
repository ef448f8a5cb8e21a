//! `timestamp.get_day_of_week`: the day of the week of a moment.

use super::prelude::*;
use super::support::time::Local;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_day_of_week",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Returns the day of the week of a moment, from 1 for Sunday to 7 for Saturday.",
    details: concat!(
        "A moment outside the years 1 to 9999 gives 0, which is no day. ",
        zone_words!()
    ),
    examples: &[
        edge(&[Lit::Int(1_708_598_631)], Lit::Int(5), "a Thursday"),
        edge(&[Lit::Int(1_708_819_200)], Lit::Int(1), "a Sunday"),
        edge(
            &[Lit::Int(1_708_819_200), Lit::Str("America/Los_Angeles")],
            Lit::Int(7),
            "still Saturday there",
        ),
        edge(
            &[Lit::Int(1_708_819_200), Lit::Str("PST")],
            Lit::Int(0),
            "an abbreviation is no zone",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(Local::from_args(args, 0, 1).map_or(0, |local| local.day_of_week()))
}
