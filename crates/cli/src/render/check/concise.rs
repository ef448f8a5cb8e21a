//! One line for each diagnostic, as editors and `grep` read them.

use std::io::{self, Write};

use yaral_runtime::escape_terminal;
use yaral_syntax::diagnostic::Diagnostic;

use super::{CheckReport, CheckSummary, place};
use crate::rules::Sheet;
use crate::term::Term;

/// The concise format; its summary is talk.
pub(super) struct Concise {
    term: Term,
}

impl Concise {
    pub(super) fn new(term: Term) -> Self {
        Concise { term }
    }
}

impl CheckReport for Concise {
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let at = place::start(sheet, diagnostic);
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            escape_terminal(&sheet.file.name),
            at.line,
            at.column,
            diagnostic.severity,
            diagnostic.code,
            escape_terminal(&diagnostic.message),
        )
    }

    fn end(&mut self, summary: &CheckSummary, _: &mut dyn Write) -> io::Result<()> {
        self.term.say(summary.sentence());
        Ok(())
    }
}
