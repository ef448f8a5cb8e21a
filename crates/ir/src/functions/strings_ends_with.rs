//! `strings.ends_with`: whether a text ends with another.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.ends_with",
    params: &[
        required("text", Accepts::Str),
        required("suffix", Accepts::Str),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether a string ends with another.",
    details: "Case counts. An empty suffix gives false. A string ends with itself: the reference's \
              prose denies it, its sample shows it, and the sample is followed.",
    examples: &[
        example(&[Lit::Str("evil.exe"), Lit::Str(".exe")], Lit::Bool(true)),
        example(&[Lit::Str("evil.exe"), Lit::Str(".dll")], Lit::Bool(false)),
        edge(
            &[Lit::Str("str"), Lit::Str("str")],
            Lit::Bool(true),
            "equal strings",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Bool(false),
            "an empty suffix",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("")],
            Lit::Bool(false),
            "both empty",
        ),
        edge(
            &[Lit::Str("evil.EXE"), Lit::Str(".exe")],
            Lit::Bool(false),
            "case counts",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let suffix = text(args, 1);
    Value::Bool(!suffix.is_empty() && text(args, 0).ends_with(suffix.as_ref()))
}
