//! What a GKE entry asks, told by two names instead of a URI.
//!
//! `methodName` is the group turned round, the version, the resource, perhaps
//! a subresource, and the verb: `io.k8s.core.v1.pods.exec.create`.
//! `resourceName` is the path below the API: `core/v1/namespaces/a/pods/p/exec`.
//! A request for no resource has neither: `io.k8s.get` and the path itself.

use std::borrow::Cow;

use crate::kubernetes_audit::uri::Uri;

/// What a method name says.
#[derive(Clone, Copy, Default, Debug, Eq, PartialEq)]
pub(super) struct Method<'a> {
    pub(super) verb: &'a str,
    pub(super) resource: Option<&'a str>,
    pub(super) subresource: Option<&'a str>,
    /// The path that a method names instead of a verb, as in `io.k8s.readyz`.
    pub(super) path: Option<&'a str>,
}

/// The HTTP methods that stand for a verb where there is no resource.
const HTTP: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// Reads a method name.
pub(super) fn method(name: &str) -> Method<'_> {
    let (before, verb) = name.rsplit_once('.').unwrap_or(("", name));
    if let Some(request) = below_version(before) {
        let (resource, subresource) = match request.split_once('.') {
            Some((resource, subresource)) => (resource, Some(subresource)),
            None => (request, None),
        };
        return Method {
            verb,
            resource: Some(resource),
            subresource,
            path: None,
        };
    }
    if HTTP.contains(&verb) {
        return Method {
            verb,
            ..Method::default()
        };
    }
    // Nothing but the API server's own checks is known to be named so.
    Method {
        verb: "get",
        path: Some(verb),
        ..Method::default()
    }
}

/// What follows the version in a name without its verb.
fn below_version(name: &str) -> Option<&str> {
    let mut found = None;
    let mut start = 0;
    for (at, _) in name.match_indices('.') {
        let (part, after) = (name.get(start..at)?, name.get(at + 1..)?);
        if is_version(part) && !after.is_empty() {
            found = Some(after);
        }
        start = at + 1;
    }
    found
}

/// Whether a part of a name is a version: `v1`, `v1beta2`, `v2alpha1`.
fn is_version(part: &str) -> bool {
    let Some(rest) = part.strip_prefix('v') else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let stage = rest
        .strip_prefix("alpha")
        .or_else(|| rest.strip_prefix("beta"));
    let number = stage.unwrap_or(rest);
    part.len() > rest.len() + 1 && number.bytes().all(|b| b.is_ascii_digit())
}

/// A resource name as the path of a request. The names are not encoded. What
/// cannot be a resource gives nothing.
pub(super) fn place(name: &str, method: &Method<'_>) -> Uri<'static> {
    let own = |text: &str| Cow::Owned(text.to_owned());
    let mut parts = name.trim_matches('/').splitn(3, '/');
    let (Some(group), Some(version), Some(path)) = (parts.next(), parts.next(), parts.next())
    else {
        return Uri::default();
    };
    let mut uri = Uri {
        group: Some(own(if group == "core" { "" } else { group })),
        version: Some(own(version)),
        ..Uri::default()
    };
    let mut rest = path;
    let itself = method.resource == Some("namespaces");
    if let Some(below) = path.strip_prefix("namespaces/") {
        match below.split_once('/') {
            Some((namespace, below)) if !itself => {
                uri.namespace = Some(own(namespace));
                rest = below;
            }
            // A namespace is an object within itself, as in the API server.
            _ => uri.namespace = below.split('/').next().map(own),
        }
    }
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    uri.resource = parts.next().map(own);
    uri.name = parts.next().map(own);
    uri.subresource = parts.next().map(own);
    uri
}

/// The HTTP status that the API server answered with, from the gRPC code that
/// Google's logs have instead. From 100 on it is an HTTP status already.
pub(super) fn http_status(code: i32) -> i32 {
    match code {
        0 => 200,
        1 => 499,
        3 | 9 | 11 => 400,
        4 => 504,
        5 => 404,
        6 | 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        100.. => code,
        _ => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `verb resource subresource path`, `-` for none.
    fn shown(name: &str) -> String {
        let method = method(name);
        let part = |part: Option<&str>| part.unwrap_or("-").to_owned();
        [
            method.verb.to_owned(),
            part(method.resource),
            part(method.subresource),
            part(method.path),
        ]
        .join(" ")
    }

    #[test]
    fn methods_are_read() {
        for (name, expected) in [
            ("io.k8s.core.v1.pods.exec.create", "create pods exec -"),
            ("io.k8s.core.v1.secrets.list", "list secrets - -"),
            (
                "io.k8s.authorization.rbac.v1.clusterroles.patch",
                "patch clusterroles - -",
            ),
            (
                "io.k8s.rbac.v1.clusterroles.patch",
                "patch clusterroles - -",
            ),
            (
                "io.k8s.core.v1.secrets.deletecollection",
                "deletecollection secrets - -",
            ),
            (
                "com.coreos.monitoring.v1.prometheuses.watch",
                "watch prometheuses - -",
            ),
            ("io.k8s.metrics.v1beta1.pods.get", "get pods - -"),
            ("com.example.v1.v2alpha1.things.list", "list things - -"),
            ("io.k8s.get", "get - - -"),
            ("io.k8s.post", "post - - -"),
            ("io.k8s.readyz", "get - - readyz"),
            ("io.k8s.core.v1.list", "get - - list"),
            ("", "get - - "),
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
        assert!(!is_version("v") && !is_version("vx") && !is_version("v1gamma1"));
    }

    #[test]
    fn resource_names_are_places() {
        for (name, own, expected) in [
            ("core/v1/secrets", "secrets", "/v1 - secrets - - -"),
            (
                "core/v1/namespaces/a/pods/p/exec",
                "pods",
                "/v1 a pods p exec -",
            ),
            (
                "rbac.authorization.k8s.io/v1/clusterroles/a?b#c",
                "clusterroles",
                "rbac.authorization.k8s.io/v1 - clusterroles a?b#c - -",
            ),
            ("core/v1/namespaces", "namespaces", "/v1 - namespaces - - -"),
            (
                "core/v1/namespaces/a",
                "namespaces",
                "/v1 a namespaces a - -",
            ),
            (
                "core/v1/namespaces/a/finalize",
                "namespaces",
                "/v1 a namespaces a finalize -",
            ),
            ("core/v1/namespaces/a/pods", "pods", "/v1 a pods - - -"),
            ("core/v1/nodes/n/proxy", "nodes", "/v1 - nodes n proxy -"),
            ("readyz", "", "-/- - - - - -"),
            ("", "", "-/- - - - - -"),
        ] {
            let method = Method {
                resource: Some(own),
                ..Method::default()
            };
            let uri = place(name, &method);
            let part = |part: &Option<Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
            let shown = format!(
                "{}/{} {} {} {} {} -",
                part(&uri.group),
                part(&uri.version),
                part(&uri.namespace),
                part(&uri.resource),
                part(&uri.name),
                part(&uri.subresource),
            );
            assert_eq!(shown, expected, "{name}");
        }
    }

    #[test]
    fn codes_are_translated() {
        for (code, expected) in [
            (0, 200),
            (7, 403),
            (16, 401),
            (10, 409),
            (2, 500),
            (99, 500),
        ] {
            assert_eq!(http_status(code), expected, "{code}");
        }
        assert_eq!((http_status(404), http_status(-1)), (404, 500));
    }
}
