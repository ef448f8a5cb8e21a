//! `cast.as_bool`: an integer or text as a boolean.

use super::prelude::*;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "cast.as_bool",
    params: &[required("value", Accepts::IntOrStr)],
    returns: Returns::Always(Type::Bool),
    summary: "Reads an integer or a string as a boolean.",
    details: "True only for the integer 1 and the string `true` in any case; everything else, the \
              string `1` included, is false.",
    examples: &[
        example(&[Lit::Str("true")], Lit::Bool(true)),
        edge(&[Lit::Str("TRUE")], Lit::Bool(true), "case does not count"),
        edge(&[Lit::Int(1)], Lit::Bool(true), "the integer 1"),
        edge(&[Lit::Str("123")], Lit::Bool(false), "no boolean"),
        edge(&[Lit::Str("1")], Lit::Bool(false), "text, not the integer"),
        edge(&[Lit::Int(-1)], Lit::Bool(false), "another integer"),
        edge(&[Lit::Int(0)], Lit::Bool(false), "zero"),
        edge(&[Lit::Str("")], Lit::Bool(false), "the empty string"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bool(args.first().is_some_and(number::to_bool))
}
