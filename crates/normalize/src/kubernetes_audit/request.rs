//! Which records tell of one request.
//!
//! The auditID alone does not say: a client may choose it (header `Audit-ID`),
//! and one that is used twice must not hide the second request. User, verb, URI
//! and the time of receipt must agree too. There are two exceptions. A request
//! to an aggregated API is received twice, by the API server and by the one
//! behind it, which writes the first one's address at the end of the sources.
//! And the entries of GKE tell the start and the end of a long request apart.

use std::hash::{DefaultHasher, Hash, Hasher};

use yaral_udm::Timestamp;

use super::audit_id::AuditId;
use super::envelope::{Found, Half};
use super::facts::{text as member, time};
use crate::limits::AGGREGATED_SECONDS;

/// What tells a request from others.
#[derive(Clone, Debug)]
pub(super) struct Request {
    /// The auditID.
    pub(super) name: AuditId,
    /// The auditID with all that must agree.
    pub(super) id: AuditId,
    /// By what another telling of the request is known.
    pub(super) twin: Option<Twin>,
}

/// How a request may be told a second time, in other words.
#[derive(Clone, Debug)]
pub(super) enum Twin {
    /// By another server. Only what can be aggregated: requests to the core
    /// API, to secrets among them, cannot.
    Hop(Hop),
    /// At its other end, which has another time.
    Half {
        /// All that must agree, apart from the time.
        asked: AuditId,
        half: Half,
    },
}

impl Twin {
    /// Whether two records tell of one request.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Hop(one), Self::Hop(other)) => one.is_same(other),
            (Self::Half { asked, half }, Self::Half { asked: a, half: h }) => {
                asked == a && half != h
            }
            _ => false,
        }
    }
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
        let received = member(raw.request_received.as_ref()).unwrap_or_default();
        let parts = [name, user, verb, place];
        let half = entry.and_then(|entry| entry.half);
        let aggregates = uri.is_some_and(|uri| uri.starts_with("/apis/"));
        let (id, twin) = if half.is_some() || aggregates {
            let (asked, id) = AuditId::of_both(&parts, received);
            let hop = || Hop::new(found, asked, time(received)?).map(Twin::Hop);
            let half = half.map(|half| Twin::Half { asked, half });
            (id, half.or_else(hop))
        } else if object == [None; 4] {
            (AuditId::of(&[name, user, verb, place, received]), None)
        } else {
            let object = object.map(Option::unwrap_or_default);
            let parts = [&parts[..], &[received], &object].concat();
            (AuditId::of(&parts), None)
        };
        Self {
            name: AuditId::new(name),
            id,
            twin,
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
    fn is_same(&self, other: &Self) -> bool {
        let apart = self.received.seconds.saturating_sub(other.received.seconds);
        self.asked == other.asked
            && apart.unsigned_abs() <= AGGREGATED_SECONDS
            && (Some(self.sources) == other.before || Some(other.sources) == self.before)
    }
}
