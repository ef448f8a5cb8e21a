//! `GoogleSQL` format elements for date and time.
//!
//! An element that is not known, and a percent sign at the end, are copied as
//! they stand. Times here are whole seconds, so fractions are zeros.

use jiff::civil::DateTime;

use super::text::Builder;
use super::time::Local;
use crate::value::Value;

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The moment in the given format.
pub(crate) fn format(local: &Local, format: &str) -> Value<'static> {
    let mut out = Builder::default();
    let mut rest = format;
    while let Some(percent) = rest.find('%') {
        let (plain, element) = rest.split_at(percent);
        let (spelled, taken) = match extended(local, element) {
            Some(found) => found,
            None => simple(local, element),
        };
        if !(out.push(plain) && out.push(&spelled)) {
            return out.finish();
        }
        rest = &element[taken..];
    }
    out.push(rest);
    out.finish()
}

/// The `%E…` elements, with the number of bytes they take.
fn extended(local: &Local, element: &str) -> Option<(String, usize)> {
    let mut chars = element.strip_prefix("%E")?.chars();
    let seconds = local.shown.second();
    match (chars.next()?, chars.next()) {
        ('z', _) => Some((offset(local, ":"), 3)),
        ('4', Some('Y')) => Some((format!("{:04}", local.shown.year()), 4)),
        ('*', Some('S')) => Some((format!("{seconds:02}"), 4)),
        (digit, Some('S')) => {
            let places = usize::try_from(digit.to_digit(10)?).ok()?;
            let point = if places == 0 { "" } else { "." };
            Some((format!("{seconds:02}{point}{:0<places$}", ""), 4))
        }
        _ => None,
    }
}

/// The one-letter elements; the answer for others is the element itself.
fn simple(local: &Local, element: &str) -> (String, usize) {
    let Some(letter) = element.chars().nth(1) else {
        return (element.to_owned(), element.len());
    };
    let spelled = date_part(&local.shown, letter)
        .or_else(|| clock_part(&local.shown, letter))
        .or_else(|| zone_part(local, letter));
    let taken = 1 + letter.len_utf8();
    (
        spelled.unwrap_or_else(|| element[..taken].to_owned()),
        taken,
    )
}

fn date_part(t: &DateTime, letter: char) -> Option<String> {
    let (year, month, day) = (t.year(), t.month(), t.day());
    let weekday = t.weekday();
    let day_name = DAYS[usize::from(weekday.to_sunday_zero_offset().unsigned_abs()) % 7];
    let month_name = MONTHS[usize::from(month.unsigned_abs()).saturating_sub(1) % 12];
    let iso = t.date().iso_week_date();
    let days = t.day_of_year() - 1;
    Some(match letter {
        'A' => day_name.to_owned(),
        'a' => day_name[..3].to_owned(),
        'B' => month_name.to_owned(),
        'b' | 'h' => month_name[..3].to_owned(),
        'C' => format!("{:02}", year / 100),
        'D' | 'x' => format!("{month:02}/{day:02}/{:02}", year % 100),
        'd' => format!("{day:02}"),
        'e' => format!("{day:2}"),
        'F' => format!("{year:04}-{month:02}-{day:02}"),
        'G' => iso.year().to_string(),
        'g' => format!("{:02}", iso.year().rem_euclid(100)),
        'J' => {
            (i16::from(iso.week()) * 7 - 7 + i16::from(weekday.to_monday_one_offset())).to_string()
        }
        'j' => format!("{:03}", t.day_of_year()),
        'm' => format!("{month:02}"),
        'Q' => ((month + 2) / 3).to_string(),
        'U' => format!(
            "{:02}",
            (days + 7 - i16::from(weekday.to_sunday_zero_offset())) / 7
        ),
        'u' => weekday.to_monday_one_offset().to_string(),
        'V' => format!("{:02}", iso.week()),
        'W' => format!(
            "{:02}",
            (days + 7 - i16::from(weekday.to_monday_zero_offset())) / 7
        ),
        'w' => weekday.to_sunday_zero_offset().to_string(),
        'Y' => year.to_string(),
        'y' => format!("{:02}", year % 100),
        'c' => format!(
            "{} {} {day:2} {} {year}",
            &day_name[..3],
            &month_name[..3],
            clock(t)
        ),
        _ => return None,
    })
}

fn clock(t: &DateTime) -> String {
    format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())
}

fn clock_part(t: &DateTime, letter: char) -> Option<String> {
    let (hour, minute) = (t.hour(), t.minute());
    let twelve = (hour + 11) % 12 + 1;
    Some(match letter {
        'H' => format!("{hour:02}"),
        'I' => format!("{twelve:02}"),
        'k' => format!("{hour:2}"),
        'l' => format!("{twelve:2}"),
        'M' => format!("{minute:02}"),
        'P' => if hour < 12 { "am" } else { "pm" }.to_owned(),
        'p' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'R' => format!("{hour:02}:{minute:02}"),
        'S' => format!("{:02}", t.second()),
        'T' | 'X' => clock(t),
        _ => return None,
    })
}

fn zone_part(local: &Local, letter: char) -> Option<String> {
    Some(match letter {
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        '%' => "%".to_owned(),
        's' => local.unix.to_string(),
        'z' => offset(local, ""),
        'Z' => zone_name(local),
        _ => return None,
    })
}

fn offset(local: &Local, colon: &str) -> String {
    let minutes = local.offset.abs() / 60;
    let sign = if local.offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
}

fn zone_name(local: &Local) -> String {
    let minutes = local.offset.abs() / 60;
    let sign = if local.offset < 0 { '-' } else { '+' };
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(unix: i64, zone: &'static str, elements: &str) -> String {
        let local = Local::from_args(&[Value::Int(unix), Value::str(zone)], 0, 1).unwrap();
        format(&local, elements).to_string()
    }

    /// Wednesday, 20 January 2021, 21:47:00 UTC: the moment of the published table.
    #[test]
    fn every_element() {
        for (element, spelled) in [
            ("%A %a", "Wednesday Wed"),
            ("%B %b %h", "January Jan Jan"),
            ("%C", "20"),
            ("%c", "Wed Jan 20 21:47:00 2021"),
            ("%D %x", "01/20/21 01/20/21"),
            ("%d %e", "20 20"),
            ("%F", "2021-01-20"),
            ("%G %g", "2021 21"),
            ("%H %I %k %l", "21 09 21  9"),
            ("%J %j", "17 020"),
            ("%M %m", "47 01"),
            ("%n|%t", "\n|\t"),
            ("%P %p", "pm PM"),
            ("%Q", "1"),
            ("%R %S %T %X", "21:47 00 21:47:00 21:47:00"),
            ("%s", "1611179220"),
            ("%U %u %V %W %w", "03 3 03 03 3"),
            ("%Y %y %E4Y", "2021 21 2021"),
            ("%Z %z %Ez", "UTC +0000 +00:00"),
            ("%%", "%"),
            ("%E3S %E0S %E*S", "00.000 00 00"),
            ("%é%", "%é%"),
            ("%f %E %Eq %E", "%f %E %Eq %E"),
        ] {
            assert_eq!(
                formatted(1_611_179_220, "UTC", element),
                spelled,
                "{element}"
            );
        }
    }

    #[test]
    fn offsets() {
        assert_eq!(
            formatted(1_611_179_220, "America/Los_Angeles", "%z %Ez %Z"),
            "-0800 -08:00 UTC-8"
        );
        assert_eq!(formatted(1_611_179_220, "+5:30", "%z %Z"), "+0530 UTC+5:30");
    }

    #[test]
    fn midnight_and_padding() {
        // Sunday, 3 January 2021, 00:05:09.
        assert_eq!(
            formatted(1_609_632_309, "UTC", "%e|%k|%l|%I|%p|%U|%W|%G-%V"),
            " 3| 0|12|12|AM|01|00|2020-53"
        );
    }

    #[test]
    fn a_long_format_is_cut() {
        let long = "%A".repeat(crate::limits::TEXT_BYTES_MAX);
        assert_eq!(
            formatted(0, "UTC", &long).len(),
            crate::limits::TEXT_BYTES_MAX
        );
    }
}
