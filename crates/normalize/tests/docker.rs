//! The Docker engine's records: our recordings in full, if the folder that
//! `YARAL_TELEMETRY` names is there, and what must hold of any of them.

mod common;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Built, Collected, collect};
use proptest::prelude::*;
use serde_json::{Value, json};
use yaral_normalize::{LogType, Mapping, Setup, normalizer};
use yaral_udm::{FieldPath, Need, NeedTest, Needs, Root};

/// What our lab called secret: no part of an event, a record or a reject may
/// hold it.
const SECRETS: [&str; 6] = [
    "Sup3rS3cret!",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AKIAIOSFODNN7EXAMPLE",
    "pg-Example-77!",
    "APP_ENV=prod",
    "POSTGRES_PASSWORD=pg",
];

/// Says it on the terminal itself, past the capture of the test runner.
fn skip(why: &str) {
    let done = writeln!(std::io::stderr(), "SKIP docker recordings: {why}");
    assert!(done.is_ok(), "stderr can be written");
}

fn unpacked(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("YARAL_TELEMETRY").map(PathBuf::from) else {
        skip("YARAL_TELEMETRY is not set");
        return None;
    };
    let path = folder.join("docker").join(name);
    let unpacked = std::process::Command::new("gzip")
        .arg("-dc")
        .arg(&path)
        .output();
    match unpacked {
        Ok(unpacked) if unpacked.status.success() => Some(unpacked.stdout),
        _ => {
            skip(&format!(
                "{name} is not in the folder, or gzip is not installed"
            ));
            None
        }
    }
}

fn docker(log: &str) -> Collected {
    collect(LogType::DockerEngine, &Setup::default(), log.as_bytes())
}

fn lines(records: &[Value]) -> String {
    let lines: Vec<_> = records.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// A field of an event, by a JSON pointer.
fn at(event: &Built, pointer: &str) -> String {
    let value: Value = serde_json::from_str(&event.json).expect("an event is JSON");
    let found = value.pointer(pointer).map(|found| match found.as_str() {
        Some(text) => text.to_owned(),
        None => found.to_string(),
    });
    found.unwrap_or_default()
}

fn label(event: &Built, name: &str) -> String {
    at(event, &format!("/additional/{name}"))
}

/// How often each operation came.
fn operations(found: &Collected) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    for event in &found.events {
        *out.entry(label(event, "docker_operation")).or_insert(0) += 1;
    }
    out
}

fn assert_clean(found: &Collected, name: &str) {
    for secret in SECRETS {
        for text in found
            .events
            .iter()
            .flat_map(|event| [&event.json, &event.raw])
        {
            assert!(!text.contains(secret), "{name}: {secret} in {text}");
        }
        let shown = |text: &str| text.contains(secret);
        assert!(!found.rejects.iter().any(|reject| shown(&reject.excerpt)));
    }
}

#[test]
fn our_recordings_normalize() {
    for (name, records, events, duplicates, ignored) in [
        ("events.ndjson.gz", 115, 115, 0, 0),
        ("api-authz.ndjson.gz", 446, 223, 223, 0),
        // 223 calls and 28 warnings and errors; 20 of the 1,284 lines are
        // bodies of the call before them.
        ("dockerd.log.gz", 1_264, 251, 0, 1_013),
    ] {
        let Some(log) = unpacked(name) else { continue };
        let found = collect(LogType::DockerEngine, &Setup::default(), &log);
        assert!(found.rejects.is_empty(), "{name}: {:?}", found.rejects);
        let counts = found.counts;
        assert_eq!(
            (
                counts.records,
                counts.events,
                counts.duplicates,
                counts.ignored
            ),
            (records, events, duplicates, ignored),
            "{name}"
        );
        assert_clean(&found, name);
        let mut ids: Vec<_> = found.events.iter().map(|event| &event.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), found.events.len(), "{name}: each has an id");
        let sample: Vec<_> = log.split(|b| *b == b'\n').take(32).collect();
        assert_eq!(
            yaral_normalize::recognise(&sample),
            Some(LogType::DockerEngine),
            "{name}"
        );
        // Cut in the middle of a record, the rest is a reject without secrets.
        for line in log.split(|b| *b == b'\n').filter(|line| line.len() > 60) {
            for end in [line.len() / 3, line.len() / 2, line.len() - 1] {
                let cut = collect(LogType::DockerEngine, &Setup::default(), &line[..end]);
                assert_clean(&cut, name);
            }
        }
    }
}

#[test]
fn the_log_and_the_plugin_saw_the_same_calls() {
    let (Some(log), Some(plugin)) = (unpacked("dockerd.log.gz"), unpacked("api-authz.ndjson.gz"))
    else {
        return;
    };
    let of = |bytes: &[u8]| {
        let found = collect(LogType::DockerEngine, &Setup::default(), bytes);
        let mut operations = operations(&found);
        operations.retain(|operation, _| !operation.starts_with("daemon_"));
        operations
    };
    let calls = of(&log);
    assert_eq!(calls, of(&plugin));
    assert_eq!(calls.get("container_inspect"), Some(&49));
    assert_eq!(calls.get("other"), None);
}

#[test]
fn names_are_resolved_across_inputs() {
    let (Some(log), Some(plugin)) = (unpacked("dockerd.log.gz"), unpacked("api-authz.ndjson.gz"))
    else {
        return;
    };
    let mut normalizer = normalizer(LogType::DockerEngine, &Setup::default());
    let mut found = Collected::default();
    for (source, input) in (0..).zip([&plugin, &log]) {
        normalizer.begin(source);
        for (line, at) in input.split(|b| *b == b'\n').zip(1..) {
            normalizer.feed(line, at, &mut found);
        }
    }
    normalizer.finish(&mut found);
    let of_log = found
        .events
        .iter()
        .filter(|event| event.position.source == 1);
    let inspects: Vec<_> = of_log
        .clone()
        .filter(|event| label(event, "docker_operation") == "container_inspect")
        .collect();
    assert_eq!(inspects.len(), 49);
    for event in inspects {
        assert_eq!(label(event, "container_id").len(), 64, "{}", event.json);
        assert_ne!(label(event, "container_name"), "", "{}", event.json);
    }
    let starts = of_log.filter(|event| label(event, "docker_operation") == "exec_start");
    let commands: Vec<_> = starts
        .map(|event| at(event, "/target/process/commandLine"))
        .collect();
    assert!(commands.contains(&"cat /run/secrets/api_token".to_owned()));
    assert_eq!(commands.len(), 5);
}

#[test]
fn every_route_of_a_real_daemon_is_known() {
    let log = include_str!("../../../samples/dockerd-exposed.log");
    let mut calls = Vec::new();
    for line in log.lines() {
        let Some((_, route)) = line.split_once("msg=\"Registering ") else {
            continue;
        };
        let Some((method, path)) = route.trim_end_matches('"').split_once(", ") else {
            continue;
        };
        if ["/vars", "/pprof/", "/{anyroute"]
            .iter()
            .any(|debug| path.starts_with(debug))
        {
            continue;
        }
        let mut plain = path.to_owned();
        for place in [
            "{name:.*}",
            "{id:.*}",
            "{id:.+}",
            "{id}",
            "{name}",
            "{checkpoint}",
        ] {
            plain = plain.replace(place, "a");
        }
        calls.push(format!(
            "time=\"2026-11-23T05:00:22Z\" level=debug msg=\"Calling {method} /v1.41{plain}\""
        ));
    }
    let found = docker(&calls.join("\n"));
    assert!(calls.len() > 200, "{} routes", calls.len());
    assert_eq!(found.events.len(), calls.len());
    for event in &found.events {
        assert_ne!(label(event, "docker_operation"), "other", "{}", event.json);
    }
}

fn request(uri: &str, second: i64) -> Value {
    json!({
        "RequestMethod": "GET", "RequestUri": uri, "RequestHeaders": {"User-Agent": "curl"},
        "_phase": "AuthZReq", "_ts": 1_795_410_000 + second,
    })
}

fn response(uri: &str, second: i64) -> Value {
    let mut record = request(uri, second);
    record["_phase"] = json!("AuthZRes");
    record["ResponseStatusCode"] = json!(200);
    record
}

#[test]
fn equal_requests_are_events_of_their_own() {
    let (asked, answered) = (request("/_ping", 0), response("/_ping", 0));
    let found = docker(&lines(&[
        asked.clone(),
        asked.clone(),
        answered.clone(),
        answered,
        asked,
    ]));
    let ids: Vec<_> = found.events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[1], format!("{}~2", ids[0]));
    assert_ne!(ids[2], ids[0]);
    assert_eq!(found.counts.duplicates, 2);
    let codes: Vec<_> = found
        .events
        .iter()
        .map(|event| at(event, "/network/http/responseCode"))
        .collect();
    assert_eq!(codes, ["200", "200", ""]);
}

#[test]
fn an_answer_after_its_request_came_out_is_a_repetition() {
    let found = docker(&lines(&[
        request("/containers/web/json", 0),
        response("/_ping", 31),
        response("/containers/web/json", 40),
        request("/containers/web/json", 50),
        response("/containers/web/json", 51),
    ]));
    assert_eq!(found.counts.events, 3);
    assert_eq!(found.counts.duplicates, 2);
    let last = found.events.last().expect("there are three");
    assert_eq!(at(last, "/network/http/responseCode"), "200");
}

#[test]
fn a_refused_request_hides_no_later_one() {
    // The plugin refuses without a second record; what follows is answered.
    let mut records = vec![request("/containers/web/json", 0)];
    for second in [40, 80, 120] {
        records.push(request("/containers/web/json", second));
        records.push(response("/containers/web/json", second));
    }
    let found = docker(&lines(&records));
    assert_eq!(found.counts.events, 4);
    let answered = |event: &&Built| at(event, "/network/http/responseCode") == "200";
    assert_eq!(found.events.iter().filter(answered).count(), 3);
}

fn call(method: &str, uri: &str) -> String {
    format!("time=\"2026-11-23T05:00:22Z\" level=debug msg=\"Calling {method} {uri}\"")
}

fn form(body: &Value) -> String {
    let body = body.to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("time=\"2026-11-23T05:00:22Z\" level=debug msg=\"form data: {body}\"")
}

#[test]
fn a_body_belongs_to_the_call_before_it() {
    let body = form(&json!({"Image": "alpine", "HostConfig": {"Privileged": true}}));
    let create = call("POST", "/containers/create");
    let wait = call("POST", "/containers/web/wait");
    for between in [
        vec![],
        vec![call("GET", "/_ping")],
        vec![call("POST", "/containers/web/exec")],
        vec![wait.clone(); 5],
    ] {
        let mut log = vec![create.clone()];
        log.extend(between);
        log.push(body.clone());
        let found = docker(&log.join("\n"));
        let created = found
            .events
            .iter()
            .find(|event| label(event, "docker_operation") == "container_create")
            .expect("there is one");
        assert_eq!(label(created, "docker_privileged"), "true", "{log:?}");
        assert_eq!(created.position.line, 1);
        assert!(found.rejects.is_empty());
    }
    // However many calls come between, the body is seen.
    let mut log = vec![create];
    log.extend(vec![wait; 20]);
    log.push(body);
    let late = docker(&log.join("\n"));
    assert_eq!(late.counts.events, 22);
    let last = late.events.iter().find(|event| event.position.line == 22);
    let last = last.expect("the body is an event of its own");
    assert_eq!(label(last, "docker_operation"), "container_create");
    assert_eq!(label(last, "docker_privileged"), "true");
    let alone = docker(&form(&json!({"Detach": false})));
    assert_eq!((alone.counts.events, alone.counts.ignored), (0, 1));
}

#[test]
fn another_spelling_of_a_request_hides_nothing() {
    for (method, uri, operation) in [
        ("GET", "/v1.41/containers/web/json", "container_inspect"),
        ("GET", "/containers/web/json?size=1", "container_inspect"),
        ("GET", "/v1.41/containers/%77eb/json", "container_inspect"),
        ("GET", "/v1.41/%63ontainers/web/json", "container_inspect"),
        ("GET", "http://x/containers/web/json", "container_inspect"),
        (
            "GET",
            "/containers/web/archive?x=1&path=/etc",
            "container_archive",
        ),
    ] {
        let found = docker(&call(method, uri));
        assert_eq!(
            label(&found.events[0], "docker_operation"),
            operation,
            "{uri}"
        );
        assert_eq!(label(&found.events[0], "container_name"), "web", "{uri}");
    }
}

/// What a prefilter rules out matches no rule, and what comes through is the
/// same as without it: names are learned from records that were passed over.
#[test]
fn the_prefilter_changes_nothing_else() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/docker_engine/raw_logs");
    let logs = std::fs::read_dir(folder).expect("the folder is part of the crate");
    let mut ruled_out = 0;
    for log in logs {
        let log = std::fs::read(log.expect("a readable folder").path()).expect("a readable log");
        let all = collect(LogType::DockerEngine, &Setup::default(), &log);
        for (path, key, literal, pointer) in [
            (
                "additional",
                "docker_operation",
                "container_inspect",
                "/additional/docker_operation",
            ),
            (
                "additional",
                "container_name",
                "web",
                "/additional/container_name",
            ),
            (
                "metadata.event_type",
                "",
                "PROCESS_LAUNCH",
                "/metadata/eventType",
            ),
            (
                "target.process.command_line",
                "",
                "cat /run/secrets/api_token",
                "/target/process/commandLine",
            ),
            ("principal.ip", "", "127.0.0.1", "/principal/ip/0"),
        ] {
            let need = Need {
                path: FieldPath::resolve(Root::Event, path).expect("a field of the schema"),
                key: (!key.is_empty()).then(|| key.to_owned()),
                test: NeedTest::Equals(vec![literal.to_owned()]),
            };
            let needs = Needs {
                rules: vec![vec![need]],
            };
            let setup = Setup {
                needs,
                ..Setup::default()
            };
            let some = collect(LogType::DockerEngine, &setup, &log);
            let wanted: Vec<_> = all
                .events
                .iter()
                .filter(|event| at(event, pointer) == literal)
                .collect();
            let shown = |event: &Built| (event.id.clone(), event.json.clone());
            let kept: Vec<_> = some.events.iter().map(shown).collect();
            assert_eq!(kept, wanted.into_iter().map(shown).collect::<Vec<_>>());
            assert_eq!(some.rejects, all.rejects);
            ruled_out += some.counts.passed_over;
        }
    }
    assert!(ruled_out > 100, "{ruled_out}");
}

/// A request with a body, and its answer in one record.
fn posted(uri: &str, body: &Value) -> Value {
    json!({
        "RequestMethod": "POST", "RequestUri": uri, "RequestHeaders": {"User-Agent": "curl"},
        "ResponseStatusCode": 201, "RequestBody": body.to_string(),
    })
}

fn created(body: &Value) -> Value {
    posted("/v1.41/containers/create?name=web", body)
}

fn answered(uri: &str, body: &Value) -> Value {
    json!({"RequestMethod": "GET", "RequestUri": uri, "ResponseStatusCode": 200, "ResponseBody": body.to_string()})
}

/// A record of the plugin that holds a secret.
fn planted_request(canary: &str, place: usize) -> Value {
    let pair = format!("A={canary}");
    match place {
        0 => created(&json!({"Image": "a", "Env": [pair]})),
        1 => {
            let mut record = created(&Value::Null);
            record["RequestBody"] = json!(STANDARD.encode(json!({"Env": [pair]}).to_string()));
            record
        }
        2 => {
            let mut record = created(&Value::Null);
            let whole = json!({"Env": [pair], "x": "y"}).to_string();
            record["RequestBody"] = json!(whole[..whole.len() - 3]);
            record
        }
        3 => created(&json!({"Cmd": ["mysql", format!("-p{canary}")]})),
        4 => created(&json!({"Labels": {"db.password": canary}})),
        5 => {
            let mut record = created(&json!({}));
            record["RequestHeaders"]["X-Registry-Auth"] = json!(STANDARD.encode(canary));
            record["RequestHeaders"]["X-Registry-Config"] = json!(canary);
            record["RequestHeaders"]["authorization"] = json!(format!("Bearer {canary}"));
            record
        }
        6 => posted("/auth", &json!({"username": "a", "password": canary})),
        7 => posted("/secrets/create", &json!({"Name": "a", "Data": canary})),
        8 => posted(
            "/v1.47/configs/create",
            &json!({"Name": "a", "Data": canary}),
        ),
        9 => posted("/swarm/unlock", &json!({"UnlockKey": canary})),
        10 => posted("/swarm/join", &json!({"JoinToken": canary})),
        11 => answered(
            "/containers/web/json",
            &json!({"Id": "a", "Config": {"Env": [pair]}}),
        ),
        12 => answered("/containers/web/logs", &json!({"line": canary})),
        13 => answered("/configs/x", &json!({"Spec": {"Data": canary}})),
        14 => answered("/swarm/unlockkey", &json!({"UnlockKey": canary})),
        15 => answered(
            "/images/x/history",
            &json!([{"CreatedBy": format!("ENV A {canary}")}]),
        ),
        16 => answered(
            "/containers/json",
            &json!([{"Id": "a", "Command": format!("x --token {canary}")}]),
        ),
        17 => answered(
            "/services",
            &json!([{"Spec": {"TaskTemplate": {"ContainerSpec": {"Env": [canary]}}}}]),
        ),
        18 => posted(
            &format!("/build?buildargs=%7B%22A%22%3A%22{canary}%22%7D"),
            &json!({}),
        ),
        _ => posted(&format!("/commit?changes=ENV%20A={canary}"), &json!({})),
    }
}

/// An engine event that holds a secret.
fn planted_event(canary: &str, place: usize) -> Value {
    let command = match place {
        0 => format!("mysql -p{canary}"),
        1 => format!("docker run -e A={canary} x"),
        2 => format!("curl -H 'Authorization: Bearer {canary}' u"),
        3 => format!("x eyJhbGciOiJSUzI1NiJ9.{canary}.x"),
        _ => "ls".to_owned(),
    };
    let mut record = json!({"Type": "container", "Action": format!("exec_create: {command}"),
        "Actor": {"ID": "0123456789ab", "Attributes": {"name": "web"}}, "time": 1_795_410_000});
    if place == 4 {
        record["Actor"]["Attributes"]["x.token"] = json!(canary);
    }
    record
}

/// A record that holds a secret in one of the places.
fn planted(canary: &str, place: usize) -> String {
    let body = json!({"Image": "a", "Env": [format!("A={canary}")]});
    match place {
        0..20 => planted_request(canary, place).to_string(),
        20..25 => planted_event(canary, place - 20).to_string(),
        25 => json!({"_HOSTNAME": "h", "MESSAGE": form(&body)}).to_string(),
        26 => {
            json!({"level": "debug", "time": "2026-11-23T05:00:22Z", "msg": "handling POST request",
            "method": "POST", "request-url": "/containers/create", "form-data": body})
            .to_string()
        }
        27 => format!("{}\n{}", call("POST", "/containers/create"), form(&body)),
        28 => format!(
            "{}\n{}",
            call("POST", "/auth"),
            form(&json!({"anything": canary}))
        ),
        31 => {
            // The body of another call, which may be a secret.
            let start = call("POST", "/containers/x/start");
            format!("{start}\n{}", form(&json!({"Name": "a", "Data": canary})))
        }
        29 => call("GET", &format!("/x?token={canary}")),
        30 => {
            let call = call("POST", "/containers/x/exec");
            format!("{call} form-data=\"{{\\\"Env\\\":[\\\"A={canary}\\\"]}}\"")
        }
        _ => format!(
            "time=\"2026-11-23T05:00:22Z\" level=error msg=\"password={canary}\" error=\"token: {canary}\""
        ),
    }
}

const PLACES: usize = 33;

/// Lines of all inputs, good and odd.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let uris = prop::sample::select(
        &[
            "/_ping",
            "/containers/web/json",
            "/containers/create?name=web",
            "/exec/0123456789abcdef/start",
            "%zz?&=&",
            "",
        ][..],
    );
    let method = prop::sample::select(&["GET", "POST", "DELETE", "", "X"][..]);
    let body = prop::sample::select(
        &[
            "",
            "{}",
            "{\"Id\":\"0123456789abcdef\"}",
            "[{\"Id\":\"0123456789abcdef\",\"Names\":[\"/web\"]}",
            "e30=",
            "{\"Cmd\":[\"cat\",\"x\"]}",
            "[[[",
        ][..],
    );
    let plugin = (
        uris.clone(),
        method.clone(),
        body.clone(),
        0..100_i64,
        any::<bool>(),
    )
        .prop_map(|(uri, method, body, second, answer)| {
            let mut record = request(uri, second);
            record["RequestMethod"] = json!(method);
            record["RequestBody"] = json!(body);
            if answer {
                record["_phase"] = json!("AuthZRes");
                record["ResponseStatusCode"] = json!(200);
                record["ResponseBody"] = json!(body);
            }
            record.to_string()
        });
    let event = (prop::sample::select(&["start", "exec_create: ls -l", "exec_start: ", "x", ""][..]), prop::sample::select(&["container", "image", "builder"][..])).prop_map(|(action, kind)| {
        json!({"Type": kind, "Action": action, "time": 1, "Actor": {"ID": "0123456789abcdef", "Attributes": {"name": "web", "execID": "0123456789abcdef"}}}).to_string()
    });
    let log = prop_oneof![
        (uris, method).prop_map(|(uri, method)| call(method, uri)),
        body.prop_map(|body| form(&json!(body))),
        Just("time=\"2026-11-23T05:00:22Z\" level=warning msg=x host=\"tcp://[::]:1\"".to_owned()),
        Just("Nov 23 05:00:22 lab systemd[1]: Started.".to_owned()),
    ];
    let good = prop_oneof![plugin, event, log];
    prop_oneof![
        6 => good.clone().prop_map(String::into_bytes),
        1 => (good.clone(), 0..300_usize).prop_map(|(line, end)| {
            let mut bytes = line.into_bytes();
            bytes.truncate(end);
            bytes
        }),
        1 => (good, 0..300_usize, any::<u8>()).prop_map(|(line, place, byte)| {
            let mut bytes = line.into_bytes();
            if let Some(at) = bytes.get_mut(place) && byte != b'\n' {
                *at = byte;
            }
            bytes
        }),
        1 => prop::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n'), 0..60),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Any lines in any order: nothing is lost, and each request is one event.
    #[test]
    fn every_line_is_accounted_for(lines in prop::collection::vec(line(), 0..24)) {
        // `collect` balances the counts after each line.
        let found = collect(LogType::DockerEngine, &Setup::default(), &lines.join(&b'\n'));
        prop_assert_eq!(found.counts.events, found.events.len() as u64);
        prop_assert_eq!(found.counts.rejected, found.rejects.len() as u64);
        let again = collect(LogType::DockerEngine, &Setup::default(), &lines.join(&b'\n'));
        let ids = |found: &Collected| found.events.iter().map(|event| event.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&found), ids(&again));
    }

    /// However answers and requests interleave, each request is one event, and
    /// with its answer if that came while the request waited.
    #[test]
    fn each_request_is_one_event(order in prop::collection::vec((0..4_usize, 0..60_i64, any::<bool>()), 1..30)) {
        let mut records = Vec::new();
        let mut answers = 0;
        for (second, (uri, wait, answered)) in (0..).zip(&order) {
            let uri = format!("/x/{uri}");
            records.push((second, request(&uri, second)));
            if *answered {
                records.push((second + wait, response(&uri, second + wait)));
                answers += 1;
            }
        }
        // Stable: an answer stays behind its request.
        records.sort_by_key(|(second, _)| *second);
        let records: Vec<_> = records.into_iter().map(|(_, record)| record).collect();
        let found = docker(&lines(&records));
        prop_assert_eq!(found.counts.events, order.len() as u64);
        prop_assert_eq!(found.counts.duplicates, answers);
    }

    /// A secret planted in any known place comes out nowhere.
    #[test]
    fn a_planted_secret_never_comes_out(secret in "[a-zA-Z0-9]{16}", place in 0..PLACES, mapping in prop_oneof![Just(Mapping::Default), Just(Mapping::Secops)]) {
        let canary = format!("cnry{secret}");
        let text = planted(&canary, place);
        let encoded = STANDARD.encode(&canary);
        let setup = Setup { mapping, ..Setup::default() };
        let found = collect(LogType::DockerEngine, &setup, text.as_bytes());
        prop_assert!(found.rejects.is_empty(), "place {}: {:?}", place, found.rejects);
        prop_assert_eq!(found.counts.events + found.counts.ignored, 1);
        for text in found.events.iter().flat_map(|event| [&event.json, &event.raw]) {
            prop_assert!(!text.contains(&canary) && !text.contains(&encoded), "place {}: {}", place, text);
        }
        let open = Setup { redact: false, mapping, ..Setup::default() };
        let shown = collect(LogType::DockerEngine, &open, text.as_bytes());
        let raw: Vec<_> = shown.events.iter().map(|event| event.raw.as_str()).collect();
        prop_assert!(found.events.is_empty() || raw.join("\n") == text, "nothing is cut without redaction");
        for end in 1..text.len() {
            let Some(cut) = text.get(..end) else { continue };
            let found = collect(LogType::DockerEngine, &Setup::default(), cut.as_bytes());
            for reject in &found.rejects {
                prop_assert!(!reject.excerpt.contains(&canary), "place {}: {}", place, reject.excerpt);
            }
            for text in found.events.iter().flat_map(|event| [&event.json, &event.raw]) {
                prop_assert!(!text.contains(&canary), "place {} cut: {}", place, text);
            }
        }
    }
}
