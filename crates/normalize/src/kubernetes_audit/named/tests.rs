//! Bodies of odd shapes, and what is found in them.

use std::fmt::Write as _;

use super::super::envelope::{Found as Record, Origin};
use super::super::raw::RawEvent;
use super::*;

/// The names of a kind in the body of a request for a resource, which may be
/// followed by a subresource.
fn names(resource: &str, kind: Kind, body: &str) -> String {
    let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
    let text = format!(
        r#"{{"kind":"Event","verb":"create","objectRef":{{"resource":"{resource}","subresource":"{subresource}"}},"requestObject":{body}}}"#
    );
    let raw: RawEvent<'_> = serde_json::from_str(&text).expect("a record");
    let origin = Origin::default();
    let facts = Facts::new(&Record::native(&raw, &origin, &text), None, false);
    let value = if kind == Kind::ServiceAccount {
        service_account(&facts)
    } else {
        value(&facts, kind)
    };
    match value {
        Value::Text(text) => text.into_owned(),
        _ => String::new(),
    }
}

fn secrets(spec: &str) -> String {
    names("pods", Kind::Secrets, &format!(r#"{{"spec":{spec}}}"#))
}

#[test]
fn every_place_of_a_secret_counts() {
    for spec in [
        r#"{"volumes":[{"secret":{"secretName":"s"}}]}"#,
        r#"{"volumes":[{"projected":{"sources":[{"secret":{"name":"s"}}]}}]}"#,
        r#"{"containers":[{"env":[{"valueFrom":{"secretKeyRef":{"name":"s"}}}]}]}"#,
        r#"{"initContainers":[{"envFrom":[{"secretRef":{"name":"s"}}]}]}"#,
        r#"{"ephemeralContainers":[{"envFrom":[{"secretRef":{"name":"s"}}]}]}"#,
    ] {
        assert_eq!(secrets(spec), "s", "{spec}");
    }
    for spec in [
        r#"{"imagePullSecrets":[{"name":"s"}]}"#,
        r#"{"containers":[{"env":[{"name":"s","value":"s"}]}]}"#,
        r#"{"volumes":[{"configMap":{"name":"s"}}],"secretName":"s"}"#,
    ] {
        assert_eq!(secrets(spec), "", "{spec}");
    }
}

#[test]
fn the_spec_stands_where_the_resource_has_it() {
    let spec = r#"{"volumes":[{"hostPath":{"path":"/"}}],"serviceAccount":"a"}"#;
    let template = format!(r#"{{"spec":{{"template":{{"spec":{spec}}}}}}}"#);
    let schedule = format!(r#"{{"spec":{{"jobTemplate":{template}}}}}"#);
    let pod = format!(r#"{{"spec":{spec}}}"#);
    for (resource, body) in [
        ("pods", &pod),
        ("pods/ephemeralcontainers", &pod),
        ("deployments", &template),
        ("daemonsets", &template),
        ("statefulsets", &template),
        ("replicasets", &template),
        ("replicationcontrollers", &template),
        ("jobs", &template),
        ("cronjobs", &schedule),
    ] {
        assert_eq!(names(resource, Kind::HostPaths, body), "/", "{resource}");
        assert_eq!(
            names(resource, Kind::ServiceAccount, body),
            "a",
            "{resource}"
        );
    }
    for (resource, body) in [
        ("pods", &template),
        ("pods/status", &pod),
        ("pods/exec", &pod),
        ("deployments", &pod),
        ("deployments/status", &template),
        ("secrets", &pod),
        ("", &pod),
    ] {
        assert_eq!(names(resource, Kind::HostPaths, body), "", "{resource}");
    }
}

#[test]
fn the_newer_spelling_of_a_service_account_comes_first() {
    let account = |spec: &str| {
        let body = format!(r#"{{"spec":{spec}}}"#);
        names("pods", Kind::ServiceAccount, &body)
    };
    assert_eq!(
        account(r#"{"serviceAccount":"old","serviceAccountName":"new"}"#),
        "new"
    );
    assert_eq!(
        account(r#"{"serviceAccount":"old","serviceAccountName":""}"#),
        "old"
    );
    assert_eq!(
        account(r#"{"serviceAccountName":"a","serviceAccountName":"b"}"#),
        "b"
    );
    assert_eq!(account("{}"), "");
}

#[test]
fn names_of_the_other_kinds() {
    let webhooks = r#"{"webhooks":[{"rules":[{"resources":["secrets","pods"]}]},{"rules":[{"resources":["pods","*"]}]}]}"#;
    let review = r#"{"spec":{"resourceAttributes":{"verb":"list","resource":"secrets"}}}"#;
    let signing = r#"{"spec":{"signerName":"example.org/s","request":"LS0t"}}"#;
    for (resource, kind, body, expected) in [
        (
            "mutatingwebhookconfigurations",
            Kind::WebhookResources,
            webhooks,
            "*,pods,secrets",
        ),
        (
            "validatingwebhookconfigurations",
            Kind::WebhookResources,
            webhooks,
            "*,pods,secrets",
        ),
        ("selfsubjectaccessreviews", Kind::ReviewVerb, review, "list"),
        (
            "selfsubjectaccessreviews",
            Kind::ReviewResource,
            review,
            "secrets",
        ),
        ("subjectaccessreviews", Kind::ReviewVerb, review, ""),
        (
            "certificatesigningrequests",
            Kind::Signer,
            signing,
            "example.org/s",
        ),
        (
            "certificatesigningrequests/approval",
            Kind::Signer,
            signing,
            "example.org/s",
        ),
    ] {
        assert_eq!(names(resource, kind, body), expected, "{resource}");
    }
}

#[test]
fn odd_types_hide_nothing_beside_them() {
    let odd = [
        "null",
        "7",
        "-7",
        "1.5",
        "true",
        r#""x""#,
        "[]",
        "{}",
        "[[]]",
        r#"[{"secret":1}]"#,
    ];
    let kept = r#""initContainers":[{"envFrom":[{"secretRef":{"name":"s"}}]}]"#;
    for odd in odd {
        for member in ["volumes", "containers", "serviceAccountName", "other"] {
            assert_eq!(secrets(&format!(r#"{{"{member}":{odd},{kept}}}"#)), "s");
        }
        let items = format!(
            r#"{{"volumes":[{odd},{{"secret":{odd}}},{{"secret":{{"secretName":{odd}}}}},{{"projected":{{"sources":{odd}}}}}],{kept}}}"#
        );
        assert!(matches!(&*secrets(&items), "s" | "s,x"), "{items}");
        assert_eq!(names("pods", Kind::Secrets, odd), "");
        assert_eq!(secrets(odd), "");
    }
}

#[test]
fn what_only_a_patch_can_hold_hides_nothing() {
    let kept = r#""volumes":[{"secret":{"secretName":"s"}}]"#;
    for before in [
        r#""\ud800":1"#,
        r#""x":"\udfff""#,
        r#""x":1e999"#,
        r#""serviceAccountName":1e999"#,
        r#""serviceAccountName":"\ud800""#,
        r#""volumes":[{"secret":{"secretName":""}}]"#,
    ] {
        assert_eq!(secrets(&format!("{{{before},{kept}}}")), "s", "{before}");
    }
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(secrets(&format!(r#"{{"x":{deep},{kept}}}"#)), "s");
    assert_eq!(
        secrets(r#"{"vol\u0075mes":[{"secret":{"secretName":"\u0073"}}]}"#),
        "s"
    );
    assert_eq!(
        names("pods", Kind::Secrets, r#"[{"op":"add","path":"/spec"}]"#),
        "",
        "a JSON patch"
    );
}

#[test]
fn hundreds_of_names_are_distinct_and_in_order() {
    let mut volumes = String::new();
    for n in (0..600).rev().chain(0..600) {
        let _ = write!(volumes, r#"{{"secret":{{"secretName":"s{n:03}"}}}},"#);
    }
    let found = secrets(&format!(
        r#"{{"volumes":[{}]}}"#,
        volumes.trim_end_matches(',')
    ));
    let expected: Vec<_> = (0..600).map(|n| format!("s{n:03}")).collect();
    assert_eq!(found, expected.join(","));
}
