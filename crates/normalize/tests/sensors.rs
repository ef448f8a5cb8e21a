//! What must hold for every record of the sensors on a host, Falco and Tetragon,
//! whatever rules are loaded and whatever stands in the log.

mod common;

use common::collect;
use common::needs::{mapping, needs, part_of_whole, setup, sound, texts};
use common::planted::{TEXTS, planted_text};
use proptest::prelude::*;
use serde_json::{Value, json};
use yaral_normalize::{LogType, Setup};
use yaral_udm::Needs;

/// Fields that needs ask about: filled by one mapping or both, by no row, below
/// and above rows, enums and times.
const ASKED: [(&str, &str); 24] = [
    ("metadata.event_type", ""),
    ("metadata.product_event_type", ""),
    ("metadata.log_type", ""),
    ("metadata.event_timestamp", ""),
    ("metadata.description", ""),
    ("security_result.severity", ""),
    ("security_result.rule_name", ""),
    ("security_result.action", ""),
    ("target.process.command_line", ""),
    ("target.process.file.full_path", ""),
    (
        "target.process.parent_process.parent_process.file.full_path",
        "",
    ),
    ("principal.process.parent_process.command_line", ""),
    ("principal.process", ""),
    ("principal.user.userid", ""),
    ("principal.ip", ""),
    ("target.port", ""),
    ("target.file.full_path", ""),
    ("target.resource.attribute.labels", "fd_name"),
    ("target.resource.attribute.labels", ""),
    ("additional", "exec_words"),
    ("additional", "path_resolved"),
    ("additional", "net_operation"),
    ("additional", "container_id"),
    ("additional", "nobody_fills_this"),
];

const LITERALS: [&str; 22] = [
    "",
    "0",
    "PROCESS_LAUNCH",
    "FILE_OPEN",
    "NETWORK_CONNECTION",
    "USER_UNCATEGORIZED",
    "FALCO_IDS",
    "TETRAGON",
    "execve",
    "process_exec",
    "HIGH",
    "UNKNOWN_SEVERITY",
    "BLOCK",
    "kubectl get secrets",
    "/bin/sh",
    "/run/docker.sock",
    "docker",
    "listen",
    "2375",
    "10.0.0.5",
    "secret",
    "e",
];

const COMMANDS: [&str; 6] = [
    "",
    "kubectl -n a get secrets",
    "cat /var/run/secrets/kubernetes.io/serviceaccount/token",
    "curl http://10.0.0.5:2375/x",
    "sh -c \"a 'b\" \\",
    "agent --password x eyJhbGciOi.eyJzdWIi.c2ln",
];

const PATHS: [&str; 7] = [
    "",
    "/var/run/docker.sock",
    "../run/docker.sock",
    "etc/passwd",
    "pipe:[7]",
    "/",
    "<NA>",
];

fn alert() -> impl Strategy<Value = Value> {
    let call = texts(&[
        "",
        "execve",
        "clone",
        "openat",
        "read",
        "write",
        "renameat2",
        "connect",
        "accept4",
        "sendto",
        "bind",
        "listen",
        "ptrace",
    ]);
    let name = texts(&[
        "",
        "/var/run/docker.sock",
        "0->ffff /run/docker.sock",
        "10.0.0.1:4->10.0.0.5:2375",
        "::1:4->fd00::5:2375",
        "0.0.0.0:2375",
        "->:",
    ]);
    let priority = texts(&["", "Error", "Warning", "Odd"]);
    let user = prop_oneof![Just(json!(null)), Just(json!(0)), Just(json!("eve"))];
    let rest = (
        texts(&PATHS),
        texts(&COMMANDS),
        texts(&["", "get", "delete"]),
        user,
    );
    (call, name, priority, texts(&COMMANDS), rest).prop_map(
        |(call, name, priority, line, (path, parent, verb, user))| {
            json!({
                "rule": "r", "priority": priority, "output": format!("Error secret {line}"), "source": "syscall",
                "time": "2026-11-24T10:00:00.5Z", "tags": ["a", "b"], "hostname": "h",
                "output_fields": {
                    "evt.type": call, "fd.name": name, "fs.path.name": path, "proc.cwd": "/tmp", "proc.cmdline": line,
                    "proc.exepath": "/bin/sh", "proc.pcmdline": parent, "proc.aexepath[2]": "/usr/bin/docker", "proc.pid": 7,
                    "user.uid": user, "user.name": user, "user.loginuid": -1, "ka.verb": verb, "container.id": "c",
                },
            })
        },
    )
}

fn event() -> impl Strategy<Value = Value> {
    let kind = texts(&[
        "process_exec",
        "process_exit",
        "process_kprobe",
        "process_lsm",
        "process_tracepoint",
        "process_connect",
        "process_listen",
        "process_loader",
        "process_http",
        "process_new",
    ]);
    let function = texts(&[
        "",
        "__x64_sys_openat",
        "security_file_permission",
        "fd_install",
        "tcp_connect",
        "security_socket_bind",
        "sys_execve",
        "file_open",
        "rename",
        "do_init_module",
    ]);
    let argument = prop_oneof![
        texts(&PATHS).prop_map(|path| json!({"file_arg": {"path": path}})),
        texts(&PATHS).prop_map(|path| json!({"string_arg": path})),
        (-101_i32..4).prop_map(|number| json!({"int_arg": number})),
        Just(
            json!({"sock_arg": {"saddr": "10.0.0.1", "sport": 4, "daddr": "10.0.0.5", "dport": 2375}})
        ),
        texts(&["10.0.0.5", "/run/docker.sock", "x"])
            .prop_map(|ip| json!({"sockaddr_arg": {"addr": ip, "port": 2375}})),
    ];
    let arguments = prop::collection::vec(argument, 0..3);
    (kind, function, arguments, texts(&COMMANDS), (0..5_u8, 0..5_u8, any::<bool>())).prop_map(
        |(kind, function, arguments, line, (id, parent, named))| {
            let mut happening = json!({
                "process": {"exec_id": format!("e{id}"), "parent_exec_id": format!("e{parent}"), "pid": id, "uid": 0,
                    "binary": "/bin/sh", "arguments": line, "cwd": "/tmp", "pod": {"container": {"id": "docker://c"}}},
                "function_name": function, "args": arguments, "destination_ip": "10.0.0.5", "destination_port": 2375,
                "action": "KPROBE_ACTION_SIGKILL", "message": "secret",
            });
            if named {
                happening["parent"] = json!({"exec_id": format!("e{parent}"), "binary": "/usr/bin/docker", "parent_exec_id": "e1"});
            }
            json!({kind: happening, "node_name": "h", "time": "2026-11-24T10:00:00.5Z"})
        },
    )
}

/// A log of good records, wrapped and cut ones, and of any bytes.
fn log(record: BoxedStrategy<Value>) -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => record.clone().prop_map(|record| record.to_string().into_bytes()),
        1 => record.clone().prop_map(|record| json!({"log": record.to_string()}).to_string().into_bytes()),
        1 => record.clone().prop_map(|record| format!("<14>Nov 24 10:00:00 h x: {record}").into_bytes()),
        1 => (record, 0..900_usize).prop_map(|(record, at)| {
            let mut bytes = record.to_string().into_bytes();
            bytes.truncate(at);
            bytes
        }),
        1 => prop::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n'), 0..40),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join(&b'\n'))
}

/// A log of one of the sensors.
fn sensor_log() -> impl Strategy<Value = (LogType, Vec<u8>)> {
    prop_oneof![
        log(alert().boxed()).prop_map(|log| (LogType::FalcoIds, log)),
        log(event().boxed()).prop_map(|log| (LogType::Tetragon, log)),
    ]
}

/// Places of an alert whose text is a secret as a whole.
const FALCO_WHOLE: [&str; 5] = [
    "proc.env",
    "proc.env[A]",
    "proc.aenv[2]",
    "evt.buffer",
    "evt.arg.data",
];

/// Places of an alert for a text with a secret inside.
const FALCO_TEXTS: [&str; 10] = [
    "proc.cmdline",
    "proc.pcmdline",
    "proc.acmdline[3]",
    "proc.args",
    "fd.name",
    "fs.path.name",
    "ka.uri",
    "ka.useragent",
    "ka.uri.param[command]",
    "user.name",
];

/// An alert with a secret in one of the places.
fn planted_alert(canary: &str, place: usize, call: &str) -> Value {
    let mut fields = json!({"evt.type": call, "proc.exepath": "/bin/x", "proc.cwd": "/tmp"});
    let text = planted_text(canary, place);
    let mut output = text.clone();
    if place < TEXTS {
        for name in FALCO_TEXTS {
            fields[name] = json!(text);
        }
    } else {
        let name = FALCO_WHOLE[place % FALCO_WHOLE.len()];
        fields[name] = json!(format!("A=1 B={canary}"));
        fields["evt.args"] = json!(format!("res=1 data=A=1 B={canary}"));
        output = format!("seen (A=1 B={canary})");
    }
    json!({"rule": "r", "priority": "Error", "output": output, "output_fields": fields, "tags": ["evidence", text]})
}

/// An event with a secret in one of the places.
fn planted_happening(canary: &str, place: usize, kind: &str) -> Value {
    let text = planted_text(canary, place);
    let mut process =
        json!({"exec_id": "e3", "parent_exec_id": "e2", "binary": "/bin/x", "arguments": text});
    let parent =
        json!({"exec_id": "e2", "parent_exec_id": "e1", "binary": "/bin/y", "arguments": text});
    let mut args = json!([{"string_arg": text}, {"file_arg": {"path": text}}]);
    if place >= TEXTS {
        process["arguments"] = json!("evidence");
        process["environment_variables"] = json!([{"key": "A", "value": canary}]);
        args = json!([{"bytes_arg": canary}, {"truncated_bytes_arg": {"bytes_arg": canary}}]);
        return json!({kind: {"process": process, "function_name": "sys_write", "args": args}});
    }
    json!({kind: {
        "process": process, "parent": parent, "ancestors": [{"exec_id": "e1", "arguments": text}],
        "function_name": "sys_openat", "args": args, "message": text, "tags": ["evidence", text],
        "http": {"request": {"uri": text}}, "return": {"string_arg": text},
    }})
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_prefilter_is_sound((log_type, log) in sensor_log(), needs in needs(&ASKED, &LITERALS), mapping in mapping()) {
        sound(log_type, mapping, &needs, &log)?;
    }

    #[test]
    fn a_projection_is_a_part_of_the_whole((log_type, log) in sensor_log(), asked in prop::sample::subsequence(&ASKED[..], 0..6), mapping in mapping()) {
        part_of_whole(log_type, mapping, &asked, &log)?;
    }

    /// Whatever stands before it, a good record comes out.
    #[test]
    fn garbage_does_not_reach_the_next_line(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
        for (log_type, good) in [
            (LogType::FalcoIds, r#"{"rule":"good one","priority":"Error","output":"x"}"#),
            (LogType::Tetragon, r#"{"process_exec":{"process":{"binary":"/bin/good one"}}}"#),
        ] {
            let log = [&garbage[..], b"\n", good.as_bytes()].concat();
            let found = collect(log_type, &Setup::default(), &log);
            prop_assert!(found.events.last().is_some_and(|event| event.json.contains("good one")));
        }
    }

    /// Two runs over a log give the same, and a log in two parts what it gives in one.
    #[test]
    fn a_run_is_repeatable((log_type, log) in sensor_log()) {
        let json = || -> Vec<_> {
            let found = collect(log_type, &Setup::default(), &log);
            found.events.into_iter().map(|event| (event.id, event.json, event.raw)).collect()
        };
        prop_assert_eq!(json(), json());
    }

    /// A secret planted in any known place comes out nowhere.
    #[test]
    fn a_planted_secret_never_comes_out(
        secret in "[a-zA-Z0-9]{16}",
        mapping in mapping(),
        place in 0..TEXTS + 10,
        call in texts(&["", "execve", "openat", "connect"]),
        kind in texts(&["process_exec", "process_exit", "process_kprobe", "process_http", "process_uprobe"]),
    ) {
        let canary = format!("cnry{secret}");
        for (log_type, record) in [
            (LogType::FalcoIds, planted_alert(&canary, place, call)),
            (LogType::Tetragon, planted_happening(&canary, place, kind)),
        ] {
            let line = record.to_string();
            prop_assert!(line.contains(&canary));
            // The next event knows its ancestors from the memory alone.
            let child = r#"{"process_exec":{"process":{"exec_id":"e4","parent_exec_id":"e3","binary":"/bin/z"}}}"#;
            for whole in [line.clone(), json!({"log": line}).to_string(), format!("h x: {line}\n{child}")] {
                let found = collect(log_type, &setup(mapping, Needs { rules: Vec::new() }), whole.as_bytes());
                prop_assert!(!found.events.is_empty());
                for text in found.events.iter().flat_map(|event| [&event.json, &event.raw]) {
                    prop_assert!(!text.contains(&canary), "{} place {}: {}", log_type, place, text);
                }
                let cut = collect(log_type, &Setup::default(), &whole.as_bytes()[..line.len() - 1]);
                let shown = |excerpt: &str| excerpt.contains(&canary);
                prop_assert!(cut.rejects.iter().all(|reject| !shown(&reject.excerpt) && !shown(&reject.detail)), "place {}: {:?}", place, cut.rejects);
            }
            let open = Setup { redact: false, mapping, ..Setup::default() };
            let found = collect(log_type, &open, line.as_bytes());
            prop_assert!(found.events[0].raw.contains(&canary), "nothing is cut without redaction");
        }
    }
}

#[test]
fn a_child_without_rules_of_its_own_knows_its_ancestors() {
    // The needs of the rules let the shell pass over, and it is remembered all the same.
    let shell = r#"{"process_exec":{"process":{"exec_id":"a","binary":"/bin/shell"}}}"#;
    let child = r#"{"process_exec":{"process":{"exec_id":"b","parent_exec_id":"a","binary":"/bin/child"}}}"#;
    let path =
        yaral_udm::FieldPath::resolve(yaral_udm::Root::Event, "target.process.file.full_path");
    let need = yaral_udm::Need {
        path: path.expect("a field of the schema"),
        key: None,
        test: yaral_udm::NeedTest::Equals(vec!["/bin/child".to_owned()]),
    };
    let setup = Setup {
        needs: Needs {
            rules: vec![vec![need]],
        },
        ..Setup::default()
    };
    let log = [shell, child].join("\n");
    let found = collect(LogType::Tetragon, &setup, log.as_bytes());
    assert_eq!((found.counts.passed_over, found.events.len()), (1, 1));
    assert!(found.events[0].json.contains("/bin/shell"));
}

#[test]
fn a_plain_audit_record_is_no_alert() {
    let record = br#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x","stage":"ResponseComplete","verb":"get","requestURI":"/api"}"#;
    let found = collect(LogType::FalcoIds, &Setup::default(), record);
    assert_eq!(found.rejects[0].reason.code(), "NOT_FALCO");
    let recognised = yaral_normalize::recognise(&[record]);
    assert_eq!(recognised, Some(LogType::KubernetesAudit));
}
