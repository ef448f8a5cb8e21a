//! `math.random`: a number that looks random.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.random",
    params: &[],
    returns: Returns::Always(Type::Float),
    summary: "Returns a pseudo-random float of at least 0 and less than 1.",
    details: "The number is derived from the event's id, so that a second run over the same events \
              decides the same. Two calls for one event give the same number. The example is run \
              with the seed 0.",
    examples: &[edge(&[], Lit::Float(0.883_311), "with the seed 0")],
    eval,
};

/// One step of the `SplitMix64` generator, its upper 53 bits as a fraction.
#[allow(clippy::cast_precision_loss, reason = "53 bits are exact in a float")]
fn eval<'a>(call: &Call<'_>, _: &[Value<'a>]) -> Value<'a> {
    let mut z = call.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    Value::Float((z >> 11) as f64 / (1_u64 << 53) as f64)
}
