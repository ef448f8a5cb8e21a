//! The order in which the files of one rotated log are read: oldest first.
//!
//! `audit.log.1` is older than `audit.log`, and yet comes after it by name.
//! Read that way, a process would act before it is launched. Recognised are
//! the names that auditd and logrotate give (`.N`, `-YYYYMMDD`, and the like)
//! and those of the API server's rotation (`audit-2026-11-23T05-18-16.123.log`),
//! each compressed or not. Every other name keeps its place.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Endings that compression adds to a name.
const COMPRESSED: &[&str] = &["gz", "zst"];

/// The number of the oldest file: auditd keeps up to 999 (`num_logs` of
/// auditd.conf). Beyond, a number is rather a year or a process id.
const OLDEST: u16 = 999;

/// When a file was in use, seen from its siblings; older is less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Counted from the current file backwards. If there are dated siblings,
    /// these are what is left from before the change of scheme.
    Number(Reverse<u16>),
    /// The date as one number, and what follows it.
    Date(Vec<u64>),
    Current,
}

/// Sorts paths by name, and those of one rotated log from the oldest to the
/// current one, together where the current one stands or would. `is_file` is
/// asked only about names that look rotated: folders are not.
pub(super) fn order(paths: &mut [PathBuf], is_file: &dyn Fn(&Path) -> bool) {
    // For each log its files, and whether one of them is a rotated one.
    let mut logs: BTreeMap<PathBuf, (usize, bool)> = BTreeMap::new();
    let mut ages: BTreeMap<PathBuf, (PathBuf, Age)> = BTreeMap::new();
    for path in paths.iter() {
        let Some((log, age)) = rotated(path) else {
            continue;
        };
        if age != Age::Current && !is_file(path) {
            continue;
        }
        let (files, turned) = logs.entry(log.clone()).or_default();
        *files += 1;
        *turned |= age != Age::Current;
        ages.insert(path.clone(), (log, age));
    }
    paths.sort_by_cached_key(|path| {
        let family = ages.get(path).filter(|(log, _)| {
            let rotated = logs.get(log);
            rotated.is_some_and(|(files, turned)| *files > 1 && *turned)
        });
        let (place, age) = family.cloned().unwrap_or((path.clone(), Age::Current));
        (place, age, path.clone())
    });
}

/// The name without the ending that compression adds.
pub(super) fn uncompressed(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if COMPRESSED.iter().any(|c| ending.eq_ignore_ascii_case(c)) => stem,
        _ => name,
    }
}

/// The path of the current file of the same log, and the age of this one.
fn rotated(path: &Path) -> Option<(PathBuf, Age)> {
    let name = uncompressed(path.file_name()?.to_str()?);
    let (log, age) = dated(name)
        .or_else(|| numbered(name))
        .unwrap_or_else(|| (name.to_owned(), Age::Current));
    Some((path.with_file_name(log), age))
}

/// `audit.log.12`. A leading zero is `split`'s way to number parts, which go
/// forward in time; an address (`10.0.0.1`) is no rotation of its network.
fn numbered(name: &str) -> Option<(String, Age)> {
    let (log, digits) = name.rsplit_once('.')?;
    let part = digits.starts_with('0') && digits != "0";
    let last = log.rsplit('.').next()?;
    if !is_number(digits) || part || !last.contains(|c: char| c.is_alphabetic()) {
        return None;
    }
    let number = digits.parse().ok().filter(|number| *number <= OLDEST)?;
    Some((log.to_owned(), Age::Number(Reverse(number))))
}

/// `audit.log-20261123`, `audit.log.2026-11-23`, or with the log's own ending
/// last: `audit-2026-11-23T05-18-16.123.log`.
fn dated(name: &str) -> Option<(String, Age)> {
    name.match_indices(['-', '.']).find_map(|(at, _)| {
        let (stem, rest) = (&name[..at], &name[at + 1..]);
        let (date, ending) = stamp(rest)?;
        let is_ending = ending.strip_prefix('.').is_some_and(|e| !e.is_empty());
        (!stem.is_empty() && (ending.is_empty() || is_ending))
            .then(|| (format!("{stem}{ending}"), Age::Date(date)))
    })
}

/// The date that a text starts with, the numbers that follow it (a time, an
/// index, seconds since 1970), and the rest.
fn stamp(text: &str) -> Option<(Vec<u64>, &str)> {
    let (year, rest) = digits(text, 4)?;
    let dashed = rest.strip_prefix('-');
    let (month, rest) = digits(dashed.unwrap_or(rest), 2)?;
    let rest = if dashed.is_some() {
        rest.strip_prefix('-')?
    } else {
        rest
    };
    let (day, mut rest) = digits(rest, 2)?;
    if !(1970..3000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut numbers = vec![year * 10_000 + month * 100 + day];
    loop {
        let next = rest.strip_prefix(['T', '-', '_', '.', ':']).unwrap_or(rest);
        let end = next.find(|c: char| !c.is_ascii_digit());
        let (number, after) = next.split_at(end.unwrap_or(next.len()));
        if number.is_empty() {
            return Some((numbers, rest));
        }
        numbers.push(number.parse().ok()?);
        rest = after;
    }
}

/// Exactly so many digits, and the rest.
fn digits(text: &str, count: usize) -> Option<(u64, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    is_number(digits).then_some((digits.parse().ok()?, rest))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
