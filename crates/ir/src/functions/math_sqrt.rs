//! `math.sqrt`: the square root.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.sqrt",
    params: &[required("number", Accepts::Number)],
    returns: Returns::Always(Type::Float),
    summary: "Returns the square root of a number.",
    details: "Of a negative number it is 0.",
    examples: &[
        example(&[Lit::Int(3)], Lit::Float(1.732_051)),
        example(&[Lit::Float(9.223_372)], Lit::Float(3.037)),
        edge(&[Lit::Int(-3)], Lit::Float(0.0), "a negative integer"),
        edge(&[Lit::Float(-1.2)], Lit::Float(0.0), "a negative float"),
        edge(&[Lit::Int(0)], Lit::Float(0.0), "zero"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let root = float(args, 0).filter(|n| *n > 0.0).map(f64::sqrt);
    Value::Float(root.unwrap_or_default())
}
