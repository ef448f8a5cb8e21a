//! `hash.fingerprint2011`: a fast 64-bit hash.

use super::prelude::*;
use super::support::fingerprint::fingerprint;

pub(crate) const FUNCTION: Function = Function {
    name: "hash.fingerprint2011",
    params: &[required("value", Accepts::StrOrBytes)],
    returns: Returns::Always(Type::Uint),
    summary: "Returns the 64-bit fingerprint of a string or of bytes.",
    details: "An unsigned integer of at least 2; text counts as its UTF-8 bytes. Not for \
              cryptographic use. The reference gives neither definition nor results; this is the \
              algorithm that the public Guava library has under this name and calls equal to the \
              original. What is neither text nor bytes gives 0, which is no fingerprint.",
    examples: &[
        example(&[Lit::Str("test")], Lit::Uint(8_473_225_671_271_759_044)),
        edge(
            &[Lit::Str("testtesttesttesttesttesttesttest")],
            Lit::Uint(7_345_148_637_025_587_076),
            "a published vector of 32 bytes",
        ),
        edge(
            &[Lit::Bytes(b"test")],
            Lit::Uint(8_473_225_671_271_759_044),
            "bytes",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    Value::Uint(bytes(args, 0).map_or(0, |raw| fingerprint(&raw)))
}
