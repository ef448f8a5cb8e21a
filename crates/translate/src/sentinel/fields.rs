//! The columns of Azure's tables: `AKSAudit`, those of Defender for Endpoint,
//! and the parser of ASIM for what Defender does not record, opened files.

use crate::fit;
use crate::source::Kind;

/// The table of a kind of source, and what its rows must be beforehand.
pub(super) fn source(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Kubernetes => ("AKSAudit", ""),
        Kind::Docker => ("DockerEngine_CL", ""),
        Kind::Process => ("DeviceProcessEvents", ""),
        Kind::File => ("imFileEvent", "EventType == \"FileAccessed\""),
        Kind::Connection => (
            "DeviceNetworkEvents",
            "ActionType startswith \"Connection\"",
        ),
        Kind::Listener => (
            "DeviceNetworkEvents",
            "ActionType == \"ListeningConnectionCreated\"",
        ),
    }
}

const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "Annotations[\"authorization.k8s.io/reason\"]",
    ),
    ("auditID", "AuditId"),
    ("impersonatedUser.groups", "ImpersonatedUser.groups"),
    ("impersonatedUser.username", "ImpersonatedUser.username"),
    ("level", "Level"),
    ("objectRef.apiGroup", "ObjectRef.apiGroup"),
    ("objectRef.apiVersion", "ObjectRef.apiVersion"),
    ("objectRef.name", "ObjectRef.name"),
    ("objectRef.namespace", "ObjectRef.namespace"),
    ("objectRef.resource", "ObjectRef.resource"),
    ("objectRef.subresource", "ObjectRef.subresource"),
    ("requestObject", "RequestObject"),
    ("requestURI", "RequestUri"),
    ("responseStatus.code", "ResponseStatus.code"),
    ("responseStatus.message", "ResponseStatus.message"),
    ("responseStatus.reason", "ResponseStatus.reason"),
    ("sourceIPs", "SourceIps"),
    ("stage", "Stage"),
    (
        "user.extra.credential-id",
        "User.extra[\"authentication.kubernetes.io/credential-id\"]",
    ),
    (
        "user.extra.node-name",
        "User.extra[\"authentication.kubernetes.io/node-name\"]",
    ),
    (
        "user.extra.pod-name",
        "User.extra[\"authentication.kubernetes.io/pod-name\"]",
    ),
    ("user.groups", "User.groups"),
    ("user.uid", "User.uid"),
    ("user.username", "User.username"),
    ("userAgent", "UserAgent"),
    ("verb", "Verb"),
];

const DOCKER: &[(&str, &str)] = &[
    ("RequestBody", "RequestBody"),
    (
        "RequestHeaders.User-Agent",
        "RequestHeaders[\"User-Agent\"]",
    ),
    ("RequestMethod", "RequestMethod"),
    ("RequestUri", "RequestUri"),
    ("ResponseStatusCode", "ResponseStatusCode"),
    ("User", "User"),
    ("message", "message"),
];

const PROCESS: &[(&str, &str)] = &[
    ("CommandLine", "ProcessCommandLine"),
    ("Host", "DeviceName"),
    ("Image", "FolderPath"),
    ("ParentCommandLine", "InitiatingProcessCommandLine"),
    ("ParentImage", "InitiatingProcessFolderPath"),
    ("UserName", "AccountName"),
];

const FILE: &[(&str, &str)] = &[
    ("CommandLine", "ActingProcessCommandLine"),
    ("Host", "DvcHostname"),
    ("Image", "ActingProcessName"),
    ("TargetFilename", "TargetFilePath"),
    ("User", "ActorUserId"),
    ("UserName", "ActorUsername"),
];

const CONNECTION: &[(&str, &str)] = &[
    ("CommandLine", "InitiatingProcessCommandLine"),
    ("DestinationIp", "RemoteIP"),
    ("DestinationPort", "RemotePort"),
    ("Host", "DeviceName"),
    ("Image", "InitiatingProcessFolderPath"),
    ("LocalIp", "LocalIP"),
    ("LocalPort", "LocalPort"),
    ("UserName", "InitiatingProcessAccountName"),
];

/// The column of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let table = match kind {
        Kind::Kubernetes => KUBERNETES,
        Kind::Docker => DOCKER,
        Kind::Process => PROCESS,
        Kind::File => FILE,
        Kind::Connection | Kind::Listener => CONNECTION,
    };
    fit::column(table, None, field)
}
