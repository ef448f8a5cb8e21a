//! What rules cover, in four formats.

mod csv;
mod human;
mod json;
mod navigator;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use yaral_normalize::LogType;
use yaral_runtime::scan::FieldUse;

use crate::args::CoverageFormat;
use crate::term::Term;

/// One rule.
#[derive(Debug)]
pub(crate) struct Covered {
    /// Its name.
    pub(crate) rule: String,
    /// Its file, as the user's words lead to it.
    pub(crate) file: String,
    /// Its severity, in capitals.
    pub(crate) severity: String,
    /// The techniques that it names, sorted.
    pub(crate) techniques: Vec<String>,
    /// The log types that it names, sorted.
    pub(crate) log_types: Vec<String>,
    /// The fields of events that it reads, sorted.
    pub(crate) fields: Vec<String>,
    /// Whether a positive and a negative test stand beside it.
    pub(crate) tested: bool,
    /// How often it fired, if there were logs.
    pub(crate) fired: Option<u64>,
}

/// What the logs showed.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Records read.
    pub(crate) records: u64,
    /// Events that were made of them.
    pub(crate) events: u64,
    /// Inputs for each log type.
    pub(crate) log_types: BTreeMap<String, u64>,
    /// The fields that rules read, and whether some event has them.
    pub(crate) fields: Vec<FieldUse>,
}

/// Everything that is told.
#[derive(Debug)]
pub(crate) struct Report {
    /// The rules in the order of their files.
    pub(crate) rules: Vec<Covered>,
    /// What the logs showed, if there were any.
    pub(crate) seen: Option<Seen>,
    /// Rules that do not compile.
    pub(crate) refused: u64,
}

/// Writes the report.
pub(crate) fn write(
    report: &Report,
    format: CoverageFormat,
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        CoverageFormat::Csv => csv::write(report, out),
        CoverageFormat::Human => human::write(report, term, out),
        CoverageFormat::Json => json::write(report, out),
        CoverageFormat::Navigator => navigator::write(report, out),
    }
}

/// The ids of techniques in a text such as `T1552.007, T1190`, sorted. What is
/// no id is left out.
pub(crate) fn techniques(text: &str) -> Vec<String> {
    let digits = |text: &str, many: usize| {
        text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_id = |word: &str| {
        let Some(number) = word.strip_prefix('T') else {
            return false;
        };
        match number.split_once('.') {
            Some((number, sub)) => digits(number, 4) && digits(sub, 3),
            None => digits(number, 4),
        }
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let found: BTreeSet<String> = words
        .map(|word| word.trim_matches('.').to_ascii_uppercase())
        .filter(|word| is_id(word))
        .collect();
    found.into_iter().collect()
}

/// The log types that a text names, sorted.
pub(crate) fn log_types(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .collect();
    let named = LogType::all().map(LogType::name);
    let mut found: Vec<String> = named
        .filter(|name| words.contains(name))
        .map(str::to_owned)
        .collect();
    found.sort();
    found
}

/// The rules of one technique.
#[derive(Debug, Default)]
struct Technique<'r> {
    tested: Vec<&'r str>,
    untested: Vec<&'r str>,
}

impl Report {
    /// The techniques with their rules, by id.
    fn techniques(&self) -> BTreeMap<&str, Technique<'_>> {
        let mut all: BTreeMap<&str, Technique<'_>> = BTreeMap::new();
        for rule in &self.rules {
            for id in &rule.techniques {
                let technique = all.entry(id).or_default();
                if rule.tested {
                    technique.tested.push(&rule.rule);
                } else {
                    technique.untested.push(&rule.rule);
                }
            }
        }
        all
    }

    /// The log types that rules name, and how many do.
    fn log_types(&self) -> BTreeMap<&str, u64> {
        count(self.rules.iter().flat_map(|rule| &rule.log_types))
    }

    /// The fields that rules read, and how many do.
    fn fields(&self) -> BTreeMap<&str, u64> {
        count(self.rules.iter().flat_map(|rule| &rule.fields))
    }

    /// The fields that rules read and no event has, with those rules; empty
    /// without logs.
    fn never(&self) -> Vec<(&str, Vec<&str>)> {
        let fields = self.seen.iter().flat_map(|seen| &seen.fields);
        fields
            .filter(|field| !field.seen)
            .map(|field| {
                let rules = self.rules.iter().filter(|r| r.fields.contains(&field.name));
                let names = rules.map(|rule| rule.rule.as_str()).collect();
                (field.name.as_str(), names)
            })
            .collect()
    }
}

fn count<'r>(names: impl Iterator<Item = &'r String>) -> BTreeMap<&'r str, u64> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_are_found_in_lists() {
        assert_eq!(
            techniques("T1552.007, t1190; T1552.007 (and T1133.)"),
            ["T1133", "T1190", "T1552.007"]
        );
        assert!(techniques("TA0006, T15, T1552.07, T1552.0077, Tabcd, ").is_empty());
    }

    #[test]
    fn log_types_are_found_in_sentences() {
        assert_eq!(
            log_types("Linux audit (AUDITD), or FALCO_IDS; not AUDITDX nor auditd_x"),
            ["AUDITD", "FALCO_IDS"]
        );
    }
}
