//! Tests that fail as annotations of a GitHub Actions run.

use std::io::{self, Write};

use yaral_harness::suite::Fault;

use super::{TestFile, TestReport, Totals, fails, title, told};
use crate::render::workflow::{data, property};
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

impl TestReport for Github {
    fn file(&mut self, file: &TestFile, out: &mut dyn Write) -> io::Result<()> {
        let path = property(file.name.trim_start_matches("./"));
        match &file.done {
            Err(Fault::File(mistake)) => {
                let (place, text) = (mistake.place, data(&mistake.to_string()));
                writeln!(
                    out,
                    "::error file={path},line={},col={},title=test file::{text}",
                    place.line, place.column
                )?;
            }
            Err(Fault::Rule(what)) => {
                writeln!(out, "::error file={path},line=1,title=rule::{}", data(what))?;
            }
            Ok(report) => {
                for test in report.tests.iter().filter(|test| fails(test)) {
                    let (line, title) = (test.place.line, property(&title(test)));
                    let text = data(&told(test).join("\n"));
                    writeln!(out, "::error file={path},line={line},title={title}::{text}")?;
                }
                for survivor in report.mutation.iter().flat_map(|one| &one.survivors) {
                    let text = format!(
                        "no test notices a {} of line {} of {}: {}",
                        survivor.what, survivor.line, survivor.path, survivor.predicate
                    );
                    let text = data(&text);
                    writeln!(
                        out,
                        "::warning file={path},line=1,title=mutant survived::{text}"
                    )?;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, totals: &Totals, _: &mut dyn Write) -> io::Result<()> {
        self.term.say(totals.sentence());
        Ok(())
    }
}
