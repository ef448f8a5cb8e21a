//! `arrays.size`: how many elements a list has.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.size",
    params: &[required("array", Accepts::List)],
    returns: Returns::Always(Type::Int),
    summary: "Counts the elements of a list.",
    details: "For the elements of a repeated field see `arrays.length`.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Str("test1"), Lit::Str("test2")])],
            Lit::Int(2),
        ),
        example(
            &[Lit::List(&[Lit::Int(1), Lit::Int(2), Lit::Int(3)])],
            Lit::Int(3),
        ),
        example(&[Lit::List(&[Lit::Float(1.2)])], Lit::Int(1)),
        edge(&[Lit::List(&[])], Lit::Int(0), "an empty list"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(i64::try_from(list(args, 0).len()).unwrap_or(i64::MAX))
}
