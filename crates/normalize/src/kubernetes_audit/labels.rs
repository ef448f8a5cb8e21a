//! The derived labels: what a request is about, in words that rules can use.
//!
//! All are strings under `additional.fields`, where access by key does not
//! multiply rows. A label that does not apply is absent. Both mappings fill
//! them.

use std::borrow::Cow;

use super::facts::{Audit, Facts, Scope, label, text};
use super::named::{self, Kind};
use super::raw::Texts;
use crate::json::{Text, object};
use crate::jwt::claim_rows;
use crate::redact;
use crate::rows::{Row, Value, fixed};

/// The table.
pub(crate) static LABELS: &[Row<Audit>] = &[
    label(
        "k8s_scope",
        "`cluster`, `namespace` or `object`: how much the request is about",
        "requestURI, else objectRef",
        scope,
    ),
    label(
        "k8s_informer",
        "`true` if a list or watch names a resourceVersion, as informers do, else `false`; an empty resourceVersion counts as none; absent where no URI was logged",
        "resourceVersion, resourceVersionMatch, sendInitialEvents in requestURI",
        informer,
    ),
    label(
        "k8s_initial_events",
        "`true` for a watch that begins with all objects, a list in disguise",
        "sendInitialEvents in requestURI",
        initial_events,
    ),
    label(
        "k8s_subresource",
        "`exec`, `log`, `token`, `proxy`, …",
        "requestURI, else objectRef",
        |f| f.value(f.subresource()),
    ),
    label(
        "k8s_command",
        "the command of an exec or attach, its arguments joined by spaces",
        "command parameters of requestURI, else command of the requestObject",
        command,
    ),
    label(
        "k8s_proxy_path",
        "the path behind `nodes/NAME/proxy` and its like",
        "requestURI",
        proxy_path,
    ),
    label(
        "k8s_field_selector",
        "the field selector",
        "fieldSelector in requestURI",
        |f| f.value(f.uri.query.field_selector.as_deref()),
    ),
    label(
        "k8s_label_selector",
        "the label selector",
        "labelSelector in requestURI",
        |f| f.value(f.uri.query.label_selector.as_deref()),
    ),
    label(
        "k8s_limit",
        "the page size of a list",
        "limit in requestURI",
        |f| f.value(f.uri.query.limit.as_deref()),
    ),
    label(
        "k8s_api_group",
        "the API group, absent for the core group",
        "requestURI, else objectRef",
        |f| f.value(f.api_group()),
    ),
    label(
        "k8s_api_version",
        "the API version",
        "requestURI, else objectRef",
        |f| f.value(f.api_version()),
    ),
    label("k8s_level", "the audit level of the record", "level", |f| {
        f.value(f.raw.level.as_ref().map(Text::as_str))
    }),
    label(
        "k8s_stage",
        "the stage that the record reports",
        "stage",
        |f| f.value(f.raw.stage.as_ref().map(Text::as_str)),
    ),
    label(
        "k8s_reason",
        "why the request was allowed or refused",
        "annotation authorization.k8s.io/reason, else responseStatus.reason",
        |f| f.value(f.reason()),
    ),
    label(
        "k8s_credential_id",
        "the credential that was used, such as `JTI=…` or `X509SHA256=…`",
        "user.extra authentication.kubernetes.io/credential-id",
        |f| f.value(f.extra("authentication.kubernetes.io/credential-id")),
    ),
    label(
        "k8s_issued_credential_id",
        "the credential that a token request handed out",
        "annotation authentication.kubernetes.io/issued-credential-id",
        |f| f.value(f.annotation("authentication.kubernetes.io/issued-credential-id")),
    ),
    label(
        "k8s_requested_lifetime",
        "the lifetime that a token request asks for, in seconds",
        "requestObject.spec.expirationSeconds",
        requested_lifetime,
    ),
    label(
        "k8s_pod_name",
        "the pod that the token in use is bound to",
        "user.extra authentication.kubernetes.io/pod-name",
        |f| f.value(f.extra("authentication.kubernetes.io/pod-name")),
    ),
    label(
        "k8s_pod_uid",
        "the uid of that pod",
        "user.extra authentication.kubernetes.io/pod-uid",
        |f| f.value(f.extra("authentication.kubernetes.io/pod-uid")),
    ),
    label(
        "k8s_node_name",
        "the node that the token in use is bound to",
        "user.extra authentication.kubernetes.io/node-name",
        |f| f.value(f.extra("authentication.kubernetes.io/node-name")),
    ),
    label(
        "k8s_sa_namespace",
        "the namespace of the service account that acts",
        "user.username",
        |f| f.value(f.service_account().map(|(namespace, _)| namespace)),
    ),
    label(
        "k8s_sa_name",
        "the name of the service account that acts",
        "user.username",
        |f| f.value(f.service_account().map(|(_, name)| name)),
    ),
    label(
        "k8s_impersonated_user",
        "whom the actor acts as; the actor stays the principal",
        "impersonatedUser.username",
        |f| {
            f.value(
                f.impersonated()
                    .and_then(|user| user.username.as_ref())
                    .map(Text::as_str),
            )
        },
    ),
    label(
        "k8s_impersonated_groups",
        "the groups of the impersonated user, joined by commas",
        "impersonatedUser.groups",
        |f| f.joined(f.impersonated().and_then(|user| user.groups.as_ref())),
    ),
    label(
        "k8s_source_chain",
        "all source addresses as written, joined by commas; all but the last can be forged by the client",
        "sourceIPs",
        |f| f.joined(f.raw.source_ips.as_ref()),
    ),
    label(
        "k8s_pod_secrets",
        "the secrets that the new pod, or the pods of the new workload, are given, sorted and joined by commas; with `*` among them there are more",
        "requestObject: the pod spec's volumes (secret, projected), env and envFrom of all its containers",
        |f| named::value(f, Kind::Secrets),
    ),
    label(
        "k8s_pod_host_paths",
        "the paths of the node that it mounts, as written, sorted and joined by commas; with `*` among them there are more",
        "requestObject: volumes[].hostPath.path of the pod spec",
        |f| named::value(f, Kind::HostPaths),
    ),
    label(
        "k8s_pod_service_account",
        "the service account that it runs as, absent where it names none",
        "requestObject: serviceAccountName, else serviceAccount of the pod spec",
        named::service_account,
    ),
    label(
        "k8s_csr_signer",
        "who is asked to sign a certificate",
        "requestObject.spec.signerName of certificatesigningrequests",
        |f| named::value(f, Kind::Signer),
    ),
    label(
        "k8s_webhook_resources",
        "the resources that an admission webhook gets to see, sorted and joined by commas; `*` is all",
        "requestObject.webhooks[].rules[].resources[] of validatingwebhookconfigurations, mutatingwebhookconfigurations",
        |f| named::value(f, Kind::WebhookResources),
    ),
    label(
        "k8s_review_verb",
        "the verb that the actor asks about: may I?",
        "requestObject.spec.resourceAttributes.verb of selfsubjectaccessreviews",
        |f| named::value(f, Kind::ReviewVerb),
    ),
    label(
        "k8s_review_resource",
        "the resource that the actor asks about",
        "requestObject.spec.resourceAttributes.resource of selfsubjectaccessreviews",
        |f| named::value(f, Kind::ReviewResource),
    ),
];

fn scope<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match facts.scope() {
        None => Value::Absent,
        Some(Scope::Cluster) => fixed("cluster"),
        Some(Scope::Namespace) => fixed("namespace"),
        Some(Scope::Object) => fixed("object"),
    }
}

fn informer<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let asks = matches!(facts.verb(), "list" | "watch") && facts.resource().is_some();
    if !asks || text(facts.raw.request_uri.as_ref()).is_none() {
        return Value::Absent;
    }
    let query = &facts.uri.query;
    fixed(if query.versioned || query.initial_events {
        "true"
    } else {
        "false"
    })
}

fn initial_events<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let watch = facts.verb() == "watch" || facts.uri.query.watch;
    if watch && facts.uri.query.initial_events {
        fixed("true")
    } else {
        Value::Absent
    }
}

object! {
    /// The body of an exec, as far as it is read.
    ExecOptions {
        command: "command" => Texts<'a>,
    }
}

fn command<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let Some(arguments) = facts.uri.query.command().or_else(|| body_command(facts)) else {
        return Value::Absent;
    };
    let joined = if facts.is_redacting() {
        redact::arguments(arguments.iter().map(|argument| &**argument))
            .replace(redact::ARGUMENT_END, " ")
    } else {
        arguments.join(" ")
    };
    Value::Text(Cow::Owned(joined))
}

/// The command that the body of an exec names, where no URI does.
fn body_command<'a>(facts: &'a Facts<'a>) -> Option<Vec<Cow<'a, str>>> {
    if facts.subresource() != Some("exec") {
        return None;
    }
    let options: ExecOptions<'a> = serde_json::from_str(facts.raw.request_object?.get()).ok()?;
    Some(options.command?.0.into_iter().map(|text| text.0).collect())
}

fn proxy_path<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    if facts.subresource() != Some("proxy") {
        return Value::Absent;
    }
    match facts.uri.rest {
        None => Value::Absent,
        Some(rest) => {
            let path = crate::percent::decode_path(rest);
            Value::Text(Cow::Owned(facts.clean(&path).into_owned()))
        }
    }
}

object! {
    /// The body of a token request, as far as it is read.
    TokenRequest {
        spec: "spec" => TokenRequestSpec<'a>,
    }
}

object! {
    /// What a token request asks for.
    TokenRequestSpec {
        lifetime: "expirationSeconds" => i64,
        audiences: "audiences" => &'a serde_json::value::RawValue,
    }
}

fn requested_lifetime<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    if facts.subresource() != Some("token") {
        return Value::Absent;
    }
    let request = facts
        .raw
        .request_object
        .map(serde_json::value::RawValue::get);
    let request: Option<TokenRequest<'_>> =
        request.and_then(|text| serde_json::from_str(text).ok());
    let lifetime = request
        .and_then(|request| request.spec)
        .and_then(|spec| spec.lifetime);
    lifetime.map_or(Value::Absent, |seconds| {
        Value::Text(Cow::Owned(seconds.to_string()))
    })
}

/// The labels about a token in the request.
pub(crate) static CLAIMS: &[Row<Audit>] = claim_rows!("a token in requestURI or userAgent");
