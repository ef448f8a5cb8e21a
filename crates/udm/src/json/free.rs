//! Reads `Struct` values: any JSON, as entries of the arena.
//!
//! Whole numbers are kept as such rather than as doubles, so that ids survive. Of two
//! entries of one key the last value stays, in the place of the first.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::read::Reader;
use super::skip;
use crate::event::Event;
use crate::node::{Data, Ends, NO_FIELD, NONE, NodeId, Span};
use crate::projection::Wanted;

/// Up to here every pair of keys is compared; beyond, the keys are sorted.
const PAIRS_MAX: usize = 16;

/// Reads the entries of an object; `depth` more levels may follow below it.
pub(super) fn read_entries<'de, A: MapAccess<'de>>(
    reader: &mut Reader<'_>,
    mut map: A,
    object: u32,
    wanted: Wanted<'_>,
    depth: usize,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key_seed(EntryKey {
        reader: &mut *reader,
        wanted,
    })? {
        match key {
            Some(key) => map.next_value_seed(Free {
                reader: &mut *reader,
                parent: object,
                key,
                depth,
            })?,
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    keep_last(reader.out, object);
    Ok(())
}

/// Stores a key if it is wanted and there is room.
pub(super) struct EntryKey<'r, 'a, 's> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) wanted: Wanted<'s>,
}

impl<'de> DeserializeSeed<'de> for EntryKey<'_, '_, '_> {
    type Value = Option<Span>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Span>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for EntryKey<'_, '_, '_> {
    type Value = Option<Span>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<Span>, E> {
        Ok(if self.wanted.key(key) {
            self.reader.out.store_text(key)
        } else {
            None
        })
    }
}

/// A value inside a `Struct`.
struct Free<'r, 'a> {
    reader: &'r mut Reader<'a>,
    parent: u32,
    key: Span,
    depth: usize,
}

impl Free<'_, '_> {
    fn place(&mut self, data: Data) -> Option<u32> {
        self.reader
            .out
            .append(self.parent, NO_FIELD, self.key, data)
    }

    /// Whether an object or list may begin here.
    fn too_deep(&mut self) -> bool {
        if self.depth == 0 {
            self.reader.mismatch(None, "nested too deeply");
        }
        self.depth == 0
    }
}

impl<'de> DeserializeSeed<'de> for Free<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Free<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.place(Data::Bool(value));
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.place(Data::Int(value));
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.place(i64::try_from(value).map_or(Data::Uint(value), Data::Int));
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.place(Data::Float(value));
        Ok(())
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        if let Some(text) = self.reader.out.store_text(value) {
            self.place(Data::Text(text));
        }
        Ok(())
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.place(Data::Null);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let node = if self.too_deep() {
            None
        } else {
            self.place(Data::List(Ends::EMPTY))
        };
        let Some(parent) = node else {
            return skip::deep_array(list);
        };
        loop {
            let element = Free {
                reader: &mut *self.reader,
                parent,
                key: Span::NONE,
                depth: self.depth - 1,
            };
            if list.next_element_seed(element)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        let node = if self.too_deep() {
            None
        } else {
            self.place(Data::Struct(Ends::EMPTY))
        };
        let Some(node) = node else {
            return skip::deep_object(map);
        };
        read_entries(self.reader, map, node, Wanted::everything(), self.depth - 1)
    }
}

/// Of entries of the same key, keeps the last value in the first place.
pub(super) fn keep_last(event: &mut Event, object: u32) {
    let entries = event.node(NodeId(object)).children();
    let count = entries.clone().count();
    if count < 2 {
        return;
    }
    if count <= PAIRS_MAX {
        let mut rest = entries.clone();
        let mut twice = false;
        while let Some(entry) = rest.next() {
            twice = twice || rest.clone().any(|other| other.key() == entry.key());
        }
        if !twice {
            return;
        }
    }
    let mut order: Vec<(&str, u32)> = entries
        .map(|e| (e.key().unwrap_or_default(), e.id().0))
        .collect();
    order.sort_unstable();
    let mut kept: Vec<(u32, u32)> = Vec::with_capacity(order.len());
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        if let (Some(first), Some(last)) = (same.first(), same.last()) {
            kept.push((first.1, last.1));
        }
    }
    if kept.len() == count {
        return;
    }
    kept.sort_unstable();
    let followers = kept.iter().skip(1).map(|next| next.0).chain([NONE]);
    for (&(first, last), next) in kept.iter().zip(followers) {
        let data = event.nodes.get(last as usize).map(|n| n.data);
        if let (Some(node), Some(data)) = (event.nodes.get_mut(first as usize), data) {
            node.data = data;
            node.next = next;
        }
    }
    let last = kept.last().map_or(NONE, |last| last.0);
    if let Some(ends) = event
        .nodes
        .get_mut(object as usize)
        .and_then(|n| n.data.ends_mut())
    {
        ends.last = last;
    }
}
