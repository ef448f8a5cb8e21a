//! What a test's rules know beside the events: lists, tables, entities.

use std::sync::Arc;

use yaral_compiler::Options;
use yaral_ir::lists::{List, ListKind};
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_udm::Root;

use super::World;
use super::file::{Known, TestFile};
use super::mistake::{Mistake, Place};
use super::yaml::{Kind, Member, Node};
use crate::timeline::{self, built};

/// The options of the world, with the lists and tables of a file and a test in
/// the place of those of the same name.
pub(crate) fn options(
    world: &dyn World,
    file: &TestFile,
    test: &Known,
) -> Result<Options, Mistake> {
    let mut options = world.options().clone();
    for (at, key, value) in &file.semantics {
        let set = options.semantics.set(key, value);
        set.map_err(|what| Mistake::at(*at, what))?;
    }
    for known in [&file.world, test] {
        for member in &known.lists {
            let list = list(world, &options, member)?;
            options.lists.insert(member.key.clone(), Arc::new(list));
        }
        for member in &known.tables {
            let table = table(world, &options, member)?;
            options.tables.insert(member.key.clone(), Arc::new(table));
        }
    }
    Ok(options)
}

fn list(world: &dyn World, options: &Options, member: &Member) -> Result<List, Mistake> {
    let value = &member.value;
    let (kind, text) = if let Kind::Text(path) = &value.kind {
        let ending = path.rsplit_once('.');
        let kind = ending.and_then(|(_, ending)| ListKind::from_ending(ending));
        let kind = kind.ok_or_else(|| {
            value.wrong("a list is a file .txt, .regex or .cidr, or its entries in [ ]")
        })?;
        let bytes = world.read(path).map_err(|what| value.wrong(what))?;
        (kind, String::from_utf8_lossy(&bytes).into_owned())
    } else {
        let entries = value.items().iter();
        let entries: Result<Vec<_>, _> = entries.map(|entry| entry.text("an entry")).collect();
        let known = options.lists.get(&member.key);
        let kind = known.map_or(ListKind::String, |list| list.kind());
        (kind, entries?.join("\n"))
    };
    let (list, errors) = List::parse(&member.key, kind, &text);
    match errors.first() {
        Some(error) => Err(value.wrong(format!("entry {}: {}", error.line, error.message))),
        None => Ok(list),
    }
}

fn table(world: &dyn World, options: &Options, member: &Member) -> Result<Table, Mistake> {
    let value = &member.value;
    if let Kind::Text(path) = &value.kind {
        let table = world.table(&member.key, path);
        return table.map_err(|what| value.wrong(what));
    }
    let known = options.tables.get(&member.key);
    let specs = match known {
        Some(table) => table
            .columns
            .iter()
            .map(|column| column.spec.clone())
            .collect(),
        None => columns(value)?,
    };
    let mut rows = Vec::new();
    for item in value.items() {
        let names: Vec<&str> = specs
            .iter()
            .map(|spec: &ColumnSpec| spec.name.as_str())
            .collect();
        let cells = item.members_of("a row", &names)?;
        let mut row = vec![String::new(); specs.len()];
        for cell in cells {
            let place = names.iter().position(|name| *name == cell.key);
            if let Some(slot) = place.and_then(|place| row.get_mut(place)) {
                *slot = cell.value.text("a cell")?;
            }
        }
        rows.push(row);
    }
    let (table, errors) = Table::new(&member.key, specs, rows);
    match errors.first() {
        Some(error) => Err(value.wrong(format!("row {}: {}", error.row, error.message))),
        None => Ok(table),
    }
}

/// The columns of a table that nobody knows: all that its rows name, as text.
fn columns(value: &Node) -> Result<Vec<ColumnSpec>, Mistake> {
    let mut specs: Vec<ColumnSpec> = Vec::new();
    for item in value.items() {
        for cell in item.members("a row")? {
            if specs.iter().all(|spec| spec.name != cell.key) {
                specs.push(ColumnSpec {
                    name: cell.key.clone(),
                    kind: ColumnKind::String,
                    key: false,
                    repeated: false,
                    mapped: None,
                });
            }
        }
    }
    Ok(specs)
}

/// The entities of a file's ndjson files.
pub(crate) fn entities(
    world: &dyn World,
    paths: &[(Place, String)],
) -> Result<Vec<timeline::Known>, Mistake> {
    let mut known = Vec::new();
    for (at, path) in paths {
        let bytes = world.read(path).map_err(|what| Mistake::at(*at, what))?;
        let text = String::from_utf8_lossy(&bytes);
        for (number, line) in (1..)
            .zip(text.lines())
            .filter(|(_, l)| !l.trim().is_empty())
        {
            let event = built(line, Root::Entity);
            let event =
                event.map_err(|what| Mistake::at(*at, format!("{path}:{number}: {what}")))?;
            known.push(timeline::Known {
                id: format!("{path}:{number}"),
                json: line.to_owned(),
                event,
            });
        }
    }
    Ok(known)
}
