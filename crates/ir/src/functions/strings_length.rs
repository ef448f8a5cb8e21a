//! `strings.length`: how many characters a text has.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.length",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Int),
    summary: "Counts the characters of a string.",
    details: "Characters are Unicode code points, not bytes.",
    examples: &[
        example(&[Lit::Str("str")], Lit::Int(3)),
        edge(&[Lit::Str("")], Lit::Int(0), "the empty string"),
        edge(
            &[Lit::Str("!@#$%^&*()-_")],
            Lit::Int(12),
            "special characters",
        ),
        edge(
            &[Lit::Str("This is a test string")],
            Lit::Int(21),
            "blanks count",
        ),
        edge(&[Lit::Str("中国")], Lit::Int(2), "characters, not bytes"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(i64::try_from(text(args, 0).chars().count()).unwrap_or(i64::MAX))
}
