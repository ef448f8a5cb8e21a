//! `re.capture`: the first match.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "re.capture",
    params: &[
        required("text", Accepts::Str),
        required("pattern", Accepts::Pattern),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Extracts the first match of a regular expression.",
    details: "A pattern without a group yields the whole match, one with a group what the group \
              took; two or more groups are an error of the rule, `(?:…)` not counted. Without a \
              match, or if the group took no part in it, the result is the empty string, so a \
              comparison with `!=` should exclude that first.",
    examples: &[
        example(
            &[Lit::Str("test@google.com"), Lit::Str("@(.*)")],
            Lit::Str("google.com"),
        ),
        edge(
            &[Lit::Str("aaa1bbaa2"), Lit::Str("a+[1-9]")],
            Lit::Str("aaa1"),
            "no group: the whole first match",
        ),
        edge(
            &[Lit::Str("test"), Lit::Str("@(.*)")],
            Lit::Str(""),
            "no match",
        ),
        edge(
            &[Lit::Str("b"), Lit::Str("(a)|b")],
            Lit::Str(""),
            "the group took no part",
        ),
        edge(
            &[Lit::Str("ab"), Lit::Str("(?:a)(b)")],
            Lit::Str("b"),
            "a group that does not capture",
        ),
    ],
    eval,
};

fn eval<'a>(call: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let Some(pattern) = call.patterns.first() else {
        return Value::EMPTY;
    };
    match source(args, 0) {
        Cow::Borrowed(text) => Value::str(pattern.capture(text).unwrap_or_default()),
        Cow::Owned(text) => Value::string(pattern.capture(&text).unwrap_or_default().to_owned()),
    }
}
