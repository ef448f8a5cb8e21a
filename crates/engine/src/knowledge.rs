//! What rules know beside the stream of events.
//!
//! Entities come in once, before the first event, and stand for good; whoever
//! has newer ones makes a new engine. The rows of data tables are part of the
//! plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use yaral_ir::metrics::Metrics;
use yaral_ir::source::{GraphEdit, GraphEditKind};
use yaral_ir::tables::Table;
use yaral_udm::{Event, FieldId, FieldKind, FieldPath, NodeRef, Root, ValueRef};

/// What rules know beside the events.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// The entities of the entity graph.
    pub entities: Vec<Entity>,
    /// Who answers metrics; without one they are all 0.
    pub metrics: Option<Arc<dyn Metrics>>,
}

/// An entity with its id.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its id; entities with one id are one.
    pub id: Arc<str>,
    /// The entity, of [`Root::Entity`].
    pub event: Event,
}

/// Gives the event of an id to whoever reads a detection's references.
pub trait Recall {
    /// The event as the rules saw it, if it is still known.
    fn event(&self, id: &str) -> Option<&Event>;
}

/// Recalls nothing: references are without their events.
#[derive(Clone, Copy, Debug)]
pub struct Forgetful;

impl Recall for Forgetful {
    fn event(&self, _: &str) -> Option<&Event> {
        None
    }
}

impl Knowledge {
    /// The entities that a variable ranges over after the rule's edit; of those
    /// with one id the first.
    pub(crate) fn edited(&self, edit: Option<&GraphEdit>) -> Vec<Entity> {
        let mut entities = self.entities.clone();
        if let Some(edit) = edit {
            edit_by_rows(edit, &mut entities);
        }
        let mut known = BTreeSet::new();
        entities.retain(|entity| known.insert(Arc::clone(&entity.id)));
        entities
    }
}

/// Edits entities by the rows of a table.
fn edit_by_rows(edit: &GraphEdit, entities: &mut Vec<Entity>) {
    match edit.kind {
        GraphEditKind::Exclude => {
            entities.retain(|entity| belonging(edit, &entity.event).is_none());
        }
        GraphEditKind::Append => {
            let rows = 0..edit.table.rows.len();
            entities.extend(rows.map(|row| appended(&edit.table, row)));
        }
        GraphEditKind::Override => {
            for entity in entities {
                if let Some(row) = belonging(edit, &entity.event) {
                    overlay(&edit.table, row, &mut entity.event);
                }
            }
        }
    }
}

/// The first row that an entity belongs to.
fn belonging(edit: &GraphEdit, entity: &Event) -> Option<usize> {
    let table = &edit.table;
    let belongs = |row: &[String]| {
        edit.on.iter().all(|(path, at)| {
            let (Some(column), Some(cell)) = (table.columns.get(*at), row.get(*at)) else {
                return false;
            };
            !cell.is_empty()
                && column
                    .values(cell)
                    .any(|value| has(entity.root(), path.steps(), value))
        })
    };
    let mut rows = table.rows.iter();
    rows.position(|row| belongs(row))
        .filter(|_| !edit.on.is_empty())
}

/// Whether a field has a value that is written so.
fn has(from: NodeRef<'_>, steps: &[FieldId], value: &str) -> bool {
    let Some((&field, rest)) = steps.split_first() else {
        return match from.value() {
            ValueRef::Int(number) => value.parse() == Ok(number),
            ValueRef::Uint(number) => value.parse() == Ok(number),
            ValueRef::Float(number) => value.parse() == Ok(number),
            ValueRef::Bool(held) => value.parse() == Ok(held),
            ValueRef::Enum(of, number) => of.value_name(number) == Some(value),
            _ => from.text() == Some(value),
        };
    };
    from.all(field).any(|next| has(next, rest, value))
}

/// An entity made of a row's mapped cells.
fn appended(table: &Table, row: usize) -> Entity {
    let mut event = Event::new(Root::Entity);
    overlay(table, row, &mut event);
    Entity {
        id: table.row_id(row).into(),
        event,
    }
}

/// Gives an entity the row's mapped cells. A repeated field takes the cell's
/// values in the place of those that it has.
fn overlay(table: &Table, row: usize, entity: &mut Event) {
    let cells = table.rows.get(row).into_iter().flatten();
    for (column, cell) in table.columns.iter().zip(cells) {
        let Some(path) = column.spec.mapped.as_ref().filter(|_| !cell.is_empty()) else {
            continue;
        };
        if path.leaf().repeated() {
            entity.remove(path);
            for value in column.values(cell) {
                entity.push(path, leaf(path, value));
            }
        } else {
            entity.set(path, leaf(path, cell));
        }
    }
}

/// A cell as the value of a field; numbers and times are read from the text.
fn leaf<'c>(path: &FieldPath, cell: &'c str) -> ValueRef<'c> {
    match path.leaf().kind() {
        FieldKind::Float | FieldKind::Double => {
            cell.parse().map_or(ValueRef::Str(cell), ValueRef::Float)
        }
        _ => ValueRef::Str(cell),
    }
}
