//! The derived labels of an event.

use std::borrow::Cow;

use super::facts::{Facts, Tetragon, label};
use super::raw::text;
use crate::host::host_labels;
use crate::json::Scalar;
use crate::jwt::claim_rows;
use crate::rows::{Row, Value};

/// The labels that host logs share.
pub(super) static HOST: &[Row<Tetragon>] = host_labels!(
    "process.pod.container: id without the runtime's name, name, image.name; outside of pods process.docker, which is a part of the id",
    "process.pod"
);

/// The labels of Tetragon.
pub(super) static LABELS: &[Row<Tetragon>] = &[
    label(
        "tetragon_function",
        "the probed function, tracepoint or hook",
        "function_name, else event, symbol, name",
        |f| f.value(f.probed.function),
    ),
    label(
        "tetragon_operation",
        "`connect`, `close`, `accept`, `send`, `receive`, `listen`, `bind`, `read` or `write`: what was done to a socket or an open file",
        "the kind of event or the function",
        |f| f.value(Some(f.call().operation)),
    ),
    label(
        "tetragon_policy",
        "the tracing policy that the event comes from",
        "policy_name",
        |f| f.of(f.happening.policy.as_ref()),
    ),
    label(
        "tetragon_action",
        "what the policy did, in lower case and without its prefix, such as `post` or `sigkill`",
        "action",
        |f| action(f, f.happening.action.as_ref()),
    ),
    label(
        "tetragon_return_action",
        "what the policy did when the function returned",
        "return_action",
        |f| action(f, f.happening.return_action.as_ref()),
    ),
    label(
        "tetragon_return",
        "what the function returned",
        "the number, text or error in return",
        result,
    ),
    label(
        "tetragon_tags",
        "the tags of the policy, joined by commas",
        "tags",
        tags,
    ),
    label(
        "tetragon_exec_id",
        "the id that Tetragon gives the process",
        "process.exec_id",
        |f| f.of(f.raw_process().and_then(|process| process.exec_id.as_ref())),
    ),
    label(
        "tetragon_parent_exec_id",
        "the id of its parent",
        "process.parent_exec_id",
        |f| {
            f.of(f
                .raw_process()
                .and_then(|process| process.parent_exec_id.as_ref()))
        },
    ),
    label(
        "tetragon_flags",
        "how the process came about, such as `execve clone`",
        "process.flags",
        |f| f.of(f.raw_process().and_then(|process| process.flags.as_ref())),
    ),
    label(
        "tetragon_workload",
        "the workload of the pod",
        "process.pod.workload",
        |f| f.value(f.workload()),
    ),
    label(
        "tetragon_cluster",
        "the cluster of the node",
        "cluster_name",
        |f| f.of(f.export.cluster_name.as_ref()),
    ),
    label(
        "tetragon_status",
        "the exit status of the process, else the signal that ended it",
        "status, signal",
        |f| {
            let status = text(f.happening.status.as_ref());
            f.value(status.or_else(|| text(f.happening.signal.as_ref())))
        },
    ),
];

/// The labels about a token in the event.
pub(super) static CLAIMS: &[Row<Tetragon>] =
    claim_rows!("a token in process.arguments or a text among args");

fn action<'a>(facts: &'a Facts<'a>, member: Option<&'a Scalar<'a>>) -> Value<'a> {
    let Some(action) = text(member) else {
        return Value::Absent;
    };
    let bare = action.strip_prefix("KPROBE_ACTION_").unwrap_or(action);
    facts.owned(&bare.to_ascii_lowercase())
}

fn result<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let Some(result) = facts.happening.result.as_ref() else {
        return Value::Absent;
    };
    let error = result.error.as_ref();
    let error =
        error.and_then(|error| text(error.message.as_ref()).or_else(|| text(error.code.as_ref())));
    let plain = text(result.int.as_ref()).or_else(|| text(result.string.as_ref()));
    facts.value(plain.or(error))
}

fn tags<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let tags = facts.happening.tags.as_deref().unwrap_or_default();
    let tags: Vec<_> = tags.iter().map(|tag| facts.clean(tag.as_str())).collect();
    Value::Text(Cow::Owned(tags.join(",")))
}
