//! Workflow commands of GitHub Actions: annotations on the lines of a change.

use std::io::{self, Write};

use yaral_compiler::codes;
use yaral_syntax::diagnostic::{Diagnostic, Severity};

use super::{CheckReport, CheckSummary, place};
use crate::render::workflow::{data, property};
use crate::rules::Sheet;
use crate::term::Term;

/// The GitHub format; its summary is talk.
pub(super) struct Github {
    term: Term,
}

impl Github {
    pub(super) fn new(term: Term) -> Self {
        Github { term }
    }
}

impl CheckReport for Github {
    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let (start, end) = (
            place::start(sheet, diagnostic),
            place::end(sheet, diagnostic),
        );
        write!(
            out,
            "::{command} file={},line={}",
            property(place::relative(&sheet.file.name)),
            start.line
        )?;
        // Columns of several lines say nothing together; the host drops them.
        if start.line == end.line {
            write!(
                out,
                ",col={},endLine={},endColumn={}",
                start.column, end.line, end.column
            )?;
        } else {
            write!(out, ",endLine={}", end.line)?;
        }
        let title = codes::page(diagnostic.code.0).map_or("", |page| page.title);
        let title = property(&format!("{}: {title}", diagnostic.code));
        writeln!(out, ",title={title}::{}", data(&place::told(diagnostic)))
    }

    fn end(&mut self, summary: &CheckSummary, _: &mut dyn Write) -> io::Result<()> {
        self.term.say(summary.sentence());
        Ok(())
    }
}
