//! What several formats say about a detection, said once.

use std::sync::Arc;

use yaral_engine::{Detection, Evidence, Origin};
use yaral_ir::plan::Plan;
use yaral_ir::source::Source;
use yaral_ir::tables::Table;
use yaral_ir::value::Value;
use yaral_udm::{Event, MessageId, NodeRef};

use super::json_text::Json;

/// The severity of one detection in capitals: [`Detection::severity`].
#[must_use]
pub fn severity_of(detection: &Detection, rule: &Plan) -> String {
    detection.severity(rule)
}

/// The risk score within its documented range, 0 to 100.
#[must_use]
pub fn risk_score(detection: &Detection) -> f64 {
    let score = detection.risk_score;
    if score.is_nan() {
        0.0
    } else {
        score.clamp(0.0, 100.0)
    }
}

/// Writes a value as the JSON type nearest to it; lists become arrays.
pub(super) fn value(json: &mut Json, value: &Value<'_>) {
    match value {
        Value::Int(i) => json.plain(i),
        Value::Uint(u) => json.plain(u),
        Value::Float(f) => json.float(*f),
        Value::Bool(b) => json.plain(b),
        Value::List(items) => json.array(|j| items.iter().for_each(|item| self::value(j, item))),
        Value::Str(_) | Value::Bytes(_) | Value::Enum(..) => json.str(&value.text()),
    }
}

/// Writes variables as the members of an object.
pub(super) fn variables(json: &mut Json, variables: &[(String, Value<'static>)]) {
    json.object(|j| {
        for (name, of) in variables {
            value(j.key(name), of);
        }
    });
}

/// The word and the value by which the log itself names an event, beside the
/// event id: the audit id of a Kubernetes request, the serial of an auditd
/// event. Other log types have none.
pub(super) fn log_reference(evidence: &Evidence) -> Option<(&'static str, &str)> {
    let origin: &Origin = evidence.origin.as_ref()?;
    match origin.log_type.as_str() {
        "KUBERNETES_AUDIT" => Some(("audit_id", &evidence.event_id)),
        // The event id is node, time and serial, in this order.
        "AUDITD" => evidence
            .event_id
            .rsplit(':')
            .next()
            .map(|serial| ("serial", serial)),
        _ => None,
    }
}

/// What a piece of evidence is.
#[derive(Debug)]
pub enum Witness<'w> {
    /// An event.
    Event,
    /// An entity of the entity graph.
    Entity,
    /// The row of a data table, by its place counted from 0.
    Row(&'w Arc<Table>, usize),
    /// A detection of another rule.
    Detection,
}

impl<'w> Witness<'w> {
    /// What the evidence of a rule is, by the variable that it was bound to.
    #[must_use]
    pub fn of(rule: &'w Plan, evidence: &Evidence) -> Self {
        let mut variables = rule.variables.iter();
        let variable = variables.find(|variable| variable.name == evidence.variable);
        match variable.map(|variable| &variable.source) {
            Some(Source::Entity(_)) => Witness::Entity,
            Some(Source::Detection) => Witness::Detection,
            Some(Source::Table(table)) => {
                let (_, number) = evidence.event_id.rsplit_once(':').unwrap_or_default();
                let number = number.parse::<usize>().unwrap_or_default();
                Witness::Row(table, number.wrapping_sub(1))
            }
            Some(Source::Event) | None => Witness::Event,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Witness::Event => "event",
            Witness::Entity => "entity",
            Witness::Row(..) => "row",
            Witness::Detection => "detection",
        }
    }
}

/// The columns of a table's row with their cells; of a row that there is not
/// none.
pub fn row_cells(table: &Table, row: usize) -> impl Iterator<Item = (&str, &str)> {
    let cells = table.rows.get(row).into_iter().flatten();
    let columns = table.columns.iter().map(|column| column.spec.name.as_str());
    columns.zip(cells.map(String::as_str))
}

/// The name of the rule that a detection's record is of.
#[must_use]
pub fn rule_of(record: &Event) -> Option<&str> {
    let detection = record.kind().message().field("detection")?;
    let name = MessageId::SECURITY_RESULT.field("rule_name")?;
    let detection = record.root().get(detection)?;
    detection.get(name).and_then(NodeRef::text)
}
