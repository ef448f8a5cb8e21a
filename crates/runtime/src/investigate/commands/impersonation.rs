//! Somebody acted as somebody else.

use super::super::quote::Reading;
use super::super::scene::Scene;
use super::{Commands, Line, Step};

/// Shows what the other may do, and whether the actor may act as others at all.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let Some(user) = scene.impersonated.as_deref() else {
        return;
    };
    let may = Line::new("kubectl auth can-i --list").name("--as=", user, Reading::Plain);
    commands.add(Step::Look, may);
    if let Some(actor) = scene.actor.as_deref() {
        let may = Line::new("kubectl auth can-i impersonate users");
        commands.add(Step::Look, may.name("--as=", actor, Reading::Plain));
    }
}
