//! `strings.to_lower`: a text in lower case.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.to_lower",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Returns a string in lower case.",
    details: "By the Unicode tables, without regard to a language.",
    examples: &[
        example(&[Lit::Str("Test@Google.COM")], Lit::Str("test@google.com")),
        edge(&[Lit::Str("ÅÇ")], Lit::Str("åç"), "letters beyond ASCII"),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = source(args, 0);
    let same = whole
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if same {
        Value::Str(whole)
    } else {
        bounded(whole.to_lowercase())
    }
}
