//! The kinds of objects that Docker keeps, and the engine's own events about
//! them.

/// What an operation is about.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    None,
    Container,
    /// A process in a container, named by the id of the exec.
    Exec,
    Image,
    Volume,
    Network,
    Service,
    Task,
    Node,
    Swarm,
    Secret,
    Config,
    Plugin,
    Registry,
    System,
}

impl Kind {
    /// The word that engine events use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Container | Self::Exec => "container",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Network => "network",
            Self::Service => "service",
            Self::Task => "task",
            Self::Node => "node",
            Self::Swarm => "swarm",
            Self::Secret => "secret",
            Self::Config => "config",
            Self::Plugin => "plugin",
            Self::Registry => "registry",
            Self::System => "daemon",
        }
    }

    /// The value of the event model's enum, where it has the same thing.
    pub(super) fn resource_type(self) -> Option<&'static str> {
        Some(match self {
            Self::Container | Self::Exec => "CONTAINER",
            Self::Image => "IMAGE",
            Self::Volume => "VOLUME",
            Self::Network => "VPC_NETWORK",
            Self::Service => "SERVICE",
            Self::Swarm => "CLUSTER",
            Self::Registry => "REPOSITORY",
            _ => return None,
        })
    }

    /// The kind that an engine event's `Type` names.
    pub(super) fn of(word: &str) -> Self {
        let all = [
            Self::Container,
            Self::Image,
            Self::Volume,
            Self::Network,
            Self::Service,
            Self::Node,
            Self::Secret,
            Self::Config,
            Self::Plugin,
            Self::System,
        ];
        let found = all.into_iter().find(|kind| kind.name() == word);
        found.unwrap_or(Self::None)
    }
}

/// An action of an engine event: its name, the operation, the type of event.
type Action = (&'static str, &'static str, &'static str);

const READ: &str = "RESOURCE_READ";
const MADE: &str = "RESOURCE_CREATION";
const GONE: &str = "RESOURCE_DELETION";
const SET: &str = "RESOURCE_WRITTEN";
const UP: &str = "SERVICE_START";
const DOWN: &str = "SERVICE_STOP";

/// Actions on containers. Their operations are those of the API's endpoints,
/// where there is one. A kill is a signal, whatever it does, and a restart
/// brings a `die` and a `start` of its own.
static CONTAINER: &[Action] = &[
    ("create", "container_create", MADE),
    ("destroy", "container_remove", GONE),
    ("start", "container_start", UP),
    ("restart", "container_restart", SET),
    ("unpause", "container_unpause", SET),
    ("die", "container_die", DOWN),
    ("kill", "container_kill", SET),
    ("stop", "container_stop", DOWN),
    ("pause", "container_pause", SET),
    ("oom", "container_oom", "STATUS_UPDATE"),
    ("exec_create", "exec_create", "PROCESS_LAUNCH"),
    ("exec_start", "exec_start", "PROCESS_LAUNCH"),
    ("exec_die", "exec_die", "PROCESS_TERMINATION"),
    ("exec_detach", "exec_detach", SET),
    ("archive-path", "container_archive", READ),
    ("copy", "container_archive", READ),
    ("extract-to-dir", "container_archive_put", SET),
    ("export", "container_export", READ),
    ("top", "container_top", READ),
    ("attach", "container_attach", SET),
    ("detach", "container_detach", SET),
    ("commit", "commit", MADE),
    ("rename", "container_rename", SET),
    ("update", "container_update", SET),
    ("resize", "container_resize", SET),
    ("checkpoint", "checkpoint_create", MADE),
    ("prune", "container_prune", GONE),
];

static IMAGE: &[Action] = &[
    ("pull", "image_pull", MADE),
    ("load", "image_load", MADE),
    ("import", "image_load", MADE),
    ("create", "image_load", MADE),
    ("save", "image_save", READ),
    ("push", "image_push", READ),
    ("tag", "image_tag", SET),
    ("untag", "image_untag", SET),
    ("delete", "image_remove", GONE),
    ("prune", "image_prune", GONE),
];

static VOLUME: &[Action] = &[
    ("create", "volume_create", MADE),
    ("destroy", "volume_remove", GONE),
    ("prune", "volume_prune", GONE),
    ("mount", "volume_mount", SET),
    ("unmount", "volume_unmount", SET),
];

static NETWORK: &[Action] = &[
    ("create", "network_create", MADE),
    ("destroy", "network_remove", GONE),
    ("remove", "network_remove", GONE),
    ("prune", "network_prune", GONE),
    ("connect", "network_connect", SET),
    ("disconnect", "network_disconnect", SET),
    ("update", "network_update", SET),
];

static SERVICE: &[Action] = &[
    ("create", "service_create", MADE),
    ("update", "service_update", SET),
    ("remove", "service_remove", GONE),
];

static NODE: &[Action] = &[
    ("create", "node_create", MADE),
    ("update", "node_update", SET),
    ("remove", "node_remove", GONE),
];

static SECRET: &[Action] = &[
    ("create", "secret_create", MADE),
    ("update", "secret_update", SET),
    ("remove", "secret_remove", GONE),
];

static CONFIG: &[Action] = &[
    ("create", "config_create", MADE),
    ("update", "config_update", SET),
    ("remove", "config_remove", GONE),
];

static PLUGIN: &[Action] = &[
    ("pull", "plugin_pull", MADE),
    ("create", "plugin_create", MADE),
    ("enable", "plugin_enable", SET),
    ("disable", "plugin_disable", SET),
    ("remove", "plugin_remove", GONE),
];

static SYSTEM: &[Action] = &[("reload", "daemon_reload", "SETTING_MODIFICATION")];

/// The operation and the type of an engine event. The action of an exec or a
/// health check is the part before its colon.
pub(super) fn action(kind: Kind, action: &str) -> (&'static str, &'static str) {
    let table = match kind {
        Kind::Container => CONTAINER,
        Kind::Image => IMAGE,
        Kind::Volume => VOLUME,
        Kind::Network => NETWORK,
        Kind::Service => SERVICE,
        Kind::Node => NODE,
        Kind::Secret => SECRET,
        Kind::Config => CONFIG,
        Kind::Plugin => PLUGIN,
        Kind::System => SYSTEM,
        _ => &[],
    };
    let (name, _) = action.split_once(':').unwrap_or((action, ""));
    if name == "health_status" {
        return ("container_health", "STATUS_UPDATE");
    }
    let found = table.iter().find(|(word, ..)| *word == name);
    found.map_or(("other", "GENERIC_EVENT"), |(_, operation, event_type)| {
        (operation, event_type)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_share_the_operations_of_the_api() {
        let of = |word: &str, name: &str| action(Kind::of(word), name).0;
        assert_eq!(of("container", "exec_create: ls -la"), "exec_create");
        assert_eq!(of("container", "archive-path"), "container_archive");
        assert_eq!(of("image", "save"), "image_save");
        assert_eq!(
            of("container", "health_status: healthy"),
            "container_health"
        );
        assert_eq!(of("builder", "prune"), "other");
        assert_eq!(of("container", "new in a later version"), "other");
    }
}
