//! `timestamp.get_timestamp`: a moment as text.

use super::prelude::*;
use super::support::time::Local;
use super::support::time_format;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.get_timestamp",
    params: &[
        required("unix_seconds", Accepts::Int),
        optional("format", Accepts::Str),
        optional("time_zone", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Writes a moment in a format or to a granularity.",
    details: concat!(
        "The format is `%F %T` if none is given. Granularities, in capitals: `SECOND`, `MINUTE`, \
         `HOUR`, `DATE`, `WEEK` (the Sunday that begins it), `MONTH`, `YEAR`. Any other text is a \
         format with the elements of GoogleSQL; an element that is not known is copied. `%Z` \
         writes `UTC` or `UTC-8`, never a zone's name. A moment outside the years 1 to 9999 gives \
         the empty string. The result is cut at 4 MiB. ",
        zone_words!()
    ),
    examples: &[
        example(&[Lit::Int(1_708_598_631)], Lit::Str("2024-02-22 10:43:51")),
        example(
            &[
                Lit::Int(1_708_598_631),
                Lit::Str("%F %T"),
                Lit::Str("America/Los_Angeles"),
            ],
            Lit::Str("2024-02-22 02:43:51"),
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("%Y-%m"), Lit::Str("GMT")],
            Lit::Str("2024-02"),
            "a format",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("SECOND"), Lit::Str("GMT")],
            Lit::Str("2024-02-22 10:43:51"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("MINUTE"), Lit::Str("GMT")],
            Lit::Str("2024-02-22 10:43"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("HOUR"), Lit::Str("GMT")],
            Lit::Str("2024-02-22 10"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("DATE"), Lit::Str("GMT")],
            Lit::Str("2024-02-22"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("WEEK"), Lit::Str("GMT")],
            Lit::Str("2024-02-18"),
            "the Sunday before",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("MONTH"), Lit::Str("GMT")],
            Lit::Str("2024-02"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("YEAR"), Lit::Str("GMT")],
            Lit::Str("2024"),
            "a granularity",
        ),
        edge(
            &[Lit::Int(1_708_598_631), Lit::Str("%F"), Lit::Str("PST")],
            Lit::Str(""),
            "an abbreviation is no zone",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let Some(local) = Local::from_args(args, 0, 2) else {
        return Value::EMPTY;
    };
    let wanted = if args.len() < 2 {
        Cow::Borrowed("SECOND")
    } else {
        text(args, 1)
    };
    let format = match wanted.as_ref() {
        "WEEK" => return local.sunday().map_or(Value::EMPTY, Value::string),
        "SECOND" => "%F %T",
        "MINUTE" => "%F %H:%M",
        "HOUR" => "%F %H",
        "DATE" => "%F",
        "MONTH" => "%Y-%m",
        "YEAR" => "%Y",
        format => format,
    };
    time_format::format(&local, format)
}
