//! Annotations of a GitHub workflow: one for each rule, on the line of its name.
//!
//! Detections that disappear are warnings, since that is how a rule goes blind,
//! and so are those that nobody is called for any more: CRITICAL or HIGH before
//! and less now. Everything else is a notice.

use std::io::{self, Write};

use yaral_harness::diff_detections::Change;

use super::{Report, plan};
use crate::render::layout::plural;
use crate::render::workflow::{data, property};
use crate::term::Term;

/// Writes the annotations; the sums are talk.
pub(super) fn write(report: &Report, term: Term, out: &mut dyn Write) -> io::Result<()> {
    for rule in report.changed() {
        let (file, line) = rule.place();
        let diff = &rule.diff;
        let gone = diff.disappear.len();
        let quieter = diff.change.iter().filter(|one| is_quieter(one)).count();
        let command = if gone + quieter > 0 {
            "warning"
        } else {
            "notice"
        };
        let told = [
            (diff.appear.len(), "to appear"),
            (gone, "to disappear"),
            (diff.change.len(), "to change"),
            (quieter, "to be less severe"),
        ];
        let told: Vec<String> = told
            .iter()
            .filter(|(many, _)| *many > 0)
            .map(|(many, word)| format!("{} {word}", plural(*many as u64, "detection")))
            .collect();
        let title = property(&format!("Detections of {} differ", rule.name));
        let file = property(file.strip_prefix("./").unwrap_or(file));
        writeln!(
            out,
            "::{command} file={file},line={line},title={title}::{}",
            data(&told.join(", "))
        )?;
    }
    if report.refused > 0 {
        let rules = plural(report.refused, "rule");
        writeln!(
            out,
            "::warning title=Rules not compared::{rules} not compared, for want of a version that \
             compiles"
        )?;
    }
    term.say(plan(report));
    Ok(())
}

/// Whether a detection was CRITICAL or HIGH and is less now. A severity that is
/// none of those known is less than all of them.
fn is_quieter(change: &Change) -> bool {
    let loud = |severity: &str| match severity {
        "CRITICAL" => 2,
        "HIGH" => 1,
        _ => 0,
    };
    loud(&change.new.told.severity) < loud(&change.old.told.severity)
}
