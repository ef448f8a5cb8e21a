//! JUnit XML: a suite for each file, a case for each test.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};
use yaral_harness::suite::{Tested, Verdict};
use yaral_runtime::escape_terminal;

use super::{NOT_RUN, TestFile, TestReport, Totals, fault, title, told};
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
                let mut case = TestCase::new("the file", status);
                located(&mut case, file);
                suite.add_test_case(case);
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
                    let score = if mutation.not_run {
                        format!("not run: {NOT_RUN}")
                    } else {
                        format!("{done}/{all}")
                    };
                    suite.add_property(Property::new("mutants", score));
                }
                suite.add_test_cases(report.tests.iter().map(|test| {
                    let mut case = case(test);
                    located(&mut case, file);
                    case
                }));
            }
        }
        self.report.add_test_suite(suite);
        Ok(())
    }

    fn end(&mut self, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        self.report.set_time(totals.elapsed);
        let text = self.report.to_string().map_err(io::Error::other)?;
        out.write_all(attributes(&text).as_bytes())
    }
}

/// Says where a case stands: its file, and a class that readers group cases by,
/// which is the file's path with dots.
fn located(case: &mut TestCase, file: &TestFile) {
    let path = file.name.trim_start_matches("./");
    let stem = [".test.yaml", ".corpus.yaml"]
        .iter()
        .find_map(|ending| path.strip_suffix(ending));
    let class = stem.unwrap_or(path).trim_start_matches('/');
    case.set_classname(plain(&class.replace('/', ".")));
    case.extra.insert("file".into(), plain(path).into());
}

fn case(test: &Tested) -> TestCase {
    let status = match test.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Todo | Verdict::Skipped => {
            let mut status = TestCaseStatus::skipped();
            let why = match &test.todo {
                Some(todo) if test.verdict == Verdict::Todo => format!("todo: {todo}"),
                _ => told(test).join("\n"),
            };
            status.set_message(plain(&why));
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
    let mut case = TestCase::new(plain(&title(test)), status);
    case.set_time(test.elapsed);
    case
}

/// Stands for a tab until all is written: the library takes tabs for control
/// characters. No other text has it, as it is no character.
const TAB: char = '\u{ffff}';

/// Text without what a terminal would obey or XML forbids; what is markup is
/// escaped by the library.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(['\n', '\t', '\u{fffe}', TAB]) {
        let mut kept = part;
        let mut end = String::new();
        if let Some(last) = part.chars().next_back() {
            match last {
                '\n' => end.push('\n'),
                '\t' => end.push(TAB),
                '\u{fffe}' | TAB => end = format!("\\u{{{:x}}}", u32::from(last)),
                _ => {}
            }
            if !end.is_empty() {
                kept = &part[..part.len() - last.len_utf8()];
            }
        }
        out.push_str(&escape_terminal(kept));
        out.push_str(&end);
    }
    out
}

/// The document with line feeds and tabs of attributes as references: a reader
/// would take them for blanks. `<` and `>` within texts are escaped, so that
/// they begin and end tags only.
fn attributes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut within = false;
    for c in text.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            _ => {}
        }
        match c {
            '\n' if within => out.push_str("&#10;"),
            TAB if within => out.push_str("&#9;"),
            TAB => out.push('\t'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_keep_their_lines_and_text_its_own() {
        assert_eq!(
            attributes("<a b=\"x\ny\u{ffff}z\">\n  x\u{ffff}y\n</a>\n"),
            "<a b=\"x&#10;y&#9;z\">\n  x\ty\n</a>\n"
        );
    }

    #[test]
    fn what_xml_forbids_is_written_out() {
        let text = "a\u{fffe}b\u{ffff}c\0d\u{1b}[2Je\u{9b}f\tg\nh\r";
        assert_eq!(
            plain(text),
            "a\\u{fffe}b\\u{ffff}c\\u{0}d\\u{1b}[2Je\\u{9b}f\u{ffff}g\nh\\r"
        );
    }
}
