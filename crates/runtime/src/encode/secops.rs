//! `secops`: Collections as the Google SecOps API hands them out, one object a
//! line (yara-l §12).
//!
//! What the reference leaves open is settled here. The creation time is the
//! detection time, since a run of the same input must give the same bytes.
//! `ruleId` is meta `rule_id`, else the rule's name; the version is a hash of
//! the rule's text. 64-bit integers are strings, as in all protobuf JSON.
//!
//! The key `investigation` of the detection is ours, in the form that ndjson has
//! it in; a reader of JSON passes over keys that it does not know.

use std::io;

use yaral_engine::{Detection, Evidence, Status};
use yaral_ir::plan::{CompareOp, Expr, Plan};
use yaral_ir::value::Value;

use super::fields::{Witness, risk_score};
use super::investigation::write_investigation;
use super::json_text::Json;
use super::{EncodeOptions, Encoder, Format};
use crate::investigate::Investigation;

/// The format's entry.
pub(super) const FORMAT: Format = Format {
    name: "secops",
    summary: "Google SecOps Collections as JSON, one a line",
    encoder: |_: EncodeOptions| {
        Box::new(Secops {
            json: Json::default(),
        })
    },
};

struct Secops {
    json: Json,
}

impl Encoder for Secops {
    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        // The form knows no detection that may still change.
        if detection.status != Status::Final {
            return Ok(());
        }
        write_collection(&mut self.json, detection, rule, investigation);
        let mut line = self.json.take();
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

fn write_collection(
    json: &mut Json,
    detection: &Detection,
    rule: &Plan,
    investigation: &Investigation,
) {
    json.object(|j| {
        j.key("type").str("RULE_DETECTION");
        j.key("id").str(&detection.id);
        j.key("createdTime").str(&detection.time.to_string());
        j.key("detectionTime").str(&detection.time.to_string());
        j.key("timeWindow").object(|j| {
            j.key("startTime").str(&detection.window.0.to_string());
            j.key("endTime").str(&detection.window.1.to_string());
        });
        write_elements(j.key("collectionElements"), rule, &detection.evidence);
        j.key("detection")
            .array(|j| write_detection(j, detection, rule, investigation));
    });
}

/// One element for each event variable, in order of first appearance. An
/// entity is referred to as such and a detection by its id; table rows are no
/// part of the form.
fn write_elements(json: &mut Json, rule: &Plan, evidence: &[Evidence]) {
    let mut labels: Vec<&str> = Vec::new();
    for one in evidence {
        let row = matches!(Witness::of(rule, one), Witness::Row(..));
        if !row && !labels.contains(&one.variable.as_str()) {
            labels.push(&one.variable);
        }
    }
    json.array(|j| {
        for label in labels {
            j.object(|j| {
                j.key("label").str(label);
                j.key("references").array(|j| {
                    for one in evidence.iter().filter(|one| one.variable == label) {
                        write_reference(j, &Witness::of(rule, one), one);
                    }
                });
            });
        }
    });
}

fn write_reference(json: &mut Json, witness: &Witness<'_>, evidence: &Evidence) {
    if matches!(witness, Witness::Detection) {
        json.object(|j| {
            j.key("id").object(|j| {
                j.key("namespace").str("RULE_DETECTION");
                j.key("id").str(&evidence.event_id);
            });
        });
    } else if let Some(event) = &evidence.event {
        json.object(|j| j.key(witness.kind()).event(event));
    }
}

fn write_detection(
    json: &mut Json,
    detection: &Detection,
    rule: &Plan,
    investigation: &Investigation,
) {
    let version = rule.text_hash[..8]
        .iter()
        .fold(0u64, |n, b| n << 8 | u64::from(*b));
    json.object(|j| {
        j.key("ruleId").str(rule.identity());
        j.key("ruleName").str(&rule.name);
        j.key("ruleVersion")
            .str(&format!("{}@v_{version:016x}", rule.identity()));
        j.key("ruleType").str(if is_single_event(rule) {
            "SINGLE_EVENT"
        } else {
            "MULTI_EVENT"
        });
        j.key("alertState").str("ALERTING");
        j.key("riskScore").float(risk_score(detection));
        j.key("ruleLabels").array(|j| {
            rule.meta
                .iter()
                .for_each(|(key, value)| pair(j, key, value));
        });
        j.key("detectionFields").array(|j| {
            detection
                .matches
                .iter()
                .for_each(|(key, value)| pair(j, key, &value.to_string()));
        });
        j.key("outcomes").array(|j| {
            detection
                .outcomes
                .iter()
                .for_each(|(key, value)| pair(j, key, &value.to_string()));
        });
        j.key("variables").object(|j| {
            for (name, value) in detection.matches.iter().chain(&detection.outcomes) {
                typed(j.key(name), value);
            }
        });
        write_investigation(j.key("investigation"), investigation);
    });
}

/// Whether a rule counts as one over single events: it has no `match`, or one
/// event variable of which the condition asks only that it exists (yara-l §6).
fn is_single_event(rule: &Plan) -> bool {
    if rule.reads_metrics() {
        return false;
    }
    if rule.correlation.is_none() {
        return true;
    }
    let literal = |id| match &rule.node(id).expr {
        Expr::Literal(Value::Int(number)) => Some(*number),
        _ => None,
    };
    let exists = match &rule.node(rule.condition).expr {
        Expr::Compare {
            op, left, right, ..
        } if matches!(rule.node(*left).expr, Expr::EventCount(_)) => {
            matches!(
                (op, literal(*right)),
                (CompareOp::Gt, Some(0)) | (CompareOp::Ge, Some(1))
            )
        }
        _ => false,
    };
    rule.variables.len() == 1 && exists
}

fn pair(json: &mut Json, key: &str, value: &str) {
    json.object(|j| {
        j.key("key").str(key);
        j.key("value").str(value);
    });
}

/// A variable as `FindingVariable` of the UDM schema types it.
fn typed(json: &mut Json, value: &Value<'_>) {
    json.object(|j| match value {
        Value::Int(i) => j.key("int64Val").str(&i.to_string()),
        Value::Uint(u) => j.key("uint64Val").str(&u.to_string()),
        Value::Float(f) => j.key("doubleVal").float(*f),
        Value::Bool(b) => j.key("boolVal").plain(b),
        Value::Str(_) | Value::Bytes(_) | Value::Enum(..) => j.key("stringVal").str(&value.text()),
        Value::List(items)
            if items.iter().all(|i| matches!(i, Value::Int(_))) && !items.is_empty() =>
        {
            sequence(j, ("int64Seq", "int64Vals"), items);
        }
        Value::List(items) => sequence(j, ("stringSeq", "stringVals"), items),
    });
}

fn sequence(json: &mut Json, (outer, inner): (&str, &str), items: &[Value<'_>]) {
    json.key(outer).object(|j| {
        j.key(inner)
            .array(|j| items.iter().for_each(|item| j.str(&item.to_string())));
    });
}
