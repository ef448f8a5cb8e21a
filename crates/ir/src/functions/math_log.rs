//! `math.log`: the natural logarithm.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.log",
    params: &[required("number", Accepts::Number)],
    returns: Returns::Always(Type::Float),
    summary: "Returns the natural logarithm of a number.",
    details: "Zero and negative numbers have none; the reference does not say what they give, so \
              the rule for failures applies and the result is 0.",
    examples: &[
        example(&[Lit::Int(1)], Lit::Float(0.0)),
        example(&[Lit::Float(20.0)], Lit::Float(2.995_732)),
        edge(&[Lit::Int(0)], Lit::Float(0.0), "zero"),
        edge(&[Lit::Int(-1)], Lit::Float(0.0), "a negative number"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let positive = float(args, 0).filter(|n| *n > 0.0);
    Value::Float(positive.map(f64::ln).unwrap_or_default())
}
