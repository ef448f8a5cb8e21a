//! The rules that ship in the binary.
//!
//! One line for each file below `rules/` at the root of the repository, sorted
//! by name; a test compares the list with the folder. The `compat` folder is
//! no part of the pack: it holds rules that exist to test the language.

/// Every file of the pack: its path below `rules/` and its text.
pub const PACK: &[(&str, &str)] = &[
    (
        "t1552_007/k8s_anonymous_access_granted.yaral",
        include_str!("../../../rules/t1552_007/k8s_anonymous_access_granted.yaral"),
    ),
    (
        "t1552_007/k8s_anonymous_probe.yaral",
        include_str!("../../../rules/t1552_007/k8s_anonymous_probe.yaral"),
    ),
    (
        "t1552_007/k8s_configmaps_list_cluster_wide.yaral",
        include_str!("../../../rules/t1552_007/k8s_configmaps_list_cluster_wide.yaral"),
    ),
    (
        "t1552_007/k8s_cp_from_pod.yaral",
        include_str!("../../../rules/t1552_007/k8s_cp_from_pod.yaral"),
    ),
    (
        "t1552_007/k8s_csr_approved_by_person.yaral",
        include_str!("../../../rules/t1552_007/k8s_csr_approved_by_person.yaral"),
    ),
    (
        "t1552_007/k8s_exec_refused.yaral",
        include_str!("../../../rules/t1552_007/k8s_exec_refused.yaral"),
    ),
    (
        "t1552_007/k8s_exec_secret_path.yaral",
        include_str!("../../../rules/t1552_007/k8s_exec_secret_path.yaral"),
    ),
    (
        "t1552_007/k8s_exec_shell.yaral",
        include_str!("../../../rules/t1552_007/k8s_exec_shell.yaral"),
    ),
    (
        "t1552_007/k8s_impersonate_privileged.yaral",
        include_str!("../../../rules/t1552_007/k8s_impersonate_privileged.yaral"),
    ),
    (
        "t1552_007/k8s_impersonation_refused.yaral",
        include_str!("../../../rules/t1552_007/k8s_impersonation_refused.yaral"),
    ),
    (
        "t1552_007/k8s_impersonation_used.yaral",
        include_str!("../../../rules/t1552_007/k8s_impersonation_used.yaral"),
    ),
    (
        "t1552_007/k8s_nodes_proxy_kubelet.yaral",
        include_str!("../../../rules/t1552_007/k8s_nodes_proxy_kubelet.yaral"),
    ),
    (
        "t1552_007/k8s_nodes_proxy_logs.yaral",
        include_str!("../../../rules/t1552_007/k8s_nodes_proxy_logs.yaral"),
    ),
    (
        "t1552_007/k8s_pod_attached_or_debugged.yaral",
        include_str!("../../../rules/t1552_007/k8s_pod_attached_or_debugged.yaral"),
    ),
    (
        "t1552_007/k8s_secret_read_by_component_credential.yaral",
        include_str!("../../../rules/t1552_007/k8s_secret_read_by_component_credential.yaral"),
    ),
    (
        "t1552_007/k8s_secret_read_by_interactive_sa.yaral",
        include_str!("../../../rules/t1552_007/k8s_secret_read_by_interactive_sa.yaral"),
    ),
    (
        "t1552_007/k8s_secret_read_by_person.yaral",
        include_str!("../../../rules/t1552_007/k8s_secret_read_by_person.yaral"),
    ),
    (
        "t1552_007/k8s_secret_read_refused.yaral",
        include_str!("../../../rules/t1552_007/k8s_secret_read_refused.yaral"),
    ),
    (
        "t1552_007/k8s_secret_read_with_http_client.yaral",
        include_str!("../../../rules/t1552_007/k8s_secret_read_with_http_client.yaral"),
    ),
    (
        "t1552_007/k8s_secrets_list_cluster_wide.yaral",
        include_str!("../../../rules/t1552_007/k8s_secrets_list_cluster_wide.yaral"),
    ),
    (
        "t1552_007/k8s_secrets_list_cluster_wide_by_label.yaral",
        include_str!("../../../rules/t1552_007/k8s_secrets_list_cluster_wide_by_label.yaral"),
    ),
    (
        "t1552_007/k8s_secrets_list_cluster_wide_by_workload.yaral",
        include_str!("../../../rules/t1552_007/k8s_secrets_list_cluster_wide_by_workload.yaral"),
    ),
    (
        "t1552_007/k8s_secrets_list_namespace_by_person.yaral",
        include_str!("../../../rules/t1552_007/k8s_secrets_list_namespace_by_person.yaral"),
    ),
    (
        "t1552_007/k8s_secrets_list_sensitive_namespace.yaral",
        include_str!("../../../rules/t1552_007/k8s_secrets_list_sensitive_namespace.yaral"),
    ),
    (
        "t1552_007/k8s_token_request_by_non_system.yaral",
        include_str!("../../../rules/t1552_007/k8s_token_request_by_non_system.yaral"),
    ),
    (
        "t1552_007/k8s_token_request_refused.yaral",
        include_str!("../../../rules/t1552_007/k8s_token_request_refused.yaral"),
    ),
];

/// Every reference list of the pack: its path below `rules/` and its text.
pub(crate) const PACK_LISTS: &[(&str, &str)] = &[];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// The files with these endings that belong to the pack.
    fn on_disk(root: &Path, below: &Path, endings: &[&str], into: &mut Vec<(String, String)>) {
        let Ok(entries) = fs::read_dir(root.join(below)) else {
            return;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(root).unwrap().to_owned();
            let ending = path
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or_default();
            if path.is_dir() && relative != Path::new("compat") {
                on_disk(root, &relative, endings, into);
            } else if endings.contains(&ending) && path.is_file() {
                into.push((
                    relative.to_str().unwrap().to_owned(),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }

    fn compare(listed: &[(&str, &str)], endings: &[&str]) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
        let mut files = Vec::new();
        on_disk(&root, Path::new(""), endings, &mut files);
        files.sort();
        let on_disk: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        let names: Vec<_> = listed.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names, on_disk,
            "pack.rs lists other files than rules/ holds"
        );
        for ((name, text), (_, now)) in listed.iter().zip(&files) {
            assert!(
                text == now,
                "{name} differs from the file on disk; build again"
            );
        }
    }

    #[test]
    fn the_pack_is_the_folder() {
        compare(super::PACK, &["yaral", "yl2"]);
    }
}
