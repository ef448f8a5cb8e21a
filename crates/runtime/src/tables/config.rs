//! What a description says of a table's columns.
//!
//! One form for both layouts: a list under `columns`, one mapping for each
//! column. Its keys are ours (`name`, `type`, `key`, `repeated`, `mapped`) or
//! those of Google's content manager (`original_column`, `column_type`,
//! `key_column`, `repeated_values`, `mapped_column_path`, `column_index`).
//! A key that is neither is named and passed over.

use std::collections::BTreeMap;

use yaral_ir::tables::{ColumnKind, ColumnSpec};
use yaral_udm::{FieldPath, Root};

use super::yaml::{Placed, Yaml, parse};

/// What the content manager writes about a table beside its columns.
const ABOUT_TABLES: [&str; 8] = [
    "create_time",
    "description",
    "resource_name",
    "row_time_to_live",
    "rule_associations_count",
    "rules",
    "update_time",
    "uuid",
];

/// The columns of a table by what a description says.
#[derive(Debug, Default)]
pub(super) struct Description {
    /// The columns, in the order of their places.
    pub(super) columns: Vec<ColumnSpec>,
    /// Whether `expires` and `starts` bound the life of a row, where that is
    /// said.
    pub(super) expiry: Option<bool>,
    /// What is passed over: the line and why.
    pub(super) remarks: Vec<Remark>,
}

/// A line, 0 if it is not known, and what is to be said about it.
pub(super) type Remark = (usize, String);

/// Reads the description of one table.
///
/// # Errors
/// What makes the description unusable.
pub(super) fn one(text: &str) -> Result<Description, Remark> {
    match parse(text)? {
        Yaml::Null => Ok(Description::default()),
        Yaml::Map(members) => description(&members),
        _ => Err((1, "a table is described by `columns:`".to_owned())),
    }
}

/// Reads the content manager's file: descriptions by their tables' names.
///
/// # Errors
/// As for [`one`].
pub(super) fn all(text: &str) -> Result<BTreeMap<String, Description>, Remark> {
    let members = match parse(text)? {
        Yaml::Null => Vec::new(),
        Yaml::Map(members) => members,
        _ => return Err((1, "tables are described below their names".to_owned())),
    };
    let mut found = BTreeMap::new();
    for (name, about) in members {
        let Yaml::Map(members) = &about.value else {
            return Err((about.line, format!("`{name}` is described by `columns:`")));
        };
        found.insert(name, description(members)?);
    }
    Ok(found)
}

fn description(members: &[(String, Placed)]) -> Result<Description, Remark> {
    let mut made = Description::default();
    let mut columns: Vec<(Option<usize>, ColumnSpec)> = Vec::new();
    for (key, member) in members {
        match (key.as_str(), &member.value) {
            ("columns", Yaml::List(items)) => {
                for item in items {
                    columns.push(column(item, &mut made.remarks)?);
                }
            }
            ("columns" | "expiry", Yaml::Null) => {}
            ("columns", _) => {
                let what = "`columns` is a list with one mapping for each column";
                return Err((member.line, what.to_owned()));
            }
            ("expiry", value) => made.expiry = Some(switch(key, member.line, value)?),
            (key, _) if ABOUT_TABLES.contains(&key) => {}
            (key, _) => made.remarks.push((
                member.line,
                format!("`{key}` is no key of a table's description"),
            )),
        }
    }
    // The order of the list counts where no places are given.
    columns.sort_by_key(|(place, _)| *place);
    made.columns = columns.into_iter().map(|(_, spec)| spec).collect();
    Ok(made)
}

fn column(item: &Placed, remarks: &mut Vec<Remark>) -> Result<(Option<usize>, ColumnSpec), Remark> {
    let Yaml::Map(members) = &item.value else {
        return Err((item.line, "a column is a mapping with `name:`".to_owned()));
    };
    let mut place = None;
    let mut spec = ColumnSpec {
        name: String::new(),
        kind: ColumnKind::String,
        key: false,
        repeated: false,
        mapped: None,
    };
    for (key, member) in members {
        let (line, value) = (member.line, &member.value);
        if *value == Yaml::Null {
            continue;
        }
        match key.as_str() {
            "name" | "original_column" => text(key, line, value)?.clone_into(&mut spec.name),
            "type" | "column_type" => spec.kind = kind(line, text(key, line, value)?)?,
            "key" | "key_column" => spec.key = switch(key, line, value)?,
            "repeated" | "repeated_values" => spec.repeated = switch(key, line, value)?,
            "mapped" | "mapped_column_path" => {
                spec.mapped = Some(mapped(line, text(key, line, value)?)?);
            }
            "column_index" => {
                let number = text(key, line, value)?.parse::<usize>();
                place = Some(number.map_err(|_| (line, "`column_index` is a number".to_owned()))?);
            }
            key => remarks.push((line, format!("`{key}` is no key of a column"))),
        }
    }
    if spec.name.is_empty() {
        return Err((item.line, "a column has no `name`".to_owned()));
    }
    Ok((place, spec))
}

fn text<'y>(key: &str, line: usize, value: &'y Yaml) -> Result<&'y str, Remark> {
    match value {
        Yaml::Text(text) => Ok(text),
        _ => Err((line, format!("`{key}` is one word"))),
    }
}

fn switch(key: &str, line: usize, value: &Yaml) -> Result<bool, Remark> {
    match value {
        Yaml::Bool(value) => Ok(*value),
        _ => Err((line, format!("`{key}` is true or false"))),
    }
}

fn kind(line: usize, word: &str) -> Result<ColumnKind, Remark> {
    ColumnKind::from_name(word).ok_or_else(|| {
        let what = "is no type of a column; there are string, regex, cidr and number";
        (line, format!("`{word}` {what}"))
    })
}

/// The entity field that a column is mapped to, with or without the word
/// `graph` that rules put before it.
///
/// # Errors
/// If there is no such field.
pub(super) fn mapped(line: usize, path: &str) -> Result<FieldPath, Remark> {
    let inner = path.strip_prefix("graph.").unwrap_or(path);
    FieldPath::resolve(Root::Entity, inner)
        .map_err(|error| (line, format!("`{path}` is no field of an entity: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_say_the_same() {
        let ours = "columns:\n- name: host\n  type: string\n  key: true\n  mapped: entity.hostname\n\
                    - name: net\n  type: cidr\n  repeated: true\n";
        let theirs = "t:\n  description: 'a: b'\n  row_time_to_live: null\n  columns:\n  - column_index: 1\n    \
                      original_column: net\n    column_type: CIDR\n    repeated_values: true\n    key_column: null\n  \
                      - column_index: 0\n    original_column: host\n    column_type: STRING\n    key_column: true\n    \
                      mapped_column_path: graph.entity.hostname\n";
        let ours = one(ours).unwrap();
        let theirs = all(theirs).unwrap().remove("t").unwrap();
        for made in [ours, theirs] {
            assert!(made.remarks.is_empty(), "{:?}", made.remarks);
            let [host, net] = made.columns.as_slice() else {
                panic!("two columns")
            };
            assert!(host.name == "host" && host.key && host.mapped.is_some());
            assert!(net.kind == ColumnKind::Cidr && net.repeated && !net.key);
        }
        assert!(one("").unwrap().columns.is_empty());
        assert!(all("# nothing\n").unwrap().is_empty());
    }

    #[test]
    fn mistakes_have_a_line_and_unknown_keys_are_named() {
        let made = one("columns:\n- name: a\n  colour: red\nowner: me\n").unwrap();
        let lines: Vec<_> = made.remarks.iter().map(|remark| remark.0).collect();
        assert_eq!(lines, [3, 4]);
        assert!(made.remarks[0].1.contains("colour") && made.remarks[1].1.contains("owner"));
        for (text, line, part) in [
            ("columns:\n- name: a\n  type: text\n", 3, "text"),
            (
                "columns:\n- name: a\n  mapped: entity.hostnme\n",
                3,
                "hostnme",
            ),
            ("columns:\n- name: a\n  key: maybe\n", 3, "true or false"),
            ("columns:\n- type: cidr\n", 2, "no `name`"),
            ("columns: 5\n", 1, "is a list"),
            ("- a\n", 1, "columns"),
        ] {
            let (at, what) = one(text).unwrap_err();
            assert!(at == line && what.contains(part), "{text}: {at}: {what}");
        }
    }
}
