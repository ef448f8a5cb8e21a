//! `arrays.index_to_float`: an element as a float.

use super::prelude::*;
use super::support::element::element;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.index_to_float",
    params: &[
        required("array", Accepts::List),
        required("index", Accepts::Int),
    ],
    returns: Returns::Always(Type::Float),
    summary: "Returns the element at an index as a float.",
    details: "The first element has index 0. A negative index counts from the end, `0-1` being the \
              last element. Beyond either end, and for text that is no number, the result is 0.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Float(1.2), Lit::Float(2.1), Lit::Float(4.6)]),
                Lit::Int(1),
            ],
            Lit::Float(2.1),
        ),
        edge(
            &[Lit::List(&[Lit::Float(1.2), Lit::Float(4.6)]), Lit::Int(-1)],
            Lit::Float(4.6),
            "from the end",
        ),
        edge(
            &[Lit::List(&[Lit::Float(1.2), Lit::Float(4.6)]), Lit::Int(6)],
            Lit::Float(0.0),
            "out of range",
        ),
        edge(
            &[Lit::List(&[]), Lit::Int(0)],
            Lit::Float(0.0),
            "an empty list",
        ),
        edge(
            &[Lit::List(&[Lit::Str("1.2"), Lit::Str("3.3")]), Lit::Int(1)],
            Lit::Float(3.3),
            "text that is a number",
        ),
        edge(
            &[Lit::List(&[Lit::Int(1), Lit::Int(3)]), Lit::Int(1)],
            Lit::Float(3.0),
            "an integer",
        ),
        edge(
            &[Lit::List(&[Lit::Str("x")]), Lit::Int(0)],
            Lit::Float(0.0),
            "text that is no number",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Float(element(args).and_then(number::to_float).unwrap_or_default())
}
