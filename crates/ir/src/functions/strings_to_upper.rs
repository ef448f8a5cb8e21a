//! `strings.to_upper`: a text in upper case.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.to_upper",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Returns a string in upper case.",
    details: "By the Unicode tables, without regard to a language; one letter may become several.",
    examples: &[
        example(&[Lit::Str("example")], Lit::Str("EXAMPLE")),
        edge(
            &[Lit::Str("straße")],
            Lit::Str("STRASSE"),
            "one letter becomes two",
        ),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = source(args, 0);
    let same = whole
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_lowercase());
    if same {
        Value::Str(whole)
    } else {
        bounded(whole.to_uppercase())
    }
}
