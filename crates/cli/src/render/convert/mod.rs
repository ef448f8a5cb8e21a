//! Translated rules and what they lose, in two formats.

mod human;
mod json;

use std::io::{self, Write};

use yaral_translate::{Outcome, Target};

use crate::args::{ConvertArgs, ConvertFormat};
use crate::term::Term;

/// One rule and what came of it.
pub(crate) struct Converted {
    /// Its name.
    pub(crate) rule: String,
    /// The file that it stands in.
    pub(crate) file: String,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// The word for how a rule fared.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Refused { .. } => "refused",
        Outcome::Converted { .. } => outcome.grade().word(),
    }
}

/// Writes the rules, unless they went to a folder, and the report.
pub(crate) fn write(
    args: &ConvertArgs,
    target: &Target,
    converted: &[Converted],
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    match args.format {
        ConvertFormat::Json => json::write(target, converted, out),
        ConvertFormat::Human => {
            if args.out.is_none() {
                human::texts(target, converted, out)?;
            }
            out.flush()?;
            human::report(converted, term);
            Ok(())
        }
    }
}
