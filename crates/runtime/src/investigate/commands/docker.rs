//! A container was looked into, entered or made through the engine of Docker.

use super::super::quote::Reading;
use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// Shows the container without its environment, keeps it, and halts it with its
/// memory if it was made or entered. One that was only looked into is a victim.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if scene.family != Family::Docker {
        return;
    }
    // What `inspect` shows has the environment in it, and with it secrets.
    let all = Line::new("docker ps --all --no-trunc");
    let (id, look) = match (&scene.container_id, &scene.container_name) {
        (Some(id), _) => (id, all.name("--filter=id=", id, Reading::Plain)),
        (None, Some(name)) => (name, all.name("--filter=name=", name, Reading::Plain)),
        (None, None) => return commands.add(Step::Look, all),
    };
    commands.add(Step::Look, look);
    commands.add(Step::Preserve, Line::new("docker diff").operand(id));
    commands.add(
        Step::Preserve,
        Line::new("docker logs --timestamps").operand(id),
    );
    let verb = scene.verb.as_deref().unwrap_or_default();
    let acted = ["exec", "create", "start", "attach", "update", "commit"];
    if acted.iter().any(|word| verb.contains(word)) {
        commands.add(Step::Isolate, Line::new("docker pause").operand(id));
        commands.add(Step::Cut, Line::new("docker stop").operand(id));
    }
}
