//! Runs a case: compiles the rule, asks every evaluator, compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use yaral_compiler::{Compiled, Options};
use yaral_engine::metrics::MetricCollector;
use yaral_engine::{Detection, Knowledge, naive};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::Plan;
use yaral_ir::semantics::Semantics;

use crate::diff;
use crate::drive;
use crate::page::{Case, Expectation, Fault};
use crate::time;
use crate::timeline::Timeline;
use crate::verdict::{self, Verdict};

/// What came out of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the naive evaluator says: diagnostics, then detections.
    pub text: String,
    /// What others say differently; empty if all agree.
    pub disagreements: Vec<String>,
}

/// Runs a case under the switches of one of its expectations.
///
/// # Errors
/// A mistake in the case itself.
pub fn run(case: &Case, expectation: &Expectation) -> Result<Outcome, Fault> {
    let fault = |what: String| Fault {
        line: expectation.line,
        what,
    };
    let timeline = Timeline::read(&case.events, case.events_line)?;
    let options = options(case, expectation).map_err(fault)?;
    let compiled = yaral_compiler::compile(&rule(&case.rule), &options);
    let mut text = diagnostics(&compiled);
    let mut disagreements = Vec::new();
    let plan = compiled.rules.iter().find_map(|rule| rule.plan.as_ref());
    match (compiled.has_errors(), plan) {
        (false, Some(plan)) => {
            let past = Timeline::read(&case.past, case.past_line)?;
            let judged = judge(plan, &timeline, &Arc::new(known(plan, &past)));
            text.push_str(&verdict::text(&judged.verdicts, expectation.risk));
            disagreements = judged.disagreements;
        }
        (false, None) => return Err(fault("the rule makes no plan and no error".to_owned())),
        (true, _) => {}
    }
    Ok(Outcome {
        text,
        disagreements,
    })
}

/// The rule's whole text: a case may begin with a section.
fn rule(text: &str) -> String {
    if text.trim_start().starts_with("rule ") {
        return text.to_owned();
    }
    let head = if text.trim_start().starts_with("meta") {
        ""
    } else {
        "meta:\n"
    };
    format!("rule case {{\n{head}{text}}}\n")
}

fn options(case: &Case, expectation: &Expectation) -> Result<Options, String> {
    let mut semantics = Semantics::default();
    for (key, value) in case.semantics.iter().chain(&expectation.semantics) {
        semantics.set(key, value)?;
    }
    let mut lists = BTreeMap::new();
    for (file, text) in &case.lists {
        let (name, ending) = file.split_once('.').ok_or("a list is named NAME.KIND")?;
        let kind = ListKind::from_ending(ending).ok_or("lists are txt, regex or cidr")?;
        let (list, errors) = List::parse(name, kind, text);
        if !errors.is_empty() {
            return Err(format!("the list {file}: {errors:?}"));
        }
        lists.insert(name.to_owned(), Arc::new(list));
    }
    Ok(Options {
        strict: case.strict,
        semantics,
        lists,
        ..Options::default()
    })
}

/// Severity and code of each diagnostic, in the order of their places.
fn diagnostics(compiled: &Compiled) -> String {
    let mut text = String::new();
    for found in &compiled.diagnostics {
        let _ = writeln!(text, "{} {}", found.severity.as_str(), found.code.0);
    }
    text
}

struct Judged {
    verdicts: Vec<Verdict>,
    disagreements: Vec<String>,
}

/// What the rule knows: what its metrics have counted before.
fn known(plan: &Plan, past: &Timeline) -> Knowledge {
    let mut collector = MetricCollector::new(std::slice::from_ref(plan));
    for arrival in past.counting(false) {
        collector.see(&arrival.event);
    }
    Knowledge {
        metrics: Some(Arc::new(collector.finish())),
        ..Knowledge::default()
    }
}

fn judge(plan: &Plan, timeline: &Timeline, knowledge: &Arc<Knowledge>) -> Judged {
    let arrivals = timeline.counting(drive::remembers(plan));
    let newest = arrivals.iter().map(|arrival| arrival.time).max();
    let now = newest.unwrap_or(time::ORIGIN).seconds;
    let seen: Vec<naive::Seen<'_>> = arrivals
        .iter()
        .map(|arrival| naive::Seen {
            event: &arrival.event,
            id: &arrival.id,
        })
        .collect();
    let found = naive::detect_with(plan, &seen, knowledge, now);
    let mut verdicts: Vec<Verdict> = found
        .iter()
        .map(|found| Verdict::of_found(plan, found))
        .collect();
    verdicts.sort();
    let shown = verdict::text(&verdicts, true);
    let mut disagreements = Vec::new();
    let reverse: Vec<naive::Seen<'_>> = seen.iter().rev().copied().collect();
    let found = naive::detect_with(plan, &reverse, knowledge, now);
    disagreements.extend(backwards(plan, &found, &shown));
    if let Some(twice) = verdicts.windows(2).find(|two| two[0] == two[1]) {
        // A rule without `match` judges each event; a repetition says the same again.
        if plan.correlation.is_some() {
            let text = twice[0].text(true);
            disagreements.push(format!("naive says twice:\n{text}"));
        }
    }
    verdicts.dedup();
    let mut ids: Option<BTreeMap<Verdict, String>> = None;
    for (name, driven) in drive::all((plan, knowledge), timeline, now) {
        let said = driven.and_then(|driven| agreed(plan, &driven, &verdicts, &shown));
        match (said, &ids) {
            (Err(what), _) => disagreements.push(format!("{name}: {what}")),
            (Ok(said), None) => ids = Some(said),
            (Ok(said), Some(first)) if said != *first => {
                disagreements.push(format!("{name}: ids are not those of the first run"));
            }
            (Ok(_), Some(_)) => {}
        }
    }
    Judged {
        verdicts,
        disagreements,
    }
}

/// What the naive evaluator says differently of the events in reverse.
fn backwards(plan: &Plan, found: &[naive::Found], shown: &str) -> Option<String> {
    let mut verdicts: Vec<Verdict> = found
        .iter()
        .map(|found| Verdict::of_found(plan, found))
        .collect();
    verdicts.sort();
    let text = verdict::text(&verdicts, true);
    let differs = || format!("naive, backwards:\n{}", diff::lines(shown, &text));
    (text != shown).then(differs)
}

/// The detections of one drive with their ids, if they are those of the
/// naive evaluator.
fn agreed(
    plan: &Plan,
    driven: &[Detection],
    verdicts: &[Verdict],
    shown: &str,
) -> Result<BTreeMap<Verdict, String>, String> {
    let mut said: Vec<Verdict> = driven
        .iter()
        .map(|detection| Verdict::of_detection(plan, detection))
        .collect();
    said.sort();
    said.dedup();
    if said != verdicts {
        let text = verdict::text(&said, true);
        return Err(format!(
            "differs from naive (-):\n{}",
            diff::lines(shown, &text)
        ));
    }
    let mut taken = BTreeSet::new();
    let mut ids = BTreeMap::new();
    for detection in driven {
        let verdict = Verdict::of_detection(plan, detection);
        let new = taken.insert(detection.id.clone());
        if !new && plan.correlation.is_some() {
            return Err(format!("the id {} is final twice", detection.id));
        }
        ids.insert(verdict, detection.id.clone());
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page;

    fn outcome(page: &str) -> Outcome {
        let cases = page::read(page).expect("the page is right");
        run(&cases[0], &cases[0].expectations[0]).expect("the case is right")
    }

    const RULE: &str = "## A\n```yaral\nevents: $e.principal.hostname = $h\nmatch: $h over 10m\ncondition: #e > 1\n```\n\
```events\n+0s a: principal.hostname=h\n+1m b: principal.hostname=h\n```\n```expect risk\nnone\n```\n";

    #[test]
    fn all_evaluators_say_the_same() {
        let found = outcome(RULE);
        assert_eq!(found.text, "+0s..+10m h=\"h\" risk 40\n  e: a b\n");
        assert_eq!(found.disagreements, Vec::<String>::new());
    }

    #[test]
    fn diagnostics_come_first() {
        let found = outcome(&RULE.replace("10m", "50h"));
        assert_eq!(
            found.text,
            "warning E0310\n+0s..+2d2h h=\"h\" risk 40\n  e: a b\n"
        );
        let found = outcome(&RULE.replace("yaral", "yaral strict").replace("10m", "50h"));
        assert_eq!(found.text, "error E0310\n");
    }

    #[test]
    fn mistakes_in_a_case_are_named() {
        for (from, to, line) in [
            ("expect risk", "expect windws=exact", 11),
            ("+1m b:", "1m b:", 9),
            ("```events", "```list x.foo\ny\n```\n```events", 14),
        ] {
            let cases = page::read(&RULE.replace(from, to)).expect("the page is right");
            let fault = run(&cases[0], &cases[0].expectations[0]).expect_err(to);
            assert_eq!(fault.line, line, "{fault}");
        }
    }

    #[test]
    fn another_verdict_is_a_disagreement() {
        let cases = page::read(RULE).expect("the page is right");
        let compiled = yaral_compiler::compile(&rule(&cases[0].rule), &Options::default());
        let plan = compiled.rules[0].plan.clone().expect("it has no mistake");
        let timeline = Timeline::read(&cases[0].events, 1).expect("the events are right");
        let drives = drive::all((&plan, &Arc::default()), &timeline, 0);
        let said = drives[0].1.clone().expect("it runs");
        let right = vec![Verdict::of_detection(&plan, &said[0])];
        let shown = verdict::text(&right, true);
        assert!(agreed(&plan, &said, &right, &shown).is_ok());
        let error = agreed(&plan, &said, &[], "none\n").expect_err("one too many");
        assert!(error.contains("- none\n+ +0s..+10m"), "{error}");
        let twice = [said[0].clone(), said[0].clone()];
        let error = agreed(&plan, &twice, &right, &shown).expect_err("final twice");
        assert!(error.contains("final twice"), "{error}");
    }
}
