//! The default mapping: the fields that rules about HTTP and resources expect.

use std::borrow::Cow;
use std::net::IpAddr;

use super::facts::{Audit, Facts, row, time};
use crate::json::Text;
use crate::rows::{Row, Value, fixed};

/// The rows that both mappings share.
pub(crate) static COMMON: &[Row<Audit>] = &[
    row(
        "metadata.event_timestamp",
        "requestReceivedTimestamp, else timestamp, stageTimestamp, metadata.creationTimestamp",
        |f| f.time.map_or(Value::Absent, Value::Time),
    ),
    row("metadata.collected_timestamp", "stageTimestamp", collected),
    row(
        "metadata.vendor_name",
        "the constant `Kubernetes`; not stated by the published mapping",
        |_| fixed("Kubernetes"),
    ),
    row(
        "metadata.product_name",
        "the constant `Kubernetes`; not stated by the published mapping",
        |_| fixed("Kubernetes"),
    ),
    row("metadata.product_version", "apiVersion", |f| {
        f.value(f.raw.api_version.as_ref().map(Text::as_str))
    }),
    row("metadata.product_log_id", "auditID", |f| {
        f.value(f.raw.audit_id.as_ref().map(Text::as_str))
    }),
    row(
        "metadata.log_type",
        "the constant `KUBERNETES_AUDIT`",
        |_| fixed("KUBERNETES_AUDIT"),
    ),
    row("metadata.description", "stage", |f| {
        f.value(f.raw.stage.as_ref().map(Text::as_str))
    }),
    row("network.http.user_agent", "userAgent", |f| {
        f.value(f.raw.user_agent.as_ref().map(Text::as_str))
    }),
    row("network.http.response_code", "responseStatus.code", |f| {
        f.code()
            .map_or(Value::Absent, |code| Value::Int(code.into()))
    }),
    row("principal.user.user_display_name", "user.username", |f| {
        f.value(f.username())
    }),
    row("principal.user.group_identifiers", "user.groups", groups),
    row(
        "principal.ip",
        "sourceIPs, those that are addresses; all are in `k8s_source_chain`",
        addresses,
    ),
    row(
        "principal.asset.ip",
        "the same, as the product copies addresses",
        addresses,
    ),
    row("target.url", "requestURI", url),
    row(
        "target.namespace",
        "namespace in requestURI, else objectRef.namespace",
        |f| f.value(f.namespace()),
    ),
    row(
        "target.resource.resource_subtype",
        "resource in requestURI, else objectRef.resource",
        |f| f.value(f.resource()),
    ),
    row(
        "target.resource.name",
        "name in requestURI, else objectRef.name, else the name in the field selector",
        |f| f.value(f.name()),
    ),
    row(
        "security_result.action",
        "annotation authorization.k8s.io/decision: allow is ALLOW, forbid is BLOCK; without it 401 and 403 are BLOCK",
        action,
    ),
    row(
        "security_result.description",
        "annotation authorization.k8s.io/reason, else responseStatus.reason",
        |f| f.value(f.reason()),
    ),
];

/// The rows of the default mapping.
pub(crate) static DEFAULT: &[Row<Audit>] = &[
    row(
        "metadata.event_type",
        "verb: get, list, watch RESOURCE_READ; create RESOURCE_CREATION; update, patch RESOURCE_WRITTEN; delete, deletecollection RESOURCE_DELETION; else GENERIC_EVENT",
        event_type,
    ),
    row("metadata.product_event_type", "verb", |f| {
        f.value(Some(f.verb()))
    }),
    row(
        "network.http.method",
        "the HTTP method that the verb stands for",
        method,
    ),
    row("principal.user.userid", "user.username", |f| {
        f.value(f.username())
    }),
    row("principal.user.product_object_id", "user.uid", uid),
    row(
        "target.resource.type",
        "resource in requestURI, else objectRef.resource",
        |f| f.value(f.resource()),
    ),
    row(
        "target.resource.resource_type",
        "the resource, where the enum has the same thing",
        resource_type,
    ),
    row("target.resource.product_object_id", "objectRef.uid", |f| {
        f.value(f.object_uid())
    }),
    row("security_result.summary", "responseStatus.message", message),
];

fn url<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.clean_uri()
}

fn collected<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let text = facts.raw.stage_time.as_ref().map(Text::as_str);
    text.and_then(time).map_or(Value::Absent, Value::Time)
}

/// Verbs of non-resource requests are the HTTP method in lower case.
fn event_type<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    fixed(match facts.verb() {
        "get" | "list" | "watch" | "head" | "options" => "RESOURCE_READ",
        "create" | "post" => "RESOURCE_CREATION",
        "update" | "patch" | "put" => "RESOURCE_WRITTEN",
        "delete" | "deletecollection" => "RESOURCE_DELETION",
        _ => "GENERIC_EVENT",
    })
}

fn method<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    fixed(match facts.verb() {
        "get" | "list" | "watch" => "GET",
        "create" | "post" => "POST",
        "update" | "put" => "PUT",
        "patch" => "PATCH",
        "delete" | "deletecollection" => "DELETE",
        "head" => "HEAD",
        "options" => "OPTIONS",
        _ => return Value::Absent,
    })
}

pub(super) fn uid<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.value(
        facts
            .raw
            .user
            .as_ref()
            .and_then(|user| user.uid.as_ref())
            .map(Text::as_str),
    )
}

fn groups<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let groups = facts
        .raw
        .user
        .as_ref()
        .and_then(|user| user.groups.as_ref());
    let groups = groups.map(|groups| {
        groups
            .0
            .iter()
            .map(|group| facts.clean(group.as_str()))
            .collect()
    });
    Value::Many(groups.unwrap_or_default())
}

fn addresses<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let texts = facts
        .raw
        .source_ips
        .as_ref()
        .map_or(&[][..], |texts| &texts.0);
    let addresses = texts
        .iter()
        .map(Text::as_str)
        .filter(|text| text.parse::<IpAddr>().is_ok());
    Value::Many(addresses.map(Cow::Borrowed).collect())
}

fn resource_type<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    fixed(match facts.resource() {
        Some("pods") => "POD",
        Some("services") => "SERVICE",
        Some("serviceaccounts") => "SERVICE_ACCOUNT",
        Some("persistentvolumes") => "VOLUME",
        Some("roles" | "clusterroles" | "rolebindings" | "clusterrolebindings") => "ACCESS_POLICY",
        _ => return Value::Absent,
    })
}

fn action<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match (
        facts.annotation("authorization.k8s.io/decision"),
        facts.code(),
    ) {
        (Some("allow"), _) => fixed("ALLOW"),
        (Some("forbid"), _) | (None, Some(401 | 403)) => fixed("BLOCK"),
        _ => Value::Absent,
    }
}

fn message<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let status = facts.raw.response_status.as_ref();
    facts.value(
        status
            .and_then(|status| status.message.as_ref())
            .map(Text::as_str),
    )
}
