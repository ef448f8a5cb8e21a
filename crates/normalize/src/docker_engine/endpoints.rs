//! The endpoints of the Engine API: what a method and a path do.
//!
//! The list is that of the routes which the daemon registers at its start, as
//! its debug log shows them, and those that later versions added. A path is
//! matched as the daemon's router does it: decoded, without the version, with
//! one place for a name that may itself hold slashes, as names of images do.

use super::kinds::Kind;

/// One endpoint.
pub(super) struct Endpoint {
    method: &'static str,
    /// The path without its version; `{}` is the place of the name.
    path: &'static str,
    pub(super) operation: &'static str,
    pub(super) event_type: &'static str,
    pub(super) kind: Kind,
}

const READ: &str = "RESOURCE_READ";
const MADE: &str = "RESOURCE_CREATION";
const GONE: &str = "RESOURCE_DELETION";
const SET: &str = "RESOURCE_WRITTEN";
/// Becomes `RESOURCE_WRITTEN` where the command is not known.
const RUN: &str = "PROCESS_LAUNCH";

/// What no endpoint is, by its method.
const OTHER: [Endpoint; 3] = [
    on("GET", "", "other", READ, Kind::None),
    on("DELETE", "", "other", GONE, Kind::None),
    on("", "", "other", SET, Kind::None),
];

/// The endpoints. Of two that fit, the earlier one is meant.
#[rustfmt::skip]
static ENDPOINTS: &[Endpoint] = &[
    on("GET", "/containers/json", "container_list", READ, Kind::Container),
    on("GET", "/containers/{}/json", "container_inspect", READ, Kind::Container),
    on("GET", "/containers/{}/logs", "container_logs", READ, Kind::Container),
    on("GET", "/containers/{}/archive", "container_archive", READ, Kind::Container),
    on("HEAD", "/containers/{}/archive", "container_archive_stat", READ, Kind::Container),
    on("PUT", "/containers/{}/archive", "container_archive_put", SET, Kind::Container),
    // `docker cp` of clients before 1.8.
    on("POST", "/containers/{}/copy", "container_archive", READ, Kind::Container),
    on("GET", "/containers/{}/export", "container_export", READ, Kind::Container),
    on("GET", "/containers/{}/changes", "container_changes", READ, Kind::Container),
    on("GET", "/containers/{}/top", "container_top", READ, Kind::Container),
    on("GET", "/containers/{}/stats", "container_stats", READ, Kind::Container),
    on("GET", "/containers/{}/attach/ws", "container_attach", SET, Kind::Container),
    on("GET", "/containers/{}/checkpoints", "checkpoint_list", READ, Kind::Container),
    on("POST", "/containers/{}/checkpoints", "checkpoint_create", MADE, Kind::Container),
    on("POST", "/containers/create", "container_create", MADE, Kind::Container),
    on("POST", "/containers/prune", "container_prune", GONE, Kind::Container),
    on("POST", "/containers/{}/attach", "container_attach", SET, Kind::Container),
    on("POST", "/containers/{}/exec", "exec_create", RUN, Kind::Container),
    on("POST", "/containers/{}/kill", "container_kill", SET, Kind::Container),
    on("POST", "/containers/{}/pause", "container_pause", SET, Kind::Container),
    on("POST", "/containers/{}/unpause", "container_unpause", SET, Kind::Container),
    on("POST", "/containers/{}/restart", "container_restart", SET, Kind::Container),
    on("POST", "/containers/{}/start", "container_start", SET, Kind::Container),
    on("POST", "/containers/{}/stop", "container_stop", SET, Kind::Container),
    on("POST", "/containers/{}/wait", "container_wait", READ, Kind::Container),
    on("POST", "/containers/{}/resize", "container_resize", SET, Kind::Container),
    on("POST", "/containers/{}/rename", "container_rename", SET, Kind::Container),
    on("POST", "/containers/{}/update", "container_update", SET, Kind::Container),
    on("DELETE", "/containers/{}/checkpoints/{}", "checkpoint_remove", GONE, Kind::Container),
    on("DELETE", "/containers/{}", "container_remove", GONE, Kind::Container),
    on("POST", "/exec/{}/start", "exec_start", RUN, Kind::Exec),
    on("POST", "/exec/{}/resize", "exec_resize", SET, Kind::Exec),
    on("GET", "/exec/{}/json", "exec_inspect", READ, Kind::Exec),
    on("POST", "/commit", "commit", MADE, Kind::Container),
    on("GET", "/images/json", "image_list", READ, Kind::Image),
    on("GET", "/images/search", "image_search", READ, Kind::Image),
    on("GET", "/images/get", "image_save", READ, Kind::Image),
    on("GET", "/images/{}/get", "image_save", READ, Kind::Image),
    on("GET", "/images/{}/history", "image_history", READ, Kind::Image),
    on("GET", "/images/{}/json", "image_inspect", READ, Kind::Image),
    on("GET", "/images/{}/attestations", "image_inspect", READ, Kind::Image),
    on("POST", "/images/load", "image_load", MADE, Kind::Image),
    on("POST", "/images/create", "image_pull", MADE, Kind::Image),
    on("POST", "/images/prune", "image_prune", GONE, Kind::Image),
    on("POST", "/images/{}/push", "image_push", READ, Kind::Image),
    on("POST", "/images/{}/tag", "image_tag", SET, Kind::Image),
    on("DELETE", "/images/{}", "image_remove", GONE, Kind::Image),
    on("GET", "/distribution/{}/json", "image_distribution", READ, Kind::Image),
    on("POST", "/build", "build", MADE, Kind::Image),
    on("POST", "/build/prune", "build_prune", GONE, Kind::Image),
    on("POST", "/build/cancel", "build_cancel", SET, Kind::Image),
    on("POST", "/auth", "auth", SET, Kind::Registry),
    on("GET", "/secrets", "secret_list", READ, Kind::Secret),
    on("POST", "/secrets/create", "secret_create", MADE, Kind::Secret),
    on("POST", "/secrets/{}/update", "secret_update", SET, Kind::Secret),
    on("GET", "/secrets/{}", "secret_inspect", READ, Kind::Secret),
    on("DELETE", "/secrets/{}", "secret_remove", GONE, Kind::Secret),
    on("GET", "/configs", "config_list", READ, Kind::Config),
    on("POST", "/configs/create", "config_create", MADE, Kind::Config),
    on("POST", "/configs/{}/update", "config_update", SET, Kind::Config),
    on("GET", "/configs/{}", "config_inspect", READ, Kind::Config),
    on("DELETE", "/configs/{}", "config_remove", GONE, Kind::Config),
    on("GET", "/services", "service_list", READ, Kind::Service),
    on("POST", "/services/create", "service_create", MADE, Kind::Service),
    on("POST", "/services/{}/update", "service_update", SET, Kind::Service),
    on("GET", "/services/{}/logs", "service_logs", READ, Kind::Service),
    on("GET", "/services/{}", "service_inspect", READ, Kind::Service),
    on("DELETE", "/services/{}", "service_remove", GONE, Kind::Service),
    on("GET", "/tasks", "task_list", READ, Kind::Task),
    on("GET", "/tasks/{}/logs", "task_logs", READ, Kind::Task),
    on("GET", "/tasks/{}", "task_inspect", READ, Kind::Task),
    on("GET", "/nodes", "node_list", READ, Kind::Node),
    on("GET", "/nodes/{}", "node_inspect", READ, Kind::Node),
    on("POST", "/nodes/{}/update", "node_update", SET, Kind::Node),
    on("DELETE", "/nodes/{}", "node_remove", GONE, Kind::Node),
    on("GET", "/swarm", "swarm_inspect", READ, Kind::Swarm),
    on("GET", "/swarm/unlockkey", "swarm_unlockkey", READ, Kind::Swarm),
    on("POST", "/swarm/init", "swarm_init", MADE, Kind::Swarm),
    on("POST", "/swarm/join", "swarm_join", SET, Kind::Swarm),
    on("POST", "/swarm/leave", "swarm_leave", SET, Kind::Swarm),
    on("POST", "/swarm/update", "swarm_update", SET, Kind::Swarm),
    on("POST", "/swarm/unlock", "swarm_unlock", SET, Kind::Swarm),
    on("GET", "/volumes", "volume_list", READ, Kind::Volume),
    on("POST", "/volumes/create", "volume_create", MADE, Kind::Volume),
    on("POST", "/volumes/prune", "volume_prune", GONE, Kind::Volume),
    on("PUT", "/volumes/{}", "volume_update", SET, Kind::Volume),
    on("GET", "/volumes/{}", "volume_inspect", READ, Kind::Volume),
    on("DELETE", "/volumes/{}", "volume_remove", GONE, Kind::Volume),
    on("GET", "/networks", "network_list", READ, Kind::Network),
    on("GET", "/networks/", "network_list", READ, Kind::Network),
    on("POST", "/networks/create", "network_create", MADE, Kind::Network),
    on("POST", "/networks/prune", "network_prune", GONE, Kind::Network),
    on("POST", "/networks/{}/connect", "network_connect", SET, Kind::Network),
    on("POST", "/networks/{}/disconnect", "network_disconnect", SET, Kind::Network),
    on("GET", "/networks/{}", "network_inspect", READ, Kind::Network),
    on("DELETE", "/networks/{}", "network_remove", GONE, Kind::Network),
    on("GET", "/plugins", "plugin_list", READ, Kind::Plugin),
    on("GET", "/plugins/privileges", "plugin_privileges", READ, Kind::Plugin),
    on("GET", "/plugins/{}/json", "plugin_inspect", READ, Kind::Plugin),
    on("POST", "/plugins/pull", "plugin_pull", MADE, Kind::Plugin),
    on("POST", "/plugins/create", "plugin_create", MADE, Kind::Plugin),
    on("POST", "/plugins/{}/enable", "plugin_enable", SET, Kind::Plugin),
    on("POST", "/plugins/{}/disable", "plugin_disable", SET, Kind::Plugin),
    on("POST", "/plugins/{}/push", "plugin_push", READ, Kind::Plugin),
    on("POST", "/plugins/{}/upgrade", "plugin_upgrade", SET, Kind::Plugin),
    on("POST", "/plugins/{}/set", "plugin_set", SET, Kind::Plugin),
    on("DELETE", "/plugins/{}", "plugin_remove", GONE, Kind::Plugin),
    on("GET", "/info", "info", READ, Kind::System),
    on("GET", "/version", "version", READ, Kind::System),
    on("GET", "/_ping", "ping", READ, Kind::System),
    on("HEAD", "/_ping", "ping", READ, Kind::System),
    on("GET", "/events", "events", READ, Kind::System),
    on("GET", "/system/df", "system_df", READ, Kind::System),
    on("POST", "/session", "session", SET, Kind::System),
    on("POST", "/grpc", "grpc", SET, Kind::System),
];

const fn on(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    event_type: &'static str,
    kind: Kind,
) -> Endpoint {
    Endpoint {
        method,
        path,
        operation,
        event_type,
        kind,
    }
}

/// The endpoints as Markdown.
pub(super) fn table(out: &mut String) {
    out.push_str("| Endpoint | `docker_operation` | Type of event |\n| --- | --- | --- |\n");
    for endpoint in ENDPOINTS {
        let name = endpoint.path.replace("{}", "NAME");
        let cells = [
            "| `",
            endpoint.method,
            " ",
            &name,
            "` | `",
            endpoint.operation,
            "` | ",
            endpoint.event_type,
            " |\n",
        ];
        out.extend(cells);
    }
}

/// The endpoint that a decoded path leads to, and the name in it.
pub(super) fn find<'p>(method: &str, path: &'p str) -> (&'static Endpoint, Option<&'p str>) {
    let path = without_version(path);
    for endpoint in ENDPOINTS {
        if endpoint.method == method
            && let Some(name) = fits(endpoint.path, path)
        {
            return (endpoint, Some(name).filter(|name| !name.is_empty()));
        }
    }
    let method = if method == "HEAD" { "GET" } else { method };
    let [read, gone, other] = &OTHER;
    let found = [read, gone].into_iter().find(|one| one.method == method);
    (found.unwrap_or(other), None)
}

/// The path behind `/v1.41`.
fn without_version(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/v") else {
        return path;
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (version, rest) = rest.split_at(end);
    let numbered = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if numbered { rest } else { path }
}

/// The name in a path that fits a pattern, empty if it has no place for one.
/// What a second place holds is not asked for.
fn fits<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let Some((before, after)) = pattern.split_once("{}") else {
        return (pattern == path).then_some("");
    };
    let rest = path.strip_prefix(before)?;
    let name = match after.split_once("{}") {
        None => rest.strip_suffix(after)?,
        Some((between, _)) => {
            let (name, second) = rest.split_once(between)?;
            Some(name).filter(|_| !second.is_empty())?
        }
    };
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_where_the_router_leads_them() {
        for (method, path, operation, name) in [
            ("GET", "/containers/json", "container_list", None),
            (
                "GET",
                "/v1.41/containers/web/json",
                "container_inspect",
                Some("web"),
            ),
            (
                "GET",
                "/v1.24/images/lab/busybox:1/json",
                "image_inspect",
                Some("lab/busybox:1"),
            ),
            ("GET", "/v1.41/images/json", "image_list", None),
            ("POST", "/v1.41/containers/create", "container_create", None),
            ("POST", "/exec/0f/start", "exec_start", Some("0f")),
            (
                "DELETE",
                "/v1.41/containers/web",
                "container_remove",
                Some("web"),
            ),
            (
                "DELETE",
                "/containers/web/checkpoints/c",
                "checkpoint_remove",
                Some("web"),
            ),
            ("HEAD", "/_ping", "ping", None),
            (
                "HEAD",
                "/containers/web/archive",
                "container_archive_stat",
                Some("web"),
            ),
            ("GET", "/v1.41/swarm/unlockkey", "swarm_unlockkey", None),
            ("GET", "/volumes/volumes", "volume_inspect", Some("volumes")),
            ("GET", "/v/containers/json", "other", None),
            ("GET", "/vx/containers/json", "other", None),
            ("GET", "/containers//json", "other", None),
            ("PATCH", "/containers/json", "other", None),
            ("GET", "", "other", None),
        ] {
            let (endpoint, found) = find(method, path);
            assert_eq!(
                (endpoint.operation, found),
                (operation, name),
                "{method} {path}"
            );
        }
        assert_eq!(find("HEAD", "/x").0.event_type, "RESOURCE_READ");
        assert_eq!(find("DELETE", "/x").0.event_type, "RESOURCE_DELETION");
        assert_eq!(find("POST", "/x").0.event_type, "RESOURCE_WRITTEN");
    }
}
