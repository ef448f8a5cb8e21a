//! One JSON object on each line, and nothing else.

use std::io::{self, Write};

use yaral_syntax::diagnostic::Diagnostic;

use super::{CheckReport, CheckSummary, place};
use crate::rules::Sheet;

/// The NDJSON format.
pub(super) struct Ndjson;

impl CheckReport for Ndjson {
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "{}", place::json(sheet, diagnostic))
    }

    fn end(&mut self, _: &CheckSummary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
