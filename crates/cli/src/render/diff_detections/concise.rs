//! One line for each detection that differs, as `grep` reads them.

use std::io::{self, Write};

use yaral_harness::diff_detections::Shown;
use yaral_runtime::escape_terminal;

use super::{Report, RuleReport, about, arrow, plan};
use crate::term::Term;

/// Writes the lines; the sums are talk.
pub(super) fn write(report: &Report, term: Term, out: &mut dyn Write) -> io::Result<()> {
    for rule in report.changed() {
        for one in &rule.diff.appear {
            line(rule, '+', one, &[], out)?;
        }
        for one in &rule.diff.disappear {
            line(rule, '-', one, &[], out)?;
        }
        for change in &rule.diff.change {
            let arrows: Vec<String> = change.differences.iter().map(arrow).collect();
            line(rule, '~', &change.new, &arrows, out)?;
        }
    }
    term.say(plan(report));
    Ok(())
}

fn line(
    rule: &RuleReport,
    mark: char,
    shown: &Shown,
    arrows: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let (file, line) = rule.place();
    let said = [arrows, &about(shown)].concat();
    let text = format!(
        "{}:{line}: {mark} {}  {}  {}",
        escape_terminal(file),
        escape_terminal(&rule.name),
        shown.time,
        said.join("  ")
    );
    writeln!(out, "{}", text.trim_end())
}
