//! The entities that a rule's variable ranges over, by the words of `setup`.
//!
//! Written beside the fast evaluator's own reading (`knowledge.rs`), so that
//! the two can be held against each other.

use yaral_ir::source::{GraphEdit, GraphEditKind};
use yaral_udm::{Event, FieldId, FieldKind, NodeRef, Root, ValueRef};

use crate::knowledge::Knowledge;

/// Every entity with its id; of those with one id the first.
pub(super) fn known(knowledge: &Knowledge, edit: Option<&GraphEdit>) -> Vec<(String, Event)> {
    let mut all: Vec<(String, Event)> = Vec::new();
    for entity in &knowledge.entities {
        let mut event = entity.event.clone();
        let row = edit.and_then(|edit| first_row(edit, &event));
        match edit.map(|edit| edit.kind) {
            Some(GraphEditKind::Exclude) if row.is_some() => continue,
            Some(GraphEditKind::Override) => {
                if let (Some(edit), Some(row)) = (edit, row) {
                    take_over(edit, row, &mut event);
                }
            }
            _ => {}
        }
        all.push((entity.id.to_string(), event));
    }
    if let Some(edit) = edit.filter(|edit| edit.kind == GraphEditKind::Append) {
        for row in 0..edit.table.rows.len() {
            let mut event = Event::new(Root::Entity);
            take_over(edit, row, &mut event);
            all.push((edit.table.row_id(row), event));
        }
    }
    all
}

/// The first row whose cells are values of the entity, each of its field.
fn first_row(edit: &GraphEdit, entity: &Event) -> Option<usize> {
    if edit.on.is_empty() {
        return None;
    }
    (0..edit.table.rows.len()).find(|&row| {
        edit.on.iter().all(|(path, column)| {
            let values = texts(entity, path.steps());
            let mut cells = cells(edit, row, *column).into_iter();
            cells.any(|cell| values.contains(&cell))
        })
    })
}

/// The values of a cell; none of an empty one.
fn cells(edit: &GraphEdit, row: usize, column: usize) -> Vec<String> {
    let cell = &edit.table.rows[row][column];
    let spec = &edit.table.columns[column].spec;
    if cell.is_empty() {
        return Vec::new();
    }
    if spec.repeated {
        return cell.split('|').map(str::to_owned).collect();
    }
    vec![cell.clone()]
}

/// All values at a path, as they are written.
fn texts(entity: &Event, steps: &[FieldId]) -> Vec<String> {
    let mut nodes = vec![entity.root().id()];
    for field in steps {
        let all = nodes.iter().flat_map(|&id| entity.node(id).all(*field));
        nodes = all.map(NodeRef::id).collect();
    }
    let shown = |value: ValueRef<'_>| match value {
        ValueRef::Str(text) => Some(text.to_owned()),
        ValueRef::Enum(of, number) => of.value_name(number).map(str::to_owned),
        ValueRef::Int(number) => Some(number.to_string()),
        ValueRef::Uint(number) => Some(number.to_string()),
        ValueRef::Float(number) => Some(number.to_string()),
        ValueRef::Bool(held) => Some(held.to_string()),
        _ => None,
    };
    let text = |id| {
        let node = entity.node(id);
        shown(node.value()).or_else(|| node.text().map(str::to_owned))
    };
    nodes.into_iter().filter_map(text).collect()
}

/// Sets the fields that the row's filled cells are mapped to.
fn take_over(edit: &GraphEdit, row: usize, entity: &mut Event) {
    for (at, column) in edit.table.columns.iter().enumerate() {
        let Some(path) = &column.spec.mapped else {
            continue;
        };
        let several = path.leaf().repeated();
        let mut values = cells(edit, row, at);
        if values.is_empty() {
            continue;
        }
        if several {
            entity.remove(path);
        } else {
            // One field takes the whole cell.
            values = vec![edit.table.rows[row][at].clone()];
        }
        for value in &values {
            let number = matches!(path.leaf().kind(), FieldKind::Float | FieldKind::Double);
            let value = match value.parse() {
                Ok(float) if number => ValueRef::Float(float),
                _ => ValueRef::Str(value),
            };
            if several {
                entity.push(path, value);
            } else {
                entity.set(path, value);
            }
        }
    }
}
