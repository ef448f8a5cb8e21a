//! `cast.as_float`: text as a float.

use super::prelude::*;
use super::support::number;

/// Decimal places that the cast keeps. Source: the page of the function.
const PLACES: usize = 7;

pub(crate) const FUNCTION: Function = Function {
    name: "cast.as_float",
    params: &[required("value", Accepts::Scalar)],
    returns: Returns::Always(Type::Float),
    summary: "Reads a string as a float.",
    details: "Seven decimal places are kept; what follows is cut off, not rounded, as the \
              reference's example has it. What is no finite number (surrounding blanks, `nan` and \
              `inf` included) is 0. The reference names strings only; numbers are taken too and \
              cut in the same way.",
    examples: &[
        example(&[Lit::Str("1.5")], Lit::Float(1.5)),
        edge(
            &[Lit::Str("1.012345678")],
            Lit::Float(1.012_345_6),
            "cut after seven places",
        ),
        edge(
            &[Lit::Str("-2e3")],
            Lit::Float(-2000.0),
            "scientific spelling",
        ),
        edge(&[Lit::Str("str")], Lit::Float(0.0), "no number"),
        edge(&[Lit::Str("")], Lit::Float(0.0), "the empty string"),
        edge(&[Lit::Str("1e999")], Lit::Float(0.0), "too large"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let read = args.first().and_then(number::to_float);
    Value::Float(
        read.map(|f| number::truncate(f, PLACES))
            .unwrap_or_default(),
    )
}
