//! Who did what to what: the few fields of an event that tell its story.
//!
//! Fields that are not set are left out. The texts are the log's own and must
//! be escaped before they are shown.

use yaral_udm::{Event, FieldPath, NodeRef, Root, ValueRef};

/// The story of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The acting user, else the acting process.
    pub(crate) who: Option<String>,
    /// Where the actor came from.
    pub(crate) from: Option<String>,
    /// The host that it happened on.
    pub(crate) host: Option<String>,
    /// What was done.
    pub(crate) verb: Option<String>,
    /// What it was done to.
    pub(crate) object: Option<String>,
    /// The command that ran, if one did.
    pub(crate) command: Option<String>,
    /// The process that acted: of a launch the parent.
    pub(crate) by: Option<String>,
    /// How it ended: allowed or not, the answer, and why.
    pub(crate) result: Option<String>,
}

impl Facts {
    /// Reads an event.
    pub(crate) fn of(event: &Event) -> Self {
        let first = |paths: &[&str]| paths.iter().find_map(|path| text(event, path));
        let program = first(&[
            "principal.process.command_line",
            "principal.process.file.full_path",
        ]);
        let user = user(event);
        Facts {
            by: program.clone().filter(|_| user.is_some()),
            who: user.or(program),
            from: first(&["principal.ip", "principal.hostname"]),
            host: first(&[
                "principal.hostname",
                "principal.asset.hostname",
                "target.hostname",
                "observer.hostname",
            ])
            .or_else(|| label(event, "k8s_node_name")),
            verb: first(&["metadata.product_event_type", "metadata.event_type"]),
            object: object(event),
            command: first(&["target.process.command_line"])
                .or_else(|| label(event, "k8s_command")),
            result: result(event),
        }
    }
}

/// The acting user. A host's log has a number and a name; whoever logged in as
/// somebody else is named too.
fn user(event: &Event) -> Option<String> {
    let id = text(event, "principal.user.userid");
    let name = text(event, "principal.user.user_display_name");
    let login = text(event, "about.user.userid").filter(|login| id.as_ref() != Some(login));
    let login = login.map(|login| text(event, "about.user.user_display_name").unwrap_or(login));
    let is_number = |id: &String| id.bytes().all(|b| b.is_ascii_digit());
    let user = match (id, name) {
        (Some(id), Some(name)) if is_number(&id) => format!("{name} ({id})"),
        (id, name) => id
            .or(name)
            .or_else(|| text(event, "principal.user.email_addresses"))?,
    };
    Some(match login {
        Some(login) => format!("{user}, logged in as {login}"),
        None => user,
    })
}

/// The address of the other end, with its port.
fn address(event: &Event) -> Option<String> {
    let address = text(event, "target.ip")?;
    let port = text(event, "target.port").map(|port| format!(":{port}"));
    let address = if address.contains(':') && port.is_some() {
        format!("[{address}]")
    } else {
        address
    };
    Some(address + &port.unwrap_or_default())
}

/// The thing that was acted on: type, then name.
fn object(event: &Event) -> Option<String> {
    let kind = text(event, "target.resource.resource_subtype")
        .or_else(|| text(event, "target.resource.type"));
    let sub = label(event, "k8s_subresource");
    let kind = match (kind, sub) {
        (Some(kind), Some(sub)) if !kind.ends_with(&sub) => Some(format!("{kind}/{sub}")),
        (kind, _) => kind,
    };
    let space = text(event, "target.namespace");
    let name = match (text(event, "target.resource.name"), space) {
        (Some(name), Some(space)) if kind.is_some() => Some(format!("{space}/{name}")),
        (None, Some(space)) if kind.is_some() => Some(format!("in {space}")),
        (name, _) => name,
    };
    let name = name
        .or_else(|| text(event, "target.file.full_path"))
        .or_else(|| text(event, "target.process.file.full_path"))
        .or_else(|| text(event, "target.url"))
        .or_else(|| address(event));
    match (kind, name) {
        (Some(kind), Some(name)) => Some(format!("{kind} {name}")),
        (kind, name) => kind.or(name),
    }
}

/// `ALLOW 200, RBAC: allowed by …`
fn result(event: &Event) -> Option<String> {
    let action = text(event, "security_result.action");
    let code = text(event, "network.http.response_code");
    let why = text(event, "security_result.description").or_else(|| label(event, "k8s_reason"));
    let short = [action, code]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let parts = [Some(short).filter(|short| !short.is_empty()), why];
    let all = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!all.is_empty()).then_some(all)
}

/// The first value at a path as text; the empty text counts as unset.
fn text(event: &Event, path: &str) -> Option<String> {
    let path = FieldPath::resolve(Root::Event, path).ok()?;
    spell(event.root().walk(path.steps())?)
}

/// A derived label, which is an entry of `additional`.
fn label(event: &Event, key: &str) -> Option<String> {
    let path = FieldPath::resolve(Root::Event, "additional").ok()?;
    spell(event.root().walk(path.steps())?.entry(key)?)
}

fn spell(node: NodeRef<'_>) -> Option<String> {
    let text = match node.value() {
        ValueRef::Str(text) => text.to_owned(),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::Int(value) => value.to_string(),
        ValueRef::Uint(value) => value.to_string(),
        ValueRef::Float(value) => value.to_string(),
        ValueRef::Enum(of, number) => of.value_name(number)?.to_owned(),
        ValueRef::Timestamp(time) => time.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use yaral_udm::{FieldSet, read_event};

    use super::*;

    fn facts(json: &str) -> Facts {
        let mut event = Event::new(Root::Event);
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).unwrap();
        Facts::of(&event)
    }

    #[test]
    fn a_request_is_told_by_user_verb_and_resource() {
        let facts = facts(
            r#"{"metadata":{"eventType":"RESOURCE_READ","productEventType":"list"},
                "principal":{"user":{"userid":"alice"},"ip":["10.0.0.1","10.0.0.2"]},
                "target":{"namespace":"dev","resource":{"resourceSubtype":"secrets","name":"db"}},
                "securityResult":[{"action":["ALLOW"],"description":"RBAC"}],
                "network":{"http":{"responseCode":200}},
                "additional":{"k8s_node_name":"node-7"}}"#,
        );
        assert_eq!(facts.who.as_deref(), Some("alice"));
        assert_eq!(facts.from.as_deref(), Some("10.0.0.1"));
        assert_eq!(facts.verb.as_deref(), Some("list"));
        assert_eq!(facts.object.as_deref(), Some("secrets dev/db"));
        assert_eq!(facts.result.as_deref(), Some("ALLOW 200, RBAC"));
        assert_eq!(facts.host.as_deref(), Some("node-7"));
    }

    #[test]
    fn a_process_is_told_by_its_command() {
        let facts = facts(
            r#"{"metadata":{"eventType":"PROCESS_LAUNCH"},
                "principal":{"hostname":"h1","process":{"commandLine":"sh"}},
                "target":{"process":{"commandLine":"cat /token","file":{"fullPath":"/bin/cat"}}}}"#,
        );
        assert_eq!(facts.who.as_deref(), Some("sh"));
        assert_eq!(facts.verb.as_deref(), Some("PROCESS_LAUNCH"));
        assert_eq!(facts.command.as_deref(), Some("cat /token"));
        assert_eq!(facts.object.as_deref(), Some("/bin/cat"));
    }

    #[test]
    fn a_connection_is_told_by_its_user_process_and_end() {
        let facts = facts(
            r#"{"metadata":{"eventType":"NETWORK_CONNECTION","productEventType":"connect"},
                "about":[{"user":{"userid":"1001","userDisplayName":"alice"}}],
                "principal":{"user":{"userid":"0","userDisplayName":"root"},"process":{"commandLine":"curl x"}},
                "target":{"ip":["127.0.0.1"],"port":2375}}"#,
        );
        assert_eq!(facts.who.as_deref(), Some("root (0), logged in as alice"));
        assert_eq!(facts.by.as_deref(), Some("curl x"));
        assert_eq!(facts.object.as_deref(), Some("127.0.0.1:2375"));
    }

    #[test]
    fn the_empty_event_tells_nothing() {
        assert_eq!(Facts::of(&Event::new(Root::Event)), Facts::default());
    }
}
