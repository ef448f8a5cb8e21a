//! The Kubernetes audit log, in the names of `audit.k8s.io/v1`.

use super::{Words, capture, closed, decode, field, matches, not, own, replace};
use crate::filter::{Filter, Op, Test, Text};
use crate::loss::Effect;

/// Fields of the model that are a field of the record.
const FIELDS: &[(&str, &str)] = &[
    ("metadata.description", "stage"),
    ("metadata.product_log_id", "auditID"),
    ("network.http.response_code", "responseStatus.code"),
    ("network.http.user_agent", "userAgent"),
    ("principal.asset.ip", "sourceIPs"),
    ("principal.ip", "sourceIPs"),
    ("principal.user.group_identifiers", "user.groups"),
    ("principal.user.user_display_name", "user.username"),
    ("security_result.summary", "responseStatus.message"),
    ("target.namespace", "objectRef.namespace"),
    ("target.resource.name", "objectRef.name"),
    ("target.resource.resource_subtype", "objectRef.resource"),
    ("target.resource.type", "objectRef.resource"),
    ("target.url", "requestURI"),
    ("label:k8s_api_group", "objectRef.apiGroup"),
    ("label:k8s_impersonated_groups", "impersonatedUser.groups"),
    ("label:k8s_impersonated_user", "impersonatedUser.username"),
    ("label:k8s_level", "level"),
    ("label:k8s_source_chain", "sourceIPs"),
    ("label:k8s_stage", "stage"),
    ("label:k8s_subresource", "objectRef.subresource"),
    ("label:k8s_credential_id", "user.extra.credential-id"),
    ("label:k8s_pod_name", "user.extra.pod-name"),
    ("label:k8s_node_name", "user.extra.node-name"),
    ("label:objectRef.name", "objectRef.name"),
    ("label:objectRef.namespace", "objectRef.namespace"),
    ("label:objectRef.resource", "objectRef.resource"),
    ("label:objectRef.apiVersion", "objectRef.apiVersion"),
];

/// Types of events and the verbs that they stand for; the second name is that
/// of Google's mapping.
const TYPES: &[(&str, &str, &[&str])] = &[
    (
        "RESOURCE_READ",
        "USER_RESOURCE_ACCESS",
        &["get", "list", "watch", "head", "options"],
    ),
    (
        "RESOURCE_CREATION",
        "USER_RESOURCE_CREATION",
        &["create", "post"],
    ),
    (
        "RESOURCE_WRITTEN",
        "USER_RESOURCE_UPDATE_CONTENT",
        &["update", "patch", "put"],
    ),
    (
        "RESOURCE_DELETION",
        "USER_RESOURCE_DELETION",
        &["delete", "deletecollection"],
    ),
];

impl Words<'_> {
    /// What a type of event says of the verb.
    pub(super) fn verbs(&mut self, test: &Test) -> Filter {
        let mut verbs = Vec::new();
        for (ours, google, own) in TYPES {
            let name = if self.secops { google } else { ours };
            if super::holds(&test.op, name) {
                verbs.extend(own.iter().map(|verb| (*verb).to_owned()));
            }
        }
        if verbs.is_empty() {
            return Filter::Const(false);
        }
        field(test, "verb", Op::OneOf(verbs, false))
    }

    /// A field whose test becomes another test; `None` for those that are texts.
    pub(super) fn kubernetes(&mut self, name: &str, test: &Test) -> Option<Filter> {
        Some(match name {
            "label:k8s_scope" => self.scope(test),
            "label:k8s_informer" => self.informer(test),
            "label:k8s_initial_events" => {
                let what = "sendInitialEvents is read off the URI as it is written";
                self.approximate(test, Effect::Differs, what);
                let asked = matches(
                    test,
                    "requestURI",
                    "[?&]sendInitialEvents=(1|t|T|true|True|TRUE)(&|$)",
                );
                closed(test, vec![("true", asked.clone()), ("", not(asked))])
            }
            "security_result.action" => {
                let code = |code| {
                    field(
                        test,
                        "responseStatus.code",
                        Op::Number(yaral_ir::plan::CompareOp::Eq, code),
                    )
                };
                let refused = Filter::Any(vec![code(401), code(403)]);
                let what = "a refusal is told by its code, 401 or 403, not by the annotation";
                self.approximate(test, Effect::Differs, what);
                closed(
                    test,
                    vec![("BLOCK", refused.clone()), ("ALLOW", not(refused))],
                )
            }
            // Google's own mapping has the kind of the record, always Event, there.
            "metadata.product_event_type" if self.secops => {
                Filter::Const(super::holds(&test.op, "Event"))
            }
            "label:k8s_pod_secrets"
            | "label:k8s_pod_host_paths"
            | "label:k8s_pod_service_account"
            | "label:k8s_webhook_resources" => {
                return self.body(name, test);
            }
            _ => return None,
        })
    }

    /// How much a request is about.
    fn scope(&mut self, test: &Test) -> Filter {
        let what = "the scope is read off objectRef: a selector of one name counts as a list";
        self.approximate(test, Effect::Differs, what);
        let absent = |name: &str| field(test, name, Op::Absent);
        let resource = not(absent("objectRef.resource"));
        let nameless = absent("objectRef.name");
        closed(
            test,
            vec![
                (
                    "cluster",
                    Filter::All(vec![
                        resource.clone(),
                        absent("objectRef.namespace"),
                        nameless.clone(),
                    ]),
                ),
                (
                    "namespace",
                    Filter::All(vec![not(absent("objectRef.namespace")), nameless]),
                ),
                ("object", not(absent("objectRef.name"))),
                ("", not(resource)),
            ],
        )
    }

    /// Whether a list or watch names a version, as informers do.
    fn informer(&mut self, test: &Test) -> Filter {
        let what = "an informer is known by the URI alone";
        self.approximate(test, Effect::Differs, what);
        let asks = field(
            test,
            "verb",
            Op::OneOf(vec!["list".to_owned(), "watch".to_owned()], false),
        );
        let versioned = matches(
            test,
            "requestURI",
            "[?&](resourceVersion=[^&]|sendInitialEvents=(1|t|T|true|True|TRUE)(&|$))",
        );
        closed(
            test,
            vec![
                ("true", Filter::All(vec![asks.clone(), versioned.clone()])),
                ("false", Filter::All(vec![asks.clone(), not(versioned)])),
                ("", not(asks)),
            ],
        )
    }

    /// Labels of what a request brings, searched for in its body as text.
    fn body(&mut self, name: &str, test: &Test) -> Option<Filter> {
        let what = "is worked out of the request's body, which the target holds as one object";
        if name == "label:k8s_pod_service_account" || name == "label:k8s_pod_host_paths" {
            return Some(Filter::Missing(
                test.id,
                format!("{name}: {what}").replace("label:", ""),
            ));
        }
        let member = if name == "label:k8s_webhook_resources" {
            "resources"
        } else {
            "secretName|secretRef|secretKeyRef|secret"
        };
        match &test.op {
            Op::Absent => {
                let what = "whether the body names such a thing is told by its text";
                self.approximate(test, Effect::Differs, what);
                let re = format!("\"(?:{member})\"\\s*:");
                Some(not(matches(test, "requestObject", &re)))
            }
            Op::Regex(_) | Op::OneOf(..) if name == "label:k8s_webhook_resources" => {
                let what = "the resources of a webhook are searched for in the text of the body";
                self.approximate(test, Effect::Wider, what);
                let re = "\"resources\"\\s*:\\s*\\[[^\\]]*\"(secrets|\\*|\\*/\\*)[\"/]";
                super::holds(&test.op, "secrets").then(|| matches(test, "requestObject", re))
            }
            _ => Some(Filter::Missing(
                test.id,
                format!("{} {what}", super::shown(name)),
            )),
        }
    }

    /// What is lost wherever a field is read.
    pub(super) fn kubernetes_note(&mut self, name: &str, test: &Test) {
        let what = match name {
            "label:k8s_command" => {
                "the command is put together from the URI as it is written; a command in the body is not seen"
            }
            "label:k8s_proxy_path" => "the path behind the proxy is taken as it is written",
            "label:k8s_field_selector" | "label:k8s_label_selector" | "label:k8s_limit" => {
                "the parameter is taken from the URI as it is written"
            }
            _ => return,
        };
        self.approximate(test, Effect::Differs, what);
    }

    /// A field that is a text of the record.
    pub(super) fn kubernetes_text(&mut self, name: &str) -> Option<Text> {
        let account = |part: &str| capture(own("user.username"), part);
        Some(match name {
            "principal.user.userid" if self.secops => own("user.uid"),
            "principal.user.userid" => own("user.username"),
            "network.http.method" if self.secops => own("verb"),
            "metadata.product_event_type" => own("verb"),
            "label:k8s_sa_name" => account("^system:serviceaccount:[^:]+:([^:]+)$"),
            "label:k8s_sa_namespace" => account("^system:serviceaccount:([^:]+):[^:]+$"),
            "label:k8s_field_selector" => parameter("fieldSelector"),
            "label:k8s_label_selector" => parameter("labelSelector"),
            "label:k8s_limit" => parameter("limit"),
            "label:k8s_proxy_path" => capture(own("requestURI"), "/proxy(/[^?]*)"),
            "label:k8s_reason" | "security_result.description" => Text::Coalesce(vec![
                own("annotations.reason"),
                own("responseStatus.reason"),
            ]),
            "label:k8s_command" => {
                let all = capture(own("requestURI"), "[?&]command=([^#]*)");
                let other = "&(container|stdin|stdout|stderr|tty)=[^&]*";
                decode(replace(replace(all, other, ""), "&command=|\\+", " "))
            }
            _ => {
                let found = FIELDS.iter().find(|(own, _)| *own == name);
                own(found?.1)
            }
        })
    }
}

/// A parameter of the URI.
fn parameter(name: &str) -> Text {
    decode(capture(own("requestURI"), &format!("[?&]{name}=([^&]*)")))
}
