//! Diagnostics, in seven formats, one file each.

mod concise;
mod counts;
mod github;
mod human;
mod json;
mod ndjson;
mod place;
mod sarif;
mod secops;

use std::io::{self, Write};

use yaral_syntax::diagnostic::Diagnostic;

use crate::args::CheckFormat;
use crate::rules::Sheet;
use crate::term::Term;

pub(crate) use counts::CheckSummary;
pub(crate) use github::{data as github_data, property as github_property};
pub(crate) use human::diagnostic as human_diagnostic;

/// Writes diagnostics in one format.
pub(crate) trait CheckReport {
    /// Begins a file; its diagnostics follow, if there are any.
    fn file(&mut self, _: &Sheet<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Writes one diagnostic of a file.
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        out: &mut dyn Write,
    ) -> io::Result<()>;

    /// Writes what stands at the end.
    fn end(&mut self, summary: &CheckSummary, out: &mut dyn Write) -> io::Result<()>;
}

/// The report for a format.
pub(crate) fn report(format: CheckFormat, term: Term) -> Box<dyn CheckReport> {
    match format {
        CheckFormat::Concise => Box::new(concise::Concise::new(term)),
        CheckFormat::Github => Box::new(github::Github::new(term)),
        CheckFormat::Human => Box::new(human::Human::new(term.paint)),
        CheckFormat::Json => Box::new(json::Json::default()),
        CheckFormat::Ndjson => Box::new(ndjson::Ndjson),
        CheckFormat::Sarif => Box::new(sarif::Sarif::default()),
        CheckFormat::Secops => Box::new(secops::Secops::default()),
    }
}
