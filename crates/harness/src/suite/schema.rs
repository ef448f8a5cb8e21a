//! The JSON Schema of test files, for editors.

use serde_json::{Map, Value, json};

use super::{expect, file, recipe};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let text_or_texts = json!({"oneOf": [{"type": "string"}, texts]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of a YARA-L rule",
        "description": "NAME.test.yaml beside NAME.yaral, run by `yaral test`.",
        "type": "object",
        "additionalProperties": false,
        "required": ["tests"],
        "properties": object(&file::TOP, |key| match key {
            "rule" => json!({"type": "string", "description": "The rule file, relative to this file; the sibling by default."}),
            "rules" => json!({"type": "array", "items": {"type": "string"}, "description": "Several rule files, for rules over detections."}),
            "start" => json!({"type": "string", "description": "The time that `at` counts from, RFC 3339."}),
            "mapping" => json!({"description": "The mapping of raw records; of several, every test runs under each.", "oneOf": [{"enum": ["default", "secops"]}, {"type": "array", "items": {"enum": ["default", "secops"]}}]}),
            "semantics" => json!({"type": "object", "description": "Switches, as --semantics takes them."}),
            "lists" => json!({"type": "object", "additionalProperties": text_or_texts, "description": "Reference lists: entries, or a file."}),
            "tables" => json!({"type": "object", "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}, "description": "Data tables: rows, or a file."}),
            "entities" => json!({"description": "Entities: ndjson files.", "oneOf": [{"type": "string"}, texts]}),
            "events" => json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/event"}, "description": "Events by name, for timelines."}),
            "tests" => json!({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/test"}}),
            "survivors" => json!({"type": "array", "items": {"$ref": "#/$defs/survivor"}, "description": "Mutants of the rule that no test can notice, each with the reason."}),
            _ => json!({"description": "For people."}),
        }),
        "$defs": {
            "event": {"type": "object", "additionalProperties": false, "properties": object(&recipe::KEYS, |key| match key {
                "raw" => json!({"description": "A raw record: PATH, PATH#TEXT for the lines that hold TEXT, or a JSON record.", "type": ["string", "object"]}),
                "raw_text" => json!({"description": "The lines of a raw record.", "type": "string"}),
                "udm" => json!({"description": "A UDM event, or PATH[#TEXT] of one.", "type": ["string", "object"]}),
                "argv" => json!({"description": "A command line that a host's audit log would hold.", "type": ["string", "array"]}),
                "parent" => json!({"description": "The command line of its parent.", "type": ["string", "array"]}),
                "like" => json!({"description": "Another event, to be changed.", "type": "string"}),
                "change" => json!({"description": "Changes of the raw JSON record, by dotted keys; null takes away.", "type": "object"}),
                "set" => json!({"description": "Changes of the event, by UDM fields.", "type": "object"}),
                _ => json!({"type": ["string", "number"]}),
            })},
            "line": {"type": "object", "additionalProperties": false, "required": ["event"], "properties": object(&file::LINE, |key| match key {
                "at" => json!({"type": ["string", "number"], "description": "90s after the start, or +5m after the event before."}),
                "event" => json!({"oneOf": [{"type": "string"}, {"$ref": "#/$defs/event"}]}),
                "repeat" => json!({"type": "integer", "minimum": 1}),
                "every" | "as" => json!({"type": "string"}),
                _ => json!({"type": "object"}),
            })},
            "test": {"type": "object", "additionalProperties": false, "required": ["name", "timeline"], "properties": object(&file::TEST, |key| match key {
                "timeline" => json!({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}}),
                "expect" => json!({"oneOf": [{"const": "none"}, {"$ref": "#/$defs/detection"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/detection"}}]}),
                "because" => json!({"description": "Why it stays silent: a part of each predicate that fails, or window, condition, join NAME, between, zero match, suppressed.", "oneOf": [{"type": "string"}, texts]}),
                "todo" => json!({"description": "A known gap: the test must fail.", "type": "string"}),
                "of" => json!({"description": "The rule that `because` is about, where there are several.", "type": "string"}),
                "tool" => json!({"description": "The tool that a synthetic timeline is written after.", "type": "string"}),
                "real" | "synthetic" => json!({"type": "boolean"}),
                "unexpected" => json!({"enum": ["fail", "ignore"]}),
                "lists" | "tables" => json!({"type": "object"}),
                _ => json!({"type": "string"}),
            })},
            "detection": {"type": "object", "additionalProperties": false, "properties": object(&expect::KEYS, |key| match key {
                "match" | "events" | "outcomes" => json!({"type": "object"}),
                "window" => json!({"type": "array", "minItems": 2, "maxItems": 2}),
                "exact" => json!({"type": "boolean"}),
                "risk_score" => json!({"type": "number"}),
                "severity" => json!({"enum": ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]}),
                _ => json!({"type": "string"}),
            })},
            "survivor": {"type": "object", "additionalProperties": false, "required": ["why"], "properties": object(&file::SURVIVOR, |key| match key {
                "line" => json!({"type": "integer"}),
                _ => json!({"type": "string"}),
            })},
        },
    })
}

fn object(keys: &[&str], of: impl Fn(&str) -> Value) -> Value {
    let members = keys.iter().map(|key| ((*key).to_owned(), of(key)));
    Value::Object(members.collect::<Map<String, Value>>())
}
