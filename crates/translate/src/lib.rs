//! Rules in the languages of other platforms, and what each loses on the way.
//!
//! A target is one file or folder with one line in [`TARGETS`]. It takes a
//! checked plan and gives a text with every [`Loss`] named, or refuses with the
//! reasons: a translation never matches something else in silence.
//!
//! Deliberately absent: rule text (the compiler read it), events (the engine
//! runs rules), files and printing.

#![allow(
    clippy::similar_names,
    reason = "tests, texts and tested fields are what this crate is about"
)]

mod elastic;
mod filter;
mod fit;
mod head;
pub mod limits;
mod logscale;
mod loss;
mod lower;
mod pattern;
mod query;
mod reduce;
mod sentinel;
mod sigma;
mod source;
mod splunk;
mod sql;
mod sumo;
mod whole;

use yaral_ir::plan::Plan;

pub use loss::{Effect, Grade, Loss, Outcome};

/// A language that rules are translated to.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name behind `--to`.
    pub name: &'static str,
    /// What it is, in one line without a full stop.
    pub summary: &'static str,
    /// The ending of a file that holds one translated rule, without the dot.
    pub extension: &'static str,
    /// The lines between two rules in one file.
    pub separator: &'static str,
    /// Translates one rule.
    pub convert: fn(&Plan, &Options) -> Outcome,
}

/// What the user may say about a translation.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the target finds the events (a table, an index, a source), in its
    /// own words; `None` leaves the usual one.
    pub from: Option<String>,
}

/// Every target, sorted by name.
pub const TARGETS: &[Target] = &[
    elastic::TARGET,
    logscale::TARGET,
    sentinel::TARGET,
    sigma::TARGET,
    splunk::TARGET,
    sql::TARGET,
    sumo::TARGET,
];

/// The target with this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_sorted_and_found() {
        assert!(TARGETS.windows(2).all(|two| two[0].name < two[1].name));
        for one in TARGETS {
            assert_eq!(target(one.name).map(|found| found.name), Some(one.name));
        }
        assert!(target("").is_none());
    }
}
