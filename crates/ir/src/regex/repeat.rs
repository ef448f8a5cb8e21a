//! Repetition counts: `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}` and the `?` after them.
//!
//! RE2 takes a brace for a repetition only if it is exactly one of these three forms, without
//! leading zeros; every other brace is a character (`{default}`, `{,3}`, `{01}`). Counts above
//! 1000, also as a product of nested counts, are refused.

use super::cursor::Cursor;
use super::error::PatternError;
use super::limits::REPEAT_MAX;

/// How often a piece is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) min: u32,
    /// `None` is without end.
    pub(super) max: Option<u32>,
    /// Whether a `?` follows.
    pub(super) lazy: bool,
}

impl Count {
    /// The product of the counts when this one is put around a piece whose product is `inner`.
    pub(super) fn product(self, inner: u32, at: usize) -> Result<u32, PatternError> {
        let product = self.max.unwrap_or(self.min).max(1).saturating_mul(inner);
        if product <= REPEAT_MAX {
            return Ok(product);
        }
        Err(PatternError::new(
            format!("repetitions inside each other come to more than RE2's {REPEAT_MAX}"),
            at,
        )
        .help("use lower counts, or `*` and `+`, which have no limit"))
    }
}

/// Reads a repetition, one of `* + ? {` being next; reads nothing and returns `None` if the brace
/// begins none.
pub(super) fn count(cursor: &mut Cursor<'_>) -> Result<Option<Count>, PatternError> {
    let start = cursor.at();
    let mut ahead = cursor.clone();
    let (min, max) = match ahead.bump() {
        Some('*') => (0, None),
        Some('+') => (1, None),
        Some('?') => (0, Some(1)),
        Some('{') => match braces(&mut ahead) {
            Some(bounds) => bounds,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    if min > REPEAT_MAX || max.is_some_and(|max| max > REPEAT_MAX) {
        return Err(PatternError::new(
            format!(
                "`{}` repeats more often than RE2's {REPEAT_MAX}",
                ahead.since(start)
            ),
            start,
        )
        .help("use a lower count, or `*` and `+`, which have no limit"));
    }
    if max.is_some_and(|max| max < min) {
        return Err(PatternError::new(
            format!("`{}` has its higher count first", ahead.since(start)),
            start,
        )
        .help("swap the counts"));
    }
    let lazy = ahead.eat("?");
    *cursor = ahead;
    Ok(Some(Count { min, max, lazy }))
}

/// Reads `n}`, `n,}` or `n,m}`.
fn braces(cursor: &mut Cursor<'_>) -> Option<(u32, Option<u32>)> {
    let min = number(cursor)?;
    let max = if !cursor.eat(",") {
        Some(min)
    } else if cursor.peek() == Some('}') {
        None
    } else {
        Some(number(cursor)?)
    };
    cursor.eat("}").then_some((min, max))
}

/// Reads a number of at most nine digits without leading zeros; RE2 takes a longer one for text.
fn number(cursor: &mut Cursor<'_>) -> Option<u32> {
    let start = cursor.at();
    while cursor.since(start).len() < 10 && cursor.peek().is_some_and(|c| c.is_ascii_digit()) {
        cursor.bump();
    }
    let digits = cursor.since(start);
    if digits.len() > 9 || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    digits.parse().ok()
}
