//! One JSON document with all diagnostics and the counts.
//!
//! It holds no wall time, so that the same rules give the same bytes.

use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_syntax::diagnostic::Diagnostic;

use super::{CheckReport, CheckSummary, place};
use crate::rules::Sheet;

/// The JSON format.
#[derive(Default)]
pub(super) struct Json {
    diagnostics: Vec<Value>,
}

impl CheckReport for Json {
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        _: &mut dyn Write,
    ) -> io::Result<()> {
        self.diagnostics.push(place::json(sheet, diagnostic));
        Ok(())
    }

    fn end(&mut self, summary: &CheckSummary, out: &mut dyn Write) -> io::Result<()> {
        let document = json!({
            "schema": "yaral/check/v1",
            "diagnostics": std::mem::take(&mut self.diagnostics),
            "summary": {
                "files": summary.files,
                "rules": summary.rules,
                "ok": summary.ok,
                "errors": summary.errors,
                "warnings": summary.warnings,
                "not_yet": summary.later,
                "ignored": summary.ignored,
            },
        });
        writeln!(out, "{document:#}")
    }
}
