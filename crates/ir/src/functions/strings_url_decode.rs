//! `strings.url_decode`: percent-encoding undone.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.url_decode",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Decodes percent-encoded characters.",
    details: "A plus sign stays a plus sign. A percent sign without two hexadecimal digits behind \
              it, or bytes that are not UTF-8 once decoded, make the result the empty string.",
    examples: &[
        example(
            &[Lit::Str("three%20nine%20four")],
            Lit::Str("three nine four"),
        ),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
        edge(
            &[Lit::Str("%E4%B8%8A%E6%B5%B7%2B%E4%B8%AD%E5%9C%8B")],
            Lit::Str("上海+中國"),
            "letters beyond ASCII",
        ),
        edge(
            &[Lit::Str(
                "http://www.google.com%3Fparam1%3D%22+1+%3E+2+%22%26param2%3D2%3B",
            )],
            Lit::Str("http://www.google.com?param1=\"+1+>+2+\"&param2=2;"),
            "plus signs stay",
        ),
        edge(&[Lit::Str("100%")], Lit::Str(""), "digits are missing"),
        edge(&[Lit::Str("%zz")], Lit::Str(""), "no digits"),
        edge(&[Lit::Str("%FF")], Lit::Str(""), "not UTF-8"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = source(args, 0);
    if !whole.contains('%') {
        return Value::Str(whole);
    }
    decode(whole.as_bytes()).map_or(Value::EMPTY, bounded)
}

fn decode(encoded: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter();
    let digit = |byte: Option<&u8>| u8::try_from(char::from(*byte?).to_digit(16)?).ok();
    while let Some(byte) = rest.next() {
        out.push(if *byte == b'%' {
            digit(rest.next())? << 4 | digit(rest.next())?
        } else {
            *byte
        });
    }
    String::from_utf8(out).ok()
}
