//! The fields that a rule reads, as columns over the events' JSON.
//!
//! Each line is read once, into a struct of just the fields that the rule
//! asks for; a column is one field, one key or one list of it, with the zero
//! value where the event has none. Nothing that the rule reads is `NULL`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use yaral_ir::plan::{Axis, TimePart, WholeRef};
use yaral_ir::types::Type;
use yaral_udm::{FieldId, FieldKind};

use super::quote;

/// The struct that holds what was read of a line.
const STRUCT: &str = "u";

/// The fields asked for so far.
#[derive(Default)]
pub(super) struct Fields {
    root: BTreeMap<&'static str, Shape>,
    /// The columns by name, each with its expression.
    columns: BTreeMap<String, String>,
    lambdas: usize,
}

/// What is asked for below a field.
struct Shape {
    repeated: bool,
    leaf: Option<&'static str>,
    below: BTreeMap<&'static str, Shape>,
}

impl Fields {
    /// A name that no lambda around has.
    pub(super) fn lambda(&mut self) -> String {
        self.lambdas += 1;
        format!("x{}", self.lambdas)
    }

    /// The columns, each with its expression.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(|(name, sql)| (&**name, &**sql))
    }

    /// The shape of the struct, as `json_transform` takes it.
    pub(super) fn structure(&self) -> String {
        let mut out = String::new();
        write_shapes(&self.root, &mut out);
        out
    }

    /// A column for a field that no list stands above of.
    pub(super) fn single(&mut self, steps: &[FieldId], part: Option<TimePart>, ty: Type) -> String {
        self.ask(steps);
        let sql = leaf(&access(STRUCT, steps), last_kind(steps), part);
        self.column(
            &named(steps.iter().map(|step| (*step, None)), part),
            format!("coalesce({sql}, {})", quote::zero(ty)),
        )
    }

    /// A column for the elements of an axis that starts at the event.
    pub(super) fn axis(&mut self, axis: &Axis) -> String {
        self.ask(&axis.steps);
        let sql = elements(&access(STRUCT, &axis.steps));
        let path = named(axis.steps.iter().map(|step| (*step, None)), None);
        self.column(&format!("rows of {path}"), sql)
    }

    /// A column for all values at a path, as a list.
    pub(super) fn whole(&mut self, path: &WholeRef) -> String {
        let sql = self.leaves(path);
        self.column(
            &format!("all {}", named(path.steps.iter().copied(), path.part)),
            sql,
        )
    }

    /// A column for the one value at an indexed path.
    pub(super) fn indexed(&mut self, path: &WholeRef, ty: Type) -> String {
        let sql = format!("coalesce(({})[1], {})", self.leaves(path), quote::zero(ty));
        self.column(&named(path.steps.iter().copied(), path.part), sql)
    }

    /// A column for what a map holds under a key; `None` if it cannot be told
    /// whether it does.
    pub(super) fn keyed(&mut self, path: &WholeRef, key: &str) -> Option<String> {
        let steps: Vec<_> = path.steps.iter().map(|(step, _)| *step).collect();
        let kind = last_kind(&steps)?;
        let plain = path.steps.iter().all(|(step, _)| !step.repeated());
        let one = self.lambda();
        let sql = match kind {
            FieldKind::Struct if plain => {
                self.ask(&steps);
                let map = access(STRUCT, &steps);
                format!("coalesce({}, '')", entry(&map, key))
            }
            FieldKind::Struct => {
                self.ask(&steps);
                let found = format!(
                    "list_transform({}, lambda {one}: {})",
                    self.ends(STRUCT, &path.steps),
                    entry(&one, key)
                );
                let other = self.lambda();
                format!(
                    "coalesce(list_filter({found}, lambda {other}: {other} IS NOT NULL)[1], '')"
                )
            }
            // A label without a key is written like one whose key is empty.
            FieldKind::Message(message) if !key.is_empty() => {
                let (key_field, value_field) = message.label_like()?;
                for field in [key_field, value_field] {
                    let mut whole = steps.clone();
                    whole.push(field);
                    self.ask(&whole);
                }
                format!(
                    "coalesce((list_filter({}, lambda {one}: {one}.{} = {})[1]).{}, '')",
                    self.ends(STRUCT, &path.steps),
                    quote::name(key_field.json()),
                    quote::text(key),
                    quote::name(value_field.json()),
                )
            }
            _ => return None,
        };
        let path = named(path.steps.iter().copied(), None);
        Some(self.column(&format!("{path}[{key}]"), sql))
    }

    /// The value at steps from an element of an axis.
    pub(super) fn below(
        &mut self,
        element: &str,
        (above, steps): (&[FieldId], &[FieldId]),
        part: Option<TimePart>,
        ty: Type,
    ) -> String {
        let whole = [above, steps].concat();
        self.ask(&whole);
        let sql = leaf(&access(element, steps), last_kind(&whole), part);
        format!("coalesce({sql}, {})", quote::zero(ty))
    }

    /// The elements of an axis within an element of another.
    pub(super) fn inner(&mut self, element: &str, above: &[FieldId], steps: &[FieldId]) -> String {
        self.ask(&[above, steps].concat());
        elements(&access(element, steps))
    }

    fn column(&mut self, name: &str, sql: String) -> String {
        // Names are the same to the database however they are capitalised.
        let taken = |columns: &BTreeMap<String, String>, name: &str| {
            let other = |known: &&String| known.eq_ignore_ascii_case(name) && *known != name;
            columns.keys().any(|known| other(&known))
                || columns.get(name).is_some_and(|known| *known != sql)
        };
        let mut free = name.to_owned();
        let mut number = 2;
        while taken(&self.columns, &free) {
            free = format!("{name} ({number})");
            number += 1;
        }
        self.columns.insert(free.clone(), sql);
        quote::name(&free)
    }

    /// Takes the fields on the way into the struct.
    fn ask(&mut self, steps: &[FieldId]) {
        let mut level = &mut self.root;
        for step in steps {
            let shape = level.entry(step.json()).or_insert_with(|| Shape {
                repeated: step.repeated(),
                leaf: leaf_type(step.kind()),
                below: BTreeMap::new(),
            });
            level = &mut shape.below;
        }
    }

    fn leaves(&mut self, path: &WholeRef) -> String {
        let steps: Vec<_> = path.steps.iter().map(|(step, _)| *step).collect();
        self.ask(&steps);
        let ends = self.ends(STRUCT, &path.steps);
        let one = self.lambda();
        let of_one = leaf(&one, last_kind(&steps), path.part);
        if of_one == one {
            ends
        } else {
            format!("list_transform({ends}, lambda {one}: {of_one})")
        }
    }

    /// What stands at the end of a path, as a list without `NULL`.
    fn ends(&mut self, from: &str, steps: &[(FieldId, Option<u32>)]) -> String {
        let way = |steps: &[(FieldId, Option<u32>)]| -> Vec<FieldId> {
            steps.iter().map(|(step, _)| *step).collect()
        };
        let Some(at) = steps.iter().position(|(step, _)| step.repeated()) else {
            let end = access(from, &way(steps));
            return format!("CASE WHEN {end} IS NULL THEN [] ELSE [{end}] END");
        };
        let (head, rest) = steps.split_at(at + 1);
        let list = format!("coalesce({}, [])", access(from, &way(head)));
        match (head.last().and_then(|(_, index)| *index), rest) {
            (Some(index), []) => {
                let place = u64::from(index) + 1;
                format!("{list}[{place}:{place}]")
            }
            (Some(index), rest) => {
                let one = format!("{list}[{}]", u64::from(index) + 1);
                self.ends(&one, rest)
            }
            (None, []) => list,
            (None, rest) => {
                let one = self.lambda();
                let inner = self.ends(&one, rest);
                format!("flatten(list_transform({list}, lambda {one}: {inner}))")
            }
        }
    }
}

/// The elements of a list; of an empty one a single `NULL`, whose fields read as zero.
fn elements(list: &str) -> String {
    format!("CASE WHEN len({list}) > 0 THEN {list} ELSE [NULL] END")
}

/// What an object holds under a key, if that is text.
fn entry(map: &str, key: &str) -> String {
    let place = quote::pointer(key);
    format!(
        "CASE WHEN json_type({map}, {place}) = 'VARCHAR' THEN json_extract_string({map}, {place}) END"
    )
}

fn access(from: &str, steps: &[FieldId]) -> String {
    let mut out = from.to_owned();
    for step in steps {
        out.push('.');
        out.push_str(&quote::name(step.json()));
    }
    out
}

fn last_kind(steps: &[FieldId]) -> Option<FieldKind> {
    steps.last().map(|step| step.kind())
}

/// A scalar as it was read; a time as its part.
fn leaf(sql: &str, kind: Option<FieldKind>, part: Option<TimePart>) -> String {
    match (kind, part) {
        (Some(FieldKind::Timestamp), Some(TimePart::Nanos)) => nanos(sql),
        (Some(FieldKind::Timestamp), _) => seconds(sql),
        _ => sql.to_owned(),
    }
}

/// Whole seconds of a time as protobuf JSON writes it.
pub(super) fn seconds(time: &str) -> String {
    format!("CAST(epoch(try_strptime(left({time}, 19), '%Y-%m-%dT%H:%M:%S')) AS BIGINT)")
}

/// The rest of it, in nanoseconds.
pub(super) fn nanos(time: &str) -> String {
    format!("CAST(rpad(regexp_extract({time}, '\\.([0-9]+)', 1), 9, '0') AS BIGINT)")
}

/// The type that a field is read as; `None` for a message.
fn leaf_type(kind: FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::String
        | FieldKind::Bytes
        | FieldKind::Enum(_)
        | FieldKind::Timestamp
        | FieldKind::Duration => Some("VARCHAR"),
        FieldKind::Bool => Some("BOOLEAN"),
        FieldKind::Int32 | FieldKind::Int64 => Some("BIGINT"),
        FieldKind::Uint32 | FieldKind::Uint64 => Some("UBIGINT"),
        FieldKind::Float | FieldKind::Double => Some("DOUBLE"),
        FieldKind::Struct | FieldKind::Map => Some("JSON"),
        FieldKind::Message(_) => None,
    }
}

fn named(steps: impl Iterator<Item = (FieldId, Option<u32>)>, part: Option<TimePart>) -> String {
    let mut words: Vec<String> = steps
        .map(|(step, index)| match index {
            Some(index) => format!("{}[{index}]", step.name()),
            None => step.name().to_owned(),
        })
        .collect();
    match part {
        Some(TimePart::Seconds) => words.push("seconds".to_owned()),
        Some(TimePart::Nanos) => words.push("nanos".to_owned()),
        None => {}
    }
    words.join(".")
}

fn write_shapes(shapes: &BTreeMap<&'static str, Shape>, out: &mut String) {
    out.push('{');
    for (at, (name, shape)) in shapes.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        // Names of the schema need no escape.
        let _ = write!(out, "\"{name}\": ");
        if shape.repeated {
            out.push('[');
        }
        match shape.leaf {
            Some(leaf) => {
                let _ = write!(out, "\"{leaf}\"");
            }
            // Of a message only whether it is there is asked.
            None if shape.below.is_empty() => out.push_str("\"JSON\""),
            None => write_shapes(&shape.below, out),
        }
        if shape.repeated {
            out.push(']');
        }
    }
    out.push('}');
}
