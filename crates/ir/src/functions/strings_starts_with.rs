//! `strings.starts_with`: whether a text starts with another.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.starts_with",
    params: &[
        required("text", Accepts::Str),
        required("prefix", Accepts::Str),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether a string starts with another.",
    details: "Case counts. Public rules use the function, the page that was read lacks it; an \
              empty prefix gives false here because an empty suffix does in `strings.ends_with`.",
    examples: &[
        example(
            &[Lit::Str("admin@example.com"), Lit::Str("admin")],
            Lit::Bool(true),
        ),
        example(
            &[Lit::Str("admin@example.com"), Lit::Str("root")],
            Lit::Bool(false),
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("str")],
            Lit::Bool(true),
            "equal strings",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Bool(false),
            "an empty prefix",
        ),
        edge(
            &[Lit::Str("Admin"), Lit::Str("admin")],
            Lit::Bool(false),
            "case counts",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let prefix = text(args, 1);
    Value::Bool(!prefix.is_empty() && text(args, 0).starts_with(prefix.as_ref()))
}
