//! A container was looked into, entered or made through the engine of Docker.

use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// Shows the container without its environment, keeps it, and halts it with its
/// memory if it was made or entered. One that was only looked into is a victim.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    if scene.family != Family::Docker {
        return;
    }
    let id = scene
        .container_id
        .as_ref()
        .or(scene.container_name.as_ref());
    let Some(id) = id else {
        commands.add(Step::Look, Line::new("docker ps --all --no-trunc"));
        return;
    };
    let state = "docker inspect --format '{{.Name}} {{.Config.Image}} {{.State.Status}} \
                 {{.State.StartedAt}} privileged={{.HostConfig.Privileged}} {{.HostConfig.Binds}}'";
    commands.add(Step::Look, Line::new(state).operand(id));
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
