//! `re.replace`: matches replaced by text.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "re.replace",
    params: &[
        required("text", Accepts::Str),
        required("pattern", Accepts::Pattern),
        required("replacement", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Replaces all matches of a regular expression that do not overlap.",
    details: "In the replacement `\\1` to `\\9` stand for what the groups took and `\\0` for the \
              whole match; in a string in double quotes each backslash is doubled. An empty \
              pattern matches before and after every character. The result is cut at 4 MiB.",
    examples: &[
        example(
            &[
                Lit::Str("email@google.com"),
                Lit::Str("com"),
                Lit::Str("org"),
            ],
            Lit::Str("email@google.org"),
        ),
        edge(
            &[Lit::Str("banana"), Lit::Str("ana"), Lit::Str("111")],
            Lit::Str("b111na"),
            "matches do not overlap",
        ),
        edge(
            &[
                Lit::Str("test1.test2.google.com"),
                Lit::Str("test2\\.([a-z]*)\\.([a-z]*)"),
                Lit::Str("\\2.\\1"),
            ],
            Lit::Str("test1.com.google"),
            "groups",
        ),
        edge(
            &[Lit::Str("ab"), Lit::Str("b"), Lit::Str("[\\0]")],
            Lit::Str("a[b]"),
            "the whole match",
        ),
        edge(
            &[Lit::Str("name"), Lit::Str(""), Lit::Str("1")],
            Lit::Str("1n1a1m1e1"),
            "an empty pattern",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("^$"), Lit::Str("none")],
            Lit::Str("none"),
            "the empty string",
        ),
        edge(
            &[Lit::Str("a\0b\0"), Lit::Str("\\0"), Lit::Str("")],
            Lit::Str("ab"),
            "`\\0` in a pattern is the NUL byte",
        ),
        edge(
            &[Lit::Str("abc"), Lit::Str("x"), Lit::Str("y")],
            Lit::Str("abc"),
            "no match",
        ),
    ],
    eval,
};

fn eval<'a>(call: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    match call.patterns.first() {
        Some(pattern) => bounded(pattern.replace(&text(args, 0), &text(args, 2))),
        None => Value::EMPTY,
    }
}
