//! The derived labels: what a record is about, in words that rules can use,
//! whichever input it came from.

use std::borrow::Cow;

use super::facts::{Docker, Facts, label};
use super::rows::image;
use crate::jwt::claim_rows;
use crate::paths;
use crate::rows::{Row, Value, fixed};

/// The table.
pub(super) static LABELS: &[Row<Docker>] = &[
    label(
        "docker_operation",
        "what is done, the same word in all inputs: `container_inspect`, `container_archive`, `exec_create`, `listen`, …; `other` for what is not known",
        "method and path of a request; Type and Action of an engine event; the message of a log line",
        |f| fixed(f.operation),
    ),
    label(
        "docker_input",
        "`events`, `debug_log` or `authz`",
        "the shape of the record",
        |f| fixed(f.input.name()),
    ),
    label(
        "docker_path",
        "the path in a container that is copied out of it or into it",
        "parameter `path` of the URI; engine events do not tell it",
        |f| f.value(f.path.as_deref()),
    ),
    label(
        "path_resolved",
        "the path without `.` and `..`, with `/var/run` followed to `/run`",
        "`docker_path`",
        |f| match f.path.as_deref() {
            None => Value::Absent,
            Some(path) => resolved(f, path),
        },
    ),
    label(
        "docker_binds",
        "what a new container mounts from the host or from volumes, as `source:target[:mode]`, joined by commas",
        "HostConfig.Binds and HostConfig.Mounts of type bind",
        |f| f.joined(&f.asked.binds),
    ),
    label(
        "docker_bind_sources",
        "the host folders of those, as `path_resolved` gives a path, joined by commas",
        "`docker_binds`",
        bind_sources,
    ),
    label(
        "docker_privileged",
        "whether a new container or exec is privileged",
        "HostConfig.Privileged; Privileged",
        |f| f.asked.privileged.map_or(Value::Absent, truth),
    ),
    label(
        "docker_cap_add",
        "the capabilities that a new container gets beyond the usual, joined by commas",
        "HostConfig.CapAdd",
        |f| f.joined(&f.asked.cap_add),
    ),
    label(
        "docker_pid_mode",
        "whose processes a new container sees, `host` for all of the host",
        "HostConfig.PidMode",
        |f| f.value(Some(&f.asked.pid_mode)),
    ),
    label(
        "docker_run_as",
        "the user that a new container or exec runs as",
        "User of the body",
        |f| f.value(Some(&f.asked.user)),
    ),
    label(
        "docker_env_names",
        "the names of the environment variables of a new container or exec, joined by commas; never their values",
        "Env of the body",
        |f| f.joined(&f.asked.env_names),
    ),
    label(
        "docker_exec_id",
        "the id of an exec",
        "the path; the answer to its creation; attribute `execID`",
        |f| f.value(Some(&f.exec)),
    ),
    label(
        "exec_program",
        "the name of the program, without path and version",
        "the command",
        |f| {
            f.words().map_or(Value::Absent, |words| {
                Value::Text(Cow::Owned(words.program))
            })
        },
    ),
    label(
        "exec_words",
        "the program and its arguments without flags and their values, joined by spaces",
        "the command; where only its text is known, cut into words as a shell would",
        |f| {
            f.words()
                .map_or(Value::Absent, |words| Value::Text(Cow::Owned(words.words)))
        },
    ),
    label(
        "container_id",
        "the container's id",
        "as target.resource",
        |f| f.value(Some(&f.container.id)),
    ),
    label(
        "container_name",
        "the container's name",
        "as target.resource",
        |f| f.value(Some(&f.container.name)),
    ),
    label(
        "container_image",
        "the container's image",
        "attribute `image` or `from`; Image of a body; the records so far; of an operation on images the image itself",
        |f| f.value(Some(image(f))),
    ),
    label(
        "net_operation",
        "`listen` for a socket that waits for connections",
        "a message about a listener",
        |f| {
            f.listener
                .as_ref()
                .map_or(Value::Absent, |_| fixed("listen"))
        },
    ),
    label(
        "docker_listener",
        "where the daemon listens, as the log writes it",
        "`API listen on …`; attribute `host` of a warning; the notice `API is accessible on …`",
        |f| f.value(f.listener.as_ref().map(|listener| &*listener.written)),
    ),
    label(
        "docker_exposure",
        "who reaches the listener: `loopback`, `all` or `address`; absent of a Unix socket",
        "`docker_listener`",
        |f| {
            let exposure = f.listener.as_ref().and_then(|listener| listener.exposure);
            exposure.map_or(Value::Absent, fixed)
        },
    ),
    label(
        "docker_tls",
        "`false` if the listener takes clients without verifying them; absent where the line does not tell",
        "the message",
        |f| {
            f.listener
                .as_ref()
                .and_then(|listener| listener.tls)
                .map_or(Value::Absent, truth)
        },
    ),
];

fn truth(value: bool) -> Value<'static> {
    fixed(if value { "true" } else { "false" })
}

fn resolved(facts: &Facts<'_>, path: &str) -> Value<'static> {
    let whole = paths::absolute(Some("/"), path);
    let resolved = paths::resolved(&whole);
    Value::Text(Cow::Owned(facts.clean(&resolved).into_owned()))
}

/// The sources that are paths; a volume has a name.
fn bind_sources<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let sources = facts.asked.binds.iter().filter_map(|bind| {
        let (source, _) = bind.split_once(':')?;
        source.starts_with('/').then(|| paths::resolved(source))
    });
    facts.joined(&sources.collect::<Vec<_>>())
}

/// The labels about a token in the record.
pub(super) static CLAIMS: &[Row<Docker>] =
    claim_rows!("a token in the command, the URI or the user agent");
