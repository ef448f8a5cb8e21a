//! How long a row of a table lives.
//!
//! A tuning table takes alerts away, so its rows are for a time: the column
//! `expires` says the last day of a row and `starts` its first. Which tables
//! are bounded so is decided here, and so is what becomes of a row at an
//! instant.

use yaral_ir::tables::ColumnSpec;
use yaral_udm::Timestamp;

/// The column with the last day, or the instant, up to which a row lives.
pub const EXPIRES: &str = "expires";

/// The column with the first day, or the instant, from which on a row lives.
pub const STARTS: &str = "starts";

/// The columns that make a table one of tuning, whose rows are for a time.
pub const TUNING: [&str; 3] = ["owner", "reason", EXPIRES];

const DAY_S: i64 = 86_400;

/// Where the bounds of a row stand in a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    starts: Option<usize>,
    expires: Option<usize>,
}

/// Why a row is not used at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// Its life is over.
    Expired,
    /// Its life has not begun.
    NotYet,
}

impl Dead {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Dead::Expired => "expired",
            Dead::NotYet => "not yet begun",
        }
    }
}

/// The bounds of a table's rows: of a tuning table, and of one whose
/// description says `expiry: true`; none where it says `expiry: false`.
///
/// # Errors
/// If the description asks for bounds and the table has no column for them.
pub(super) fn bounds(
    columns: &[ColumnSpec],
    described: Option<bool>,
) -> Result<Option<Bounds>, String> {
    let place = |name: &str| columns.iter().position(|spec| spec.name == name);
    let tuning = TUNING.iter().all(|name| place(name).is_some());
    if !described.unwrap_or(tuning) {
        return Ok(None);
    }
    let bounds = Bounds {
        starts: place(STARTS),
        expires: place(EXPIRES),
    };
    if bounds.starts.is_none() && bounds.expires.is_none() {
        return Err(format!(
            "`expiry: true` needs a column `{EXPIRES}` or `{STARTS}`"
        ));
    }
    Ok(Some(bounds))
}

impl Bounds {
    /// What becomes of a row at an instant: nothing, or why it is dead. A row
    /// without a bound is not bounded on that side.
    ///
    /// # Errors
    /// The name of the column and the cell that holds no time.
    pub(super) fn judge(self, row: &[String], at: Timestamp) -> Result<Option<Dead>, String> {
        let expires = cell(row, self.expires, EXPIRES)?;
        let starts = cell(row, self.starts, STARTS)?;
        let over = expires.is_some_and(|bound| match bound {
            // The day itself is the last, whole.
            Bound::Day(start) => at.seconds >= start.seconds + DAY_S,
            Bound::Instant(time) => at >= time,
        });
        let early = starts.is_some_and(|bound| at < bound.start());
        Ok(if over {
            Some(Dead::Expired)
        } else if early {
            Some(Dead::NotYet)
        } else {
            None
        })
    }
}

/// A time as a person writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A day, by its first instant in UTC.
    Day(Timestamp),
    /// An instant.
    Instant(Timestamp),
}

impl Bound {
    /// Reads `YYYY-MM-DD` or RFC 3339.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() == "YYYY-MM-DD".len() {
            return Timestamp::parse(&format!("{text}T00:00:00Z")).map(Bound::Day);
        }
        Timestamp::parse(text).map(Bound::Instant)
    }

    /// The instant itself, or the first of the day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        match self {
            Bound::Day(time) | Bound::Instant(time) => time,
        }
    }
}

fn cell(row: &[String], at: Option<usize>, name: &str) -> Result<Option<Bound>, String> {
    let text = at.and_then(|at| row.get(at)).map(|cell| cell.trim());
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    Bound::parse(text).map(Some).ok_or_else(|| {
        format!(
            "`{text}` in `{name}` is no date; write YYYY-MM-DD, or a time as 2026-08-01T18:00:00Z"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaral_ir::tables::ColumnKind;

    fn columns(names: &[&str]) -> Vec<ColumnSpec> {
        let spec = |name: &&str| ColumnSpec {
            name: (*name).to_owned(),
            kind: ColumnKind::String,
            key: false,
            repeated: false,
            mapped: None,
        };
        names.iter().map(spec).collect()
    }

    #[test]
    fn the_last_day_counts_whole_and_the_first_from_its_midnight() {
        let bounds = bounds(&columns(&["expires", "starts"]), Some(true));
        let bounds = bounds.unwrap().unwrap();
        for (expires, starts, at, wanted) in [
            ("2026-08-01", "", "2026-08-01T23:59:59.9Z", None),
            (
                "2026-08-01",
                "",
                "2026-08-02T00:00:00Z",
                Some(Dead::Expired),
            ),
            ("2026-08-01T12:00:00Z", "", "2026-08-01T11:59:59Z", None),
            (
                "2026-08-01T12:00:00+02:00",
                "",
                "2026-08-01T10:00:00Z",
                Some(Dead::Expired),
            ),
            ("", "2026-08-01", "2026-07-31T23:59:59Z", Some(Dead::NotYet)),
            (" 2026-08-01 ", "2026-08-01", "2026-08-01T00:00:00Z", None),
            ("", "", "2026-08-01T00:00:00Z", None),
            // Over before it begins: the end is what is said.
            (
                "2026-07-01",
                "2026-08-01",
                "2026-07-15T00:00:00Z",
                Some(Dead::Expired),
            ),
        ] {
            let row = [expires.to_owned(), starts.to_owned()];
            let found = bounds.judge(&row, Timestamp::parse(at).unwrap());
            assert_eq!(found, Ok(wanted), "{expires} {starts} {at}");
        }
        for odd in ["soon", "2026-02-30", "2026-8-1", "01.08.2026", "20260801"] {
            let row = [odd.to_owned()];
            let found = bounds.judge(&row, Timestamp::parse("2026-08-01T00:00:00Z").unwrap());
            assert!(found.is_err_and(|said| said.contains(odd)), "{odd}");
        }
    }

    #[test]
    fn only_tuning_tables_are_bounded_unless_their_description_says_so() {
        let tuning = columns(&["key", "owner", "reason", "expires"]);
        let other = columns(&["host", "expires"]);
        assert!(bounds(&tuning, None).unwrap().is_some());
        assert!(bounds(&tuning, Some(false)).unwrap().is_none());
        assert!(bounds(&other, None).unwrap().is_none());
        assert!(bounds(&other, Some(true)).unwrap().is_some());
        assert!(bounds(&columns(&["host"]), Some(true)).is_err());
    }
}
