//! `timestamp.get_minute`: the minute of a moment.

use super::prelude::*;
use super::support::time::Local;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_minute",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Returns the minute of a moment, from 0 to 59.",
    details: concat!(
        "A moment outside the years 1 to 9999 gives 0. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Int(1_708_598_631)], Lit::Int(43)),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("+5:30")],
            Lit::Int(13),
            "an offset with minutes",
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
    Value::Int(Local::from_args(args, 0, 1).map_or(0, |local| i64::from(local.shown.minute())))
}
