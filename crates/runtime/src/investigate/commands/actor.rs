//! Whoever asked a Kubernetes API server.

use super::super::quote::Reading;
use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// Shows what the actor may do, and who lets the unknown in if it was unknown.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if scene.family != Family::Kubernetes {
        return;
    }
    let Some(actor) = scene.actor.as_deref() else {
        return;
    };
    let may = Line::new("kubectl auth can-i --list").name("--as=", actor, Reading::Plain);
    let own = actor.strip_prefix("system:serviceaccount:");
    commands.add(
        Step::Look,
        match own.and_then(|own| own.split_once(':')) {
            Some((namespace, _)) => may.namespace(Some(namespace)),
            None => may,
        },
    );
    if actor == "system:anonymous" {
        let words = "kubectl get clusterrolebindings,rolebindings --all-namespaces -o wide | \
                     grep -e system:anonymous -e system:unauthenticated";
        commands.add(Step::Look, Line::new(words));
    }
}
