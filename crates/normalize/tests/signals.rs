//! The signals that the founding page expects of its four tests, each on its
//! own, in what we recorded of them (`samples/test-*`).

mod common;

use std::path::Path;

use common::collect;
use serde_json::Value;
use yaral_normalize::{LogType, Setup, recognise};

/// The events of a sample, each as JSON.
fn events(name: &str, log_type: LogType) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../samples")
        .join(name);
    let log = std::fs::read(&path).expect("the sample is part of the project");
    let lines: Vec<_> = log.split(|b| *b == b'\n').take(20).collect();
    assert_eq!(recognise(&lines), Some(log_type), "{name}");
    let found = collect(log_type, &Setup::default(), &log);
    assert!(found.rejects.is_empty(), "{name}: {:?}", found.rejects);
    let json = |text: &str| serde_json::from_str(text).expect("events are JSON");
    found.events.iter().map(|event| json(&event.json)).collect()
}

fn audit(name: &str) -> Vec<Value> {
    events(&format!("{name}.auditd.log"), LogType::Auditd)
}

/// The text at a JSON pointer, empty if there is none.
fn at<'v>(event: &'v Value, pointer: &str) -> &'v str {
    event
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn is(event: &Value, event_type: &str) -> bool {
    at(event, "/metadata/eventType") == event_type
}

/// Launches of a command line, or of one that begins so if it ends in `*`.
fn launches<'v>(events: &'v [Value], line: &str) -> Vec<&'v Value> {
    let fits = |actual: &str| match line.strip_suffix('*') {
        Some(start) => actual.starts_with(start),
        None => actual == line,
    };
    let launched = events.iter().filter(|event| is(event, "PROCESS_LAUNCH"));
    launched
        .filter(|event| fits(at(event, "/target/process/commandLine")))
        .collect()
}

/// The files of the ancestors of a launch, the nearest first.
fn chain(event: &Value) -> Vec<&str> {
    let mut out = Vec::new();
    let mut process = &event["target"]["process"]["parentProcess"];
    while let Some(file) = process.pointer("/file/fullPath").and_then(Value::as_str) {
        out.push(file);
        process = &process["parentProcess"];
    }
    out
}

/// Whether some process connected to an address.
fn connects(events: &[Value], program: &str, address: &str, port: u64) -> bool {
    events.iter().any(|event| {
        is(event, "NETWORK_CONNECTION")
            && at(event, "/principal/process/file/fullPath").ends_with(program)
            && at(event, "/target/ip/0") == address
            && event["target"]["port"] == port
    })
}

#[test]
fn test_1_execve_of_kubectl() {
    let events = audit("test-1");
    let found = launches(&events, "kubectl get secrets --all-namespaces");
    assert_eq!(found.len(), 1);
    assert_eq!(
        at(found[0], "/additional/exec_words"),
        "kubectl get secrets"
    );
    assert_eq!(at(found[0], "/principal/user/userDisplayName"), "bob");
    assert_eq!(at(found[0], "/network/sessionId"), "193");
}

#[test]
fn test_1_audit_verb_on_secrets() {
    let events = events("test-1.k8s-audit.ndjson", LogType::KubernetesAudit);
    let listed = events.iter().filter(|event| {
        at(event, "/metadata/productEventType") == "list"
            && at(event, "/target/resource/resourceSubtype") == "secrets"
            && at(event, "/additional/k8s_scope") == "cluster"
            && at(event, "/principal/user/userid") == "bob"
    });
    assert_eq!(listed.count(), 1);
}

#[test]
fn test_1_connection_to_the_api_server() {
    assert!(connects(&audit("test-1"), "/kubectl", "127.0.0.1", 6443));
}

#[test]
fn test_2_execve_of_docker_ps_and_inspect() {
    let events = audit("test-2");
    assert_eq!(launches(&events, "docker ps -q").len(), 1);
    let inspected = launches(&events, "docker inspect *");
    assert_eq!(inspected.len(), 4);
    assert!(
        inspected
            .iter()
            .all(|event| at(event, "/additional/exec_words").starts_with("docker inspect "))
    );
}

#[test]
fn test_2_docker_socket() {
    let events = audit("test-2");
    let used = events.iter().filter(|event| {
        is(event, "NETWORK_CONNECTION")
            && at(event, "/target/file/fullPath") == "/var/run/docker.sock"
            && at(event, "/additional/path_resolved") == "/run/docker.sock"
            && at(event, "/additional/audit_success") == "yes"
    });
    let by: Vec<_> = used
        .map(|event| at(event, "/principal/process/commandLine"))
        .collect();
    assert_eq!(by.len(), 5);
    assert!(by.contains(&"docker ps -q"));
}

#[test]
fn test_2_process_chain() {
    let events = audit("test-2");
    let parents = |line: &str| chain(launches(&events, line)[0]);
    assert_eq!(parents("docker ps -q"), ["/usr/bin/bash"]);
    assert_eq!(parents("xargs *"), ["/usr/bin/bash"]);
    assert_eq!(
        parents("docker inspect *"),
        ["/usr/bin/xargs", "/usr/bin/bash"]
    );
}

/// Operations of a Docker sample, with the client that asked for them.
fn operations(name: &str) -> Vec<(String, String)> {
    let events = events(name, LogType::DockerEngine);
    let pair = |event: &Value| {
        (
            at(event, "/additional/docker_operation").to_owned(),
            at(event, "/network/http/userAgent").to_owned(),
        )
    };
    events.iter().map(pair).collect()
}

#[test]
fn test_2_daemon_interaction() {
    let all = operations("test-2.docker-api.ndjson");
    let count = |operation: &str| all.iter().filter(|(name, _)| name == operation).count();
    assert_eq!(
        (
            count("ping"),
            count("container_list"),
            count("container_inspect")
        ),
        (5, 1, 4)
    );
    assert!(
        all.iter()
            .all(|(_, client)| client.starts_with("Docker-Client/"))
    );
}

#[test]
fn test_4_daemon_interaction() {
    let all = operations("test-4.docker-api.ndjson");
    assert_eq!(
        all,
        [("container_list".to_owned(), "curl/7.88.1".to_owned())]
    );
}

/// The daemon says where it listens without verifying its clients.
fn listens(name: &str, address: &str, exposure: &str) {
    let events = events(name, LogType::DockerEngine);
    let found = events.iter().filter(|event| {
        is(event, "NETWORK_UNCATEGORIZED")
            && at(event, "/additional/net_operation") == "listen"
            && at(event, "/principal/ip/0") == address
            && event["principal"]["port"] == 2375
            && at(event, "/additional/docker_exposure") == exposure
    });
    assert!(found.count() > 0, "{name}");
}

#[test]
fn test_4_listener_on_loopback_and_on_all_addresses() {
    listens("dockerd-exposed.log", "127.0.0.1", "loopback");
    listens("dockerd-exposed-all.synthetic.log", "0.0.0.0", "all");
}

/// The token, opened and read by `cat`.
fn reads_token(name: &str, program: &str) {
    const TOKEN: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    let events = audit(name);
    let opened = events.iter().filter(|event| {
        is(event, "FILE_OPEN")
            && at(event, "/target/file/fullPath") == TOKEN
            && at(event, "/additional/path_resolved") == TOKEN.trim_start_matches("/var")
            && at(event, "/additional/audit_success") == "yes"
            && at(event, "/principal/process/file/fullPath") == program
    });
    assert_eq!(opened.count(), 1, "{name}: the open");
    assert_eq!(
        launches(&events, &format!("cat {TOKEN}")).len(),
        1,
        "{name}: the execve of cat"
    );
}

#[test]
fn test_3_token_opened_by_cat_on_a_host() {
    reads_token("test-3-host", "/usr/bin/cat");
}

#[test]
fn test_3_token_opened_by_cat_in_a_pod() {
    reads_token("test-3-pod", "/bin/busybox");
}

#[test]
fn test_3_token_opened_by_cat_through_kubectl_exec() {
    reads_token("test-3-exec", "/bin/busybox");
    let events = events("test-3-exec.k8s-audit.ndjson", LogType::KubernetesAudit);
    let ran = events.iter().filter(|event| {
        at(event, "/additional/k8s_subresource") == "exec"
            && at(event, "/additional/k8s_command")
                == "cat /var/run/secrets/kubernetes.io/serviceaccount/token"
    });
    assert_eq!(ran.count(), 1, "two stages are one request");
}

#[test]
fn test_4_execve_of_curl() {
    let events = audit("test-4");
    let found = launches(&events, "curl -s http://localhost:2375/containers/json");
    assert_eq!(found.len(), 1);
    assert_eq!(at(found[0], "/principal/user/userDisplayName"), "alice");
}

#[test]
fn test_4_connection_to_2375() {
    assert!(connects(&audit("test-4"), "/curl", "127.0.0.1", 2375));
}

#[test]
fn atomic_2_secrets_of_one_namespace() {
    let events = audit("atomic-2");
    let found = launches(&events, "kubectl get secrets -n prod -o name");
    assert_eq!(found.len(), 1);
    assert_eq!(
        at(found[0], "/additional/exec_words"),
        "kubectl get secrets"
    );
    assert!(connects(&events, "/kubectl", "127.0.0.1", 6443));
}

#[test]
fn atomic_3_context_before_exec_and_the_short_spelling() {
    const TOKEN: &str = "/run/secrets/kubernetes.io/serviceaccount/token";
    let events = audit("atomic-3.synthetic");
    let found = launches(&events, "kubectl --context *");
    assert_eq!(found.len(), 1);
    assert_eq!(
        at(found[0], "/additional/exec_words"),
        format!("kubectl exec atomic-pod -- cat {TOKEN}")
    );
    let opened = events
        .iter()
        .filter(|event| is(event, "FILE_OPEN") && at(event, "/additional/path_resolved") == TOKEN);
    assert_eq!(opened.count(), 1);
}
