//! Counting rules by the worst that stands against each.

use std::fmt::Write as _;
use std::time::Duration;

use yaral_syntax::diagnostic::{Severity, Span};

use crate::render::layout::{count, plural};
use crate::rules::CheckedFile;
use crate::selection::Hidden;

/// What was counted over all files of a check.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckSummary {
    /// Files read.
    pub(crate) files: u64,
    /// Rules found; a file in which none could be made out counts as one.
    pub(crate) rules: u64,
    /// Rules with nothing worse than a note.
    pub(crate) ok: u64,
    /// Rules with a warning and no error.
    pub(crate) warnings: u64,
    /// Rules that are refused for a mistake.
    pub(crate) errors: u64,
    /// Rules that are refused only for a construct that this version does not run.
    pub(crate) later: u64,
    /// Tuning tables that were looked at.
    pub(crate) tables: u64,
    /// Diagnostics that were asked not to be shown.
    pub(crate) ignored: u64,
    /// The worst severity of all that is shown; an error counts in any case.
    pub(crate) worst: Option<Severity>,
    /// Wall time.
    pub(crate) elapsed: Duration,
}

impl CheckSummary {
    /// Counts what is not shown: a rule that is refused fails a check whether
    /// its error is shown or not.
    pub(crate) fn hide(&mut self, hidden: Hidden) {
        self.ignored += hidden.count;
        if hidden.error {
            self.worst = Some(Severity::Error);
        }
    }

    /// Counts the rules of one file.
    pub(crate) fn add(&mut self, file: &CheckedFile) {
        let diagnostics = &file.compiled.diagnostics;
        self.files += 1;
        self.worst = self.worst.max(diagnostics.iter().map(|d| d.severity).max());
        let warned = warned(file);
        for (index, rule) in file.compiled.rules.iter().enumerate() {
            self.rules += 1;
            match (&rule.plan, rule.later) {
                (None, true) => self.later += 1,
                (None, false) => self.errors += 1,
                (Some(_), _) if warned.get(index) == Some(&true) => self.warnings += 1,
                (Some(_), _) => self.ok += 1,
            }
        }
        if file.compiled.rules.is_empty() {
            self.rules += 1;
            // A text without any rule is a mistake, whether it is shown or not.
            self.errors += 1;
        }
    }

    /// Counts a tuning table.
    pub(crate) fn add_table(&mut self, file: &CheckedFile) {
        let diagnostics = &file.compiled.diagnostics;
        self.files += 1;
        self.tables += 1;
        self.worst = self.worst.max(diagnostics.iter().map(|d| d.severity).max());
    }

    /// The counts as one sentence: `42 rules: 40 ok, 1 error, 1 warning`.
    pub(crate) fn sentence(&self) -> String {
        let mut parts = vec![format!("{} ok", count(self.ok))];
        if self.errors > 0 {
            parts.push(plural(self.errors, "error"));
        }
        if self.warnings > 0 {
            parts.push(plural(self.warnings, "warning"));
        }
        if self.later > 0 {
            parts.push(format!("{} not run by this version yet", count(self.later)));
        }
        let mut sentence = format!("{}: {}", plural(self.rules, "rule"), parts.join(", "));
        if self.tables > 0 {
            // Writing to a String cannot fail.
            let _ = write!(sentence, "; {}", plural(self.tables, "tuning table"));
        }
        if self.ignored > 0 {
            // Writing to a String cannot fail.
            let _ = write!(sentence, "; {} ignored", plural(self.ignored, "diagnostic"));
        }
        sentence
    }
}

/// For each rule of the file, whether a warning stands in it.
fn warned(file: &CheckedFile) -> Vec<bool> {
    let mut warnings = file
        .compiled
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Warning)
        .peekable();
    if warnings.peek().is_none() {
        return Vec::new();
    }
    if file.compiled.rules.len() == 1 {
        return vec![true];
    }
    let parse = yaral_syntax::parse(&file.text);
    let spans: Vec<Span> = parse.file().rules().map(|rule| rule.span()).collect();
    let mut warned = vec![false; spans.len()];
    for warning in warnings {
        let at = warning.span.map_or(0, |span| span.start);
        // Rules stand one after the other, so the last that starts before is the one.
        let after = spans.partition_point(|span| span.start <= at);
        if let Some(mark) = warned.get_mut(after.saturating_sub(1)) {
            *mark = true;
        }
    }
    warned
}
