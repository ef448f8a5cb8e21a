//! `re.regex`: whether a pattern matches.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "re.regex",
    params: &[
        required("text", Accepts::Str),
        required("pattern", Accepts::Pattern),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Tells whether a regular expression matches anywhere in a string.",
    details: "The dialect is RE2, case-sensitive unless `nocase` follows the call or the pattern \
              says `(?i)`. The match may lie anywhere; `^` and `$` stand for the ends of the whole \
              text. A dot does not match a newline unless the pattern says `(?s)`.",
    examples: &[
        example(
            &[Lit::Str("www.google.com"), Lit::Str("google")],
            Lit::Bool(true),
        ),
        edge(
            &[Lit::Str("fullest"), Lit::Str("^full$")],
            Lit::Bool(false),
            "anchored",
        ),
        edge(
            &[Lit::Str("full"), Lit::Str("^full$")],
            Lit::Bool(true),
            "anchored",
        ),
        edge(
            &[Lit::Str("GOOGLE"), Lit::Str("google")],
            Lit::Bool(false),
            "case counts",
        ),
        edge(
            &[Lit::Str("GOOGLE"), Lit::Str("(?i)google")],
            Lit::Bool(true),
            "unless the pattern says otherwise",
        ),
        edge(
            &[Lit::Str("one\ntwo"), Lit::Str("one.*two")],
            Lit::Bool(false),
            "a dot stops at a newline",
        ),
        edge(
            &[Lit::Str("one\ntwo"), Lit::Str("(?s)one.*two")],
            Lit::Bool(true),
            "unless the pattern says otherwise",
        ),
        edge(
            &[Lit::Str("a{b}"), Lit::Str("a{b}")],
            Lit::Bool(true),
            "a brace that starts no repetition",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("^$")],
            Lit::Bool(true),
            "the empty string",
        ),
    ],
    eval,
};

fn eval<'a>(call: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bool(
        call.patterns
            .first()
            .is_some_and(|p| p.is_match(&text(args, 0))),
    )
}
