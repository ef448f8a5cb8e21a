//! `yaral doctor` on setups that are broken in one way each: it names the cause and the
//! line that mends it, and says of what is whole that it is ready.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests")]

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::bench::{Bench, Ran, skip};

/// A request to an API server that is set up well.
fn request(number: u64) -> Value {
    let (verb, uri, resource, subresource) = match number % 6 {
        0 => ("list", "/api/v1/secrets?resourceVersion=1", "secrets", ""),
        1 => (
            "get",
            "/api/v1/namespaces/prod/configmaps/c",
            "configmaps",
            "",
        ),
        2 => (
            "create",
            "/api/v1/namespaces/prod/serviceaccounts/web/token",
            "serviceaccounts",
            "token",
        ),
        3 => ("create", "/api/v1/namespaces/prod/pods", "pods", ""),
        4 => (
            "get",
            "/api/v1/namespaces/prod/pods/web/exec?command=id",
            "pods",
            "exec",
        ),
        _ => ("list", "/api/v1/nodes", "nodes", ""),
    };
    let user = if number.is_multiple_of(5) {
        "system:serviceaccount:kube-system:controller"
    } else {
        "alice"
    };
    json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Request",
        "auditID": format!("id-{number}"), "stage": "ResponseComplete",
        "requestURI": uri, "verb": verb, "user": {"username": user, "groups": ["system:authenticated"]},
        "sourceIPs": ["10.0.0.7"], "userAgent": "kubectl/v1.32",
        "objectRef": {"resource": resource, "subresource": subresource, "namespace": "prod", "name": "x", "apiVersion": "v1"},
        "responseStatus": {"code": 200},
        "requestReceivedTimestamp": format!("2026-08-01T10:00:{:02}.000000Z", number % 60),
        "stageTimestamp": format!("2026-08-01T10:00:{:02}.100000Z", number % 60),
    })
}

/// The log of an API server, with what a setup takes away or changes.
fn requests(change: impl Fn(u64, &mut Value) -> bool) -> String {
    let mut text = String::new();
    for number in 0..900 {
        let mut record = request(number);
        if record["objectRef"]["resource"] == "secrets" {
            record["level"] = json!("Metadata");
        }
        if change(number, &mut record) {
            let _ = writeln!(text, "{record}");
        }
    }
    text
}

/// What a host does, as the audit daemon writes it.
struct Daemon {
    text: String,
    serial: u64,
    login: &'static str,
}

impl Daemon {
    fn new() -> Self {
        Daemon {
            text: String::new(),
            serial: 0,
            login: "1001",
        }
    }

    fn event(&mut self, syscall: u32, rest: &str) {
        self.serial += 1;
        let id = format!(
            "msg=audit(1785578400.{:03}:{})",
            self.serial % 1000,
            self.serial
        );
        let login = self.login;
        let _ = writeln!(
            self.text,
            "type=SYSCALL {id}: arch=c000003e syscall={syscall} success=yes exit=0 a0=3 a1=0 a2=10 a3=0 items=1 ppid=1 pid=77 auid={login} uid=1001 gid=0 euid=0 ses=1 tty=pts0 comm=\"x\" exe=\"/usr/bin/x\" key=\"k\""
        );
        for line in rest.lines() {
            let (kind, said) = line.split_once(' ').unwrap();
            let _ = writeln!(self.text, "type={kind} {id}: {said}");
        }
    }

    fn launch(&mut self) {
        self.event(59, "EXECVE argc=2 a0=\"kubectl\" a1=\"version\"");
    }

    /// Of three arguments one was cut off.
    fn cut(&mut self) {
        self.event(59, "EXECVE argc=3 a0=\"kubectl\" a1=\"get\"");
    }

    fn open(&mut self, path: &str) {
        self.event(
            257,
            &format!("CWD cwd=\"/\"\nPATH item=0 name=\"{path}\" inode=5 dev=fe:00 mode=0100600 nametype=NORMAL"),
        );
    }

    fn connect(&mut self) {
        let path = "/run/docker.sock"
            .bytes()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02X}");
                text
            });
        self.event(42, &format!("SOCKADDR saddr=0100{path}00"));
    }

    fn tcp(&mut self) {
        // AF_INET, port 10250, 10.0.0.9.
        self.event(42, "SOCKADDR saddr=0200280A0A0000090000000000000000");
    }

    /// A whole day of a host that is set up well.
    fn whole(mut self) -> String {
        for _ in 0..60 {
            self.launch();
            self.open("/var/run/secrets/kubernetes.io/serviceaccount/token");
            self.connect();
            self.tcp();
        }
        self.text
    }
}

fn doctor(name: &str, text: &str) -> Value {
    let ran = run(name, text, &["--format", "json"]);
    assert_ne!(ran.code, Some(2), "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

fn run(name: &str, text: &str, more: &[&str]) -> Ran {
    let bench = Bench::new();
    bench.write(name, text);
    bench.run(&[&["doctor", name], more].concat())
}

/// The verdict on a rule, and why: causes and fields that are never filled.
fn of(report: &Value, rule: &str) -> (String, Vec<String>) {
    let rules = report["rules"].as_array().unwrap();
    let one = rules.iter().find(|one| one["rule"] == rule).unwrap();
    let why = one["why"].as_array().unwrap().iter();
    let why = why.chain(one["empty"].as_array().unwrap());
    (
        one["verdict"].as_str().unwrap().to_owned(),
        why.map(|why| why.as_str().unwrap().to_owned()).collect(),
    )
}

/// Asserts that a cause was found, that it names this line, and what it does to a rule.
fn found(report: &Value, cause: &str, line: &str, (rule, verdict): (&str, &str)) {
    let findings = report["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["cause"] == cause);
    let one = one.unwrap_or_else(|| panic!("{cause}: {findings:#?}"));
    let said = format!("{} {}", one["mend"], one["lines"]);
    assert!(said.contains(line), "{cause}: {said}");
    if !rule.is_empty() {
        let (is, why) = of(report, rule);
        assert_eq!(is, verdict, "{cause}: {rule} {why:?}");
        assert!(why.iter().any(|one| one == cause), "{rule}: {why:?}");
    }
}

const LISTS: &str = "k8s_secrets_list_cluster_wide";

#[test]
fn a_log_that_is_whole_is_ready() {
    let report = doctor("audit.log", &requests(|_, _| true));
    for rule in [
        LISTS,
        "k8s_secret_read_by_person",
        "k8s_token_request_by_non_system",
    ] {
        assert_eq!(of(&report, rule), ("ready".to_owned(), vec![]));
    }
    let causes: Vec<_> = report["findings"].as_array().unwrap().iter().collect();
    let other = |one: &&&Value| one["cause"] != "source_absent";
    assert_eq!(causes.iter().find(other), None);
    let report = doctor("audit.log", &Daemon::new().whole());
    for rule in [
        "host_kubectl_exec_secret",
        "kubelet_or_etcd_direct",
        "runtime_socket_client",
    ] {
        assert_eq!(of(&report, rule), ("ready".to_owned(), vec![]));
    }
}

#[test]
fn what_is_not_logged_is_named_with_its_line() {
    let report = doctor("audit.log", &Daemon::new().whole());
    found(
        &report,
        "source_absent",
        "--audit-policy-file",
        (LISTS, "silent"),
    );
    let none = requests(|_, record| record["objectRef"]["resource"] != "secrets");
    let report = doctor("audit.log", &none);
    found(&report, "policy_none", "secrets", (LISTS, "silent"));
}

#[test]
fn requests_without_an_answer_are_no_use() {
    let log = requests(|_, record| {
        record["stage"] = json!("RequestReceived");
        record["responseStatus"] = Value::Null;
        true
    });
    let report = doctor("audit.log", &log);
    found(&report, "received_only", "omitStages", (LISTS, "silent"));
}

#[test]
fn bodies_and_their_absence_are_seen() {
    let log = requests(|_, record| {
        record["level"] = json!("Metadata");
        true
    });
    let report = doctor("audit.log", &log);
    let rule = ("k8s_pod_spec_grabs_secret", "weak");
    found(&report, "level_too_low", "level: Request", rule);
    let log = requests(|_, record| {
        record["level"] = json!("RequestResponse");
        true
    });
    let report = doctor("audit.log", &log);
    found(&report, "level_too_high", "level: Metadata", ("", ""));
}

#[test]
fn who_and_from_where_is_missed() {
    let log = requests(|number, _| !number.is_multiple_of(5));
    let report = doctor("audit.log", &log);
    let rule = (LISTS, "weak");
    found(&report, "own_accounts_left_out", "kube-system", rule);
    let log = requests(|_, record| {
        record["sourceIPs"] = json!([]);
        true
    });
    let report = doctor("audit.log", &log);
    found(&report, "sources_unknown", "sourceIPs", rule);
}

/// A record in the envelope that Azure sends.
fn azure(record: &Value) -> Value {
    json!({
        "category": "kube-audit-admin", "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/C",
        "time": record["stageTimestamp"], "properties": {"log": record.to_string(), "stream": "stdout"},
    })
}

#[test]
fn managed_clusters_have_traps_of_their_own() {
    let writes = |record: &Value| record["verb"] != "get" && record["verb"] != "list";
    let mut log = String::new();
    for line in requests(|_, record| writes(record)).lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let _ = writeln!(log, "{}", azure(&record));
    }
    let report = doctor("audit.log", &log);
    found(
        &report,
        "aks_without_reads",
        "kube-audit",
        (LISTS, "silent"),
    );
    let mut log = String::new();
    for number in 0..60 {
        let _ = writeln!(
            log,
            "{}",
            json!({
                "insertId": format!("i{number}"), "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
                "timestamp": "2026-08-01T10:00:00.000000Z", "receiveTimestamp": "2026-08-01T10:00:01.000000Z",
                "resource": {"type": "k8s_cluster", "labels": {"cluster_name": "c", "location": "l", "project_id": "p"}},
                "protoPayload": {
                    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                    "authenticationInfo": {"principalEmail": "alice@example.com"},
                    "methodName": "io.k8s.core.v1.pods.create", "resourceName": "core/v1/namespaces/prod/pods/p",
                    "serviceName": "k8s.io", "requestMetadata": {"callerIp": "10.0.0.7", "callerSuppliedUserAgent": "kubectl"},
                    "status": {},
                },
            })
        );
    }
    let report = doctor("audit.log", &log);
    found(&report, "gke_without_reads", "DATA_READ", (LISTS, "silent"));
}

#[test]
fn one_of_several_servers_is_not_enough() {
    let log = requests(|_, _| true);
    let log: String = log.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "master-0.example.com {line}");
        text
    });
    let report = doctor("audit.log", &log);
    found(&report, "one_server", "node-logs", (LISTS, "weak"));
}

#[test]
fn what_the_audit_daemon_leaves_out_is_named_with_its_rule() {
    let mut daemon = Daemon::new();
    for _ in 0..60 {
        daemon.open("/etc/kubernetes/admin.conf");
        daemon.tcp();
    }
    let report = doctor("audit.log", &daemon.text);
    let rule = ("host_kubectl_exec_secret", "silent");
    found(&report, "launches_not_logged", "-S execve", rule);
    let mut daemon = Daemon::new();
    (0..60).for_each(|_| daemon.launch());
    let report = doctor("audit.log", &daemon.text);
    let rule = ("runtime_socket_client", "silent");
    found(&report, "connect_not_logged", "-S connect", rule);
    let opened = ("opens_not_logged", "-w /var/run/secrets");
    found(
        &report,
        opened.0,
        opened.1,
        ("host_sa_token_read_by_login", "silent"),
    );
}

#[test]
fn a_socket_that_is_watched_as_a_file_tells_nothing() {
    let mut daemon = Daemon::new();
    for _ in 0..60 {
        daemon.launch();
        daemon.open("/var/run/docker.sock");
    }
    let report = doctor("audit.log", &daemon.text);
    let line = "-S connect -F path=/run/docker.sock";
    let rule = ("runtime_socket_client", "silent");
    found(&report, "socket_watched_as_file", line, rule);
}

#[test]
fn what_is_cut_or_without_a_login_weakens() {
    let mut daemon = Daemon::new();
    (0..60).for_each(|_| daemon.launch());
    daemon.cut();
    let report = doctor("audit.log", &daemon.text);
    let rule = ("host_kubectl_exec_secret", "weak");
    found(&report, "arguments_cut", "maxMessageSize", rule);
    let mut daemon = Daemon::new();
    daemon.login = "4294967295";
    (0..250).for_each(|_| daemon.launch());
    let report = doctor("audit.log", &daemon.text);
    found(&report, "logins_unknown", "pam_loginuid", rule);
}

#[test]
fn lost_broken_and_late_records_are_told() {
    let mut daemon = Daemon::new();
    for _ in 0..60 {
        daemon.launch();
        daemon.serial += 9;
    }
    let report = doctor("audit.log", &daemon.text);
    found(&report, "records_lost", "backlog", ("", ""));
    let mut log = requests(|_, _| true);
    (0..200).for_each(|_| log.push_str("{\"kind\": \"Event\", \n"));
    let report = doctor("audit.log", &log);
    found(&report, "records_unusable", "--rejects", (LISTS, "weak"));
    let log = requests(|_, record| {
        record["stageTimestamp"] = json!("2026-08-01T11:00:00.000000Z");
        true
    });
    let report = doctor("audit.log", &log);
    found(&report, "clock_off", "ntp", (LISTS, "weak"));
}

#[test]
fn engine_events_alone_say_nothing_of_who_looks() {
    let mut log = String::new();
    for number in 0_i64..20 {
        let _ = writeln!(
            log,
            "{}",
            json!({
                "status": "start", "id": format!("{number:064}"), "from": "web", "Type": "container", "Action": "start",
                "Actor": {"ID": format!("{number:064}"), "Attributes": {"image": "web", "name": "web"}},
                "scope": "local", "time": 1_785_578_400 + number, "timeNano": (1_785_578_400 + number) * 1_000_000_000,
            })
        );
    }
    let report = doctor("events.ndjson", &log);
    let rule = ("docker_container_given_socket", "silent");
    found(&report, "docker_events_only", "debug", rule);
}

#[test]
fn people_are_told_what_is_wrong_first() {
    let log = requests(|_, record| record["objectRef"]["resource"] != "secrets");
    insta::assert_snapshot!(run("audit.log", &log, &[]).seen());
    let ran = run("audit.log", "", &[]);
    assert_eq!(ran.code, Some(4), "{}{}", ran.out, ran.err);
}

#[test]
fn rules_of_ones_own_are_asked_by_their_tests() {
    let bench = Bench::new();
    bench.write("audit.log", requests(|_, _| true));
    let ran = bench.run(&["doctor", "audit.log", "-r", "rule.yaral"]);
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    assert!(ran.err.contains("test"), "{}", ran.err);
    bench.write(
        "rule.test.yaml",
        "events:\n  read: { udm: { metadata: { event_type: RESOURCE_READ, product_name: Kubernetes, product_event_type: list }, principal: { user: { userid: eve } }, target: { resource: { resource_subtype: secrets } } } }\ntests:\n  - name: a\n    timeline: [{ event: read }]\n    expect: [{ severity: HIGH }]\n",
    );
    let ran = bench.run(&["doctor", "audit.log", "-r", "rule.yaral", "-v"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1 rule: 1 ready"), "{}", ran.out);
}

/// Rules whose event is in none of the recordings, so that nobody can say more of them.
const UNSEEN: [&str; 7] = [
    "docker_api_exposed",
    "docker_api_on_address",
    "docker_api_on_loopback",
    "k8s_impersonation_used",
    "k8s_nodes_proxy_kubelet",
    "k8s_nodes_proxy_logs",
    "k8s_webhook_captures_secrets",
];

#[test]
fn the_recorded_logs_are_ready_rule_by_rule() {
    let Some(folder) = std::env::var_os("YARAL_TELEMETRY") else {
        return skip("the recorded logs: YARAL_TELEMETRY is not set");
    };
    let logs = ["k8s", "auditd", "docker"].map(|log| {
        let path = std::path::Path::new(&folder).join(log);
        path.to_string_lossy().into_owned()
    });
    let words = ["doctor", "--format", "json", &logs[0], &logs[1], &logs[2]];
    let ran = Bench::new().run(&words);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let rules = report["rules"].as_array().unwrap();
    assert!(rules.len() > 115, "{}", rules.len());
    let other = rules.iter().filter(|rule| rule["verdict"] != "ready");
    let mut other: Vec<_> = other
        .map(|rule| {
            (
                rule["rule"].as_str().unwrap(),
                rule["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    other.sort_unstable();
    assert_eq!(other, UNSEEN.map(|rule| (rule, "unseen")), "{}", ran.err);
}
