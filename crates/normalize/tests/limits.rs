//! The limits of the normalizers, seen from outside: counts, rejects, records.

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Collected, collect};
use yaral_normalize::limits::{
    AGGREGATED_SECONDS, ANCESTORS_MAX, BODY_NAMES_BYTES_MAX, DOCKER_FORM_LINES_MAX,
    DOCKER_OBJECT_BYTES_MAX, DOCKER_OBJECTS_MAX, EXCERPT_BYTES_MAX, EXCERPT_WINDOW, FLAG_BYTES_MAX,
    HELD_BYTES_MAX, HELD_MAX, HIDDEN_MAX, HOLD_SECONDS, JUMP_SECONDS, PROCESSES_BYTES_MAX,
    PROCESSES_MAX, SEEN_IDS_MAX, SERVERS_MAX, TOKEN_PAYLOAD_MAX, WRAPPERS_MAX,
};
use yaral_normalize::{
    Counts, LogType, Normalizer, Record, Reject, RejectReason, Setup, Sink, normalizer, redact_text,
};

/// A record of a request at a second of one minute.
fn record(id: &str, stage: &str, second: i64) -> String {
    format!(
        r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"{id}","stage":"{stage}","verb":"get","requestURI":"/api","user":{{"username":"eve"}},"requestReceivedTimestamp":"2026-08-01T00:00:{second:02}.000000Z"}}"#
    )
}

fn audit(log: &str) -> Collected {
    collect(LogType::KubernetesAudit, &Setup::default(), log.as_bytes())
}

/// Keeps nothing.
struct Nothing;

impl Sink for Nothing {
    fn event(&mut self, _: &dyn Record) {}
    fn reject(&mut self, _: Reject) {}
}

fn audit_normalizer() -> Box<dyn Normalizer> {
    normalizer(LogType::KubernetesAudit, &Setup::default())
}

/// The counts after a line, before the end of the input.
fn feed(normalizer: &mut dyn Normalizer, line: &str) -> Counts {
    normalizer.feed(line.as_bytes(), 1, &mut Nothing);
    normalizer.counts()
}

#[test]
fn wrappers_max() {
    let wrapped = |levels: u32| {
        (0..levels).fold(record("a", "ResponseComplete", 0), |inner, _| {
            format!(r#"{{"log":{inner}}}"#)
        })
    };
    let fine = audit(&wrapped(WRAPPERS_MAX));
    assert_eq!((fine.events.len(), fine.rejects.len()), (1, 0));
    let beyond = audit(&wrapped(WRAPPERS_MAX + 1));
    assert_eq!((beyond.events.len(), beyond.rejects.len()), (0, 1));
    assert_eq!(beyond.rejects[0].reason, RejectReason::TooDeep);
    assert_eq!(beyond.counts.rejected, 1);
}

#[test]
fn body_names_bytes_max() {
    let given = |names: &[String]| {
        let volumes: Vec<_> = names
            .iter()
            .map(|name| format!(r#"{{"secret":{{"secretName":"{name}"}}}}"#))
            .collect();
        let line = record("a", "ResponseComplete", 0)
            .replace("/api", "/api/v1/namespaces/dev/pods")
            .replacen(
                r#","verb""#,
                &format!(
                    r#","requestObject":{{"spec":{{"volumes":[{}]}}}},"verb""#,
                    volumes.join(",")
                ),
                1,
            );
        let found = audit(&line);
        let event: serde_json::Value =
            serde_json::from_str(&found.events[0].json).expect("an event is JSON");
        let names = event["additional"]["k8s_pod_secrets"].as_str();
        names.unwrap_or_default().to_owned()
    };
    // With their commas, names of 15 bytes fill the label to the last byte.
    let fitting = BODY_NAMES_BYTES_MAX / 16;
    let mut names: Vec<_> = (0..fitting).map(|n| format!("{n:015}")).collect();
    names[fitting - 1].push('x');
    let all = given(&names);
    assert_eq!(all, names.join(","));
    assert_eq!(all.len(), BODY_NAMES_BYTES_MAX);
    names.push("z".to_owned());
    assert_eq!(given(&names), format!("*,{all}"));
    // One that is too long does not keep out those behind it.
    let long = ["n".repeat(BODY_NAMES_BYTES_MAX + 1), "z".to_owned()];
    assert_eq!(given(&long), "*,z");
    assert_eq!(given(&long[..1]), "*");
}

/// A Tetragon event of a process that names only its own parent.
fn started(id: usize, parent: usize, arguments: &str) -> String {
    format!(
        r#"{{"process_exec":{{"process":{{"exec_id":"e{id}","pid":{id},"binary":"/bin/p{id}","arguments":"{arguments}","parent_exec_id":"e{parent}"}}}},"time":"2026-08-01T00:00:00Z"}}"#
    )
}

#[test]
fn ancestors_max() {
    let chain: Vec<_> = (1..=ANCESTORS_MAX + 2)
        .map(|id| started(id, id - 1, ""))
        .collect();
    let found = collect(
        LogType::Tetragon,
        &Setup::default(),
        chain.join("\n").as_bytes(),
    );
    let last = found.events.last().expect("an event");
    // The oldest process of the chain is one ancestor too many.
    assert!(last.json.contains("\"/bin/p2\"") && !last.json.contains("\"/bin/p1\""));
    let before = &found.events[ANCESTORS_MAX];
    assert!(before.json.contains("\"/bin/p1\""));
}

/// Whether the event of a process still knows its grandparent after others.
fn grandparent_is_known(others: &[String]) -> bool {
    let mut normalizer = normalizer(LogType::Tetragon, &Setup::default());
    let mut found = Collected::default();
    let start = [started(1, 0, ""), started(2, 1, "")];
    let end = [started(3, 2, "")];
    for line in start.iter().chain(others).chain(&end) {
        normalizer.feed(line.as_bytes(), 1, &mut found);
    }
    let last = found.events.last().expect("an event");
    last.json.contains("\"/bin/p1\"")
}

#[test]
fn processes_max() {
    let others = |count: usize| -> Vec<_> { (0..count).map(|n| started(n + 10, 0, "")).collect() };
    assert!(grandparent_is_known(&others(PROCESSES_MAX - 3)));
    assert!(!grandparent_is_known(&others(PROCESSES_MAX - 2)));
}

#[test]
fn processes_bytes_max() {
    let long = "x".repeat(1 << 20);
    let others =
        |count: usize| -> Vec<_> { (0..count).map(|n| started(n + 10, 0, &long)).collect() };
    let fits = PROCESSES_BYTES_MAX / long.len();
    assert!(grandparent_is_known(&others(fits - 1)));
    assert!(!grandparent_is_known(&others(fits)));
}

#[test]
fn hidden_max() {
    let alert = |count: usize| {
        let values: Vec<_> = (0..count).map(|n| format!("secret{n:03}")).collect();
        let fields = values.iter().enumerate();
        let fields: Vec<_> = fields
            .map(|(n, value)| format!(r#""proc.env[{n:03}]":"{value}""#))
            .collect();
        format!(
            r#"{{"rule":"r","priority":"Error","output":"kept {}","output_fields":{{{}}}}}"#,
            values.join(" "),
            fields.join(",")
        )
    };
    for (count, kept) in [(HIDDEN_MAX, true), (HIDDEN_MAX + 1, false)] {
        let found = collect(
            LogType::FalcoIds,
            &Setup::default(),
            alert(count).as_bytes(),
        );
        for text in [&found.events[0].json, &found.events[0].raw] {
            assert!(!text.contains("secret0"), "{text}");
            assert_eq!(text.contains("kept"), kept, "{text}");
        }
    }
}

#[test]
fn hold_seconds() {
    for (second, events) in [(HOLD_SECONDS, 1), (HOLD_SECONDS + 1, 2)] {
        let mut normalizer = audit_normalizer();
        let held = feed(&mut *normalizer, &record("a", "RequestReceived", 0));
        assert_eq!((held.held, held.events), (1, 0));
        let later = feed(&mut *normalizer, &record("b", "ResponseComplete", second));
        assert_eq!((later.held, later.events), (2 - events, events), "{second}");
    }
}

#[test]
fn servers_max() {
    // The last server with a clock of its own is not hurried by one that shares
    // the common clock; the first without one is.
    for (servers, events) in [(SERVERS_MAX, 1), (SERVERS_MAX + 1, 2)] {
        let mut normalizer = audit_normalizer();
        for server in 1..servers {
            let line = format!("m{server} {}", record("", "ResponseComplete", 0));
            feed(&mut *normalizer, &line);
        }
        let line = format!("m{servers} {}", record("a", "RequestReceived", 0));
        feed(&mut *normalizer, &line);
        feed(&mut *normalizer, &record("", "ResponseComplete", 0));
        let line = record("b", "ResponseComplete", HOLD_SECONDS + 1);
        let before = normalizer.counts().events;
        let after = feed(&mut *normalizer, &line);
        assert_eq!(after.events - before, events, "{servers}");
    }
}

#[test]
fn aggregated_seconds() {
    let seconds = i64::try_from(AGGREGATED_SECONDS).expect("a few");
    for (apart, events) in [(seconds, 1), (seconds + 1, 2)] {
        let part = |second: i64, sources: &str| {
            let line = record("a", "ResponseComplete", second).replacen("/api", "/apis/x/v1/y", 1);
            line.replacen(
                r#","verb""#,
                &format!(r#","sourceIPs":[{sources}],"verb""#),
                1,
            )
        };
        let front = part(0, r#""10.0.0.7""#);
        let behind = part(apart, r#""10.0.0.7","10.0.0.1""#);
        let found = audit(&[front, behind].join("\n"));
        assert_eq!(found.events.len(), events, "{apart}");
        assert_eq!(found.counts.reused_ids, events as u64 - 1);
    }
}

/// A record of a request at a second of an hour and a half.
fn later(id: &str, stage: &str, second: i64) -> String {
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let time = format!("T{hour:02}:{minute:02}:{:02}.", second % 60);
    record(id, stage, 0).replace("T00:00:00.", &time)
}

#[test]
fn jump_seconds() {
    for (second, events) in [(JUMP_SECONDS, 2), (JUMP_SECONDS + 1, 1)] {
        let mut normalizer = audit_normalizer();
        feed(&mut *normalizer, &later("a", "RequestReceived", 0));
        let after = feed(&mut *normalizer, &later("b", "ResponseComplete", second));
        assert_eq!((after.held, after.events), (2 - events, events), "{second}");
    }
}

#[test]
fn two_inputs_give_the_same_in_both_orders() {
    let input = |id: &str, second: i64| {
        ["1", "2", "3"].map(|n| {
            let id = format!("{id}{n}");
            [
                later(&id, "RequestReceived", second),
                later(&id, "ResponseComplete", second),
            ]
        })
    };
    let (old, new) = (input("old", 0), input("new", 120));
    for inputs in [[&old, &new], [&new, &old]] {
        let mut normalizer = audit_normalizer();
        let mut found = Collected::default();
        for (source, lines) in (0..).zip(inputs) {
            normalizer.begin(source);
            for line in lines.iter().flatten() {
                normalizer.feed(line.as_bytes(), 1, &mut found);
            }
        }
        assert_eq!(found.events.len(), 6);
        let answered = |json: &str| json.contains("ResponseComplete");
        assert!(found.events.iter().all(|event| answered(&event.json)));
    }
}

#[test]
fn a_date_from_another_age_changes_nothing() {
    let refused = |id: &str, second: i64| {
        [
            later(id, "RequestReceived", second),
            later(id, "ResponseComplete", second),
        ]
    };
    let odd = later("odd", "ResponseComplete", 0).replace("2026-", "2099-");
    let [early, answer] = refused("a", 0);
    let rest = refused("b", 2).join("\n");
    let found = audit(&[early, odd, answer, rest].join("\n"));
    assert_eq!(found.events.len(), 3);
    let answered = |json: &str| json.contains("ResponseComplete");
    assert!(found.events.iter().all(|event| answered(&event.json)));
}

#[test]
fn held_max() {
    let mut normalizer = audit_normalizer();
    let mut counts = Counts::default();
    for id in 0..HELD_MAX {
        counts = feed(
            &mut *normalizer,
            &record(&id.to_string(), "RequestReceived", 0),
        );
    }
    assert_eq!((counts.held, counts.events), (HELD_MAX as u64, 0));
    let beyond = feed(&mut *normalizer, &record("one more", "RequestReceived", 0));
    assert_eq!((beyond.held, beyond.events), (HELD_MAX as u64, 1));
}

#[test]
fn held_bytes_max() {
    let size = HELD_BYTES_MAX / 4;
    let large = |id: &str, size: usize| {
        let line = record(id, "RequestReceived", 0);
        let room = size - line.len() - r#","userAgent":"""#.len();
        line.replacen(
            r#","verb""#,
            &format!(r#","userAgent":"{}","verb""#, "x".repeat(room)),
            1,
        )
    };
    assert_eq!(large("a", size).len(), size);
    let mut normalizer = audit_normalizer();
    let mut counts = Counts::default();
    for id in ["a", "b", "c", "d"] {
        counts = feed(&mut *normalizer, &large(id, size));
    }
    assert_eq!((counts.held, counts.events), (4, 0));
    let beyond = feed(&mut *normalizer, &record("e", "RequestReceived", 0));
    assert_eq!((beyond.held, beyond.events), (4, 1));
}

#[test]
fn seen_ids_max() {
    let mut normalizer = audit_normalizer();
    let mut counts = Counts::default();
    for id in 0..SEEN_IDS_MAX {
        counts = feed(
            &mut *normalizer,
            &record(&id.to_string(), "ResponseComplete", 0),
        );
    }
    assert_eq!(counts.evicted_ids, 0);
    let again = record("0", "ResponseComplete", 0);
    assert_eq!(feed(&mut *normalizer, &again).duplicates, 1);
    let beyond = feed(&mut *normalizer, &record("one more", "ResponseComplete", 0));
    assert_eq!(beyond.evicted_ids, 1);
    let after = feed(&mut *normalizer, &again);
    assert_eq!(
        (after.duplicates, after.events),
        (1, SEEN_IDS_MAX as u64 + 2)
    );
}

#[test]
fn excerpt_bytes_max() {
    for bytes in [
        EXCERPT_BYTES_MAX - 1,
        EXCERPT_BYTES_MAX,
        EXCERPT_BYTES_MAX + 1,
    ] {
        let found = audit(&"x".repeat(bytes));
        assert_eq!(found.rejects[0].excerpt.len(), bytes.min(EXCERPT_BYTES_MAX));
    }
}

#[test]
fn excerpt_window() {
    for (bytes, shown) in [(EXCERPT_WINDOW, true), (EXCERPT_WINDOW + 1, false)] {
        let (start, end) = ("password=", " end");
        let secret = "x".repeat(bytes - start.len() - end.len());
        let excerpt = &audit(&format!("{start}{secret}{end}")).rejects[0].excerpt;
        assert_eq!(excerpt.ends_with(end), shown, "{excerpt}");
        assert!(
            excerpt.starts_with(start) && !excerpt.contains("xxx"),
            "{excerpt}"
        );
    }
}

#[test]
fn token_payload_max() {
    let most = TOKEN_PAYLOAD_MAX / 4 * 3;
    for (bytes, read) in [(most, true), (most + 1, false)] {
        let (start, end) = (r#"{"sub":"mallory","x":""#, r#""}"#);
        let claims = format!(
            "{start}{}{end}",
            "x".repeat(bytes - start.len() - end.len())
        );
        let token = format!(
            "eyJhbGciOiJSUzI1NiJ9.{}.c2ln",
            URL_SAFE_NO_PAD.encode(claims)
        );
        let line = record("a", "ResponseComplete", 0).replacen(
            r#","verb""#,
            &format!(r#","userAgent":"curl {token}","verb""#),
            1,
        );
        let found = audit(&line);
        let event = &found.events[0];
        assert_eq!(event.json.contains("mallory"), read, "{bytes}");
        assert!(
            !event.json.contains("c2ln") && !event.raw.contains("c2ln"),
            "it is cut all the same"
        );
    }
}

#[test]
fn flag_bytes_max() {
    let flag = |bytes: usize| {
        let (start, end) = ("--", "-password");
        format!(
            "{start}{}{end} hunter2",
            "a".repeat(bytes - start.len() - end.len())
        )
    };
    for (bytes, cut) in [(FLAG_BYTES_MAX, true), (FLAG_BYTES_MAX + 1, false)] {
        assert_eq!(
            !redact_text(&flag(bytes)).contains("hunter2"),
            cut,
            "{bytes}"
        );
    }
}

/// An engine event of a container.
fn container(id: usize, name: &str, action: &str) -> String {
    format!(
        r#"{{"Type":"container","Action":"{action}","Actor":{{"ID":"{id:064x}","Attributes":{{"image":"i","name":"{name}","execID":"{id:064x}"}}}},"time":1}}"#
    )
}

fn docker(log: &str) -> Collected {
    collect(LogType::DockerEngine, &Setup::default(), log.as_bytes())
}

fn call(method: &str, uri: &str) -> String {
    format!("time=\"2026-08-01T00:00:00Z\" level=debug msg=\"Calling {method} {uri}\"")
}

#[test]
fn docker_objects_max() {
    for (others, known) in [(DOCKER_OBJECTS_MAX - 1, true), (DOCKER_OBJECTS_MAX, false)] {
        let mut normalizer = normalizer(LogType::DockerEngine, &Setup::default());
        let first = container(0, "first", "exec_create: ls -l");
        feed(&mut *normalizer, &first);
        for id in 1..=others {
            feed(&mut *normalizer, &container(id, "x", "exec_create: x"));
        }
        let mut found = Collected::default();
        let exec = format!("/exec/{:064x}/start", 0);
        for (uri, at) in ["/containers/first/json", &exec].into_iter().zip(1..) {
            normalizer.feed(call("GET", uri).as_bytes(), at, &mut found);
        }
        normalizer.feed(call("POST", &exec).as_bytes(), 3, &mut found);
        normalizer.finish(&mut found);
        let (by_name, by_exec) = (&found.events[0].json, &found.events[2].json);
        assert_eq!(by_name.contains("\"container_id\""), known, "{others}");
        assert_eq!(by_exec.contains("ls -l"), known, "{others}");
    }
}

#[test]
fn docker_object_bytes_max() {
    let half = DOCKER_OBJECT_BYTES_MAX / 2;
    for (bytes, known) in [(half, true), (half + 1, false)] {
        let name = "n".repeat(bytes);
        let log = [
            container(0, &name, "start"),
            call("GET", &format!("/containers/{name}/json")),
        ];
        let found = docker(&log.join("\n"));
        let event = &found.events[1].json;
        assert_eq!(event.contains("\"container_id\""), known, "{bytes}");
    }
    for (bytes, known) in [
        (DOCKER_OBJECT_BYTES_MAX, true),
        (DOCKER_OBJECT_BYTES_MAX + 1, false),
    ] {
        let command = "c".repeat(bytes);
        let log = [
            container(0, "web", &format!("exec_create: {command}")),
            call("POST", &format!("/exec/{:064x}/start", 0)),
        ];
        let found = docker(&log.join("\n"));
        assert!(found.events[0].json.contains(&command), "it is shown");
        assert_eq!(found.events[1].json.contains(&command), known, "{bytes}");
    }
}

#[test]
fn docker_form_lines_max() {
    for (lines, joined) in [
        (DOCKER_FORM_LINES_MAX, true),
        (DOCKER_FORM_LINES_MAX + 1, false),
    ] {
        let mut log = vec![call("POST", "/containers/create")];
        log.extend((0..lines).map(|n| call("GET", &format!("/x/{n}"))));
        let form = r#"form data: {\"Image\":\"alpine\"}"#;
        log.push(call("", "").replace("Calling  ", form));
        let found = docker(&log.join("\n"));
        let first = found.events.iter().find(|event| event.position.line == 1);
        let first = first.expect("the call is an event");
        assert_eq!(first.json.contains("alpine"), joined, "{lines}");
        assert_eq!(found.counts.events, lines as u64 + 1 + u64::from(!joined));
    }
}

/// However long the log is and however many names are in it, what is held
/// stays within the limits.
#[test]
fn docker_memory_is_constant() {
    let mut normalizer = normalizer(LogType::DockerEngine, &Setup::default());
    let mut counts = Counts::default();
    for id in 0..SEEN_IDS_MAX + HELD_MAX {
        let event = container(id, &format!("n{id}"), "exec_create: x");
        feed(&mut *normalizer, &event);
        let request = format!(r#"{{"RequestMethod":"GET","RequestUri":"/x/{id}"}}"#);
        counts = feed(&mut *normalizer, &request);
        assert!(counts.held <= HELD_MAX as u64);
    }
    // Each of both kinds is an event, apart from those that still wait.
    assert_eq!(
        counts.events,
        2 * (SEEN_IDS_MAX + HELD_MAX) as u64 - HELD_MAX as u64
    );
    assert_eq!(counts.evicted_ids, counts.events - SEEN_IDS_MAX as u64);
    assert_eq!(
        counts.seen_id_bytes,
        feed(&mut *normalizer, &container(0, "a", "b")).seen_id_bytes
    );
}
