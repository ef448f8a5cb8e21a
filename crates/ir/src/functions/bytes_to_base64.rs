//! `bytes.to_base64`: bytes as base64.

use super::prelude::*;
use super::support::base64;
use crate::limits::TEXT_BYTES_MAX;

pub(crate) const FUNCTION: Function = Function {
    name: "bytes.to_base64",
    params: &[
        required("bytes", Accepts::StrOrBytes),
        optional("default", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Encodes bytes as base64.",
    details: "Standard alphabet, padded. Text is encoded as its UTF-8 bytes, which the reference \
              does not mention. What is neither text nor bytes, or would come out longer than 4 \
              MiB, gives the default, or the empty string without one.",
    examples: &[
        example(
            &[Lit::Bytes(b"\x00\x00\x00\x00o\x8e\xc5Xm")],
            Lit::Str("AAAAAG+OxVht"),
        ),
        edge(&[Lit::Bytes(b"\xff")], Lit::Str("/w=="), "padding"),
        edge(&[Lit::Bytes(b"")], Lit::Str(""), "no bytes"),
        edge(
            &[Lit::Str("test"), Lit::Str("none")],
            Lit::Str("dGVzdA=="),
            "text",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    match bytes(args, 0) {
        Some(raw) if raw.len() <= TEXT_BYTES_MAX / 4 * 3 => Value::string(base64::encode(&raw)),
        _ => bounded(text(args, 1).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::call;

    #[test]
    fn what_cannot_be_encoded_gives_the_default() {
        let long = Value::Bytes(Cow::Owned(vec![0; TEXT_BYTES_MAX]));
        assert_eq!(
            call(|c| eval(c, &[long, Value::str("default")])),
            Value::str("default")
        );
        assert_eq!(
            call(|c| eval(c, &[Value::Int(1), Value::str("default")])),
            Value::str("default")
        );
        assert_eq!(call(|c| eval(c, &[Value::Int(1)])), Value::EMPTY);
    }
}
