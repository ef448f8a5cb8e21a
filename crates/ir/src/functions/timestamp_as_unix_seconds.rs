//! `timestamp.as_unix_seconds`: a date and time as Unix seconds.

use super::prelude::*;
use super::support::time;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.as_unix_seconds",
    params: &[
        required("timestamp", Accepts::Str),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Reads a date and time as seconds since 1970.",
    details: concat!(
        "The text has the form `YYYY-MM-DD HH:MM:SS`; single digits for month, day and time are \
         taken too. Any other text gives 0. Of a time that occurs twice when clocks go back the \
         first counts, and one that is skipped when they go forward is read with the offset \
         before. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Str("2024-02-22 10:43:00")], Lit::Int(1_708_598_580)),
        example(
            &[
                Lit::Str("2024-02-22 10:43:00"),
                Lit::Str("America/New_York"),
            ],
            Lit::Int(1_708_616_580),
        ),
        edge(
            &[Lit::Str("2024-02-22 10:43:00"), Lit::Str("-05:00")],
            Lit::Int(1_708_616_580),
            "an offset",
        ),
        edge(
            &[Lit::Str("2024-02-22T10:43:00Z")],
            Lit::Int(0),
            "another form",
        ),
        edge(
            &[Lit::Str("2024-02-22 10:43:00"), Lit::Str("EST")],
            Lit::Int(0),
            "an abbreviation is no zone",
        ),
        edge(
            &[
                Lit::Str("2024-11-03 01:30:00"),
                Lit::Str("America/New_York"),
            ],
            Lit::Int(1_730_611_800),
            "a time that occurs twice",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(time::parse(args, 0, 1).unwrap_or_default())
}
