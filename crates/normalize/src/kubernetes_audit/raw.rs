//! The record as the API server writes it, borrowed from its line.
//!
//! Members are those of `audit.k8s.io/v1` and `v1beta1`, the `timestamp` of
//! older versions. Bodies stay raw text. Wrappers have their own outline, see
//! [`super::envelope`].

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use yaral_udm::Timestamp;

use crate::json::{Members, Text, object};

object! {
    /// An audit event, or a batch of them.
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
        time: "timestamp" => Moment<'a>,
        annotations: "annotations" => Members<'a, Text<'a>>,
        /// The items of an `EventList`.
        items: "items" => &'a RawValue,
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

/// A time as text, or as a number: collectors add one of their own, in seconds
/// or in a fraction of a second that its size tells.
#[derive(Clone, Default, Debug)]
pub(crate) struct Moment<'a>(pub(crate) Text<'a>);

impl<'a> From<Text<'a>> for Moment<'a> {
    fn from(text: Text<'a>) -> Self {
        Self(text)
    }
}

impl Moment<'_> {
    /// The moment that a number stands for; an empty text if it is none.
    fn of(number: i64) -> Self {
        let second = match number.unsigned_abs() {
            0..100_000_000_000 => 1,
            100_000_000_000..100_000_000_000_000 => 1_000,
            100_000_000_000_000..100_000_000_000_000_000 => 1_000_000,
            _ => 1_000_000_000,
        };
        let (seconds, rest) = (number.div_euclid(second), number.rem_euclid(second));
        let nanos = i32::try_from(rest * (1_000_000_000 / second)).unwrap_or_default();
        let text = Timestamp::new(seconds, nanos).map(|time| time.to_string());
        Self(Text(text.unwrap_or_default().into()))
    }
}

struct MomentVisitor;

impl<'de> Visitor<'de> for MomentVisitor {
    type Value = Moment<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number")
    }

    fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Moment(Text(v.into())))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Moment(Text(v.to_owned().into())))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(v).map(Moment::of).unwrap_or_default())
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Moment::of(v))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is left out before"
    )]
    fn visit_f64<E: Error>(self, v: f64) -> Result<Self::Value, E> {
        // A thousand times as much is the next unit, of any.
        let fits = v.abs() < 1e15;
        Ok(if fits {
            Moment::of((v * 1_000.0) as i64)
        } else {
            Moment::default()
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Moment<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

/// What an object is, by the names of its members.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    Event,
    Batch,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_moments_of_any_unit() {
        for (text, expected) in [
            ("1795424400", "2026-11-23T09:00:00Z"),
            ("1795424400000", "2026-11-23T09:00:00Z"),
            ("1795424400250000", "2026-11-23T09:00:00.250Z"),
            ("1795424400000000001", "2026-11-23T09:00:00.000000001Z"),
            ("1795424400.5", "2026-11-23T09:00:00.500Z"),
            ("-1", "1969-12-31T23:59:59Z"),
            ("1e300", ""),
            ("18446744073709551615", ""),
            (r#""as written""#, "as written"),
        ] {
            let moment: Moment<'_> = serde_json::from_str(text).expect("text or number");
            let shown = Timestamp::parse(moment.0.as_str()).map(|time| time.to_string());
            let shown = shown.as_deref().unwrap_or(moment.0.as_str());
            assert_eq!(shown, expected, "{text}");
        }
        assert!(serde_json::from_str::<Moment<'_>>("[]").is_err());
    }
}
