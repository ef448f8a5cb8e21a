//! `arrays.index_to_bool`: an element as a boolean.

use super::prelude::*;
use super::support::element::element;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.index_to_bool",
    params: &[
        required("array", Accepts::List),
        required("index", Accepts::Int),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Returns the element at an index as a boolean.",
    details: "The first element has index 0. A negative index counts from the end, `0-1` being the \
              last element. Beyond either end the result is false. Elements that are no booleans \
              are read as `cast.as_bool` reads them. The reference does not describe this \
              function; only its name and its first use are known.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Bool(false), Lit::Bool(true)]), Lit::Int(1)],
            Lit::Bool(true),
        ),
        edge(
            &[Lit::List(&[Lit::Bool(true)]), Lit::Int(-1)],
            Lit::Bool(true),
            "from the end",
        ),
        edge(
            &[Lit::List(&[Lit::Bool(true)]), Lit::Int(1)],
            Lit::Bool(false),
            "out of range",
        ),
        edge(
            &[Lit::List(&[Lit::Str("TRUE")]), Lit::Int(0)],
            Lit::Bool(true),
            "text",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bool(element(args).is_some_and(number::to_bool))
}
