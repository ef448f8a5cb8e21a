//! EKS: the audit log as it leaves CloudWatch Logs.
//!
//! A log event holds the record as text in `message`. It comes alone, in the
//! batch of a subscription (`logEvents`), in the answer of a query for events
//! (`events`), and with the member names of agents and of log queries. All
//! logs of a cluster share one group; the stream tells them apart.

use std::borrow::Cow;

use super::{Opened, Origin, Outline, Vendor, holds_document, list, other, part, string};

/// The streams of the group that are not the audit log, and who writes them.
const OTHERS: [(&str, &str); 5] = [
    ("authenticator-", "authenticator"),
    ("kube-apiserver-", "API server"),
    ("kube-controller-manager-", "controller manager"),
    ("kube-scheduler-", "scheduler"),
    ("cloud-controller-manager-", "cloud controller manager"),
];

pub(super) fn open<'a>(outline: &Outline<'a>, origin: &mut Origin<'a>) -> Option<Opened<'a>> {
    let group = first([
        string(outline.log_group),
        string(outline.log_group_name),
        string(outline.agent_group),
        string(outline.query_group),
    ]);
    let stream = first([
        string(outline.log_stream),
        string(outline.log_stream_name),
        string(outline.agent_stream),
        string(outline.query_stream),
    ]);
    // Rows that hold a record elsewhere may have a message, too.
    let elsewhere = outline.log.is_some() || outline.body.is_some();
    let message = outline
        .message
        .or(outline.query_message)
        .filter(|message| !elsewhere || holds_document(message));
    let events = list(outline.log_events).or_else(|| list(outline.events));
    let marked = group.is_some()
        || stream.is_some()
        || outline.ingestion_time.is_some()
        || outline.timestamp.is_some_and(|time| is_number(time.get()))
        || origin.vendor == Some(Vendor::Eks);
    let kind = string(outline.message_type)
        .filter(|kind| matches!(&**kind, "DATA_MESSAGE" | "CONTROL_MESSAGE"));
    if !(kind.is_some()
        || events.is_some()
        || outline.awslogs.is_some()
        || (marked && message.is_some()))
    {
        return None;
    }
    origin.vendor = Some(Vendor::Eks);
    if let Some(cluster) = group.and_then(|group| part(group, cluster)) {
        origin.cluster = Some(cluster);
    }
    if stream.is_some() {
        origin.server = stream;
    }
    if kind.is_some_and(|kind| kind == "CONTROL_MESSAGE") {
        return Some(other("a control message of CloudWatch Logs".to_owned()));
    }
    if let Some(events) = events {
        return Some(Opened::List(events));
    }
    let Some(message) = message else {
        let what = "a compressed batch of CloudWatch Logs, or one without events";
        return Some(other(what.to_owned()));
    };
    if let Some(writer) = origin.server.as_deref().and_then(writer) {
        return Some(other(format!("EKS log stream of the {writer}")));
    }
    if !holds_document(message) {
        return Some(other("a log event that holds no object".to_owned()));
    }
    Some(Opened::Inside(message))
}

fn first<const N: usize>(texts: [Option<Cow<'_, str>>; N]) -> Option<Cow<'_, str>> {
    texts.into_iter().flatten().next()
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

/// The cluster that a log group belongs to. A log query puts the account
/// before the group.
fn cluster(group: &str) -> Option<&str> {
    let start = group.find("/aws/eks/")?;
    let (_, path) = group.split_at(start);
    let name = path.strip_prefix("/aws/eks/")?.split('/').next()?;
    Some(name).filter(|name| !name.is_empty())
}

/// Who writes a stream, if it is not the audit log. The name of the audit
/// log's stream begins like that of the API server's own.
fn writer(stream: &str) -> Option<&'static str> {
    if stream.starts_with("kube-apiserver-audit") {
        return None;
    }
    let found = OTHERS.iter().find(|(start, _)| stream.starts_with(start));
    found.map(|(_, writer)| *writer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_name_clusters_and_streams_their_writers() {
        for (group, expected) in [
            ("/aws/eks/shop/cluster", Some("shop")),
            ("123456789012:/aws/eks/shop/cluster", Some("shop")),
            ("/aws/eks/", None),
            ("/aws/lambda/shop", None),
        ] {
            assert_eq!(cluster(group), expected, "{group}");
        }
        for (stream, expected) in [
            ("kube-apiserver-audit-0123", None),
            ("kube-apiserver-0123", Some("API server")),
            ("authenticator-0123", Some("authenticator")),
            ("ip-10-0-0-1", None),
        ] {
            assert_eq!(writer(stream), expected, "{stream}");
        }
    }
}
