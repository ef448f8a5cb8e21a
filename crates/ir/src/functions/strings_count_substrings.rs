//! `strings.count_substrings`: how often one text occurs in another.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.count_substrings",
    params: &[
        required("text", Accepts::Str),
        required("part", Accepts::Str),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Counts how often a string occurs in another, without overlap.",
    details: "Case counts. The empty string is counted nowhere.",
    examples: &[
        example(
            &[Lit::Str("this`string`has`four`backticks"), Lit::Str("`")],
            Lit::Int(4),
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("str")],
            Lit::Int(1),
            "the whole string",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Int(0),
            "the empty string",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("str")],
            Lit::Int(0),
            "in the empty string",
        ),
        edge(&[Lit::Str(""), Lit::Str("")], Lit::Int(0), "both empty"),
        edge(
            &[Lit::Str("fooABAbarABAbazABA"), Lit::Str("AB")],
            Lit::Int(3),
            "more than one character",
        ),
        edge(
            &[Lit::Str("ABABABA"), Lit::Str("ABA")],
            Lit::Int(2),
            "no overlap",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let (whole, part) = (text(args, 0), text(args, 1));
    let count = if part.is_empty() {
        0
    } else {
        whole.matches(part.as_ref()).count()
    };
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}
