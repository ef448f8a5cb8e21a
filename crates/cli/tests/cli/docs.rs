//! The reference, and that the documentation folder holds what it prints.

use std::fs;
use std::path::Path;

use crate::bench::Bench;

#[test]
fn terms_of_every_kind_have_a_page() {
    let bench = Bench::new();
    for (term, says) in [
        ("E0201", "unknown field"),
        ("e0201", "unknown field"),
        ("re.regex", "re.regex("),
        ("count_distinct", "count_distinct"),
        ("nocase", "letter case"),
        ("principal.ip", "Repeated string"),
        ("$e.principal.ip", "Repeated string"),
        ("metadata.event_type", "PROCESS_LAUNCH"),
        ("target.resource.id", "Deprecated"),
        ("now", "--semantics now="),
        ("OUTCOMES_MAX", "= 20"),
        ("KUBERNETES_AUDIT", "Kubernetes"),
        ("k8s_scope", "additional.fields"),
        ("exit-codes", "| 141 |"),
        ("USER_LOGIN", "`Metadata.event_type`"),
        ("metrics.auth_attempts_total", "Logins."),
        ("metrics", "metrics.auth_attempts_total"),
        ("setup", "(section)"),
        ("N OF", "so many"),
        ("rows", "(R-01)"),
        ("windows", "`windows` decides"),
        ("windows", "--semantics windows="),
        ("joins", "(J-01)"),
        ("zero values", "no null"),
        ("zero-values", "no null"),
        ("tables", "columns"),
        ("entities", "graph.entity"),
        ("composites", "detection.rule_name"),
        ("plan", "a row for each"),
        ("config", "YARAL_CHECK_FORMAT"),
        ("fail-level", "YARAL_FAIL_LEVEL"),
        ("$e.additional.fields[\"k8s_scope\"]", "additional.fields"),
        ("$e.additional.fields[\"mine\"]", "## additional"),
        ("$user", "placeholder"),
        ("#e", "distinct events"),
        ("%admins", "--lists"),
        ("%t.column", "data table"),
        ("k8s_exec_secret_path", "### Blind spots"),
        ("yr_t1552_007_k8s_exec_shell", "## k8s_exec_shell"),
        ("rules", "`k8s_exec_shell`: "),
    ] {
        let ran = bench.run(&["docs", term]);
        assert_eq!(ran.code, Some(0), "{term}: {}", ran.err);
        assert!(ran.out.contains(says), "{term}: {}", ran.out);
    }
}

#[test]
fn unknown_terms_get_suggestions() {
    let bench = Bench::new();
    for (term, says) in [
        ("principal.ipp", "principal.ip"),
        ("re.regx", "re.regex"),
        ("E0209x", "E0209"),
        ("k8s_exec_shel", "k8s_exec_shell"),
    ] {
        let ran = bench.run(&["docs", term]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""));
        assert!(
            ran.err.contains(&format!("did you mean `{says}`")),
            "{term}: {}",
            ran.err
        );
    }
}

/// The pages are generated from code. `YARAL_UPDATE=1` rewrites them.
#[test]
fn the_documentation_folder_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let update = std::env::var_os("YARAL_UPDATE").is_some_and(|value| value == "1");
    for (name, text) in yaral::reference_pages() {
        let path = folder.join(&name);
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let held = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            held == text,
            "docs/reference/{name} is out of date; run the test with YARAL_UPDATE=1"
        );
    }
}

#[test]
fn all_pages_can_be_written_anywhere() {
    let bench = Bench::new();
    let ran = bench.run(&["docs", "--all", "pages"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for (name, text) in yaral::reference_pages() {
        assert_eq!(bench.read(&format!("pages/{name}")), text);
    }
}
