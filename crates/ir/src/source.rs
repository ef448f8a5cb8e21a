//! Where the events of an event variable come from.
//!
//! Events and detections happen at a time, and windows are about them. Entities
//! and table rows *stand*: they are known beforehand, belong to every window,
//! and join whatever event an equality ties them to; an entity only while it
//! is valid (yara-l §§10.3, 11).

use std::sync::Arc;

use yaral_udm::{FieldPath, Root};

use crate::tables::Table;

/// What an event variable ranges over.
#[derive(Clone, Debug, Default)]
pub enum Source {
    /// Events (`$e.principal.ip`, `$e.udm.principal.ip`).
    #[default]
    Event,
    /// Entities of the entity graph (`$x.graph.entity.ip`), edited by `setup`.
    Entity(Option<GraphEdit>),
    /// Detections of other rules (`$d.detection.detection.rule_name`).
    Detection,
    /// The rows of a data table (`%t.column`). The variable's name is that of
    /// the table, with its `%`.
    Table(Arc<Table>),
}

impl Source {
    /// Whether what it ranges over has no time and belongs to every window.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self, Source::Entity(_) | Source::Table(_))
    }

    /// The kind of record that paths of the variable start from; a table's
    /// row is an event whose `additional` holds the cells.
    #[must_use]
    pub fn root(&self) -> Root {
        match self {
            Source::Event | Source::Table(_) => Root::Event,
            Source::Entity(_) => Root::Entity,
            Source::Detection => Root::Detection,
        }
    }
}

/// What a `setup` section does to the entities that one variable ranges over.
#[derive(Clone, Debug)]
pub struct GraphEdit {
    /// The operation.
    pub kind: GraphEditKind,
    /// The table whose rows it takes.
    pub table: Arc<Table>,
    /// An entity and a row belong together if each of these fields has a value
    /// that is the row's cell in this column; empty for `graph_append`.
    pub on: Vec<(FieldPath, usize)>,
}

/// A graph operation of `setup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphEditKind {
    /// `graph_override`: an entity takes over the row's mapped cells.
    Override,
    /// `graph_append`: each row is one more entity, made of its mapped cells.
    Append,
    /// `graph_exclude`: an entity that a row belongs to is none.
    Exclude,
}

/// A call of `write_row` in `export`.
#[derive(Clone, Debug)]
pub struct Export {
    /// The table's name, without `%`.
    pub table: String,
    /// The columns that are written, each with what is written: an outcome or
    /// match variable, or a constant.
    pub columns: Vec<(String, Exported)>,
}

/// What `write_row` writes into a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Exported {
    /// The value of the outcome variable at this position.
    Outcome(usize),
    /// The value of the match variable at this position.
    Match(usize),
    /// A text as it stands.
    Text(String),
}
