//! Where the host stands in something that is more or less a URL.
//!
//! The reference shows results for junk as well as for URLs, in the manner of
//! `NET.HOST` and `NET.REG_DOMAIN` of `GoogleSQL`: a best effort on the shape
//! of RFC 3986, no normalization, no percent-decoding, no check that the host
//! could exist.

use std::net::Ipv6Addr;
use std::ops::Range;

/// The characters that end an authority; a backslash counts as a slash, as
/// browsers have it.
const ENDS: [char; 4] = ['/', '\\', '?', '#'];

/// The byte range of the host.
pub(crate) fn host(text: &str) -> Range<usize> {
    let trimmed = text.trim_ascii_start();
    let start = text.len() - trimmed.len();
    let trimmed = trimmed.trim_ascii_end();
    let skip = authority_start(trimmed);
    let rest = &trimmed[skip..];
    let authority = &rest[..rest.find(ENDS).unwrap_or(rest.len())];
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let from = start + skip + user;
    from..from + host_length(&authority[user..])
}

/// Where the authority begins: after `scheme://` or a leading `//`, else at
/// once. A `://` behind a path or query belongs to that path or query.
fn authority_start(text: &str) -> usize {
    let Some(first) = text.find(ENDS) else {
        return 0;
    };
    let opens = first == 0 || text[..first].ends_with(':');
    let slash = |at: usize| matches!(text.as_bytes().get(at), Some(b'/' | b'\\'));
    if opens && slash(first) && slash(first + 1) {
        first + 2
    } else {
        0
    }
}

/// The length of the host without its port.
fn host_length(host_and_port: &str) -> usize {
    if host_and_port.starts_with('[') {
        return host_and_port.find(']').map_or(0, |end| end + 1);
    }
    if host_and_port.parse::<Ipv6Addr>().is_ok() {
        return host_and_port.len();
    }
    host_and_port.find(':').unwrap_or(host_and_port.len())
}

/// The byte range, within the host, of the registered domain: one label and
/// the public suffix. Only suffixes of the list's ICANN part count, so that
/// `foo.us.com` belongs to `us.com`; an unknown suffix yields nothing.
pub(crate) fn domain(host: &str) -> Option<Range<usize>> {
    let end = host.strip_suffix('.').unwrap_or(host).len();
    let name = host[..end].to_ascii_lowercase();
    let suffix = icann_suffix(&name)?;
    let label_end = name.len().checked_sub(suffix + 1)?;
    let label_start = name[..label_end].rfind('.').map_or(0, |dot| dot + 1);
    (label_start < label_end).then_some(label_start..end)
}

/// The length of the ICANN suffix of a lower-case name.
fn icann_suffix(name: &str) -> Option<usize> {
    let mut rest = name;
    loop {
        let suffix = psl::suffix(rest.as_bytes())?;
        match suffix.typ()? {
            psl::Type::Icann => return Some(suffix.as_bytes().len()),
            psl::Type::Private => {
                // The ICANN rule above a private one is found by asking again
                // without the private suffix's first label.
                let private = rest.len() - suffix.as_bytes().len();
                let dot = rest[private..].find('.')?;
                rest = &rest[private + dot + 1..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (text, expected) in [
            ("//user:password@a.b:80/path?query", "a.b"),
            ("https://[::1]:80", "[::1]"),
            ("2001:db8::1", "2001:db8::1"),
            ("example.com/go?u=http://evil.example", "example.com"),
            ("http:\\\\evil.example\\path", "evil.example"),
            ("   www.Example.Co.UK   ", "www.Example.Co.UK"),
            ("user@host.example", "host.example"),
            ("https://", ""),
            ("[::1", ""),
            ("@", ""),
        ] {
            assert_eq!(&text[host(text)], expected, "{text}");
        }
    }

    #[test]
    fn domains() {
        for (host, expected) in [
            ("www.google.com", Some("google.com")),
            ("WWW.Example.Co.UK", Some("Example.Co.UK")),
            ("foo.us.com", Some("us.com")),
            ("a.b.github.io", Some("github.io")),
            ("x.blogspot.co.uk", Some("blogspot.co.uk")),
            ("google.com.", Some("google.com")),
            ("com", None),
            ("co.uk", None),
            (".com", None),
            ("..", None),
            ("10.0.0.1", None),
            ("printer.local", None),
        ] {
            assert_eq!(domain(host).map(|r| &host[r]), expected, "{host}");
        }
    }
}
