//! `re.capture_all`: every match.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "re.capture_all",
    params: &[
        required("text", Accepts::Str),
        required("pattern", Accepts::Pattern),
    ],
    returns: Returns::Always(Type::List(Elem::Str)),
    summary: "Extracts all matches of a regular expression that do not overlap.",
    details: "Each match yields what `re.capture` would; two or more groups are an error of the \
              rule. The result is a list: take elements with `arrays.index_to_str` or join them \
              with `arrays.join_string`. Without a match it is empty.",
    examples: &[
        example(
            &[Lit::Str("aaa1bbaa2"), Lit::Str("a+[1-9]")],
            Lit::List(&[Lit::Str("aaa1"), Lit::Str("aa2")]),
        ),
        edge(
            &[Lit::Str("k=1;k=2"), Lit::Str("k=([0-9])")],
            Lit::List(&[Lit::Str("1"), Lit::Str("2")]),
            "what the group took",
        ),
        edge(
            &[Lit::Str("aaaa"), Lit::Str("aaa")],
            Lit::List(&[Lit::Str("aaa")]),
            "matches do not overlap",
        ),
        edge(&[Lit::Str("b"), Lit::Str("a")], Lit::List(&[]), "no match"),
    ],
    eval,
};

fn eval<'a>(call: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let Some(pattern) = call.patterns.first() else {
        return Value::List(Vec::new());
    };
    let found: Vec<Value<'a>> = match source(args, 0) {
        Cow::Borrowed(text) => pattern
            .capture_all(text)
            .into_iter()
            .map(Value::str)
            .collect(),
        Cow::Owned(text) => pattern
            .capture_all(&text)
            .into_iter()
            .map(|m| Value::string(m.to_owned()))
            .collect(),
    };
    Value::List(found)
}
