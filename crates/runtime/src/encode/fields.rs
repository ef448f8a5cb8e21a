//! What several formats say about a detection, said once.

use yaral_engine::{Detection, Evidence, Origin};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;

use super::json_text::Json;

/// The rule's severity in capitals, from its meta section; `UNSPECIFIED` where
/// it names none.
#[must_use]
pub fn severity(rule: &Plan) -> String {
    let named = rule
        .meta("severity")
        .map(str::trim)
        .filter(|s| !s.is_empty());
    named.map_or_else(|| "UNSPECIFIED".to_owned(), str::to_uppercase)
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
