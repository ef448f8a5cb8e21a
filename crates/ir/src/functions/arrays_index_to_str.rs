//! `arrays.index_to_str`: an element as text.

use super::prelude::*;
use super::support::element::element;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.index_to_str",
    params: &[
        required("array", Accepts::List),
        required("index", Accepts::Int),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Returns the element at an index as a string.",
    details: "The first element has index 0. A negative index counts from the end, `0-1` being the \
              last element. Beyond either end the result is the empty string. Numbers become text \
              as `strings.concat` writes them.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Str("test1"), Lit::Str("test2")]),
                Lit::Int(1),
            ],
            Lit::Str("test2"),
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("test1"), Lit::Str("test2")]),
                Lit::Int(-1),
            ],
            Lit::Str("test2"),
            "from the end",
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("test1"), Lit::Str("test2")]),
                Lit::Int(6),
            ],
            Lit::Str(""),
            "out of range",
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("test1"), Lit::Str("test2")]),
                Lit::Int(-3),
            ],
            Lit::Str(""),
            "out of range",
        ),
        edge(
            &[Lit::List(&[]), Lit::Int(0)],
            Lit::Str(""),
            "an empty list",
        ),
        edge(
            &[Lit::List(&[Lit::Float(1.2), Lit::Float(3.3)]), Lit::Int(0)],
            Lit::Str("1.2"),
            "a float",
        ),
        edge(
            &[Lit::List(&[Lit::Int(1), Lit::Int(3)]), Lit::Int(1)],
            Lit::Str("3"),
            "an integer",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    match element(args) {
        None => Value::EMPTY,
        Some(text @ Value::Str(_)) => text.clone(),
        Some(other) => bounded(number::to_text(other).into_owned()),
    }
}
