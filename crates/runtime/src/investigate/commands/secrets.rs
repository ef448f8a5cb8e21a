//! Secrets and config maps were read, or given to a pod.

use super::super::scene::{Scene, split};
use super::{Commands, Line, Step};

/// Shows what was in reach without showing a value, and restarts what uses it
/// once its owner has put new values in place.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    for secret in split(scene.pod_secrets.as_ref()).filter(|name| *name != "*") {
        let line = Line::new("kubectl describe").kube("secret/", secret);
        commands.add(Step::Look, line.namespace(scene.namespace.as_deref()));
    }
    let (kind, many) = if scene.is("secrets", "") {
        ("secret/", "kubectl get secrets")
    } else if scene.is("configmaps", "") {
        ("configmap/", "kubectl get configmaps")
    } else {
        return;
    };
    let namespace = scene.namespace.as_deref();
    let look = match (scene.name.as_deref(), namespace) {
        // `describe` prints the sizes of values, not the values.
        (Some(name), _) if kind == "secret/" => Line::new("kubectl describe")
            .kube(kind, name)
            .namespace(namespace),
        (Some(name), _) => Line::new("kubectl get")
            .kube(kind, name)
            .namespace(namespace),
        (None, Some(_)) => Line::new(many).namespace(namespace),
        (None, None) => Line::new(many).words("--all-namespaces"),
    };
    commands.add(Step::Look, look);
    // What a cluster itself runs on is not restarted as a whole.
    let own = namespace.is_some_and(|namespace| !namespace.starts_with("kube-"));
    if !scene.refused() && kind == "secret/" && own {
        let line = Line::new("kubectl rollout restart deployments,statefulsets,daemonsets");
        commands.add(Step::Rotate, line.namespace(namespace));
    }
}
