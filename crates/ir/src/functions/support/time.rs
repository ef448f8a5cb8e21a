//! Calendar time: Unix seconds in a time zone and back.
//!
//! The only file, with [`super::time_format`], that knows the time library.
//! The zone database is compiled in, so no file is read and results do not
//! depend on the machine. Years outside 1 to 9999 are failures.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::args;
use crate::value::Value;

/// Abbreviations that the zone database knows for old times' sake but the
/// reference calls unsupported.
const ABBREVIATIONS: [&str; 3] = ["EST", "HST", "MST"];

/// The furthest offset from UTC, in minutes.
const OFFSET_MINUTES_MAX: i32 = 14 * 60;

/// A moment seen in a time zone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Local {
    /// Unix seconds.
    pub(crate) unix: i64,
    /// What a calendar and clock in the zone show.
    pub(crate) shown: DateTime,
    /// Seconds east of UTC.
    pub(crate) offset: i32,
}

impl Local {
    /// Reads Unix seconds from one argument and a zone from another; a missing
    /// zone is UTC. `None` if either makes no sense.
    pub(crate) fn from_args(args: &[Value<'_>], seconds: usize, zone: usize) -> Option<Self> {
        let unix = args::int(args, seconds)?;
        let zoned = Timestamp::from_second(unix)
            .ok()?
            .to_zoned(zone_of(args, zone)?);
        let shown = zoned.datetime();
        (1..=9999).contains(&shown.year()).then(|| Local {
            unix,
            shown,
            offset: zoned.offset().seconds(),
        })
    }

    /// `YYYY-MM-DD`.
    pub(crate) fn date(&self) -> String {
        spell(self.shown.date())
    }

    /// The day of the week, 1 for Sunday to 7.
    pub(crate) fn day_of_week(&self) -> i64 {
        i64::from(self.shown.weekday().to_sunday_one_offset())
    }

    /// The week of the year; weeks start on Sunday, days before the first
    /// Sunday are in week 0.
    pub(crate) fn week(&self) -> i64 {
        (i64::from(self.shown.day_of_year()) - 1 + 7 - (self.day_of_week() - 1)) / 7
    }

    /// The Sunday that begins the week, `YYYY-MM-DD`.
    pub(crate) fn sunday(&self) -> Option<String> {
        let back = (self.day_of_week() - 1).days();
        self.shown.date().checked_sub(back).ok().map(spell)
    }
}

fn spell(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Unix seconds of a `YYYY-MM-DD HH:MM:SS` text in a zone; a missing zone is
/// UTC. Of a time that occurs twice when clocks go back the first counts; a
/// time that is skipped when they go forward is read with the offset before.
pub(crate) fn parse(args: &[Value<'_>], stamp: usize, zone: usize) -> Option<i64> {
    let text = args::text(args, stamp);
    let (date, time) = text.trim_ascii().split_once(' ')?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    if !(1..=9999).contains(&year) {
        return None;
    }
    let small = |n: i16| i8::try_from(n).ok();
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    let zoned = zone_of(args, zone)?
        .to_ambiguous_zoned(DateTime::from_parts(date, time))
        .compatible();
    Some(zoned.ok()?.timestamp().as_second())
}

fn numbers(text: &str, separator: char) -> Option<[i16; 3]> {
    let mut parts = text.split(separator);
    let mut next = || {
        let part = parts.next()?;
        let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let numbers = [next()?, next()?, next()?];
    parts.next().is_none().then_some(numbers)
}

fn zone_of(args: &[Value<'_>], index: usize) -> Option<TimeZone> {
    if args.len() <= index {
        return Some(TimeZone::UTC);
    }
    zone(&args::text(args, index))
}

/// A zone by database name or by offset, `(+|-)H[H][:M[M]]`.
fn zone(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case("UTC") || name.eq_ignore_ascii_case("GMT") {
        return Some(TimeZone::UTC);
    }
    if name.starts_with(['+', '-']) {
        return offset(name).map(TimeZone::fixed);
    }
    if ABBREVIATIONS.iter().any(|a| a.eq_ignore_ascii_case(name)) {
        return None;
    }
    TimeZone::get(name).ok()
}

fn offset(text: &str) -> Option<Offset> {
    let (hours, minutes) = text[1..].split_once(':').unwrap_or((&text[1..], "0"));
    let digits = |part: &str| {
        let plain = matches!(part.len(), 1..=2) && part.bytes().all(|b| b.is_ascii_digit());
        if plain {
            part.parse::<i32>().ok()
        } else {
            None
        }
    };
    let minutes = digits(hours)? * 60 + digits(minutes).filter(|m| *m < 60)?;
    let sign = if text.starts_with('-') { -60 } else { 60 };
    if minutes > OFFSET_MINUTES_MAX {
        return None;
    }
    Offset::from_seconds(sign * minutes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(unix: i64, zone: &'static str) -> Option<Local> {
        Local::from_args(&[Value::Int(unix), Value::str(zone)], 0, 1)
    }

    #[test]
    fn zones() {
        for (name, offset) in [
            ("UTC", Some(0)),
            ("gmt", Some(0)),
            ("America/Los_Angeles", Some(-8 * 3600)),
            ("-08:00", Some(-8 * 3600)),
            ("+5:3", Some(5 * 3600 + 3 * 60)),
            ("+5:30", Some(5 * 3600 + 30 * 60)),
            ("+14", Some(14 * 3600)),
            ("+14:01", None),
            ("+5:60", None),
            ("+", None),
            ("+é", None),
            ("+1:", None),
            ("PST", None),
            ("EST", None),
            ("", None),
            ("Mars/Olympus", None),
        ] {
            assert_eq!(
                local(1_708_598_631, name).map(|l| l.offset),
                offset,
                "{name}"
            );
        }
    }

    #[test]
    fn weeks_start_on_sunday() {
        // 2024-01-06 was a Saturday, 2024-01-07 the first Sunday; 2023-01-01 was a Sunday.
        assert_eq!(local(1_704_499_200, "UTC").map(|l| l.week()), Some(0));
        assert_eq!(local(1_704_585_600, "UTC").map(|l| l.week()), Some(1));
        assert_eq!(local(1_672_531_200, "UTC").map(|l| l.week()), Some(1));
        assert_eq!(
            local(1_704_585_600, "UTC")
                .and_then(|l| l.sunday())
                .as_deref(),
            Some("2024-01-07")
        );
    }

    #[test]
    fn the_ends_of_time_are_failures() {
        assert!(local(i64::MAX, "UTC").is_none());
        assert!(local(i64::MIN, "UTC").is_none());
        assert!(local(-62_135_596_801, "UTC").is_none());
        assert!(
            local(-62_135_596_800, "UTC")
                .is_some_and(|l| l.date() == "0001-01-01" && l.sunday().is_some())
        );
    }

    #[test]
    fn stamps() {
        for (text, unix) in [
            ("2024-02-22 10:43:00", Some(1_708_598_580)),
            ("2024-2-22 10:43:0", Some(1_708_598_580)),
            ("2024-02-22T10:43:00", None),
            ("2024-02-22 10:43", None),
            ("2024-02-30 10:43:00", None),
            ("2024-02-22 24:00:00", None),
            ("2024-02-22 10:43:00.5", None),
            ("0000-02-22 10:43:00", None),
            ("99999999-02-22 10:43:00", None),
        ] {
            assert_eq!(parse(&[Value::str(text)], 0, 1), unix, "{text}");
        }
    }
}
