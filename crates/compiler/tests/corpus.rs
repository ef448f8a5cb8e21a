//! Every rule of the public corpus, held to the outcome that its text asks for.
//!
//! The corpus is not part of this repository; `YARAL_CORPUS` names a folder
//! that holds it as `detection-rules/`, `logstory/` and `content-hub/`. What is
//! not there is skipped, and the test says SKIP.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaral_compiler::{Options, compile};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::{EventVariable, Plan};
use yaral_ir::source::Source;

/// Rules whose author made a mistake, each with the code of the first finding.
/// All are in the corpus's `_deprecated` part: numbers compared with quoted
/// text (the reference calls that a compile error, yara-l §2), words that are
/// no value of their enum, and one regular expression over a port.
const AUTHORS_ERRORS: &[(&str, &str)] = &[
    ("a_webshell__ensiko__with_ransomware_capabilities", "E0206"),
    (
        "abusing_security_support_provider_and_authentication_packages",
        "E0205",
    ),
    (
        "active_directory_replication_from_non_machine_account",
        "E0206",
    ),
    ("admin_user_rdp", "E0205"),
    ("admin_user_remote_logon", "E0205"),
    (
        "attempt_to_disable_windows_events_logging__via_registry",
        "E0205",
    ),
    ("draytek_pre_auth_remote_root_rce", "E0206"),
    (
        "fireeye_red_team_tool___execavator_exe__via_registry",
        "E0205",
    ),
    (
        "fireeye_red_team_tool___modified_impacket_smbexec__via_registry",
        "E0205",
    ),
    (
        "malicious_behaviour_on_user_login__microsoft_windows___c0d0s0_group_behavior_part_1",
        "E0205",
    ),
    ("microsoft_teams_phishing_email", "E0205"),
    (
        "modification_of_windows_defender_service_settings__sysmon",
        "E0205",
    ),
    ("olympic_destroyer_detector", "E0205"),
    ("password_dumper_activity_on_lsass", "E0206"),
    ("phishing_campaign_using_zoom_invites", "E0205"),
    (
        "possible_bind_or_reverse_shell_via_netcat__auditbeat_for_linux",
        "E0205",
    ),
    ("possible_data_exfiltration_via_smtp", "E0206"),
    ("program_executions_in_suspicious_folders", "E0205"),
    ("rdp_login_from_localhost", "E0205"),
    ("rdp_over_reverse_ssh_tunnel_wfp", "E0206"),
    ("registry_persistence_mechanisms", "E0205"),
    ("remote_access_to_ssh__ftp__sftp_applications", "E0206"),
    ("remote_desktop_from_internet__via_audit", "E0205"),
    ("rottenpotato_like_attack_pattern", "E0205"),
    (
        "sigred__cve_2020_1350_dns_remote_code_exploit__via_http_proxy_logs",
        "E0206",
    ),
    ("sticky_key_like_backdoor_usage", "E0205"),
    ("suspicious_typical_malware_back_connect_ports", "E0206"),
    ("trickbot_behaviour__privilege_escalation_attack", "E0205"),
    ("troldesh_ransomware_detector__sysmon", "E0205"),
    (
        "using_rasman__remote_access_connection_manager__windows_service_to_register_dll",
        "E0205",
    ),
    ("winrm_session_created__sysmon_behavior", "E0204"),
    (
        "zoom_phishing_email__fake_zoom_login_page___credential_stealer",
        "E0205",
    ),
];

fn corpus() -> Option<PathBuf> {
    let found = std::env::var_os("YARAL_CORPUS").map(PathBuf::from);
    let found = found.filter(|path| path.join("detection-rules").is_dir());
    if found.is_none() {
        say(format_args!(
            "SKIP corpus: YARAL_CORPUS names no folder with detection-rules/"
        ));
    }
    found
}

fn rules(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("the corpus is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rules(&path, into);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "yaral" || ending == "yl2")
        {
            into.push(path);
        }
    }
}

/// The lists that a text names, empty: their content is not public.
fn lists(text: &str) -> BTreeMap<String, Arc<List>> {
    let mut found = BTreeMap::new();
    let words: Vec<_> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let Some(name) = word.strip_prefix('%') else {
            continue;
        };
        let name: String = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let before = words[at.saturating_sub(1)].to_lowercase();
        let kind = match before.as_str() {
            "regex" => ListKind::Regex,
            "cidr" => ListKind::Cidr,
            _ => ListKind::String,
        };
        found.insert(name.clone(), Arc::new(List::parse(&name, kind, "").0));
    }
    found
}

#[test]
fn every_public_rule_compiles_or_is_refused_for_a_named_reason() {
    let Some(folder) = corpus() else { return };
    let mut paths = Vec::new();
    rules(&folder.join("detection-rules"), &mut paths);
    let (mut compiled, mut correlated, mut matching, mut entities) = (0, 0, 0, 0);
    let (mut mistaken, mut unexpected) = (Vec::new(), Vec::new());
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let options = Options {
            lists: lists(&text),
            ..Options::default()
        };
        let outcome = compile(&text, &options);
        assert_eq!(outcome.rules.len(), 1, "{name}");
        let file = yaral_syntax::parse(&text).file();
        matching += file.rules().filter(|rule| rule.match_().is_some()).count();
        let errors: Vec<_> = outcome
            .diagnostics
            .iter()
            .filter(|d| d.is_error())
            .collect();
        if errors.is_empty() {
            let plan = outcome.rules[0].plan.as_ref();
            assert!(plan.is_some(), "{name}");
            compiled += 1;
            entities += usize::from(plan.is_some_and(reads_entities));
            if plan.is_some_and(|plan| plan.correlation.is_some()) {
                correlated += 1;
                // Google runs these rules, so what strict mode refuses of
                // `match` they do not do.
                let strict = Options {
                    strict: true,
                    ..options
                };
                assert!(compile(&text, &strict).rules[0].plan.is_some(), "{name}");
            }
        } else {
            let code = errors[0].code.0;
            let known = AUTHORS_ERRORS.contains(&(name.as_str(), code));
            let list = if known {
                &mut mistaken
            } else {
                &mut unexpected
            };
            list.push(format!(
                "{name}: {code} {}",
                errors
                    .iter()
                    .map(|d| d.message.as_str())
                    .collect::<Vec<_>>()
                    .join("; ")
            ));
        }
    }
    say(format_args!(
        "corpus: {} rules, {matching} with `match`; {compiled} compile, {correlated} of them with `match`; \
         {entities} over entities, {} mistaken",
        paths.len(),
        mistaken.len()
    ));
    for line in &mistaken {
        say(format_args!("  author's error: {line}"));
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert_eq!((paths.len(), compiled), (891, 859));
    assert_eq!((matching, correlated, entities), (284, 284, 39));
}

fn reads_entities(plan: &Plan) -> bool {
    let entity = |one: &EventVariable| matches!(one.source, Source::Entity(_));
    plan.variables.iter().any(entity)
}

/// Rules that Google publishes beside its collection of detections.
#[test]
fn the_other_public_rules_compile_by_default_and_strictly() {
    let Some(folder) = corpus() else { return };
    for (name, count) in [("logstory", 5), ("content-hub", 3)] {
        let folder = folder.join(name);
        if !folder.is_dir() {
            say(format_args!("SKIP corpus: no folder {name}/"));
            continue;
        }
        let mut paths = Vec::new();
        rules(&folder, &mut paths);
        assert_eq!(paths.len(), count, "{name}");
        for path in &paths {
            let text = std::fs::read_to_string(path).unwrap();
            for strict in [false, true] {
                let options = Options {
                    strict,
                    lists: lists(&text),
                    ..Options::default()
                };
                let outcome = compile(&text, &options);
                let made = outcome.rules.iter().all(|rule| rule.plan.is_some());
                let file = path.display();
                assert!(made, "{file}, strict {strict}: {:#?}", outcome.diagnostics);
            }
        }
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
