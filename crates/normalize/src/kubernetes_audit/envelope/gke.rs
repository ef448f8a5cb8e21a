//! GKE: the audit log as an entry of Cloud Logging.
//!
//! The entry is no envelope around the record but another telling of it: the
//! request is put together from its names, the answer from its code. What the
//! entry does not say (URI, groups, level, the exact 2xx) stays unknown.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::gke_request::{Method, http_status, method, place};
use super::{Opened, Origin, Outline, Vendor, list, named, other};
use crate::json::{Members, Text, fault, object};
use crate::kubernetes_audit::raw::{Moment, ObjectRef, RawEvent, Status, Texts, User};
use crate::kubernetes_audit::uri::Uri;
use crate::reject::RejectReason;

object! {
    /// An entry of Cloud Logging.
    LogEntry {
        payload: "protoPayload" => Payload<'a>,
        resource: "resource" => Resource<'a>,
        operation: "operation" => Operation<'a>,
        labels: "labels" => Members<'a, Text<'a>>,
        insert_id: "insertId" => Text<'a>,
        timestamp: "timestamp" => Text<'a>,
        received: "receiveTimestamp" => Text<'a>,
    }
}

object! {
    /// Google's audit record.
    Payload {
        service: "serviceName" => Text<'a>,
        method: "methodName" => Text<'a>,
        resource: "resourceName" => Text<'a>,
        /// No known entry has one; where it stands, it is the better source.
        request_uri: "requestURI" => Text<'a>,
        who: "authenticationInfo" => Who<'a>,
        grants: "authorizationInfo" => Vec<Grant<'a>>,
        client: "requestMetadata" => Client<'a>,
        status: "status" => Answer<'a>,
        request: "request" => &'a RawValue,
        response: "response" => &'a RawValue,
        timestamp: "timestamp" => Text<'a>,
    }
}

object! {
    /// Who asked.
    Who {
        email: "principalEmail" => Text<'a>,
        subject: "principalSubject" => Text<'a>,
        selector: "authoritySelector" => Text<'a>,
    }
}

object! {
    /// From where.
    Client {
        ip: "callerIp" => Text<'a>,
        ip_upper: "callerIP" => Text<'a>,
        agent: "callerSuppliedUserAgent" => Text<'a>,
    }
}

object! {
    /// The answer as a gRPC status.
    Answer {
        code: "code" => i32,
        message: "message" => Text<'a>,
    }
}

object! {
    /// The monitored resource.
    Resource {
        kind: "type" => Text<'a>,
        labels: "labels" => Members<'a, Text<'a>>,
    }
}

object! {
    /// What ties the entries of one request together.
    Operation {
        id: "id" => Text<'a>,
        first: "first" => bool,
        last: "last" => bool,
    }
}

object! {
    /// One answer of the authorizer. Entries may leave out `false`.
    Grant {
        granted: "granted" => bool,
        resource: "resource" => Text<'a>,
    }
}

/// An end of a request that takes long, such as an exec.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Half {
    Start,
    End,
}

/// A record that was put together from an entry.
pub(crate) struct Entry<'a> {
    pub(crate) raw: RawEvent<'a>,
    /// The request as its resource name tells it.
    pub(crate) place: Uri<'static>,
    /// What stands for the URI when requests are told apart.
    pub(crate) asked: Cow<'a, str>,
    /// The entry tells of one end of a long request.
    pub(crate) half: Option<Half>,
}

pub(super) fn open<'a>(
    outline: &Outline<'a>,
    text: &'a str,
    origin: &mut Origin<'a>,
) -> Option<Opened<'a>> {
    if outline.proto_payload.is_none() {
        if let Some(entries) = list(outline.entries) {
            return Some(Opened::List(entries));
        }
        let payload = match (outline.json_payload, outline.text_payload) {
            (Some(_), _) => "jsonPayload",
            (None, Some(_)) => "textPayload",
            (None, None) => return None,
        };
        return Some(other(format!("Cloud Logging entry with {payload}")));
    }
    origin.vendor = Some(Vendor::Gke);
    Some(match serde_json::from_str::<LogEntry<'a>>(text) {
        Ok(entry) => read(entry, origin),
        Err(error) => {
            let (reason, detail) = fault(text, &error);
            Opened::Refused(reason, detail)
        }
    })
}

/// The record in an entry.
fn read<'a>(entry: LogEntry<'a>, origin: &mut Origin<'a>) -> Opened<'a> {
    let payload = entry.payload.unwrap_or_default();
    let resource = entry.resource.unwrap_or_default();
    let name = payload.method.unwrap_or_default().0;
    let service = payload.service.as_ref().map_or("", Text::as_str);
    let ours = match service {
        "" => {
            let in_cluster = resource.kind.as_ref().map(Text::as_str) == Some("k8s_cluster");
            !name.is_empty() && (in_cluster || name.starts_with("io.k8s."))
        }
        service => service == "k8s.io" || service.ends_with(".k8s.io"),
    };
    if !ours {
        return other(match service {
            "" => "Google Cloud audit entry without a service".to_owned(),
            service => format!("Google Cloud audit entry of the service {}", named(service)),
        });
    }
    if name.is_empty() {
        return Opened::Refused(RejectReason::NotAudit, "without methodName".to_owned());
    }
    if let Some(cluster) = resource.labels.as_ref().and_then(cluster) {
        origin.cluster = Some(Cow::Owned(cluster));
    }
    let grants = payload.grants.unwrap_or_default();
    let target = payload.resource.filter(filled).or_else(|| {
        let first = grants.first()?;
        first.resource.clone()
    });
    let target = target.map(|text| text.0).unwrap_or_default();
    let request = Request::new(name, target, payload.request_uri);
    let operation = entry.operation.unwrap_or_default();
    let (first, last) = (operation.first == Some(true), operation.last == Some(true));
    let client = payload.client.unwrap_or_default();
    let (user, impersonated) = people(payload.who.unwrap_or_default());
    let text = |text: &'static str| Some(Text(Cow::Borrowed(text)));
    let raw = RawEvent {
        kind: text("Event"),
        api_version: text("audit.k8s.io/v1"),
        audit_id: operation.id.filter(filled).or(entry.insert_id),
        stage: match (first, last) {
            (true, false) => text("ResponseStarted"),
            (_, true) => text("ResponseComplete"),
            (false, false) => None,
        },
        request_uri: request.uri,
        verb: Some(Text(request.verb)),
        user,
        impersonated_user: impersonated,
        source_ips: client.ip.or(client.ip_upper).map(|ip| Texts(vec![ip])),
        user_agent: client.agent,
        object_ref: request.object,
        response_status: Some(answer(payload.status, &grants)),
        request_object: payload.request,
        response_object: payload.response,
        request_received: entry.timestamp,
        time: payload.timestamp.map(Moment::from),
        stage_time: entry.received,
        annotations: Some(annotations(entry.labels, &grants)),
        ..RawEvent::default()
    };
    Opened::Entry(Box::new(Entry {
        raw,
        place: request.place,
        asked: request.asked,
        half: match (first, last) {
            (true, false) => Some(Half::Start),
            (false, true) => Some(Half::End),
            _ => None,
        },
    }))
}

fn filled(text: &Text<'_>) -> bool {
    !text.as_str().is_empty()
}

/// The actor, and whom they act as. The selector alone is the actor; beside
/// one it is the identity that was asked for.
fn people<'a>(who: Who<'a>) -> (Option<User<'a>>, Option<User<'a>>) {
    let named = |name: Text<'a>| User {
        username: Some(name),
        ..User::default()
    };
    let actor = who.email.filter(filled).or(who.subject.filter(filled));
    let selector = who.selector.filter(filled);
    match (actor, selector) {
        (Some(actor), Some(selector)) if actor != selector => {
            (Some(named(actor)), Some(named(selector)))
        }
        (actor, selector) => (actor.or(selector).map(named), None),
    }
}

/// `project/location/cluster`, of what is there.
fn cluster(labels: &Members<'_, Text<'_>>) -> Option<String> {
    let label = |name| labels.get(name).map(Text::as_str);
    let name = label("cluster_name").filter(|name| !name.is_empty())?;
    let parts = [label("project_id"), label("location"), Some(name)];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    Some(parts.join("/"))
}

/// The status of the answer. Where the entry has none, the authorizer's no is
/// a 403 and everything else went well.
fn answer<'a>(status: Option<Answer<'a>>, grants: &[Grant<'_>]) -> Status<'a> {
    let status = status.unwrap_or_default();
    let code = match status.code {
        None if grants.iter().any(|grant| grant.granted == Some(false)) => 403,
        code => http_status(code.unwrap_or_default()),
    };
    Status {
        code: Some(code),
        reason: None,
        message: status.message,
    }
}

/// The labels of the entry are the annotations of the record. Older entries
/// tell the decision by their grants alone; a grant without an answer says
/// nothing.
fn annotations<'a>(
    labels: Option<Members<'a, Text<'a>>>,
    grants: &[Grant<'_>],
) -> Members<'a, Text<'a>> {
    const DECISION: &str = "authorization.k8s.io/decision";
    let mut labels = labels.unwrap_or(Members(Vec::new()));
    if labels.get(DECISION).is_none() && !grants.is_empty() {
        let decision = if grants.iter().any(|grant| grant.granted == Some(false)) {
            Some("forbid")
        } else if grants.iter().all(|grant| grant.granted == Some(true)) {
            Some("allow")
        } else {
            None
        };
        let member = |text| (Text(Cow::Borrowed(DECISION)), Text(Cow::Borrowed(text)));
        labels.0.extend(decision.map(member));
    }
    labels
}

/// The request that the names tell.
struct Request<'a> {
    verb: Cow<'static, str>,
    uri: Option<Text<'a>>,
    object: Option<ObjectRef<'static>>,
    place: Uri<'static>,
    asked: Cow<'a, str>,
}

impl<'a> Request<'a> {
    fn new(name: Cow<'a, str>, target: Cow<'a, str>, uri: Option<Text<'a>>) -> Self {
        let method = method(&name);
        let mut place = place(&target, &method);
        let object = object_ref(&method, &place);
        // A creation is about the place that its URI would name.
        if method.verb == "create" && place.subresource.is_none() {
            place.name = None;
        }
        let path = match method {
            Method {
                path: None,
                resource: None,
                ..
            } => Some(target.trim_start_matches('/')),
            Method { path, .. } => path,
        };
        let path = path.filter(|path| !path.is_empty());
        let path = path.map(|path| Text(Cow::Owned(format!("/{path}"))));
        Self {
            verb: Cow::Owned(method.verb.to_owned()),
            uri: uri.filter(filled).or(path),
            object,
            place,
            asked: if target.is_empty() { name } else { target },
        }
    }
}

/// The object as the record would name it. The method's word for the resource
/// stands beside that of the place: either is enough to call a body a secret.
fn object_ref(method: &Method<'_>, place: &Uri<'static>) -> Option<ObjectRef<'static>> {
    let own = |text: &str| Text(Cow::Owned(text.to_owned()));
    let placed = |text: &Option<Cow<'static, str>>| text.clone().map(Text);
    let resource = method.resource.map(own).or(placed(&place.resource))?;
    Some(ObjectRef {
        resource: Some(resource),
        namespace: placed(&place.namespace),
        name: placed(&place.name),
        uid: None,
        api_group: placed(&place.group).filter(filled),
        api_version: placed(&place.version),
        subresource: method.subresource.map(own).or(placed(&place.subresource)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> (Result<Entry<'_>, String>, Option<String>) {
        let mut origin = Origin::default();
        let outline: Outline<'_> = serde_json::from_str(text).expect("an object");
        let opened = match open(&outline, text, &mut origin) {
            Some(Opened::Entry(entry)) => Ok(*entry),
            Some(Opened::Refused(_, detail)) => Err(detail),
            _ => Err("nothing".to_owned()),
        };
        (opened, origin.cluster.map(Cow::into_owned))
    }

    #[test]
    fn people_act_or_are_asked_for() {
        for (who, expected) in [
            (
                r#"{"principalEmail":"a","authoritySelector":"b"}"#,
                (Some("a"), Some("b")),
            ),
            (
                r#"{"principalEmail":"a","authoritySelector":"a"}"#,
                (Some("a"), None),
            ),
            (r#"{"principalSubject":"a"}"#, (Some("a"), None)),
            (
                r#"{"principalEmail":"","authoritySelector":"b"}"#,
                (Some("b"), None),
            ),
            ("{}", (None, None)),
        ] {
            let who: Who<'_> = serde_json::from_str(who).expect("an object");
            let (actor, other) = people(who);
            let name = |user: &Option<User<'_>>| {
                let name = user.as_ref().and_then(|user| user.username.as_ref());
                name.map(|name| name.as_str().to_owned())
            };
            let found = (name(&actor), name(&other));
            assert_eq!((found.0.as_deref(), found.1.as_deref()), expected);
        }
    }

    #[test]
    fn grants_decide_where_no_label_does() {
        for (grants, labels, decision, code) in [
            (r#"[{"granted":true}]"#, "{}", Some("allow"), 200),
            (
                r#"[{"granted":true},{"granted":false}]"#,
                "{}",
                Some("forbid"),
                403,
            ),
            (r#"[{"permission":"x"}]"#, "{}", None, 200),
            ("[]", "{}", None, 200),
            (
                r#"[{"granted":true}]"#,
                r#"{"authorization.k8s.io/decision":"forbid"}"#,
                Some("forbid"),
                200,
            ),
        ] {
            let text = format!(
                r#"{{"labels":{labels},"protoPayload":{{"methodName":"io.k8s.get","authorizationInfo":{grants}}}}}"#
            );
            let entry = opened(&text).0.expect("a request");
            let annotations = entry.raw.annotations.expect("the labels");
            let found = annotations.get("authorization.k8s.io/decision");
            assert_eq!(found.map(Text::as_str), decision, "{text}");
            let status = entry.raw.response_status.and_then(|status| status.code);
            assert_eq!(status, Some(code), "{text}");
        }
    }

    #[test]
    fn other_services_are_named_and_clusters_too() {
        let (refused, cluster) = opened(
            r#"{"protoPayload":{"serviceName":"container.googleapis.com","methodName":"x"},"resource":{"type":"k8s_cluster"}}"#,
        );
        assert_eq!(
            refused.err().as_deref(),
            Some("Google Cloud audit entry of the service container.googleapis.com")
        );
        assert_eq!(cluster, None);
        let (found, cluster) = opened(
            r#"{"protoPayload":{"serviceName":"k8s.io","methodName":"io.k8s.get","resourceName":"readyz"},"resource":{"labels":{"cluster_name":"c","location":"l","project_id":"p"}},"operation":{"id":"o","first":true}}"#,
        );
        let entry = found.expect("a request");
        assert_eq!(
            entry.raw.request_uri.as_ref().map(Text::as_str),
            Some("/readyz")
        );
        assert_eq!(cluster.as_deref(), Some("p/l/c"));
        assert_eq!(entry.half, Some(Half::Start));
    }
}
