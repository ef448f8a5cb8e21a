//! What is kept of an event: the values of its slots.
//!
//! An event that fits a variable makes one entry for each match value that
//! its rows carry, or one entry in all where state is not kept by match
//! values. Nothing else of the event stays in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{Branch, ExprId};
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::rule::Rule;
use super::shape::{Shape, Side};
use crate::eval::{Eval, Known, Scope, Silent};
use crate::id;
use crate::rows::{Row, Survivors};

/// One event, bound to one variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    pub(crate) id: Arc<str>,
    /// Shared by the entries that one event makes.
    pub(crate) parts: Box<[Arc<Part>]>,
}

/// The rows of one part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) rows: u32,
    /// The slots' values, row by row.
    pub(crate) values: Box<[Value<'static>]>,
}

impl Entry {
    /// The value of a slot on a row of its part.
    pub(crate) fn value(&self, part: usize, row: usize, column: usize) -> Option<&Value<'static>> {
        let part = self.parts.get(part)?;
        let columns = part.values.len() / (part.rows.max(1) as usize);
        part.values.get(row * columns + column)
    }

    /// How many rows of the event there are for one row of the given parts.
    pub(crate) fn weight(&self, without: &[usize]) -> u64 {
        let others = self.parts.iter().enumerate();
        others
            .filter(|(at, _)| !without.contains(at))
            .fold(1_u64, |all, (_, part)| {
                all.saturating_mul(u64::from(part.rows))
            })
    }

    /// Bytes in use, the entry itself included.
    pub(crate) fn bytes(&self) -> usize {
        let parts = self.parts.iter().map(|part| {
            let values = part.values.iter().map(value_bytes).sum::<usize>();
            size_of::<Part>() + ALLOCATION_BYTES + values
        });
        let id = self.id.len() + ARC_BYTES + ALLOCATION_BYTES;
        size_of::<Entry>() + id + ALLOCATION_BYTES + parts.sum::<usize>()
    }
}

/// The two counters of an [`Arc`].
const ARC_BYTES: usize = 16;

/// What the system's allocator adds to each piece of memory, roughly.
pub(super) const ALLOCATION_BYTES: usize = 16;

fn value_bytes(value: &Value<'_>) -> usize {
    size_of::<Value<'_>>()
        + match value {
            Value::Str(text) => text.len() + ALLOCATION_BYTES,
            Value::Bytes(bytes) => bytes.len() + ALLOCATION_BYTES,
            Value::List(items) => items.iter().map(value_bytes).sum(),
            _ => 0,
        }
}

/// What an event gives for one variable: match values in their canonical
/// form, each with the entry that goes there.
pub(crate) type Taken = Vec<(Vec<u8>, Entry)>;

/// Evaluates an event whose rows for a variable survived.
pub(crate) fn take(
    rule: Rule<'_>,
    variable: usize,
    scope: Scope<'_>,
    survivors: &[Survivors<'_>],
    event: (Timestamp, &Arc<str>),
) -> Taken {
    let (shape, correlation) = (rule.shape, rule.correlation);
    let side = &shape.sides[variable];
    let mut parts = vec![Arc::new(part(scope, &side.parts[0], &[Row::default()]))];
    for (slots, component) in side.parts[1..].iter().zip(survivors) {
        parts.push(Arc::new(part(scope, slots, &component.rows)));
    }
    let core = &parts[side.core];
    let mut groups: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for row in 0..core.rows as usize {
        let of = |id: ExprId| value_on(shape, &parts, (side.core, row), id);
        let equal = side.same.iter().all(|(a, b)| match (of(*a), of(*b)) {
            (Some(a), Some(b)) => a.equals(b, false),
            _ => true,
        });
        if !equal {
            continue;
        }
        if let Some(form) = form(shape, variable, correlation, of) {
            groups.entry(form).or_default().push(row);
        }
    }
    let whole = core.rows as usize;
    groups
        .into_iter()
        .map(|(form, rows)| {
            let mut parts = parts.clone();
            if rows.len() < whole {
                parts[side.core] = Arc::new(only(&parts[side.core], &rows));
            }
            let entry = Entry {
                time: event.0,
                id: Arc::clone(event.1),
                parts: parts.into(),
            };
            (form, entry)
        })
        .collect()
}

/// Whether the variable's rows survive in the fast evaluator's own way; the
/// rows of each component.
pub(crate) fn rows<'e>(
    scope: Scope<'e>,
    branch: &Branch,
    side: &Side,
    cut: &mut bool,
) -> Option<Vec<Survivors<'e>>> {
    crate::rows::survivors(scope, branch, &side.layout, usize::MAX, cut)
}

fn part(scope: Scope<'_>, slots: &[ExprId], rows: &[Row<'_>]) -> Part {
    let known = Known::default();
    let mut values = Vec::with_capacity(slots.len() * rows.len());
    for row in rows {
        for slot in slots {
            let value = Eval::new(scope, row, &known, &mut Silent).value(*slot);
            values.push(value.into_owned());
        }
    }
    Part {
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        values: values.into(),
    }
}

/// The rows of a part that are in the list.
fn only(part: &Part, rows: &[usize]) -> Part {
    let columns = part.values.len() / (part.rows.max(1) as usize);
    let values = rows.iter().flat_map(|row| {
        part.values[row * columns..(row + 1) * columns]
            .iter()
            .cloned()
    });
    Part {
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        values: values.collect(),
    }
}

/// The value of a slot on a row of an entry's core.
pub(crate) fn value_of<'e>(
    rule: Rule<'_>,
    variable: usize,
    entry: &'e Entry,
    (slot, row): (ExprId, usize),
) -> Option<&'e Value<'static>> {
    let core = rule.shape.sides[variable].core;
    value_on(rule.shape, &entry.parts, (core, row), slot)
}

/// The values of a slot on all rows of an entry.
pub(crate) fn core_values<'e>(
    rule: Rule<'_>,
    variable: usize,
    entry: &'e Entry,
    id: ExprId,
) -> impl Iterator<Item = &'e Value<'static>> + use<'e> {
    let slot = rule.shape.slot(id).filter(|slot| slot.variable == variable);
    let rows = slot.and_then(|slot| entry.parts.get(slot.part));
    let rows = rows.map_or(0, |part| part.rows);
    (0..rows as usize).filter_map(move |row| {
        let slot = slot?;
        entry.value(slot.part, row, slot.column)
    })
}

fn value_on<'p>(
    shape: &Shape,
    parts: &'p [Arc<Part>],
    (core, row): (usize, usize),
    id: ExprId,
) -> Option<&'p Value<'static>> {
    let slot = shape.slot(id)?;
    let part = parts.get(slot.part)?;
    let columns = part.values.len() / (part.rows.max(1) as usize);
    let row = if slot.part == core { row } else { 0 };
    part.values.get(row * columns + slot.column)
}

/// The canonical form of the match values on a row; `None` if a zero value
/// filters the row. Empty where state is not kept by match values.
fn form<'p>(
    shape: &Shape,
    variable: usize,
    correlation: &Correlation,
    of: impl Fn(ExprId) -> Option<&'p Value<'static>>,
) -> Option<Vec<u8>> {
    let mut form = Vec::new();
    if !shape.partitioned[variable] {
        return Some(form);
    }
    for key in &correlation.keys {
        let value = key.by[variable].and_then(&of)?;
        if key.filtered && value.is_zero() {
            return None;
        }
        push_form(&mut form, value);
    }
    Some(form)
}

/// Appends the canonical form of a match value, its length in front.
pub(crate) fn push_form(form: &mut Vec<u8>, value: &Value<'_>) {
    let own = id::canonical(value);
    form.extend((own.len() as u64).to_le_bytes());
    form.extend(own);
}
