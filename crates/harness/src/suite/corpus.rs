//! `NAME.corpus.yaml`: how often rules fire on large inputs. The inputs are
//! scanned by who can open files; here is what the file says, and the verdict.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use yaral_engine::detection::SEVERITIES;
use yaral_ir::plan::Plan;
use yaral_normalize::Mapping;

use super::mistake::{Mistake, Place};
use super::yaml::{self, Node};
use super::{Report, Tested, Verdict};

const TOP: [&str; 6] = ["rules", "rule", "mapping", "cases", "notes", "lists"];
const CASE: [&str; 7] = [
    "name",
    "inputs",
    "events",
    "expect",
    "others",
    "severities",
    "notes",
];
const BOUND: [&str; 4] = ["exactly", "at_least", "at_most", "ids"];
const NUMBER: [&str; 3] = ["exactly", "at_least", "at_most"];

/// A corpus file.
#[derive(Clone, Debug)]
pub struct Corpus {
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
    /// Paths and globs, each with its place; `${VARIABLE}` stands for an
    /// environment variable.
    pub inputs: Vec<(Place, String)>,
    at: Place,
    /// How many events there have to be of all inputs; where it is not said,
    /// each input has to make one.
    events: Option<Bound>,
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

/// What a scan of a case's inputs came to.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// Detections, by rule and severity.
    pub counts: BTreeMap<(String, String), Count>,
    /// Events of all inputs.
    pub events: u64,
    /// Records of all inputs.
    pub read: u64,
    /// Records that could not be used.
    pub rejected: u64,
    /// Inputs of which no event came.
    pub barren: Vec<Barren>,
}

/// An input of which no event came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Barren {
    /// The file.
    pub name: String,
    /// Whether its log type is known.
    pub recognised: bool,
    /// Records of it.
    pub read: u64,
    /// Records of it that could not be used.
    pub rejected: u64,
    /// Bytes of it, as it is stored.
    pub bytes: u64,
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
        mapping: Mapping::Default,
        cases: Vec::new(),
        rules: Vec::new(),
    };
    let members = root.members_of("a corpus file", &TOP)?;
    super::file::rule_or_rules(members)?;
    for member in members {
        let value = &member.value;
        match member.key.as_str() {
            "rules" | "rule" => {
                for item in value.items() {
                    corpus.rules.push(item.word("a path")?);
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
        events: None,
        rules: Vec::new(),
        severities: Vec::new(),
        others: true,
    };
    for member in node.members_of("a case", &CASE)? {
        let value = &member.value;
        match member.key.as_str() {
            "name" => case.name = value.word("a name")?,
            "inputs" => {
                for item in value.items() {
                    case.inputs.push((item.at, item.word("a path")?));
                }
            }
            "events" => case.events = Some(bound(value, "`events`", &NUMBER)?),
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
    for member in node.members("what is expected")? {
        let what = format!("what is expected of {}", member.key);
        let bound = bound(&member.value, &what, &BOUND)?;
        bounds.push((member.at, member.key.clone(), bound));
    }
    Ok(bounds)
}

fn bound(node: &Node, what: &str, known: &[&str]) -> Result<Bound, Mistake> {
    let mut bound = Bound::default();
    for inner in node.members_of(what, known)? {
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
    // What bounds nothing would pass whatever is found.
    if bound.is_empty() {
        let what = format!("{what} has no bound, so that anything would pass");
        let help = format!("write one of {}", known.join(", "));
        return Err(node.wrong(what).help(help));
    }
    Ok(bound)
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

    /// Holds the names that the cases count by against those that there are.
    ///
    /// # Errors
    /// A severity or a rule that is not known, with the nearest that is.
    pub fn check(&self, plans: &[Plan]) -> Result<(), Mistake> {
        let own = plans.iter().map(yaral_engine::detection::severity);
        let mut severities: Vec<String> = own.collect();
        severities.extend(SEVERITIES.map(str::to_owned));
        let rules: Vec<String> = plans.iter().map(|plan| plan.name.clone()).collect();
        for case in &self.cases {
            for (at, name, _) in &case.severities {
                is_known(*at, "severity", name, &name.to_uppercase(), &severities)?;
            }
            for (at, name, _) in &case.rules {
                is_known(*at, "rule", name, name, &rules)?;
            }
        }
        Ok(())
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

fn is_known(
    at: Place,
    what: &str,
    written: &str,
    name: &str,
    known: &[String],
) -> Result<(), Mistake> {
    if known.iter().any(|own| own == name) {
        return Ok(());
    }
    let near = yaral_udm::nearest(name, known.iter().map(String::as_str));
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    let wide = written.chars().count();
    let what = format!("there is no {what} `{written}`");
    Err(Mistake::at(at, what).wide(wide).help(help))
}

impl Barren {
    fn sentence(&self) -> String {
        let name = &self.name;
        if self.bytes == 0 {
            return format!("{name} made no event: it is empty");
        }
        let records = format!("{} records read, {} rejected", self.read, self.rejected);
        if self.recognised {
            format!("{name} made no event: {records}")
        } else {
            format!("{name} made no event: its log type is not recognised; {records}")
        }
    }
}

impl Case {
    /// The verdict on what was counted.
    #[must_use]
    pub fn tested(&self, scanned: &Scanned) -> Tested {
        let counts = &scanned.counts;
        let mut lines = self.eventless(scanned);
        for (_, rule, bound) in &self.rules {
            let of = counts.iter().filter(|((own, _), _)| own == rule);
            lines.extend(bound.otherwise(rule, &of.map(|(_, count)| count)));
        }
        for (_, severity, bound) in &self.severities {
            let severity = severity.to_uppercase();
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

    /// Whether it is said how many events there are. Otherwise each input has
    /// to make one: silence over a log that nobody could read is none.
    #[must_use]
    pub fn counts_events(&self) -> bool {
        self.events.is_some()
    }

    fn eventless(&self, scanned: &Scanned) -> Vec<String> {
        let Some(bound) = &self.events else {
            let mut lines: Vec<String> = scanned.barren.iter().map(Barren::sentence).collect();
            if !lines.is_empty() {
                let help = "if that is right, the case says so: `events: { at_least: 0 }`";
                lines.push(help.to_owned());
            }
            return lines;
        };
        let (read, rejected) = (scanned.read, scanned.rejected);
        let otherwise = bound.number(scanned.events).into_iter();
        let told = otherwise.map(|what| {
            let events = scanned.events;
            format!("there are {events} events, {what}; {read} records read, {rejected} rejected")
        });
        told.collect()
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
            todo: None,
            elapsed: Duration::ZERO,
            drives: 1,
        }
    }
}

impl Bound {
    fn is_empty(&self) -> bool {
        let numbers = [self.exactly, self.at_least, self.at_most];
        numbers.iter().all(Option::is_none) && self.ids.is_empty()
    }

    /// In what a number is not what it should be.
    fn number(&self, number: u64) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(wanted) = self.exactly.filter(|wanted| *wanted != number) {
            lines.push(format!("not {wanted}"));
        }
        if let Some(wanted) = self.at_least.filter(|wanted| number < *wanted) {
            lines.push(format!("at least {wanted} were expected"));
        }
        if let Some(wanted) = self.at_most.filter(|wanted| number > *wanted) {
            lines.push(format!("at most {wanted} were expected"));
        }
        lines
    }

    fn otherwise<'c>(
        &self,
        what: &str,
        counts: &(impl Iterator<Item = &'c Count> + Clone),
    ) -> Vec<String> {
        let number: u64 = counts.clone().map(|count| count.number).sum();
        let otherwise = self.number(number).into_iter();
        let told = otherwise.map(|wanted| format!("{what} fired {number} times, {wanted}"));
        let mut lines: Vec<String> = told.collect();
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

    fn counted(number: u64) -> Scanned {
        let mut count = Count::default();
        (0..number).for_each(|at| count.add(&format!("de_{at}")));
        Scanned {
            counts: BTreeMap::from([(("r".to_owned(), "HIGH".to_owned()), count)]),
            events: 5,
            read: 7,
            rejected: 2,
            barren: Vec::new(),
        }
    }

    #[test]
    fn counts_are_held_against_bounds() {
        let corpus = read(FILE).expect("it is right");
        let case = &corpus.cases[0];
        assert_eq!(case.tested(&counted(1)).verdict, Verdict::Passed);
        let tested = case.tested(&counted(2));
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
            let tested = corpus.cases[0].tested(&counted(number));
            assert_eq!(tested.verdict == Verdict::Passed, passes, "{bound}");
        }
    }

    #[test]
    fn what_nobody_expects_fails() {
        let text = FILE.replace("severities: { HIGH: { exactly: 1 } }", "expect: {}");
        let corpus = read(&text).expect("it is right");
        let tested = corpus.cases[0].tested(&counted(1));
        assert!(tested.lines[0].contains("which no line expects"));
        let ignoring = text + "    others: ignore\n";
        let corpus = read(&ignoring).expect("it is right");
        assert!(corpus.cases[0].tested(&counted(1)).lines.is_empty());
    }

    #[test]
    fn mistakes_are_told() {
        for (from, to) in [
            ("exactly", "exaktly"),
            ("name: one", "names: one"),
            ("cases:", "case:"),
            ("exactly: 1", "exactly: -1"),
            ("exactly: 1", ""),
            ("{ exactly: 1 }", "~"),
            ("name: one", "name: 1"),
            ("rules:", "rule: b.yaral\nrules:"),
            ("inputs:", "events: { ids: [a] }\n    inputs:"),
            ("inputs:", "events: {}\n    inputs:"),
        ] {
            assert!(read(&FILE.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn severities_that_nobody_has_are_refused_with_the_nearest() {
        let corpus = read(&FILE.replace("HIGH", "MEDUM")).expect("it can be read");
        let mistake = corpus.check(&[]).expect_err("nobody has it");
        assert_eq!(mistake.what, "there is no severity `MEDUM`");
        assert_eq!(mistake.help.as_deref(), Some("did you mean `MEDIUM`?"));
        assert_eq!((mistake.place.line, mistake.width), (5, 5));
        let corpus = read(&FILE.replace("HIGH", "medium")).expect("it can be read");
        assert_eq!(corpus.check(&[]), Ok(()));
        let unknown = FILE.replace("severities: { HIGH:", "expect: { r:");
        let corpus = read(&unknown).expect("it can be read");
        assert!(corpus.check(&[]).is_err());
    }

    #[test]
    fn a_log_without_events_fails() {
        let mut scanned = counted(1);
        scanned.barren.push(Barren {
            name: "a.log".to_owned(),
            recognised: true,
            read: 3,
            rejected: 3,
            bytes: 9,
        });
        let case = |events: &str| {
            let text = FILE.replace("inputs:", &format!("{events}inputs:"));
            read(&text).expect("it is right").cases[0].clone()
        };
        let tested = case("").tested(&scanned);
        assert_eq!(tested.verdict, Verdict::Failed);
        assert_eq!(
            tested.lines[0],
            "a.log made no event: 3 records read, 3 rejected"
        );
        let said = case("events: { at_least: 5 }\n    ").tested(&scanned);
        assert_eq!(said.verdict, Verdict::Passed);
        let few = case("events: { at_least: 6 }\n    ").tested(&scanned);
        assert_eq!(
            few.lines,
            ["there are 5 events, at least 6 were expected; 7 records read, 2 rejected"]
        );
    }
}
