//! A node was asked directly, past the checks of the API server.

use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// The ports of a kubelet, with and without authentication.
const PORTS: [&str; 2] = ["10250", "10255"];

/// Shows the node and the pods whose secrets it holds, and lets no new pod come.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if scene.family == Family::Host {
        let asked = scene
            .port
            .as_deref()
            .is_some_and(|port| PORTS.contains(&port));
        if asked {
            let words = "ss -tnp '( dport = :10250 or dport = :10255 )'";
            commands.add(Step::Look, Line::new(words));
        }
        return;
    }
    let below = scene.subresource.as_deref().unwrap_or_default();
    let Some(name) = scene.name.as_deref().filter(|_| scene.is("nodes", below)) else {
        return;
    };
    commands.add(
        Step::Look,
        Line::new("kubectl get -o wide").kube("node/", name),
    );
    let pods = Line::new("kubectl get pods --all-namespaces -o wide");
    commands.add(
        Step::Look,
        pods.kube("--field-selector=spec.nodeName=", name),
    );
    if below == "proxy" {
        commands.add(Step::Isolate, Line::new("kubectl cordon").operand(name));
    }
}
