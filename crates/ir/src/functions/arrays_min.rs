//! `arrays.min`: the least number of a list.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.min",
    params: &[
        required("array", Accepts::NumberList),
        optional("ignore_zeros", Accepts::Bool),
    ],
    returns: Returns::Always(Type::Float),
    summary: "Returns the least number of a list, on request without zeros.",
    details: "The result is a float whatever the elements are; an empty list, or one that holds \
              only ignored zeros, gives 0. Elements that are no numbers are passed over.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Int(10), Lit::Int(20)])],
            Lit::Float(10.0),
        ),
        example(
            &[Lit::List(&[Lit::Float(10.0), Lit::Float(20.0)])],
            Lit::Float(10.0),
        ),
        edge(
            &[
                Lit::List(&[Lit::Float(10.0), Lit::Float(20.0), Lit::Float(0.0)]),
                Lit::Bool(true),
            ],
            Lit::Float(10.0),
            "zeros ignored",
        ),
        edge(
            &[Lit::List(&[Lit::Int(5), Lit::Int(0)]), Lit::Bool(false)],
            Lit::Float(0.0),
            "zeros count",
        ),
        edge(
            &[Lit::List(&[Lit::Int(0)]), Lit::Bool(true)],
            Lit::Float(0.0),
            "nothing but zeros",
        ),
        edge(&[Lit::List(&[])], Lit::Float(0.0), "an empty list"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let items = list(args, 0);
    let no_zeros = args.get(1).is_some_and(Value::truth);
    let numbers = (0..items.len())
        .filter_map(|i| float(items, i))
        .filter(|n| !no_zeros || *n != 0.0);
    Value::Float(numbers.reduce(f64::min).unwrap_or_default())
}
