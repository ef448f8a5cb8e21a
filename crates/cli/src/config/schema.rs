//! The JSON Schema of the configuration file, for editors.

use serde_json::{Map, Value, json};

use super::file::NAME;
use super::settings::{Kind, Setting, all};

/// The schema, draft 2020-12.
pub(crate) fn schema() -> Value {
    let mut properties = Map::new();
    for setting in all() {
        match setting.key.split_once('.') {
            None => {
                properties.insert(setting.key.clone(), of(&setting));
            }
            Some((table, key)) => {
                let inner = properties
                    .entry(table)
                    .or_insert_with(|| object(Map::new()));
                inner["properties"][key] = of(&setting);
            }
        }
    }
    let mut schema = object(properties);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(NAME);
    schema
}

fn object(properties: Map<String, Value>) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": false });
    schema["properties"] = Value::Object(properties);
    schema
}

fn of(setting: &Setting) -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let mut schema = match setting.kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Choice => json!({ "enum": setting.choices() }),
        Kind::Text(_) | Kind::Path => text,
        Kind::Paths => json!({ "anyOf": [text, { "type": "array", "items": text }] }),
        Kind::Switch(_) => json!({ "type": ["string", "integer", "boolean"] }),
    };
    schema["description"] = json!(setting.words());
    if let Some(default) = setting.default() {
        schema["default"] = match setting.kind {
            Kind::Flag => json!(default == "true"),
            _ => json!(default),
        };
    }
    schema
}
