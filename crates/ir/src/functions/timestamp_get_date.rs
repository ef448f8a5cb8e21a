//! `timestamp.get_date`: the day of a moment.

use super::prelude::*;
use super::support::time::Local;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_date",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Returns the day of a moment as `YYYY-MM-DD`.",
    details: concat!(
        "A moment outside the years 1 to 9999 gives the empty string. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Int(1_708_598_631)], Lit::Str("2024-02-22")),
        edge(
            &[Lit::Int(1_708_560_000), Lit::Str("America/Los_Angeles")],
            Lit::Str("2024-02-21"),
            "still the day before",
        ),
        edge(
            &[Lit::Int(1_708_560_000), Lit::Str("-1")],
            Lit::Str("2024-02-21"),
            "an offset",
        ),
        edge(&[Lit::Int(0)], Lit::Str("1970-01-01"), "an unset timestamp"),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("PST")],
            Lit::Str(""),
            "an abbreviation is no zone",
        ),
        edge(&[Lit::Int(i64::MAX)], Lit::Str(""), "beyond the year 9999"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Local::from_args(args, 0, 1).map_or(Value::EMPTY, |local| Value::string(local.date()))
}
