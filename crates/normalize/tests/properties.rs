//! What must hold for every record and every rule set.

mod common;

use common::envelopes::{Envelope, planted_entry};
use common::needs::{mapping, needs, part_of_whole, setup, sound};
use common::planted::{TEXTS, planted_text};
use common::records::{record, server_log};
use common::{Collected, collect};
use proptest::prelude::*;
use serde_json::{Value, json};
use yaral_normalize::{LogType, Mapping, Setup, normalizer, redact_text};
use yaral_udm::Needs;

/// Fields that needs ask about, with or without a key: filled ones, one that
/// no row fills, a message, a time, an enum that may be absent.
const ASKED: [(&str, &str); 21] = [
    ("metadata.event_type", ""),
    ("metadata.product_event_type", ""),
    ("metadata.log_type", ""),
    ("metadata.event_timestamp", ""),
    ("target.resource.type", ""),
    ("target.resource.resource_subtype", ""),
    ("target.resource.resource_type", ""),
    ("target.resource", ""),
    ("target.url", ""),
    ("target.process.command_line", ""),
    ("principal.user.userid", ""),
    ("principal.ip", ""),
    ("network.http.response_code", ""),
    ("network.http.method", ""),
    ("security_result.action", ""),
    ("additional", "k8s_scope"),
    ("additional", "k8s_subresource"),
    ("additional", "k8s_pod_secrets"),
    ("additional", "k8s_pod_service_account"),
    ("additional", "k8s_review_verb"),
    ("additional", "nobody_fills_this"),
];

const LITERALS: [&str; 24] = [
    "",
    "0",
    "get",
    "LIST",
    "secrets",
    "pods",
    "RESOURCE_READ",
    "USER_RESOURCE_ACCESS",
    "KUBERNETES_AUDIT",
    "200",
    "403",
    "GET",
    "eve",
    "BLOCK",
    "UNKNOWN_ACTION",
    "cluster",
    "object",
    "exec",
    "/api",
    "token",
    "10.0.0.1",
    "POD",
    "UNSPECIFIED",
    "e",
];

fn log() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => record().prop_map(|record| record.to_string().into_bytes()),
        1 => prop::collection::vec(record(), 0..4)
            .prop_map(|items| json!({"kind": "EventList", "items": items}).to_string().into_bytes()),
        1 => record().prop_map(|record| json!({"log": record.to_string()}).to_string().into_bytes()),
        1 => (record(), prop::sample::select(&Envelope::ALL[..]))
            .prop_map(|(record, envelope)| envelope.wrap(&record.to_string()).into_bytes()),
        1 => (record(), 0..400_usize).prop_map(|(record, at)| {
            let mut bytes = record.to_string().into_bytes();
            bytes.truncate(at);
            bytes
        }),
        1 => prop::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n'), 0..40),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join(&b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A record that was passed over fails a need of every rule, and the
    /// prefilter changes nothing else.
    #[test]
    fn the_prefilter_is_sound(log in log(), needs in needs(&ASKED, &LITERALS), mapping in mapping()) {
        sound(LogType::KubernetesAudit, mapping, &needs, &log)?;
    }

    /// The same for events that are UDM already.
    #[test]
    fn the_prefilter_of_udm_is_sound(log in log(), needs in needs(&ASKED, &LITERALS)) {
        let source = collect(LogType::KubernetesAudit, &Setup::default(), &log);
        let lines: Vec<_> = source.events.iter().map(|event| event.json.as_str()).collect();
        sound(LogType::Udm, Mapping::Default, &needs, lines.join("\n").as_bytes())?;
    }

    /// The projected event holds what the full one holds, for every field asked for.
    #[test]
    fn a_projection_is_a_part_of_the_whole(log in log(), asked in prop::sample::subsequence(&ASKED[..], 0..6), mapping in mapping()) {
        part_of_whole(LogType::KubernetesAudit, mapping, &asked, &log)?;
    }

    /// Whatever stands before it, a good record comes out.
    #[test]
    fn garbage_does_not_reach_the_next_line(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut log = garbage;
        let end = b"\n{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"good\",\"verb\":\"get\",\"requestURI\":\"/x\"}";
        log.extend_from_slice(end);
        for log_type in LogType::all() {
            collect(log_type, &Setup::default(), &log);
        }
        let found = collect(LogType::KubernetesAudit, &Setup::default(), &log);
        prop_assert_eq!(found.events.last().map(|event| event.id.as_str()), Some("good"));
    }

    /// Requests of several servers, whose clocks and logs have nothing to do
    /// with each other, come out with their answers, in any order of the logs
    /// and whatever date a record between them carries.
    #[test]
    fn every_answer_finds_its_request(
        logs in prop::collection::vec((0..2_000_000_000_i64, prop::collection::vec((0..20_i64, 0..3_usize, 0..40_u8), 1..12)), 1..4),
        turn in 0..4_usize,
    ) {
        let mut files: Vec<_> = logs.iter().enumerate().map(|(file, (start, requests))| server_log(file, *start, requests)).collect();
        let straight = answers(&files);
        let turn = turn % files.len();
        files.rotate_left(turn);
        let turned = answers(&files);
        let refused = |found: &[(String, bool)]| found.iter().filter(|(id, _)| id.starts_with('r')).all(|(_, answered)| *answered);
        prop_assert!(refused(&straight) && refused(&turned), "{:?}", straight);
        prop_assert_eq!(straight.iter().filter(|(id, _)| id.starts_with('r')).count(), logs.iter().map(|(_, requests)| requests.len()).sum::<usize>());
        prop_assert_eq!(straight, turned);
    }

    /// Redacting twice is redacting once, and what has no secret stays.
    #[test]
    fn redaction_settles(text in "[ -~]{0,40}(token|Bearer|--password|password|-e A|-u b|-H X-A-Token|Cookie|mysql -p|login -p|ghp_|auth|%3D|eyJhbGci|Authorization)?[=: .'\"\\\\]{0,3}[ -~]{0,40}") {
        let once = redact_text(&text).into_owned();
        prop_assert_eq!(redact_text(&once), once.as_str());
    }

    /// A secret planted in any known place comes out nowhere.
    #[test]
    fn a_planted_secret_never_comes_out(secret in "[a-zA-Z0-9]{16}", mapping in mapping(), place in 0..PLACES) {
        let canary = format!("cnry{secret}");
        let record = planted(&canary, place);
        let line = record.to_string();
        prop_assert!(line.contains(&canary));
        let found = collect(LogType::KubernetesAudit, &setup(mapping, Needs { rules: Vec::new() }), line.as_bytes());
        prop_assert_eq!(found.events.len(), 1);
        for event in &found.events {
            // What rules are judged on, the projection, is what was logged.
            for text in [&event.json, &event.raw] {
                prop_assert!(!text.contains(&canary), "place {}: {}", place, text);
            }
        }
        let open = Setup { redact: false, mapping, ..Setup::default() };
        let found = collect(LogType::KubernetesAudit, &open, line.as_bytes());
        prop_assert!(found.events[0].raw.contains(&canary), "nothing is cut without redaction");
        let body = &record[if record.get("requestObject").is_some() { "requestObject" } else { "responseObject" }];
        let wrapped = Envelope::ALL.iter().map(|envelope| envelope.wrap(&line));
        for whole in wrapped.clone().chain([planted_entry(&record)]) {
            let found = collect(LogType::KubernetesAudit, &setup(mapping, Needs { rules: Vec::new() }), whole.as_bytes());
            prop_assert_eq!(found.events.len(), 1, "{}", whole);
            for text in [&found.events[0].json, &found.events[0].raw] {
                prop_assert!(!text.contains(&canary), "place {}: {}", place, text);
            }
        }
        for whole in wrapped.chain([line.clone(), json!({"log": line}).to_string(), body.to_string(), json!({"log": body.to_string()}).to_string(), planted_entry(&record)]) {
            if (TEXTS + 8..TEXTS + 15).contains(&place) && !whole.contains("auditID") {
                // Nothing but the request says that this body is a secret.
                continue;
            }
            let cut = &whole[..whole.len() - 1];
            let found = collect(LogType::KubernetesAudit, &Setup::default(), cut.as_bytes());
            prop_assert!(!found.rejects[0].excerpt.contains(&canary) && !found.rejects[0].detail.contains(&canary), "place {}: {}", place, found.rejects[0].excerpt);
        }
        let udm = planted_event(&canary, place);
        let found = collect(LogType::Udm, &Setup::default(), udm.to_string().as_bytes());
        prop_assert_eq!(found.events.len(), 1);
        for text in [&found.events[0].json, &found.events[0].raw] {
            prop_assert!(!text.contains(&canary), "place {}: {}", place, text);
        }
        prop_assert!(found.events[0].raw.contains("evidence"));
        let udm = json!({"metadata": {"eventType": "GENERIC_EVENT"}, "target": {"process": {"commandLine": planted_text(&canary, place)}}});
        let found = collect(LogType::Udm, &Setup::default(), udm.to_string().as_bytes());
        prop_assert!(found.events.iter().all(|event| !event.json.contains(&canary) && !event.raw.contains(&canary)));
    }
}

/// The ids that come out, and whether with an answer, sorted.
fn answers(files: &[Vec<String>]) -> Vec<(String, bool)> {
    let mut normalizer = normalizer(LogType::KubernetesAudit, &Setup::default());
    let mut found = Collected::default();
    for (source, lines) in files.iter().enumerate() {
        normalizer.begin(u32::try_from(source).unwrap_or_default());
        for (line, at) in lines.iter().zip(1..) {
            normalizer.feed(line.as_bytes(), at, &mut found);
        }
    }
    normalizer.finish(&mut found);
    let mut ids: Vec<_> = found
        .events
        .iter()
        .map(|event| (event.id.clone(), event.json.contains("403")))
        .collect();
    ids.sort();
    ids
}

const PLACES: usize = TEXTS + 26;
/// Events with a secret under a name or a label.
fn planted_event(canary: &str, place: usize) -> Value {
    let mut event =
        json!({"metadata": {"eventType": "GENERIC_EVENT"}, "additional": {"kept": "evidence"}});
    let place_of = |event: &mut Value, value| event["additional"]["x"] = value;
    match place % 14 {
        0 => event["additional"]["password"] = json!(canary),
        1 => event["additional"]["api_key"] = json!({"stringValue": canary, "x": [canary]}),
        2 => place_of(&mut event, json!({"token": [canary]})),
        3 => place_of(&mut event, json!({"Env": [format!("A={canary}")]})),
        4 => place_of(&mut event, json!({"stringData": {"k": canary}})),
        5 => place_of(&mut event, json!({"env": [{"name": "A", "value": canary}]})),
        6 => event["target"]["labels"] = json!([{"key": "token", "value": canary}]),
        7 => {
            event["target"]["labels"] =
                json!([{"value": format!("Bearer {canary}"), "key": "Authorization"}]);
        }
        8 => event["target"]["labels"] = json!([{"key": "db_password", "value": canary}]),
        9 => place_of(&mut event, json!(["k", "--token", canary])),
        10 => place_of(&mut event, json!({"kind": "Secret", "data": {"k": canary}})),
        11 => place_of(
            &mut event,
            json!({"fields": {"secret": {"stringValue": canary}}}),
        ),
        12 => place_of(
            &mut event,
            json!(json!({"kind": "Secret", "data": {"k": canary}}).to_string()),
        ),
        _ => event["target"]["process"]["commandLine"] = json!(planted_text(canary, place)),
    }
    event
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// A record that holds a secret in one of the places.
fn planted(canary: &str, place: usize) -> Value {
    let mut record = json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "stage": "ResponseComplete", "verb": "create",
        "auditID": "x", "requestURI": "/api/v1/namespaces/a/pods", "user": {"username": "eve"},
    });
    if place < TEXTS {
        let text = planted_text(canary, place);
        // What a shell keeps together is one argument.
        let kept = ["\\ ", "Cookie", " = ", " : ", "{"];
        let script = kept.iter().any(|part| text.contains(part));
        let arguments: Vec<_> = if script {
            vec!["sh", "-c", &text]
        } else {
            text.split(' ').collect()
        };
        let words: Vec<_> = arguments
            .into_iter()
            .map(|word| format!("command={}", encoded(word)))
            .collect();
        record["userAgent"] = json!(text);
        record["requestURI"] = json!(format!(
            "/api/v1/namespaces/a/pods/p/exec?{}&x={}",
            words.join("&"),
            encoded(&text)
        ));
        record["responseStatus"] = json!({"message": text, "reason": text});
        record["user"]["groups"] = json!([text]);
        record["annotations"] = json!({"authorization.k8s.io/reason": text});
        record["requestObject"] = json!({"kind": "Pod", "args": [text], "note": text});
        return record;
    }
    let applied = json!({"kind": "Secret", "data": {"k": canary}}).to_string();
    let body = match place - (TEXTS - 15) {
        15 => json!({"kind": "Secret", "data": {"k": canary}}),
        16 => json!({"data": {"k": {"x": [canary]}}, "kind": "Secret"}),
        17 => json!({"kind": "List", "items": [{"kind": "Secret", "stringData": {"k": canary}}]}),
        18 => {
            json!({"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}}})
        }
        19 => json!({"spec": {"containers": [{"env": [{"name": "A", "value": canary}]}]}}),
        20 => json!({"status": {"token": canary}}),
        21 => json!({"users": [{"user": {"client-key-data": canary, "password": canary}}]}),
        22 => json!({"note": applied}),
        30 => json!({"args": ["kubectl", "--token", canary]}),
        31 => json!({"command": ["mysql", format!("-p{canary}")]}),
        32 => json!([{"op": "add", "path": "/spec/containers/0/env/0/value", "value": canary}]),
        33 => json!([{"value": canary, "path": "/spec/containers/0/env/0/value"}]),
        34 => json!({"auths": {"registry": {"auth": canary}}}),
        35 => {
            json!([{"op": "add", "path": "/spec/env/-", "value": {"name": "A", "value": canary}}])
        }
        36 => json!({"httpHeaders": [{"name": "X-Token", "value": canary}]}),
        37 => json!({"httpHeaders": [{"name": "Cookie", "value": canary}]}),
        38 => json!({"env": [{"name": "A", "value": canary}]}),
        39 => json!({"command": ["curl", "-u", format!("bob:{canary}")]}),
        40 => json!({"args": ["-e", format!("A={canary}")]}),
        _ => json!({"anything": canary}),
    };
    let side = if place.is_multiple_of(2) {
        "requestObject"
    } else {
        "responseObject"
    };
    record[side] = body;
    let (resource, uri) = match place - (TEXTS - 15) {
        23 => ("secrets", "/api/v1/namespaces/a/secrets"),
        24 => ("x", "/api/v1/namespaces/a/secrets/b"),
        25 => ("secrets", "/x"),
        26 => (
            "tokenreviews",
            "/apis/authentication.k8s.io/v1/tokenreviews",
        ),
        27 => ("x", "/apis/authentication.k8s.io/v1/tokenreviews"),
        28 => ("x", "/api/v1/namespaces/a/serviceaccounts/b/token"),
        29 => ("x", "/api/v1/namespaces/a/serviceaccounts/b/token?x=1"),
        _ => return record,
    };
    record["requestURI"] = json!(uri);
    record["objectRef"] = json!({"resource": resource});
    record
}
