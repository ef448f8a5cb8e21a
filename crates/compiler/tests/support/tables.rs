//! Data tables for test rules, given as `(name, lines)`.
//!
//! The first line has the columns, `name:kind` each, with `key` or the mapped
//! entity field behind another colon; the other lines are rows. Cells are
//! separated by commas.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_udm::{FieldPath, Root};

fn cells(line: &str) -> Vec<String> {
    line.split(',').map(|cell| cell.trim().to_owned()).collect()
}

fn column(text: &str) -> ColumnSpec {
    let mut parts = text.splitn(3, ':');
    let name = parts.next().expect("a column has a name").to_owned();
    let kind = parts.next().and_then(ColumnKind::from_name);
    let kind = kind.expect("the kind is string, regex, cidr or number");
    let more = parts.next();
    let mapped = more.filter(|more| *more != "key");
    ColumnSpec {
        name,
        kind,
        key: more == Some("key"),
        repeated: false,
        mapped: mapped.map(|path| FieldPath::resolve(Root::Entity, path).expect("a field")),
    }
}

/// The tables by name.
pub(crate) fn parse<'t>(
    tables: impl IntoIterator<Item = (&'t str, Vec<&'t str>)>,
) -> BTreeMap<String, Arc<Table>> {
    let mut found = BTreeMap::new();
    for (name, lines) in tables {
        let (header, rows) = lines.split_first().expect("a table has columns");
        let specs = cells(header).iter().map(|text| column(text)).collect();
        let (table, errors) = Table::new(name, specs, rows.iter().map(|line| cells(line)));
        assert!(errors.is_empty(), "{name}: {errors:?}");
        found.insert(name.to_owned(), Arc::new(table));
    }
    found
}
