//! What logs have for rules, in two formats.

mod human;
mod json;

use std::io::{self, Write};

use yaral_harness::doctor::causes::Finding;
use yaral_harness::doctor::{Facts, Readiness, Verdict};

use crate::args::DoctorFormat;
use crate::term::Term;

/// Everything that is told.
pub(crate) struct Report<'r> {
    /// What is known of the logs.
    pub(crate) facts: &'r Facts,
    /// The rules in the order of their files.
    pub(crate) judged: &'r [Readiness],
    /// What is wrong with the logs.
    pub(crate) findings: &'r [Finding],
    /// Rules of which no test says what they need.
    pub(crate) untested: &'r [String],
}

impl Report<'_> {
    /// The rules of one verdict.
    fn of(&self, verdict: Verdict) -> Vec<&Readiness> {
        let judged = self.judged.iter();
        judged.filter(|one| one.verdict == verdict).collect()
    }

    /// How many rules a finding keeps silent, and how many it weakens.
    fn touched(&self, place: usize) -> (u64, u64) {
        let count = |verdict: Verdict| {
            let rules = self.of(verdict).into_iter();
            rules.filter(|one| one.why.contains(&place)).count() as u64
        };
        (count(Verdict::Silent), count(Verdict::Weak))
    }
}

/// The word for a verdict.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ready => "ready",
        Verdict::Weak => "weak",
        Verdict::Unseen => "unseen",
        Verdict::Silent => "silent",
    }
}

/// Writes the report.
pub(crate) fn write(
    format: DoctorFormat,
    report: &Report<'_>,
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DoctorFormat::Human => human::write(report, term, out),
        DoctorFormat::Json => json::write(report, out),
    }
}
