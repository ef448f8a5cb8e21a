//! Laying text out in columns of a terminal.
//!
//! Widths are those that a terminal shows, not bytes and not characters. All
//! text that reaches this module has been escaped already.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Cuts a text to at most this many columns; a mark stands where it was cut.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > columns {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    out
}

/// Puts one text at the left and one at the right edge of a line. If they do
/// not fit, two blanks stand between them.
pub(crate) fn edges(left: &str, right: &str, columns: usize) -> String {
    let taken = left.width() + right.width();
    let gap = columns.saturating_sub(taken).max(2);
    format!("{left}{}{right}", " ".repeat(gap))
}

/// Breaks a text into lines of at most this many columns at its blanks; a
/// longer word stands on a line of its own, uncut.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = word.width();
        if used > 0 && used + 1 + wide > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A count with thousands separated.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A word in the number that the count asks for, where an `s` makes the plural.
pub(crate) fn plural(n: u64, word: &str) -> String {
    if n == 1 {
        format!("1 {word}")
    } else {
        format!("{} {word}s", count(n))
    }
}

/// Bytes in a unit for people.
#[allow(clippy::cast_precision_loss, reason = "a size for people")]
pub(crate) fn bytes(n: u64) -> String {
    const KIB: u64 = 1024;
    match n {
        0..KIB => format!("{n} B"),
        _ if n < KIB * KIB => format!("{:.0} KiB", n as f64 / KIB as f64),
        _ if n < 10 * KIB * KIB * KIB => format!("{:.0} MiB", n as f64 / (KIB * KIB) as f64),
        _ => format!("{:.1} GiB", n as f64 / (KIB * KIB * KIB) as f64),
    }
}

/// Wall time in a unit for people.
pub(crate) fn elapsed(time: std::time::Duration) -> String {
    let ms = time.as_millis();
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {:02} s", ms / 60_000, ms / 1_000 % 60),
    }
}

/// Counts as a row of eight-step bars, the highest full.
pub(crate) fn sparkline(counts: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let highest = counts.iter().copied().max().unwrap_or(0).max(1);
    let bar = |&n: &u64| {
        // The highest count is the divisor, so the step is at most 7.
        let step = u128::from(n) * 7 / u128::from(highest);
        usize::try_from(step)
            .ok()
            .and_then(|step| BARS.get(step))
            .copied()
            .unwrap_or('█')
    };
    counts.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(width(&cut("日本語", 4)), 3, "half a character is not shown");
    }

    #[test]
    fn edges_meet_in_the_middle() {
        assert_eq!(edges("a", "b", 5), "a   b");
        assert_eq!(edges("aaa", "bbb", 5), "aaa  bbb");
    }

    #[test]
    fn wrapping_keeps_every_word() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
        assert!(wrap("  ", 4).is_empty());
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            (count(0).as_str(), count(1_284_113).as_str()),
            ("0", "1,284,113")
        );
        assert_eq!(
            (plural(1, "rule"), plural(0, "rule")),
            ("1 rule".into(), "0 rules".into())
        );
        assert_eq!(
            (bytes(310 << 20).as_str(), bytes(900).as_str()),
            ("310 MiB", "900 B")
        );
        assert_eq!(elapsed(Duration::from_millis(31)), "31 ms");
        assert_eq!(elapsed(Duration::from_millis(3_100)), "3.1 s");
        assert_eq!(elapsed(Duration::from_secs(61)), "1 min 01 s");
    }

    #[test]
    fn sparklines_span_the_steps() {
        assert_eq!(sparkline(&[0, 1, 4, 8]), "▁▁▄█");
        assert_eq!(sparkline(&[u64::MAX, 0]), "█▁");
        assert_eq!(sparkline(&[]), "");
    }
}
