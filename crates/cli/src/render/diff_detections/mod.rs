//! What a change of rules does to their detections, in four formats.

mod concise;
mod github;
mod human;
mod json;

use std::collections::BTreeMap;
use std::io::{self, Write};

use yaral_harness::diff_detections::{Difference, Shown};
use yaral_harness::{Compared, RuleDiff};
use yaral_runtime::escape_terminal;

use crate::args::DiffFormat;
use crate::render::layout::{count, cut, plural};
use crate::term::Term;

/// Columns of a value that a log filled.
const VALUE_COLUMNS: usize = 40;

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file, as the user's words lead to it.
    pub(crate) file: String,
    /// The line of its name, counted from 1.
    pub(crate) line: u32,
}

/// One rule and what changes for it.
#[derive(Debug)]
pub(crate) struct RuleReport {
    name: String,
    old: Option<Place>,
    new: Option<Place>,
    diff: RuleDiff,
}

/// Everything that is told.
#[derive(Debug)]
pub(crate) struct Report {
    /// The rules that detected anything on either side, by file and line.
    rules: Vec<RuleReport>,
    /// The word for the old side.
    old: String,
    /// The word for the new side.
    new: String,
    /// Rules that are the same on both sides.
    pub(crate) same_rules: u64,
    /// Rules that differ, or that only one side has.
    pub(crate) differing: u64,
    /// Rules that are not compared.
    pub(crate) refused: u64,
    /// Records read.
    pub(crate) records: u64,
    /// Detections that were not compared.
    pub(crate) left_out: u64,
}

/// How many detections of all rules.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    appear: u64,
    disappear: u64,
    change: u64,
    same: u64,
}

impl Totals {
    /// Whether anything differs.
    pub(crate) fn any(self) -> bool {
        self.appear + self.disappear + self.change > 0
    }
}

/// Where the rules of one side stand, by name.
type Places = BTreeMap<String, Place>;

impl Report {
    /// Puts the rules in the order of the files of the new side.
    pub(crate) fn new(
        compared: Compared,
        (old, new): (Places, Places),
        words: (&str, &str),
    ) -> Self {
        let rules = compared.rules.into_iter().map(|(name, diff)| RuleReport {
            old: old.get(&name).cloned(),
            new: new.get(&name).cloned(),
            name,
            diff,
        });
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by(|a, b| {
            let of = |rule: &RuleReport| {
                let (file, line) = rule.place();
                (file.to_owned(), line)
            };
            of(a).cmp(&of(b))
        });
        Report {
            rules,
            old: words.0.to_owned(),
            new: words.1.to_owned(),
            same_rules: 0,
            differing: 0,
            refused: 0,
            records: 0,
            left_out: compared.left_out,
        }
    }

    /// The sums over all rules.
    pub(crate) fn totals(&self) -> Totals {
        self.rules
            .iter()
            .fold(Totals::default(), |sum, rule| Totals {
                appear: sum.appear + rule.diff.appear.len() as u64,
                disappear: sum.disappear + rule.diff.disappear.len() as u64,
                change: sum.change + rule.diff.change.len() as u64,
                same: sum.same + rule.diff.same,
            })
    }

    /// The rules of which a detection differs.
    fn changed(&self) -> impl Iterator<Item = &RuleReport> {
        self.rules.iter().filter(|rule| !rule.diff.is_empty())
    }
}

impl RuleReport {
    /// The file and the line of the rule: of the new side, if it has it.
    fn place(&self) -> (&str, u32) {
        let place = self.new.as_ref().or(self.old.as_ref());
        place.map_or(("", 1), |place| (place.file.as_str(), place.line))
    }

    /// `+` for a new rule, `-` for one that is gone, `~` for another.
    fn mark(&self) -> char {
        match (&self.old, &self.new) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        }
    }
}

/// Writes the report.
pub(crate) fn write(
    report: &Report,
    format: DiffFormat,
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DiffFormat::Concise => concise::write(report, term, out),
        DiffFormat::Github => github::write(report, term, out),
        DiffFormat::Human => human::write(report, term, out),
        DiffFormat::Json => json::write(report, out),
    }
}

/// What a detection is about, as `name=value`: its match values, else its
/// outcomes. Log text in it is escaped and short.
fn about(shown: &Shown) -> Vec<String> {
    let mut said: Vec<(&str, String)> = Vec::new();
    for (name, value) in shown.matches.iter().chain(&shown.told.outcomes) {
        // An outcome often repeats a match variable; what is empty says nothing.
        let known = said.iter().any(|(known, _)| known == name);
        if !known && !value.is_empty() && value != "0" {
            said.push((name, format!("{}={}", escape_terminal(name), short(value))));
        }
    }
    said.into_iter().map(|(_, text)| text).collect()
}

/// `name old → new`; a value that is not said is a dash.
fn arrow(difference: &Difference) -> String {
    let value = |value: &Option<String>| match value {
        Some(value) if !value.is_empty() => short(value),
        _ => "–".to_owned(),
    };
    format!(
        "{} {} → {}",
        difference.name,
        value(&difference.old),
        value(&difference.new)
    )
}

/// Log text, escaped and short.
fn short(value: &str) -> String {
    cut(&escape_terminal(value), VALUE_COLUMNS)
}

/// What happens to the detections of all rules, how many rules that are, and
/// of how many nothing can be said.
fn plan(report: &Report) -> String {
    let told = differences(report);
    if report.refused == 0 {
        return told;
    }
    let rules = plural(report.refused, "rule");
    let why = match report.refused {
        1 => "it does not compile",
        _ => "they do not compile",
    };
    format!("{told}\n{rules} not compared: {why}.")
}

fn differences(report: &Report) -> String {
    let totals = report.totals();
    if report.differing == 0 {
        let rules = plural(report.same_rules, "rule");
        return format!("No rule differs; {rules} compared.");
    }
    let what = if totals.any() {
        format!(
            "Plan: {} to appear, {} to disappear, {} to change",
            count(totals.appear),
            count(totals.disappear),
            count(totals.change)
        )
    } else {
        "No detection differs".to_owned()
    };
    let differ = match report.differing {
        1 => "1 rule differs".to_owned(),
        many => format!("{} rules differ", count(many)),
    };
    let same = match report.same_rules {
        1 => "1 is".to_owned(),
        many => format!("{} are", count(many)),
    };
    let records = plural(report.records, "record");
    format!("{what} over {records}.\n{differ}, {same} the same.")
}
