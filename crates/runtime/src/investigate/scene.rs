//! What one event tells, whichever log type and mapping it has.
//!
//! The mappings put the same things into different fields: a Kubernetes user is
//! `userid` in the default mapping and `user_display_name` in the product's, whose
//! `userid` is an opaque uid. This file is where that is settled.

use yaral_udm::NodeRef;

use super::read::{self, PROCESS, Read, Text, spell};
use super::{Object, Process};

/// What one event tells. Texts are the log's own.
#[derive(Debug, Default)]
pub(super) struct Scene<'e> {
    pub(super) family: Family,
    pub(super) actor: Option<Text<'e>>,
    /// Whether the actor's name means the same on every host.
    pub(super) actor_is_global: bool,
    pub(super) login: Option<Text<'e>>,
    pub(super) groups: Vec<Text<'e>>,
    pub(super) impersonated: Option<Text<'e>>,
    pub(super) impersonated_groups: Option<Text<'e>>,
    pub(super) credential: Option<Text<'e>>,
    pub(super) issued: Option<Text<'e>>,
    pub(super) decisions: Vec<Text<'e>>,
    pub(super) reason: Option<Text<'e>>,
    pub(super) sources: Vec<Text<'e>>,
    pub(super) source_chain: Option<Text<'e>>,
    pub(super) agent: Option<Text<'e>>,
    pub(super) hosts: Vec<Text<'e>>,
    /// The namespace and the name of the pod that acted.
    pub(super) pod: Option<(Option<Text<'e>>, Text<'e>)>,
    pub(super) node: Option<Text<'e>>,
    pub(super) container_id: Option<Text<'e>>,
    pub(super) container_name: Option<Text<'e>>,
    pub(super) process: Option<Process>,
    pub(super) scope: Option<Text<'e>>,
    pub(super) verb: Option<Text<'e>>,
    /// The kind of the object, without its subresource.
    pub(super) kind: Option<Text<'e>>,
    pub(super) subresource: Option<Text<'e>>,
    pub(super) namespace: Option<Text<'e>>,
    pub(super) name: Option<Text<'e>>,
    pub(super) code: Option<i64>,
    /// A command that was run in a container.
    pub(super) command: Option<Text<'e>>,
    /// A file, or the file of a socket, as it resolves.
    pub(super) file: Option<Text<'e>>,
    pub(super) address: Option<Text<'e>>,
    pub(super) port: Option<Text<'e>>,
    /// Whether a socket waits for connections.
    pub(super) listens: bool,
    /// The secrets that a new pod is given, joined by commas.
    pub(super) pod_secrets: Option<Text<'e>>,
    /// The serial number of an event of the audit daemon.
    pub(super) serial: Option<Text<'e>>,
    /// The program that was launched, without its path.
    pub(super) program: Option<Text<'e>>,
}

/// The kind of log that an event is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Family {
    /// A request to a Kubernetes API server.
    Kubernetes,
    /// The engine of Docker.
    Docker,
    /// What a sensor on a host saw, and everything else.
    #[default]
    Host,
}

impl<'e> Scene<'e> {
    /// Reads an event.
    pub(super) fn of(event: Read<'e>) -> Self {
        let mut scene = Scene {
            family: family(event),
            ..Scene::default()
        };
        scene.who(event);
        scene.place(event);
        scene.deed(event);
        scene
    }

    fn who(&mut self, event: Read<'e>) {
        let id = event.text(&read::USER_ID);
        let name = event.text(&read::USER_NAME);
        let is_number = |id: &Text<'_>| id.bytes().all(|b| b.is_ascii_digit());
        let local = id.as_ref().is_none_or(is_number);
        self.actor_is_global = self.family == Family::Kubernetes || !local;
        self.actor = if self.family == Family::Kubernetes || local {
            name.or(id)
        } else {
            id
        };
        self.actor = self.actor.take().or_else(|| event.text(&read::USER_EMAIL));
        if let Some(login) = event.text(&read::ABOUT_ID) {
            self.login = event.text(&read::ABOUT_NAME).or(Some(login));
        }
        self.groups = event.texts(&read::GROUPS);
        self.impersonated = event.label("k8s_impersonated_user");
        self.impersonated_groups = event.label("k8s_impersonated_groups");
        self.credential = event.label("k8s_credential_id");
        self.issued = event.label("k8s_issued_credential_id");
        self.decisions = event.texts(&read::ACTION);
        let reason = event.text(&read::REASON);
        self.reason = reason.or_else(|| event.label("k8s_reason"));
    }

    fn place(&mut self, event: Read<'e>) {
        let listens = event.label("net_operation");
        self.listens = listens.is_some_and(|word| word == "listen");
        let own = event.texts(&read::PRINCIPAL_IP);
        // The address of a listener is no place that somebody came from.
        self.sources = if self.listens { Vec::new() } else { own };
        self.source_chain = event.label("k8s_source_chain");
        self.agent = event.text(&read::AGENT);
        for path in [
            &read::PRINCIPAL_HOST,
            &read::ASSET_HOST,
            &read::TARGET_HOST,
            &read::OBSERVER_HOST,
        ] {
            self.hosts.extend(event.text(path));
        }
        self.node = event.first_label(&["k8s_node_name", "jwt_node"]);
        self.container_id = event.label("container_id");
        self.container_name = event.label("container_name");
        self.pod = match event.label("pod_name") {
            Some(pod) => Some((event.label("pod_namespace"), pod)),
            None => event
                .label("k8s_pod_name")
                .map(|pod| (event.label("k8s_sa_namespace"), pod)),
        };
    }

    fn deed(&mut self, event: Read<'e>) {
        let product = event.text(&read::PRODUCT_TYPE);
        self.verb = match self.family {
            // The product's mapping has the kind of the record there.
            Family::Kubernetes if product.as_deref() == Some("Event") => event
                .text(&read::METHOD)
                .map(|verb| verb.to_ascii_lowercase().into()),
            _ => product.or_else(|| event.text(&read::EVENT_TYPE)),
        };
        self.scope = event.label("k8s_scope");
        let kind = event.text(&read::RESOURCE_SUBTYPE);
        self.kind = kind.or_else(|| event.text(&read::RESOURCE_TYPE));
        self.subresource = event.label("k8s_subresource");
        self.namespace = event.text(&read::NAMESPACE);
        let name = event.text(&read::RESOURCE_NAME);
        self.name = match self.family {
            Family::Docker => name.or_else(|| event.text(&read::RESOURCE_ID)),
            _ => name,
        };
        self.code = event.text(&read::CODE).and_then(|code| code.parse().ok());
        self.process = process(event, self.family);
        self.program = event.label("exec_program");
        self.pod_secrets = event.label("k8s_pod_secrets");
        self.serial = event.label("audit_serial");
        self.command = match self.family {
            Family::Docker => event.text(&read::TARGET_PROCESS_COMMAND),
            _ => event.label("k8s_command"),
        };
        if self.family == Family::Host {
            let path = event.label("path_resolved");
            self.file = path.or_else(|| event.text(&read::FILE));
        }
        let (ip, port) = if self.listens {
            (&read::PRINCIPAL_IP, &read::PRINCIPAL_PORT)
        } else {
            (&read::TARGET_IP, &read::TARGET_PORT)
        };
        self.address = event.text(ip);
        self.port = event.text(port);
    }

    /// Whether the event says that it did not succeed.
    pub(super) fn refused(&self) -> bool {
        self.code.is_some_and(|code| code >= 400)
            || self.decisions.iter().any(|word| word == "BLOCK")
    }

    /// The kind of the object with its subresource, as requests name it.
    pub(super) fn whole_kind(&self) -> Option<String> {
        match (&self.kind, &self.subresource) {
            (Some(kind), Some(sub)) if !kind.ends_with(&**sub) => Some(format!("{kind}/{sub}")),
            (Some(kind), _) => Some(kind.to_string()),
            (None, _) => None,
        }
    }

    /// Whether the object is of this kind and, with its second word, of this
    /// subresource.
    pub(super) fn is(&self, kind: &str, subresource: &str) -> bool {
        let own = self.kind.as_deref().unwrap_or_default();
        let (own, below) = own.split_once('/').unwrap_or((own, ""));
        let below = self.subresource.as_deref().unwrap_or(below);
        self.family == Family::Kubernetes && own == kind && below == subresource
    }

    /// The things that were touched.
    pub(super) fn objects(&self) -> Vec<Object> {
        let owned = |text: &Option<Text<'_>>| text.as_deref().unwrap_or_default().to_owned();
        let object = |kind: String, name: String| Object {
            kind,
            namespace: owned(&self.namespace),
            name,
            verb: owned(&self.verb),
            code: self.code,
        };
        let mut objects = Vec::new();
        if let Some(kind) = self.whole_kind() {
            objects.push(object(kind, owned(&self.name)));
        } else if let Some(name) = &self.name {
            objects.push(object("object".to_owned(), name.to_string()));
        }
        for secret in split(self.pod_secrets.as_ref()) {
            let mut given = object("secrets".to_owned(), secret.to_owned());
            "mount".clone_into(&mut given.verb);
            objects.push(given);
        }
        if let Some(path) = &self.file {
            objects.push(object("file".to_owned(), path.to_string()));
        }
        if let Some(address) = &self.address {
            let address = match &self.port {
                Some(port) if address.contains(':') => format!("[{address}]:{port}"),
                Some(port) => format!("{address}:{port}"),
                None => address.to_string(),
            };
            objects.push(object("address".to_owned(), address));
        }
        objects
    }
}

/// The parts of a text that is joined by commas.
pub(super) fn split<'t>(text: Option<&'t Text<'_>>) -> impl Iterator<Item = &'t str> + Clone {
    let parts = text.map_or("", |text| text).split(',');
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn family(event: Read<'_>) -> Family {
    match event.text(&read::LOG_TYPE).as_deref() {
        Some("KUBERNETES_AUDIT") => Family::Kubernetes,
        Some("DOCKER_ENGINE") => Family::Docker,
        _ if event
            .label("falco_source")
            .is_some_and(|s| s == "k8s_audit") =>
        {
            Family::Kubernetes
        }
        _ => Family::Host,
    }
}

/// The process that an event is about: of a launch the program that was started,
/// else whoever acted. A request to an API has none.
fn process(event: Read<'_>, family: Family) -> Option<Process> {
    if family != Family::Host {
        return None;
    }
    let actor = event.node(&read::PRINCIPAL_PROCESS);
    let launched = event
        .node(&read::TARGET_PROCESS)
        .map(|node| (node, process_at(node)));
    let (node, mut process, launch) = match (launched, actor) {
        (Some((node, process)), _) if process != Process::default() => (node, process, true),
        (_, Some(node)) => (node, process_at(node), false),
        _ => return None,
    };
    let parent = node
        .walk(&PROCESS.parent)
        .map(|node| process_at(node).told().to_owned());
    let parent = parent.filter(|parent| !parent.is_empty());
    process.parent = match (parent, actor) {
        (Some(parent), _) => parent,
        (None, Some(actor)) if launch => {
            let actor = process_at(actor);
            // The product's mapping has the process itself on both sides.
            if actor.pid == process.pid {
                String::new()
            } else {
                actor.told().to_owned()
            }
        }
        _ => String::new(),
    };
    (process != Process::default()).then_some(process)
}

fn process_at(node: NodeRef<'_>) -> Process {
    let text = |steps: &[yaral_udm::FieldId]| {
        let found = node.walk(steps).and_then(spell);
        found.map_or_else(String::new, std::borrow::Cow::into_owned)
    };
    Process {
        file: text(&PROCESS.file),
        command: text(&PROCESS.command),
        pid: text(&PROCESS.pid),
        parent: String::new(),
    }
}
