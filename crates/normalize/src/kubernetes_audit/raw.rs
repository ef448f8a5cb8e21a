//! The record as the API server writes it, borrowed from its line.
//!
//! Members are those of `audit.k8s.io/v1` and `v1beta1`, the `timestamp` of
//! older versions, and the few names by which wrappers are recognised. Bodies
//! stay raw text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{Members, Text, object};

object! {
    /// An audit event, a batch of them, or a wrapper around one.
    RawEvent {
        kind: "kind" => Text<'a>,
        api_version: "apiVersion" => Text<'a>,
        metadata: "metadata" => Metadata<'a>,
        level: "level" => Text<'a>,
        audit_id: "auditID" => Text<'a>,
        stage: "stage" => Text<'a>,
        request_uri: "requestURI" => Text<'a>,
        verb: "verb" => Text<'a>,
        user: "user" => User<'a>,
        impersonated_user: "impersonatedUser" => User<'a>,
        source_ips: "sourceIPs" => Texts<'a>,
        user_agent: "userAgent" => Text<'a>,
        object_ref: "objectRef" => ObjectRef<'a>,
        response_status: "responseStatus" => Status<'a>,
        request_object: "requestObject" => &'a RawValue,
        response_object: "responseObject" => &'a RawValue,
        request_received: "requestReceivedTimestamp" => Text<'a>,
        stage_time: "stageTimestamp" => Text<'a>,
        time: "timestamp" => Text<'a>,
        annotations: "annotations" => Members<'a, Text<'a>>,
        /// The items of an `EventList`.
        items: "items" => &'a RawValue,
        /// The event inside a row of a log collector.
        log: "log" => &'a RawValue,
        /// The batch inside a record of a webhook receiver.
        body: "body" => &'a RawValue,
        /// The envelope of Google Cloud's audit log.
        proto_payload: "protoPayload" => &'a RawValue,
        /// The envelope of Azure's diagnostic log.
        properties: "properties" => &'a RawValue,
        operation_name: "operationName" => &'a RawValue,
        /// The envelope of Amazon's event bus and trail.
        detail: "detail" => &'a RawValue,
        event_source: "eventSource" => &'a RawValue,
    }
}

object! {
    /// The metadata that records of before `v1beta1` carry.
    Metadata {
        created: "creationTimestamp" => Text<'a>,
    }
}

object! {
    /// An actor.
    User {
        username: "username" => Text<'a>,
        uid: "uid" => Text<'a>,
        groups: "groups" => Texts<'a>,
        extra: "extra" => Members<'a, Texts<'a>>,
    }
}

object! {
    /// The object of the request.
    ObjectRef {
        resource: "resource" => Text<'a>,
        namespace: "namespace" => Text<'a>,
        name: "name" => Text<'a>,
        uid: "uid" => Text<'a>,
        api_group: "apiGroup" => Text<'a>,
        api_version: "apiVersion" => Text<'a>,
        subresource: "subresource" => Text<'a>,
    }
}

object! {
    /// The status of the response.
    Status {
        code: "code" => i32,
        reason: "reason" => Text<'a>,
        message: "message" => Text<'a>,
    }
}

/// A list of strings; a single string counts as a list of one.
#[derive(Clone, Default, Debug)]
pub(crate) struct Texts<'a>(pub(crate) Vec<Text<'a>>);

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings")
    }

    fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(v.into())]))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Texts(vec![Text(v.to_owned().into())]))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Texts::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = seq.next_element()? {
            texts.push(text);
        }
        Ok(Texts(texts))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// What an object is, by the names of its members.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    Event,
    Batch,
    /// A wrapper with the event in `log`.
    Log,
    /// A wrapper with the batch in `body`.
    Body,
    /// The envelope of a cloud vendor, by its name.
    Cloud(&'static str),
    Other,
}

impl RawEvent<'_> {
    /// What the object is.
    pub(crate) fn shape(&self) -> Shape {
        let is = |text: &Option<Text<'_>>, wanted: &str| {
            text.as_ref().is_none_or(|text| text.as_str() == wanted)
        };
        let audit_api = self
            .api_version
            .as_ref()
            .map(|text| text.as_str().starts_with("audit.k8s.io/"));
        if audit_api != Some(false) && self.items.is_some() && is(&self.kind, "EventList") {
            return Shape::Batch;
        }
        if audit_api != Some(false)
            && is(&self.kind, "Event")
            && self.speaks_of_a_request(audit_api)
        {
            return Shape::Event;
        }
        if self.proto_payload.is_some() {
            return Shape::Cloud("Google Cloud audit log");
        }
        if self.operation_name.is_some() || self.properties.is_some() {
            return Shape::Cloud("Azure diagnostic log");
        }
        if self.event_source.is_some() || self.detail.is_some() {
            return Shape::Cloud("Amazon CloudTrail");
        }
        if self.log.is_some() {
            return Shape::Log;
        }
        if self.body.is_some() {
            return Shape::Body;
        }
        Shape::Other
    }

    /// Whether enough is there to call it a request: the names say so, or the
    /// verb and what it was done to.
    fn speaks_of_a_request(&self, audit_api: Option<bool>) -> bool {
        let named = audit_api == Some(true) && self.kind.is_some();
        let place = self.object_ref.is_some() || self.request_uri.is_some();
        named
            || (self.kind.is_some() && self.verb.is_some() && (place || self.user.is_some()))
            || (self.verb.is_some() && place)
    }
}
