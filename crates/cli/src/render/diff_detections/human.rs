//! What changes for each rule, for people.

use std::io::{self, Write};

use yaral_harness::diff_detections::{Change, Shown};
use yaral_runtime::escape_terminal;

use super::{Report, RuleReport, about, arrow, plan, short};
use crate::render::layout::{count, cut, width};
use crate::term::{Term, WIDTH};

/// Columns of what happens; what it is about stands behind.
const COLUMN: usize = 28;

/// Writes the report.
pub(super) fn write(report: &Report, term: Term, out: &mut dyn Write) -> io::Result<()> {
    for rule in report.changed() {
        head(rule, out)?;
        let all = term.verbose > 0;
        let (appear, disappear) = (&rule.diff.appear, &rule.diff.disappear);
        if !appear.is_empty() {
            let line = line(
                '+',
                appear.len(),
                ["detection appears", "detections appear"],
                all,
                &common(appear),
            );
            writeln!(out, "{}", term.paint.added(&line))?;
            each(appear, '+', all, out)?;
        }
        if !disappear.is_empty() {
            let words = ["detection disappears", "detections disappear"];
            let line = line('-', disappear.len(), words, all, &common(disappear));
            writeln!(out, "{}", term.paint.removed(&line))?;
            each(disappear, '-', all, out)?;
        }
        changes(&rule.diff.change, all, out)?;
    }
    writeln!(out, "{}", plan(report))
}

/// `~ rules/secret_read.yaral`, with the rule where the file is named otherwise.
fn head(rule: &RuleReport, out: &mut dyn Write) -> io::Result<()> {
    let (file, _) = rule.place();
    let stem = std::path::Path::new(file).file_stem();
    let named = stem.is_some_and(|stem| stem == rule.name.as_str());
    let file = escape_terminal(file);
    if named {
        writeln!(out, "{} {file}", rule.mark())
    } else {
        writeln!(
            out,
            "{} {file}  {}",
            rule.mark(),
            escape_terminal(&rule.name)
        )
    }
}

fn line(mark: char, many: usize, words: [&str; 2], all: bool, about: &str) -> String {
    let [one, more] = words;
    let what = format!(
        "{} {}",
        count(many as u64),
        if many == 1 { one } else { more }
    );
    let gap = " ".repeat(COLUMN.saturating_sub(width(&what)).max(2));
    let left = format!("    {mark} {what}{gap}{about}");
    let hint = "(show with -v)";
    if many == 1 || all {
        return cut(left.trim_end(), WIDTH);
    }
    let left = cut(left.trim_end(), WIDTH - width(hint) - 2);
    crate::render::layout::edges(&left, hint, WIDTH)
}

/// What all these detections are about: of one its time and everything.
fn common(shown: &[Shown]) -> String {
    let Some((first, rest)) = shown.split_first() else {
        return String::new();
    };
    let mut said = about(first);
    for other in rest {
        let other = about(other);
        said.retain(|one| other.contains(one));
    }
    if rest.is_empty() {
        said.insert(0, first.time.to_string());
    }
    said.join("  ")
}

fn each(shown: &[Shown], mark: char, all: bool, out: &mut dyn Write) -> io::Result<()> {
    for one in shown.iter().filter(|_| all) {
        let text = format!(
            "        {mark} {}  {}  risk {}  {}",
            one.time,
            short(&one.told.severity),
            short(&one.told.risk_score),
            about(one).join("  ")
        );
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

fn changes(change: &[Change], all: bool, out: &mut dyn Write) -> io::Result<()> {
    let Some((first, rest)) = change.split_first() else {
        return Ok(());
    };
    let arrows =
        |change: &Change| -> Vec<String> { change.differences.iter().map(arrow).collect() };
    let mut said = arrows(first);
    for other in rest {
        let other = arrows(other);
        said.retain(|one| other.contains(one));
    }
    if said.is_empty() {
        // Nothing changes alike; the names of what changes must do.
        let mut names: Vec<&str> = change
            .iter()
            .flat_map(|change| &change.differences)
            .map(|difference| difference.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        said.push(names.join(", "));
    }
    let words = ["detection changes", "detections change"];
    writeln!(
        out,
        "{}",
        line('~', change.len(), words, all, &said.join("  "))
    )?;
    for one in change.iter().filter(|_| all) {
        let text = format!(
            "        ~ {}  {}  {}",
            one.new.time,
            arrows(one).join("  "),
            about(&one.new).join("  ")
        );
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}
