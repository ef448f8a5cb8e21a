//! Times as a spec page writes them: relative to one fixed origin.
//!
//! `+9m59.999999999s` is a time after the origin, `-1d` one before it. The
//! origin is a midnight whose day number has many divisors, so that fixed
//! windows of any whole number of minutes that divides a day begin there too.
//! What is further away than [`NEAR_DAYS`] is written as RFC 3339.

use yaral_udm::Timestamp;

/// 2024-01-18T00:00:00Z, the 19,740th day since 1970.
pub const ORIGIN: Timestamp = Timestamp {
    seconds: 19_740 * DAY_S,
    nanos: 0,
};

/// Days from the origin up to which times are written relative to it.
pub const NEAR_DAYS: i64 = 1_000;

const DAY_S: i64 = 86_400;
const NANOS: i128 = 1_000_000_000;

/// The units in which a relative time is written, largest first.
const UNITS: [(char, i64); 4] = [('d', DAY_S), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads `+1h30m`, `-0.5s` or RFC 3339.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Timestamp::parse(text),
    };
    let mut total = 0_i128;
    let mut rest = rest;
    let mut last = i64::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let unit = rest[end..].chars().next()?;
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
        // Each unit once, in falling order.
        if *seconds >= last {
            return None;
        }
        last = *seconds;
        total += nanos(&rest[..end])? * i128::from(*seconds);
        rest = &rest[end + 1..];
    }
    (last != i64::MAX).then_some(())?;
    let at = i128::from(ORIGIN.seconds) * NANOS + sign * total;
    let seconds = i64::try_from(at.div_euclid(NANOS)).ok()?;
    let nanos = i32::try_from(at.rem_euclid(NANOS)).ok()?;
    Timestamp::new(seconds, nanos)
}

/// A decimal number of at most nine places, in billionths.
fn nanos(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    let whole: i128 = whole.parse().ok()?;
    Some(whole * NANOS + fraction)
}

/// Writes a time as [`parse`] reads it, in the fewest units.
#[must_use]
pub fn show(time: Timestamp) -> String {
    let since = |t: Timestamp| i128::from(t.seconds) * NANOS + i128::from(t.nanos);
    let offset = since(time) - since(ORIGIN);
    if offset.abs() > i128::from(NEAR_DAYS * DAY_S) * NANOS {
        return time.to_string();
    }
    let mut text = String::from(if offset < 0 { "-" } else { "+" });
    let mut rest = offset.abs();
    for (unit, seconds) in UNITS {
        let length = i128::from(seconds) * NANOS;
        let count = rest / length;
        rest %= length;
        let fraction = if seconds == 1 { rest } else { 0 };
        if count == 0 && fraction == 0 {
            continue;
        }
        text.push_str(&count.to_string());
        if fraction > 0 {
            let digits = format!("{fraction:09}");
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        text.push(unit);
    }
    if offset == 0 {
        text.push_str("0s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "+0s",
            "+1s",
            "-1s",
            "+10m",
            "+9m59.999999999s",
            "+0.000000001s",
            "-0.5s",
            "+1d2h3m4.05s",
            "+999d",
            "1970-01-01T00:00:00Z",
        ] {
            let time = parse(text).expect(text);
            assert_eq!(show(time), text);
        }
        assert_eq!(parse("-0s"), Some(ORIGIN));
        assert_eq!(parse("+90m").map(show).as_deref(), Some("+1h30m"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "+",
            "5s",
            "+5",
            "+s",
            "+5x",
            "+1s2m",
            "+1m1m",
            "+1.s5",
            "+-1s",
            "+1.0000000001s",
            "é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_origin_is_the_start_of_windows() {
        assert_eq!(ORIGIN.to_string(), "2024-01-18T00:00:00Z");
        for days in [2, 3, 5, 7] {
            assert_eq!(ORIGIN.seconds % (days * DAY_S), 0);
        }
    }
}
