//! `timestamp.get_hour`: the hour of a moment.

use super::prelude::*;
use super::support::time::Local;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_hour",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Returns the hour of a moment, from 0 to 23.",
    details: concat!(
        "A moment outside the years 1 to 9999 gives 0. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Int(1_708_598_631)], Lit::Int(10)),
        example(
            &[Lit::Int(1_708_598_631), Lit::Str("America/Los_Angeles")],
            Lit::Int(2),
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("+5:30")],
            Lit::Int(16),
            "an offset",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("PST")],
            Lit::Int(0),
            "an abbreviation is no zone",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(Local::from_args(args, 0, 1).map_or(0, |local| i64::from(local.shown.hour())))
}
