//! The line that logs a kind of events, for kinds that nobody can say are missing.

use super::kind::Kind;

/// API groups of resources that are not of the core group.
const GROUPS: [(&str, &str); 12] = [
    ("certificatesigningrequests", "certificates.k8s.io"),
    ("clusterrolebindings", "rbac.authorization.k8s.io"),
    ("clusterroles", "rbac.authorization.k8s.io"),
    ("cronjobs", "batch"),
    ("daemonsets", "apps"),
    ("deployments", "apps"),
    ("jobs", "batch"),
    (
        "mutatingwebhookconfigurations",
        "admissionregistration.k8s.io",
    ),
    ("selfsubjectaccessreviews", "authorization.k8s.io"),
    ("selfsubjectrulesreviews", "authorization.k8s.io"),
    ("statefulsets", "apps"),
    (
        "validatingwebhookconfigurations",
        "admissionregistration.k8s.io",
    ),
];

/// Resources whose names and values must not be in a log.
const SECRET: [&str; 2] = ["secrets", "configmaps"];

/// The line that logs events of this kind, where one is known.
#[must_use]
pub fn hint(kind: &Kind) -> Option<String> {
    match kind.source.as_str() {
        "KUBERNETES_AUDIT" => Some(policy(&kind.what)),
        "HOST" => host(&kind.what).map(str::to_owned),
        "DOCKER_ENGINE" => Some("{ \"debug\": true } in daemon.json".to_owned()),
        _ => None,
    }
}

fn policy(what: &str) -> String {
    let resource = what.split(' ').next().unwrap_or_default();
    if what.starts_with("paths ") {
        return "- level: Metadata  # behind all rules with nonResourceURLs of level None"
            .to_owned();
    }
    let (level, reads) = (
        if SECRET.contains(&resource) {
            "Metadata"
        } else {
            "Request"
        },
        what.ends_with(" read"),
    );
    let level = if reads { "Metadata" } else { level };
    let named = resource.split('/').next().unwrap_or_default();
    let group = GROUPS.iter().find(|(name, _)| *name == named);
    let group = group.map_or("", |(_, group)| group);
    format!(
        "- {{ level: {level}, resources: [{{ group: \"{group}\", resources: [{resource}] }}] }}"
    )
}

fn host(what: &str) -> Option<&'static str> {
    Some(match what {
        "launch" => "-a always,exit -F arch=b64 -S execve -S execveat -k yaral_exec",
        "connection to a socket" => {
            "-a always,exit -F arch=b64 -S connect -F path=/run/docker.sock -k yaral_socket"
        }
        "connection" => {
            "-a always,exit -F arch=b64 -S connect -F a2=16 -F auid!=unset -k yaral_connect"
        }
        "listener" => "-a always,exit -F arch=b64 -S bind -F a2=16 -k yaral_listen",
        "open in mounted tokens and secrets" => "-w /var/run/secrets -p r -k yaral_token",
        "open in /var/lib/kubelet" => {
            "-a always,exit -F arch=b64 -S open,openat,openat2 -F dir=/var/lib/kubelet/pods -F auid!=unset -k yaral_kubelet"
        }
        "open in /etc/kubernetes" => "-w /etc/kubernetes -p r -k yaral_conf",
        "open in /var/lib/etcd" => "-w /var/lib/etcd -p r -k yaral_etcd",
        "open in stores of containers" => {
            "-a always,exit -F arch=b64 -S open,openat,openat2 -F dir=/var/lib/docker -F auid!=unset -k yaral_store"
        }
        "open in configuration of clients" => "-w KUBECONFIG -p r -k yaral_kubeconfig",
        "open in /proc" => {
            "-a always,exit -F arch=b64 -S open,openat,openat2 -F uid>=10000 -F uid<60000 -k yaral_container_open"
        }
        _ => return None,
    })
}
