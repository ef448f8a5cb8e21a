//! The last lines of a scan: what was read, what was found, how fast.

use std::fmt::Write as _;

use yaral_ir::plan::Plan;
use yaral_runtime::{Summary, TimeRange, escape_terminal};

use super::Tallies;
use crate::render::layout::{bytes, count, cut, elapsed, plural, sparkline, width};
use crate::render::style::Paint;
use crate::tally::Tally;
use crate::term::WIDTH;

/// Columns of the words at the left.
const MARGIN: usize = 13;

/// Names in a list of top names.
const TOP: usize = 3;

/// Severities, worst first.
const SEVERITIES: [&str; 5] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];

/// The summary; every line ends with a line break.
pub(crate) fn summary(
    summary: &Summary,
    rules: &[Plan],
    tallies: &Tallies,
    paint: Paint,
) -> String {
    let mut out = String::new();
    row(&mut out, "events", &records(summary));
    if !summary.left_out.is_empty() {
        row(&mut out, "left out", &left_out(&summary.left_out));
    }
    if let Some(times) = &summary.times {
        let counts: Vec<u64> = summary.histogram.buckets().map(|b| b.count).collect();
        let range = range(times);
        let room = (WIDTH - MARGIN).saturating_sub(width(&range) + 3);
        let spark = sparkline(&squeeze(&counts, room.max(1)));
        row(&mut out, "time", &[range, spark]);
    }
    detections(&mut out, summary, tallies, paint);
    let fired = top_rules(summary, rules);
    for (word, list) in [
        ("rules", fired),
        ("hosts", top(&tallies.hosts)),
        ("users", top(&tallies.users)),
    ] {
        if !list.is_empty() {
            row(&mut out, word, &list);
        }
    }
    row(&mut out, "speed", &speed(summary));
    out
}

/// What became of the records. Those that cannot match any rule are valid
/// events too; that they were not built is nobody's concern here.
fn records(summary: &Summary) -> Vec<String> {
    let events = summary.normalized + summary.passed_over;
    let mut parts = vec![
        format!("{} read", count(summary.read)),
        format!("{} normalized", count(events)),
    ];
    let rejected = summary.rejected_total();
    for (n, word) in [(summary.duplicates, "repeated"), (rejected, "rejected")] {
        if n > 0 || word == "rejected" {
            parts.push(format!("{} {word}", count(n)));
        }
    }
    for (n, word) in [
        (summary.ignored, "without an event"),
        (summary.reused_ids, "under a reused auditID"),
        (summary.missing_serials, "serial numbers missing"),
        (summary.mismatched, "values that fit no field"),
    ] {
        if n > 0 {
            parts.push(format!("{} {word}", count(n)));
        }
    }
    for (n, words) in [
        (summary.untimed, "without a time, taken as 1970"),
        (summary.rows_cut, "with more rows than were looked at"),
        (
            summary.joins_cut,
            "windows with more joined rows than were looked at",
        ),
        (summary.late, "too late for their window"),
        (summary.refused, "beyond the room for state"),
        (summary.evidence_cut, "shown by their place alone"),
    ] {
        if n > 0 {
            parts.push(format!("{} {words}", count(n)));
        }
    }
    parts
}

/// Files that were not opened: a few by name, the rest by number.
fn left_out(names: &[String]) -> Vec<String> {
    let shown = names.iter().take(LEFT_OUT_SHOWN).map(|name| {
        let name = escape_terminal(name);
        format!("{name} (no log, by its ending)")
    });
    let more = names.len().saturating_sub(LEFT_OUT_SHOWN);
    let rest = (more > 0).then(|| format!("… {} more", count(more as u64)));
    shown.chain(rest).collect()
}

/// Names of files left out that the summary shows.
const LEFT_OUT_SHOWN: usize = 4;

/// First and last event time, to the minute unless they are close.
fn range(times: &TimeRange) -> String {
    let (first, last) = (times.first.to_string(), times.last.to_string());
    let close = times.last.seconds - times.first.seconds < 600;
    let columns = if close { 19 } else { 16 };
    let short = |text: &str| text.get(..columns).unwrap_or(text).replace('T', " ");
    if times.first == times.last {
        return format!("{} UTC", short(&first));
    }
    // On one day the date stands once.
    let same_day = first.get(..11) == last.get(..11);
    let last = short(&last);
    let last = if same_day {
        last.get(11..).unwrap_or(&last)
    } else {
        &last
    };
    format!("{} … {last} UTC", short(&first))
}

/// Adds neighbours up until the counts fit the columns.
fn squeeze(counts: &[u64], columns: usize) -> Vec<u64> {
    let each = counts.len().div_ceil(columns).max(1);
    counts
        .chunks(each)
        .map(|chunk| chunk.iter().sum())
        .collect()
}

fn detections(out: &mut String, summary: &Summary, tallies: &Tallies, paint: Paint) {
    let total = summary.detections();
    let rules = summary.per_rule.iter().filter(|n| **n > 0).count();
    let of = |word: &str| tallies.severities.get(word).copied().unwrap_or(0);
    let mut parts: Vec<(String, u64)> = SEVERITIES
        .iter()
        .map(|word| ((*word).to_owned(), of(word)))
        .collect();
    let other: u64 = tallies
        .severities
        .iter()
        .filter(|(w, _)| !SEVERITIES.contains(&w.as_str()))
        .map(|(_, n)| n)
        .sum();
    parts.push(("OTHER".to_owned(), other));
    parts.retain(|(_, n)| *n > 0);
    // Colour takes no columns, so it is put on after the line is laid out.
    let painted: Vec<String> = parts
        .iter()
        .map(|(word, n)| {
            let text = format!("{} {}", word.to_lowercase(), count(*n));
            paint.severity(&text, word).to_string()
        })
        .collect();
    let _ = write!(out, " {:<12}", "detections");
    if total == 0 {
        out.push_str("none\n");
        return;
    }
    let rules = plural(rules as u64, "rule");
    let _ = writeln!(
        out,
        "{}      {} total, {rules}",
        painted.join(" · "),
        count(total)
    );
}

/// The rules that fired most often.
fn top_rules(summary: &Summary, rules: &[Plan]) -> Vec<String> {
    let mut fired: Vec<(&str, u64)> = rules
        .iter()
        .zip(&summary.per_rule)
        .filter(|(_, n)| **n > 0)
        .map(|(rule, n)| (rule.name.as_str(), *n))
        .collect();
    fired.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let more = fired.len().saturating_sub(TOP);
    fired.truncate(TOP);
    named(&fired, more)
}

fn top(tally: &Tally) -> Vec<String> {
    named(&tally.top(TOP), tally.len().saturating_sub(TOP))
}

fn named(list: &[(&str, u64)], more: usize) -> Vec<String> {
    let mut parts: Vec<String> = list
        .iter()
        .map(|(name, n)| format!("{} ×{}", cut(&escape_terminal(name), 50), count(*n)))
        .collect();
    if more > 0 {
        parts.push(format!("… {more} more"));
    }
    parts
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate for people; casts from float saturate"
)]
fn speed(summary: &Summary) -> Vec<String> {
    let seconds = summary.elapsed.as_secs_f64();
    let rate = if seconds > 0.0 {
        (summary.read as f64 / seconds) as u64
    } else {
        0
    };
    let rate = match rate {
        0..10_000 => count(rate),
        10_000..10_000_000 => format!("{}k", rate / 1_000),
        _ => format!("{}M", rate / 1_000_000),
    };
    let mut parts = vec![format!("{rate} events/s")];
    if let Some(peak) = summary.peak_rss_bytes {
        parts.push(format!("peak {}", bytes(peak)));
    }
    parts.push(elapsed(summary.elapsed));
    parts
}

/// A word and parts, three blanks between them, on as many lines as they need.
fn row(out: &mut String, word: &str, parts: &[String]) {
    let mut used = MARGIN;
    let _ = write!(out, " {word:<12}");
    for (i, part) in parts.iter().enumerate() {
        let wide = width(part);
        if i > 0 && used + 3 + wide > WIDTH {
            let _ = write!(out, "\n{:MARGIN$}", "");
            used = MARGIN;
        } else if i > 0 {
            out.push_str("   ");
            used += 3;
        }
        out.push_str(part);
        used += wide;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yaral_udm::Timestamp;

    use super::*;

    #[test]
    fn squeezing_keeps_the_sum() {
        let counts: Vec<u64> = (0..60).collect();
        let few = squeeze(&counts, 18);
        assert!(few.len() <= 18);
        assert_eq!(few.iter().sum::<u64>(), counts.iter().sum::<u64>());
        assert!(squeeze(&[], 18).is_empty());
    }

    #[test]
    fn long_rows_are_broken() {
        let mut out = String::new();
        row(&mut out, "rules", &["a".repeat(50), "b".repeat(30)]);
        assert_eq!(
            out,
            format!(
                " rules       {}\n             {}\n",
                "a".repeat(50),
                "b".repeat(30)
            )
        );
    }

    #[test]
    fn a_summary_reads_well() {
        let mut counts = Summary {
            read: 1_284_113,
            normalized: 1_283_990,
            elapsed: Duration::from_millis(3_117),
            peak_rss_bytes: Some(310 << 20),
            ..Summary::default()
        };
        counts.rejected.insert("NOT_JSON", 123);
        for (i, n) in [1u64, 3, 9, 2].iter().enumerate() {
            for _ in 0..*n {
                counts
                    .histogram
                    .add(1_785_542_400 + 86_400 * i64::try_from(i).unwrap());
            }
        }
        let time = |seconds| Timestamp { seconds, nanos: 0 };
        counts.times = Some(TimeRange {
            first: time(1_785_542_400),
            last: time(1_785_801_599),
        });
        let mut tallies = Tallies::default();
        (0..12).for_each(|_| tallies.hosts.see("node-7"));
        let text = summary(&counts, &[], &tallies, Paint::new(false));
        assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
        insta::assert_snapshot!(text, @r"
         events      1,284,113 read   1,283,990 normalized   123 rejected
         time        2026-08-01 00:00 … 2026-08-03 23:59 UTC   ▁▁▁▁▁▁▃▁▁▁▁▁█▁▁▁▁▁▂
         detections  none
         hosts       node-7 ×12
         speed       411k events/s   peak 310 MiB   3.1 s
        ");
    }
}
