//! `strings.ltrim`: characters stripped at the start.

use super::prelude::*;
use super::support::text::CutSet;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.ltrim",
    params: &[
        required("text", Accepts::Str),
        required("cutset", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Strips the characters of a set from the start of a string.",
    details: "The second argument is a set: the order of its characters does not matter. An empty \
              set strips nothing, not even blanks.",
    examples: &[
        example(
            &[Lit::Str("a aastraa aa "), Lit::Str(" a")],
            Lit::Str("straa aa "),
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("str")],
            Lit::Str(""),
            "all characters are in the set",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Str("str"),
            "an empty set",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("str")],
            Lit::Str(""),
            "the empty string",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = source(args, 0);
    let kept = CutSet::new(&text(args, 1)).trim(&whole, true, false);
    slice(whole, kept)
}
