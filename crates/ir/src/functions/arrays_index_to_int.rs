//! `arrays.index_to_int`: an element as an integer.

use super::prelude::*;
use super::support::element::element;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.index_to_int",
    params: &[
        required("array", Accepts::List),
        required("index", Accepts::Int),
    ],
    returns: Returns::Always(Type::Int),
    summary: "Returns the element at an index as an integer.",
    details: "The first element has index 0. A negative index counts from the end, `0-1` being the \
              last element. Beyond either end the result is 0. Floats lose their fraction; text is \
              read as `cast.as_int` reads it, and what is no number is 0.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Int(1), Lit::Int(2), Lit::Int(3)]),
                Lit::Int(0),
            ],
            Lit::Int(1),
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("44"), Lit::Str("11"), Lit::Str("33")]),
                Lit::Int(-1),
            ],
            Lit::Int(33),
            "text that is a number, from the end",
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("str0"), Lit::Str("str1")]),
                Lit::Int(1),
            ],
            Lit::Int(0),
            "text that is no number",
        ),
        edge(
            &[Lit::List(&[Lit::Str("44"), Lit::Str("11")]), Lit::Int(5)],
            Lit::Int(0),
            "out of range",
        ),
        edge(
            &[Lit::List(&[Lit::Float(1.1), Lit::Float(1.2)]), Lit::Int(1)],
            Lit::Int(1),
            "the fraction is cut off",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(element(args).and_then(number::to_int).unwrap_or_default())
}
