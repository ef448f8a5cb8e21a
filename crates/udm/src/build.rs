//! The write side of an event: setting fields by path or below a node.
//!
//! Message steps of a path are created or reused; of a repeated message the last element
//! is reused. Every method tells whether the value was stored: one that does not fit its
//! field, or the event, is left out and changes nothing.

use crate::coerce;
use crate::event::Event;
use crate::limits::{EVENT_DEPTH_MAX, STRUCT_DEPTH_MAX, STRUCT_ENTRIES_MAX};
use crate::node::{Data, Ends, NO_FIELD, NONE, NodeId, NodeRef, Span};
use crate::path::FieldPath;
use crate::schema::{FieldId, FieldKind, MessageId};
use crate::value::ValueRef;

impl Event {
    /// Sets a leaf, replacing the value it has; of a repeated field, the last one.
    ///
    /// A `Str` for an enum field is looked up by name, for a number or time field it is
    /// read as one; a number for a text field is stored in decimal.
    pub fn set(&mut self, path: &FieldPath, value: ValueRef<'_>) -> bool {
        self.put_at(path, value, true)
    }

    /// Appends a value to a repeated leaf; for a singular one this is [`Event::set`].
    pub fn push(&mut self, path: &FieldPath, value: ValueRef<'_>) -> bool {
        self.put_at(path, value, !path.leaf().repeated())
    }

    /// Appends an element to a repeated message and returns it; a singular message is
    /// created or reused. For a path that is not one to a message, and once the event has
    /// overflowed, the nearest message above is returned.
    pub fn add(&mut self, path: &FieldPath) -> NodeId {
        if !matches!(path.leaf().kind(), FieldKind::Message(_)) || !self.has(path) {
            return NodeId(0);
        }
        match self.make_parent(path) {
            Some(parent) => self.add_in(NodeId(parent), path.leaf()),
            None => NodeId(0),
        }
    }

    /// Like [`Event::add`], below a message.
    pub fn add_in(&mut self, node: NodeId, field: FieldId) -> NodeId {
        let made = if field.repeated() {
            self.append_message(node.0, field)
        } else {
            self.step(node.0, field)
        };
        made.map_or(node, NodeId)
    }

    /// Like [`Event::set`], on a field of a message.
    pub fn set_in(&mut self, node: NodeId, field: FieldId, value: ValueRef<'_>) -> bool {
        self.put(node.0, field, value, true)
    }

    /// Like [`Event::push`], on a field of a message.
    pub fn push_in(&mut self, node: NodeId, field: FieldId, value: ValueRef<'_>) -> bool {
        self.put(node.0, field, value, !field.repeated())
    }

    /// Sets the entry of a `Struct` or map field, replacing one of the same key, or
    /// appends `{key, value}` to a repeated message with these text fields.
    ///
    /// Objects and lists of another event are copied as far as [`STRUCT_DEPTH_MAX`] allows;
    /// if that is not all, the answer is `false`. Beyond
    /// [`STRUCT_ENTRIES_MAX`] entries no more are added and the event has overflowed.
    pub fn set_key(&mut self, path: &FieldPath, key: &str, value: ValueRef<'_>) -> bool {
        takes_keys(path.leaf(), value)
            && self.has(path)
            && self
                .make_parent(path)
                .is_some_and(|parent| self.set_key_in(NodeId(parent), path.leaf(), key, value))
    }

    /// Like [`Event::set_key`], on a field of a message.
    pub fn set_key_in(
        &mut self,
        node: NodeId,
        field: FieldId,
        key: &str,
        value: ValueRef<'_>,
    ) -> bool {
        if !takes_keys(field, value) {
            return false;
        }
        match field.kind() {
            FieldKind::Struct => {
                let Some((object, entry)) = self.find_entry(node.0, field, key) else {
                    return false;
                };
                self.put_entry(object, entry, key, value)
            }
            FieldKind::Map => self.set_variable(node.0, field, key, value),
            FieldKind::Message(message) => match message.label_like() {
                Some((key_field, value_field)) if field.repeated() && self.takes(node.0, field) => {
                    let mark = self.mark(node.0);
                    let Some(label) = self.append_message(node.0, field) else {
                        return false;
                    };
                    let done = self.put(label, key_field, ValueRef::Str(key), true)
                        && self.put(label, value_field, value, true);
                    if !done {
                        self.undo(&mark);
                    }
                    done
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Takes a field away with all its elements; messages above it stay. Tells whether
    /// there was one.
    pub fn remove(&mut self, path: &FieldPath) -> bool {
        let Some((&leaf, above)) = path.steps().split_last() else {
            return false;
        };
        let parent = above
            .iter()
            .try_fold(0, |node, &step| self.last_of(node, step));
        let Some(parent) = parent.filter(|_| self.has(path)) else {
            return false;
        };
        let children: Vec<(u32, bool)> = self
            .node(NodeId(parent))
            .children()
            .map(|child| (child.id().0, child.field() == Some(leaf)))
            .collect();
        let kept: Vec<u32> = children
            .iter()
            .filter(|(_, gone)| !gone)
            .map(|(id, _)| *id)
            .collect();
        for (at, &id) in kept.iter().enumerate() {
            if let Some(node) = self.nodes.get_mut(id as usize) {
                node.next = kept.get(at + 1).copied().unwrap_or(NONE);
            }
        }
        if let Some(ends) = self
            .nodes
            .get_mut(parent as usize)
            .and_then(|node| node.data.ends_mut())
        {
            ends.first = kept.first().copied().unwrap_or(NONE);
            ends.last = kept.last().copied().unwrap_or(NONE);
        }
        kept.len() < children.len()
    }

    /// Appends a copy of another event below a node, as the message field whose message
    /// is that of the other's root, such as `event` of a detection's reference. Tells
    /// whether all of it was copied.
    pub fn graft(&mut self, node: NodeId, field: FieldId, other: &Event) -> bool {
        if field.kind() != FieldKind::Message(other.kind().message()) {
            return false;
        }
        match self.append_message(node.0, field) {
            Some(message) => self.copy_typed(other.root(), message, EVENT_DEPTH_MAX),
            None => false,
        }
    }

    /// Copies what is below a node of another event, as it is.
    fn copy_typed(&mut self, from: NodeRef<'_>, to: u32, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        from.children().all(|child| {
            let data = match (child.value(), child.field()) {
                (ValueRef::Message(_), _) => Some(Data::Message(Ends::EMPTY)),
                (value, Some(field)) if field.kind() != FieldKind::Struct => {
                    coerce::leaf(self, field.kind(), value).or_else(|| coerce::free(self, value))
                }
                (value, _) => coerce::free(self, value),
            };
            let key = match child.key() {
                Some(key) => self.store_text(key),
                None => Some(Span::NONE),
            };
            let field = child.field().unwrap_or(NO_FIELD);
            let made = data
                .zip(key)
                .and_then(|(data, key)| self.append(to, field, key, data));
            let Some(made) = made else { return false };
            match child.value() {
                ValueRef::Message(from) | ValueRef::Struct(from) | ValueRef::List(from) => {
                    self.copy_typed(from, made, depth)
                }
                _ => true,
            }
        })
    }

    fn put_at(&mut self, path: &FieldPath, value: ValueRef<'_>, replace: bool) -> bool {
        if self.overflowed() || !self.has(path) {
            return false;
        }
        // Converted before any message is made, so that a misfit leaves no trace.
        let leaf = path.leaf();
        let Some(data) = coerce::leaf(self, leaf.kind(), value) else {
            return false;
        };
        self.make_parent(path)
            .is_some_and(|parent| self.put_data(parent, leaf, data, replace))
    }

    /// Whether the path is one of this kind of root, each step a message but the last.
    fn has(&self, path: &FieldPath) -> bool {
        let Some((leaf, steps)) = path.steps().split_last() else {
            return false;
        };
        let above = steps
            .iter()
            .try_fold(self.kind().message(), |message, step| match step.kind() {
                FieldKind::Message(next) if step.parent() == message => Some(next),
                _ => None,
            });
        path.root() == self.kind() && above == Some(leaf.parent())
    }

    /// The message that holds the leaf of a path, created if need be.
    fn make_parent(&mut self, path: &FieldPath) -> Option<u32> {
        let (_, steps) = path.steps().split_last()?;
        steps
            .iter()
            .try_fold(0, |node, &step| self.step(node, step))
    }

    /// The last element of a message field, created if there is none.
    fn step(&mut self, parent: u32, field: FieldId) -> Option<u32> {
        match self.last_of(parent, field) {
            Some(found) => Some(found),
            None => self.append_message(parent, field),
        }
    }

    fn append_message(&mut self, parent: u32, field: FieldId) -> Option<u32> {
        matches!(field.kind(), FieldKind::Message(_)).then_some(())?;
        self.takes(parent, field).then_some(())?;
        self.append(parent, field, Span::NONE, Data::Message(Ends::EMPTY))
    }

    /// Whether the node is a message that has the field.
    fn takes(&self, node: u32, field: FieldId) -> bool {
        self.message_of(node) == Some(field.parent())
    }

    fn message_of(&self, node: u32) -> Option<MessageId> {
        let stored = self.nodes.get(node as usize)?;
        matches!(stored.data, Data::Message(_)).then_some(())?;
        match (node, stored.field) {
            (0, _) => Some(self.kind().message()),
            (_, NO_FIELD) => Some(MessageId::FINDING_VARIABLE),
            (_, field) => match field.kind() {
                FieldKind::Message(message) => Some(message),
                _ => None,
            },
        }
    }

    fn last_of(&self, parent: u32, field: FieldId) -> Option<u32> {
        let last = self.ends(parent).last;
        if self
            .nodes
            .get(last as usize)
            .is_some_and(|n| n.field == field)
        {
            return Some(last);
        }
        let found = self.node(NodeId(parent)).all(field).last();
        found.map(|n| n.id().0)
    }

    fn put(&mut self, parent: u32, field: FieldId, value: ValueRef<'_>, replace: bool) -> bool {
        if self.overflowed() || !self.takes(parent, field) {
            return false;
        }
        let Some(data) = coerce::leaf(self, field.kind(), value) else {
            return false;
        };
        self.put_data(parent, field, data, replace)
    }

    fn put_data(&mut self, parent: u32, field: FieldId, data: Data, replace: bool) -> bool {
        let old = if replace {
            self.last_of(parent, field)
        } else {
            None
        };
        match old.and_then(|old| self.nodes.get_mut(old as usize)) {
            Some(node) => {
                node.data = data;
                true
            }
            None => self.append(parent, field, Span::NONE, data).is_some(),
        }
    }

    /// The object of a `Struct` or map field, created if need be, and its entry of a key.
    fn find_entry(&mut self, parent: u32, field: FieldId, key: &str) -> Option<(u32, Option<u32>)> {
        if self.overflowed() || field.repeated() || !self.takes(parent, field) {
            return None;
        }
        let object = match self.last_of(parent, field) {
            Some(object) => object,
            None => self.append(parent, field, Span::NONE, Data::Struct(Ends::EMPTY))?,
        };
        let mut entries = 0;
        for entry in self.node(NodeId(object)).children() {
            if entry.key() == Some(key) {
                return Some((object, Some(entry.id().0)));
            }
            entries += 1;
        }
        if entries >= STRUCT_ENTRIES_MAX {
            self.overflow();
            return None;
        }
        Some((object, None))
    }

    fn put_entry(
        &mut self,
        object: u32,
        entry: Option<u32>,
        key: &str,
        value: ValueRef<'_>,
    ) -> bool {
        let Some(data) = coerce::free(self, value) else {
            return false;
        };
        let node = match entry {
            Some(entry) => {
                if let Some(node) = self.nodes.get_mut(entry as usize) {
                    node.data = data;
                }
                Some(entry)
            }
            None => self
                .store_text(key)
                .and_then(|key| self.append(object, NO_FIELD, key, data)),
        };
        let Some(node) = node else { return false };
        match value {
            ValueRef::Message(from) | ValueRef::Struct(from) | ValueRef::List(from) => {
                self.copy(from, node, STRUCT_DEPTH_MAX)
            }
            _ => true,
        }
    }

    /// Copies what is below a node of another event, as far as the depth allows.
    fn copy(&mut self, from: NodeRef<'_>, to: u32, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let keyed = matches!(self.node(NodeId(to)).value(), ValueRef::Struct(_));
        from.children().all(|child| {
            let Some(data) = coerce::free(self, child.value()) else {
                return false;
            };
            let key = child
                .key()
                .or_else(|| child.field().map(FieldId::json))
                .unwrap_or_default();
            let key = if keyed {
                self.store_text(key)
            } else {
                Some(Span::NONE)
            };
            let Some(node) = key.and_then(|key| self.append(to, NO_FIELD, key, data)) else {
                return false;
            };
            match child.value() {
                ValueRef::Message(from) | ValueRef::Struct(from) | ValueRef::List(from) => {
                    self.copy(from, node, depth)
                }
                _ => true,
            }
        })
    }

    /// Sets an entry of `SecurityResult.variables` in the typed field that fits the value.
    fn set_variable(
        &mut self,
        parent: u32,
        field: FieldId,
        key: &str,
        value: ValueRef<'_>,
    ) -> bool {
        let typed = match value {
            ValueRef::Bool(_) => "bool_val",
            ValueRef::Int(_) => "int64_val",
            ValueRef::Uint(_) => "uint64_val",
            ValueRef::Float(_) => "double_val",
            ValueRef::Bytes(_) => "bytes_val",
            ValueRef::Timestamp(_) => "timestamp_time",
            _ => "string_val",
        };
        let Some(typed) = MessageId::FINDING_VARIABLE.field(typed) else {
            return false;
        };
        let Some((map, entry)) = self.find_entry(parent, field, key) else {
            return false;
        };
        let node = match entry {
            Some(entry) => {
                if let Some(node) = self.nodes.get_mut(entry as usize) {
                    node.data = Data::Message(Ends::EMPTY);
                }
                Some(entry)
            }
            None => self
                .store_text(key)
                .and_then(|key| self.append(map, NO_FIELD, key, Data::Message(Ends::EMPTY))),
        };
        node.is_some_and(|node| self.put(node, typed, value, true))
    }
}

/// Whether a field can hold the value under a key.
fn takes_keys(field: FieldId, value: ValueRef<'_>) -> bool {
    let nested = matches!(
        value,
        ValueRef::Message(_) | ValueRef::Struct(_) | ValueRef::List(_)
    );
    match field.kind() {
        FieldKind::Struct => true,
        FieldKind::Map => !nested && value != ValueRef::Null,
        FieldKind::Message(message) => {
            field.repeated() && message.label_like().is_some() && !nested && value != ValueRef::Null
        }
        _ => false,
    }
}
