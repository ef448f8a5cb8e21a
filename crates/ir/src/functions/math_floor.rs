//! `math.floor`: the next integer down.

use super::prelude::*;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "math.floor",
    params: &[required("number", Accepts::Number)],
    returns: Returns::Always(Type::Int),
    summary: "Returns the greatest integer that is not greater than a number.",
    details: "A result that does not fit into a signed 64-bit integer is 0.",
    examples: &[
        example(&[Lit::Float(1.234_568)], Lit::Int(1)),
        edge(&[Lit::Float(-1.234_568)], Lit::Int(-2), "a negative number"),
        edge(&[Lit::Float(0.0)], Lit::Int(0), "zero"),
        edge(
            &[Lit::Float(-184_467_440_737_095_516_160.0)],
            Lit::Int(0),
            "too large",
        ),
        edge(&[Lit::Int(3)], Lit::Int(3), "an integer"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = match args.first() {
        Some(Value::Float(f)) => number::float_to_int(f.floor()),
        Some(value) if value.is_number() => number::to_int(value),
        _ => None,
    };
    Value::Int(whole.unwrap_or_default())
}
