//! `strings.contains`: whether one text occurs in another.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.contains",
    params: &[
        required("text", Accepts::Str),
        required("part", Accepts::Str),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether a string contains another.",
    details: "Case counts. Every string contains the empty string; the reference does not say so.",
    examples: &[
        example(
            &[Lit::Str("thisisastring"), Lit::Str("is")],
            Lit::Bool(true),
        ),
        example(
            &[Lit::Str("thisisastring"), Lit::Str("that")],
            Lit::Bool(false),
        ),
        edge(
            &[Lit::Str("String"), Lit::Str("string")],
            Lit::Bool(false),
            "case counts",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Bool(true),
            "the empty string",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bool(text(args, 0).contains(text(args, 1).as_ref()))
}
