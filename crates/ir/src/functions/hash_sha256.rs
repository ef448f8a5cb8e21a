//! `hash.sha256`: SHA-256 in hexadecimal.

use sha2::{Digest, Sha256};

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "hash.sha256",
    params: &[required("value", Accepts::StrOrBytes)],
    returns: Returns::Always(Type::Str),
    summary: "Returns the SHA-256 hash of a string in lower-case hexadecimal.",
    details: "Text counts as its UTF-8 bytes; bytes are taken too, which the reference does not \
              mention. Of what is neither the hash is the empty string.",
    examples: &[
        example(
            &[Lit::Str("str")],
            Lit::Str("8c25cb3686462e9a86d2883c5688a22fe738b0bbc85f458d2d2b5f3f667c6d5a"),
        ),
        edge(
            &[Lit::Str("")],
            Lit::Str("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            "the empty string has a hash",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let Some(raw) = bytes(args, 0) else {
        return Value::EMPTY;
    };
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(&raw) {
        for nibble in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    Value::string(hex)
}
