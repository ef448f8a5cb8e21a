//! Kinds of events: what a rule is fed with, as far as the setup of a log decides.
//!
//! Two events are of one kind if a log that has one of them has the other, too,
//! as soon as it happens: requests on one resource of the Kubernetes API, opens of
//! files in one place, requests to a Docker daemon.

use std::fmt;

use yaral_udm::Event;

use super::read;

/// Requests to API servers.
pub(super) const KUBERNETES: &str = "KUBERNETES_AUDIT";
/// Docker daemons.
pub(super) const DOCKER: &str = "DOCKER_ENGINE";
/// Whatever watches hosts.
pub(super) const HOST: &str = "HOST";

/// What a watch of a socket sees, and no client of it does.
pub const SOCKET_OPENED: &str = "open of a socket";

/// A kind of events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// What tells of it: a log type, or `HOST` for whatever watches hosts, since
    /// rules about hosts read what those logs share.
    pub source: String,
    /// What happens, in words that a list of kinds is read by: `secrets read`,
    /// `pods/exec`, `launch`, `open /var/lib/kubelet`.
    pub what: String,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source, self.what)
    }
}

/// Places of files that a rule of the audit daemon is written for, with the first
/// that fits: what they begin with or hold, and what they are called here.
const PLACES: [(&str, &str); 13] = [
    ("/run/secrets/", "mounted tokens and secrets"),
    ("/var/run/secrets/", "mounted tokens and secrets"),
    ("/var/lib/kubelet/", "/var/lib/kubelet"),
    ("/var/lib/rancher/", "/var/lib/rancher"),
    ("/etc/kubernetes/", "/etc/kubernetes"),
    ("/var/lib/etcd", "/var/lib/etcd"),
    ("/var/lib/docker/", "stores of containers"),
    ("/var/lib/containers/", "stores of containers"),
    ("/var/lib/containerd/", "stores of containers"),
    ("/proc/", "/proc"),
    ("/.kube/", "configuration of clients"),
    ("/.docker/", "configuration of clients"),
    (".kubeconfig", "configuration of clients"),
];

impl Kind {
    /// The kind of an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let source = source(event);
        let what = match source {
            KUBERNETES => request(event),
            DOCKER => engine(event).to_owned(),
            HOST => host(event),
            _ => read::EVENT_TYPE.name(event).to_owned(),
        };
        Kind {
            source: source.to_owned(),
            what,
        }
    }

    /// A kind as it is written: the source, a blank, and what happens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (source, what) = text.trim().split_once(' ')?;
        Some(Kind {
            source: source.to_owned(),
            what: what.to_owned(),
        })
    }
}

/// What tells of an event. One without a log type is what it looks like.
fn source(event: &Event) -> &str {
    match read::LOG_TYPE.text(event) {
        "" | "UDM" if read::PRODUCT.text(event) == "Kubernetes" => KUBERNETES,
        "" | "UDM" if read::label(event, "docker_operation").is_some() => DOCKER,
        "" | "UDM" | "AUDITD" | "FALCO_IDS" | "TETRAGON" => HOST,
        known => known,
    }
}

/// A request to the API server: its resource, and whether it reads.
fn request(event: &Event) -> String {
    let resource = read::RESOURCE.text(event);
    if resource.is_empty() {
        return "paths without a resource".to_owned();
    }
    if let Some(subresource) = read::label(event, "k8s_subresource") {
        return format!("{resource}/{subresource}");
    }
    let verb = read::VERB.text(event);
    let reads = matches!(verb, "get" | "list" | "watch");
    format!("{resource} {}", if reads { "read" } else { "written" })
}

/// What a Docker daemon tells: its own events, or requests to it.
fn engine(event: &Event) -> &'static str {
    if read::label(event, "net_operation") == Some("listen") {
        return "listener";
    }
    match read::label(event, "docker_input") {
        Some("events") => "events",
        _ => "requests",
    }
}

/// What happens on a host.
fn host(event: &Event) -> String {
    let path = read::label(event, "path_resolved").unwrap_or_else(|| read::PATH.text(event));
    match read::EVENT_TYPE.name(event) {
        "PROCESS_LAUNCH" => "launch".to_owned(),
        "FILE_OPEN" if is_socket(path) => SOCKET_OPENED.to_owned(),
        "FILE_OPEN" => format!("open in {}", place(path)),
        "NETWORK_CONNECTION" if read::ADDRESS.of(event).is_some() => "connection".to_owned(),
        "NETWORK_CONNECTION" => "connection to a socket".to_owned(),
        "NETWORK_UNCATEGORIZED" if read::label(event, "net_operation") == Some("listen") => {
            "listener".to_owned()
        }
        other => other.to_owned(),
    }
}

fn place(path: &str) -> &'static str {
    let found = PLACES.iter().find(|(part, _)| {
        // What begins with `/.` stands below a home.
        let anywhere = !part.starts_with('/') || part.starts_with("/.");
        path.starts_with(part) || (anywhere && path.contains(part))
    });
    found.map_or("other places", |(_, name)| name)
}

/// Whether a path is that of a container runtime's socket.
pub(super) fn is_socket(path: &str) -> bool {
    path.as_bytes().ends_with(b".sock")
}
