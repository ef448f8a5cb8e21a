//! Coverage for people.

use std::io::{self, Write};

use yaral_runtime::escape_terminal;

use super::{Report, Seen};
use crate::render::layout::{count, cut, plural, width};
use crate::term::{Term, WIDTH};

/// Columns of the words at the left.
const MARGIN: usize = 13;

/// Names of rules or fields that are listed without `-v`.
const LISTED_MAX: usize = 8;

/// Writes the report.
pub(super) fn write(report: &Report, term: Term, out: &mut dyn Write) -> io::Result<()> {
    let all = term.verbose > 0;
    table(report, out)?;
    let log_types = report.log_types();
    let named: Vec<String> = log_types
        .iter()
        .map(|(name, rules)| format!("{name} {rules}"))
        .collect();
    if !named.is_empty() {
        line(out, "log types", &named.join(" · "))?;
    }
    let fields = report.fields();
    let rules = plural(report.rules.len() as u64, "rule");
    line(
        out,
        "fields",
        &format!("{} read by {rules}", count(fields.len() as u64)),
    )?;
    if all && report.seen.is_none() {
        for (field, rules) in &fields {
            item(out, field, &plural(*rules, "rule"))?;
        }
    }
    if let Some(seen) = &report.seen {
        input(report, seen, all, out)?;
    }
    let untested: Vec<&str> = report
        .rules
        .iter()
        .filter(|rule| !rule.tested)
        .map(|rule| rule.rule.as_str())
        .collect();
    list(out, "not tested", &untested, all)?;
    let without: Vec<&str> = report
        .rules
        .iter()
        .filter(|rule| rule.techniques.is_empty())
        .map(|rule| rule.rule.as_str())
        .collect();
    list(out, "no technique", &without, all)
}

fn table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let techniques = report.techniques();
    if techniques.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        " {:<MARGIN$}{:>6}  {:>6}",
        "technique", "rules", "tested"
    )?;
    for (id, of) in &techniques {
        let (tested, rules) = (of.tested.len(), of.tested.len() + of.untested.len());
        writeln!(out, " {id:<MARGIN$}{rules:>6}  {tested:>6}")?;
    }
    writeln!(out)
}

/// What the logs showed.
fn input(report: &Report, seen: &Seen, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let read: Vec<String> = seen
        .log_types
        .iter()
        .map(|(name, inputs)| format!("{name} {}", count(*inputs)))
        .collect();
    let records = plural(seen.records, "record");
    let events = plural(seen.events, "event");
    line(
        out,
        "input",
        &format!("{records}, {events}; {}", read.join(" · ")),
    )?;
    let fired = report.rules.iter().filter(|rule| rule.fired > Some(0));
    let fired: Vec<_> = fired.collect();
    let rules = plural(report.rules.len() as u64, "rule");
    line(
        out,
        "fired",
        &format!("{} of {rules}", count(fired.len() as u64)),
    )?;
    for rule in fired.iter().filter(|_| all) {
        let times = plural(rule.fired.unwrap_or_default(), "time");
        item(out, &rule.rule, &times)?;
    }
    let never = report.never();
    let fields = plural(seen.fields.len() as u64, "field");
    line(
        out,
        "never set",
        &format!("{} of {fields}", count(never.len() as u64)),
    )?;
    let shown = if all { never.len() } else { LISTED_MAX };
    for (field, rules) in never.iter().take(shown) {
        item(out, field, &plural(rules.len() as u64, "rule"))?;
    }
    more(out, never.len(), shown)
}

fn line(out: &mut dyn Write, word: &str, text: &str) -> io::Result<()> {
    writeln!(out, " {word:<MARGIN$}{text}")
}

/// A name and what is said of it, below a line.
fn item(out: &mut dyn Write, name: &str, said: &str) -> io::Result<()> {
    let name = cut(&escape_terminal(name), WIDTH - MARGIN - 4 - width(said));
    let text = format!(" {:<MARGIN$}  {name}  {said}", "");
    writeln!(out, "{}", text.trim_end())
}

fn more(out: &mut dyn Write, all: usize, shown: usize) -> io::Result<()> {
    match all.checked_sub(shown) {
        Some(rest @ 1..) => writeln!(
            out,
            " {:<MARGIN$}  … and {} more, see -v",
            "",
            count(rest as u64)
        ),
        _ => Ok(()),
    }
}

/// How many rules, and their names below.
fn list(out: &mut dyn Write, word: &str, names: &[&str], all: bool) -> io::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    line(out, word, &plural(names.len() as u64, "rule"))?;
    let shown = if all { names.len() } else { LISTED_MAX };
    for name in names.iter().take(shown) {
        item(out, name, "")?;
    }
    more(out, names.len(), shown)
}
