//! Every public rule with `match`, run on events made for it: on a timeline
//! that it is to fire on, and on timelines that just miss.
//!
//! The corpus is not part of this repository; `YARAL_CORPUS` names a folder
//! that holds it as `detection-rules/`. Without it the test says SKIP.

mod witness;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use witness::hints::{LISTED, LISTED_RANGE};
use witness::place::Place;
use witness::{Made, NOW};
use yaral_engine::naive::{self, Seen};
use yaral_engine::{Context, Detection, Engine};
use yaral_ir::correlation::WindowKind;
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

/// Timelines that are made for one rule, as far as its predicates leave a choice.
const TIMELINES: usize = 3;

/// Events that a detection names for each variable.
const SAMPLES_MAX: usize = 10;

/// Rules without a timeline that they fire on, each with why. It may shrink.
const WITHOUT: &[(&str, &str)] = &[];

#[allow(clippy::print_stderr, reason = "figures and skipped tests are shown")]
fn say(what: std::fmt::Arguments<'_>) {
    eprintln!("{what}");
}

fn corpus() -> Option<PathBuf> {
    let found =
        std::env::var_os("YARAL_CORPUS").map(|root| PathBuf::from(root).join("detection-rules"));
    let found = found.filter(|path| path.is_dir());
    if found.is_none() {
        say(format_args!(
            "SKIP corpus: YARAL_CORPUS names no folder with detection-rules/"
        ));
    }
    found
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("the corpus is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "yaral") {
            into.push(path);
        }
    }
}

/// The lists that a text names, with one entry each.
fn lists(text: &str) -> BTreeMap<String, Arc<List>> {
    let mut found = BTreeMap::new();
    let words: Vec<_> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let Some(name) = word.strip_prefix('%') else {
            continue;
        };
        let name: String = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let before = words[at.saturating_sub(1)].to_lowercase();
        let (kind, entry) = match before.as_str() {
            "regex" => (ListKind::Regex, LISTED),
            "cidr" => (ListKind::Cidr, LISTED_RANGE.0),
            _ => (ListKind::String, LISTED),
        };
        found.insert(name.clone(), Arc::new(List::parse(&name, kind, entry).0));
    }
    found
}

/// The rules of the corpus that have a correlation, by file name.
fn rules() -> Option<Vec<(String, Plan)>> {
    let folder = corpus()?;
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a rule is text");
        let options = yaral_compiler::Options {
            lists: lists(&text),
            ..yaral_compiler::Options::default()
        };
        let compiled = yaral_compiler::compile(&text, &options);
        let name = path.file_stem().expect("a name").to_string_lossy();
        for rule in compiled.rules {
            found.extend(
                rule.plan
                    .filter(|plan| plan.correlation.is_some())
                    .map(|plan| (name.clone().into_owned(), plan)),
            );
        }
    }
    Some(found)
}

/// What the two evaluators are compared by: matches, window, outcomes, and the
/// ids of the first events of each variable.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    matches: Vec<(String, Value<'static>)>,
    window: (Timestamp, Timestamp),
    outcomes: Vec<(String, Value<'static>)>,
    bound: Vec<Vec<String>>,
}

fn sort(found: &mut [Outcome]) {
    found.sort_by_key(|one| format!("{:?} {:?} {:?}", one.window, one.matches, one.bound));
}

fn naive(plan: &Plan, made: &[Made]) -> Vec<Outcome> {
    let seen: Vec<_> = made
        .iter()
        .map(|made| Seen {
            event: &made.event,
            id: &made.id,
        })
        .collect();
    let mut found: Vec<_> = naive::detect(plan, &seen, NOW)
        .into_iter()
        .map(|found| Outcome {
            matches: found.matches,
            window: found.window,
            outcomes: found.outcomes,
            bound: found
                .bound
                .into_iter()
                .map(|ids| ids.into_iter().take(SAMPLES_MAX).collect())
                .collect(),
        })
        .collect();
    sort(&mut found);
    found
}

/// What stands when all events have come, in the order in which they are given.
fn fast(plan: &Plan, made: &[Made]) -> Vec<Outcome> {
    let mut engine = Engine::new(vec![plan.clone()]);
    let mut out = Vec::new();
    for one in made {
        see(&mut engine, one, &mut out);
    }
    // What comes with an event may still change.
    out.clear();
    engine.finish(&mut out);
    let mut found: Vec<_> = out.into_iter().map(|found| outcome(plan, found)).collect();
    sort(&mut found);
    found
}

fn see(engine: &mut Engine, made: &Made, out: &mut Vec<Detection>) {
    let context = Context {
        event_id: &made.id,
        now: NOW,
    };
    engine.evaluate(&made.event, &context, out);
}

fn outcome(plan: &Plan, found: Detection) -> Outcome {
    let of = |name: &str| -> Vec<String> {
        let own = found.evidence.iter().filter(|one| one.variable == name);
        own.map(|one| one.event_id.clone()).collect()
    };
    Outcome {
        bound: plan.variables.iter().map(|v| of(&v.name)).collect(),
        matches: found.matches.clone(),
        window: found.window,
        outcomes: found.outcomes.clone(),
    }
}

/// Both evaluators on one timeline; whether it fires. They must agree in
/// whatever order the events come.
fn agree(name: &str, what: &str, plan: &Plan, made: &[Made]) -> bool {
    let expected = naive(plan, made);
    let found = fast(plan, made);
    assert_eq!(found, expected, "{name}: {what}");
    let mut back = made.to_vec();
    back.reverse();
    assert_eq!(
        fast(plan, &back),
        expected,
        "{name}: {what}, last event first"
    );
    !expected.is_empty()
}

/// The rule under other switches.
fn variants(plan: &Plan) -> Vec<(&'static str, Plan)> {
    let (mut open, mut secops) = (plan.clone(), plan.clone());
    open.semantics.window_end_inclusive = false;
    secops.semantics.windows_secops = true;
    vec![
        ("exact windows", plan.clone()),
        ("windows without their end", open),
        ("windows of fixed starts", secops),
    ]
}

/// Ids that differ from those of the first timeline, some time later.
fn shifted(made: &[Made], seconds: i64, nanos: i64) -> Vec<Made> {
    let moved = made.iter().map(|one| {
        let (s, n) = time_of(one);
        let n = n + nanos;
        let id = format!("{}+{seconds}.{nanos}", one.id);
        one.under(id)
            .at(s + seconds + n.div_euclid(NANOS), n.rem_euclid(NANOS))
    });
    moved.collect()
}

const NANOS: i64 = 1_000_000_000;

fn time_of(made: &Made) -> (i64, i64) {
    let time = made.event.event_time().unwrap_or_default();
    (time.seconds, time.nanos.into())
}

/// The timeline with one event a microsecond further away from the others
/// than the window is long.
fn beyond(plan: &Plan, made: &[Made]) -> Option<Vec<Made>> {
    let tied = plan.correlation.as_ref()?;
    let length = tied.window.length_s;
    let mut moved = made.to_vec();
    let (first, last) = (made.first()?, made.last()?);
    if made.len() < 2 {
        return None;
    }
    if let WindowKind::Before(_) = tied.window.kind {
        let (s, n) = time_of(last);
        let n = n - 1_000;
        moved[0] = first.at(s - length + n.div_euclid(NANOS), n.rem_euclid(NANOS));
    } else {
        let (s, n) = time_of(first);
        let n = n + 1_000;
        moved[made.len() - 1] = last.at(s + length + n.div_euclid(NANOS), n.rem_euclid(NANOS));
    }
    Some(moved)
}

/// Timelines with one value of one event unset or changed, and whether some
/// predicate reads it.
fn changed(made: &[Made]) -> Vec<(bool, Vec<Made>)> {
    let mut found = Vec::new();
    for (at, one) in made.iter().enumerate().take(4) {
        for (place, value) in &one.values {
            if value.is_zero() || *place == Place::time() {
                continue;
            }
            let other = match value {
                Value::Str(text) => Value::string(format!("{text}~")),
                other => Value::Int(other.int() + 1),
            };
            let other = place.fit(&other);
            for value in [Some(Value::EMPTY), other].into_iter().flatten() {
                let mut timeline = made.to_vec();
                timeline[at] = one.with(place, value);
                found.push((one.tested.contains(place), timeline));
            }
        }
    }
    found
}

/// Timelines for each rule, by file name.
type Witnessed = Vec<(String, Plan, Vec<Vec<Made>>)>;

/// The rules and the timelines that they fire on; those without are named.
fn witnessed(wanted: usize) -> Option<(usize, Witnessed, Vec<(String, String)>)> {
    let rules = rules()?;
    let all = rules.len();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (name, plan) in rules {
        let judge = |made: &[Made]| !naive(&plan, made).is_empty();
        match witness::find(&plan, &judge, wanted) {
            Ok(found) => with.push((name, plan, found)),
            Err(why) => without.push((name, why)),
        }
    }
    Some((all, with, without))
}

#[test]
fn every_rule_with_match_fires_on_events_made_for_it() {
    let Some((all, with, without)) = witnessed(TIMELINES) else {
        return;
    };
    let without: Vec<_> = without
        .iter()
        .map(|(n, why)| (n.as_str(), why.as_str()))
        .collect();
    assert_eq!(without, WITHOUT, "the table of rules without events");
    let (mut timelines, mut events, mut largest) = (0, 0, 0);
    let (mut misses, mut quiet, mut others) = (0, 0, 0);
    for (name, plan, found) in &with {
        let monotone = plan.correlation.as_ref().is_some_and(|tied| tied.monotone);
        for made in found {
            timelines += 1;
            events += made.len();
            largest = largest.max(made.len());
            assert!(agree(name, "the timeline", plan, made));
            let short = &made[..made.len() - 1];
            assert!(!agree(name, "without its last event", plan, short));
            if let Some(beyond) = beyond(plan, made) {
                let fires = agree(name, "beyond the window", plan, &beyond);
                assert!(!(fires && monotone), "{name}: fires beyond the window");
                misses += 1;
                quiet += u32::from(!fires);
            }
            for (tested, timeline) in changed(made) {
                let fires = agree(name, "with a changed value", plan, &timeline);
                misses += u32::from(tested);
                quiet += u32::from(tested && !fires);
                others += u32::from(!tested);
            }
        }
    }
    say(format_args!(
        "{all} rules with match run, {} fire on events made for them: {timelines} timelines, \
         {events} events, at most {largest} in one; of {misses} near misses {quiet} are quiet; \
         {others} with another value in outcomes",
        with.len(),
    ));
}

#[test]
fn timelines_one_after_the_other_agree_under_all_switches() {
    let Some((_, with, _)) = witnessed(1) else {
        return;
    };
    for (name, plan, found) in &with {
        let length = plan
            .correlation
            .as_ref()
            .map_or(0, |tied| tied.window.length_s);
        let Some(made) = found.first().filter(|made| made.len() <= 12) else {
            continue;
        };
        let mut long = made.clone();
        for (seconds, nanos) in [(length / 3, 7), (length, 0), (length * 5 / 2, 1_000)] {
            long.extend(shifted(made, seconds, nanos));
        }
        // A repetition under a known id changes nothing.
        long.push(made[0].clone());
        for (what, plan) in variants(plan) {
            agree(name, what, &plan, &long);
        }
    }
}

#[test]
fn the_completing_event_brings_the_detection() {
    let Some((_, with, _)) = witnessed(2) else {
        return;
    };
    let mut asked = 0;
    for (name, plan, found) in &with {
        if !plan.correlation.as_ref().is_some_and(|tied| tied.monotone) {
            continue;
        }
        for made in found {
            let completing = (1..=made.len())
                .find(|&n| !naive(plan, &made[..n]).is_empty())
                .expect("it fires in the end");
            let mut engine = Engine::new(vec![plan.clone()]);
            for (at, one) in made[..completing].iter().enumerate() {
                let mut out = Vec::new();
                see(&mut engine, one, &mut out);
                let place = format!("{name}: event {} of {completing}", at + 1);
                assert_eq!(!out.is_empty(), at + 1 == completing, "{place}");
            }
            asked += 1;
        }
    }
    say(format_args!("{asked} timelines fed event by event"));
}
