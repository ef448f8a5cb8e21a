//! Reads the fields of a message straight into the arena.
//!
//! One visitor takes whatever JSON stands at a field and decides by the field's type. It
//! never fails by itself: what does not fit is drained, counted and left out. A singular
//! field given twice keeps the last value, a repeated one all; `null` is as if absent.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::free;
use super::leaf::{self, Problem, Scalar};
use super::read::Reader;
use super::{skip, time_parts};
use crate::limits::{EVENT_DEPTH_MAX, STRUCT_DEPTH_MAX};
use crate::node::{Data, Ends, NO_FIELD, NONE, NodeId, NodeRef, Span};
use crate::projection::Wanted;
use crate::schema::{FieldId, FieldKind, MessageId};

/// The nodes of the singular fields of one message read so far, by position in the message.
pub(super) struct Slots([u32; Self::FIELDS_MAX]);

impl Slots {
    /// No message has more fields; a test holds the schema to it.
    pub(super) const FIELDS_MAX: usize = 64;

    pub(super) fn new() -> Self {
        Self([NONE; Self::FIELDS_MAX])
    }
}

/// Reads the value of one field (`at`: message node and field) of a message at a depth.
pub(super) fn read_field<'de, A: MapAccess<'de>>(
    reader: &mut Reader<'_>,
    map: &mut A,
    at: (u32, FieldId),
    (wanted, depth): (Wanted<'_>, usize),
    slots: &mut Slots,
) -> Result<(), A::Error> {
    let (parent, field) = at;
    let mut spare = NONE;
    let slot = slots.0.get_mut(field.position()).unwrap_or(&mut spare);
    match wanted.field(field) {
        Some(wanted) if wanted.any() => map.next_value_seed(Place {
            reader,
            parent,
            field,
            wanted,
            depth,
            slot,
            element: false,
        }),
        _ => map.next_value::<IgnoredAny>().map(|_| ()),
    }
}

/// Reads all fields of a message.
fn read_message<'de, A: MapAccess<'de>>(
    reader: &mut Reader<'_>,
    mut map: A,
    (node, message): (u32, MessageId),
    wanted: Wanted<'_>,
    depth: usize,
) -> Result<(), A::Error> {
    let mut slots = Slots::new();
    while let Some(field) = map.next_key_seed(FieldName {
        reader: &mut *reader,
        message,
    })? {
        match field {
            Some(field) => {
                read_field(reader, &mut map, (node, field), (wanted, depth), &mut slots)?;
            }
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
}

struct FieldName<'r, 'a> {
    reader: &'r mut Reader<'a>,
    message: MessageId,
}

impl<'de> DeserializeSeed<'de> for FieldName<'_, '_> {
    type Value = Option<FieldId>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<FieldId>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldName<'_, '_> {
    type Value = Option<FieldId>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<FieldId>, E> {
        let field = self.message.field(name);
        if field.is_none() {
            self.reader.unknown(name, "unknown field");
        }
        Ok(field)
    }
}

/// The place of a value: a field of a message, or one element of it.
struct Place<'r, 'a, 's> {
    reader: &'r mut Reader<'a>,
    parent: u32,
    field: FieldId,
    wanted: Wanted<'s>,
    /// Depth of the parent message.
    depth: usize,
    slot: &'r mut u32,
    /// Whether this is an element of the array of a repeated field.
    element: bool,
}

impl Place<'_, '_, '_> {
    fn mismatch(&mut self, reason: &str) {
        self.reader.mismatch(Some(self.field), reason);
    }

    /// One value where an array is due is read as an array of one: leaving it
    /// out would hide it from every rule.
    fn lift(&mut self) {
        if self.field.repeated() && !self.element {
            self.element = true;
            self.reader
                .kept(Some(self.field), "one value stands for an array");
        }
    }

    /// Puts a value in place; the node, unless the event is full.
    fn place(&mut self, data: Data) -> Option<u32> {
        if self.reader.out.overflowed() {
            return None;
        }
        match self.reader.out.nodes.get_mut(*self.slot as usize) {
            Some(node) if !self.element => {
                node.data = data;
                Some(*self.slot)
            }
            _ => {
                let node = self
                    .reader
                    .out
                    .append(self.parent, self.field, Span::NONE, data)?;
                *self.slot = node;
                Some(node)
            }
        }
    }

    fn scalar(mut self, value: Scalar<'_>) {
        self.lift();
        match leaf::read(self.reader.out, self.field.kind(), value) {
            Ok((data, doubt)) => {
                self.place(data);
                if let Some(reason) = doubt {
                    self.reader.kept(Some(self.field), reason);
                }
            }
            Err(Problem::Mismatch(reason)) => self.mismatch(reason),
            Err(Problem::UnknownName(name)) => {
                self.reader.path.push(self.field);
                self.reader.unknown(name, "unknown enum value");
                self.reader.path.pop();
            }
            Err(Problem::Full) => {}
        }
    }

    fn child_depth(&self) -> usize {
        self.depth + 1 + usize::from(self.element)
    }

    fn message<'de, A: MapAccess<'de>>(
        mut self,
        map: A,
        message: MessageId,
    ) -> Result<(), A::Error> {
        let depth = self.child_depth();
        if depth > EVENT_DEPTH_MAX {
            self.mismatch("nested too deeply");
            return skip::deep_object(map);
        }
        let labels = message
            .label_like()
            .filter(|_| self.wanted.keyed() && self.field.repeated());
        let mark = self.reader.out.mark(self.parent);
        let Some(node) = self.place(Data::Message(Ends::EMPTY)) else {
            return skip::object(map);
        };
        self.reader.path.push(self.field);
        // The key may follow the value: a label is read whole before it is known to be wanted.
        let wanted = if labels.is_some() {
            Wanted::everything()
        } else {
            self.wanted
        };
        read_message(self.reader, map, (node, message), wanted, depth)?;
        self.reader.path.pop();
        if let Some((key, _)) = labels {
            let read = self
                .reader
                .out
                .node(NodeId(node))
                .get(key)
                .and_then(NodeRef::text);
            if !self.wanted.key(read.unwrap_or_default()) {
                self.reader.out.undo(&mark);
            }
        }
        Ok(())
    }

    fn object<'de, A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        let Some(node) = self.place(Data::Struct(Ends::EMPTY)) else {
            return skip::object(map);
        };
        self.reader.path.push(self.field);
        free::read_entries(self.reader, map, node, self.wanted, STRUCT_DEPTH_MAX)?;
        self.reader.path.pop();
        Ok(())
    }

    fn variables<'de, A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        if self.depth + 2 > EVENT_DEPTH_MAX {
            self.mismatch("nested too deeply");
            return skip::deep_object(map);
        }
        let Some(node) = self.place(Data::Struct(Ends::EMPTY)) else {
            return skip::object(map);
        };
        self.reader.path.push(self.field);
        while let Some(key) = map.next_key_seed(free::EntryKey {
            reader: &mut *self.reader,
            wanted: self.wanted,
        })? {
            match key {
                Some(key) => map.next_value_seed(Variable {
                    reader: &mut *self.reader,
                    node,
                    key,
                    depth: self.depth + 2,
                })?,
                None => map.next_value::<IgnoredAny>().map(|_| ())?,
            }
        }
        free::keep_last(self.reader.out, node);
        self.reader.path.pop();
        Ok(())
    }

    fn time<'de, A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        match time_parts::read(map, self.field.kind())? {
            Some(data) => {
                self.place(data);
            }
            None => self.mismatch("a time was expected"),
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(Scalar::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(Scalar::Int(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(Scalar::Uint(value));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(Scalar::Float(value));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(Scalar::Text(value));
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        if self.element {
            self.mismatch("an array has null in it");
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        if !self.field.repeated() || self.element {
            self.mismatch("an array was not expected");
            return skip::array(list);
        }
        let Self {
            reader,
            parent,
            field,
            wanted,
            depth,
            slot,
            ..
        } = self;
        loop {
            let element = Place {
                reader: &mut *reader,
                parent,
                field,
                wanted,
                depth,
                slot: &mut *slot,
                element: true,
            };
            if list.next_element_seed(element)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        self.lift();
        match self.field.kind() {
            FieldKind::Message(message) => self.message(map, message),
            FieldKind::Struct => self.object(map),
            FieldKind::Map => self.variables(map),
            FieldKind::Timestamp | FieldKind::Duration => self.time(map),
            _ => {
                self.mismatch("an object was not expected");
                skip::object(map)
            }
        }
    }
}

/// An entry of `SecurityResult.variables`.
struct Variable<'r, 'a> {
    reader: &'r mut Reader<'a>,
    node: u32,
    key: Span,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Variable<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Variable<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let Some(entry) =
            self.reader
                .out
                .append(self.node, NO_FIELD, self.key, Data::Message(Ends::EMPTY))
        else {
            return skip::object(map);
        };
        let message = (entry, MessageId::FINDING_VARIABLE);
        read_message(self.reader, map, message, Wanted::everything(), self.depth)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.reader.mismatch(None, "an object was expected");
        skip::array(list)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.reader.mismatch(None, "an object was expected");
        Ok(())
    }
}
