//! A UDM event for people: one field on each line.

use std::io::{self, Write};

use yaral_runtime::escape_terminal;
use yaral_udm::{Event, FieldId, NodeRef, ValueRef};

use super::layout::cut;
use crate::term::WIDTH;

/// The deepest level that is shown; an event cannot be built deeper than the
/// schema's own nesting and the limit on free JSON.
const DEPTH_MAX: usize = 64;

/// Writes the fields of an event as `path = value`, in the event's order.
pub(crate) fn fields(event: &Event, out: &mut dyn Write) -> io::Result<()> {
    node(event.root(), "", 0, out)
}

fn node(of: NodeRef<'_>, path: &str, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    if depth > DEPTH_MAX {
        return Ok(());
    }
    for child in of.children() {
        let name = child
            .key()
            .or_else(|| child.field().map(FieldId::name))
            .unwrap_or("[]");
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        let value = match child.value() {
            ValueRef::Message(_) | ValueRef::Struct(_) | ValueRef::List(_) => {
                node(child, &path, depth + 1, out)?;
                continue;
            }
            ValueRef::Str(text) => text.to_owned(),
            ValueRef::Bytes(bytes) => format!("{} bytes", bytes.len()),
            ValueRef::Bool(value) => value.to_string(),
            ValueRef::Int(value) => value.to_string(),
            ValueRef::Uint(value) => value.to_string(),
            ValueRef::Float(value) => value.to_string(),
            ValueRef::Enum(of, number) => of.value_name(number).unwrap_or("?").to_owned(),
            ValueRef::Timestamp(time) => time.to_string(),
            ValueRef::Duration(span) => format!("{}.{:09} s", span.seconds, span.nanos),
            ValueRef::Null => "null".to_owned(),
        };
        let line = format!("  {} = {}", escape_terminal(&path), escape_terminal(&value));
        writeln!(out, "{}", cut(&line, WIDTH))?;
    }
    Ok(())
}
