//! The socket of a container runtime was used, which is root on the host.

use super::super::quote::Reading;
use super::super::scene::{Family, Scene};
use super::{Commands, Line, Step};

/// What the sockets of runtimes are called.
const SOCKETS: [&str; 8] = [
    "/docker.sock",
    "/containerd.sock",
    "/crio.sock",
    "/podman.sock",
    "/cri-dockerd.sock",
    "/dockershim.sock",
    "/buildkitd.sock",
    "/containerd.sock.ttrpc",
];

/// Shows who may use the socket, who does, and which containers there are.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let path = scene
        .file
        .as_deref()
        .filter(|_| scene.family == Family::Host);
    let Some(path) = path.filter(|path| is_socket(path)) else {
        return;
    };
    commands.add(Step::Look, Line::new("ls -l").operand(path));
    if path.starts_with('/') {
        commands.add(
            Step::Look,
            Line::new("fuser -v").name("", path, Reading::Plain),
        );
    }
    let all = if path.ends_with("/docker.sock") {
        "docker ps --all --no-trunc"
    } else if path.ends_with("/podman.sock") {
        "podman ps --all --no-trunc"
    } else {
        "crictl ps --all --no-trunc"
    };
    commands.add(Step::Look, Line::new(all));
}

/// Whether a path is that of a runtime's socket.
pub(super) fn is_socket(path: &str) -> bool {
    SOCKETS.iter().any(|name| path.ends_with(name))
}
