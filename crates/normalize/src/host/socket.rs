//! The two ends of a socket, as sensors write them.

use std::net::IpAddr;

/// An address and a port.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct End<'a> {
    /// An IP address, never another text.
    pub(crate) ip: Option<&'a str>,
    pub(crate) port: Option<u16>,
}

impl<'a> End<'a> {
    /// An end by its texts; what is no address or port is left out.
    pub(crate) fn new(ip: Option<&'a str>, port: Option<&str>) -> Self {
        Self {
            ip: ip.filter(|text| text.parse::<IpAddr>().is_ok()),
            port: port.and_then(|text| text.parse().ok()),
        }
    }

    /// This end, with what it lacks from another source.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            ip: self.ip.or(other.ip),
            port: self.port.or(other.port),
        }
    }
}

/// The ends of a socket as the process sees them.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Ends<'a> {
    pub(crate) local: End<'a>,
    pub(crate) remote: End<'a>,
}

impl<'a> Ends<'a> {
    pub(crate) fn new(local: End<'a>, remote: End<'a>) -> Self {
        Self { local, remote }
    }

    /// These ends, with what they lack from another source.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            local: self.local.or(other.local),
            remote: self.remote.or(other.remote),
        }
    }
}

/// A connection as `CLIENT:PORT->SERVER:PORT`, or one end of it.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Tuple<'a> {
    pub(crate) client: End<'a>,
    pub(crate) server: End<'a>,
}

/// Reads such a text. Of a single end, as a bound socket has, it is the server.
pub(crate) fn tuple(text: &str) -> Tuple<'_> {
    match text.split_once("->") {
        Some((client, server)) => Tuple {
            client: end(client),
            server: end(server),
        },
        None => Tuple {
            client: End::default(),
            server: end(text),
        },
    }
}

/// `ADDRESS:PORT`, where the address may hold colons itself, in brackets or not.
fn end(text: &str) -> End<'_> {
    let Some((ip, port)) = text.trim().rsplit_once(':') else {
        return End::new(Some(text.trim()), None);
    };
    let ip = ip
        .strip_prefix('[')
        .and_then(|ip| ip.strip_suffix(']'))
        .unwrap_or(ip);
    End::new(Some(ip), Some(port))
}

/// The path of a socket that lives in the file system, as the last word of
/// `0->ffff8a1c /run/docker.sock`, or alone.
pub(crate) fn unix_path(text: &str) -> Option<&str> {
    let start = match text.find(" /") {
        Some(blank) => blank + 1,
        None => 0,
    };
    text.get(start..).filter(|path| path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_in_every_spelling() {
        for (text, client, server) in [
            (
                "10.0.0.7:41844->10.96.0.1:2375",
                (Some("10.0.0.7"), Some(41844)),
                (Some("10.96.0.1"), Some(2375)),
            ),
            (
                "::1:5000->::ffff:10.0.0.1:443",
                (Some("::1"), Some(5000)),
                (Some("::ffff:10.0.0.1"), Some(443)),
            ),
            ("[fd00::1]:22", (None, None), (Some("fd00::1"), Some(22))),
            ("0.0.0.0:9080", (None, None), (Some("0.0.0.0"), Some(9080))),
            ("host:99999->", (None, None), (None, None)),
            ("", (None, None), (None, None)),
        ] {
            let found = tuple(text);
            assert_eq!((found.client.ip, found.client.port), client, "{text}");
            assert_eq!((found.server.ip, found.server.port), server, "{text}");
        }
    }

    #[test]
    fn the_path_of_a_socket_is_found() {
        for (text, path) in [
            (
                "0->ffff9e2e /var/run/docker.sock",
                Some("/var/run/docker.sock"),
            ),
            ("ffff9e2e->ffff9e2f /tmp/a b", Some("/tmp/a b")),
            ("/run/docker.sock", Some("/run/docker.sock")),
            ("10.0.0.7:1->10.0.0.8:2", None),
            ("", None),
        ] {
            assert_eq!(unix_path(text), path, "{text}");
        }
    }
}
