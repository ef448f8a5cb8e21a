//! Native records put into the envelopes of managed clusters, as the tests
//! need them; all synthetic.

use serde_json::{Value, json};

/// A way in which a record leaves a cluster.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Envelope {
    LogEvent,
    Subscription,
    Filtered,
    Query,
    Diagnostic,
    DiagnosticBatch,
    EncodedProperties,
    EncodedTwice,
    Diagnostics,
    Node,
    Collected,
}

pub(crate) const GROUP: &str = "/aws/eks/shop/cluster";
const STREAM: &str = "kube-apiserver-audit-0a1b";
const ID: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop";

impl Envelope {
    pub(crate) const ALL: [Self; 11] = [
        Self::LogEvent,
        Self::Subscription,
        Self::Filtered,
        Self::Query,
        Self::Diagnostic,
        Self::DiagnosticBatch,
        Self::EncodedProperties,
        Self::EncodedTwice,
        Self::Diagnostics,
        Self::Node,
        Self::Collected,
    ];

    /// A line with the record inside.
    pub(crate) fn wrap(self, record: &str) -> String {
        let event = json!({"id": "1", "timestamp": 1_795_424_400_000_i64, "message": record});
        let diagnostic = |properties: Value| {
            json!({
                "category": "kube-audit", "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
                "resourceId": ID, "time": "2026-11-23T09:00:00Z", "properties": properties,
            })
        };
        let properties = json!({"log": record, "stream": "stdout", "pod": "kube-apiserver-0"});
        match self {
            Self::LogEvent => json!({
                "timestamp": 1_795_424_400_000_i64, "message": record, "logGroup": GROUP, "logStreamName": STREAM,
            }),
            Self::Subscription => json!({
                "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": GROUP, "logStream": STREAM,
                "logEvents": [event],
            }),
            Self::Filtered => json!({"events": [{
                "logStreamName": STREAM, "timestamp": 1, "message": record, "ingestionTime": 2, "eventId": "3",
            }]}),
            Self::Query => json!({"@message": record, "@logStream": STREAM, "@log": format!("1:{GROUP}")}),
            Self::Diagnostic => diagnostic(properties),
            Self::DiagnosticBatch => json!({"records": [diagnostic(properties)]}),
            Self::EncodedProperties => diagnostic(json!(properties.to_string())),
            Self::EncodedTwice => diagnostic(json!({"log": json!(record).to_string()})),
            Self::Diagnostics => json!({
                "Category": "kube-audit", "ResourceId": ID, "log_s": record, "pod_s": "kube-apiserver-0",
            }),
            Self::Node => return format!("master-0.example.com {record}"),
            Self::Collected => json!({"log": Self::Subscription.wrap(record)}),
        }
        .to_string()
    }

    /// The labels `k8s_envelope`, `k8s_cluster` and `k8s_server`.
    pub(crate) fn labels(self) -> [Option<&'static str>; 3] {
        match self {
            Self::LogEvent | Self::Subscription | Self::Query | Self::Collected => {
                [Some("eks"), Some("shop"), None]
            }
            Self::Filtered => [Some("eks"), None, None],
            Self::Node => [Some("openshift"), None, Some("master-0.example.com")],
            _ => [Some("aks"), Some("shop"), None],
        }
    }
}

/// A native record as a row of `AKSAudit`; what the table has no column for is
/// lost. With `as_text` the columns that hold objects hold their text.
pub(crate) fn row(record: &Value, as_text: bool) -> String {
    const COLUMNS: [(&str, &str); 15] = [
        ("level", "Level"),
        ("auditID", "AuditId"),
        ("stage", "Stage"),
        ("requestURI", "RequestUri"),
        ("verb", "Verb"),
        ("user", "User"),
        ("sourceIPs", "SourceIps"),
        ("userAgent", "UserAgent"),
        ("objectRef", "ObjectRef"),
        ("responseStatus", "ResponseStatus"),
        ("requestObject", "RequestObject"),
        ("responseObject", "ResponseObject"),
        ("requestReceivedTimestamp", "RequestReceivedTime"),
        ("stageTimestamp", "StageReceivedTime"),
        ("annotations", "Annotations"),
    ];
    let mut row = json!({"Type": "AKSAudit", "_ResourceId": ID, "AuditId": "", "PodName": "kube-apiserver-0"});
    for (member, column) in COLUMNS {
        match record.get(member) {
            None => {}
            Some(value) if as_text && !value.is_string() => row[column] = json!(value.to_string()),
            Some(value) => row[column] = value.clone(),
        }
    }
    row.to_string()
}

/// A request as both tell it: an entry of GKE, and the native record without
/// what the entry cannot know.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) verb: &'static str,
    /// Group, version and resource.
    pub(crate) kind: (&'static str, &'static str, &'static str),
    pub(crate) namespace: Option<&'static str>,
    pub(crate) name: Option<&'static str>,
    pub(crate) subresource: Option<&'static str>,
    pub(crate) user: &'static str,
    /// The gRPC code and the HTTP status.
    pub(crate) code: (i32, i32),
    pub(crate) decision: &'static str,
    pub(crate) body: Value,
}

impl Told {
    pub(crate) fn native(&self) -> String {
        let (group, version, resource) = self.kind;
        let mut object = json!({"resource": resource, "apiVersion": version});
        let parts = [
            ("apiGroup", (!group.is_empty()).then_some(group)),
            ("namespace", self.namespace),
            ("name", self.name),
            ("subresource", self.subresource),
        ];
        for (member, part) in parts {
            if let Some(part) = part {
                object[member] = json!(part);
            }
        }
        json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "stage": "ResponseComplete", "auditID": "told",
            "verb": self.verb, "user": {"username": self.user}, "sourceIPs": ["203.0.113.7"], "userAgent": "kubectl",
            "objectRef": object, "responseStatus": {"code": self.code.1, "message": "why"},
            "requestObject": self.body, "annotations": {"authorization.k8s.io/decision": self.decision},
            "requestReceivedTimestamp": "2026-11-23T09:00:00.5Z", "stageTimestamp": "2026-11-23T09:00:01Z",
        })
        .to_string()
    }

    pub(crate) fn entry(&self) -> String {
        let (group, version, resource) = self.kind;
        let group_parts: Vec<&str> = match group {
            "" => vec!["io", "k8s", "core"],
            "apps" => vec!["io", "k8s", "apps"],
            group => group.split('.').rev().collect(),
        };
        let mut method = group_parts;
        method.extend([version, resource]);
        method.extend(self.subresource);
        method.push(self.verb);
        let mut name = vec![if group.is_empty() { "core" } else { group }, version];
        if let Some(namespace) = self.namespace.filter(|_| resource != "namespaces") {
            name.extend(["namespaces", namespace]);
        }
        name.push(resource);
        name.extend(self.name);
        name.extend(self.subresource);
        json!({
            "insertId": "x", "timestamp": "2026-11-23T09:00:00.5Z", "receiveTimestamp": "2026-11-23T09:00:01Z",
            "labels": {"authorization.k8s.io/decision": self.decision},
            "operation": {"id": "told", "first": true, "last": true},
            "resource": {"type": "k8s_cluster", "labels": {"project_id": "p", "location": "l", "cluster_name": "shop"}},
            "protoPayload": {
                "serviceName": "k8s.io", "methodName": method.join("."), "resourceName": name.join("/"),
                "authenticationInfo": {"principalEmail": self.user}, "request": self.body,
                "requestMetadata": {"callerIp": "203.0.113.7", "callerSuppliedUserAgent": "kubectl"},
                "status": {"code": self.code.0, "message": "why"},
            },
        })
        .to_string()
    }
}

/// An entry with the bodies of a native record about the same resource.
pub(crate) fn planted_entry(record: &Value) -> String {
    let uri = record["requestURI"].as_str().unwrap_or_default();
    let written = record["objectRef"]["resource"].as_str().unwrap_or("pods");
    let asked = ["secrets", "tokenreviews", "serviceaccounts"];
    let asked = asked.into_iter().find(|resource| uri.contains(resource));
    let (resource, last) = (asked.unwrap_or("pods"), uri.contains("/token"));
    let name = format!(
        "core/v1/namespaces/a/{resource}/b{}",
        if last && resource == "serviceaccounts" {
            "/token"
        } else {
            ""
        }
    );
    let mut entry = json!({
        "insertId": "x", "protoPayload": {
            "serviceName": "k8s.io", "methodName": format!("io.k8s.core.v1.{written}.create"), "resourceName": name,
            "authenticationInfo": {"principalEmail": record["user"]["username"]},
            "requestMetadata": {"callerSuppliedUserAgent": record["userAgent"]},
            "status": {"message": record["responseStatus"]["message"]},
        },
        "labels": {"authorization.k8s.io/reason": record["annotations"]["authorization.k8s.io/reason"].as_str().unwrap_or_default()},
    });
    for (member, place) in [("requestObject", "request"), ("responseObject", "response")] {
        if let Some(body) = record.get(member) {
            entry["protoPayload"][place] = body.clone();
        }
    }
    entry.to_string()
}
