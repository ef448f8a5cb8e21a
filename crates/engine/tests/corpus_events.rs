//! Every public rule with `match`, and some of our own, run on events made for
//! it: on timelines that it is to fire on, and on timelines that just miss.
//!
//! The corpus is not part of this repository; see [`witness::corpus`]. Without
//! it that test says SKIP.

mod witness;

use witness::Made;
use witness::both::{agree, engine, naive, see};
use witness::corpus::{Rules, rules};
use witness::near::{Valid, beyond, changed, shifted, valid, without};
use yaral_ir::plan::Plan;

/// Timelines that are made for one rule, as far as its predicates leave a choice.
const TIMELINES: usize = 8;

/// Events of a timeline up to which it is repeated in a longer one.
const REPEATED_MAX: usize = 12;

/// Rules without a timeline that they fire on, each with why. It may shrink.
const WITHOUT: &[(&str, &str)] = &[];

#[allow(clippy::print_stderr, reason = "figures are shown")]
fn say(what: std::fmt::Arguments<'_>) {
    eprintln!("{what}");
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

/// Rules with their timelines, by name.
type Witnessed = Vec<(String, Plan, Vec<Vec<Made>>)>;

/// Makes so many timelines for each rule. Those without one must be in the
/// table, and no others.
fn witnessed(plans: Vec<(String, Plan)>, wanted: usize) -> Witnessed {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (name, plan) in plans {
        let judge = |made: &[Made]| !naive(&plan, made).is_empty();
        match witness::find(&plan, &judge, wanted) {
            Ok(found) => with.push((name, plan, found)),
            Err(why) => without.push((name, why)),
        }
    }
    let without = without.iter().map(|(n, why)| (n.as_str(), why.as_str()));
    let without: Vec<_> = without.collect();
    assert_eq!(without, WITHOUT, "the rules without events");
    with
}

/// Whether more events can never undo what the rule says.
fn is_monotone(plan: &Plan) -> bool {
    plan.correlation.as_ref().is_some_and(|tied| tied.monotone)
}

/// Both evaluators on each timeline and on those that just miss.
fn near_misses(rules: &Witnessed) {
    let (mut timelines, mut events, mut largest) = (0, 0, 0);
    let (mut misses, mut quiet, mut others) = (0, 0, 0);
    for (name, plan, found) in rules {
        for made in found {
            timelines += 1;
            events += made.len();
            largest = largest.max(made.len());
            assert!(agree(name, "the timeline", plan, made));
            let short = &made[..made.len() - 1];
            assert!(!agree(name, "without its last event", plan, short));
            if let Some(beyond) = beyond(plan, made) {
                let fires = agree(name, "beyond the window", plan, &beyond);
                assert!(!(fires && is_monotone(plan)), "{name}: beyond the window");
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
        "{} rules with match fire on events made for them: {timelines} timelines, {events} events, \
         at most {largest} in one; of {misses} near misses {quiet} are quiet; {others} with another \
         value in outcomes",
        rules.len(),
    ));
}

/// Entities that are missing, and such as are valid at other times.
fn entities(rules: &Witnessed) {
    let (mut with, mut timelines, mut dated) = (0, 0, 0);
    for (name, plan, found) in rules {
        let Some(tied) = &plan.correlation else {
            continue;
        };
        with += u32::from(plan.variables.iter().any(|one| one.source.stands()));
        for made in found {
            let stands = |variable: &usize| {
                tied.required[*variable] && plan.variables[*variable].source.stands()
            };
            for variable in (0..plan.variables.len()).filter(stands) {
                timelines += 1;
                let missing = without(made, variable);
                assert!(
                    !agree(name, "without its entity", plan, &missing),
                    "{name}: no entity"
                );
                for how in [Valid::Just, Valid::Always, Valid::Until, Valid::Since] {
                    let Some(timeline) = valid(made, variable, how) else {
                        continue;
                    };
                    dated += 1;
                    let fires = agree(name, "with another validity", plan, &timeline);
                    let wanted = matches!(how, Valid::Just | Valid::Always);
                    assert_eq!(fires, wanted, "{name}: valid {how:?}");
                }
            }
        }
    }
    assert!(with > 0 && dated > 0, "no entity, or none with a validity");
    say(format_args!(
        "{with} rules read entities: quiet without them on {timelines} timelines; {dated} with \
         another validity fire inside of it and are quiet outside"
    ));
}

/// Timelines one after the other, under all switches.
fn longer(rules: &Witnessed) {
    for (name, plan, found) in rules {
        let window = plan.correlation.as_ref();
        let length = window.map_or(0, |tied| tied.window.length_s);
        for made in found
            .iter()
            .filter(|made| made.len() <= REPEATED_MAX)
            .take(1)
        {
            let mut long = made.clone();
            for (seconds, nanos) in [(length / 3, 7), (length, 0), (length * 5 / 2, 1_000)] {
                long.extend(shifted(made, seconds, nanos));
            }
            // A repetition under a known id changes nothing.
            long.extend(made.last().cloned());
            for (what, plan) in variants(plan) {
                agree(name, what, &plan, &long);
            }
        }
    }
}

/// A monotone rule answers with the event that completes it.
fn event_by_event(rules: &Witnessed) {
    let (mut fed, mut monotone) = (0, 0);
    for (name, plan, found) in rules.iter().filter(|(_, plan, _)| is_monotone(plan)) {
        monotone += 1;
        for made in found {
            let completing = (1..=made.len())
                .find(|&n| !naive(plan, &made[..n]).is_empty())
                .expect("it fires in the end");
            let mut engine = engine(plan, made);
            let events = made[..completing].iter().enumerate();
            for (at, one) in events.filter(|(_, one)| !one.stands) {
                let mut out = Vec::new();
                see(&mut engine, one, &mut out);
                let place = format!("{name}: event {} of {completing}", at + 1);
                assert_eq!(!out.is_empty(), at + 1 == completing, "{place}");
            }
            fed += 1;
        }
    }
    say(format_args!(
        "{fed} timelines of {monotone} monotone rules fed event by event"
    ));
}

#[test]
fn every_public_rule_with_match_fires_on_events_made_for_it() {
    let Some(Rules { plans, refused }) = rules() else {
        return;
    };
    for (why, count) in refused {
        say(format_args!("{count} rules with match do not run: {why}"));
    }
    let rules = witnessed(plans, TIMELINES);
    near_misses(&rules);
    entities(&rules);
    longer(&rules);
    event_by_event(&rules);
}

#[test]
fn so_do_rules_of_our_own() {
    let rules = witnessed(witness::own::plans(), TIMELINES);
    near_misses(&rules);
    entities(&rules);
    longer(&rules);
    event_by_event(&rules);
}
