//! The JSON Schema of test files, for editors.

use serde_json::{Map, Value, json};

use super::{expect, file, recipe};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let paths = json!({"oneOf": [{"$ref": "#/$defs/text"}, {"type": "array", "items": {"$ref": "#/$defs/text"}}]});
    let lists = json!({"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "array", "null"], "items": {"$ref": "#/$defs/scalar"}}, "description": "Reference lists: entries, or a file."});
    let tables = json!({"type": "object", "additionalProperties": {"type": ["string", "array", "object", "null"], "items": {"type": "object"}}, "description": "Data tables: rows, or a file."});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of a YARA-L rule",
        "description": "NAME.test.yaml beside NAME.yaral, run by `yaral test`.",
        "type": "object",
        "additionalProperties": false,
        "required": ["tests"],
        "not": {"required": ["rule", "rules"]},
        "properties": object(&file::TOP, |key| match key {
            "rule" => described(&paths, "The rule file, relative to this file; the sibling by default."),
            "rules" => described(&paths, "Several rule files, for rules over detections."),
            "start" => json!({"type": "string", "description": "The time that `at` counts from, RFC 3339."}),
            "mapping" => json!({"description": "The mapping of raw records; of several, every test runs under each.", "oneOf": [{"enum": ["default", "secops"]}, {"type": "array", "items": {"enum": ["default", "secops"]}}]}),
            "semantics" => json!({"type": "object", "description": "Switches, as --semantics takes them."}),
            "lists" => lists.clone(),
            "tables" => tables.clone(),
            "entities" => described(&paths, "Entities: ndjson files."),
            "events" => json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/event"}, "description": "Events by name, for timelines."}),
            "tests" => some("test"),
            "survivors" => json!({"type": ["array", "object", "null"], "items": {"$ref": "#/$defs/survivor"}, "description": "Mutants of the rule that no test can notice, each with the reason."}),
            _ => json!({"description": "For people."}),
        }),
        "$defs": {
            "text": {"type": "string", "pattern": "\\S"},
            "scalar": {"type": ["string", "number", "boolean"]},
            "event": {"type": "object", "additionalProperties": false, "properties": object(&recipe::KEYS, |key| match key {
                "raw" => json!({"description": "A raw record: PATH, PATH#TEXT for the lines that hold TEXT, or a JSON record.", "type": ["string", "object"]}),
                "raw_text" => described(&text(), "The lines of a raw record."),
                "udm" => json!({"description": "A UDM event, or PATH[#TEXT] of one.", "type": ["string", "object"]}),
                "argv" => json!({"description": "A command line that a host's audit log would hold.", "type": ["string", "number", "boolean", "array"]}),
                "parent" => json!({"description": "The command line of its parent.", "type": ["string", "number", "boolean", "array"]}),
                "like" => described(&text(), "Another event, to be changed."),
                "log_type" => described(&text(), "The log type of a raw record, where it is not recognised."),
                "change" => json!({"description": "Changes of the raw JSON record, by dotted keys; null takes away.", "type": "object"}),
                "set" => json!({"description": "Changes of the event, by UDM fields.", "type": "object"}),
                _ => json!({"$ref": "#/$defs/scalar"}),
            })},
            "line": {"type": "object", "additionalProperties": false, "required": ["event"], "properties": object(&file::LINE, |key| match key {
                "at" => json!({"type": ["string", "number"], "description": "90s after the start, or +5m after the event before."}),
                "event" => json!({"oneOf": [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/event"}]}),
                "repeat" => json!({"type": "integer", "minimum": 1}),
                "every" => json!({"type": ["string", "number"]}),
                "as" => text(),
                _ => json!({"type": "object"}),
            })},
            "test": {"type": "object", "additionalProperties": false, "required": ["name", "timeline"], "properties": object(&file::TEST, |key| match key {
                "timeline" => some("line"),
                "expect" => json!({"oneOf": [{"const": "none"}, {"$ref": "#/$defs/detection"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/detection"}}]}),
                "because" => json!({"description": "Why it stays silent: a part of each predicate that fails, or window, condition, join NAME, between, zero match, suppressed.", "type": ["string", "number", "boolean", "array", "null"], "items": {"$ref": "#/$defs/scalar"}}),
                "name" => text(),
                "todo" => described(&text(), "Why it is a known gap: the test must fail."),
                "of" => described(&text(), "The rule that `because` is about, where there are several."),
                "tool" => described(&text(), "The tool that a synthetic timeline is written after."),
                "real" | "synthetic" => json!({"type": "boolean"}),
                "unexpected" => json!({"enum": ["fail", "ignore"]}),
                "lists" => lists.clone(),
                "tables" => tables.clone(),
                _ => json!({"description": "For people."}),
            })},
            "detection": {"type": "object", "additionalProperties": false, "properties": object(&expect::KEYS, |key| match key {
                "match" | "events" | "outcomes" => json!({"type": "object"}),
                "window" => json!({"type": "array", "minItems": 2, "maxItems": 2}),
                "exact" => json!({"type": "boolean"}),
                "risk_score" => json!({"type": ["number", "string"]}),
                // In any case, and what a rule's meta has of its own.
                "severity" => json!({"anyOf": [{"enum": ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]}, {"$ref": "#/$defs/text"}]}),
                _ => text(),
            })},
            "survivor": {"type": "object", "additionalProperties": false, "required": ["why"], "properties": object(&file::SURVIVOR, |key| match key {
                "line" => json!({"type": "integer", "minimum": 0}),
                _ => text(),
            })},
        },
    })
}

fn object(keys: &[&str], of: impl Fn(&str) -> Value) -> Value {
    let members = keys.iter().map(|key| ((*key).to_owned(), of(key)));
    Value::Object(members.collect::<Map<String, Value>>())
}

fn text() -> Value {
    json!({"$ref": "#/$defs/text"})
}

/// One or several of a definition; at least one.
fn some(name: &str) -> Value {
    let one = json!({"$ref": format!("#/$defs/{name}")});
    json!({"oneOf": [one, {"type": "array", "minItems": 1, "items": one}]})
}

fn described(schema: &Value, description: &str) -> Value {
    let mut schema = schema.clone();
    schema["description"] = description.into();
    schema
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::yaml;
    use super::*;

    /// Whether a document is what a schema says, of the words that ours has.
    fn fits(schema: &Value, root: &Value, value: &Value) -> bool {
        schema
            .as_object()
            .expect("a schema")
            .iter()
            .all(|(word, says)| {
                let list = || says.as_array().expect("a list");
                match (word.as_str(), value) {
                    ("$ref", _) => {
                        let path = says.as_str().expect("a path").trim_start_matches('#');
                        fits(root.pointer(path).expect("it leads somewhere"), root, value)
                    }
                    ("type", _) if says.is_array() => list().iter().any(|one| is(one, value)),
                    ("type", _) => is(says, value),
                    ("enum", _) => list().contains(value),
                    ("const", _) => says == value,
                    ("not", _) => !fits(says, root, value),
                    ("anyOf", _) => list().iter().any(|one| fits(one, root, value)),
                    ("oneOf", _) => list().iter().filter(|one| fits(one, root, value)).count() == 1,
                    ("pattern", Value::String(text)) => !text.trim().is_empty(),
                    ("minimum", Value::Number(number)) => number.as_f64() >= says.as_f64(),
                    ("minItems", Value::Array(items)) => {
                        items.len() as u64 >= says.as_u64().unwrap()
                    }
                    ("maxItems", Value::Array(items)) => {
                        items.len() as u64 <= says.as_u64().unwrap()
                    }
                    ("items", Value::Array(items)) => {
                        items.iter().all(|item| fits(says, root, item))
                    }
                    ("required", Value::Object(members)) => {
                        let mut keys = list().iter().filter_map(Value::as_str);
                        keys.all(|key| members.contains_key(key))
                    }
                    ("properties", Value::Object(members)) => members
                        .iter()
                        .all(|(key, own)| says.get(key).is_none_or(|says| fits(says, root, own))),
                    ("additionalProperties", Value::Object(members)) => {
                        let known = schema.get("properties");
                        members.iter().all(|(key, own)| {
                            known.is_some_and(|known| known.get(key).is_some())
                                || says.as_bool().unwrap_or_else(|| fits(says, root, own))
                        })
                    }
                    _ => true,
                }
            })
    }

    fn is(kind: &Value, value: &Value) -> bool {
        match kind.as_str().expect("a kind") {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64() || value.is_u64(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => value.is_null(),
        }
    }

    /// What an editor marks is what the tool refuses.
    #[test]
    fn the_schema_accepts_what_the_tool_accepts() {
        const FILE: &str = "events: { a: { udm: {} } }\ntests:\n  - name: one\n    timeline: [{ event: a }]\n    expect: [{ severity: HIGH }]\n";
        let schema = schema();
        for (from, to) in [
            ("HIGH", "high"),
            ("HIGH", "SEV1"),
            ("HIGH", "1"),
            ("HIGH", "''"),
            ("one", "1"),
            ("one", "true"),
            ("one", "' '"),
            ("one", "'1'"),
            ("event: a", "event: a, repeat: 0"),
            ("event: a", "event: a, repeat: 2, every: 5s, as: x"),
            ("event: a", "event: a, as: 1"),
            ("[{ event: a }]", "{ event: a }"),
            ("[{ event: a }]", "[]"),
            ("[{ severity: HIGH }]", "none"),
            ("[{ severity: HIGH }]", "{ risk_score: 85 }"),
            ("[{ severity: HIGH }]", "[]"),
            ("[{ severity: HIGH }]", "none\n    because: 404"),
            ("[{ severity: HIGH }]", "none\n    because: [a, 404]"),
            ("    expect", "    todo: true\n    expect"),
            ("    expect", "    todo: why\n    expect"),
            ("    expect", "    todo:\n    expect"),
            ("    expect", "    tool: 5\n    expect"),
            ("    expect", "    real: 1\n    expect"),
            ("    expect", "    notes: [1]\n    expect"),
            ("    expect", "    unexpected: maybe\n    expect"),
            ("    expect", "    lists: { a: [22, x, true] }\n    expect"),
            ("    expect", "    tables: { a: [{ b: 1 }] }\n    expect"),
            ("    expect", "    survive: 1\n    expect"),
            ("events:", "rule: a\nevents:"),
            ("events:", "rule: 1\nevents:"),
            ("events:", "rule: [a, b]\nevents:"),
            ("events:", "rules: a\nevents:"),
            ("events:", "rule: a\nrules: [b]\nevents:"),
            ("events:", "entities: [1]\nevents:"),
            (
                "events:",
                "survivors: [{ drop: a, why: b, line: 3 }]\nevents:",
            ),
            ("events:", "survivors: [{ drop: a }]\nevents:"),
            ("{ udm: {} }", "{ raw: 5 }"),
            ("{ udm: {} }", "{ argv: [ls, 5], uid: 0 }"),
            ("{ udm: {} }", "{ argv: ls, set: 5 }"),
        ] {
            let text = FILE.replacen(from, to, 1);
            assert_ne!(text, FILE, "{from}");
            let document = yaml::parse(&text).expect("it is YAML").json();
            let tool = file::read(&text);
            let editor = fits(&schema, &schema, &document);
            assert_eq!(tool.is_ok(), editor, "{to}: {:?}", tool.err());
        }
    }

    /// No test file of the repository is marked by an editor.
    #[test]
    fn the_schema_accepts_the_tests_of_the_pack() {
        let schema = schema();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("it is a folder") {
                let path = entry.expect("it can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(".test.yaml") {
                    let text = std::fs::read_to_string(&path).expect("it can be read");
                    let document = yaml::parse(&text).expect("it is YAML").json();
                    assert!(fits(&schema, &schema, &document), "{}", path.display());
                    files += 1;
                }
            }
        }
        assert!(files > 100, "{files}");
    }
}
