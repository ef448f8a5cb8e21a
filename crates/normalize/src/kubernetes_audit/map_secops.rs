//! Google's mapping, as far as it is published.
//!
//! The published change log gives no verb table, no product and vendor names
//! and no spelling of the keys under `additional`; rows about those say so.

use super::facts::{Audit, Facts, label, row};
use super::map_default::uid;
use crate::json::Text;
use crate::rows::{Row, Value, fixed};

/// The rows of the mapping beside the common ones.
pub(crate) static SECOPS: &[Row<Audit>] = &[
    row(
        "metadata.event_type",
        "verb and user: USER_RESOURCE_ACCESS, _CREATION, _UPDATE_CONTENT, _DELETION, else USER_UNCATEGORIZED; without a user RESOURCE_READ, _CREATION, _WRITTEN, _DELETION, else GENERIC_EVENT. The table is not stated; it is that of the published Falco mapping for the same records",
        event_type,
    ),
    row("metadata.product_event_type", "kind", |f| {
        f.value(f.raw.kind.as_ref().map(Text::as_str))
    }),
    row("network.http.method", "verb as written", |f| {
        f.value(Some(f.verb()))
    }),
    row("principal.user.userid", "user.uid", uid),
    label(
        "objectRef.name",
        "",
        "objectRef.name; the key is not stated",
        |f| {
            f.value(
                f.raw
                    .object_ref
                    .as_ref()
                    .and_then(|object| object.name.as_ref())
                    .map(Text::as_str),
            )
        },
    ),
    label(
        "objectRef.namespace",
        "",
        "objectRef.namespace; the key is not stated",
        |f| {
            f.value(
                f.raw
                    .object_ref
                    .as_ref()
                    .and_then(|object| object.namespace.as_ref())
                    .map(Text::as_str),
            )
        },
    ),
    label(
        "objectRef.resource",
        "",
        "objectRef.resource; the key is not stated",
        |f| {
            f.value(
                f.raw
                    .object_ref
                    .as_ref()
                    .and_then(|object| object.resource.as_ref())
                    .map(Text::as_str),
            )
        },
    ),
    label(
        "objectRef.apiVersion",
        "",
        "objectRef.apiVersion; the key is not stated",
        |f| {
            f.value(
                f.raw
                    .object_ref
                    .as_ref()
                    .and_then(|object| object.api_version.as_ref())
                    .map(Text::as_str),
            )
        },
    ),
];

fn event_type<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let user = facts.username().is_some();
    let (with_user, without) = match facts.verb() {
        "get" | "list" | "watch" | "head" | "options" => ("USER_RESOURCE_ACCESS", "RESOURCE_READ"),
        "create" | "post" => ("USER_RESOURCE_CREATION", "RESOURCE_CREATION"),
        "update" | "patch" | "put" => ("USER_RESOURCE_UPDATE_CONTENT", "RESOURCE_WRITTEN"),
        "delete" | "deletecollection" => ("USER_RESOURCE_DELETION", "RESOURCE_DELETION"),
        _ => ("USER_UNCATEGORIZED", "GENERIC_EVENT"),
    };
    fixed(if user { with_user } else { without })
}
