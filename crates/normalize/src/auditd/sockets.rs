//! Sockets of container runtimes, known again by their inode.
//!
//! A link or a bind mount gives a socket another path, and audit shows the
//! path that the caller used. The inode stays the same. So the place of a
//! socket is learnt where it is used under its own path, and told where it is
//! used under another. Its own paths are those that the runtimes choose. In a
//! container, or in a namespace of their own, others can put a socket of theirs
//! there; so it is learnt only from a socket that root owns, only from a path
//! that does not go through another process's root, and never changed.

use std::collections::{BTreeMap, VecDeque};

use super::case::Inode;
use crate::limits::AUDIT_SOCKETS_MAX;

/// The paths that runtimes choose, without links.
const PLACES: &[&str] = &[
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/podman/podman.sock",
    "/run/buildkit/buildkitd.sock",
];

/// The longest name of a device: two numbers and a colon.
const DEVICE_BYTES_MAX: usize = 32;

/// Node, device and inode.
type Key = (Box<str>, Box<str>, u64);

/// The memory of sockets.
#[derive(Default, Debug)]
pub(super) struct Sockets {
    known: BTreeMap<Key, Box<str>>,
    order: VecDeque<Key>,
}

impl Sockets {
    /// The path by which a file is known, learnt now if `path` is such a path
    /// and may be believed.
    pub(super) fn place(&mut self, node: &str, inode: &Inode<'_>, path: &str) -> Option<String> {
        let key = (Box::from(node), Box::from(inode.device), inode.number);
        if let Some(known) = self.known.get(&key) {
            return (**known != *path).then(|| known.to_string());
        }
        let short = inode.device.len() <= DEVICE_BYTES_MAX;
        if inode.roots_socket && short && PLACES.contains(&path) {
            self.known.insert(key.clone(), path.into());
            self.order.push_back(key);
            if self.order.len() > AUDIT_SOCKETS_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_path_to_a_known_socket_is_seen_through() {
        let mut sockets = Sockets::default();
        let mut place = |node: &str, device: &str, roots_socket: bool, path: &str| {
            let inode = Inode {
                device,
                number: 7,
                roots_socket,
            };
            sockets.place(node, &inode, path)
        };
        assert_eq!(place("n", "fe:00", true, "/tmp/.s"), None);
        // A user's socket teaches nothing, whatever its path.
        assert_eq!(place("n", "fe:00", false, "/run/docker.sock"), None);
        assert_eq!(place("n", "fe:00", true, "/tmp/.s"), None);
        assert_eq!(place("n", "fe:00", true, "/run/docker.sock"), None);
        let known = Some("/run/docker.sock".to_owned());
        assert_eq!(place("n", "fe:00", true, "/tmp/.s"), known);
        assert_eq!(place("n", "fe:00", true, "/run/crio/crio.sock"), known);
        assert_eq!(place("m", "fe:00", true, "/tmp/.s"), None);
        assert_eq!(place("n", "fe:01", true, "/tmp/.s"), None);
    }
}
