//! A pod acted, was entered, or was made.

use super::super::scene::Scene;
use super::{Commands, Line, Step};

/// The deny-all policy for whatever has the label `quarantine=true`.
const QUARANTINE: &str = "printf '%s' '{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\
    \"NetworkPolicy\",\"metadata\":{\"name\":\"quarantine\"},\"spec\":{\"podSelector\":\
    {\"matchLabels\":{\"quarantine\":\"true\"}},\"policyTypes\":[\"Ingress\",\"Egress\"]}}' \
    | kubectl apply -f -";

/// Keeps the pod and its logs, cuts it off the network, and deletes it, with
/// which the tokens that are bound to it are void.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if let Some((namespace, name)) = &scene.pod {
        respond(namespace.as_deref(), name, commands);
    }
    let Some(name) = scene.name.as_deref() else {
        return;
    };
    let namespace = scene.namespace.as_deref();
    let entered = [
        "exec",
        "attach",
        "portforward",
        "ephemeralcontainers",
        "proxy",
    ];
    let made = scene.verb.as_deref() == Some("create") && scene.is("pods", "");
    if made || entered.iter().any(|below| scene.is("pods", below)) {
        respond(namespace, name, commands);
    } else if scene.is("pods", "") || scene.is("pods", "log") {
        let look = Line::new("kubectl get")
            .kube("pod/", name)
            .namespace(namespace);
        commands.add(Step::Look, look.words("-o wide"));
    }
}

fn respond(namespace: Option<&str>, name: &str, commands: &mut Commands) {
    let pod = |words: &'static str| Line::new(words).kube("pod/", name).namespace(namespace);
    commands.add(Step::Look, pod("kubectl get -o wide"));
    commands.add(Step::Preserve, pod("kubectl get -o yaml"));
    commands.add(
        Step::Preserve,
        pod("kubectl logs --all-containers --timestamps"),
    );
    commands.add(
        Step::Isolate,
        pod("kubectl label --overwrite").words("quarantine=true"),
    );
    commands.add(Step::Isolate, Line::new(QUARANTINE).namespace(namespace));
    commands.add(Step::Cut, pod("kubectl delete"));
}
