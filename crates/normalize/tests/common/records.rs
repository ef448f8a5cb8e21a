//! Records and logs that the properties are tried on.

use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) fn texts(pool: &'static [&'static str]) -> prop::sample::Select<&'static str> {
    prop::sample::select(pool)
}

pub(crate) fn record() -> impl Strategy<Value = Value> {
    let uri = texts(&[
        "",
        "/",
        "/healthz",
        "/api/v1/secrets",
        "/api/v1/namespaces/a/secrets/b",
        "/api/v1/secrets?resourceVersion=0",
        "/api/v1/namespaces/a/pods/p/exec?command=sh&command=--token&command=x",
        "/apis/apps/v1/deployments?watch=1",
        "/api/v1/namespaces/a/pods",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/api/v1/namespaces/a/serviceaccounts/b/token",
        "/api/v1/nodes/n/proxy/run?token=abc",
        "%zz//??&=&",
    ]);
    let who = texts(&[
        "",
        "eve",
        "system:serviceaccount:a:b",
        "system:anonymous",
        "eyJhbGciOi.eyJzdWIi.c2ln",
    ]);
    let stage = texts(&[
        "RequestReceived",
        "ResponseStarted",
        "ResponseComplete",
        "Panic",
        "",
    ]);
    let verb = texts(&[
        "get",
        "list",
        "watch",
        "create",
        "patch",
        "delete",
        "impersonate",
        "",
    ]);
    let resource = texts(&["", "secrets", "pods", "serviceaccounts", "x"]);
    let id = texts(&["", "a", "b", "d44fcbe3-5652-4b3d-b651-dfdb4d811f47"]);
    let decision = texts(&["", "allow", "forbid"]);
    let body = texts(&[
        "null",
        "[]",
        r#"{"spec":7}"#,
        r#"{"spec":{"serviceAccountName":"e","volumes":[{"secret":{"secretName":"token"}},{"secret":1}]}}"#,
        r#"{"spec":{"serviceAccount":"eve","resourceAttributes":{"verb":"get"}}}"#,
    ]);
    let rest = (
        prop::sample::select(&[0, 200, 401, 403][..]),
        0..90_u32,
        decision,
        body,
    );
    (uri, who, stage, verb, resource, id, rest).prop_map(|(uri, who, stage, verb, resource, id, (code, second, decision, body))| {
        let mut record = json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "stage": stage, "requestURI": uri, "verb": verb,
            "auditID": id, "user": {"username": who}, "sourceIPs": ["10.0.0.1", "x"], "responseStatus": {"code": code},
            "requestReceivedTimestamp": format!("2026-11-23T05:{:02}:{:02}Z", second / 60, second % 60),
            "annotations": {"authorization.k8s.io/decision": decision},
        });
        record["requestObject"] = serde_json::from_str(body).unwrap_or_default();
        if !resource.is_empty() {
            record["objectRef"] = json!({"resource": resource, "name": "n"});
        }
        record
    })
}

pub(crate) fn stage(id: &str, stage: &str, code: u16, seconds: i64) -> String {
    let time = yaral_udm::Timestamp::new(seconds, 0).expect("a time of this era");
    json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": id, "stage": stage, "verb": "list",
        "requestURI": "/api/v1/secrets", "responseStatus": {"code": code}, "requestReceivedTimestamp": time.to_string(),
    })
    .to_string()
}

/// The log of one server: refused requests whose answers come after up to two
/// others, now and then a record of another age.
pub(crate) fn server_log(file: usize, start: i64, requests: &[(i64, usize, u8)]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut now = start;
    for (at, (pause, wait, odd)) in requests.iter().enumerate() {
        // An answer comes within 30 seconds, or it is a request of its own.
        now += pause / 3;
        let id = format!("r{file}-{at}");
        let mut received = json!(null);
        if let Ok(value) = serde_json::from_str::<Value>(&stage(&id, "RequestReceived", 0, now)) {
            received = value;
        }
        if let Some(record) = received.as_object_mut() {
            record.remove("responseStatus");
        }
        lines.push(received.to_string());
        open.push((at + wait, stage(&id, "ResponseComplete", 403, now)));
        if *odd < 2 {
            let year = if *odd == 0 { 4_070_908_800 } else { 0 };
            lines.push(stage(
                &format!("odd{file}-{at}"),
                "ResponseComplete",
                200,
                year,
            ));
        }
        let due = open
            .iter()
            .filter(|(due, _)| *due <= at)
            .map(|(_, line)| line.clone());
        lines.extend(due);
        open.retain(|(due, _)| *due > at);
    }
    lines.extend(open.into_iter().map(|(_, line)| line));
    lines
}
