//! Timestamps as RFC 3339 text, by hand: no time zone data, no dependency.
//!
//! Read: any offset, zero to nine fraction digits, `T` and `Z` in either case. Written:
//! UTC with `Z` and 0, 3, 6 or 9 fraction digits, as protobuf JSON asks. The calendar is
//! the proleptic Gregorian one. A leap second (`:60`) is read as the last nanosecond of
//! the second before it, so that order is kept and the minute does not change.

use std::fmt;

/// A point in time, or, for durations, a length of time.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    pub seconds: i64,
    /// Nanoseconds beyond the seconds: 0 to 999,999,999 for a point in time.
    pub nanos: i32,
}

/// 0001-01-01T00:00:00Z.
const SECONDS_MIN: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const SECONDS_MAX: i64 = 253_402_300_799;
const NANOS_PER_SECOND: i32 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

impl Timestamp {
    /// A point in time within years 0001 to 9999; `None` outside, or if `nanos` is not
    /// within 0 to 999,999,999.
    #[must_use]
    pub fn new(seconds: i64, nanos: i32) -> Option<Self> {
        let fits = (SECONDS_MIN..=SECONDS_MAX).contains(&seconds)
            && (0..NANOS_PER_SECOND).contains(&nanos);
        fits.then_some(Self { seconds, nanos })
    }

    /// Reads RFC 3339 text with an offset, for example `2024-05-01T10:00:00.5+02:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = Scanner(text.as_bytes());
        let year = rest.digits(4)?;
        rest.one_of(b"-")?;
        let month = rest.digits(2)?;
        rest.one_of(b"-")?;
        let day = rest.digits(2)?;
        rest.one_of(b"Tt")?;
        let hour = rest.digits(2)?;
        rest.one_of(b":")?;
        let minute = rest.digits(2)?;
        rest.one_of(b":")?;
        let second = rest.digits(2)?;
        let nanos = rest.fraction()?;
        let offset = rest.offset()?;
        let valid = year >= 1
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour <= 23
            && minute <= 59
            && second <= 60
            && rest.0.is_empty();
        if !valid {
            return None;
        }
        let leap = second == 60;
        let nanos = if leap { NANOS_PER_SECOND - 1 } else { nanos };
        let in_day = hour * 3_600 + minute * 60 + if leap { 59 } else { second };
        Self::new(
            days_from_civil(year, month, day) * SECONDS_PER_DAY + in_day - offset,
            nanos,
        )
    }

    /// Whole milliseconds since 1970, rounded towards the past.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.seconds
            .saturating_mul(1_000)
            .saturating_add(i64::from(self.nanos / 1_000_000))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.seconds.div_euclid(SECONDS_PER_DAY);
        let in_day = self.seconds.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (in_day / 3_600, in_day / 60 % 60, in_day % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        write_fraction(f, self.nanos)?;
        f.write_str("Z")
    }
}

/// Writes 0, 3, 6 or 9 digits of a fraction, with its point if there are any.
pub(crate) fn write_fraction(f: &mut impl fmt::Write, nanos: i32) -> fmt::Result {
    let nanos = nanos.unsigned_abs();
    if nanos == 0 {
        Ok(())
    } else if nanos.is_multiple_of(1_000_000) {
        write!(f, ".{:03}", nanos / 1_000_000)
    } else if nanos.is_multiple_of(1_000) {
        write!(f, ".{:06}", nanos / 1_000)
    } else {
        write!(f, ".{nanos:09}")
    }
}

/// What is left of a text to read.
pub(crate) struct Scanner<'t>(pub(crate) &'t [u8]);

impl Scanner<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let mut value = 0;
        for _ in 0..count {
            let (&digit, rest) = self.0.split_first()?;
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + i64::from(digit - b'0');
            self.0 = rest;
        }
        Some(value)
    }

    fn one_of(&mut self, allowed: &[u8]) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        allowed.contains(&byte).then_some(byte)
    }

    /// A point and one to nine digits, as nanoseconds; no point is zero.
    pub(crate) fn fraction(&mut self) -> Option<i32> {
        let Some(rest) = self.0.strip_prefix(b".") else {
            return Some(0);
        };
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let (digits, rest) = rest.split_at(count);
        self.0 = rest;
        let value = digits
            .iter()
            .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        Some((count..9).fold(value, |value, _| value * 10))
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.one_of(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        self.one_of(b":")?;
        let minutes = self.digits(2)?;
        (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01. Years are counted from March, so that the leap day comes last:
/// a year then has 365 days and the months before March are those of the year before.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let in_era = days.rem_euclid(146_097);
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (year_of_era, month + 3)
    } else {
        (year_of_era + 1, month - 9)
    };
    (year + era * 400, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        Timestamp::parse(text).map(|t| t.to_string())
    }

    #[test]
    fn reads_offsets_and_fractions() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2024-02-29t23:59:59.5z", "2024-02-29T23:59:59.500Z"),
            ("2024-05-01T01:00:00+02:00", "2024-04-30T23:00:00Z"),
            (
                "2024-05-01T01:00:00.123456-00:30",
                "2024-05-01T01:30:00.123456Z",
            ),
            (
                "1969-12-31T23:59:59.000000001Z",
                "1969-12-31T23:59:59.000000001Z",
            ),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            (
                "9999-12-31T23:59:59.999999999Z",
                "9999-12-31T23:59:59.999999999Z",
            ),
            ("2016-12-31T23:59:60.25Z", "2016-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(
            Timestamp::parse("2000-03-01T00:00:00Z").map(|t| t.seconds),
            Some(951_868_800)
        );
    }

    #[test]
    fn rejects_nonsense() {
        for text in [
            "",
            "2024",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2024-04-31T00:00:00Z",
            "2024-05-01T24:00:00Z",
            "2024-05-01T00:60:00Z",
            "2024-05-01T00:00:61Z",
            "2024-05-01T00:00:00",
            "2024-05-01 00:00:00Z",
            "2024-05-01T00:00:00.Z",
            "2024-05-01T00:00:00.1234567890Z",
            "2024-05-01T00:00:00+2:00",
            "2024-05-01T00:00:00+0200",
            "2024-05-01T00:00:00Z ",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "+2024-05-01T00:00:00Z",
            "2024-05-01T00:00:00+24:00",
            "２024-05-01T00:00:00Z",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in SECONDS_MIN..=SECONDS_MAX, nanos in 0..NANOS_PER_SECOND) {
            let time = Timestamp::new(seconds, nanos).expect("in range");
            prop_assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        }

        #[test]
        fn text_order_is_time_order(a in SECONDS_MIN..=SECONDS_MAX, b in SECONDS_MIN..=SECONDS_MAX) {
            let text = |seconds| Timestamp { seconds, nanos: 0 }.to_string();
            prop_assert_eq!(a.cmp(&b), text(a).cmp(&text(b)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Timestamp::parse(&text);
        }

        #[test]
        fn any_seconds_can_be_shown(seconds: i64, nanos: i32) {
            let _ = Timestamp { seconds: seconds / 2, nanos }.to_string();
        }
    }
}
