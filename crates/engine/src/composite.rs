//! Detections as events of rules over detections (yara-l §11, composites).
//!
//! A final detection of a rule without detection variables is a record of
//! message `Collection`, with the time of the detection. Rules over detections
//! see it as they see events; none of them sees what another one found, so
//! that nothing feeds itself.

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{
    Event, FieldId, FieldPath, FieldSet, MessageId, NodeId, NodeRef, Root, Timestamp, ValueRef,
};

use crate::detection::{Detection, RISK_SCORE_DEFAULT};
use crate::knowledge::Recall;
use crate::limits::SAMPLES_MAX;

/// What happened, as one of the evaluators found it.
pub(crate) struct Happened<'h> {
    pub(crate) plan: &'h Plan,
    pub(crate) id: &'h str,
    pub(crate) time: Timestamp,
    pub(crate) window: (Timestamp, Timestamp),
    pub(crate) matches: &'h [(String, Value<'static>)],
    pub(crate) outcomes: &'h [(String, Value<'static>)],
    /// For each event variable its name and the ids of its events, in order.
    pub(crate) bound: Vec<(&'h str, Vec<&'h str>)>,
}

impl<'h> Happened<'h> {
    /// What a detection tells.
    pub(crate) fn told(plan: &'h Plan, detection: &'h Detection) -> Self {
        let mut bound: Vec<(&str, Vec<&str>)> = Vec::new();
        for evidence in &detection.evidence {
            match bound.last_mut() {
                Some((name, ids)) if *name == evidence.variable => ids.push(&evidence.event_id),
                _ => bound.push((&evidence.variable, vec![&evidence.event_id])),
            }
        }
        Happened {
            plan,
            id: &detection.id,
            time: detection.time,
            window: detection.window,
            matches: &detection.matches,
            outcomes: &detection.outcomes,
            bound,
        }
    }

    /// The record that rules over detections read.
    pub(crate) fn record(&self, recall: &dyn Recall) -> Event {
        let mut made = Event::new(Root::Detection);
        let at = |field| FieldPath::from_steps(Root::Detection, [field]);
        made.set(
            &at(FieldId::COLLECTION_TYPE),
            ValueRef::Str("RULE_DETECTION"),
        );
        made.set(&at(FieldId::COLLECTION_ID), ValueRef::Str(self.id));
        let time = ValueRef::Timestamp(self.time);
        made.set(&at(FieldId::COLLECTION_DETECTION_TIME), time);
        let (start, end) = self.window;
        for (field, time) in [
            (FieldId::INTERVAL_START_TIME, start),
            (FieldId::INTERVAL_END_TIME, end),
        ] {
            let path =
                FieldPath::from_steps(Root::Detection, [FieldId::COLLECTION_TIME_WINDOW, field]);
            made.set(&path, ValueRef::Timestamp(time));
        }
        let result = made.add(&at(FieldId::COLLECTION_DETECTION));
        self.result(&mut made, result);
        for (name, ids) in &self.bound {
            let element = made.add(&at(FieldId::COLLECTION_COLLECTION_ELEMENTS));
            made.set_in(element, FieldId::ELEMENT_LABEL, ValueRef::Str(name));
            for id in ids.iter().take(SAMPLES_MAX) {
                let reference = made.add_in(element, FieldId::ELEMENT_REFERENCES);
                if let Some(event) = recall.event(id) {
                    made.graft(reference, FieldId::REFERENCE_EVENT, event);
                }
            }
        }
        made
    }

    /// What the rule says: names, labels, values.
    fn result(&self, made: &mut Event, at: NodeId) {
        let field = |name| MessageId::SECURITY_RESULT.field(name);
        let mut set = |name, value: ValueRef<'_>| {
            if let Some(field) = field(name) {
                made.set_in(at, field, value);
            }
        };
        set("rule_name", ValueRef::Str(&self.plan.name));
        set("rule_id", ValueRef::Str(self.plan.identity()));
        let scored = self.outcomes.iter().find(|(name, _)| name == "risk_score");
        let score = scored.map_or(RISK_SCORE_DEFAULT, |(_, value)| value.float());
        set("risk_score", ValueRef::Float(score));
        let mut label = |name, key: &str, value: &str| {
            if let Some(field) = field(name) {
                made.set_key_in(at, field, key, ValueRef::Str(value));
            }
        };
        for (key, value) in &self.plan.meta {
            label("rule_labels", key, value);
        }
        for (name, value) in self.matches {
            label("detection_fields", name, &text(value));
        }
        for (name, value) in self.outcomes {
            label("outcomes", name, &text(value));
        }
        if let Some(variables) = field("variables") {
            for (name, value) in self.matches.iter().chain(self.outcomes) {
                variable(made, (at, variables), name, value);
            }
        }
    }
}

/// A detection as rules over detections see it, with the events that are
/// recalled; `plan` is its rule.
#[must_use]
pub fn record(plan: &Plan, detection: &Detection, recall: &dyn Recall) -> Event {
    Happened::told(plan, detection).record(recall)
}

/// A value as text; the items of a list are joined by commas.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(text).collect();
            items.join(",")
        }
        other => other.text().into_owned(),
    }
}

/// Sets a typed variable of the detection.
fn variable(made: &mut Event, (at, field): (NodeId, FieldId), name: &str, value: &Value<'_>) {
    let Value::List(items) = value else {
        let shown = text(value);
        made.set_key_in(at, field, name, scalar(value, &shown));
        return;
    };
    // A list is a message of its own below the variable.
    if !made.set_key_in(at, field, name, ValueRef::Str("")) {
        return;
    }
    let variables = made.node(at).get(field);
    let Some(entry) = variables.and_then(|map| map.entry(name)).map(NodeRef::id) else {
        return;
    };
    let (sequence, values) = match items.first() {
        Some(Value::Int(_)) => ("int64_seq", "int64_vals"),
        Some(Value::Uint(_)) => ("uint64_seq", "uint64_vals"),
        Some(Value::Float(_)) => ("double_seq", "double_vals"),
        Some(Value::Bool(_)) => ("bool_seq", "bool_vals"),
        _ => ("string_seq", "string_vals"),
    };
    let Some(sequence) = MessageId::FINDING_VARIABLE.field(sequence) else {
        return;
    };
    let list = made.add_in(entry, sequence);
    let yaral_udm::FieldKind::Message(message) = sequence.kind() else {
        return;
    };
    if let Some(values) = message.field(values) {
        for item in items {
            let shown = text(item);
            made.push_in(list, values, scalar(item, &shown));
        }
    }
}

fn scalar<'v>(value: &Value<'_>, shown: &'v str) -> ValueRef<'v> {
    match value {
        Value::Int(number) => ValueRef::Int(*number),
        Value::Uint(number) => ValueRef::Uint(*number),
        Value::Float(number) => ValueRef::Float(*number),
        Value::Bool(held) => ValueRef::Bool(*held),
        _ => ValueRef::Str(shown),
    }
}

/// Adds the fields of events that rules over detections read through a
/// detection's references.
pub(crate) fn referenced(fields: &FieldSet, into: &mut FieldSet) {
    const WAY: [FieldId; 3] = [
        FieldId::COLLECTION_COLLECTION_ELEMENTS,
        FieldId::ELEMENT_REFERENCES,
        FieldId::REFERENCE_EVENT,
    ];
    for (path, keys) in fields.paths() {
        let steps = path.steps();
        if path.root() != Root::Detection || !steps.starts_with(&WAY) {
            continue;
        }
        let event = FieldPath::from_steps(Root::Event, &steps[WAY.len()..]);
        if event.steps().is_empty() {
            continue;
        }
        if keys.is_empty() {
            into.insert(&event);
        }
        for key in keys {
            into.insert_key(&event, &key);
        }
    }
}
