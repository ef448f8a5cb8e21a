//! `math.pow`: a number raised to a power.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "math.pow",
    params: &[
        required("base", Accepts::Number),
        required("exponent", Accepts::Number),
    ],
    returns: Returns::Always(Type::Float),
    summary: "Raises a number to a power.",
    details: "A result that is too large, or does not exist (a fractional power of a negative \
              number, a negative power of zero), is 0.",
    examples: &[
        example(&[Lit::Int(2), Lit::Int(2)], Lit::Float(4.0)),
        example(&[Lit::Float(2.2), Lit::Int(3)], Lit::Float(10.648)),
        edge(
            &[Lit::Float(2.2), Lit::Float(1.2)],
            Lit::Float(2.575_771),
            "fractions",
        ),
        edge(
            &[Lit::Int(3), Lit::Int(-3)],
            Lit::Float(0.037_037),
            "a negative power",
        ),
        edge(
            &[Lit::Int(3), Lit::Float(-1.2)],
            Lit::Float(0.267_581),
            "a negative fraction",
        ),
        edge(
            &[Lit::Int(-3), Lit::Int(-3)],
            Lit::Float(-0.037_037),
            "a negative base",
        ),
        edge(&[Lit::Int(0), Lit::Int(3)], Lit::Float(0.0), "base zero"),
        edge(
            &[Lit::Int(i64::MAX), Lit::Int(0)],
            Lit::Float(1.0),
            "power zero",
        ),
        edge(
            &[Lit::Int(i64::MAX), Lit::Float(1.2)],
            Lit::Float(57_262_152_889_751_593_549_824.0),
            "a large base",
        ),
        edge(&[Lit::Int(10), Lit::Int(400)], Lit::Float(0.0), "too large"),
        edge(
            &[Lit::Int(0), Lit::Int(-1)],
            Lit::Float(0.0),
            "does not exist",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let power = float(args, 0)
        .zip(float(args, 1))
        .map(|(base, exponent)| base.powf(exponent));
    Value::Float(power.filter(|p| p.is_finite()).unwrap_or_default())
}
