//! JUnit XML: a suite for each file, a case for each test.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use yaral_harness::suite::{Tested, Verdict};
use yaral_runtime::escape_terminal;

use super::{TestFile, TestReport, Totals, fault, title, told};
use crate::render::style::Paint;

/// The JUnit format.
pub(super) struct Junit {
    report: Report,
}

impl Default for Junit {
    fn default() -> Self {
        Junit {
            report: Report::new("yaral test"),
        }
    }
}

impl TestReport for Junit {
    fn file(&mut self, file: &TestFile, _: &mut dyn Write) -> io::Result<()> {
        let mut suite = TestSuite::new(plain(&file.name));
        suite.set_time(file.elapsed);
        match &file.done {
            Err(_) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(plain(&fault(file, Paint::new(false))));
                suite.add_test_case(TestCase::new("the file", status));
            }
            Ok(report) => {
                for meta in &report.meta {
                    for (key, name) in [
                        ("rule_id", "rule_id"),
                        ("mitre_attack_technique", "technique"),
                    ] {
                        let value = meta.iter().find(|(own, _)| own == key);
                        if let Some((_, value)) = value {
                            suite.add_property(Property::new(name, plain(value)));
                        }
                    }
                }
                if let Some(mutation) = &report.mutation {
                    let (done, all) = mutation.score();
                    suite.add_property(Property::new("mutants", format!("{done}/{all}")));
                }
                suite.add_test_cases(report.tests.iter().map(case));
            }
        }
        self.report.add_test_suite(suite);
        Ok(())
    }

    fn end(&mut self, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        self.report.set_time(totals.elapsed);
        let text = self.report.to_string().map_err(io::Error::other)?;
        out.write_all(text.as_bytes())
    }
}

fn case(test: &Tested) -> TestCase {
    let status = match test.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Todo | Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            let why = if test.verdict == Verdict::Todo {
                "todo: a known gap"
            } else {
                "skipped"
            };
            status.set_message(why);
            status
        }
        Verdict::Failed | Verdict::Mended | Verdict::Open => {
            let lines = told(test);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(plain(lines.first().map_or("", String::as_str)));
            status.set_description(plain(&lines.join("\n")));
            status
        }
    };
    TestCase::new(plain(&title(test)), status)
}

/// Text without what a terminal would obey; XML is escaped by the library.
fn plain(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(escape_terminal).collect();
    lines.join("\n")
}
