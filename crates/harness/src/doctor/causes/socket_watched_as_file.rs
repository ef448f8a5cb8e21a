//! The socket of a runtime watched as if it were a file.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, Finding, HOST, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "socket_watched_as_file",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let hides = of(used, HOST, |kind| kind.what == "connection to a socket");
    let seen: u64 = hides.iter().map(|kind| facts.count(kind)).sum();
    let touched = facts.host.sockets_touched;
    if touched == 0 || seen > 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{touched} events touch a socket as a file and none connects to it"),
        mend: "name the socket in a rule for connect: a watch of the file or its folder sees open, which no client calls",
        lines: "-a always,exit -F arch=b64 -S connect -F path=/run/docker.sock -k yaral_socket\n-a always,exit -F arch=b64 -S connect -F path=/run/containerd/containerd.sock -k yaral_socket",
        file: AUDITD,
        hides,
        weakens: BTreeSet::new(),
    }]
}
