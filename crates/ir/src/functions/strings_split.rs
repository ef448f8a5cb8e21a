//! `strings.split`: a text in pieces.

use super::prelude::*;
use crate::limits::ELEMENTS_MAX;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.split",
    params: &[
        required("text", Accepts::Str),
        optional("delimiter", Accepts::Str),
    ],
    returns: Returns::Always(Type::List(Elem::Str)),
    summary: "Splits a string at a delimiter.",
    details: "The delimiter is a comma if none is given. A text in which it does not occur is the \
              only element; the empty delimiter splits into characters. Empty pieces are kept. \
              Pieces beyond 100,000 are dropped.",
    examples: &[
        example(
            &[Lit::Str("attempted,failed,succeeded")],
            Lit::List(&[
                Lit::Str("attempted"),
                Lit::Str("failed"),
                Lit::Str("succeeded"),
            ]),
        ),
        edge(
            &[Lit::Str("a::b"), Lit::Str("::")],
            Lit::List(&[Lit::Str("a"), Lit::Str("b")]),
            "another delimiter",
        ),
        edge(
            &[Lit::Str("foo"), Lit::Str(";")],
            Lit::List(&[Lit::Str("foo")]),
            "the delimiter does not occur",
        ),
        edge(
            &[Lit::Str("abc"), Lit::Str("")],
            Lit::List(&[Lit::Str("a"), Lit::Str("b"), Lit::Str("c")]),
            "the empty delimiter",
        ),
        edge(
            &[Lit::Str(",a,")],
            Lit::List(&[Lit::Str(""), Lit::Str("a"), Lit::Str("")]),
            "empty pieces are kept",
        ),
        edge(
            &[Lit::Str("")],
            Lit::List(&[Lit::Str("")]),
            "the empty string is one empty piece",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let delimiter = if args.len() < 2 {
        Cow::Borrowed(",")
    } else {
        text(args, 1)
    };
    Value::List(match source(args, 0) {
        Cow::Borrowed(whole) => pieces(whole, &delimiter)
            .into_iter()
            .map(Value::str)
            .collect(),
        Cow::Owned(whole) => pieces(&whole, &delimiter)
            .into_iter()
            .map(|p| Value::string(p.to_owned()))
            .collect(),
    })
}

fn pieces<'s>(whole: &'s str, delimiter: &str) -> Vec<&'s str> {
    if delimiter.is_empty() {
        let characters = whole
            .char_indices()
            .map(|(at, c)| &whole[at..at + c.len_utf8()]);
        return characters.take(ELEMENTS_MAX).collect();
    }
    whole.split(delimiter).take(ELEMENTS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::call;

    #[test]
    fn the_result_is_bounded() {
        let long = "é".repeat(ELEMENTS_MAX + 1);
        let split = call(|c| eval(c, &[Value::str(&long), Value::EMPTY]).into_owned());
        let Value::List(pieces) = split else {
            panic!("not a list")
        };
        assert_eq!(pieces.len(), ELEMENTS_MAX);
    }
}
