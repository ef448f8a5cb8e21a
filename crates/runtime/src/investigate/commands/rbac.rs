//! Something was changed that gives access: a role, a binding, a request for a
//! certificate, a webhook.

use super::super::scene::Scene;
use super::{Commands, Line, Step, binding};

/// The kinds, with what stands before a name of theirs, whether they lie in a
/// namespace, and whether they may be taken away.
const KINDS: &[(&str, &str, bool, bool)] = &[
    (
        "certificatesigningrequests",
        "certificatesigningrequest/",
        false,
        false,
    ),
    ("clusterrolebindings", "clusterrolebinding/", false, true),
    ("clusterroles", "clusterrole/", false, false),
    (
        "mutatingwebhookconfigurations",
        "mutatingwebhookconfiguration/",
        false,
        true,
    ),
    ("rolebindings", "rolebinding/", true, true),
    ("roles", "role/", true, false),
    (
        "validatingwebhookconfigurations",
        "validatingwebhookconfiguration/",
        false,
        true,
    ),
];

/// Keeps the thing as it is; a binding or webhook that somebody added is deleted,
/// a request for a certificate denied.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let mut kinds = KINDS.iter();
    let Some((kind, before, spaced, may_go)) = kinds.find(|(kind, ..)| {
        let below = scene.subresource.as_deref().unwrap_or_default();
        scene.is(kind, below)
    }) else {
        return;
    };
    let Some(name) = scene.name.as_deref() else {
        return;
    };
    let thing = |words: &'static str| {
        let line = Line::new(words).kube(before, name);
        if *spaced {
            line.namespace(scene.namespace.as_deref())
        } else {
            line
        }
    };
    commands.add(Step::Look, thing("kubectl describe"));
    commands.add(Step::Preserve, thing("kubectl get -o yaml"));
    let changed = matches!(scene.verb.as_deref(), Some("create" | "update" | "patch"));
    if !changed || scene.refused() {
        return;
    }
    if *kind == "certificatesigningrequests" {
        commands.add(Step::Cut, thing("kubectl certificate deny"));
    } else if *may_go && !binding::holds_the_cluster(name) {
        commands.add(Step::Cut, thing("kubectl delete"));
    }
}
