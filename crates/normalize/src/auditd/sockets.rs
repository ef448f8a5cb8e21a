//! Sockets of container runtimes, known again by their inode.
//!
//! A link or a bind mount gives a socket another path, and audit shows the
//! path that the caller used. The inode stays the same. So the place of a
//! socket is learnt where it is used under its own path, and told where it is
//! used under another. Its own paths are those that the runtimes choose, in
//! folders that only root can write to: nobody else can give a socket such a
//! path.

use std::collections::{BTreeMap, VecDeque};

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

/// Node, device and inode.
type Key = (Box<str>, Box<str>, u64);

/// The memory of sockets.
#[derive(Default, Debug)]
pub(super) struct Sockets {
    known: BTreeMap<Key, Box<str>>,
    order: VecDeque<Key>,
}

impl Sockets {
    /// The path by which a file with this device and inode is known, learnt now
    /// if `path` is such a path.
    pub(super) fn place(
        &mut self,
        node: &str,
        device: &str,
        inode: u64,
        path: &str,
    ) -> Option<String> {
        let key = (Box::from(node), Box::from(device), inode);
        if PLACES.contains(&path) {
            if self.known.insert(key.clone(), path.into()).is_none() {
                self.order.push_back(key);
                if self.order.len() > AUDIT_SOCKETS_MAX
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.known.remove(&oldest);
                }
            }
            return None;
        }
        self.known.get(&key).map(ToString::to_string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_path_to_a_known_socket_is_seen_through() {
        let mut sockets = Sockets::default();
        assert_eq!(sockets.place("n", "fe:00", 7, "/tmp/.s"), None);
        assert_eq!(sockets.place("n", "fe:00", 7, "/run/docker.sock"), None);
        let known = Some("/run/docker.sock".to_owned());
        assert_eq!(sockets.place("n", "fe:00", 7, "/tmp/.s"), known);
        assert_eq!(sockets.place("m", "fe:00", 7, "/tmp/.s"), None);
        assert_eq!(sockets.place("n", "fe:01", 7, "/tmp/.s"), None);
        // A link in a folder of the user's teaches nothing.
        assert_eq!(sockets.place("n", "fe:00", 7, "/run/user/1/x.sock"), known);
    }
}
