//! The request URI: which resource it names, and what its query asks.
//!
//! The path is read as the API server reads it: `/api/VERSION` and
//! `/apis/GROUP/VERSION`, then perhaps the deprecated `watch` or `proxy`, then
//! `namespaces/NAME`, then resource, name, subresource and what follows a
//! proxy. Anything else is a non-resource URL. Everything is borrowed, each
//! byte is looked at once, nothing is stored per segment.

use std::borrow::Cow;

use crate::percent::{decode_path, decode_query};

/// A parsed request URI.
#[derive(Clone, Default, Debug)]
pub(crate) struct Uri<'a> {
    pub(crate) group: Option<Cow<'a, str>>,
    pub(crate) version: Option<Cow<'a, str>>,
    pub(crate) namespace: Option<Cow<'a, str>>,
    /// None for a non-resource URL, discovery included.
    pub(crate) resource: Option<Cow<'a, str>>,
    pub(crate) name: Option<Cow<'a, str>>,
    pub(crate) subresource: Option<Cow<'a, str>>,
    /// What follows the subresource, as it is written.
    pub(crate) rest: Option<&'a str>,
    pub(crate) query: Query<'a>,
}

/// What a query asks, of the parameters that matter to a rule. Of a repeated
/// parameter the first counts, as in the API server.
#[derive(Clone, Default, Debug)]
pub(crate) struct Query<'a> {
    text: &'a str,
    /// How many `command` parameters there are.
    commands: usize,
    /// A `resourceVersion` that is not empty (an empty one means "the most
    /// recent", which is what a request without it gets), or a
    /// `resourceVersionMatch`.
    pub(crate) versioned: bool,
    pub(crate) initial_events: bool,
    pub(crate) watch: bool,
    pub(crate) field_selector: Option<Cow<'a, str>>,
    pub(crate) label_selector: Option<Cow<'a, str>>,
    pub(crate) limit: Option<Cow<'a, str>>,
}

impl<'a> Uri<'a> {
    /// Reads a request URI. There is none that cannot be read.
    pub(crate) fn parse(text: &'a str) -> Self {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut uri = Self {
            query: Query::parse(query),
            ..Self::default()
        };
        uri.read_path(path);
        uri
    }

    fn read_path(&mut self, path: &'a str) {
        let mut rest = path;
        match segment(&mut rest) {
            Some("api") => self.group = Some(Cow::Borrowed("")),
            Some("apis") => self.group = segment(&mut rest).map(decode_path),
            _ => return,
        }
        self.version = segment(&mut rest).map(decode_path);
        let mut next = segment(&mut rest);
        let mut proxy = false;
        if matches!(next, Some("watch" | "proxy")) && !rest.trim_matches('/').is_empty() {
            proxy = next == Some("proxy");
            self.query.watch |= next == Some("watch");
            next = segment(&mut rest);
        }
        if next == Some("namespaces") {
            // `namespaces//secrets`: an empty name is no namespace, as in the API server.
            let unnamed = rest.starts_with("//");
            let namespace = if unnamed {
                None
            } else {
                segment(&mut rest).map(decode_path)
            };
            next = segment(&mut rest);
            if matches!(next, None | Some("status" | "finalize")) {
                self.resource = Some(Cow::Borrowed("namespaces"));
                self.subresource = next.map(Cow::Borrowed);
                self.namespace.clone_from(&namespace);
                self.name = namespace;
                return;
            }
            self.namespace = namespace;
        }
        self.resource = next.map(decode_path);
        self.name = segment(&mut rest).map(decode_path);
        self.subresource = if proxy {
            Some(Cow::Borrowed("proxy"))
        } else {
            segment(&mut rest).map(decode_path)
        };
        self.rest = (!rest.is_empty()).then_some(rest);
    }

    /// The one object that a list or watch is narrowed to by a field selector,
    /// which is how a kubelet reads secrets.
    pub(crate) fn selected_name(&self) -> Option<&str> {
        let selector = self.query.field_selector.as_deref()?;
        let mut terms = selector.split(',');
        terms.find_map(|term| {
            let name = term.strip_prefix("metadata.name=")?;
            Some(name.strip_prefix('=').unwrap_or(name))
        })
    }
}

impl<'a> Query<'a> {
    fn parse(text: &'a str) -> Self {
        let mut query = Self {
            text,
            ..Self::default()
        };
        for pair in text.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match &*decode_query(name) {
                "command" => query.commands += 1,
                "resourceVersion" | "resourceVersionMatch" => query.versioned |= !value.is_empty(),
                "sendInitialEvents" => query.initial_events |= truth(value),
                "watch" => query.watch |= truth(value),
                "fieldSelector" => keep(&mut query.field_selector, value),
                "labelSelector" => keep(&mut query.label_selector, value),
                "limit" => keep(&mut query.limit, value),
                _ => {}
            }
        }
        for slot in [
            &mut query.field_selector,
            &mut query.label_selector,
            &mut query.limit,
        ] {
            slot.take_if(|value| value.is_empty());
        }
        query
    }

    /// The decoded `command` parameters in their order: the argument list of
    /// an exec.
    pub(crate) fn command(&self) -> Option<Vec<Cow<'a, str>>> {
        if self.commands == 0 {
            return None;
        }
        let pairs = self
            .text
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let commands = pairs.filter(|(name, _)| decode_query(name) == "command");
        Some(commands.map(|(_, value)| decode_query(value)).collect())
    }
}

/// How the API server reads a Boolean parameter: anything but false and 0,
/// even nothing, is true.
fn truth(value: &str) -> bool {
    !matches!(value, "false" | "0")
}

/// The API server takes the first value of a name, also an empty one.
fn keep<'a>(slot: &mut Option<Cow<'a, str>>, value: &'a str) {
    if slot.is_none() {
        *slot = Some(decode_query(value));
    }
}

/// Takes the next path segment that is not empty.
fn segment<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let path = rest.trim_start_matches('/');
    if path.is_empty() {
        *rest = path;
        return None;
    }
    let end = path.find('/').unwrap_or(path.len());
    let (segment, after) = path.split_at(end);
    *rest = after;
    Some(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `group/version namespace resource name subresource rest`, `-` for none.
    fn shown(text: &str) -> String {
        let uri = Uri::parse(text);
        let part = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
        format!(
            "{}/{} {} {} {} {} {}",
            part(&uri.group),
            part(&uri.version),
            part(&uri.namespace),
            part(&uri.resource),
            part(&uri.name),
            part(&uri.subresource),
            uri.rest.unwrap_or("-"),
        )
    }

    #[test]
    fn paths_are_read_as_the_api_server_reads_them() {
        for (text, expected) in [
            ("/api/v1/secrets", "/v1 - secrets - - -"),
            ("/api/v1/namespaces/a/secrets/b", "/v1 a secrets b - -"),
            ("/api/v1/namespaces", "/v1 - namespaces - - -"),
            ("/api/v1/namespaces/a", "/v1 a namespaces a - -"),
            ("/api/v1/namespaces//secrets", "/v1 - secrets - - -"),
            ("/api/v1/namespaces//secrets/b", "/v1 - secrets b - -"),
            (
                "/api/v1/namespaces/a/finalize",
                "/v1 a namespaces a finalize -",
            ),
            (
                "/api/v1/namespaces/a/pods/b/exec?command=x",
                "/v1 a pods b exec -",
            ),
            (
                "/apis/apps/v1/namespaces/a/deployments/b/scale",
                "apps/v1 a deployments b scale -",
            ),
            ("/api/v1/watch/namespaces/a/secrets", "/v1 a secrets - - -"),
            (
                "/api/v1/nodes/n/proxy/run/a/b",
                "/v1 - nodes n proxy /run/a/b",
            ),
            ("/api/v1/proxy/nodes/n/pods", "/v1 - nodes n proxy /pods"),
            (
                "/api/v1/nodes/https:n%3A10250/proxy",
                "/v1 - nodes https:n:10250 proxy -",
            ),
            ("/apis/batch/v1", "batch/v1 - - - - -"),
            ("/healthz", "-/- - - - - -"),
            ("", "-/- - - - - -"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(Uri::parse("/api/v1/watch/secrets").query.watch);
    }

    #[test]
    fn queries_are_decoded() {
        let uri = Uri::parse("/x?command=sh&command=-c&command=a+b%20%zz&resourceVersion=&limit=5");
        assert_eq!(
            uri.query.command().unwrap_or_default(),
            ["sh", "-c", "a b %zz"]
        );
        assert!(!uri.query.versioned);
        assert_eq!(uri.query.limit.as_deref(), Some("5"));
        let uri = Uri::parse(
            "/x?resourceVersion=0&fieldSelector=a%3Db%2Cmetadata.name%3Dn&sendInitialEvents=true",
        );
        assert!(uri.query.versioned && uri.query.initial_events);
        assert_eq!(uri.selected_name(), Some("n"));
        let twice = "/x?labelSelector=&labelSelector=owner%3Dhelm&limit=1&limit=&fieldSelector=";
        let query = Uri::parse(twice).query;
        assert_eq!((query.label_selector, query.field_selector), (None, None));
        assert_eq!(query.limit.as_deref(), Some("1"));
    }
}
