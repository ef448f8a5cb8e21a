//! What all test files came to.

use std::fmt::Write as _;
use std::time::Duration;

use yaral_harness::suite::Verdict;

use super::{TestFile, fails};
use crate::exit::Exit;
use crate::render::layout::plural;

/// Sums over files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) files: u64,
    pub(crate) faulty: u64,
    pub(crate) tests: u64,
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) todo: u64,
    pub(crate) skipped: u64,
    pub(crate) left_out: u64,
    /// Tests that expect silence, and those that say why.
    pub(crate) negatives: (u64, u64),
    /// Mutants that were noticed or explained, and all that live could.
    pub(crate) mutants: Option<(usize, usize)>,
    /// Files whose tests fail, so that their mutants were not run.
    pub(crate) unmutated: u64,
    pub(crate) stillborn: usize,
    pub(crate) explained: usize,
    /// What was seen, of what there is.
    pub(crate) coverage: Option<(usize, usize)>,
    pub(crate) threshold: Option<u8>,
    pub(crate) elapsed: Duration,
}

impl Totals {
    pub(crate) fn add(&mut self, file: &TestFile) {
        self.files += 1;
        let Ok(report) = &file.done else {
            self.faulty += 1;
            return;
        };
        self.left_out += report.left_out as u64;
        for test in &report.tests {
            self.tests += 1;
            match test.verdict {
                Verdict::Passed => self.passed += 1,
                Verdict::Todo => self.todo += 1,
                Verdict::Skipped => self.skipped += 1,
                Verdict::Failed | Verdict::Mended | Verdict::Open => self.failed += 1,
            }
            if !test.positive && !fails(test) && test.verdict != Verdict::Skipped {
                self.negatives.0 += 1;
                self.negatives.1 += u64::from(test.strong);
            }
        }
        if let Some(mutation) = &report.mutation {
            let (killed, all) = mutation.score();
            let sum = self.mutants.get_or_insert((0, 0));
            *sum = (sum.0 + killed, sum.1 + all);
            self.stillborn += mutation.stillborn;
            self.explained += mutation.explained.len();
            self.unmutated += u64::from(mutation.not_run);
        }
        for coverage in &report.coverage {
            let (seen, all) = coverage.share();
            let sum = self.coverage.get_or_insert((0, 0));
            *sum = (sum.0 + seen, sum.1 + all);
        }
    }

    /// The shares that are below the threshold, in words.
    pub(crate) fn below(&self) -> Vec<String> {
        let Some(threshold) = self.threshold else {
            return Vec::new();
        };
        let shares = [("coverage", self.coverage), ("mutants", self.mutants)];
        let below = |(what, share): (&str, Option<(usize, usize)>)| {
            let (part, whole) = share?;
            (part * 100 < usize::from(threshold) * whole)
                .then(|| format!("{what} {} is below {threshold}%", percent(part, whole)))
        };
        shares.into_iter().filter_map(below).collect()
    }

    pub(crate) fn exit(&self) -> Exit {
        if self.faulty > 0 {
            Exit::CouldNot
        } else if self.failed > 0 || !self.below().is_empty() {
            Exit::Findings
        } else if self.tests == 0 {
            Exit::Nothing
        } else {
            Exit::Done
        }
    }

    /// One line for people.
    pub(crate) fn sentence(&self) -> String {
        let mut text = format!("{}: {} passed", plural(self.tests, "test"), self.passed);
        for (count, word) in [
            (self.failed, "failed"),
            (self.todo, "todo"),
            (self.skipped, "skipped"),
            (self.left_out, "left out"),
        ] {
            if count > 0 {
                let _ = write!(text, ", {count} {word}");
            }
        }
        if self.faulty > 0 {
            let _ = write!(text, ", {} could not be run", plural(self.faulty, "file"));
        }
        if let Some((part, whole)) = self.mutants {
            let _ = write!(text, "   mutants {part}/{whole} noticed");
            if self.unmutated > 0 {
                let files = plural(self.unmutated, "file");
                let _ = write!(text, ", those of {files} not run");
            }
        }
        if let Some((part, whole)) = self.coverage {
            let _ = write!(text, "   coverage {}", percent(part, whole));
        }
        text
    }

    /// How many of the tests that expect silence say why.
    pub(crate) fn strength(&self) -> Option<String> {
        let (all, strong) = self.negatives;
        (all > strong).then(|| {
            format!(
                "{strong} of {all} tests that expect silence say why; `because` makes one strong"
            )
        })
    }
}

/// A share in percent, cut so that 100% means all.
pub(crate) fn percent(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(share) => format!("{share}%"),
        None => "100%".to_owned(),
    }
}
