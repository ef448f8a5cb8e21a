//! `math.is_increasing`: three numbers in strictly ascending order.

use std::cmp::Ordering;

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.is_increasing",
    params: &[
        required("first", Accepts::Number),
        required("second", Accepts::Number),
        required("third", Accepts::Number),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether three numbers are in strictly ascending order.",
    details: "Integers and floats may be mixed. Equal neighbours are not ascending.",
    examples: &[
        example(
            &[
                Lit::Int(1_716_769_112),
                Lit::Int(1_716_769_113),
                Lit::Int(1_716_769_114),
            ],
            Lit::Bool(true),
        ),
        edge(
            &[Lit::Float(-1.2), Lit::Int(0), Lit::Int(3)],
            Lit::Bool(true),
            "mixed kinds",
        ),
        edge(
            &[Lit::Float(-1.2), Lit::Int(0), Lit::Int(-3)],
            Lit::Bool(false),
            "down at the end",
        ),
        edge(
            &[Lit::Float(-1.2), Lit::Float(-1.5), Lit::Int(0)],
            Lit::Bool(false),
            "down at the start",
        ),
        edge(
            &[Lit::Float(-1.2), Lit::Int(0), Lit::Int(0)],
            Lit::Bool(false),
            "equal neighbours",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let [a, b, c] = args else {
        return Value::Bool(false);
    };
    let less = |x: &Value<'_>, y: &Value<'_>| {
        x.is_number() && y.is_number() && x.compare(y).is_some_and(Ordering::is_lt)
    };
    Value::Bool(less(a, b) && less(b, c))
}
