//! Diagnostics, in four formats.

mod concise;
mod counts;
mod human;
mod json;
mod ndjson;
mod place;

use std::io::{self, Write};

use yaral_syntax::diagnostic::Diagnostic;

use crate::args::CheckFormat;
use crate::rules::Sheet;
use crate::term::Term;

pub(crate) use counts::CheckSummary;
pub(crate) use human::diagnostic as human_diagnostic;

/// Writes diagnostics in one format.
pub(crate) trait CheckReport {
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
        CheckFormat::Human => Box::new(human::Human::new(term.paint)),
        CheckFormat::Json => Box::new(json::Json::default()),
        CheckFormat::Ndjson => Box::new(ndjson::Ndjson),
    }
}
