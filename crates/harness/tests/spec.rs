//! The executable spec: every case of every page under `spec`.
//!
//! A page is one test. `YARAL_UPDATE=1` rewrites what cases expect from the
//! naive evaluator; the fast one has to agree with it either way.

use std::fmt::{self, Write as _};
use std::path::Path;

use yaral_harness::page;
use yaral_harness::{diff, run};

/// How many disagreements of a case are shown; one cause mostly has many.
const SHOWN: usize = 3;

fn check(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let place = place(path);
    let cases = page::read(&text).map_err(|fault| format!("{place}: {fault}"))?;
    let update = std::env::var_os("YARAL_UPDATE").is_some();
    let mut failures = String::new();
    let mut found = Vec::new();
    for case in &cases {
        for expectation in &case.expectations {
            let here = format!("{place}:{}: {}", expectation.line, case.name);
            let outcome = match run::run(case, expectation) {
                Ok(outcome) => outcome,
                Err(fault) => {
                    writeln!(failures, "{here}: {fault}")?;
                    continue;
                }
            };
            let more = outcome.disagreements.len().saturating_sub(SHOWN);
            for what in outcome.disagreements.iter().take(SHOWN) {
                writeln!(failures, "{here}: {what}")?;
            }
            if more > 0 {
                writeln!(failures, "{here}: {more} more runs disagree")?;
            }
            if outcome.text != expectation.text && !update {
                let diff = diff::lines(&expectation.text, &outcome.text);
                writeln!(failures, "{here}: expected (-) and found (+)\n{diff}")?;
            }
            found.push((expectation.range.clone(), outcome.text));
        }
    }
    if update {
        let new = page::rewrite(&text, &found);
        if new != text {
            std::fs::write(path, new)?;
        }
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Box::new(Failures(failures)))
    }
}

/// Shown as it is: the test runner prints errors as `Debug` has them.
struct Failures(String);

impl fmt::Debug for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failures {}

/// The path from the repository on.
fn place(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.rfind("spec/")
        .map_or_else(|| text.to_string(), |at| text[at..].to_owned())
}

datatest_stable::harness! {
    {
        test = check,
        root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec"),
        // The first page explains the form and has no cases.
        pattern = r"^(.*/)?[a-z_]+\.md$",
    },
}
