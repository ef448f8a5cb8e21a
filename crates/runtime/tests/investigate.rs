//! The investigation of a detection: what it knows of each kind of log, and that
//! no name out of a log does anything in a shell or gives a secret away.

use std::path::Path;
use std::process::Command;

use yaral_engine::{Detection, Evidence, Explanation, Status};
use yaral_ir::plan::Plan;
use yaral_runtime::investigate::{Investigation, Investigator, Step};
use yaral_runtime::limits::COMMANDS_MAX;
use yaral_runtime::text::is_hostile;
use yaral_runtime::{EncodeOptions, FORMATS, Summary};
use yaral_udm::{Event, FieldSet, Root, Timestamp, read_event};

fn rule() -> Plan {
    let text = "rule r { meta: playbook = \"docs/p.md\" response = \"Do it.\" \
                events: $e.metadata.log_type = \"A\" condition: $e }";
    let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
    let mut plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    plans.next().expect("the rule compiles")
}

fn detection(id: &str, events: &[serde_json::Value]) -> Detection {
    let time = Timestamp {
        seconds: 1_785_542_400,
        nanos: 0,
    };
    let evidence = |(at, json): (usize, &serde_json::Value)| {
        let mut event = Event::new(Root::Event);
        read_event(json.to_string().as_bytes(), &FieldSet::all(), &mut event).expect("an event");
        Evidence {
            variable: "e".to_owned(),
            event_id: at.to_string(),
            event: Some(event),
            origin: None,
        }
    };
    Detection {
        id: id.to_owned(),
        rule: 0,
        time,
        window: (time, time),
        matches: Vec::new(),
        outcomes: Vec::new(),
        risk_score: 50.0,
        branch: None,
        counts: Vec::new(),
        evidence: events.iter().enumerate().map(evidence).collect(),
        why: Explanation::default(),
        status: Status::Final,
    }
}

fn seen(event: &serde_json::Value) -> Investigation {
    let events = std::slice::from_ref(event);
    Investigator::default().see(&detection("de_1", events), &rule())
}

/// A request to Kubernetes for an object of this name, in both mappings.
fn request(kind: &str, below: &str, verb: &str, name: &str) -> [serde_json::Value; 2] {
    let labels = serde_json::json!({
        "k8s_scope": "object", "k8s_subresource": below, "k8s_sa_namespace": name,
        "k8s_pod_name": name, "k8s_node_name": name, "k8s_credential_id": "JTI=1",
        "k8s_issued_credential_id": "JTI=2", "k8s_command": name, "k8s_pod_secrets": name,
        "k8s_impersonated_user": name, "k8s_impersonated_groups": "a,b",
        "k8s_source_chain": "10.0.0.8,10.0.0.7"
    });
    let reason =
        format!("RBAC: allowed by RoleBinding \"{name}/prod\" of Role \"x\" to User \"y\"");
    let event = |userid: &str, product: &str, method: &str| {
        serde_json::json!({
            "metadata": {"logType": "KUBERNETES_AUDIT", "productEventType": product},
            "principal": {"user": {"userid": userid, "userDisplayName": name, "groupIdentifiers": ["g"]},
                "ip": ["10.0.0.8", "10.0.0.7"]},
            "network": {"http": {"method": method, "responseCode": 200, "userAgent": name}},
            "target": {"namespace": name, "resource": {"resourceSubtype": kind, "name": name}},
            "securityResult": [{"action": ["ALLOW"], "description": reason}],
            "additional": labels
        })
    };
    [event(name, verb, "GET"), event("6f1c-uid", "Event", verb)]
}

fn docker(operation: &str, name: &str) -> serde_json::Value {
    serde_json::json!({
        "metadata": {"logType": "DOCKER_ENGINE", "productEventType": operation},
        "principal": {"hostname": "h"},
        "target": {"resource": {"resourceSubtype": "container", "name": name},
            "process": {"commandLine": name}},
        "additional": {"container_id": name}
    })
}

fn host(path: &str) -> serde_json::Value {
    serde_json::json!({
        "metadata": {"logType": "AUDITD", "productEventType": "openat"},
        "about": [{"user": {"userid": "1000", "userDisplayName": "alice"}}],
        "principal": {"hostname": path, "user": {"userid": "0", "userDisplayName": "root"},
            // No process has a number as high.
            "process": {"pid": "4194303", "commandLine": path, "file": {"fullPath": path},
                "parentProcess": {"commandLine": "bash"}}},
        "target": {"file": {"fullPath": path}, "ip": ["127.0.0.1"], "port": 2375},
        "additional": {"path_resolved": path, "audit_serial": "1.2:77", "container_id": path}
    })
}

/// Events of every kind that recipes know, with this name wherever one stands.
fn everywhere(name: &str) -> Vec<serde_json::Value> {
    let mut events = Vec::new();
    for (kind, below, verb) in [
        ("secrets", "", "get"),
        ("configmaps", "", "get"),
        ("pods", "exec", "create"),
        ("pods", "", "create"),
        ("pods", "log", "get"),
        ("serviceaccounts", "token", "create"),
        ("clusterrolebindings", "", "create"),
        ("certificatesigningrequests", "approval", "update"),
        ("nodes", "proxy", "get"),
    ] {
        events.extend(request(kind, below, verb, name));
    }
    events.extend([
        docker("exec_create", name),
        docker("container_inspect", name),
    ]);
    events.extend([
        host(&format!("/{name}")),
        host(&format!("/run/{name}/docker.sock")),
    ]);
    events
}

/// Programs that write down how they were called, and nothing else.
const PROGRAMS: [&str; 14] = [
    "ausearch", "crictl", "docker", "fuser", "grep", "iptables", "kubectl", "ls", "podman", "ps",
    "ss", "stat", "touch", "id",
];

/// How the programs were called when a shell ran the line: a list of words for
/// each call. Whether the line is one at all is asked first.
fn calls(folder: &Path, line: &str) -> Vec<Vec<String>> {
    let record = folder.join("record");
    let _ = std::fs::remove_file(&record);
    let sh = |flag: &str| {
        Command::new("/bin/sh")
            .args([flag, line])
            .current_dir(folder.join("empty"))
            .env_clear()
            .env("PATH", folder.join("bin"))
            .env("RECORD", &record)
            .output()
            .expect("there is a shell")
    };
    let file = folder.join("line.sh");
    std::fs::write(&file, line).expect("the folder and the shell work");
    let checked = Command::new("/bin/sh")
        .arg("-n")
        .arg(&file)
        .output()
        .expect("the folder and the shell work");
    assert!(checked.status.success(), "{line}: {checked:?}");
    let ran = sh("-c");
    let is_kill = line.starts_with("kill ");
    assert!(is_kill || ran.status.success(), "{line}: {ran:?}");
    assert!(is_kill || ran.stderr.is_empty(), "{line}: {ran:?}");
    let read = std::fs::read_to_string(record).unwrap_or_default();
    let calls = read.split("\0\0").filter(|call| !call.is_empty());
    calls
        .map(|call| call.split('\0').map(str::to_owned).collect())
        .collect()
}

fn programs() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("the folder and the shell work");
    std::fs::create_dir(folder.path().join("bin")).expect("the folder and the shell work");
    std::fs::create_dir(folder.path().join("empty")).expect("the folder and the shell work");
    // One write, since both ends of a pipe record at the same time.
    let script = "#!/bin/sh\nprintf '%s\\0' \"${0##*/}\" \"$@\" '' >> \"$RECORD\"\n";
    for program in PROGRAMS {
        let path = folder.path().join("bin").join(program);
        std::fs::write(&path, script).expect("the folder and the shell work");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
            .expect("the folder and the shell work");
    }
    folder
}

#[test]
fn a_hostile_name_is_one_word_of_a_shell_or_none() {
    let folder = programs();
    for (name, is_filled_in) in [
        ("plain", true),
        ("it's", true),
        ("'; touch pwned; '", true),
        ("$(touch pwned)`touch pwned`", true),
        ("\"$HOME\" && touch pwned #", true),
        ("a\\", true),
        ("-rf", true),
        ("--kubeconfig=x", true),
        ("* ? [a-z] ~ {a,b}", true),
        ("a\ntouch pwned\n", false),
        ("a\u{1b}[2J\rtouch pwned", false),
        ("a\u{202e}b", false),
        ("a\u{200b}", false),
        ("a\0b", false),
    ] {
        let mut lines = Vec::new();
        for event in everywhere(name) {
            let commands = seen(&event).commands;
            assert!(
                !commands.is_empty() && commands.len() <= COMMANDS_MAX,
                "{event}"
            );
            assert!(commands.is_sorted_by_key(|command| command.step), "{event}");
            lines.extend(commands.into_iter().map(|command| command.run));
        }
        lines.sort();
        lines.dedup();
        let mut words = 0;
        for line in &lines {
            assert!(!line.chars().any(is_hostile), "{line:?}");
            for call in calls(folder.path(), line) {
                assert!(
                    PROGRAMS.contains(&call[0].as_str()) && call[0] != "touch" && call[0] != "id",
                    "{call:?}"
                );
                let at = call
                    .iter()
                    .position(|word| word.ends_with(name) || word.ends_with(&format!("/{name}")));
                words += usize::from(at.is_some());
                // Behind `--`, `kind/` or `--option=` it cannot be an option.
                if let Some(at) = at {
                    let alone = call[at] == name;
                    assert!(
                        !alone || call[at - 1] == "--" || !name.starts_with('-'),
                        "{call:?}"
                    );
                }
            }
        }
        assert_eq!(words > 0, is_filled_in, "{name:?}: {lines:#?}");
        let made = std::fs::read_dir(folder.path().join("empty"))
            .unwrap()
            .count();
        assert_eq!(made, 0, "{name:?} made a file");
    }
}

#[test]
fn both_mappings_tell_the_same_of_a_request() {
    for (kind, below, verb) in [("secrets", "", "list"), ("pods", "exec", "get")] {
        let [default, secops] = request(kind, below, verb, "bob").map(|event| seen(&event));
        assert_eq!(default, secops);
        assert_eq!(default.actor.shown, ["bob"]);
        assert_eq!(default.source.shown, ["10.0.0.8", "10.0.0.7"]);
        assert_eq!(default.objects.shown[0].verb, verb);
        assert_eq!(default.pod.shown, ["bob/bob"]);
        assert_eq!(default.playbook.as_deref(), Some("docs/p.md"));
    }
}

#[test]
fn a_process_is_told_with_its_parent_and_login() {
    let found = seen(&host("/etc/token"));
    let process = &found.process.shown[0];
    assert_eq!(
        (process.pid.as_str(), process.parent.as_str()),
        ("4194303", "bash")
    );
    assert_eq!(
        (found.actor.shown, found.login.shown),
        (vec!["root".into()], vec!["alice".into()])
    );
    let objects: Vec<_> = found
        .objects
        .shown
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        objects,
        ["openat file /etc/token", "openat address 127.0.0.1:2375"]
    );
}

#[test]
fn numbers_that_are_no_process_are_not_signalled() {
    for pid in [
        "0",
        "1",
        "-1",
        "4194304",
        "4294967295",
        "18446744073709551615",
        "7; id",
        "",
    ] {
        let mut event = host("/etc/token");
        event["principal"]["process"]["pid"] = pid.into();
        let commands = seen(&event).commands;
        assert!(
            commands
                .iter()
                .all(|command| !command.run.starts_with("kill")),
            "{pid}"
        );
    }
}

#[test]
fn what_a_cluster_stands_on_is_not_cut() {
    let cuts = |binding: &str| {
        let mut event = request("secrets", "", "list", "x")[0].clone();
        event["securityResult"][0]["description"] =
            format!("RBAC: allowed by ClusterRoleBinding \"{binding}\" of …").into();
        event["additional"] = serde_json::json!({});
        let commands = seen(&event).commands;
        commands
            .iter()
            .filter(|command| command.step == Step::Cut)
            .count()
    };
    assert_eq!(cuts("ops-admin"), 1);
    for binding in [
        "system:masters",
        "cluster-admin",
        "kubeadm:node-admins",
        "a\\\"b",
    ] {
        assert_eq!(cuts(binding), 0, "{binding}");
    }
}

#[test]
fn detections_of_one_hand_know_each_other() {
    let mut investigator = Investigator::default();
    let rule = rule();
    let events = request("secrets", "", "list", "bob");
    let first = detection("de_1", &events[..1]);
    let mut taken_back = detection("de_0", &events[..1]);
    taken_back.status = Status::Provisional;
    assert!(investigator.see(&taken_back, &rule).siblings.is_empty());
    taken_back.status = Status::Superseded {
        by: "de_1".to_owned(),
    };
    assert_eq!(
        investigator.see(&taken_back, &rule),
        Investigation::default()
    );
    assert!(investigator.see(&first, &rule).siblings.is_empty());
    // Handed out again it is not its own sibling.
    assert!(investigator.see(&first, &rule).siblings.is_empty());
    let second = investigator.see(&detection("de_2", &events[1..]), &rule);
    assert_eq!(second.siblings.shown.len(), 1);
    assert_eq!(
        (second.siblings.shown[0].id.as_str(), second.siblings.more),
        ("de_1", 0)
    );
}

#[test]
fn no_format_puts_a_secret_into_a_command() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IiLCJleHAiOjE3ODU1NDI0MDB9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    let rule = rule();
    for secret in [
        token,
        "https://bob:hunter2222@host/x",
        "Authorization: Bearer abcdef0123456789",
    ] {
        for event in everywhere(secret) {
            let found = seen(&event);
            for command in &found.commands {
                assert!(!command.run.contains(secret), "{}", command.run);
                assert!(
                    !command.run.contains("c2lnbmF0dXJl") && !command.run.contains("hunter2222")
                );
            }
            // The formats write the commands and nothing else of the event.
            let only = Investigation {
                commands: found.commands,
                ..Investigation::default()
            };
            for format in FORMATS {
                let mut encoder = (format.encoder)(EncodeOptions::default());
                let mut out = Vec::new();
                encoder.begin(&mut out).unwrap();
                encoder
                    .detection(&detection("de_1", &[]), &rule, &only, &mut out)
                    .unwrap();
                encoder.end(&Summary::default(), &[], &mut out).unwrap();
                let text = String::from_utf8(out).unwrap();
                assert!(
                    text.contains("look") && !text.contains(secret),
                    "{}",
                    format.name
                );
            }
        }
    }
}

#[test]
fn commands_max_leaves_room_for_every_step() {
    let mut events = Vec::new();
    for n in 0..50 {
        events.extend(request("pods", "exec", "create", &format!("pod-{n}")));
        events.extend(request("secrets", "", "get", &format!("s-{n}")));
        events.push(host(&format!("/f{n}")));
    }
    let found = Investigator::default().see(&detection("de_1", &events), &rule());
    assert_eq!(found.commands.len(), COMMANDS_MAX);
    for step in [
        Step::Look,
        Step::Preserve,
        Step::Isolate,
        Step::Cut,
        Step::Rotate,
    ] {
        assert!(
            found.commands.iter().any(|command| command.step == step),
            "{step:?}"
        );
    }
}
