//! The house rules, each as a check that names the line and what to do.
//!
//! A check is a pure function from text to findings, in a file of its own, and
//! has tests that see it fail and pass. This file reads the workspace once,
//! hands it to every check, and prints: the findings, a few figures, and last
//! of all what was checked.

mod arrows;
mod bans;
mod documents;
mod finding;
mod heads;
mod house;
mod limits;
mod sizes;
mod source;
mod tree;
mod words;

use std::process::ExitCode;

use anyhow::Result;

use finding::Finding;
use tree::Tree;
pub use tree::has_extension;

use crate::workspace;

/// The crates that know no clock, thread, file, socket, environment or printer.
pub const CORE_CRATES: &[&str] = &["syntax", "udm", "ir", "compiler", "engine", "normalize"];

/// What one check found, what it looked at, and figures worth printing.
#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    checked: String,
    figures: Vec<String>,
}

type Check = fn(&Tree) -> Outcome;

/// In the order of printing; a new check is a file and a line here.
const CHECKS: &[(&str, Check)] = &[
    ("arrows", arrows::check),
    ("sizes", sizes::check),
    ("bans", bans::check),
    ("heads", heads::check),
    ("architecture", documents::check),
    ("limits", limits::check),
    ("words", words::check),
    ("house", house::check),
];

/// Runs every check; the status is a failure if there was any finding.
pub fn run() -> Result<ExitCode> {
    let tree = Tree::read(&workspace::root())?;
    let mut found = 0;
    let mut checked = Vec::new();
    let mut figures = Vec::new();
    for (name, check) in CHECKS {
        let mut outcome = check(&tree);
        outcome.findings.sort();
        outcome.findings.dedup();
        for finding in &outcome.findings {
            println!("{finding} [{name}]");
        }
        found += outcome.findings.len();
        figures.append(&mut outcome.figures);
        checked.push(format!("{name} ({})", outcome.checked));
    }
    for figure in figures {
        println!("{figure}");
    }
    let verdict = if found == 0 {
        "nothing to mend".to_owned()
    } else {
        format!("{found} to mend")
    };
    println!("tidy: {verdict}; checked {}", checked.join(", "));
    Ok(if found == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
