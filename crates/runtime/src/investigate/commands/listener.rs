//! An engine of containers waits for connections from the network, or was asked
//! through such a port.

use super::super::scene::Scene;
use super::{Commands, Line, Step};

/// The ports that Docker, containerd's and Podman's services are known on.
const PORTS: [u32; 4] = [2375, 2376, 2377, 4243];

/// Shows who listens and who is connected, and closes the port to all but the
/// host itself.
pub(super) fn recipe(scene: &Scene<'_>, commands: &mut Commands) {
    let port = scene.port.as_deref().and_then(|port| port.parse().ok());
    let Some(port) = port.filter(|port| scene.listens || PORTS.contains(port)) else {
        return;
    };
    commands.add(Step::Look, Line::new("ss -ltnp").number("sport = :", port));
    commands.add(Step::Look, Line::new("ss -tnp").number("sport = :", port));
    if PORTS.contains(&port) {
        let closed = Line::new("iptables -I INPUT ! -i lo -p tcp").number("--dport ", port);
        commands.add(Step::Isolate, closed.words("-j DROP"));
    }
}
