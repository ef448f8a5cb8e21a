//! The records of a line: alone, in batches, in wrappers and envelopes.
//!
//! Everything that can be opened is a document within a document, so this is a
//! recursion, and [`WRAPPERS_MAX`] bounds it. What is no record is rejected
//! where it stands, the others of its batch are not touched by that.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::envelope::{self, Found, Opened, Origin, Vendor, node_prefix};
use super::normalizer::AuditNormalizer;
use super::raw::{RawEvent, Shape};
use crate::json::{Text, each_item, fault};
use crate::limits::WRAPPERS_MAX;
use crate::record::{Position, Sink};
use crate::reject::RejectReason;
use crate::wrapped::unprefixed;

/// A line on its way to the normalizer.
pub(super) struct Walk<'w> {
    audit: &'w mut AuditNormalizer,
    /// The place of the line, and of the item that was reached.
    position: Position,
    sink: &'w mut dyn Sink,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        audit: &'w mut AuditNormalizer,
        position: Position,
        sink: &'w mut dyn Sink,
    ) -> Self {
        Self {
            audit,
            position,
            sink,
        }
    }

    /// Reads one document: an event, a batch, or an envelope.
    pub(super) fn document(&mut self, text: &str, origin: &Origin<'_>, depth: u32) {
        if depth > WRAPPERS_MAX {
            return self.reject(text, (RejectReason::TooDeep, String::new()));
        }
        if let Some((node, record)) = node_prefix(text) {
            let mut origin = origin.share();
            origin.vendor = Some(Vendor::Openshift);
            origin.server = Some(Cow::Borrowed(node));
            return self.document(record, &origin, depth);
        }
        // A time, a stream or a program, as forwarders put before a record.
        let text = unprefixed(text);
        let why = match serde_json::from_str::<RawEvent<'_>>(text) {
            Ok(raw) => match raw.shape() {
                Shape::Event => return self.record(&Found::native(&raw, origin, text)),
                Shape::Batch => {
                    let Some(items) = raw.items else { return };
                    return self.batch(items, text, origin, depth);
                }
                Shape::Other => (RejectReason::NotAudit, String::new()),
            },
            Err(error) => fault(text, &error),
        };
        match envelope::open(text, origin) {
            Some((opened, origin)) => self.opened(opened, text, &origin, depth),
            None => self.reject(text, why),
        }
    }

    /// What an envelope holds.
    fn opened(&mut self, opened: Opened<'_>, text: &str, origin: &Origin<'_>, depth: u32) {
        match opened {
            Opened::Inside(inner) => self.unwrap(inner.get(), origin, depth),
            Opened::List(items) => self.batch(items, text, origin, depth),
            Opened::Written(native) => self.document(&native, origin, depth + 1),
            Opened::Entry(entry) => {
                let found = Found {
                    raw: &entry.raw,
                    origin,
                    text,
                    entry: Some(&entry),
                };
                self.record(&found);
            }
            Opened::Refused(reason, detail) => self.reject(text, (reason, detail)),
        }
    }

    /// The documents of a list.
    fn batch(&mut self, items: &RawValue, text: &str, origin: &Origin<'_>, depth: u32) {
        let each = &mut |item: &str| {
            self.position.item += 1;
            self.document(item, origin, depth + 1);
        };
        if each_item(items, each).is_err() {
            let why = (RejectReason::WrongType, "the batch is no list".to_owned());
            self.reject(text, why);
        }
    }

    /// The inside of a wrapper: an object, or a string that holds one, perhaps
    /// encoded once more.
    fn unwrap(&mut self, inner: &str, origin: &Origin<'_>, depth: u32) {
        if !inner.starts_with('"') || depth > WRAPPERS_MAX {
            return self.document(inner, origin, depth + 1);
        }
        match serde_json::from_str::<Text<'_>>(inner) {
            Ok(text) if text.as_str().starts_with('"') => {
                self.unwrap(text.as_str(), origin, depth + 1);
            }
            Ok(text) => self.document(text.as_str().trim_ascii(), origin, depth + 1),
            Err(error) => self.reject(inner, fault(inner, &error)),
        }
    }

    fn record(&mut self, found: &Found<'_>) {
        self.audit.record(found, self.position, self.sink);
    }

    fn reject(&mut self, text: &str, why: (RejectReason, String)) {
        self.audit.reject(text, self.position, why, self.sink);
    }
}
