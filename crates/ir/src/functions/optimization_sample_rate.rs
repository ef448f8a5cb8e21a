//! `optimization.sample_rate`: a steady share of all events.

use super::prelude::*;
use super::support::fingerprint::fingerprint;

pub(crate) const FUNCTION: Function = Function {
    name: "optimization.sample_rate",
    params: &[
        required("value", Accepts::StrOrBytes),
        required("numerator", Accepts::Int),
        required("denominator", Accepts::Int),
    ],
    returns: Returns::Always(Type::Bool),
    summary: "Is true for a fixed share of all values.",
    details: "True if `hash.fingerprint2011(value) % denominator` is less than the numerator, so \
              one value is always decided in the same way. A denominator or numerator that is not \
              positive gives false.",
    examples: &[
        edge(
            &[Lit::Str("test"), Lit::Int(1), Lit::Int(5)],
            Lit::Bool(false),
            "the fingerprint leaves the remainder 4",
        ),
        edge(
            &[Lit::Str("test"), Lit::Int(5), Lit::Int(5)],
            Lit::Bool(true),
            "all values",
        ),
        edge(
            &[Lit::Str("test"), Lit::Int(0), Lit::Int(5)],
            Lit::Bool(false),
            "no value",
        ),
        edge(
            &[Lit::Str("test"), Lit::Int(1), Lit::Int(0)],
            Lit::Bool(false),
            "no share",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let positive = |index| {
        int(args, index)
            .and_then(|i| u64::try_from(i).ok())
            .filter(|u| *u > 0)
    };
    let (Some(raw), Some(share), Some(of)) = (bytes(args, 0), positive(1), positive(2)) else {
        return Value::Bool(false);
    };
    Value::Bool(fingerprint(&raw) % of < share)
}
