//! Durations as protobuf JSON text: decimal seconds followed by `s`.
//!
//! A duration shares the type of a timestamp; seconds and nanoseconds have the same sign.
//! The range is the documented one of `google.protobuf.Duration`, ±10,000 years.

use std::fmt::Write as _;

use crate::time::{Scanner, Timestamp, write_fraction};

/// 10,000 years in seconds.
const SECONDS_MAX: i64 = 315_576_000_000;
const DIGITS_MAX: usize = 12;

impl Timestamp {
    /// Reads a duration, for example `1.5s` or `-0.010s`.
    #[must_use]
    pub fn parse_duration(text: &str) -> Option<Self> {
        let number = text.strip_suffix('s')?;
        let (sign, number) = number
            .strip_prefix('-')
            .map_or((1, number), |rest| (-1, rest));
        let count = number.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = number.split_at(count);
        if count == 0 || count > DIGITS_MAX {
            return None;
        }
        let mut rest = Scanner(rest.as_bytes());
        let nanos = rest.fraction()?;
        let seconds: i64 = whole.parse().ok()?;
        if !rest.0.is_empty() {
            return None;
        }
        Self::new_duration(seconds * i64::from(sign), nanos * sign)
    }

    /// A duration; `None` if it is longer than 10,000 years, has a full second or more in
    /// `nanos`, or has parts of different sign.
    #[must_use]
    pub fn new_duration(seconds: i64, nanos: i32) -> Option<Self> {
        let fits = seconds.unsigned_abs() <= SECONDS_MAX.unsigned_abs()
            && nanos.unsigned_abs() < 1_000_000_000;
        let same_sign = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
        (fits && same_sign).then_some(Self { seconds, nanos })
    }

    /// Appends the duration as protobuf JSON text, without quotes.
    pub(crate) fn write_duration(self, out: &mut String) {
        if self.seconds < 0 || self.nanos < 0 {
            out.push('-');
        }
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", self.seconds.unsigned_abs());
        let _ = write_fraction(out, self.nanos);
        out.push('s');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        let mut out = String::new();
        Timestamp::parse_duration(text)?.write_duration(&mut out);
        Some(out)
    }

    #[test]
    fn reads_and_writes() {
        for (text, expected) in [
            ("1.5s", "1.500s"),
            ("0s", "0s"),
            ("-0.01s", "-0.010s"),
            ("3600s", "3600s"),
            ("0.000000001s", "0.000000001s"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "s",
            "1",
            "1.s",
            ".5s",
            "1m",
            "--1s",
            "1.1234567890s",
            "999999999999s",
            "1 s",
            "+1s",
            "1s\0",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0..=SECONDS_MAX, nanos in 0..1_000_000_000i32, negative: bool) {
            let sign = if negative { -1 } else { 1 };
            let length = Timestamp { seconds: seconds * i64::from(sign), nanos: nanos * sign };
            let mut out = String::new();
            length.write_duration(&mut out);
            prop_assert_eq!(Timestamp::parse_duration(&out), Some(length));
        }
    }
}
