//! The derived labels of an alert.

use super::facts::{Falco, label};
use super::map_default::tags;
use crate::host::host_labels;
use crate::jwt::claim_rows;
use crate::rows::Row;

/// The labels that host logs share.
pub(super) static HOST: &[Row<Falco>] = host_labels!(
    "container.id, container.name, container.image.repository and tag; none for `host`",
    "k8s.pod.name, k8s.ns.name"
);

/// The labels of Falco, and those of the Kubernetes audit log that its alerts
/// about that log can fill.
pub(super) static LABELS: &[Row<Falco>] = &[
    label(
        "falco_source",
        "where the alert's event came from: `syscall`, `k8s_audit`, …",
        "source",
        |f| f.value(f.source()),
    ),
    label(
        "falco_tags",
        "the tags of the rule, joined by commas",
        "tags",
        tags,
    ),
    label(
        "falco_result",
        "what the call returned: `SUCCESS` or the name of an error",
        "evt.res",
        |f| f.of("evt.res"),
    ),
    label(
        "falco_operation",
        "`connect`, `accept`, `send`, `receive`, `listen`, `bind`, `read` or `write`: what was done to a socket or an open file",
        "evt.type",
        |f| f.value(f.call.map(|call| call.operation)),
    ),
    label(
        "falco_session",
        "the session of the process",
        "proc.sid",
        |f| f.of("proc.sid"),
    ),
    label(
        "falco_login_name",
        "the name of the user who logged in",
        "user.loginname",
        |f| f.of("user.loginname"),
    ),
    label(
        "k8s_subresource",
        "`exec`, `log`, `token`, `proxy`, …",
        "ka.target.subresource",
        |f| f.of("ka.target.subresource"),
    ),
    label(
        "k8s_command",
        "the command of an exec or attach, its arguments joined by spaces",
        "ka.uri.param[command]",
        |f| f.of("ka.uri.param[command]"),
    ),
    label(
        "k8s_impersonated_user",
        "whom the actor acts as; the actor stays the principal",
        "ka.impuser.name",
        |f| f.of("ka.impuser.name"),
    ),
    label(
        "k8s_stage",
        "the stage that the record reports",
        "ka.stage",
        |f| f.of("ka.stage"),
    ),
    label(
        "k8s_reason",
        "why the request was allowed or refused",
        "ka.auth.reason, else ka.response.reason",
        |f| f.of_first(&["ka.auth.reason", "ka.response.reason"]),
    ),
];

/// The labels about a token in the alert.
pub(super) static CLAIMS: &[Row<Falco>] = claim_rows!("a token in output or an output field");
