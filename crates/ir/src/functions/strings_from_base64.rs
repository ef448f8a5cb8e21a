//! `strings.from_base64`: base64 as bytes.

use super::prelude::*;
use super::support::base64;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.from_base64",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Bytes),
    summary: "Decodes base64 to bytes.",
    details: "Text that is not base64 gives no bytes. The standard alphabet is read, with or \
              without padding, without blanks.",
    examples: &[
        example(
            &[Lit::Str("AAAAAG+OxVhtAm+d2sVuny/hW4oAAAAAAQAAAM0AAAA=")],
            Lit::Bytes(&[
                0, 0, 0, 0, 0x6f, 0x8e, 0xc5, 0x58, 0x6d, 2, 0x6f, 0x9d, 0xda, 0xc5, 0x6e, 0x9f,
                0x2f, 0xe1, 0x5b, 0x8a, 0, 0, 0, 0, 1, 0, 0, 0, 0xcd, 0, 0, 0,
            ]),
        ),
        edge(&[Lit::Str("invalid-value")], Lit::Bytes(b""), "not base64"),
        edge(&[Lit::Str("")], Lit::Bytes(b""), "the empty string"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Bytes(Cow::Owned(
        base64::decode(&text(args, 0)).unwrap_or_default(),
    ))
}
