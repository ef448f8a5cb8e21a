//! Where the daemon listens, as its log tells it.

use std::net::IpAddr;

/// A listener of the daemon.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Listener {
    /// As the log writes it.
    pub(super) written: String,
    pub(super) ip: Option<IpAddr>,
    pub(super) port: Option<u16>,
    /// `loopback`, `all` or `address`; none of a Unix socket.
    pub(super) exposure: Option<&'static str>,
    /// Whether clients are verified; none if the line does not tell.
    pub(super) tls: Option<bool>,
}

impl Listener {
    /// The listener that a message is about: one that came up, or one that the
    /// daemon warns of.
    pub(super) fn of(message: &str, attribute: Option<&str>) -> Option<Self> {
        if let Some(address) = message.strip_prefix("API listen on ") {
            return Some(Self::at(address.trim_ascii(), None));
        }
        if let Some((_, after)) = message.split_once("API is accessible on ") {
            let end = after.find(' ').unwrap_or(after.len());
            return Some(Self::at(&after[..end], Some(false)));
        }
        // The other warnings name the listener beside the message, and all of
        // them are about one that does not verify its clients.
        let address = attribute?;
        address
            .starts_with("tcp://")
            .then(|| Self::at(address, Some(false)))
    }

    fn at(written: &str, tls: Option<bool>) -> Self {
        let bare = ["tcp://", "http://", "https://"];
        let bare = bare.iter().find_map(|scheme| written.strip_prefix(scheme));
        let bare = bare.unwrap_or(written).trim_end_matches('/');
        let mut out = Self {
            written: written.to_owned(),
            ip: None,
            port: None,
            exposure: None,
            tls,
        };
        let Some((host, port)) = bare.rsplit_once(':') else {
            return out;
        };
        let Ok(port) = port.parse() else {
            return out;
        };
        out.port = Some(port);
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        out.ip = host.parse().ok();
        out.exposure = Some(match out.ip {
            Some(ip) if ip.is_loopback() => "loopback",
            Some(ip) if ip.is_unspecified() => "all",
            None if host.is_empty() => "all",
            None if host == "localhost" => "loopback",
            _ => "address",
        });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_read_from_messages() {
        for (message, attribute, exposure, port, tls) in [
            ("API listen on /var/run/docker.sock", None, None, None, None),
            (
                "API listen on 127.0.0.1:2375",
                None,
                Some("loopback"),
                Some(2375),
                None,
            ),
            (
                "API listen on [::]:2376",
                None,
                Some("all"),
                Some(2376),
                None,
            ),
            (
                "x",
                Some("tcp://0.0.0.0:2375"),
                Some("all"),
                Some(2375),
                Some(false),
            ),
            (
                "x",
                Some("tcp://:2375"),
                Some("all"),
                Some(2375),
                Some(false),
            ),
            (
                "x",
                Some("tcp://localhost:2375"),
                Some("loopback"),
                Some(2375),
                Some(false),
            ),
            (
                "x",
                Some("tcp://10.0.0.5:2375"),
                Some("address"),
                Some(2375),
                Some(false),
            ),
            (
                "[DEPRECATION NOTICE]: API is accessible on http://0.0.0.0:2375 without encryption.",
                None,
                Some("all"),
                Some(2375),
                Some(false),
            ),
        ] {
            let found = Listener::of(message, attribute).expect("there is one");
            assert_eq!(
                (found.exposure, found.port, found.tls),
                (exposure, port, tls),
                "{message}"
            );
        }
        assert_eq!(Listener::of("x", Some("unix:///run/docker.sock")), None);
        assert_eq!(Listener::of("x", None), None);
    }
}
