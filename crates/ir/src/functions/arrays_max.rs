//! `arrays.max`: the greatest number of a list.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.max",
    params: &[required("array", Accepts::NumberList)],
    returns: Returns::Always(Type::Float),
    summary: "Returns the greatest number of a list.",
    details: "The result is a float whatever the elements are; an empty list gives 0. Elements \
              that are no numbers are passed over.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Int(10), Lit::Int(20)])],
            Lit::Float(20.0),
        ),
        example(
            &[Lit::List(&[Lit::Float(10.0), Lit::Float(20.0)])],
            Lit::Float(20.0),
        ),
        edge(
            &[Lit::List(&[Lit::Int(-10), Lit::Int(-20)])],
            Lit::Float(-10.0),
            "all negative",
        ),
        edge(&[Lit::List(&[])], Lit::Float(0.0), "an empty list"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let items = list(args, 0);
    let numbers = (0..items.len()).filter_map(|i| float(items, i));
    Value::Float(numbers.reduce(f64::max).unwrap_or_default())
}
