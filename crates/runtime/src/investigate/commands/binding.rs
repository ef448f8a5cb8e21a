//! The API server names the binding that allowed a request.
//!
//! `RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to …`; a binding in
//! a namespace is `"b/namespace"`. Names are quoted as Go quotes them, so that one
//! with a backslash in it is not read.

use super::super::scene::Scene;
use super::{Commands, Line, Step};

/// Shows and keeps the binding, and deletes it, unless the cluster stands on it.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let Some(reason) = scene.reason.as_deref() else {
        return;
    };
    let Some(rest) = reason.strip_prefix("RBAC: allowed by ") else {
        return;
    };
    let (before, rest) = if let Some(rest) = rest.strip_prefix("ClusterRoleBinding ") {
        ("clusterrolebinding/", rest)
    } else if let Some(rest) = rest.strip_prefix("RoleBinding ") {
        ("rolebinding/", rest)
    } else {
        return;
    };
    let Some(name) = go_quoted(rest) else {
        return;
    };
    let (name, namespace) = match name.split_once('/') {
        Some((name, namespace)) => (name, Some(namespace)),
        None => (name, None),
    };
    let binding = |words: &'static str| {
        let line = Line::new(words).kube(before, name);
        if before == "rolebinding/" {
            line.namespace(namespace)
        } else {
            line
        }
    };
    commands.add(Step::Look, binding("kubectl describe"));
    commands.add(Step::Preserve, binding("kubectl get -o yaml"));
    if !holds_the_cluster(name) && !scene.refused() {
        commands.add(Step::Cut, binding("kubectl delete"));
    }
}

/// Whether a binding is one that a cluster comes with; without it the cluster, or
/// everybody's access to it, falls.
pub(super) fn holds_the_cluster(name: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "system:",
        "kubeadm:",
        "eks:",
        "eks-",
        "gce:",
        "gke-",
        "gcp:",
        "aks-",
        "openshift-",
    ];
    name == "cluster-admin" || BEGINNINGS.iter().any(|own| name.starts_with(own))
}

/// The text in quotes at the start.
fn go_quoted(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('"')?.split_once('"')?;
    (!name.contains('\\')).then_some(name)
}
