//! `math.abs`: the absolute value.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.abs",
    params: &[required("number", Accepts::Number)],
    returns: Returns::SameAs(0),
    summary: "Returns the absolute value of a number.",
    details: "An integer stays an integer, a float a float. The absolute value of the least \
              integer does not exist and saturates at 9223372036854775807.",
    examples: &[
        example(&[Lit::Int(-5)], Lit::Int(5)),
        example(&[Lit::Float(-2.5)], Lit::Float(2.5)),
        edge(&[Lit::Uint(7)], Lit::Uint(7), "an unsigned integer"),
        edge(&[Lit::Int(i64::MIN)], Lit::Int(i64::MAX), "saturates"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    match args.first() {
        Some(Value::Int(i)) => Value::Int(i.saturating_abs()),
        Some(Value::Uint(u)) => Value::Uint(*u),
        Some(Value::Float(f)) => Value::Float(f.abs()),
        _ => Value::Int(0),
    }
}
