//! `arrays.contains`: membership in a list.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.contains",
    params: &[
        required("array", Accepts::List),
        required("value", Accepts::Scalar),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether a list holds a value.",
    details: "Elements are compared as `=` compares: numbers by magnitude whatever their kind, \
              text with case. It is the way to test a list outcome in the condition section.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Str("a"), Lit::Str("b")]), Lit::Str("b")],
            Lit::Bool(true),
        ),
        edge(
            &[Lit::List(&[Lit::Str("a")]), Lit::Str("A")],
            Lit::Bool(false),
            "case counts",
        ),
        edge(
            &[Lit::List(&[Lit::Int(1)]), Lit::Float(1.0)],
            Lit::Bool(true),
            "numbers compare by magnitude",
        ),
        edge(
            &[Lit::List(&[Lit::Str("1")]), Lit::Int(1)],
            Lit::Bool(false),
            "text is not a number",
        ),
        edge(
            &[Lit::List(&[]), Lit::Str("")],
            Lit::Bool(false),
            "an empty list holds nothing, not even nothing",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let Some(wanted) = args.get(1) else {
        return Value::Bool(false);
    };
    Value::Bool(list(args, 0).iter().any(|item| item.equals(wanted, false)))
}
