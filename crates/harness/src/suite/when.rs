//! When an event of a timeline happens: `12s` after the start, `+3m` after the
//! event before it.

use std::fmt::Write as _;

use super::mistake::Mistake;
use super::yaml::Node;

/// A time of a timeline, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Since the start.
    Start(i64),
    /// Since the event before.
    Before(i64),
}

impl Default for When {
    fn default() -> Self {
        When::Before(0)
    }
}

const NANOS: i64 = 1_000_000_000;

/// Units in falling order; each once.
const UNITS: [(&str, i64); 5] = [
    ("d", 86_400 * NANOS),
    ("h", 3_600 * NANOS),
    ("m", 60 * NANOS),
    ("s", NANOS),
    ("ms", 1_000_000),
];

impl When {
    /// Reads a time.
    pub(crate) fn read(node: &Node) -> Result<Self, Mistake> {
        let text = node.text("a time")?;
        let read = match text.strip_prefix('+') {
            Some(rest) => length(rest).map(When::Before),
            None => match text.strip_prefix('-') {
                Some(rest) => length(rest).map(|before| When::Start(-before)),
                None => length(&text).map(When::Start),
            },
        };
        read.ok_or_else(|| {
            let what = format!("`{text}` is not a time");
            node.wrong(what).wide(text.chars().count()).help(
                "write 90s or 1h30m after the start, +5m after the event before it, in d, h, m, s, ms",
            )
        })
    }

    /// Reads a length of time, in nanoseconds.
    pub(crate) fn length(node: &Node) -> Result<i64, Mistake> {
        let text = node.text("a length of time")?;
        let read = length(&text);
        read.ok_or_else(|| {
            node.wrong(format!(
                "`{text}` is no length of time, as 90s or 1h30m are"
            ))
        })
    }
}

/// `1h30m` in nanoseconds.
pub(crate) fn length(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut total = 0_i64;
    let mut last = usize::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let number = &rest[..end];
        let after = &rest[end..];
        let stop = after.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, next) = after.split_at(stop.unwrap_or(after.len()));
        let place = UNITS.iter().position(|(name, _)| *name == unit)?;
        if last != usize::MAX && place <= last {
            return None;
        }
        last = place;
        total = total.checked_add(times(number, UNITS[place].1)?)?;
        rest = next;
    }
    (last != usize::MAX).then_some(total)
}

/// A decimal number of units.
fn times(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let mut total = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    let mut part = unit;
    for digit in fraction.bytes() {
        part /= 10;
        total = total.checked_add(part.checked_mul(i64::from(digit - b'0'))?)?;
    }
    Some(total)
}

/// Nanoseconds as they are written.
pub(crate) fn show(nanos: i64) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut text = String::from(if nanos < 0 { "-" } else { "" });
    let mut rest = nanos.unsigned_abs();
    for (name, unit) in UNITS.iter().take(3) {
        let unit = unit.unsigned_abs();
        if rest >= unit {
            let _ = write!(text, "{}{name}", rest / unit);
            rest %= unit;
        }
    }
    let (whole, fraction) = (rest / NANOS.unsigned_abs(), rest % NANOS.unsigned_abs());
    if fraction > 0 {
        let digits = format!("{fraction:09}");
        let _ = write!(text, "{whole}.{}s", digits.trim_end_matches('0'));
    } else if whole > 0 {
        let _ = write!(text, "{whole}s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_shown() {
        for (text, nanos, shown) in [
            ("0s", 0, "0s"),
            ("0", 0, "0s"),
            ("90s", 90 * NANOS, "1m30s"),
            ("1h30m", 5_400 * NANOS, "1h30m"),
            ("1.5s", 1_500_000_000, "1.5s"),
            ("250ms", 250_000_000, "0.25s"),
            ("2d", 172_800 * NANOS, "2d"),
        ] {
            assert_eq!(length(text), Some(nanos), "{text}");
            assert_eq!(show(nanos), shown);
            assert_eq!(length(shown), Some(nanos));
        }
        for text in [
            "",
            "1",
            "1x",
            "m",
            "1m1h",
            "1s1s",
            "-1s",
            "1.s1",
            "9999999999999d",
        ] {
            assert_eq!(length(text), None, "{text}");
        }
    }
}
