//! The claims of a token that stands in a log.
//!
//! The token itself is cut on the way out; who it belongs to, which is what an
//! investigation asks, is kept. Nothing is verified: the claims say what the
//! token says. A payload over [`TOKEN_PAYLOAD_MAX`] bytes is not decoded.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::json::{Text, object};
use crate::limits::TOKEN_PAYLOAD_MAX;

/// What a token says about itself; empty where it says nothing.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Claims {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// The expiry as written, seconds since 1970 as a rule.
    pub(crate) expiry: String,
    pub(crate) id: String,
    pub(crate) namespace: String,
    pub(crate) service_account: String,
    pub(crate) pod: String,
    pub(crate) node: String,
}

object! {
    /// The payload of a token.
    Payload {
        sub: "sub" => Text<'a>,
        iss: "iss" => Text<'a>,
        jti: "jti" => Text<'a>,
        exp: "exp" => serde_json::Number,
        kubernetes: "kubernetes.io" => Kubernetes<'a>,
        // Tokens of the time before bound tokens.
        old_namespace: "kubernetes.io/serviceaccount/namespace" => Text<'a>,
        old_account: "kubernetes.io/serviceaccount/service-account.name" => Text<'a>,
    }
}

object! {
    /// The claim of a token that is bound to an object of a cluster.
    Kubernetes {
        namespace: "namespace" => Text<'a>,
        service_account: "serviceaccount" => Named<'a>,
        pod: "pod" => Named<'a>,
        node: "node" => Named<'a>,
    }
}

object! {
    /// An object by its name.
    Named {
        name: "name" => Text<'a>,
    }
}

/// The derived labels of a log type about a token that a record holds. The
/// facts of the log type have a method `claims` and a method `value`; their
/// `label` function is in scope.
macro_rules! claim_rows {
    ($source:literal) => {
        &[
            label(
                "jwt_sub",
                "the subject of a token found in the record",
                $source,
                |f| f.value(f.claims().map(|claims| claims.subject.as_str())),
            ),
            label("jwt_iss", "its issuer", "the same token", |f| {
                f.value(f.claims().map(|claims| claims.issuer.as_str()))
            }),
            label("jwt_exp", "its expiry as written", "the same token", |f| {
                f.value(f.claims().map(|claims| claims.expiry.as_str()))
            }),
            label("jwt_jti", "its id", "the same token", |f| {
                f.value(f.claims().map(|claims| claims.id.as_str()))
            }),
            label(
                "jwt_namespace",
                "the namespace it is bound to",
                "the same token",
                |f| f.value(f.claims().map(|claims| claims.namespace.as_str())),
            ),
            label(
                "jwt_service_account",
                "the service account it stands for",
                "the same token",
                |f| f.value(f.claims().map(|claims| claims.service_account.as_str())),
            ),
            label("jwt_pod", "the pod it is bound to", "the same token", |f| {
                f.value(f.claims().map(|claims| claims.pod.as_str()))
            }),
            label(
                "jwt_node",
                "the node it is bound to",
                "the same token",
                |f| f.value(f.claims().map(|claims| claims.node.as_str())),
            ),
        ]
    };
}
pub(crate) use claim_rows;

/// The claims of the first token in a text.
pub(crate) fn first_claims(text: &str) -> Option<Claims> {
    let mut rest = text;
    while let Some(start) = memchr::memmem::find(rest.as_bytes(), b"eyJ") {
        let header = run(&rest[start..]);
        let after = &rest[start + header..];
        let Some(payload) = after.strip_prefix('.') else {
            rest = after;
            continue;
        };
        let length = run(payload);
        if let Some(claims) = claims(&payload[..length]) {
            return Some(claims);
        }
        rest = &payload[length..];
    }
    None
}

/// The length of the base64 text that a text starts with.
fn run(text: &str) -> usize {
    let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.bytes().position(|b| !inside(b)).unwrap_or(text.len())
}

fn claims(payload: &str) -> Option<Claims> {
    if payload.is_empty() || payload.len() > TOKEN_PAYLOAD_MAX {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let payload: Payload<'_> = serde_json::from_slice(&json).ok()?;
    let bound = payload.kubernetes.unwrap_or_default();
    let text = |value: Option<Text<'_>>| value.map(|text| text.0.into_owned()).unwrap_or_default();
    let name = |value: Option<Named<'_>>| text(value.and_then(|named| named.name));
    Some(Claims {
        subject: text(payload.sub),
        issuer: text(payload.iss),
        expiry: payload
            .exp
            .map(|number| number.to_string())
            .unwrap_or_default(),
        id: text(payload.jti),
        namespace: text(bound.namespace.or(payload.old_namespace)),
        service_account: name(bound.service_account.or(Some(Named {
            name: payload.old_account,
        }))),
        pod: name(bound.pod),
        node: name(bound.node),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_and_garbage_is_not() {
        let payload = URL_SAFE_NO_PAD.encode(
            r#"{"sub":"system:serviceaccount:a:b","exp":1795411129,"jti":"x","kubernetes.io":{"namespace":"a","pod":{"name":"p","uid":"u"},"serviceaccount":{"name":"b"}}}"#,
        );
        let text = format!("eyJx --token=eyJhbGciOiJSUzI1NiJ9.{payload}.c2ln");
        let claims = first_claims(&text).expect("the token is whole");
        assert_eq!(claims.subject, "system:serviceaccount:a:b");
        assert_eq!((&*claims.expiry, &*claims.pod), ("1795411129", "p"));
        assert_eq!((&*claims.node, &*claims.service_account), ("", "b"));
        assert_eq!(first_claims("eyJhbGci.eyJub3Q.x eyJ"), None);
    }
}
