//! Writes an event as protobuf JSON.
//!
//! Compact, names in lower camel case, fields in field number order, entries of a
//! `Struct` in insertion order: the same event always gives the same text. Singular
//! leaves that hold their default are left out, as protobuf JSON does, unless the field
//! tells a default from none. 64-bit numbers are text.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::event::Event;
use crate::limits::{EVENT_DEPTH_MAX, STRUCT_DEPTH_MAX};
use crate::node::{NodeId, NodeRef};
use crate::schema::{FieldId, FieldKind};
use crate::value::ValueRef;

/// Appends the event as one JSON object without a line break. Messages deeper than
/// [`EVENT_DEPTH_MAX`] are left out.
pub fn write_event(event: &Event, out: &mut String) {
    Writer {
        event,
        out,
        order: Vec::new(),
    }
    .message(event.root(), 0);
}

struct Writer<'e, 'o> {
    event: &'e Event,
    out: &'o mut String,
    /// The fields still to write of all messages above, those of the innermost last.
    order: Vec<(FieldId, NodeId)>,
}

impl<'e> Writer<'e, '_> {
    fn message(&mut self, message: NodeRef<'e>, depth: usize) {
        let base = self.order.len();
        self.order.extend(
            message
                .children()
                .filter_map(|child| Some((child.field()?, child.id()))),
        );
        // Ids grow in insertion order, so this keeps the order of a repeated field's elements.
        self.order[base..].sort_unstable();
        self.out.push('{');
        let start = self.out.len();
        let mut next = base;
        while let Some(&(field, id)) = self.order.get(next) {
            let run = self.order[next..]
                .iter()
                .take_while(|(f, _)| *f == field)
                .count();
            if field.repeated() {
                self.list(field, next..next + run, depth, start);
            } else {
                let node = self.event.node(id);
                if !left_out(field, node, depth + 1) {
                    self.name(field.json(), start);
                    self.value(Some(field), node, depth + 1);
                }
            }
            next += run;
        }
        self.order.truncate(base);
        self.out.push('}');
    }

    fn list(&mut self, field: FieldId, range: std::ops::Range<usize>, depth: usize, start: usize) {
        if matches!(field.kind(), FieldKind::Message(_)) && depth + 2 > EVENT_DEPTH_MAX {
            return;
        }
        self.name(field.json(), start);
        self.out.push('[');
        for (index, place) in range.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let id = self.order[place].1;
            self.value(Some(field), self.event.node(id), depth + 2);
        }
        self.out.push(']');
    }

    /// A value; of a field, or inside a `Struct`. `depth` is that of an object written here.
    fn value(&mut self, field: Option<FieldId>, node: NodeRef<'e>, depth: usize) {
        let as_text =
            field.is_some_and(|f| matches!(f.kind(), FieldKind::Int64 | FieldKind::Uint64));
        let quote = if as_text { "\"" } else { "" };
        // Writing to a String cannot fail.
        let _ = match node.value() {
            ValueRef::Null => write!(self.out, "null"),
            ValueRef::Str(text) => {
                self.text(text);
                Ok(())
            }
            ValueRef::Bytes(bytes) => {
                self.bytes(bytes, node.text().unwrap_or_default());
                Ok(())
            }
            ValueRef::Bool(b) => write!(self.out, "{b}"),
            ValueRef::Int(i) => write!(self.out, "{quote}{i}{quote}"),
            ValueRef::Uint(u) => write!(self.out, "{quote}{u}{quote}"),
            ValueRef::Float(f) => {
                self.float(f);
                Ok(())
            }
            ValueRef::Enum(of, number) => match of.value_name(number) {
                Some(name) => write!(self.out, "\"{name}\""),
                None => write!(self.out, "{number}"),
            },
            ValueRef::Timestamp(time) => write!(self.out, "\"{time}\""),
            ValueRef::Duration(length) => {
                self.out.push('"');
                length.write_duration(self.out);
                self.out.push('"');
                Ok(())
            }
            ValueRef::Message(message) => {
                self.message(message, depth);
                Ok(())
            }
            ValueRef::Struct(object) if field.is_some_and(|f| f.kind() == FieldKind::Map) => {
                self.entries(object, depth + 1);
                Ok(())
            }
            ValueRef::Struct(object) | ValueRef::List(object) => {
                self.free(object, STRUCT_DEPTH_MAX);
                Ok(())
            }
        };
    }

    /// The entries of a map, whose values are messages.
    fn entries(&mut self, map: NodeRef<'e>, depth: usize) {
        self.out.push('{');
        let start = self.out.len();
        for entry in map.children() {
            self.name(entry.key().unwrap_or_default(), start);
            self.value(None, entry, depth);
        }
        self.out.push('}');
    }

    /// An object or list inside a `Struct`, below which `depth` more may follow.
    fn free(&mut self, node: NodeRef<'e>, depth: usize) {
        let object = matches!(node.value(), ValueRef::Struct(_));
        self.out.push(if object { '{' } else { '[' });
        let start = self.out.len();
        for child in node.children() {
            let nested = matches!(child.value(), ValueRef::Struct(_) | ValueRef::List(_));
            if nested && depth == 0 {
                continue;
            }
            if object {
                self.name(child.key().unwrap_or_default(), start);
            } else if self.out.len() > start {
                self.out.push(',');
            }
            if nested {
                self.free(child, depth - 1);
            } else {
                self.value(None, child, 0);
            }
        }
        self.out.push(if object { '}' } else { ']' });
    }

    /// A member's name; `start` is where the object's members begin.
    fn name(&mut self, name: &str, start: usize) {
        if self.out.len() > start {
            self.out.push(',');
        }
        self.text(name);
        self.out.push(':');
    }

    /// Binary data. What was read as base64 keeps its spelling, because opaque event ids
    /// are compared as text.
    fn bytes(&mut self, bytes: &[u8], shown: &str) {
        self.out.push('"');
        if shown.as_bytes() == bytes {
            STANDARD.encode_string(bytes, self.out);
        } else {
            self.out.push_str(shown);
        }
        self.out.push('"');
    }

    fn float(&mut self, number: f64) {
        if number.is_nan() {
            self.out.push_str("\"NaN\"");
        } else if number.is_infinite() {
            self.out.push_str(if number > 0.0 {
                "\"Infinity\""
            } else {
                "\"-Infinity\""
            });
        } else {
            // The shortest digits that read back the same, with an exponent if very large or small.
            let _ = write!(self.out, "{number:?}");
            if self.out.ends_with(".0") {
                self.out.truncate(self.out.len() - 2);
            }
        }
    }

    /// Text in quotes. Control characters and the two Unicode line separators are escaped,
    /// so that the output is one line for whatever splits it.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            let short = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => "",
                _ => continue,
            };
            self.out.push_str(text.get(plain..at).unwrap_or_default());
            if short.is_empty() {
                let _ = write!(self.out, "\\u{:04x}", u32::from(c));
            } else {
                self.out.push_str(short);
            }
            plain = at + c.len_utf8();
        }
        self.out.push_str(text.get(plain..).unwrap_or_default());
        self.out.push('"');
    }
}

/// Whether a singular field is not written.
fn left_out(field: FieldId, node: NodeRef<'_>, depth: usize) -> bool {
    match node.value() {
        ValueRef::Message(_) => depth > EVENT_DEPTH_MAX,
        ValueRef::Struct(_) => field.kind() == FieldKind::Map && depth + 1 > EVENT_DEPTH_MAX,
        ValueRef::Null => true,
        _ if field.presence() => false,
        ValueRef::Str(text) => text.is_empty(),
        ValueRef::Bytes(bytes) => bytes.is_empty(),
        ValueRef::Bool(b) => !b,
        ValueRef::Int(i) => i == 0,
        ValueRef::Uint(u) => u == 0,
        ValueRef::Float(f) => f == 0.0,
        ValueRef::Enum(_, number) => number == 0,
        ValueRef::Timestamp(_) | ValueRef::Duration(_) | ValueRef::List(_) => false,
    }
}
