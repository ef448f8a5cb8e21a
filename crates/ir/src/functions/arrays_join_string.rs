//! `arrays.join_string`: a list of strings as one string.

use super::prelude::*;
use super::support::number;
use super::support::text::Builder;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.join_string",
    params: &[
        required("array", Accepts::StrList),
        optional("delimiter", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Joins the elements of a list of strings.",
    details: "Without a delimiter the elements follow each other directly. The reference shows \
              null elements being left out; no value of this engine is null, so an unset element \
              is the empty string and is joined like any other. The result is cut at 4 MiB.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Str("foo"), Lit::Str("bar")]),
                Lit::Str(","),
            ],
            Lit::Str("foo,bar"),
        ),
        edge(
            &[Lit::List(&[Lit::Str("foo"), Lit::Str("bar")])],
            Lit::Str("foobar"),
            "no delimiter",
        ),
        edge(
            &[
                Lit::List(&[Lit::Str("foo"), Lit::Str(""), Lit::Str("bar")]),
                Lit::Str(","),
            ],
            Lit::Str("foo,,bar"),
            "an empty string is an element",
        ),
        edge(
            &[Lit::List(&[]), Lit::Str(",")],
            Lit::Str(""),
            "an empty list",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let delimiter = text(args, 1);
    let mut out = Builder::default();
    for (i, item) in list(args, 0).iter().enumerate() {
        let fits = (i == 0 || out.push(&delimiter)) && out.push(&number::to_text(item));
        if !fits {
            break;
        }
    }
    out.finish()
}
