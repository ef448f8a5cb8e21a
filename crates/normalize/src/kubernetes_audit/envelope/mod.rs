//! The envelopes in which managed clusters hand out their audit log.
//!
//! Each vendor has a file. It looks at the members of an object that is no
//! native record and says what is inside: one document, a list of them, a
//! record that must be put together again, or a record of another log. What
//! only the envelope can know (the cluster, the server) travels beside the
//! record as its [`Origin`]; everything else is as if the record had come alone.

mod aks;
mod cluster_labels;
mod eks;
mod gke;
mod gke_request;
mod openshift;

use std::borrow::Cow;

use serde_json::value::RawValue;

pub(super) use cluster_labels::ENVELOPE;
pub(super) use gke::{Entry, Half};
pub(super) use openshift::node_prefix;

use super::raw::{RawEvent, Shape};
use super::uri::Uri;
use crate::json::{Text, each_item, object};
use crate::limits::WRAPPERS_MAX;
use crate::redact;
use crate::reject::RejectReason;
use crate::wrapped::unprefixed;

/// Whose envelope it is.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Vendor {
    Eks,
    Gke,
    Aks,
    Openshift,
}

impl Vendor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Eks => "eks",
            Self::Gke => "gke",
            Self::Aks => "aks",
            Self::Openshift => "openshift",
        }
    }
}

/// What the envelopes around a record say about where it comes from.
#[derive(Clone, Default, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) vendor: Option<Vendor>,
    pub(crate) cluster: Option<Cow<'a, str>>,
    /// The API server that wrote the record, by whatever name the envelope has
    /// for it. Servers write at their own pace, so each has a clock.
    pub(crate) server: Option<Cow<'a, str>>,
}

impl Origin<'_> {
    /// The same, borrowed.
    pub(crate) fn share(&self) -> Origin<'_> {
        Origin {
            vendor: self.vendor,
            cluster: self.cluster.as_deref().map(Cow::Borrowed),
            server: self.server.as_deref().map(Cow::Borrowed),
        }
    }

    /// The same, for keeping.
    pub(crate) fn keep(&self) -> Origin<'static> {
        let own = |text: &Cow<'_, str>| Cow::Owned(text.clone().into_owned());
        Origin {
            vendor: self.vendor,
            cluster: self.cluster.as_ref().map(own),
            server: self.server.as_ref().map(own),
        }
    }

    /// What it takes when kept.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [&self.cluster, &self.server];
        texts.into_iter().flatten().map(|text| text.len()).sum()
    }
}

/// A record that was found, with what is known beside it.
#[derive(Copy, Clone)]
pub(crate) struct Found<'a> {
    pub(crate) raw: &'a RawEvent<'a>,
    pub(crate) origin: &'a Origin<'a>,
    /// What is shown as the raw record.
    pub(crate) text: &'a str,
    /// The entry that the record was put together from.
    pub(crate) entry: Option<&'a Entry<'a>>,
}

impl<'a> Found<'a> {
    /// A record in the API server's own words.
    pub(crate) fn native(raw: &'a RawEvent<'a>, origin: &'a Origin<'a>, text: &'a str) -> Self {
        Self {
            raw,
            origin,
            text,
            entry: None,
        }
    }

    /// The request as the record's URI, or what stands for one, tells it.
    pub(crate) fn place(&self) -> Uri<'a> {
        let uri = self.raw.request_uri.as_ref().map(Text::as_str);
        match (uri.filter(|uri| !uri.is_empty()), self.entry) {
            (None, Some(entry)) => entry.place.clone(),
            (uri, _) => Uri::parse(uri.unwrap_or_default()),
        }
    }
}

/// What an object turned out to hold.
pub(crate) enum Opened<'a> {
    /// One document: an object, or a string that holds one.
    Inside(&'a RawValue),
    /// A list of documents.
    List(&'a RawValue),
    /// A native record, written anew from a table's row.
    Written(String),
    /// A record that was put together from an entry.
    Entry(Box<Entry<'a>>),
    /// A record of another log, or a broken one.
    Refused(RejectReason, String),
}

object! {
    /// The members by which envelopes are told apart.
    Outline {
        // Wrappers of collectors and receivers.
        log: "log" => &'a RawValue,
        body: "body" => &'a RawValue,
        message: "message" => &'a RawValue,
        // CloudWatch Logs, as the API, agents and queries spell it.
        message_type: "messageType" => &'a RawValue,
        log_events: "logEvents" => &'a RawValue,
        events: "events" => &'a RawValue,
        log_group: "logGroup" => &'a RawValue,
        log_group_name: "logGroupName" => &'a RawValue,
        agent_group: "log_group" => &'a RawValue,
        query_group: "@log" => &'a RawValue,
        log_stream: "logStream" => &'a RawValue,
        log_stream_name: "logStreamName" => &'a RawValue,
        agent_stream: "log_stream" => &'a RawValue,
        query_stream: "@logStream" => &'a RawValue,
        query_message: "@message" => &'a RawValue,
        ingestion_time: "ingestionTime" => &'a RawValue,
        timestamp: "timestamp" => &'a RawValue,
        awslogs: "awslogs" => &'a RawValue,
        // Cloud Logging.
        proto_payload: "protoPayload" => &'a RawValue,
        json_payload: "jsonPayload" => &'a RawValue,
        text_payload: "textPayload" => &'a RawValue,
        entries: "entries" => &'a RawValue,
        // Azure Monitor.
        records: "records" => &'a RawValue,
        category: "category" => &'a RawValue,
        category_column: "Category" => &'a RawValue,
        properties: "properties" => &'a RawValue,
        operation_name: "operationName" => &'a RawValue,
        resource_id: "resourceId" => &'a RawValue,
        resource_id_column: "ResourceId" => &'a RawValue,
        own_resource_id: "_ResourceId" => &'a RawValue,
        log_column: "log_s" => &'a RawValue,
        pod_column: "pod_s" => &'a RawValue,
        audit_id_column: "AuditId" => &'a RawValue,
        verb_column: "Verb" => &'a RawValue,
        pod_name_column: "PodName" => &'a RawValue,
        // CloudTrail and the event bus.
        detail: "detail" => &'a RawValue,
        event_source: "eventSource" => &'a RawValue,
    }
}

/// What an object that is no native record holds; none if it is no envelope.
pub(crate) fn open<'a>(text: &'a str, outer: &'a Origin<'a>) -> Option<(Opened<'a>, Origin<'a>)> {
    let outline: Outline<'a> = serde_json::from_str(text).ok()?;
    let mut origin = outer.share();
    let opened = gke::open(&outline, text, &mut origin)
        .or_else(|| aks::open(&outline, text, &mut origin))
        .or_else(|| eks::open(&outline, &mut origin))
        .or_else(|| trail(&outline))
        .or_else(|| wrapper(&outline))?;
    Some((opened, origin))
}

/// A record of Amazon's trail or event bus: it tells of the cloud's own API.
fn trail<'a>(outline: &Outline<'a>) -> Option<Opened<'a>> {
    let found = outline.event_source.or(outline.detail);
    found.map(|_| other("a record of Amazon CloudTrail".to_owned()))
}

/// The wrappers of collectors. A `message` is opened only if it holds an
/// object, since it is a common name for a text.
fn wrapper<'a>(outline: &Outline<'a>) -> Option<Opened<'a>> {
    let message = outline.message.filter(|message| holds_document(message));
    let text = outline.log.filter(|log| log.get().starts_with('"'));
    text.or(message)
        .or(outline.log)
        .or(outline.body)
        .map(Opened::Inside)
}

fn other<'a>(what: String) -> Opened<'a> {
    Opened::Refused(RejectReason::OtherLog, what)
}

/// The string that a member holds.
fn string<'a>(member: Option<&'a RawValue>) -> Option<Cow<'a, str>> {
    let text: Text<'a> = serde_json::from_str(member?.get()).ok()?;
    Some(text.0).filter(|text| !text.is_empty())
}

/// A part of a text, borrowed where the text is.
fn part(text: Cow<'_, str>, find: impl Fn(&str) -> Option<&str>) -> Option<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => find(text).map(Cow::Borrowed),
        Cow::Owned(text) => find(&text).map(|part| Cow::Owned(part.to_owned())),
    }
}

/// A member that is a list.
fn list(member: Option<&RawValue>) -> Option<&RawValue> {
    member.filter(|list| list.get().starts_with('['))
}

/// Whether a value is an object, or a string that begins like one, encoded
/// once or twice.
fn holds_document(value: &RawValue) -> bool {
    let text = value.get();
    let inside = text.strip_prefix('"').unwrap_or(text).trim_start();
    inside.starts_with('{') || inside.starts_with("\\\"{")
}

/// A name from the input for the detail of a reject: only if it looks like
/// one, and without secrets.
fn named(name: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._ /".contains(&b);
    if name.is_empty() || name.len() > NAME_BYTES || !name.bytes().all(plain) {
        return Cow::Borrowed("of no plain name");
    }
    redact::redact_text(name)
}

/// Names of services and categories are shorter; what is longer is none.
const NAME_BYTES: usize = 64;

/// Whether a text looks like an audit record, alone or in an envelope.
pub(super) fn claims(text: &str, outer: &Origin<'_>, depth: u32) -> bool {
    if depth > WRAPPERS_MAX {
        return false;
    }
    let text = unprefixed(node_prefix(text).map_or(text, |(_, rest)| rest));
    let Err(error) = claims_native(text) else {
        return true;
    };
    let Some((opened, origin)) = open(text, outer) else {
        // A record that is cut off or broken is known by the names in it.
        return error.is_some() && names_the_api(text);
    };
    match opened {
        Opened::Written(_) | Opened::Entry(_) => true,
        Opened::Refused(..) => false,
        Opened::Inside(inner) => claims_inside(inner, &origin, depth),
        Opened::List(items) => {
            let mut found = false;
            let each = &mut |item: &str| found = found || claims(item, &origin, depth + 1);
            each_item(items, each).is_ok() && found
        }
    }
}

/// Fails with the parser's error, if it was one, for what is no native record.
fn claims_native(text: &str) -> Result<(), Option<serde_json::Error>> {
    let raw = serde_json::from_str::<RawEvent<'_>>(text).map_err(Some)?;
    match raw.shape() {
        Shape::Event | Shape::Batch => Ok(()),
        Shape::Other => Err(None),
    }
}

fn claims_inside(inner: &RawValue, origin: &Origin<'_>, depth: u32) -> bool {
    let mut text = Cow::Borrowed(inner.get());
    let mut depth = depth + 1;
    while text.starts_with('"') && depth <= WRAPPERS_MAX {
        let Ok(decoded) = serde_json::from_str::<String>(&text) else {
            return false;
        };
        text = Cow::Owned(decoded);
        depth += u32::from(text.starts_with('"'));
    }
    claims(&text, origin, depth)
}

fn names_the_api(text: &str) -> bool {
    let names = |name: &str| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some();
    names("audit.k8s.io/") || (names("\"protoPayload\"") && names("io.k8s."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_repeated() {
        assert_eq!(named("kube-apiserver"), "kube-apiserver");
        assert_eq!(named("a\u{1b}[31m"), "of no plain name");
        assert_eq!(named(&"x".repeat(NAME_BYTES + 1)), "of no plain name");
        assert_eq!(named(""), "of no plain name");
    }

    #[test]
    fn names_inside_other_logs_claim_nothing() {
        let origin = Origin::default();
        for text in [
            r#"{"events":[{"metadata":{"product_version":"audit.k8s.io/v1"}}]}"#,
            r#"{"message":"audit.k8s.io/v1"}"#,
            r#"{"eventSource":"eks.amazonaws.com","eventName":"DescribeCluster","userAgent":"audit.k8s.io/v1"}"#,
            r#"{"log":"kube-audit"}"#,
        ] {
            assert!(!claims(text, &origin, 0), "{text}");
        }
        let cut = r#"{"message":"{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"#;
        assert!(claims(cut, &origin, 0));
    }
}
