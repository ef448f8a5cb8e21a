//! What the shipped pack promises: its pages, its meta, its tests, its tables.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which fail by panicking"
)]

mod index;
mod page;
mod pages;
mod playbook;
mod promises;
mod tables;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use yaral_compiler::{Options, compile};
use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use crate::bench::{finish, root};

/// The folders of the pack, with what their rules read. The last is for the
/// fields that Google's own parser fills.
const GROUPS: [(&str, &str); 4] = [
    ("kubernetes", "Kubernetes audit"),
    ("host", "Host and container runtime"),
    ("network", "Network and exposure"),
    ("secops", "In the fields that Google's own parser fills"),
];

/// Severities from the loudest on.
const SEVERITIES: [&str; 4] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

/// The rules that the pack was planned to have, and the one that adds them up.
const PLANNED: [&str; 37] = [
    "k8s_secrets_list_cluster_wide",
    "k8s_secrets_list_sensitive_namespace",
    "k8s_secrets_many_distinct",
    "k8s_secrets_many_namespaces",
    "k8s_secret_read_first_seen_actor",
    "k8s_secret_read_by_interactive_sa",
    "k8s_sa_credential_multi_source",
    "k8s_sa_token_wrong_pod_ip",
    "k8s_anonymous_secret_probe",
    "k8s_denied_then_granted",
    "k8s_rbac_self_review_then_secrets",
    "k8s_rbac_self_review_burst",
    "k8s_exec_secret_path",
    "k8s_exec_then_secret_api",
    "k8s_cp_from_pod",
    "k8s_token_request_by_non_system",
    "k8s_token_minted_then_used_elsewhere",
    "k8s_csr_client_auth_by_user",
    "k8s_impersonate_privileged",
    "k8s_nodes_proxy_kubelet",
    "k8s_pod_log_harvest",
    "k8s_pod_spec_grabs_secret",
    "k8s_same_request_many_identities",
    "k8s_configmap_dump",
    "k8s_honey_secret_touched",
    "k8s_webhook_captures_secrets",
    "cli_k8s_secret_read",
    "cli_jwt_on_command_line",
    "container_token_file_read",
    "container_token_read_then_api",
    "runtime_socket_client",
    "docker_cli_secret_harvest",
    "node_kubelet_secret_dirs_read",
    "docker_tcp_api_used",
    "docker_tcp_api_exposed",
    "kubelet_or_etcd_direct",
    "risk_aggregate_actor",
];

/// The folder of the pack.
fn folder() -> PathBuf {
    root().join("rules/t1552_007")
}

/// The day on which rows of tables have to be alive: the one that tests begin on.
fn as_of() -> Timestamp {
    Timestamp::parse("2026-08-01T10:00:00Z").unwrap()
}

/// With what the rules of the pack are compiled.
fn options() -> Options {
    let lists = yaral_runtime::load_lists(&folder().join("lists")).unwrap();
    let tables = yaral_runtime::load_tables(&folder().join("tables"), as_of()).unwrap();
    Options {
        strict: true,
        lists: lists.lists,
        tables: tables.tables,
        ..Options::default()
    }
}

/// A rule of the pack.
struct Shipped {
    /// Place in [`GROUPS`].
    group: usize,
    /// The file, from the root of the repository.
    path: String,
    text: String,
    plan: Plan,
    /// What strict mode has to say of it.
    remarks: Vec<String>,
}

impl Shipped {
    fn name(&self) -> &str {
        &self.plan.name
    }

    /// A member of its meta; empty where there is none.
    fn meta(&self, key: &str) -> &str {
        self.plan.meta(key).unwrap_or_default()
    }

    /// Place of its severity in [`SEVERITIES`].
    fn severity(&self) -> usize {
        let own = self.meta("severity");
        SEVERITIES.iter().position(|name| *name == own).unwrap()
    }

    /// The file with its tests.
    fn test_path(&self) -> String {
        let stem = self.path.strip_suffix(".yaral").unwrap();
        format!("{stem}.test.yaml")
    }

    /// The report on its test file; null where it has none.
    fn report(&self) -> &'static Value {
        static NONE: Value = Value::Null;
        let files = report()["files"].as_array().unwrap();
        let own = self.test_path();
        let mut found = files.iter().filter(|file| file["file"] == *own);
        found.next().unwrap_or(&NONE)
    }

    /// The reports on its tests.
    fn tests(&self) -> Vec<&'static Value> {
        let tests = self.report()["tests"].as_array();
        tests.map_or_else(Vec::new, |tests| tests.iter().collect())
    }
}

/// All rules of the pack, by group and name.
fn shipped() -> &'static [Shipped] {
    static SHIPPED: OnceLock<Vec<Shipped>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let options = options();
        let mut all = Vec::new();
        for (group, (name, _)) in GROUPS.iter().enumerate() {
            for file in names(&folder().join(name), ".yaral") {
                let path = format!("rules/t1552_007/{name}/{file}.yaral");
                let text = fs::read_to_string(root().join(&path)).unwrap();
                let compiled = compile(&text, &options);
                let remarks = compiled.diagnostics.iter();
                let remarks = remarks.map(|one| format!("{}: {}", one.code.0, one.message));
                let remarks = remarks.collect();
                let mut rules = compiled.rules.into_iter().filter_map(|rule| rule.plan);
                let plan = rules.next().unwrap_or_else(|| panic!("{path}: no rule"));
                assert_eq!(plan.name, file, "{path}: a file is named after its rule");
                assert!(rules.next().is_none(), "{path}: a file holds one rule");
                all.push(Shipped {
                    group,
                    path,
                    text,
                    plan,
                    remarks,
                });
            }
        }
        all
    })
}

/// The files of a folder with this ending, without it; of no folder none.
fn names(folder: &Path, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let files = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files
        .filter_map(|file| file.strip_suffix(ending).map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// The binary at the root of the repository, unmoved by any configuration.
fn yaral(arguments: &[&str]) -> crate::bench::Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
    let command = command.args(arguments).args(["--isolated", "--quiet"]);
    finish(command.current_dir(root()))
}

/// The report on all tests below `rules/`, with the mutants of every rule.
fn report() -> &'static Value {
    static REPORT: OnceLock<Value> = OnceLock::new();
    REPORT.get_or_init(|| {
        let ran = yaral(&["test", "rules", "--mutate", "--format", "json"]);
        serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}: {}", ran.err))
    })
}

/// The lists and tables of the pack that a rule reads, found in its text: name
/// and whether it is a table.
fn read_by(text: &str) -> Vec<(String, bool)> {
    let known = knowledge();
    let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
    let mut found = BTreeMap::new();
    for part in code.flat_map(|line| line.split('%').skip(1)) {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let name = &part[..end.unwrap_or(part.len())];
        if let Some(table) = known.get(name) {
            found.insert(name.to_owned(), *table);
        }
    }
    found.into_iter().collect()
}

/// Every list and table of the pack, and whether it is a table.
fn knowledge() -> &'static BTreeMap<String, bool> {
    static KNOWN: OnceLock<BTreeMap<String, bool>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = BTreeMap::new();
        for ending in [".txt", ".regex", ".cidr"] {
            let lists = names(&folder().join("lists"), ending);
            known.extend(lists.into_iter().map(|name| (name, false)));
        }
        let tables = names(&folder().join("tables"), ".csv");
        known.extend(tables.into_iter().map(|name| (name, true)));
        known
    })
}

/// Whether pages are to be written anew.
fn update() -> bool {
    std::env::var_os("YARAL_UPDATE").is_some_and(|value| value == "1")
}
