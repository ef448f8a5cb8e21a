//! `spec-coverage`: each statement of the executable spec has a case, and each
//! case proves a statement.
//!
//! A statement is a paragraph that begins with its id in bold and ends with
//! its sources in brackets; a case is a section with a block of a rule and a
//! line `proves:`. Whether a case holds is asked by the tests of the harness;
//! this chore only sees to it that nothing is claimed without one, and asks
//! nothing of the rules.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::workspace;

/// Explains the form of the pages and lists the sources; it has no statements.
const README: &str = "spec/README.md";

/// The source of what no documentation settles.
const OWN: &str = "our choice";

/// What a page claims.
struct Statement {
    place: String,
    sources: Vec<String>,
    /// The names of its cases, with their pages.
    cases: Vec<String>,
}

/// What the pages hold.
#[derive(Default)]
struct Spec {
    statements: BTreeMap<String, Statement>,
    /// Name with its place, and what it proves.
    cases: Vec<(String, String, Vec<String>)>,
    findings: Vec<String>,
}

/// Prints statements, cases and totals; the status is a failure if something is bare.
pub fn run() -> Result<ExitCode> {
    let (text, findings) = report(&pages(&workspace::root())?);
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

/// The whole report, and how many findings it holds.
fn report(pages: &[(String, String)]) -> (String, usize) {
    let mut spec = Spec::default();
    let known = sources(pages);
    for (path, text) in pages.iter().filter(|(path, _)| path != README) {
        spec.read(path, text);
    }
    spec.tie();
    spec.check(&known);
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
        let mut section: Option<(String, Vec<String>, bool)> = None;
        let mut fenced = false;
        while let Some((number, line)) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                fenced = !fenced;
                let rule = fenced && info.split_whitespace().next() == Some("yaral");
                if let Some((_, _, is_case)) = &mut section {
                    *is_case |= rule;
                }
            } else if fenced {
            } else if line.starts_with("##") {
                self.close(section.take());
                let name = line.trim_start_matches('#').trim();
                section = Some((format!("{name} ({path}:{number})"), Vec::new(), false));
            } else if let Some(ids) = line.strip_prefix("proves:") {
                if let Some((_, proves, _)) = &mut section {
                    let ids = ids.split(',').map(|id| id.trim().to_owned());
                    proves.extend(ids.filter(|id| !id.is_empty()));
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

    fn close(&mut self, section: Option<(String, Vec<String>, bool)>) {
        let Some((name, proves, is_case)) = section else {
            return;
        };
        if !is_case && !proves.is_empty() {
            self.findings.push(format!(
                "{name}: it has no rule, but says that it proves something"
            ));
        }
        if is_case {
            let case = name.split(" (").next().unwrap_or_default().to_owned();
            self.cases.push((case, name, proves));
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
            sources,
            cases: Vec::new(),
        };
        self.statements.insert(id.to_owned(), statement);
    }

    /// Gives each statement its cases.
    fn tie(&mut self) {
        for (case, name, proves) in &self.cases {
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
        let (text, count) = report(&pages);
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
    fn the_spec_has_no_bare_statement() {
        let pages = pages(&workspace::root()).expect("the pages can be read");
        let (text, findings) = report(&pages);
        let last: Vec<&str> = text.lines().rev().take(findings + 1).collect();
        assert_eq!(findings, 0, "{last:#?}");
    }
}
