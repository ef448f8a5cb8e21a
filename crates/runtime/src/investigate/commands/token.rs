//! A token was minted for a service account.

use super::super::quote::Reading;
use super::super::scene::Scene;
use super::{Commands, Line, Step};

/// Shows what the service account may do, keeps it as it is, and makes it anew:
/// with another uid its tokens are void.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if !scene.is("serviceaccounts", "token") {
        return;
    }
    let namespace = scene.namespace.as_deref();
    let name = scene.name.as_deref().unwrap_or_default();
    let user = match namespace {
        Some(namespace) if !name.is_empty() => format!("system:serviceaccount:{namespace}:{name}"),
        _ => String::new(),
    };
    let may = Line::new("kubectl auth can-i --list").name("--as=", &user, Reading::Plain);
    commands.add(Step::Look, may.namespace(namespace));
    let account = || {
        Line::new("kubectl get")
            .kube("serviceaccount/", name)
            .namespace(namespace)
    };
    commands.add(Step::Preserve, account().words("-o yaml"));
    if !scene.refused() {
        let anew = account().words("-o yaml | kubectl replace --force -f -");
        commands.add(Step::Cut, anew);
    }
}
