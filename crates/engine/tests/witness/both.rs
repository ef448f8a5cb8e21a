//! Both evaluators on one timeline.

use std::sync::Arc;
use yaral_engine::limits::SAMPLES_MAX;
use yaral_engine::naive::{self, Seen};
use yaral_engine::{Context, Detection, Engine, Entity, Knowledge};

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::{Made, NOW};

/// What the two evaluators are compared by: matches, window, outcomes, and the
/// ids of the first events of each variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    matches: Vec<(String, Value<'static>)>,
    window: (Timestamp, Timestamp),
    outcomes: Vec<(String, Value<'static>)>,
    bound: Vec<Vec<String>>,
}

fn sort(found: &mut [Outcome]) {
    found.sort_by_key(|one| format!("{:?} {:?} {:?}", one.window, one.matches, one.bound));
}

/// The entities among what was made.
fn knowledge(made: &[Made]) -> Knowledge {
    let entities = made.iter().filter(|one| one.stands).map(|one| Entity {
        id: one.id.as_str().into(),
        event: one.event.clone(),
    });
    Knowledge {
        entities: entities.collect(),
        ..Knowledge::default()
    }
}

/// An engine that runs the rule and knows these entities.
pub(crate) fn engine(plan: &Plan, made: &[Made]) -> Engine {
    Engine::with(vec![plan.clone()], Arc::new(knowledge(made)))
}

pub(crate) fn naive(plan: &Plan, made: &[Made]) -> Vec<Outcome> {
    let seen: Vec<_> = made
        .iter()
        .filter(|made| !made.stands)
        .map(|made| Seen {
            event: &made.event,
            id: &made.id,
        })
        .collect();
    let mut found: Vec<_> = naive::detect_with(plan, &seen, &knowledge(made), NOW)
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
    let mut engine = engine(plan, made);
    let mut out = Vec::new();
    for one in made.iter().filter(|one| !one.stands) {
        see(&mut engine, one, &mut out);
    }
    // What comes with an event may still change.
    out.clear();
    engine.finish(&mut out);
    let mut found: Vec<_> = out.iter().map(|found| outcome(plan, found)).collect();
    sort(&mut found);
    found
}

pub(crate) fn see(engine: &mut Engine, made: &Made, out: &mut Vec<Detection>) {
    let context = Context {
        event_id: &made.id,
        now: NOW,
    };
    engine.evaluate(&made.event, &context, out);
}

fn outcome(plan: &Plan, found: &Detection) -> Outcome {
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
pub(crate) fn agree(name: &str, what: &str, plan: &Plan, made: &[Made]) -> bool {
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
