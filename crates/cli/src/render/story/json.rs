//! The document `yaral/explain/v1`: everything that a story holds.

use serde_json::{Map, Value, json};
use yaral_engine::explain::Held;
use yaral_engine::story::{
    Candidate, EventRef, Fact, Gap, Group, Hint, Join, Meeting, Member, Predicate, Reason,
    Resemblance, Side, Stage,
};
use yaral_engine::{Detection, Origin, Story};
use yaral_ir::plan::Plan;
use yaral_runtime::Summary;

use super::because;

/// The document, with a line feed at its end.
pub(crate) fn document(story: &Story, (plan, counts): (&Plan, &Summary)) -> String {
    let sides: Vec<Value> = story.sides.iter().map(side).collect();
    let detections: Vec<Value> = story.detections.iter().map(detection).collect();
    let suppressed: Vec<Value> = story
        .suppressed_by
        .iter()
        .map(|(one, by)| json!({ "id": one.id, "time": one.time.to_string(), "by": by }))
        .collect();
    let asked: Vec<Value> = story
        .asked
        .iter()
        .map(|(variable, one)| json!({ "variable": variable, "nearest": candidate(one) }))
        .collect();
    let held_back = story.held_back.as_ref().map(|back| {
        json!({
            "events": back.events,
            "nearest": event(&back.event),
            "outcomes": pairs(&back.outcomes),
            "condition": tree(&back.condition),
        })
    });
    let document = json!({
        "schema": "yaral/explain/v1",
        "rule": plan.name,
        "fired": story.fired > 0,
        "reason": reason(story),
        "because": because::sentence(story),
        "detections": { "total": story.fired, "first": detections },
        "suppressed": { "total": story.suppressed, "first": suppressed },
        "input": {
            "records": counts.read,
            "events": story.events,
            "elsewhere": story.outside,
            "untimed": story.untimed,
            "repeated": counts.duplicates,
            "ignored": counts.ignored,
            "rejected": counts.rejected,
            "log_types": counts.log_types,
            "refused": story.refused,
        },
        "asked": asked,
        "variables": sides,
        "held_back": held_back,
        "meeting": story.meeting.as_ref().map(meeting),
        "facts": story.facts.iter().map(fact).collect::<Vec<_>>(),
    });
    crate::render::document::text(&document)
}

fn reason(story: &Story) -> Value {
    let variable = |at: usize| story.sides.get(at).map(|side| side.variable.clone());
    match story.reason {
        Reason::Fired => json!({ "kind": "fired" }),
        Reason::NoEvents => json!({ "kind": "no_events" }),
        Reason::Predicates(at) => json!({ "kind": "predicates", "variable": variable(at) }),
        Reason::ZeroMatch(at) => json!({ "kind": "zero_match", "variable": variable(at) }),
        Reason::Join(at) => json!({ "kind": "join", "join": at }),
        Reason::Between => json!({ "kind": "between" }),
        Reason::Window => json!({ "kind": "window" }),
        Reason::Condition => json!({ "kind": "condition" }),
        Reason::Suppressed => json!({ "kind": "suppressed" }),
        Reason::Elsewhere => json!({ "kind": "elsewhere" }),
        Reason::Unknown => json!({ "kind": "unknown" }),
    }
}

fn detection(one: &Detection) -> Value {
    let evidence: Vec<Value> = one
        .evidence
        .iter()
        .map(|evidence| {
            json!({
                "variable": evidence.variable,
                "event_id": evidence.event_id,
                "origin": evidence.origin.as_ref().map(origin),
            })
        })
        .collect();
    json!({
        "id": one.id,
        "time": one.time.to_string(),
        "window": { "start": one.window.0.to_string(), "end": one.window.1.to_string() },
        "match": values(&one.matches),
        "outcomes": values(&one.outcomes),
        "counts": one.counts.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "evidence": evidence,
    })
}

fn side(side: &Side) -> Value {
    json!({
        "variable": side.variable,
        "required": side.required,
        "satisfied": side.satisfied,
        "zero_match": side.zero_match,
        "first": side.first.as_ref().map(event),
        "funnel": side.funnel.iter().map(stage).collect::<Vec<_>>(),
        "nearest": side.nearest.as_ref().map(candidate),
        "never_set": side.unset,
    })
}

fn stage(stage: &Stage) -> Value {
    let values = stage.values.iter();
    let values = values.map(|(value, events)| json!({ "value": value, "events": events }));
    json!({
        "predicate": stage.text,
        "reached": stage.reached,
        "held": stage.passed,
        "alone": stage.alone,
        "subject": stage.subject,
        "instead": values.collect::<Vec<_>>(),
        "others": stage.others,
    })
}

fn candidate(one: &Candidate) -> Value {
    json!({
        "event": event(&one.event),
        "held": one.held,
        "of": one.of,
        "tree": tree(&one.tree),
    })
}

fn tree(tree: &[Predicate]) -> Vec<Value> {
    tree.iter()
        .map(|one| {
            let seen = one.seen.iter();
            let seen = seen.map(|s| json!({ "name": s.name, "value": s.value, "set": s.set }));
            json!({
                "depth": one.depth,
                "predicate": one.text,
                "held": match one.held {
                    Held::Yes => Value::Bool(true),
                    Held::No => Value::Bool(false),
                    Held::Skipped => Value::Null,
                },
                "seen": seen.collect::<Vec<_>>(),
                "hint": one.hint.as_ref().map(hint),
            })
        })
        .collect()
}

fn hint(hint: &Hint) -> Value {
    match hint {
        Hint::Case => json!({ "kind": "case" }),
        Hint::Space => json!({ "kind": "space" }),
        Hint::Contains => json!({ "kind": "contains" }),
        Hint::PatternCase => json!({ "kind": "pattern_case" }),
        Hint::NotInList {
            list,
            entries,
            case,
        } => json!({ "kind": "not_in_list", "list": list, "entries": entries, "case": case }),
    }
}

fn meeting(met: &Meeting) -> Value {
    let miss = met.miss.as_ref().map(|miss| {
        let events = miss.events.iter();
        let events = events.map(|(v, one)| json!({ "variable": v, "event": event(one) }));
        json!({
            "match": pairs(&miss.matches),
            "events": events.collect::<Vec<_>>(),
            "gap": gap(miss.gap),
            "tests": tree(&miss.tests),
        })
    });
    json!({
        "window": { "kind": met.kind, "seconds": met.length_s, "pivot": met.pivot, "step": met.step_s },
        "match_variables": met.keys,
        "match_values": met.groups,
        "joins": met.joins.iter().map(join).collect::<Vec<_>>(),
        "best": met.best.as_ref().map(group),
        "miss": miss,
        "cut": met.cut,
    })
}

fn gap(gap: Gap) -> Value {
    match gap {
        Gap::Tests => json!({ "kind": "tests" }),
        Gap::Apart { distance, over } => json!({
            "kind": "apart", "distance_ns": number(distance), "over_ns": number(over),
        }),
        Gap::Side { variable, distance } => json!({
            "kind": "side", "variable": variable, "distance_ns": number(distance),
        }),
        Gap::Boundary { at, distance } => json!({
            "kind": "boundary", "at": at.to_string(), "distance_ns": number(distance),
        }),
    }
}

/// Nanoseconds, at most as many as a reader of JSON can take.
fn number(nanoseconds: i128) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}

fn join(join: &Join) -> Value {
    let members = join.members.iter().map(|m| {
        json!({
            "variable": m.variable, "expression": m.text, "events": m.events, "values": m.values,
        })
    });
    let lonely = join.lonely.iter().map(|one| {
        let near = one.near.as_ref().map(|near| {
            let how = match near.how {
                Resemblance::Case => "case",
                Resemblance::Space => "space",
                Resemblance::Domain => "domain",
                Resemblance::Letters => "letters",
            };
            json!({ "variable": near.variable, "value": near.value, "differs_in": how })
        });
        let on = one
            .on
            .iter()
            .map(|(v, n)| json!({ "variable": v, "events": n }));
        json!({
            "value": one.value,
            "on": on.collect::<Vec<_>>(),
            "lacking": one.lacking,
            "near": near,
        })
    });
    json!({
        "members": members.collect::<Vec<_>>(),
        "shared": join.shared,
        "lonely": lonely.collect::<Vec<_>>(),
        "cut": join.cut,
    })
}

fn group(group: &Group) -> Value {
    let window = group
        .window
        .map(|(start, end)| json!({ "start": start.to_string(), "end": end.to_string() }));
    json!({
        "match": pairs(&group.matches),
        "window": window,
        "members": group.members.iter().map(member).collect::<Vec<_>>(),
        "outcomes": pairs(&group.outcomes),
        "condition": tree(&group.condition),
        "held": group.held,
        "undone_by": group.undone_by,
    })
}

fn member(member: &Member) -> Value {
    json!({
        "variable": member.variable,
        "required": member.required,
        "events": member.events,
        "first": member.first.iter().map(event).collect::<Vec<_>>(),
    })
}

fn fact(one: &Fact) -> Value {
    let kind = match one {
        Fact::NoSuchValue { .. } => "no_such_value",
        Fact::NeverSet { .. } => "never_set",
        Fact::ZeroMatch { .. } => "zero_match",
        Fact::Untimed { .. } => "untimed",
    };
    json!({ "kind": kind, "text": because::fact(one) })
}

fn event(event: &EventRef) -> Value {
    json!({
        "id": event.id,
        "time": event.time.map(|time| time.to_string()),
        "origin": event.origin.as_ref().map(origin),
    })
}

fn origin(origin: &Origin) -> Value {
    json!({
        "file": origin.file,
        "line": origin.line,
        "item": origin.item,
        "log_type": origin.log_type,
    })
}

fn values(list: &[(String, yaral_ir::value::Value<'static>)]) -> Map<String, Value> {
    let each = list.iter();
    each.map(|(name, value)| (name.clone(), Value::String(value.to_string())))
        .collect()
}

fn pairs(list: &[(String, String)]) -> Map<String, Value> {
    let each = list.iter();
    each.map(|(name, value)| (name.clone(), Value::String(value.clone())))
        .collect()
}
