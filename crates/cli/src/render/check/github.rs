//! Workflow commands of GitHub Actions: annotations on the lines of a change.
//!
//! A command is one line, `::error file=…,line=…::message`. What would end a
//! line, a value or the command is written in percent form, as documented for
//! workflow commands; names of files and words of rules can hold anything.

use std::io::{self, Write};

use yaral_compiler::codes;
use yaral_runtime::escape_terminal;
use yaral_syntax::diagnostic::{Diagnostic, Severity};

use super::{CheckReport, CheckSummary, place};
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

/// A message as a command carries it.
pub(crate) fn data(text: &str) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    // What is left of control characters is for no reader of a log.
    escape_terminal(&text).into_owned()
}

/// A value between `,` and `:` as a command carries it.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_message_or_a_value_early() {
        assert_eq!(data("50%, a:b\r\n::error::x"), "50%25, a:b%0D%0A::error::x");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert!(!property("a\u{1b}[2J\u{202e}").contains(['\u{1b}', '\u{202e}']));
    }
}
