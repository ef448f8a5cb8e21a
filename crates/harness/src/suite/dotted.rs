//! Dotted keys into a JSON document: `user.username`, `sourceIPs[0]`,
//! `annotations["authorization.k8s.io/decision"]`.

use serde_json::{Map, Value};

/// The deepest key that is followed.
const STEPS_MAX: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// Puts a value at a place and makes what lies between; null takes away.
///
/// # Errors
/// Why the key leads nowhere.
pub(crate) fn put(document: &mut Value, key: &str, value: Value) -> Result<(), String> {
    let steps = steps(key)?;
    let Some((last, way)) = steps.split_last() else {
        return Err("the key is empty".to_owned());
    };
    let mut here = document;
    for step in way {
        here = inside(here, step, key)?;
    }
    match last {
        Step::Key(name) if value.is_null() => {
            if let Some(members) = here.as_object_mut() {
                members.remove(name);
            }
        }
        step => *inside(here, step, key)? = value,
    }
    Ok(())
}

fn inside<'v>(here: &'v mut Value, step: &Step, key: &str) -> Result<&'v mut Value, String> {
    match step {
        Step::Key(name) => {
            if here.is_null() {
                *here = Value::Object(Map::new());
            }
            let members = here.as_object_mut();
            let members =
                members.ok_or_else(|| format!("`{key}`: `{name}` is inside no mapping"))?;
            Ok(members.entry(name.clone()).or_insert(Value::Null))
        }
        Step::Item(at) => {
            if here.is_null() {
                *here = Value::Array(Vec::new());
            }
            let items = here.as_array_mut();
            let items = items.ok_or_else(|| format!("`{key}`: there is no list for [{at}]"))?;
            if *at == items.len() {
                items.push(Value::Null);
            }
            let length = items.len();
            let item = items.get_mut(*at);
            item.ok_or_else(|| format!("`{key}`: the list has {length} items"))
        }
    }
}

fn steps(key: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        if steps.len() == STEPS_MAX {
            return Err(format!("`{key}` is deeper than {STEPS_MAX}"));
        }
        if let Some(inner) = rest.strip_prefix("[\"") {
            let (name, after) = inner
                .split_once("\"]")
                .ok_or_else(|| format!("`{key}`: a `[\"` has no `\"]`"))?;
            steps.push(Step::Key(name.to_owned()));
            rest = after.strip_prefix('.').unwrap_or(after);
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (number, after) = inner
                .split_once(']')
                .ok_or_else(|| format!("`{key}`: a `[` has no `]`"))?;
            let number = number.parse();
            steps.push(Step::Item(number.map_err(|_| {
                format!("`{key}`: between `[` and `]` stands a number or a quoted key")
            })?));
            rest = after.strip_prefix('.').unwrap_or(after);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return Err(format!("`{key}` has an empty part"));
            }
            steps.push(Step::Key(name.to_owned()));
            rest = after.strip_prefix('.').unwrap_or(after);
        }
    }
    Ok(steps)
}

/// Writes a number for each `{n}` in the texts of a value.
pub(crate) fn numbered(value: &Value, number: u64) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("{n}", &number.to_string())),
        Value::Array(items) => items.iter().map(|item| numbered(item, number)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.clone(), numbered(value, number)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_lead_to_their_places() {
        let mut document = json!({"user": {"username": "a"}, "ips": ["1"]});
        for (key, value) in [
            ("user.username", json!("b")),
            ("user.groups", json!(["g"])),
            ("ips[0]", json!("2")),
            ("ips[1]", json!("3")),
            ("notes[\"a.b/c\"]", json!("d")),
            ("new.deep.key", json!(1)),
        ] {
            put(&mut document, key, value).expect(key);
        }
        put(&mut document, "user.groups", Value::Null).expect("it is there");
        assert_eq!(
            document,
            json!({"user": {"username": "b"}, "ips": ["2", "3"], "notes": {"a.b/c": "d"}, "new": {"deep": {"key": 1}}})
        );
    }

    #[test]
    fn keys_that_lead_nowhere_are_told() {
        for key in ["", "a..b", "a[x]", "a[\"b", "s.x", "l[5]"] {
            let mut document = json!({"s": "text", "l": []});
            assert!(put(&mut document, key, json!(1)).is_err(), "{key}");
        }
        let deep = vec!["a"; STEPS_MAX + 1].join(".");
        assert!(put(&mut json!({}), &deep, json!(1)).is_err());
    }

    #[test]
    fn repetitions_are_numbered() {
        let value = numbered(&json!({"name": "s-{n}", "list": ["{n}", 1]}), 7);
        assert_eq!(value, json!({"name": "s-7", "list": ["7", 1]}));
    }
}
