//! Each rule with what the logs have for it.

use std::collections::BTreeSet;

use super::causes::{CAUSES, Finding};
use super::facts::Facts;
use super::kind::Kind;
use super::ways::Ways;

/// Whether a rule can fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The logs have what it is fed with.
    Ready,
    /// They have, and it sees less than it could.
    Weak,
    /// Its source is there, nothing is known to hide the event, and none came.
    Unseen,
    /// It cannot.
    Silent,
}

/// A rule with what the logs have for it.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The rule's name.
    pub rule: String,
    /// Whether it can fire.
    pub verdict: Verdict,
    /// The kinds of events that are not there, of the way that misses fewest.
    pub missing: BTreeSet<Kind>,
    /// Fields that its detections have and no event of the logs.
    pub empty: Vec<String>,
    /// Places in the list of findings: why it is silent or weak.
    pub why: BTreeSet<usize>,
}

/// Judges each rule, and lists what is wrong with the logs. A finding that hides
/// nothing from a rule stands there as well.
#[must_use]
pub fn judge(rules: &[(String, Ways)], facts: &Facts) -> (Vec<Readiness>, Vec<Finding>) {
    let used: BTreeSet<&Kind> = rules
        .iter()
        .flat_map(|(_, ways)| &ways.ways)
        .flatten()
        .collect();
    let mut findings = Vec::new();
    for cause in CAUSES {
        findings.extend((cause.look)(facts, &used));
    }
    let judged = rules
        .iter()
        .map(|(rule, ways)| one(rule, ways, facts, &findings))
        .collect();
    (judged, findings)
}

fn one(rule: &str, ways: &Ways, facts: &Facts, findings: &[Finding]) -> Readiness {
    let missing = |way: &BTreeSet<Kind>| -> BTreeSet<Kind> {
        let gone = way.iter().filter(|kind| facts.count(kind) == 0);
        gone.cloned().collect()
    };
    let ready: Vec<&BTreeSet<Kind>> = ways
        .ways
        .iter()
        .filter(|way| missing(way).is_empty())
        .collect();
    let mut why = BTreeSet::new();
    if ready.is_empty() {
        let nearest = ways.ways.iter().map(missing).min_by_key(|gone| {
            // A way whose source is there is nearer than one whose is not.
            let foreign = gone.iter().filter(|kind| !facts.has(&kind.source));
            (foreign.count(), gone.len())
        });
        let missing = nearest.unwrap_or_default();
        for (place, finding) in findings.iter().enumerate() {
            if missing.iter().any(|kind| finding.hides.contains(kind)) {
                why.insert(place);
            }
        }
        return Readiness {
            rule: rule.to_owned(),
            verdict: if why.is_empty() {
                Verdict::Unseen
            } else {
                Verdict::Silent
            },
            missing,
            empty: Vec::new(),
            why,
        };
    }
    let kinds: BTreeSet<&Kind> = ready.into_iter().flatten().collect();
    let empty = ways
        .fields
        .iter()
        .filter(|wanted| !kinds.iter().any(|kind| facts.is_filled(wanted, kind)));
    let empty: Vec<String> = empty.map(super::ways::Wanted::name).collect();
    for (place, finding) in findings.iter().enumerate() {
        if kinds.iter().any(|kind| finding.weakens.contains(*kind)) {
            why.insert(place);
        }
    }
    Readiness {
        rule: rule.to_owned(),
        verdict: match (why.is_empty(), empty.is_empty()) {
            (false, _) => Verdict::Weak,
            (true, true) => Verdict::Ready,
            // What nobody did fills no field either.
            (true, false) => Verdict::Unseen,
        },
        missing: BTreeSet::new(),
        empty,
        why,
    }
}
