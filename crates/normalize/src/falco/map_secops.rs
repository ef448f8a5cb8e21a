//! Google's mapping of Falco's alerts, as it is published.
//!
//! It fills the process of a system call into labels of the resource, and the
//! image of the container into the path of the target's file.

use super::facts::{Facts, Falco, label, row};
use crate::rows::{Row, Value, fixed};

/// The rows of the mapping beside the common ones.
pub(super) static SECOPS: &[Row<Falco>] = &[
    row(
        "metadata.event_type",
        "ka.verb: get, list, watch USER_RESOURCE_ACCESS; create USER_RESOURCE_CREATION; update, patch USER_RESOURCE_UPDATE_CONTENT; delete USER_RESOURCE_DELETION; without one USER_RESOURCE_ACCESS if output mentions an `Error`, else USER_UNCATEGORIZED; without a user GENERIC_EVENT",
        official_type,
    ),
    row(
        "principal.hostname",
        "falco.host.name; else hostname, which is not stated",
        |f| f.value(f.hostname()),
    ),
    row("principal.user.userid", "user.uid", |f| f.of("user.uid")),
    row(
        "principal.ip",
        "falco.host.ip, else ka.sourceips",
        |f| match f.alert.field("falco.host.ip") {
            Some(ip) => f.value(Some(ip)),
            None => Value::Many(f.sources()),
        },
    ),
    row("target.hostname", "host-name", |f| f.of("host-name")),
    row("target.ip", "host-ip", |f| f.of("host-ip")),
    row("target.file.full_path", "container.image.repository", |f| {
        f.of("container.image.repository")
    }),
    label("k8s_ns_name", "", "k8s.ns.name", |f| f.of("k8s.ns.name")),
    label("k8s_pod_name", "", "k8s.pod.name", |f| f.of("k8s.pod.name")),
];

/// The published rule for the type. Its conditions on an id of the user are
/// read as: a user is known.
pub(super) fn official_type<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let user = ["user.name", "user.uid", "user.loginuid", "ka.user.name"];
    if facts.alert.first(&user).is_none() {
        return fixed("GENERIC_EVENT");
    }
    fixed(match facts.alert.field("ka.verb") {
        Some("get" | "list" | "watch") => "USER_RESOURCE_ACCESS",
        Some("create") => "USER_RESOURCE_CREATION",
        Some("update" | "patch") => "USER_RESOURCE_UPDATE_CONTENT",
        Some("delete") => "USER_RESOURCE_DELETION",
        None if facts.speaks_of_error() => "USER_RESOURCE_ACCESS",
        None => "USER_UNCATEGORIZED",
        Some(_) => "GENERIC_EVENT",
    })
}
