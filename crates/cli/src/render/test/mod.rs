//! Reports of tests, in six formats, one file each.

mod concise;
mod github;
mod human;
mod json;
mod junit;
mod ndjson;
mod totals;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use yaral_harness::suite::{Fault, Report, Tested, Verdict};
use yaral_runtime::escape_terminal;

use crate::args::TestFormat;
use crate::render::style::Paint;
use crate::term::Term;

pub(crate) use totals::Totals;

/// What came of one test file.
#[derive(Debug)]
pub(crate) struct TestFile {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) done: Result<Report, Fault>,
    pub(crate) elapsed: Duration,
}

impl TestFile {
    pub(crate) fn done(name: &str, text: String, report: Report, elapsed: Duration) -> Self {
        TestFile {
            name: name.to_owned(),
            text,
            done: Ok(report),
            elapsed,
        }
    }

    pub(crate) fn faulty(name: &str, text: String, fault: Fault) -> Self {
        TestFile {
            name: name.to_owned(),
            text,
            done: Err(fault),
            elapsed: Duration::ZERO,
        }
    }

    /// Whether a test fails, or the file could not be run.
    pub(crate) fn fails(&self) -> bool {
        match &self.done {
            Ok(report) => report.tests.iter().any(fails),
            Err(_) => true,
        }
    }

    /// Its tests; none where it could not be run.
    pub(crate) fn tests(&self) -> &[Tested] {
        self.done.as_ref().map_or(&[], |report| &report.tests)
    }
}

/// Whether a test wants somebody's attention.
pub(crate) fn fails(test: &Tested) -> bool {
    test.fails()
}

/// The word for a verdict.
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "pass",
        Verdict::Failed => "fail",
        Verdict::Todo => "todo",
        Verdict::Mended => "mended",
        Verdict::Open => "open",
        Verdict::Skipped => "skip",
    }
}

/// A test's name, with the mapping where there are several.
pub(crate) fn title(test: &Tested) -> String {
    match test.mapping {
        Some(mapping) => format!("{} [{mapping}]", test.name),
        None => test.name.clone(),
    }
}

/// Why the mutants of a file were not run.
pub(crate) const NOT_RUN: &str = "its tests fail first";

/// What is to be told of a test: what a mended gap means stands with it.
pub(crate) fn told(test: &Tested) -> Vec<String> {
    let mut lines = test.lines.clone();
    if test.verdict == Verdict::Mended {
        lines.push("it is marked `todo` and passes: take the mark away".to_owned());
    }
    lines
}

/// Writes the reports of files in one format.
pub(crate) trait TestReport {
    /// A file that was run.
    fn file(&mut self, file: &TestFile, out: &mut dyn Write) -> io::Result<()>;

    /// What stands at the end.
    fn end(&mut self, totals: &Totals, out: &mut dyn Write) -> io::Result<()>;
}

/// The report of a format.
pub(crate) fn report(format: TestFormat, term: Term) -> Box<dyn TestReport> {
    match format {
        TestFormat::Concise => Box::new(concise::Concise::new(term)),
        TestFormat::Github => Box::new(github::Github::new(term)),
        TestFormat::Human => Box::new(human::Human::new(term)),
        TestFormat::Json => Box::new(json::Json::default()),
        TestFormat::Junit => junit(),
        TestFormat::Ndjson => Box::new(ndjson::Ndjson),
    }
}

/// The JUnit report, which may also go to a file beside another.
pub(crate) fn junit() -> Box<dyn TestReport> {
    Box::new(junit::Junit::default())
}

/// A fault with its place, the line of the file and carets below it.
pub(crate) fn fault(file: &TestFile, _: Paint) -> String {
    let name = escape_terminal(&file.name);
    match &file.done {
        Err(Fault::File(mistake)) => {
            let place = mistake.place;
            let what = escape_terminal(&mistake.what);
            let mut text = format!("{what}\n  --> {name}:{}:{}", place.line, place.column);
            if let Some((line, marks)) = mistake.excerpt(&file.text) {
                let number = place.line.to_string();
                let gap = " ".repeat(number.len());
                let line = escape_terminal(&line).into_owned();
                let _ = write!(text, "\n{gap} |\n{number} | {line}\n{gap} | {marks}");
            }
            if let Some(help) = &mistake.help {
                let _ = write!(text, "\nhelp: {}", escape_terminal(help));
            }
            text
        }
        Err(Fault::Rule(what)) => format!("{}\n  --> {name}", escape_terminal(what)),
        Ok(_) => String::new(),
    }
}
