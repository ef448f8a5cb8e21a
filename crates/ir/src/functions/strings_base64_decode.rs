//! `strings.base64_decode`: base64 as text.

use super::prelude::*;
use super::support::base64;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.base64_decode",
    params: &[required("text", Accepts::Str)],
    returns: Returns::Always(Type::Str),
    summary: "Decodes base64 to a string.",
    details: "Text that is not base64 is returned unchanged. The standard alphabet is read, with \
              or without padding, without blanks. Decoded bytes that are not UTF-8 become U+FFFD; \
              UTF-16, as `powershell -enc` has it, comes out with a NUL byte after each ASCII \
              character, which `re.replace` with the pattern `\\0` removes. The result is cut at 4 \
              MiB.",
    examples: &[
        example(&[Lit::Str("dGVzdA==")], Lit::Str("test")),
        edge(&[Lit::Str("dGVzdA")], Lit::Str("test"), "no padding"),
        edge(
            &[Lit::Str("not base64!")],
            Lit::Str("not base64!"),
            "returned unchanged",
        ),
        edge(&[Lit::Str("ZABpAHIA")], Lit::Str("d\0i\0r\0"), "UTF-16"),
        edge(&[Lit::Str("/w==")], Lit::Str("\u{fffd}"), "not UTF-8"),
        edge(&[Lit::Str("")], Lit::Str(""), "the empty string"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let encoded = source(args, 0);
    match base64::decode(&encoded) {
        Some(decoded) => bounded(String::from_utf8_lossy(&decoded).into_owned()),
        None => Value::Str(encoded),
    }
}
