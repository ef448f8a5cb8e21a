//! Annotations of a GitHub workflow: one for each rule, on the line of its name.
//!
//! Detections that disappear are warnings, since that is how a rule goes blind;
//! everything else is a notice.

use std::io::{self, Write};

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
        let command = if gone > 0 { "warning" } else { "notice" };
        let told = [
            (diff.appear.len(), "to appear"),
            (gone, "to disappear"),
            (diff.change.len(), "to change"),
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
    term.say(plan(report));
    Ok(())
}
