//! Which records tell of one request.
//!
//! The auditID alone does not say: a client may choose it (header `Audit-ID`),
//! and one that is used twice must not hide the second request. User, verb, URI
//! and the time of receipt must agree too. One case is an exception: a request
//! to an aggregated API is received twice, by the API server and by the one
//! behind it, which writes the first one's address at the end of the sources.

use std::hash::{DefaultHasher, Hash, Hasher};

use yaral_udm::Timestamp;

use super::envelope::Found;
use super::facts::{text as member, time};
use super::stages::AuditId;
use crate::limits::AGGREGATED_SECONDS;

/// What tells a request from others.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The auditID.
    pub(super) name: AuditId,
    /// The auditID with all that must agree.
    pub(super) id: AuditId,
    /// Only what can be aggregated has it: requests to the core API, to
    /// secrets among them, cannot.
    pub(super) hop: Option<Hop>,
}

/// What the records of the two servers of an aggregated request agree on.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    /// All that must agree, apart from the time.
    asked: AuditId,
    received: Timestamp,
    /// The sources, and the sources without the last.
    sources: u64,
    before: Option<u64>,
}

impl Request {
    /// The request of a record with this auditID.
    pub(super) fn new(found: &Found<'_>, name: &str) -> Self {
        let raw = found.raw;
        let user = raw.user.as_ref().and_then(|user| user.username.as_ref());
        let uri = member(raw.request_uri.as_ref());
        let entry = found.entry;
        let [user, verb, place] = [
            member(user).unwrap_or_default(),
            member(raw.verb.as_ref()).unwrap_or_default(),
            uri.or(entry.map(|entry| &*entry.asked)).unwrap_or_default(),
        ];
        // Without an URI the object says what was asked for.
        let object = match raw.object_ref.as_ref().filter(|_| place.is_empty()) {
            Some(object) => [
                member(object.resource.as_ref()),
                member(object.namespace.as_ref()),
                member(object.name.as_ref()),
                member(object.subresource.as_ref()),
            ],
            None => [None; 4],
        };
        // The halves of a long request have two times.
        let received = member(raw.request_received.as_ref())
            .filter(|_| entry.is_none_or(|entry| !entry.is_half))
            .unwrap_or_default();
        let parts = [name, user, verb, place];
        let (id, hop) = if uri.is_some_and(|uri| uri.starts_with("/apis/")) {
            let (asked, id) = AuditId::of_both(&parts, received);
            let hop = time(received).and_then(|received| Hop::new(found, asked, received));
            (id, hop)
        } else if object == [None; 4] {
            (AuditId::of(&[name, user, verb, place, received]), None)
        } else {
            let object = object.map(Option::unwrap_or_default);
            (
                AuditId::of(&[&parts[..], &[received], &object].concat()),
                None,
            )
        };
        Self {
            name: AuditId::new(name),
            id,
            hop,
        }
    }
}

impl Hop {
    fn new(found: &Found<'_>, asked: AuditId, received: Timestamp) -> Option<Self> {
        let (last, before) = found.raw.source_ips.as_ref()?.0.split_last()?;
        // Each text is hashed with an end that no text holds.
        let mut hasher = DefaultHasher::new();
        for ip in before {
            ip.as_str().hash(&mut hasher);
        }
        let front = (!before.is_empty()).then(|| hasher.finish());
        last.as_str().hash(&mut hasher);
        Some(Self {
            asked,
            received,
            sources: hasher.finish(),
            before: front,
        })
    }

    /// Whether two records tell of one request that went through the API
    /// server to an aggregated one.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let apart = self.received.seconds.saturating_sub(other.received.seconds);
        self.asked == other.asked
            && apart.unsigned_abs() <= AGGREGATED_SECONDS
            && (Some(self.sources) == other.before || Some(other.sources) == self.before)
    }
}
