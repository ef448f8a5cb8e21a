//! `cast.as_int`: text as an integer.

use super::prelude::*;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "cast.as_int",
    params: &[required("value", Accepts::Scalar)],
    returns: Returns::Always(Type::Int),
    summary: "Reads a string as an integer.",
    details: "A fraction is cut off. What is no number, or does not fit into a signed 64-bit \
              integer, is 0. The reference names strings only; numbers and booleans are taken too.",
    examples: &[
        example(&[Lit::Str("123")], Lit::Int(123)),
        edge(&[Lit::Str("2.01")], Lit::Int(2), "the fraction is cut off"),
        edge(&[Lit::Str("-7.9")], Lit::Int(-7), "towards zero"),
        edge(&[Lit::Str("str")], Lit::Int(0), "no number"),
        edge(&[Lit::Str("")], Lit::Int(0), "the empty string"),
        edge(&[Lit::Str("9223372036854775808")], Lit::Int(0), "too large"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(args.first().and_then(number::to_int).unwrap_or_default())
}
