//! A time as a person writes it into a table: a day or an instant.

use yaral_udm::Timestamp;

/// A day or an instant.
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
