//! A record in an envelope is the record: field by field the same event, but
//! for the labels that only the envelope can know.

mod common;

use std::fs;
use std::path::Path;

use common::envelopes::{Envelope, Told, row};
use common::records::{record, server_log, texts};
use common::{Built, Collected, collect};
use proptest::prelude::*;
use serde_json::{Value, json};
use yaral_normalize::{LogType, Mapping, RejectReason, Setup, recognise};

const LABELS: [&str; 3] = ["k8s_envelope", "k8s_cluster", "k8s_server"];

fn audit(log: &str) -> Collected {
    mapped(log, Mapping::Default)
}

fn mapped(log: &str, mapping: Mapping) -> Collected {
    let setup = Setup {
        mapping,
        ..Setup::default()
    };
    collect(LogType::KubernetesAudit, &setup, log.as_bytes())
}

fn fields(event: &Value) -> &Value {
    &event["additional"]
}

/// The event without the labels of its envelope, and those.
fn parted(built: &Built) -> (Value, [Option<String>; 3]) {
    let mut event: Value = serde_json::from_str(&built.json).expect("events are JSON");
    let own = LABELS.map(|label| fields(&event)[label].as_str().map(str::to_owned));
    let mut empty = false;
    if let Some(fields) = event["additional"].as_object_mut() {
        for label in LABELS {
            fields.remove(label);
        }
        empty = fields.is_empty();
    }
    if empty && let Some(event) = event.as_object_mut() {
        event.remove("additional");
    }
    if event["additional"].is_null()
        && let Some(event) = event.as_object_mut()
    {
        event.remove("additional");
    }
    (event, own)
}

/// Asserts that two logs give the same events.
fn same(native: &Collected, wrapped: &Collected, labels: [Option<&str>; 3]) {
    assert_eq!(native.events.len(), wrapped.events.len());
    assert_eq!(native.counts.duplicates, wrapped.counts.duplicates);
    assert_eq!(native.counts.records, wrapped.counts.records);
    for (alone, inside) in native.events.iter().zip(&wrapped.events) {
        let (alone_event, no_labels) = parted(alone);
        let (inside_event, own) = parted(inside);
        assert_eq!(alone_event, inside_event);
        assert_eq!(no_labels, [None, None, None]);
        assert_eq!(own.each_ref().map(Option::as_deref), labels);
        assert_eq!(alone.position.line, inside.position.line);
    }
}

/// The native lines of the goldens that are records.
fn lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/kubernetes_audit/raw_logs");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder of raw logs is part of the crate")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| !path.to_string_lossy().contains("_synthetic"))
        .collect();
    files.sort();
    let logs = files
        .iter()
        .map(|path| fs::read(path).expect("a readable log"));
    let texts: Vec<_> = logs
        .map(|log| String::from_utf8_lossy(&log).into_owned())
        .collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let good = |line: &&str| {
        let found = audit(line);
        found.rejects.is_empty() && found.counts.records > 0
    };
    lines.filter(good).map(str::to_owned).collect()
}

#[test]
fn a_record_in_an_envelope_is_the_record() {
    // Wrappers inside of envelopes would be too many.
    let lines: Vec<_> = lines()
        .into_iter()
        .filter(|line| !line.contains(r#""log":"#) && !line.contains(r#""body":"#))
        .collect();
    assert!(lines.len() > 30, "{}", lines.len());
    for mapping in [Mapping::Default, Mapping::Secops] {
        let native = mapped(&lines.join("\n"), mapping);
        for envelope in Envelope::ALL {
            let log: Vec<_> = lines.iter().map(|line| envelope.wrap(line)).collect();
            let wrapped = mapped(&log.join("\n"), mapping);
            same(&native, &wrapped, envelope.labels());
            assert!(wrapped.rejects.is_empty(), "{envelope:?}");
            for (alone, inside) in native.events.iter().zip(&wrapped.events) {
                assert_eq!(
                    (&alone.raw, &alone.id),
                    (&inside.raw, &inside.id),
                    "{envelope:?}"
                );
            }
        }
    }
}

/// What `aws logs tail`, exports to a bucket, container runtimes and syslog put
/// before a record.
#[test]
fn a_record_behind_a_prefix_is_the_record() {
    let lines = lines();
    let native = audit(&lines.join("\n"));
    for prefix in [
        "2026-11-23T05:18:12.123000+00:00 kube-apiserver-audit-0a1b ",
        "2026-11-23T05:18:12.123Z ",
        "2026-11-23T05:18:12.123456789+01:00 stdout F ",
        "<13>Nov 23 05:18:12 master audit[7]: ",
    ] {
        let log: Vec<_> = lines.iter().map(|line| format!("{prefix}{line}")).collect();
        let found = audit(&log.join("\n"));
        same(&native, &found, [None, None, None]);
        assert!(found.rejects.is_empty(), "{prefix}");
        let claimed = recognise(&[log[0].as_bytes()]);
        assert_eq!(claimed, Some(LogType::KubernetesAudit), "{prefix}");
    }
}

#[test]
fn a_row_of_a_table_is_the_record() {
    let records: Vec<Value> = lines()
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .filter(|record| record["apiVersion"] == "audit.k8s.io/v1" && record["kind"] == "Event")
        .filter(|record| record["auditID"].is_string() && record["impersonatedUser"].is_null())
        .collect();
    assert!(records.len() > 20, "{}", records.len());
    let log: Vec<_> = records.iter().map(Value::to_string).collect();
    for as_text in [false, true] {
        for mapping in [Mapping::Default, Mapping::Secops] {
            let rows: Vec<_> = records.iter().map(|record| row(record, as_text)).collect();
            let found = mapped(&rows.join("\n"), mapping);
            let labels = [Some("aks"), Some("shop"), None];
            same(&mapped(&log.join("\n"), mapping), &found, labels);
        }
    }
}

#[test]
fn lines_in_envelopes_are_recognised() {
    let record =
        r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"get","requestURI":"/x"}"#;
    let claimed = |line: &str| recognise(&[line.as_bytes()]);
    for envelope in Envelope::ALL {
        let line = envelope.wrap(record);
        assert_eq!(claimed(&line), Some(LogType::KubernetesAudit), "{line}");
        let cut = &line[..line.len() - 4];
        assert_eq!(claimed(cut), Some(LogType::KubernetesAudit), "{cut}");
    }
    for other in [
        r#"{"eventSource":"eks.amazonaws.com","eventName":"ListClusters","userIdentity":{}}"#,
        r#"{"Records":[{"eventSource":"eks.amazonaws.com"}]}"#,
        r#"{"message":"a text","timestamp":1795424400000}"#,
        r#"{"category":"Administrative","operationName":"x","properties":{}}"#,
        r#"{"protoPayload":{"serviceName":"iam.googleapis.com","methodName":"x"}}"#,
        r#"{"events":[{"message":"x"}]}"#,
    ] {
        assert_eq!(claimed(other), None, "{other}");
    }
}

#[test]
fn members_of_a_row_do_not_hide_its_record() {
    let record =
        r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"get","requestURI":"/x"}"#;
    for (member, value) in [
        ("message", json!("a text")),
        ("timestamp", json!(1_795_424_400)),
        ("messageType", json!("x")),
        ("events", json!(3)),
        ("records", json!({})),
        ("entries", json!("x")),
        ("category", json!("Administrative")),
        ("AuditId", json!("x")),
    ] {
        let mut row = json!({"log": record});
        row[member] = value;
        let found = audit(&row.to_string());
        assert_eq!((found.events.len(), found.rejects.len()), (1, 0), "{row}");
        assert!(!found.events[0].json.contains("k8s_envelope"), "{row}");
    }
    // Nor does a number that a collector adds to the record itself.
    let line = record.replacen('{', r#"{"timestamp":1795424400000,"logStream":"s","#, 1);
    let found = audit(&line);
    assert!(
        found.events[0].json.contains("2026-11-23T09:00:00Z"),
        "{line}"
    );
}

#[test]
fn each_item_of_another_log_is_rejected_with_its_writer() {
    let log = json!({
        "messageType": "DATA_MESSAGE", "logGroup": "/aws/eks/shop/cluster", "logStream": "authenticator-1",
        "logEvents": [{"id": "1", "timestamp": 1, "message": "x"}, {"id": "2", "timestamp": 1, "message": "y"}],
    });
    let found = audit(&log.to_string());
    let seen: Vec<_> = found
        .rejects
        .iter()
        .map(|reject| (reject.position.item, reject.reason, reject.detail.as_str()))
        .collect();
    let detail = "EKS log stream of the authenticator";
    assert_eq!(
        seen,
        [
            (1, RejectReason::OtherLog, detail),
            (2, RejectReason::OtherLog, detail)
        ]
    );
}

/// An answer to a request for an aggregated API, as one of the servers logs it.
fn hop(server: &str, sources: &[&str], received: &str, uri: &str) -> String {
    let record = json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": "one", "stage": "ResponseComplete", "verb": "list",
        "requestURI": uri, "user": {"username": "eve"}, "sourceIPs": sources, "responseStatus": {"code": 200},
        "requestReceivedTimestamp": format!("2026-11-23T09:00:{received}Z"),
    });
    format!("{server} {record}")
}

#[test]
fn a_request_to_an_aggregated_api_is_one_event() {
    let routes = "/apis/route.openshift.io/v1/routes";
    let front = hop("m0", &["10.0.0.7"], "01.0", routes);
    let behind = hop("m1", &["10.0.0.7", "10.128.0.2"], "01.1", routes);
    for log in [[&front, &behind], [&behind, &front]] {
        let found = audit(&log.map(String::as_str).join("\n"));
        let counts = (
            found.events.len(),
            found.counts.duplicates,
            found.counts.reused_ids,
        );
        assert_eq!(counts, (1, 1, 0));
    }
    let secrets = "/api/v1/secrets";
    for second in [
        hop("m1", &["10.0.0.7"], "01.1", routes),
        hop("m1", &["10.0.0.8", "10.128.0.2"], "01.1", routes),
        hop(
            "m1",
            &["10.0.0.7", "10.128.0.2", "10.128.0.3"],
            "01.1",
            routes,
        ),
        hop("m1", &["10.0.0.7", "10.128.0.2"], "09.1", routes),
        hop(
            "m1",
            &["10.0.0.7", "10.128.0.2"],
            "01.1",
            "/apis/route.openshift.io/v1/x",
        ),
        hop("m1", &[], "01.1", routes),
    ] {
        let found = audit(&[front.clone(), second].join("\n"));
        assert_eq!((found.events.len(), found.counts.reused_ids), (2, 1));
        assert_ne!(found.events[0].id, found.events[1].id);
    }
    // What the core API is asked for is never taken for a second telling.
    let front = hop("m0", &["10.0.0.7"], "01.0", secrets);
    let behind = hop("m1", &["10.0.0.7", "10.128.0.2"], "01.1", secrets);
    assert_eq!(audit(&[front, behind].join("\n")).events.len(), 2);
}

#[test]
fn halves_of_a_long_request_are_its_stages() {
    let half = |first: bool, second: &str, insert: &str| {
        json!({
            "insertId": insert, "timestamp": format!("2026-11-23T09:{second}Z"),
            "operation": {"id": "op", "first": first, "last": !first},
            "protoPayload": {
                "serviceName": "k8s.io", "methodName": "io.k8s.core.v1.pods.exec.create",
                "resourceName": "core/v1/namespaces/a/pods/p/exec", "authenticationInfo": {"principalEmail": "eve"},
            },
        })
        .to_string()
    };
    let log = [half(true, "00:00", "a"), half(false, "20:00", "b")];
    let found = audit(&log.join("\n"));
    assert_eq!((found.events.len(), found.counts.duplicates), (1, 1));
    assert!(found.events[0].json.contains("ResponseStarted"));
    // A second request under the same id, of whatever order.
    let more = [half(true, "21:00", "c"), half(false, "22:00", "d")];
    let [start, end] = &log;
    let [start_again, end_again] = &more;
    for order in [
        [start, end, start_again, end_again],
        [start, start_again, end, end_again],
        [start, start_again, end_again, end],
        [end, start, start, end],
    ] {
        let found = audit(&order.map(String::as_str).join("\n"));
        let events = if order[3] == end && order[1] == start {
            1
        } else {
            2
        };
        assert_eq!(found.events.len(), events);
        assert_eq!(found.counts.duplicates, 4 - events as u64);
    }
    // Whole requests under one id are told apart by their times.
    let whole = log.map(|line| line.replace(":false", ":true"));
    assert_eq!(audit(&whole.join("\n")).events.len(), 2);
}

fn told() -> impl Strategy<Value = Told> {
    let kind = prop::sample::select(
        &[
            ("", "v1", "secrets"),
            ("", "v1", "pods"),
            ("", "v1", "nodes"),
            ("apps", "v1", "deployments"),
            ("rbac.authorization.k8s.io", "v1", "clusterroles"),
            ("monitoring.coreos.com", "v1alpha1", "rules"),
        ][..],
    );
    let verb = texts(&[
        "get",
        "list",
        "watch",
        "create",
        "patch",
        "deletecollection",
    ]);
    let part = |pool| prop::option::of(texts(pool));
    let code = prop::sample::select(
        &[
            (0, 200),
            (7, 403),
            (16, 401),
            (5, 404),
            (409, 409),
            (13, 500),
        ][..],
    );
    let body = prop::sample::select(vec![
        json!({"kind": "Secret", "data": {"k": "cnry"}}),
        json!({"spec": {"expirationSeconds": 7200}}),
    ]);
    let user = texts(&["eve", "system:serviceaccount:a:b", "system:anonymous"]);
    let decision = texts(&["allow", "forbid"]);
    let place = (
        part(&["a", "kube-system"]),
        part(&["b", "system:x?y#z"]),
        part(&["exec", "token", "status"]),
    );
    (verb, kind, place, user, code, decision, body).prop_map(
        |(verb, kind, (namespace, name, subresource), user, code, decision, body)| Told {
            verb,
            kind,
            namespace,
            name,
            subresource: subresource.filter(|_| name.is_some()),
            user,
            code,
            decision,
            body,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the records, an envelope around them changes nothing.
    #[test]
    fn any_record_in_any_envelope_is_the_record(
        records in prop::collection::vec(record(), 1..8),
        envelope in prop::sample::select(&Envelope::ALL[..]),
        as_text in any::<bool>(),
    ) {
        let lines: Vec<_> = records.iter().map(Value::to_string).collect();
        let native = audit(&lines.join("\n"));
        let log: Vec<_> = lines.iter().map(|line| envelope.wrap(line)).collect();
        let wrapped = audit(&log.join("\n"));
        same(&native, &wrapped, envelope.labels());
        for (alone, inside) in native.events.iter().zip(&wrapped.events) {
            prop_assert_eq!((&alone.raw, &alone.id), (&inside.raw, &inside.id));
            prop_assert_eq!(alone.projected.len() < inside.projected.len(), true);
        }
        let rows: Vec<_> = records.iter().map(|record| row(record, as_text)).collect();
        same(&native, &audit(&rows.join("\n")), [Some("aks"), Some("shop"), None]);
    }

    /// An entry of GKE gives what the native record gives that knows no more.
    #[test]
    fn an_entry_is_the_record_that_knows_no_more(told in told(), secops in any::<bool>()) {
        let mapping = if secops { Mapping::Secops } else { Mapping::Default };
        let entry = mapped(&told.entry(), mapping);
        same(&mapped(&told.native(), mapping), &entry, [Some("gke"), Some("p/l/shop"), None]);
        prop_assert!(!entry.events[0].raw.contains("cnry"), "{}", entry.events[0].raw);
    }

    /// An envelope that ends early, at any byte, is a reject and nothing worse.
    #[test]
    fn a_cut_envelope_is_a_reject(
        record in record(),
        told in told(),
        envelope in prop::sample::select(&Envelope::ALL[..]),
        at in any::<prop::sample::Index>(),
    ) {
        for whole in [envelope.wrap(&record.to_string()), row(&record, true), told.entry()] {
            let end = at.index(whole.len());
            let cut = audit(&whole[..end]);
            prop_assert_ne!(recognise(&[&whole.as_bytes()[..end]]), Some(LogType::Udm));
            prop_assert_eq!(cut.events.len(), 0);
            prop_assert_eq!(cut.rejects.len(), usize::from(end > 0));
            // The text inside may be cut, too.
            let record = record.to_string();
            let inside = envelope.wrap(&record[..at.index(record.len())]);
            let found = audit(&inside);
            prop_assert_ne!(recognise(&[inside.as_bytes()]), Some(LogType::Udm));
            prop_assert_eq!((found.events.len(), found.rejects.len()), (0, 1));
        }
    }

    /// Masters run at their own pace: mixed in any way, each of their requests
    /// comes out with its answer.
    #[test]
    fn masters_may_be_mixed(
        logs in prop::collection::vec((0..2_000_000_000_i64, prop::collection::vec((0..20_i64, 0..3_usize, 2..40_u8), 1..12)), 1..4),
        turns in prop::collection::vec(0..4_usize, 0..80),
    ) {
        let files: Vec<_> = logs.iter().enumerate().map(|(file, (start, requests))| server_log(file, *start, requests)).collect();
        let mut rest: Vec<_> = files.iter().map(|lines| lines.iter()).collect();
        let mut mixed = Vec::new();
        let order = turns.into_iter().chain((0..rest.len()).flat_map(|server| vec![server; 100]));
        for server in order {
            if let Some(line) = rest.get_mut(server).and_then(Iterator::next) {
                mixed.push(format!("master-{server} {line}"));
            }
        }
        prop_assert_eq!(mixed.len(), files.iter().map(Vec::len).sum::<usize>());
        let found = audit(&mixed.join("\n"));
        prop_assert!(found.events.iter().all(|event| event.json.contains("403")));
        prop_assert_eq!(found.events.len(), logs.iter().map(|(_, requests)| requests.len()).sum::<usize>());
    }
}
