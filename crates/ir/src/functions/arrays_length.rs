//! `arrays.length`: how many elements a repeated field has.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.length",
    params: &[required("field", Accepts::WholeField)],
    returns: Returns::Always(Type::Int),
    summary: "Counts the elements of a repeated field.",
    details: "The reference to the field does not unnest the event: the count is of the event, not \
              of the row. Where several repeated fields lie on the path, all elements are counted \
              together.",
    examples: &[
        example(
            &[Lit::List(&[Lit::Str("192.0.2.1"), Lit::Str("192.0.2.2")])],
            Lit::Int(2),
        ),
        edge(&[Lit::List(&[])], Lit::Int(0), "an unset field"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Int(i64::try_from(list(args, 0).len()).unwrap_or(i64::MAX))
}
