//! Numbers read from text and written as text.
//!
//! No reading yields an infinity or a NaN, so no function can pass one on.

use std::borrow::Cow;

use crate::value::Value;

/// Decimal places that a float keeps when it becomes text. Source: the page of
/// `strings.concat`.
const TEXT_PLACES: usize = 16;

/// A finite float in the usual decimal or scientific spelling.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|f| f.is_finite())
}

/// An integer; a fraction is cut off, a number beyond 64 bits is refused.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .or_else(|| float_to_int(parse_float(text)?))
}

/// The float without its fraction if it fits into 64 bits.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
pub(crate) fn float_to_int(float: f64) -> Option<i64> {
    // 2^63 is a float exactly; i64::MAX is not.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    (-BEYOND..BEYOND)
        .contains(&float)
        .then(|| float.trunc() as i64)
}

/// A scalar as an integer, reading text.
pub(crate) fn to_int(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Int(i) => Some(*i),
        Value::Uint(u) => i64::try_from(*u).ok(),
        Value::Float(f) => float_to_int(*f),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Str(s) => parse_int(s),
        Value::Bytes(b) => parse_int(std::str::from_utf8(b).ok()?),
        Value::Enum(_, n) => Some(i64::from(*n)),
        Value::List(_) => None,
    }
}

/// A scalar as a float, reading text.
pub(crate) fn to_float(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Str(s) => parse_float(s),
        Value::Bytes(b) => parse_float(std::str::from_utf8(b).ok()?),
        Value::List(_) => None,
        number => Some(number.float()).filter(|f| f.is_finite()),
    }
}

/// A scalar as a boolean: true for 1, `true` in any case, and true itself.
pub(crate) fn to_bool(value: &Value<'_>) -> bool {
    match value {
        Value::Bool(b) => *b,
        Value::Int(i) => *i == 1,
        Value::Uint(u) => *u == 1,
        Value::Str(s) => s.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// A scalar as text; floats as [`decimal`] writes them, lists as nothing.
pub(crate) fn to_text<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Float(f) => Cow::Owned(decimal(*f)),
        Value::List(_) => Cow::Borrowed(""),
        other => other.text(),
    }
}

/// A float as text: no exponent, no trailing zeros, no point on whole numbers,
/// at most sixteen decimal places and those cut, not rounded.
pub(crate) fn decimal(float: f64) -> String {
    cut_places(&float.to_string(), TEXT_PLACES)
}

/// The float without what stands after the given number of decimal places.
/// Works on the shortest decimal spelling, so that 0.29 stays 0.29.
pub(crate) fn truncate(float: f64, places: usize) -> f64 {
    parse_float(&cut_places(&float.to_string(), places)).unwrap_or_default()
}

fn cut_places(spelling: &str, places: usize) -> String {
    let Some((whole, fraction)) = spelling.split_once('.') else {
        return if spelling == "-0" {
            "0".to_owned()
        } else {
            spelling.to_owned()
        };
    };
    let kept = fraction
        .get(..places)
        .unwrap_or(fraction)
        .trim_end_matches('0');
    match (whole, kept) {
        ("-0", "") => "0".to_owned(),
        (_, "") => whole.to_owned(),
        _ => format!("{whole}.{kept}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_as_text() {
        for (float, text) in [
            (1.0, "1"),
            (2.5, "2.5"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1e21, "1000000000000000000000"),
            (1e-17, "0"),
            (-1e-17, "0"),
            (-1.25, "-1.25"),
        ] {
            assert_eq!(decimal(float), text);
        }
    }

    #[test]
    fn text_as_numbers() {
        assert_eq!(parse_int("2.01"), Some(2));
        assert_eq!(parse_int("-7.9"), Some(-7));
        assert_eq!(parse_int("9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse_int("9223372036854775808"), None);
        assert_eq!(parse_int("nan"), None);
        assert_eq!(parse_float("inf"), None);
        assert_eq!(parse_float("1e400"), None);
        assert_eq!(parse_float(" 1"), None);
    }

    #[test]
    fn truncation_works_on_decimals() {
        assert_eq!(truncate(1.012_345_678, 7).to_string(), "1.0123456");
        assert_eq!(truncate(0.29, 7).to_string(), "0.29");
        assert_eq!(truncate(-1.999_999_99, 7).to_string(), "-1.9999999");
    }
}
