//! `math.round`: the nearest integer, or the nearest at a decimal place.

use super::prelude::*;

/// Decimal places beyond which a float has nothing left to round.
const PLACES_MAX: i64 = 15;

pub(crate) const FUNCTION: Function = Function {
    name: "math.round",
    params: &[
        required("number", Accepts::Number),
        optional("places", Accepts::Int),
    ],
    returns: Returns::SameAs(0),
    summary: "Rounds a number to the nearest integer or to a number of decimal places.",
    details: "Halves are rounded away from zero. An integer is returned as it is; a float stays a \
              float. The reference prints 1.25 for `math.round(1.2567, 2)`, which is not the \
              nearest number of two places; this engine gives 1.26. Negative places round to tens, \
              hundreds and so on, which the reference does not mention.",
    examples: &[
        example(&[Lit::Float(10.7)], Lit::Float(11.0)),
        edge(
            &[Lit::Float(1.2567), Lit::Int(2)],
            Lit::Float(1.26),
            "the reference's sample says 1.25",
        ),
        edge(&[Lit::Float(-10.7)], Lit::Float(-11.0), "a negative number"),
        edge(
            &[Lit::Float(-1.2)],
            Lit::Float(-1.0),
            "towards zero when that is nearer",
        ),
        edge(
            &[Lit::Float(2.5)],
            Lit::Float(3.0),
            "a half goes away from zero",
        ),
        edge(
            &[Lit::Float(-2.5)],
            Lit::Float(-3.0),
            "a half goes away from zero",
        ),
        edge(&[Lit::Int(4)], Lit::Int(4), "an integer"),
        edge(
            &[Lit::Float(1234.5), Lit::Int(-2)],
            Lit::Float(1200.0),
            "negative places",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    match args.first() {
        Some(Value::Int(i)) => Value::Int(*i),
        Some(Value::Uint(u)) => Value::Uint(*u),
        Some(Value::Float(f)) if f.is_finite() => {
            Value::Float(round(*f, int(args, 1).unwrap_or_default()))
        }
        Some(Value::Float(_)) => Value::Float(0.0),
        _ => Value::Int(0),
    }
}

fn round(float: f64, places: i64) -> f64 {
    if places > PLACES_MAX {
        return float;
    }
    let scale = 10_f64.powi(i32::try_from(places.unsigned_abs()).unwrap_or(i32::MAX));
    let rounded = if places < 0 {
        (float / scale).round() * scale
    } else {
        (float * scale).round() / scale
    };
    if rounded.is_finite() {
        rounded
    } else if places < 0 {
        // The scale itself is beyond all floats.
        0.0
    } else {
        float
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_places() {
        assert_eq!(round(1.5, i64::MAX).to_string(), "1.5");
        assert_eq!(round(1.5, i64::MIN).to_string(), "0");
        assert_eq!(round(f64::MAX, 15).to_string(), f64::MAX.to_string());
    }
}
