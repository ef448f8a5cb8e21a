//! `strings.coalesce`: the first text that is not empty.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.coalesce",
    params: &[
        required("text", Accepts::Str),
        repeated("other", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Returns the first of its arguments that is not the empty string.",
    details: "If all are empty the result is the empty string. All fields must be of one event \
              variable.",
    examples: &[
        example(
            &[Lit::Str(""), Lit::Str("192.0.2.1"), Lit::Str("No IP")],
            Lit::Str("192.0.2.1"),
        ),
        edge(
            &[Lit::Str(""), Lit::Str(""), Lit::Str("No IP")],
            Lit::Str("No IP"),
            "a default at the end",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("")],
            Lit::Str(""),
            "nothing but empty strings",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let first = (0..args.len()).find(|i| !text(args, *i).is_empty());
    first.map_or(Value::EMPTY, |i| Value::Str(source(args, i)))
}
