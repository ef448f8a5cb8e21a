//! One line for each test that fails: place, verdict, name, first reason.

use std::io::{self, Write};

use yaral_harness::suite::{Fault, Tested};
use yaral_runtime::escape_terminal;

use super::{NOT_RUN, TestFile, TestReport, Totals, fails, title, told, word};
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

impl TestReport for Concise {
    fn file(&mut self, file: &TestFile, out: &mut dyn Write) -> io::Result<()> {
        let name = escape_terminal(&file.name).into_owned();
        match &file.done {
            Err(Fault::File(mistake)) => {
                let (place, text) = (mistake.place, mistake.to_string());
                let text = escape_terminal(&text);
                writeln!(out, "{name}:{}:{}: error: {text}", place.line, place.column)?;
            }
            Err(Fault::Rule(what)) => {
                writeln!(out, "{name}:1:1: error: {}", escape_terminal(what))?;
            }
            Ok(report) => {
                for test in report.tests.iter().filter(|test| fails(test)) {
                    line(&name, test, out)?;
                }
                if report.mutation.as_ref().is_some_and(|one| one.not_run) {
                    writeln!(out, "{name}: mutants not run: {NOT_RUN}")?;
                }
                for survivor in report.mutation.iter().flat_map(|one| &one.survivors) {
                    let predicate = escape_terminal(&survivor.predicate).into_owned();
                    let (path, at, what) = (&survivor.path, survivor.line, survivor.what);
                    writeln!(out, "{name}: survived: {path}:{at}: {what} `{predicate}`")?;
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

fn line(name: &str, test: &Tested, out: &mut dyn Write) -> io::Result<()> {
    let (title, told) = (title(test), told(test));
    let title = escape_terminal(&title);
    let first = told.first().map_or("", String::as_str);
    let first = escape_terminal(first);
    let (place, word) = (test.place, word(test.verdict));
    writeln!(
        out,
        "{name}:{}:{}: {word}: {title}: {first}",
        place.line, place.column
    )
}
