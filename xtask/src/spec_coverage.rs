//! `spec-coverage`: each statement of the executable spec has a case, and each
//! case proves a statement.
//!
//! A statement is a paragraph that begins with its id in bold and ends with
//! its sources in brackets; a case is a section with a block of a rule and a
//! line `proves:`. Each function and aggregate of the catalogue is named by a
//! statement and called by a case that proves it. Whether a case holds is asked by the tests of the harness;
//! this chore only sees to it that nothing is claimed without one, and asks
//! nothing of the rules.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use yaral_ir::{aggregates, functions};

use crate::workspace;

/// Explains the form of the pages and lists the sources; it has no statements.
const README: &str = "spec/README.md";

/// The source of what no documentation settles.
const OWN: &str = "our choice";

/// What a page claims.
struct Statement {
    place: String,
    text: String,
    sources: Vec<String>,
    /// The names of its cases, with their pages.
    cases: Vec<String>,
}

/// An example.
#[derive(Default)]
struct Case {
    /// The heading.
    name: String,
    /// The heading with its place.
    place: String,
    /// The ids of what it proves.
    proves: Vec<String>,
    /// The text of its rule; `None` if it has none and is no case.
    rule: Option<String>,
}

/// What the pages hold.
#[derive(Default)]
struct Spec {
    statements: BTreeMap<String, Statement>,
    cases: Vec<Case>,
    findings: Vec<String>,
}

/// Prints statements, cases and totals; the status is a failure if something is bare.
pub fn run() -> Result<ExitCode> {
    let (text, findings) = report(&pages(&workspace::root())?, &catalogue());
    print!("{text}");
    Ok(if findings == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The pages of the spec, path and text.
fn pages(root: &Path) -> Result<Vec<(String, String)>> {
    let paths = workspace::files(root)?;
    let ours = paths
        .into_iter()
        .filter(|path| path.starts_with("spec/") && super::tidy::has_extension(path, "md"));
    ours.map(|path| {
        let text = std::fs::read_to_string(root.join(&path)).with_context(|| path.clone())?;
        Ok((path, text))
    })
    .collect()
}

/// The names of all functions and aggregates.
fn catalogue() -> Vec<&'static str> {
    let functions = functions::all().iter().map(|function| function.name);
    let aggregates = aggregates::all().iter().map(|aggregate| aggregate.name);
    functions.chain(aggregates).collect()
}

/// The whole report, and how many findings it holds.
fn report(pages: &[(String, String)], names: &[&str]) -> (String, usize) {
    let mut spec = Spec::default();
    let known = sources(pages);
    for (path, text) in pages.iter().filter(|(path, _)| path != README) {
        spec.read(path, text);
    }
    spec.tie();
    spec.check(&known);
    spec.check_names(names);
    let mut lines = Vec::new();
    for (id, statement) in &spec.statements {
        lines.push(format!("{id}  {}", statement.cases.join("; ")));
    }
    spec.findings.sort();
    lines.extend(spec.findings.iter().cloned());
    let own = |statement: &&Statement| statement.sources.iter().any(|source| source == OWN);
    lines.push(format!(
        "spec-coverage: {} statements ({} of them our choice), {} cases, {} pages; {} to mend",
        spec.statements.len(),
        spec.statements.values().filter(own).count(),
        spec.cases.len(),
        pages.len().saturating_sub(1),
        spec.findings.len()
    ));
    (lines.join("\n") + "\n", spec.findings.len())
}

/// The keys of the table of sources.
fn sources(pages: &[(String, String)]) -> Vec<String> {
    let table = pages.iter().find(|(path, _)| path == README);
    let rows = table.map_or("", |(_, text)| text).lines();
    rows.filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(key, _)| key.to_owned())
        .collect()
}

impl Spec {
    fn read(&mut self, path: &str, text: &str) {
        let mut lines = (1..).zip(text.lines()).peekable();
        let mut section: Option<Case> = None;
        let (mut fenced, mut in_rule) = (false, false);
        while let Some((number, line)) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                fenced = !fenced;
                in_rule = fenced && info.split_whitespace().next() == Some("yaral");
                if let (Some(case), true) = (&mut section, in_rule) {
                    case.rule.get_or_insert_default();
                }
            } else if fenced {
                let rule = section.as_mut().and_then(|case| case.rule.as_mut());
                if let (Some(rule), true) = (rule, in_rule) {
                    rule.push_str(line);
                    rule.push('\n');
                }
            } else if line.starts_with("##") {
                self.close(section.take());
                let name = line.trim_start_matches('#').trim();
                section = Some(Case {
                    name: name.to_owned(),
                    place: format!("{name} ({path}:{number})"),
                    ..Case::default()
                });
            } else if let Some(ids) = line.strip_prefix("proves:") {
                if let Some(case) = &mut section {
                    let ids = ids.split(',').map(|id| id.trim().to_owned());
                    case.proves.extend(ids.filter(|id| !id.is_empty()));
                }
            } else if let Some(id) = id(line) {
                let mut whole = line.to_owned();
                while let Some((_, more)) = lines.next_if(|(_, more)| !more.trim().is_empty()) {
                    whole.push(' ');
                    whole.push_str(more.trim());
                }
                self.state(id, &whole, format!("{path}:{number}"));
            }
        }
        self.close(section);
    }

    fn close(&mut self, section: Option<Case>) {
        let Some(case) = section else { return };
        if case.rule.is_some() {
            self.cases.push(case);
        } else if !case.proves.is_empty() {
            let place = case.place;
            self.findings.push(format!(
                "{place}: it has no rule, but says that it proves something"
            ));
        }
    }

    fn state(&mut self, id: &str, whole: &str, place: String) {
        let end = whole.trim_end();
        let inside = end
            .strip_suffix(']')
            .and_then(|rest| rest.rsplit_once('['))
            .map_or("", |(_, inside)| inside);
        let sources: Vec<String> = inside
            .split(',')
            .map(|source| source.trim().to_owned())
            .filter(|source| !source.is_empty())
            .collect();
        if let Some(first) = self.statements.get(id) {
            let at = &first.place;
            self.findings
                .push(format!("{place}: {id} stands at {at} already"));
            return;
        }
        let statement = Statement {
            place,
            text: whole.to_owned(),
            sources,
            cases: Vec::new(),
        };
        self.statements.insert(id.to_owned(), statement);
    }

    /// Gives each statement its cases.
    fn tie(&mut self) {
        for Case {
            name: case,
            place: name,
            proves,
            ..
        } in &self.cases
        {
            if proves.is_empty() {
                self.findings
                    .push(format!("{name}: it proves nothing; add a line `proves:`"));
            }
            for id in proves {
                match self.statements.get_mut(id) {
                    Some(statement) if statement.cases.contains(case) => {
                        self.findings
                            .push(format!("{name}: {id} has a case of this name already"));
                    }
                    Some(statement) => statement.cases.push(case.clone()),
                    None => self
                        .findings
                        .push(format!("{name}: there is no statement {id}")),
                }
            }
        }
    }

    fn check(&mut self, known: &[String]) {
        for (id, statement) in &self.statements {
            let place = &statement.place;
            if statement.cases.is_empty() {
                self.findings.push(format!("{place}: {id} has no case"));
            }
            if statement.sources.is_empty() {
                self.findings.push(format!(
                    "{place}: {id} names no source; end it with `[{OWN}]` or keys"
                ));
            }
            for source in &statement.sources {
                if source != OWN && !known.contains(source) {
                    self.findings.push(format!(
                        "{place}: the source {source} is not listed in {README}"
                    ));
                }
            }
        }
    }
}

impl Spec {
    /// Demands of each name a statement that names it and a case that proves
    /// this statement and calls it.
    fn check_names(&mut self, names: &[&str]) {
        for name in names {
            let quoted = [format!("`{name}`"), format!("`{name}(")];
            let states =
                |statement: &Statement| quoted.iter().any(|quoted| statement.text.contains(quoted));
            let shown = self.cases.iter().any(|case| {
                let proven = case
                    .proves
                    .iter()
                    .any(|id| self.statements.get(id).is_some_and(states));
                proven && case.rule.as_ref().is_some_and(|rule| calls(rule, name))
            });
            if !shown {
                self.findings.push(format!(
                    "`{name}`: no statement names it that a case proves which calls it"
                ));
            }
        }
    }
}

/// Whether a rule calls a function; `arrays.max(` is no call of `max`.
fn calls(rule: &str, name: &str) -> bool {
    let call = format!("{name}(");
    rule.match_indices(&call).any(|(at, _)| {
        let before = rule[..at].chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    })
}

/// The id in bold that a statement begins with, such as `W-07`.
fn id(line: &str) -> Option<&str> {
    let (id, _) = line.strip_prefix("**")?.split_once("**")?;
    let (chapter, number) = id.split_once('-')?;
    let chapter_fits = !chapter.is_empty() && chapter.bytes().all(|b| b.is_ascii_uppercase());
    let number_fits = number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
    (chapter_fits && number_fits).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str) -> Vec<String> {
        let pages = [
            (
                README.to_owned(),
                "| `EVT` | page |\n**X-99** no statement\n".to_owned(),
            ),
            ("spec/a.md".to_owned(), page.to_owned()),
        ];
        let (text, count) = report(&pages, &[]);
        let lines: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with("spec-coverage"))
            .filter(|line| !line.contains("-01  ") && !line.contains("-02  "))
            .map(str::to_owned)
            .collect();
        assert_eq!(lines.len(), count, "{text}");
        lines
    }

    const CASE: &str = "\n## One\nproves: A-01\n\n```yaral\n**A-09** in a block [EVT]\n```\n";

    #[test]
    fn what_has_a_case_and_a_source_passes() {
        assert!(
            found(&format!(
                "**A-01** Text\nof two lines. [EVT, our choice]\n{CASE}"
            ))
            .is_empty()
        );
    }

    #[test]
    fn every_mistake_is_found() {
        for (page, part) in [
            (
                format!("**A-01** T. [EVT]\n\n**A-02** U. [EVT]\n{CASE}"),
                "A-02 has no case",
            ),
            (
                format!("**A-01** T. [EVT]\n\n**A-01** U. [EVT]\n{CASE}"),
                "already",
            ),
            (format!("**A-01** T.\n{CASE}"), "names no source"),
            (format!("**A-01** T. [XYZ]\n{CASE}"), "XYZ is not listed"),
            (format!("**A-01** T. [EVT]\n{CASE}{CASE}"), "of this name"),
            (
                format!("**A-01** T. [EVT]\n{CASE}\n## Two\n```yaral\n```\n"),
                "proves nothing",
            ),
            (
                format!("**A-01** T. [EVT]\n{CASE}\n## Two\nproves: A-01\n"),
                "it has no rule",
            ),
            (
                format!("**A-01** T. [EVT]\n{}", CASE.replace("A-01", "A-01, A-03")),
                "no statement A-03",
            ),
        ] {
            let lines = found(&page);
            assert_eq!(lines.len(), 1, "{page}\n{lines:?}");
            assert!(lines[0].contains(part), "{lines:?}");
        }
    }

    #[test]
    fn a_function_without_a_case_is_found() {
        let page = |rule: &str| {
            let text = format!(
                "**A-01** `max` and `a.b(1)`. [EVT]\n\n## One\nproves: A-01\n\n```yaral\n{rule}\n```\n"
            );
            vec![
                (README.to_owned(), "| `EVT` | page |\n".to_owned()),
                ("spec/a.md".to_owned(), text),
            ]
        };
        let missing = |rule: &str| report(&page(rule), &["a.b", "max"]).1;
        assert_eq!(missing("max(a.b(1))"), 0);
        assert_eq!(missing("arrays.max(a.b(1))"), 1, "another function");
        assert_eq!(missing("max(1)"), 1);
        assert_eq!(report(&page("max(a.b(1))"), &["min"]).1, 1, "no statement");
    }

    #[test]
    fn the_spec_has_no_bare_statement() {
        let pages = pages(&workspace::root()).expect("the pages can be read");
        let (text, findings) = report(&pages, &catalogue());
        let last: Vec<&str> = text.lines().rev().take(findings + 1).collect();
        assert_eq!(findings, 0, "{last:#?}");
    }
}
