//! Test reports for people: a line for each test, and why one fails.

use std::io::{self, Write};

use yaral_harness::suite::{Coverage, Mutation, Tested, Verdict};
use yaral_runtime::escape_terminal;

use super::{NOT_RUN, TestFile, TestReport, Totals, fails, fault, title, told};
use crate::render::layout::{edges, elapsed};
use crate::render::style::Paint;
use crate::term::{Term, WIDTH};

/// The human format. Files whose tests all pass take one line, unless more was
/// asked for.
pub(super) struct Human {
    paint: Paint,
    all: bool,
}

impl Human {
    pub(super) fn new(term: Term) -> Self {
        Human {
            paint: term.paint,
            all: term.verbose > 0,
        }
    }
}

impl TestReport for Human {
    fn file(&mut self, file: &TestFile, out: &mut dyn Write) -> io::Result<()> {
        let name = escape_terminal(&file.name);
        let Ok(report) = &file.done else {
            let word = self.paint.error("error");
            return writeln!(out, "{word}: {}", fault(file, self.paint));
        };
        writeln!(out, "{}", edges(&name, &elapsed(file.elapsed), WIDTH))?;
        for test in &report.tests {
            self.test(test, out)?;
        }
        for coverage in &report.coverage {
            self.coverage(coverage, out)?;
        }
        if let Some(mutation) = &report.mutation {
            self.mutation(mutation, out)?;
        }
        Ok(())
    }

    fn end(&mut self, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out)?;
        if let Some(sentence) = totals.strength() {
            writeln!(out, "{sentence}")?;
        }
        if totals.stillborn + totals.explained > 0 {
            writeln!(
                out,
                "{} mutants do not compile, {} may live for a reason",
                totals.stillborn, totals.explained
            )?;
        }
        for sentence in totals.below() {
            writeln!(out, "{}: {sentence}", self.paint.error("error"))?;
        }
        let time = elapsed(totals.elapsed);
        writeln!(out, "{}", edges(&totals.sentence(), &time, WIDTH))
    }
}

impl Human {
    fn test(&self, test: &Tested, out: &mut dyn Write) -> io::Result<()> {
        let title = title(test);
        let name = escape_terminal(&title);
        let word = match test.verdict {
            Verdict::Passed => self.paint.note("PASS"),
            Verdict::Todo => self.paint.warning("TODO"),
            Verdict::Skipped => self.paint.warning("SKIP"),
            Verdict::Failed => self.paint.error("FAIL"),
            Verdict::Mended => self.paint.error("DONE"),
            Verdict::Open => self.paint.error("OPEN"),
        };
        writeln!(out, "   {word}  {name}")?;
        if let Some(todo) = &test.todo {
            writeln!(out, "         todo: {}", escape_terminal(todo))?;
        }
        if fails(test) || test.verdict == Verdict::Skipped || self.all {
            for line in told(test) {
                writeln!(out, "         {}", escape_terminal(&line))?;
            }
        }
        Ok(())
    }

    fn coverage(&self, coverage: &Coverage, out: &mut dyn Write) -> io::Result<()> {
        for seen in coverage
            .predicates
            .iter()
            .filter(|seen| !(seen.yes && seen.no))
        {
            let never = match (seen.yes, seen.no) {
                (false, false) => "never decided",
                (false, true) => "never true",
                _ => "never false",
            };
            let text = escape_terminal(&seen.text).into_owned();
            let line = match seen.line {
                0 => String::new(),
                line => format!("line {line}: "),
            };
            writeln!(
                out,
                "  {} {never}: {line}`{text}`",
                self.paint.warning("COVERAGE")
            )?;
        }
        for (what, list) in [
            ("bound", &coverage.variables),
            ("evaluated", &coverage.outcomes),
        ] {
            for (name, _) in list.iter().filter(|(_, done)| !done) {
                writeln!(
                    out,
                    "  {} never {what}: ${name}",
                    self.paint.warning("COVERAGE")
                )?;
            }
        }
        Ok(())
    }

    fn mutation(&self, mutation: &Mutation, out: &mut dyn Write) -> io::Result<()> {
        if mutation.not_run {
            return writeln!(out, "         mutants not run: {NOT_RUN}");
        }
        for survivor in &mutation.survivors {
            let done = if survivor.what == "drop" {
                "dropping"
            } else {
                "flipping"
            };
            let predicate = escape_terminal(&survivor.predicate).into_owned();
            let (line, word) = (survivor.line, self.paint.error("MUTANT"));
            writeln!(out, "  {word} survived: {done} line {line} `{predicate}`")?;
        }
        let (done, all) = mutation.score();
        writeln!(out, "         mutants {done}/{all} noticed")
    }
}
