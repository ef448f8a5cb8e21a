//! Reading a detection's record: what is not there is empty.

use serde_json::Value;

/// A text, or a number or a truth value as one.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(_) | Value::Number(_) | Value::Bool(_) => value.to_string(),
    }
}

/// The text under a key.
pub(super) fn text(value: &Value, key: &str) -> String {
    value.get(key).map(plain).unwrap_or_default()
}

/// The elements under a key.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The elements under a key as one text, with the count of those left out.
pub(super) fn joined(value: &Value, key: &str) -> String {
    let texts: Vec<String> = items(value, key).iter().map(plain).collect();
    let more = value.get(format!("{key}_more")).and_then(Value::as_u64);
    match more {
        Some(more) => format!("{} … {more} more", texts.join(", ")),
        None => texts.join(", "),
    }
}

/// The members of an object, nested ones by their path, in written order; `max` at most,
/// and how many there are beyond.
pub(super) fn leaves(value: &Value, max: usize) -> (Vec<(String, String)>, usize) {
    let mut found = Vec::new();
    walk(value, String::new(), &mut found);
    let more = found.len().saturating_sub(max);
    found.truncate(max);
    (found, more)
}

/// The depth is bounded by that of the parser.
fn walk(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                walk(member, path, found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                walk(item, format!("{path}[{at}]"), found);
            }
        }
        value => {
            let text = plain(value);
            if !text.is_empty() {
                found.push((path, text));
            }
        }
    }
}
