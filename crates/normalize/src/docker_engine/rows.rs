//! The mapping. Google publishes none for Docker, so both mappings are ours
//! and the same.

use std::borrow::Cow;

use super::facts::{Call, Docker, Facts, row};
use super::kinds::Kind;
use crate::rows::{Row, Value, fixed};

/// The rows of both mappings.
pub(super) static ROWS: &[Row<Docker>] = &[
    row(
        "metadata.event_timestamp",
        "`timeNano`, else `time` of an engine event; `time` of a log line; `_ts` of a plugin record, which is absent where no recorder adds it",
        |f| f.time.map_or(Value::Absent, Value::Time),
    ),
    row(
        "metadata.event_type",
        "the operation: reads RESOURCE_READ, creations RESOURCE_CREATION, deletions RESOURCE_DELETION, other requests RESOURCE_WRITTEN, an exec whose command is known PROCESS_LAUNCH; engine events of start and stop SERVICE_START and SERVICE_STOP, of the end of an exec PROCESS_TERMINATION; listeners NETWORK_UNCATEGORIZED; other log lines STATUS_UPDATE, STATUS_STARTUP, STATUS_SHUTDOWN",
        |f| fixed(f.event_type),
    ),
    row("metadata.vendor_name", "the constant `Docker`", |_| {
        fixed("Docker")
    }),
    row(
        "metadata.product_name",
        "the constant `Docker Engine`",
        |_| fixed("Docker Engine"),
    ),
    row("metadata.log_type", "the constant `DOCKER_ENGINE`", |_| {
        fixed("DOCKER_ENGINE")
    }),
    row(
        "metadata.product_event_type",
        "the operation, as in `docker_operation`",
        |f| fixed(f.operation),
    ),
    row(
        "metadata.description",
        "`Action` of an engine event, the message of a log line that is no API call, `_phase` of a plugin record",
        |f| f.value(f.description.as_deref()),
    ),
    row(
        "network.http.method",
        "RequestMethod; the method in the log",
        |f| f.value(f.call.as_ref().map(|call| &*call.method)),
    ),
    row(
        "target.url",
        "RequestUri as written; the URI in the log",
        uri,
    ),
    row(
        "network.http.response_code",
        "ResponseStatusCode; absent where the plugin record lacks it, as of most answers with 200 or 101",
        |f| of_call(f, |call| call.code).map_or(Value::Absent, Value::Int),
    ),
    row(
        "network.http.user_agent",
        "User-Agent in RequestHeaders",
        |f| f.value(of_call(f, |call| call.agent.as_deref())),
    ),
    row(
        "principal.hostname",
        "the host in a prefix of syslog, `_HOSTNAME` of the journal",
        |f| f.value(f.host.as_deref()),
    ),
    row("principal.user.userid", "User of a plugin record", |f| {
        f.value(of_call(f, |call| call.user.as_deref()))
    }),
    row(
        "principal.user.user_display_name",
        "User of a plugin record",
        |f| f.value(of_call(f, |call| call.user.as_deref())),
    ),
    row("principal.ip", "the address of a listener", |f| {
        let ip = f.listener.as_ref().and_then(|listener| listener.ip);
        Value::Many(
            ip.map(|ip| Cow::Owned(ip.to_string()))
                .into_iter()
                .collect(),
        )
    }),
    row("principal.port", "the port of a listener", |f| {
        let port = f.listener.as_ref().and_then(|listener| listener.port);
        port.map_or(Value::Absent, |port| Value::Int(port.into()))
    }),
    row(
        "target.resource.product_object_id",
        "the id of the container or other object, worked out from the records so far where a name was given",
        |f| f.value(Some(own(f, &f.container.id, &f.id))),
    ),
    row(
        "target.resource.name",
        "its name, worked out from the records so far where an id was given",
        |f| f.value(Some(own(f, &f.container.name, &f.name))),
    ),
    row(
        "target.resource.resource_type",
        "the kind of object, where the enum has the same thing",
        |f| {
            f.kind
                .and_then(Kind::resource_type)
                .map_or(Value::Absent, fixed)
        },
    ),
    row(
        "target.resource.resource_subtype",
        "Docker's word for the kind of object",
        |f| f.kind.map_or(Value::Absent, |kind| fixed(kind.name())),
    ),
    row(
        "target.asset.asset_id",
        "`container_id:` and the id of the container, as in the published Falco mapping",
        |f| {
            let id = &f.container.id;
            let shown = || Value::Text(Cow::Owned(format!("container_id:{}", f.clean(id))));
            if id.is_empty() {
                Value::Absent
            } else {
                shown()
            }
        },
    ),
    row(
        "target.file.full_path",
        "the image, as in the published Falco mapping",
        |f| f.value(Some(image(f))),
    ),
    row(
        "target.process.command_line",
        "the command of an exec or of a creation, its arguments joined by spaces; of a start of an exec what its creation said",
        command_line,
    ),
    row(
        "target.process.file.full_path",
        "the first argument, if it names a folder",
        program,
    ),
    row(
        "security_result.action",
        "BLOCK for ResponseStatusCode 401 and 403",
        |f| match of_call(f, |call| call.code) {
            Some(401 | 403) => fixed("BLOCK"),
            _ => Value::Absent,
        },
    ),
    row(
        "security_result.description",
        "attribute `error` of a log line",
        |f| f.value(f.error.as_deref()),
    ),
    row(
        "security_result.severity",
        "the level of a log line: fatal CRITICAL, error HIGH, warning MEDIUM, info INFORMATIONAL; HIGH for a listener beyond the host that verifies nobody",
        |f| f.severity.map_or(Value::Absent, fixed),
    ),
];

fn of_call<'f, T>(
    facts: &'f Facts<'_>,
    member: impl FnOnce(&'f Call<'f>) -> Option<T>,
) -> Option<T> {
    facts.call.as_ref().and_then(member)
}

fn uri<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.uri()
}

fn command_line<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.command_line()
}

fn program<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.program()
}

/// Of an operation on containers the first text, else the second.
fn own<'f>(facts: &Facts<'_>, container: &'f str, other: &'f str) -> &'f str {
    match facts.kind {
        Some(Kind::Container | Kind::Exec) => container,
        _ => other,
    }
}

/// The image of a container, or the one that an operation is about.
pub(super) fn image<'f>(facts: &'f Facts<'_>) -> &'f str {
    match facts.kind {
        Some(Kind::Image) => &facts.name,
        _ => &facts.container.image,
    }
}
