//! Runs a case: compiles the rule, asks every evaluator, compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use yaral_compiler::{Compiled, Options};
use yaral_engine::metrics::MetricCollector;
use yaral_engine::{Detection, naive};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::metrics::Metrics;
use yaral_ir::plan::Plan;
use yaral_ir::semantics::Semantics;

use crate::diff;
use crate::drive::{self, Ruled};
use crate::page::{Case, Expectation, Fault};
use crate::table;
use crate::time;
use crate::timeline::{self, Arrival, Timeline};
use crate::verdict::{self, Said, Verdict};

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
    let rules = compiled.rules.len();
    let plans: Vec<Plan> = compiled
        .rules
        .iter()
        .filter_map(|rule| rule.plan.clone())
        .collect();
    match (compiled.has_errors(), plans.len() == rules && rules > 0) {
        (false, true) => {
            let entities = timeline::entities(&case.entities, case.entities_line)?;
            let past = Timeline::read(&case.past, case.past_line)?;
            let metrics = counted(&plans, &past);
            let judged = judge(&Ruled::asking(plans, entities, Some(metrics)), &timeline);
            text.push_str(&verdict::text(&judged.verdicts, expectation.risk));
            disagreements = judged.disagreements;
        }
        (false, false) => return Err(fault("a rule makes no plan and no error".to_owned())),
        (true, _) => {}
    }
    Ok(Outcome {
        text,
        disagreements,
    })
}

/// The plans of a case's rules under the switches of one of its expectations;
/// none if a rule does not compile.
///
/// # Errors
/// A mistake in the case itself.
pub fn plans(case: &Case, expectation: &Expectation) -> Result<Vec<Plan>, Fault> {
    let options = options(case, expectation).map_err(|what| Fault {
        line: expectation.line,
        what,
    })?;
    let compiled = yaral_compiler::compile(&rule(&case.rule), &options);
    if compiled.has_errors() {
        return Ok(Vec::new());
    }
    let rules = compiled.rules.into_iter();
    Ok(rules.filter_map(|rule| rule.plan).collect())
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
    let mut tables = BTreeMap::new();
    for (name, text) in &case.tables {
        tables.insert(name.clone(), Arc::new(table::read(name, text)?));
    }
    Ok(Options {
        strict: case.strict,
        semantics,
        lists,
        tables,
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

/// What ways of driving the rules over a timeline, or the two evaluators,
/// disagree in, and how many ways there were.
pub(crate) fn disagreements(ruled: &Ruled, timeline: &Timeline) -> (Vec<String>, usize) {
    let judged = judge(ruled, timeline);
    (judged.disagreements, judged.ways)
}

struct Judged {
    verdicts: Vec<Verdict>,
    disagreements: Vec<String>,
    /// In how many ways the rules were driven: forwards and backwards by the
    /// naive evaluator, and all those of the fast one.
    ways: usize,
}

/// What metrics have counted before.
fn counted(plans: &[Plan], past: &Timeline) -> Arc<dyn Metrics> {
    let mut collector = MetricCollector::new(plans);
    for arrival in past.counting(false) {
        collector.see(&arrival.event);
    }
    Arc::new(collector.finish())
}

fn judge(ruled: &Ruled, timeline: &Timeline) -> Judged {
    let all = timeline.counting(false);
    let some = ruled.plans.iter().any(drive::remembers);
    let arrivals = timeline.counting(some);
    let newest = arrivals.iter().map(|arrival| arrival.time).max();
    let now = newest.unwrap_or(time::ORIGIN).seconds;
    let seen = [seen(&arrivals), seen(&all)];
    let words = words(ruled, &seen[1], now);
    let court = Court {
        ruled,
        now,
        words: &words,
    };
    let mut verdicts = court.naive(&seen[0], &seen[1]);
    let shown = verdict::text(&verdicts, true);
    let mut disagreements = Vec::new();
    let reversed = seen.map(|seen| seen.into_iter().rev().collect::<Vec<_>>());
    let backwards = verdict::text(&court.naive(&reversed[0], &reversed[1]), true);
    if backwards != shown {
        let differs = diff::lines(&shown, &backwards);
        disagreements.push(format!("naive, backwards:\n{differs}"));
    }
    if let Some(twice) = verdicts.windows(2).find(|two| two[0] == two[1]) {
        // A rule without `match` judges each event; a repetition says the same again.
        if ruled.plans[twice[0].place].correlation.is_some() {
            let text = twice[0].text(true);
            disagreements.push(format!("naive says twice:\n{text}"));
        }
    }
    verdicts.dedup();
    let mut ids: Option<BTreeMap<Verdict, String>> = None;
    let drives = drive::all(ruled, timeline, now);
    let ways = drives.len() + 2;
    for (name, driven) in drives {
        let said = driven.and_then(|driven| court.agreed(&driven, &verdicts, &shown));
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
        ways,
    }
}

fn seen<'t>(arrivals: &[&'t Arrival]) -> Vec<naive::Seen<'t>> {
    let arrivals = arrivals.iter();
    arrivals
        .map(|arrival| naive::Seen {
            event: &arrival.event,
            id: &arrival.id,
        })
        .collect()
}

/// Words for the detections that others may name.
fn words(ruled: &Ruled, seen: &[naive::Seen<'_>], now: i64) -> BTreeMap<String, String> {
    let found = naive::detect_all(&ruled.plans, seen, &ruled.knowledge, now);
    let mut words = BTreeMap::new();
    for (plan, found) in ruled.plans.iter().zip(&found) {
        for found in found {
            let (id, _) = naive::record(plan, found, seen);
            words.insert(id, verdict::word(plan, found));
        }
    }
    words
}

/// What a case is judged by.
#[derive(Clone, Copy)]
struct Court<'c> {
    ruled: &'c Ruled,
    now: i64,
    words: &'c BTreeMap<String, String>,
}

impl<'c> Court<'c> {
    fn said(self, place: usize) -> Said<'c> {
        Said {
            plan: &self.ruled.plans[place],
            place,
            named: self.ruled.plans.len() > 1,
            words: self.words,
        }
    }

    /// What the naive evaluator says of events that are in time, and of all
    /// where a rule remembers nothing.
    fn naive(self, in_time: &[naive::Seen<'_>], all: &[naive::Seen<'_>]) -> Vec<Verdict> {
        let (plans, knowledge) = (&self.ruled.plans, &self.ruled.knowledge);
        let mut found = naive::detect_all(plans, in_time, knowledge, self.now);
        for (plan, found) in plans.iter().zip(&mut found) {
            if !drive::remembers(plan) {
                *found = naive::detect_with(plan, all, knowledge, self.now);
            }
        }
        let mut verdicts = Vec::new();
        for (place, found) in found.iter().enumerate() {
            let said = self.said(place);
            verdicts.extend(found.iter().map(|found| Verdict::of_found(said, found)));
        }
        verdicts.sort();
        verdicts
    }

    /// The detections of one drive with their ids, if they are those of the
    /// naive evaluator.
    fn agreed(
        self,
        driven: &[Detection],
        verdicts: &[Verdict],
        shown: &str,
    ) -> Result<BTreeMap<Verdict, String>, String> {
        let verdict = |made: &Detection| Verdict::of_detection(self.said(made.rule), made);
        let mut said: Vec<Verdict> = driven.iter().map(verdict).collect();
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
        for made in driven {
            let new = taken.insert(made.id.clone());
            if !new && self.ruled.plans[made.rule].correlation.is_some() {
                return Err(format!("the id {} is final twice", made.id));
            }
            ids.insert(verdict(made), made.id.clone());
        }
        Ok(ids)
    }
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
        let ruled = Ruled::new(vec![plan], Vec::new());
        let timeline = Timeline::read(&cases[0].events, 1).expect("the events are right");
        let drives = drive::all(&ruled, &timeline, 0);
        let said = drives[0].1.clone().expect("it runs");
        let court = Court {
            ruled: &ruled,
            now: 0,
            words: &BTreeMap::new(),
        };
        let right = vec![Verdict::of_detection(court.said(0), &said[0])];
        let shown = verdict::text(&right, true);
        assert!(court.agreed(&said, &right, &shown).is_ok());
        let error = court
            .agreed(&said, &[], "none\n")
            .expect_err("one too many");
        assert!(error.contains("- none\n+ +0s..+10m"), "{error}");
        let twice = [said[0].clone(), said[0].clone()];
        let error = court
            .agreed(&twice, &right, &shown)
            .expect_err("final twice");
        assert!(error.contains("final twice"), "{error}");
    }
}
