//! Socket addresses, as the kernel writes them: the bytes of the structure in
//! hexadecimal, or what the daemon made of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fields::{Fields, bytes};

/// Families, of all architectures that audit runs on; the number is written
/// with the low byte first.
const UNIX: u8 = 1;
const INET: u8 = 2;
const INET6: u8 = 10;

/// Where a socket leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Address {
    /// A path, or `@NAME` of an abstract socket.
    Unix(String),
    Net(IpAddr, u16),
}

/// The address of a `SOCKADDR` record; none for other families.
pub(super) fn read(fields: &Fields<'_>) -> Option<Address> {
    let structure = fields.raw("saddr").and_then(bytes);
    structure
        .and_then(|bytes| decode(&bytes))
        .or_else(|| named(fields))
}

fn decode(bytes: &[u8]) -> Option<Address> {
    let rest = bytes.get(2..)?;
    // The high byte comes first on some machines.
    let family = match *bytes.first()? {
        0 => *bytes.get(1)?,
        low => low,
    };
    match family {
        UNIX => unix(rest),
        INET => {
            let address: [u8; 4] = rest.get(2..6)?.try_into().ok()?;
            Some(Address::Net(
                IpAddr::V4(Ipv4Addr::from(address)),
                port(rest)?,
            ))
        }
        INET6 => {
            let address: [u8; 16] = rest.get(6..22)?.try_into().ok()?;
            let address = Ipv6Addr::from(address);
            // An IPv4 address in IPv6 clothes is an IPv4 address.
            let address = address
                .to_ipv4_mapped()
                .map_or(IpAddr::V6(address), IpAddr::V4);
            Some(Address::Net(address, port(rest)?))
        }
        _ => None,
    }
}

fn port(rest: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(rest.get(..2)?.try_into().ok()?))
}

/// The path ends with the first NUL; one that begins with NUL is abstract.
fn unix(rest: &[u8]) -> Option<Address> {
    let (sign, name) = match rest.strip_prefix(&[0]) {
        Some(name) => ("@", name),
        None => ("", rest),
    };
    let end = memchr::memchr(0, name).unwrap_or(name.len());
    let name = String::from_utf8_lossy(&name[..end]);
    (!name.is_empty()).then(|| Address::Unix(format!("{sign}{name}")))
}

/// From the names that the daemon looked up: `SADDR={ saddr_fam=inet
/// laddr=127.0.0.1 lport=2375 }`, or from the members that LAUREL writes.
fn named(fields: &Fields<'_>) -> Option<Address> {
    let braces = fields
        .raw("SADDR")
        .map(|text| text.trim_matches(|c| matches!(c, '{' | '}' | ' ')));
    let inner = braces.map(Fields::parse);
    let fields = inner.as_ref().unwrap_or(fields);
    let any = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| fields.raw(key))
            .map(str::to_owned)
    };
    if let Some(path) = any(&["path", "sun_path"]) {
        return unix(path.as_bytes());
    }
    let address = any(&["laddr", "addr", "sin_addr", "sin6_addr"])?
        .parse()
        .ok()?;
    let port = any(&["lport", "port", "sin_port", "sin6_port"]).and_then(|port| port.parse().ok());
    Some(Address::Net(address, port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Address> {
        read(&Fields::parse(text))
    }

    fn net(address: &str, port: u16) -> Option<Address> {
        address
            .parse()
            .ok()
            .map(|address| Address::Net(address, port))
    }

    #[test]
    fn families_are_decoded() {
        let unix = |path: &str| Some(Address::Unix(path.to_owned()));
        assert_eq!(
            of("saddr=01002F72756E2F646F636B65722E736F636B00AABB"),
            unix("/run/docker.sock")
        );
        assert_eq!(of("saddr=0100007075626C6963"), unix("@public"));
        assert_eq!(
            of("saddr=020009477F0000010000000000000000"),
            net("127.0.0.1", 2375)
        );
        assert_eq!(
            of("saddr=0A0009470000000000000000000000000000000000000001 00000000"),
            net("::1", 2375)
        );
        assert_eq!(
            of("saddr=0A000947000000000000000000000000 00000000FFFF7F000001"),
            None,
            "a blank ends the value, and the structure is cut"
        );
        assert_eq!(
            of("saddr=0A0009470000000000000000000000000000FFFF7F00000100000000"),
            net("127.0.0.1", 2375)
        );
        assert_eq!(of("saddr=1000"), None);
        assert_eq!(of("saddr=02"), None);
        assert_eq!(
            of("SADDR={ saddr_fam=inet laddr=10.0.0.1 lport=443 }"),
            net("10.0.0.1", 443)
        );
    }
}
