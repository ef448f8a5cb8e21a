//! `strings.from_hex`: hexadecimal as bytes.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.from_hex",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Bytes),
    summary: "Decodes hexadecimal digits to bytes.",
    details: "Both cases of letters. Anything but an even number of hexadecimal digits gives no \
              bytes; a `0x` in front is not known.",
    examples: &[
        example(&[Lit::Str("1234")], Lit::Bytes(b"\x12\x34")),
        edge(&[Lit::Str("aBfF")], Lit::Bytes(b"\xab\xff"), "both cases"),
        edge(&[Lit::Str("str")], Lit::Bytes(b""), "no digits"),
        edge(&[Lit::Str("123")], Lit::Bytes(b""), "half a byte"),
        edge(&[Lit::Str("")], Lit::Bytes(b""), "the empty string"),
        edge(
            &[Lit::Str("筒纸.中国")],
            Lit::Bytes(b""),
            "letters beyond ASCII",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bytes(Cow::Owned(
        decode(text(args, 0).as_bytes()).unwrap_or_default(),
    ))
}

fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let value = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|v| u8::try_from(v).ok())
    };
    pairs
        .iter()
        .map(|[high, low]| Some(value(*high)? << 4 | value(*low)?))
        .collect()
}
