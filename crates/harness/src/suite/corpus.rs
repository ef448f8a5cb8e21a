//! `NAME.corpus.yaml`: how often rules fire on large inputs. The inputs are
//! scanned by who can open files; here is what the file says, and the verdict.

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::plan::Plan;
use yaral_normalize::Mapping;

use super::mistake::{Mistake, Place};
use super::yaml::{self, Node};
use super::{Report, Tested, Verdict};

const TOP: [&str; 6] = ["rules", "rule", "mapping", "cases", "notes", "lists"];
const CASE: [&str; 6] = ["name", "inputs", "expect", "others", "severities", "notes"];
const BOUND: [&str; 4] = ["exactly", "at_least", "at_most", "ids"];

/// A corpus file.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// Where it begins.
    pub place: Place,
    /// The shape of the UDM events.
    pub mapping: Mapping,
    /// The cases.
    pub cases: Vec<Case>,
    rules: Vec<String>,
}

/// Inputs and what is expected of them.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Paths and globs; `${VARIABLE}` stands for an environment variable.
    pub inputs: Vec<String>,
    at: Place,
    rules: Vec<(Place, String, Bound)>,
    severities: Vec<(Place, String, Bound)>,
    others: bool,
}

/// How many detections, and which.
#[derive(Clone, Debug, Default)]
struct Bound {
    exactly: Option<u64>,
    at_least: Option<u64>,
    at_most: Option<u64>,
    ids: Vec<String>,
}

/// Detections of one rule and severity.
#[derive(Clone, Debug, Default)]
pub struct Count {
    number: u64,
    ids: BTreeSet<String>,
}

/// Ids that are remembered for each rule and severity.
const IDS_MAX: usize = 100_000;

impl Count {
    /// Counts a detection.
    pub fn add(&mut self, id: &str) {
        self.number += 1;
        if self.ids.len() < IDS_MAX {
            self.ids.insert(id.to_owned());
        }
    }
}

/// Reads a corpus file.
///
/// # Errors
/// A mistake with its place.
pub fn read(text: &str) -> Result<Corpus, Mistake> {
    let root = yaml::parse(text)?;
    let mut corpus = Corpus {
        place: root.at,
        mapping: Mapping::Default,
        cases: Vec::new(),
        rules: Vec::new(),
    };
    for member in root.members_of("a corpus file", &TOP)? {
        let value = &member.value;
        match member.key.as_str() {
            "rules" | "rule" => {
                for item in value.items() {
                    corpus.rules.push(item.text("a path")?);
                }
            }
            "mapping" => {
                let name = value.text("a mapping")?;
                let mapping = name.parse();
                corpus.mapping = mapping.map_err(|what: String| value.wrong(what))?;
            }
            "cases" => {
                for item in value.items() {
                    corpus.cases.push(case(item)?);
                }
            }
            _ => {}
        }
    }
    if corpus.cases.is_empty() {
        return Err(root.wrong("there is no case; write some under `cases:`"));
    }
    Ok(corpus)
}

fn case(node: &Node) -> Result<Case, Mistake> {
    let mut case = Case {
        name: String::new(),
        inputs: Vec::new(),
        at: node.at,
        rules: Vec::new(),
        severities: Vec::new(),
        others: true,
    };
    for member in node.members_of("a case", &CASE)? {
        let value = &member.value;
        match member.key.as_str() {
            "name" => case.name = value.text("a name")?,
            "inputs" => {
                for item in value.items() {
                    case.inputs.push(item.text("a path")?);
                }
            }
            "expect" => case.rules = bounds(value)?,
            "severities" => case.severities = bounds(value)?,
            "others" => {
                case.others = match value.text("`others`")?.as_str() {
                    "fail" => true,
                    "ignore" => false,
                    _ => return Err(value.wrong("`others` is fail or ignore")),
                }
            }
            _ => {}
        }
    }
    if case.name.is_empty() || case.inputs.is_empty() {
        return Err(node.wrong("a case has a name and inputs"));
    }
    Ok(case)
}

fn bounds(node: &Node) -> Result<Vec<(Place, String, Bound)>, Mistake> {
    let mut bounds = Vec::new();
    for member in node.members("`expect`")? {
        let mut bound = Bound::default();
        for inner in member.value.members_of("an expectation", &BOUND)? {
            let value = &inner.value;
            match inner.key.as_str() {
                "exactly" => bound.exactly = Some(value.count("`exactly`")?),
                "at_least" => bound.at_least = Some(value.count("`at_least`")?),
                "at_most" => bound.at_most = Some(value.count("`at_most`")?),
                _ => {
                    for item in value.items() {
                        bound.ids.push(item.text("a detection's id")?);
                    }
                }
            }
        }
        bounds.push((member.at, member.key.clone(), bound));
    }
    Ok(bounds)
}

impl Corpus {
    /// The rules that it names, or the sibling.
    #[must_use]
    pub fn rules(&self, sibling: &str) -> Vec<String> {
        if self.rules.is_empty() {
            vec![sibling.to_owned()]
        } else {
            self.rules.clone()
        }
    }

    /// A report without tests yet.
    #[must_use]
    pub fn report(&self, plans: &[Plan]) -> Report {
        Report {
            rules: plans.iter().map(|plan| plan.name.clone()).collect(),
            meta: plans.iter().map(|plan| plan.meta.clone()).collect(),
            ..Report::default()
        }
    }
}

impl Case {
    /// The verdict on what was counted, by rule and severity.
    #[must_use]
    pub fn tested(&self, plans: &[Plan], counts: &BTreeMap<(String, String), Count>) -> Tested {
        let mut lines = Vec::new();
        let known = |name: &str| plans.iter().any(|plan| plan.name == name);
        for (at, rule, bound) in &self.rules {
            if !known(rule) {
                lines.push(format!("line {}: there is no rule {rule}", at.line));
                continue;
            }
            let of = counts.iter().filter(|((own, _), _)| own == rule);
            lines.extend(bound.otherwise(rule, &of.map(|(_, count)| count)));
        }
        for (_, severity, bound) in &self.severities {
            let severity = severity.to_ascii_uppercase();
            let of = counts.iter().filter(|((_, own), _)| *own == severity);
            lines.extend(bound.otherwise(&severity, &of.map(|(_, count)| count)));
        }
        if self.others && self.severities.is_empty() {
            for ((rule, severity), count) in counts {
                if !self.rules.iter().any(|(_, named, _)| named == rule) {
                    let number = count.number;
                    lines.push(format!(
                        "{rule} fired {number} times ({severity}), which no line expects"
                    ));
                }
            }
        }
        self.verdict(lines)
    }

    /// The verdict where an input is not there: told, and no failure.
    #[must_use]
    pub fn skipped(&self, missing: &str) -> Tested {
        Tested {
            lines: vec![format!(
                "skipped: {missing} leads nowhere, a variable is not set"
            )],
            verdict: Verdict::Skipped,
            ..self.verdict(Vec::new())
        }
    }

    fn verdict(&self, lines: Vec<String>) -> Tested {
        Tested {
            name: self.name.clone(),
            place: self.at,
            mapping: None,
            verdict: if lines.is_empty() {
                Verdict::Passed
            } else {
                Verdict::Failed
            },
            lines,
            positive: !self.rules.is_empty(),
            // A bound on what may fire is its own reason.
            strong: self.rules.is_empty(),
            real: true,
            synthetic: false,
            tool: None,
            drives: 1,
        }
    }
}

impl Bound {
    fn otherwise<'c>(
        &self,
        what: &str,
        counts: &(impl Iterator<Item = &'c Count> + Clone),
    ) -> Vec<String> {
        let number: u64 = counts.clone().map(|count| count.number).sum();
        let mut lines = Vec::new();
        if let Some(wanted) = self.exactly.filter(|wanted| *wanted != number) {
            lines.push(format!("{what} fired {number} times, not {wanted}"));
        }
        if let Some(wanted) = self.at_least.filter(|wanted| number < *wanted) {
            lines.push(format!(
                "{what} fired {number} times, at least {wanted} were expected"
            ));
        }
        if let Some(wanted) = self.at_most.filter(|wanted| number > *wanted) {
            lines.push(format!(
                "{what} fired {number} times, at most {wanted} were expected"
            ));
        }
        for id in &self.ids {
            if !counts.clone().any(|count| count.ids.contains(id)) {
                lines.push(format!("{what} did not make {id}"));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "rules: [a.yaral]\ncases:\n  - name: one\n    inputs: ['${X}/a.log']\n    severities: { HIGH: { exactly: 1 } }\n";

    fn counted(number: u64) -> BTreeMap<(String, String), Count> {
        let mut count = Count::default();
        (0..number).for_each(|at| count.add(&format!("de_{at}")));
        BTreeMap::from([(("r".to_owned(), "HIGH".to_owned()), count)])
    }

    #[test]
    fn counts_are_held_against_bounds() {
        let corpus = read(FILE).expect("it is right");
        let case = &corpus.cases[0];
        assert_eq!(case.tested(&[], &counted(1)).verdict, Verdict::Passed);
        let tested = case.tested(&[], &counted(2));
        assert_eq!(tested.verdict, Verdict::Failed);
        assert_eq!(tested.lines, ["HIGH fired 2 times, not 1"]);
        for (bound, number, passes) in [
            ("at_least: 2", 2, true),
            ("at_least: 2", 1, false),
            ("at_most: 2", 2, true),
            ("at_most: 2", 3, false),
            ("ids: [de_0]", 1, true),
            ("ids: [de_7]", 1, false),
        ] {
            let text = FILE.replace("exactly: 1", bound);
            let corpus = read(&text).expect("it is right");
            let tested = corpus.cases[0].tested(&[], &counted(number));
            assert_eq!(tested.verdict == Verdict::Passed, passes, "{bound}");
        }
    }

    #[test]
    fn what_nobody_expects_fails() {
        let text = FILE.replace("severities: { HIGH: { exactly: 1 } }", "expect: {}");
        let corpus = read(&text).expect("it is right");
        let tested = corpus.cases[0].tested(&[], &counted(1));
        assert!(tested.lines[0].contains("which no line expects"));
        let ignoring = text + "    others: ignore\n";
        let corpus = read(&ignoring).expect("it is right");
        assert!(corpus.cases[0].tested(&[], &counted(1)).lines.is_empty());
    }

    #[test]
    fn mistakes_are_told() {
        for (from, to) in [
            ("exactly", "exaktly"),
            ("name: one", "names: one"),
            ("cases:", "case:"),
            ("exactly: 1", "exactly: -1"),
        ] {
            assert!(read(&FILE.replace(from, to)).is_err(), "{to}");
        }
    }
}
