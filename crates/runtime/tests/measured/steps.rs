//! The page that lists every recorded step, and the figures that it must keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::reasons::{Reason, reason};
use super::{Hit, Measured, Row};
use crate::recordings::LOGS;
use crate::shipped::SEVERITIES;

/// The patterns of the founding rule that hit a step; those in the second set
/// need connections counted as opened files.
pub(crate) type Founding = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

const HEAD: &str = "# Every recorded step, and what fires on it

Made by the test `pack_measured`, which also holds the pack to these figures:

```sh
YARAL_UPDATE=1 cargo test -p yaral-runtime --test pack_measured
```

Three stories were recorded with a label on every record: 77 steps on a Docker
host (`D-…`), 59 on a Kubernetes 1.36 cluster and the host beside it (`meta-…`),
28 on a Kubernetes 1.20 API server without nodes (`v120-…`). 111 of the 164 are
attacks, 53 are ordinary work; what built the lab counts as neither. auditd saw
the first two stories, the three logs of the Docker Engine the first, the audit
log of each API server its own.

The rules are as they ship, with the lists and tables that they ship with, and see
all six logs in one scan. A detection counts for each step that has one of its
events. Seconds run from the first record of the step, in whichever log, to the
event that completes the first detection of the rule. An alert on work that stands
on an attack step as well is marked (a): it is about the attack. (h) marks what
stands on nothing but the line `bash -c '…'` by which the capture harness started
the step: cron, ssh and web shells do so too, somebody at a prompt does not.

A rule's page names what a step does where the rule's meta tells its behaviours and
`behaviours.csv` ties the step's family to the rule of the plan that it belongs to.

The rules were written with these recordings at hand; figures on others will be
worse. The last column has the patterns of [the founding page's
rule](founding_rule.md); (o) those that need `--semantics unix_connect=file_open`.
";

/// How many attack steps of 111 must raise something, and MEDIUM or above.
const RAISED_MIN: usize = 106;
const MEDIUM_MIN: usize = 95;
/// How many attack steps one rule may be the only one on.
const ONLY_MAX: usize = 15;
/// How many steps of work may raise MEDIUM.
const WORK_MEDIUM_MAX: usize = 5;

pub(crate) struct Page<'p> {
    pub(crate) untuned: &'p Measured,
    pub(crate) tuned: &'p Measured,
    pub(crate) founding: &'p Founding,
    pub(crate) reasons: &'p [Reason],
    /// The rule names what the step does.
    pub(crate) names: &'p dyn Fn(&Row, &str) -> bool,
}

fn of<'m>(measured: &'m Measured, label: &'m str) -> impl Iterator<Item = &'m Row> {
    measured
        .rows
        .iter()
        .filter(move |row| row.step.label == label)
}

/// Steps of a label at or above a rank.
pub(crate) fn at_least(
    m: &Measured,
    label: &str,
    rank: usize,
    by: impl Fn(&Hit) -> usize,
) -> usize {
    of(m, label).filter(|row| row.highest(&by) >= rank).count()
}

impl Page<'_> {
    /// The figures of the pack's promise.
    pub(crate) fn hold(&self) {
        let m = self.untuned;
        let steps = |label| of(m, label).count();
        assert_eq!((steps("attack"), steps("benign")), (111, 53));
        let all = |hit: &Hit| hit.severity;
        assert!(at_least(m, "attack", 1, all) >= RAISED_MIN);
        assert!(at_least(m, "attack", 2, all) >= MEDIUM_MIN);
        let named: Vec<_> = of(m, "attack").map(|row| self.named(row)).collect();
        let count = |least: usize| named.iter().filter(|rank| **rank >= least).count();
        assert!(
            count(1) >= RAISED_MIN && count(2) >= MEDIUM_MIN,
            "by rules that name it: {} and {}",
            count(1),
            count(2)
        );
        for (rule, count) in only(m) {
            assert!(count <= ONLY_MAX, "{rule} alone hits {count} steps");
        }
        let alone = |hit: &Hit| hit.alone;
        let loud: Vec<_> = of(m, "benign")
            .filter(|row| row.highest(alone) >= 2)
            .collect();
        assert!(loud.len() <= WORK_MEDIUM_MAX);
        for row in &loud {
            assert!(row.highest(alone) < 3, "{}: {:?}", row.step.id, row.hits);
        }
        for row in of(self.tuned, "benign") {
            assert!(
                row.highest(alone) < 2,
                "{} tuned: {:?}",
                row.step.id,
                row.hits
            );
        }
        for (what, rule, severity) in m.elsewhere.keys() {
            let quiet = ["background", "over detections of work"].contains(what);
            assert!(!quiet || *severity < 2, "{rule} in the background");
        }
        let unexplained: Vec<_> = self
            .to_explain()
            .into_iter()
            .filter(|step| reason(self.reasons, step).is_empty())
            .collect();
        assert!(
            unexplained.is_empty(),
            "tests/measured/steps.csv has no reason for {unexplained:?}"
        );
    }

    /// The loudest of the rules whose page names what the step does.
    fn named(&self, row: &Row) -> usize {
        let fit = row.hits.iter().filter(|(rule, _)| (self.names)(row, rule));
        fit.map(|(_, hit)| hit.severity).max().unwrap_or(0)
    }

    /// The steps that must have a reason: attacks without any detection, and
    /// work that looks like one.
    pub(crate) fn to_explain(&self) -> Vec<String> {
        let m = self.untuned;
        let missed = of(m, "attack").filter(|row| row.hits.is_empty());
        let loud = of(m, "benign").filter(|row| row.highest(|hit| hit.alone) >= 2);
        missed.chain(loud).map(|row| row.step.id.clone()).collect()
    }

    pub(crate) fn text(&self) -> String {
        let mut out = HEAD.to_owned();
        out.push_str("\n## In sum\n\n");
        out.push_str(&self.sums());
        out.push_str(&self.by_log());
        out.push_str(&self.loners());
        out.push_str(&self.explained());
        out.push_str(&self.elsewhere());
        out.push_str("\n## Step by step\n\n| step | label | family | rules that fired, seconds to the alert | founding rule |\n| --- | --- | --- | --- | --- |\n");
        for row in &self.untuned.rows {
            let step = &row.step;
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                step.id,
                word(&step.label),
                step.family,
                rules(row),
                self.founding(&step.id)
            );
        }
        out
    }

    /// What a README needs to know.
    pub(crate) fn sums(&self) -> String {
        let mut out = String::from(
            "| steps | of | CRITICAL | HIGH | MEDIUM | LOW | nothing | founding rule |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
        );
        let mut line =
            |what: &str, m: &Measured, label: &str, by: &dyn Fn(&Hit) -> usize, founding: &str| {
                let ranks = of(m, label).map(|row| row.highest(by));
                let _ = writeln!(
                    out,
                    "| {what} | {} | {} | {founding} |",
                    of(m, label).count(),
                    counts(ranks)
                );
            };
        let founding = |label: &str| {
            let rows = of(self.untuned, label);
            let hit = |id: &str| {
                self.founding
                    .get(id)
                    .is_some_and(|(plain, _)| !plain.is_empty())
            };
            rows.filter(|row| hit(&row.step.id)).count().to_string()
        };
        line(
            "attack",
            self.untuned,
            "attack",
            &|hit| hit.severity,
            &founding("attack"),
        );
        line(
            "attack, without the harness's lines",
            self.untuned,
            "attack",
            &|hit| hit.typed,
            "",
        );
        line(
            "work",
            self.untuned,
            "benign",
            &|hit| hit.alone,
            &founding("benign"),
        );
        line(
            "work, with the example tables",
            self.tuned,
            "benign",
            &|hit| hit.alone,
            "",
        );
        line(
            "attack, with the example tables",
            self.tuned,
            "attack",
            &|hit| hit.severity,
            "",
        );
        let named = of(self.untuned, "attack").map(|row| self.named(row));
        let _ = writeln!(
            out,
            "| attack, by rules whose page names what the step does | 111 | {} |  |",
            counts(named)
        );
        out
    }

    /// Each log on its own: detections that need no other.
    fn by_log(&self) -> String {
        let mut out = String::from(
            "\nBy log, where only that log is kept:\n\n| log, steps | with records | CRITICAL | HIGH | MEDIUM | LOW | nothing |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        );
        for log in &LOGS {
            for label in ["attack", "benign"] {
                let rows: Vec<_> = of(self.untuned, label)
                    .filter(|row| row.logs.contains(log.name))
                    .collect();
                let of_log = |hit: &Hit| hit.by_log.get(log.name).copied().unwrap_or(0);
                let ranks = rows.iter().map(|row| row.highest(of_log));
                let _ = writeln!(
                    out,
                    "| {}, {} | {} | {} |",
                    log.name,
                    word(label),
                    rows.len(),
                    counts(ranks)
                );
            }
        }
        out
    }

    fn loners(&self) -> String {
        let mut out = format!(
            "\nNo rule carries the pack alone: those that are the only one on more than two\nattack steps are {}.\nOne event fires at most {} rules.\n",
            {
                let only = only(self.untuned)
                    .into_iter()
                    .filter(|(_, count)| *count > 2);
                let words: Vec<_> = only
                    .map(|(rule, count)| format!("`{rule}` ({count})"))
                    .collect();
                if words.is_empty() {
                    "none".to_owned()
                } else {
                    words.join(", ")
                }
            },
            self.untuned.chorus
        );
        let low = of(self.untuned, "attack").filter(|row| row.highest(|hit| hit.severity) == 1);
        let low: Vec<_> = low.map(|row| row.step.id.as_str()).collect();
        if !low.is_empty() {
            let _ = writeln!(out, "LOW is the highest for: {}.", low.join(", "));
        }
        out
    }

    fn explained(&self) -> String {
        let mut out = String::from("\n## Missed, and why\n\n");
        let missed: Vec<_> = of(self.untuned, "attack")
            .filter(|row| row.hits.is_empty())
            .collect();
        if missed.is_empty() {
            out.push_str("No attack step is without a detection.\n");
        }
        for row in missed {
            let _ = writeln!(
                out,
                "* {}, {}: {}.",
                row.step.id,
                row.step.family,
                reason(self.reasons, &row.step.id)
            );
        }
        out.push_str("\n## Work that cannot be told from an attack\n\n");
        let loud: Vec<_> = of(self.untuned, "benign")
            .filter(|row| row.highest(|hit| hit.alone) >= 2)
            .collect();
        if loud.is_empty() {
            out.push_str("No step of work raises MEDIUM or above.\n");
        }
        for row in loud {
            let _ = writeln!(
                out,
                "* {}, {}: {}.",
                row.step.id,
                rules(row),
                reason(self.reasons, &row.step.id)
            );
        }
        out
    }

    fn elsewhere(&self) -> String {
        let mut out = String::from(
            "\n## Outside the steps\n\nThe background is the systems themselves and four emulated operators. The rehearsal is\nhalf a minute in which attack steps were tried out; the labels call it background, and\n25 audit events of it were looked at one by one.\n\n| where | rule | severity | detections |\n| --- | --- | --- | --- |\n",
        );
        for ((what, rule, severity), count) in &self.untuned.elsewhere {
            let _ = writeln!(
                out,
                "| {what} | `{rule}` | {} | {count} |",
                severity_word(*severity)
            );
        }
        out
    }

    fn founding(&self, step: &str) -> String {
        let Some((plain, open)) = self.founding.get(step) else {
            return "–".to_owned();
        };
        let plain_words = plain.iter().map(|pattern| format!("`{pattern}`"));
        let more = open
            .difference(plain)
            .map(|pattern| format!("`{pattern}` (o)"));
        let all: Vec<_> = plain_words.chain(more).collect();
        if all.is_empty() {
            "–".to_owned()
        } else {
            all.join(", ")
        }
    }
}

/// By rule, the attack steps on which it is the only one.
pub(crate) fn only(m: &Measured) -> BTreeMap<&str, usize> {
    let mut only = BTreeMap::new();
    for row in of(m, "attack").filter(|row| row.hits.len() == 1) {
        for rule in row.hits.keys() {
            *only.entry(rule.as_str()).or_insert(0) += 1;
        }
    }
    only
}

fn severity_word(rank: usize) -> &'static str {
    rank.checked_sub(1).map_or("–", |at| SEVERITIES[at])
}

fn word(label: &str) -> &str {
    if label == "benign" { "work" } else { label }
}

/// Cells from CRITICAL down to nothing.
pub(crate) fn counts(ranks: impl Iterator<Item = usize>) -> String {
    let mut count = [0_usize; 5];
    ranks.for_each(|rank| count[rank] += 1);
    let cells: Vec<_> = count.iter().rev().map(usize::to_string).collect();
    cells.join(" | ")
}

/// The loudest first.
fn rules(row: &Row) -> String {
    let mut hits: Vec<_> = row.hits.iter().collect();
    hits.sort_by_key(|(rule, hit)| (4 - hit.severity, *rule));
    let cell = |(rule, hit): &(&String, &Hit)| {
        let mut text = format!(
            "`{rule}` {} {:.1}",
            severity_word(hit.severity),
            hit.seconds
        );
        if hit.typed == 0 {
            text.push_str(" (h)");
        }
        if hit.alone == 0 && row.step.label == "benign" {
            text.push_str(" (a)");
        }
        text
    };
    let cells: Vec<_> = hits.iter().map(cell).collect();
    if cells.is_empty() {
        "–".to_owned()
    } else {
        cells.join(", ")
    }
}
