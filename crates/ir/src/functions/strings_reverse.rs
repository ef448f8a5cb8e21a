//! `strings.reverse`: a text back to front.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.reverse",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Returns a string with its characters in reverse order.",
    details: "Characters are Unicode code points; an accent that is a code point of its own \
              changes its letter.",
    examples: &[
        example(&[Lit::Str("str")], Lit::Str("rts")),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
        edge(&[Lit::Str("tacocat")], Lit::Str("tacocat"), "a palindrome"),
        edge(
            &[Lit::Str("中国")],
            Lit::Str("国中"),
            "characters, not bytes",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    bounded(text(args, 0).chars().rev().collect())
}
