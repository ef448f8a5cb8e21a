//! An event (or entity): the arena and what it stores.
//!
//! Nodes are only ever appended. A value that is replaced leaves its old text behind, a
//! message that is replaced its old children; nothing reaches them any more and the
//! limits count them. The limits are those of [`crate::limits`].

use crate::limits::{EVENT_BYTES_MAX, EVENT_NODES_MAX};
use crate::node::{Blob, Data, Ends, NO_FIELD, NONE, Node, NodeId, NodeRef, Span};
use crate::path::Root;
use crate::schema::FieldId;
use crate::time::Timestamp;
use crate::value::ValueRef;

/// One event, entity or detection.
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) nodes: Vec<Node>,
    /// All text and keys.
    text: String,
    /// All binary data.
    raw: Vec<u8>,
    blobs: Vec<Blob>,
    kind: Root,
    overflowed: bool,
}

/// A state of the arena to go back to.
#[derive(Copy, Clone)]
pub(crate) struct Mark {
    nodes: usize,
    text: usize,
    raw: usize,
    blobs: usize,
    parent: u32,
    ends: Ends,
}

impl Default for Event {
    fn default() -> Self {
        Self::new(Root::Event)
    }
}

impl Event {
    /// An empty event or entity.
    #[must_use]
    pub fn new(root: Root) -> Self {
        let mut event = Self {
            nodes: Vec::new(),
            text: String::new(),
            raw: Vec::new(),
            blobs: Vec::new(),
            kind: root,
            overflowed: false,
        };
        event.clear();
        event
    }

    /// Empties it, keeping its memory and its kind of root. Ids of nodes become invalid.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.raw.clear();
        self.blobs.clear();
        self.overflowed = false;
        self.nodes.push(Node {
            data: Data::Message(Ends::EMPTY),
            next: NONE,
            key: Span::NONE,
            field: NO_FIELD,
        });
    }

    /// Empties it and makes it an event or an entity.
    pub fn reset(&mut self, root: Root) {
        self.kind = root;
        self.clear();
    }

    /// Whether this is an event or an entity.
    #[must_use]
    pub fn kind(&self) -> Root {
        self.kind
    }

    /// The root message.
    #[must_use]
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef::new(self, 0)
    }

    /// The node at a place. A place that this event does not have reads as null.
    #[must_use]
    pub fn node(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef::new(self, id.0)
    }

    /// Bytes in use for text, binary data and nodes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
            + self.raw.len()
            + self.blobs.len() * size_of::<Blob>()
            + self.nodes.len() * size_of::<Node>()
    }

    /// Whether no field is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root().children().next().is_none()
    }

    /// Whether something did not fit within [`EVENT_NODES_MAX`] or [`EVENT_BYTES_MAX`];
    /// nothing was stored from then on.
    #[must_use]
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// `metadata.event_timestamp`; of an entity, `metadata.collected_timestamp`; of a
    /// detection, `detection_time`.
    #[must_use]
    pub fn event_time(&self) -> Option<Timestamp> {
        let steps: &[FieldId] = match self.kind {
            Root::Event => &[FieldId::UDM_METADATA, FieldId::METADATA_EVENT_TIMESTAMP],
            Root::Entity => &[
                FieldId::ENTITY_METADATA,
                FieldId::ENTITY_METADATA_COLLECTED_TIMESTAMP,
            ],
            Root::Detection => &[FieldId::COLLECTION_DETECTION_TIME],
        };
        match self.root().walk(steps)?.value() {
            ValueRef::Timestamp(time) => Some(time),
            _ => None,
        }
    }

    /// `metadata.id` in the form of [`NodeRef::text`]; of an entity,
    /// `metadata.product_entity_id`; of a detection, `id`.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        let steps: &[FieldId] = match self.kind {
            Root::Event => &[FieldId::UDM_METADATA, FieldId::METADATA_ID],
            Root::Entity => &[
                FieldId::ENTITY_METADATA,
                FieldId::ENTITY_METADATA_PRODUCT_ENTITY_ID,
            ],
            Root::Detection => &[FieldId::COLLECTION_ID],
        };
        self.root().walk(steps)?.text().filter(|id| !id.is_empty())
    }

    pub(crate) fn str_at(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The bytes of a blob and the text that stands for them.
    pub(crate) fn blob(&self, index: u32) -> (&[u8], &str) {
        let Some(blob) = self.blobs.get(index as usize) else {
            return (&[], "");
        };
        (
            self.raw.get(blob.raw.range()).unwrap_or_default(),
            self.str_at(blob.shown),
        )
    }

    /// Marks the event as too large.
    pub(crate) fn overflow(&mut self) {
        self.overflowed = true;
    }

    fn room_for(&mut self, bytes: usize) -> bool {
        if self.overflowed || bytes > EVENT_BYTES_MAX - self.text.len() - self.raw.len() {
            self.overflowed = true;
        }
        !self.overflowed
    }

    /// Stores text; `None` if it does not fit.
    pub(crate) fn store_text(&mut self, text: &str) -> Option<Span> {
        if !self.room_for(text.len()) {
            return None;
        }
        let span = Span {
            start: offset(self.text.len()),
            len: offset(text.len()),
        };
        self.text.push_str(text);
        Some(span)
    }

    /// Stores binary data with the text that stands for it; `None` if it does not fit.
    pub(crate) fn store_blob(&mut self, bytes: &[u8], shown: &str) -> Option<u32> {
        if !self.room_for(bytes.len() + shown.len()) {
            return None;
        }
        let shown = self.store_text(shown)?;
        let raw = Span {
            start: offset(self.raw.len()),
            len: offset(bytes.len()),
        };
        self.raw.extend_from_slice(bytes);
        self.blobs.push(Blob { raw, shown });
        Some(offset(self.blobs.len() - 1))
    }

    /// Appends a child to a node that can have children.
    pub(crate) fn append(
        &mut self,
        parent: u32,
        field: FieldId,
        key: Span,
        data: Data,
    ) -> Option<u32> {
        if self.overflowed || self.nodes.len() >= EVENT_NODES_MAX {
            self.overflowed = true;
            return None;
        }
        let id = offset(self.nodes.len());
        let ends = self.nodes.get_mut(parent as usize)?.data.ends_mut()?;
        let before = ends.last;
        ends.last = id;
        if before == NONE {
            ends.first = id;
        }
        if let Some(before) = self.nodes.get_mut(before as usize) {
            before.next = id;
        }
        self.nodes.push(Node {
            data,
            next: NONE,
            key,
            field,
        });
        Some(id)
    }

    /// The present state, to undo what is appended to `parent` and below it from now on.
    pub(crate) fn mark(&self, parent: u32) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            text: self.text.len(),
            raw: self.raw.len(),
            blobs: self.blobs.len(),
            parent,
            ends: self.ends(parent),
        }
    }

    /// Back to the mark. Nothing but additions below the mark's parent may lie between.
    pub(crate) fn undo(&mut self, mark: &Mark) {
        self.nodes.truncate(mark.nodes);
        self.text.truncate(mark.text);
        self.raw.truncate(mark.raw);
        self.blobs.truncate(mark.blobs);
        if let Some(last) = self.nodes.get_mut(mark.ends.last as usize) {
            last.next = NONE;
        }
        if let Some(ends) = self
            .nodes
            .get_mut(mark.parent as usize)
            .and_then(|n| n.data.ends_mut())
        {
            *ends = mark.ends;
        }
    }

    pub(crate) fn ends(&self, parent: u32) -> Ends {
        self.nodes
            .get(parent as usize)
            .and_then(|n| n.data.ends())
            .unwrap_or(Ends::EMPTY)
    }
}

/// An offset into a buffer, all of which the limits keep far below `u32::MAX`.
fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}
