//! Values out of an event, by paths that are resolved once.

use std::borrow::Cow;
use std::sync::LazyLock;

use yaral_udm::{Event, FieldId, FieldPath, NodeRef, Root, ValueRef};

/// The steps of a path; none if the schema lacks it, which a test forbids.
pub(super) type Steps = LazyLock<Box<[FieldId]>>;

/// A text that an event holds, or that stands for a value of another type.
pub(super) type Text<'e> = Cow<'e, str>;

fn steps(root: Root, path: &str) -> Box<[FieldId]> {
    FieldPath::resolve(root, path).map_or_else(|_| Box::default(), |path| path.steps().into())
}

macro_rules! paths {
    ($($name:ident = $path:literal;)*) => {
        $(pub(super) static $name: Steps = LazyLock::new(|| steps(Root::Event, $path));)*

        #[cfg(test)]
        const ALL: &[(&Steps, &str)] = &[$((&$name, $path)),*];
    };
}

paths! {
    ABOUT_ID = "about.user.userid";
    ABOUT_NAME = "about.user.user_display_name";
    ACTION = "security_result.action";
    ADDITIONAL = "additional";
    AGENT = "network.http.user_agent";
    ASSET_HOST = "principal.asset.hostname";
    CODE = "network.http.response_code";
    EVENT_TYPE = "metadata.event_type";
    FILE = "target.file.full_path";
    GROUPS = "principal.user.group_identifiers";
    LOG_TYPE = "metadata.log_type";
    METHOD = "network.http.method";
    NAMESPACE = "target.namespace";
    OBSERVER_HOST = "observer.hostname";
    PRINCIPAL_HOST = "principal.hostname";
    PRINCIPAL_IP = "principal.ip";
    PRINCIPAL_PORT = "principal.port";
    PRINCIPAL_PROCESS = "principal.process";
    PRODUCT_TYPE = "metadata.product_event_type";
    REASON = "security_result.description";
    RESOURCE_ID = "target.resource.product_object_id";
    RESOURCE_NAME = "target.resource.name";
    RESOURCE_SUBTYPE = "target.resource.resource_subtype";
    RESOURCE_TYPE = "target.resource.type";
    TARGET_HOST = "target.hostname";
    TARGET_IP = "target.ip";
    TARGET_PORT = "target.port";
    TARGET_PROCESS = "target.process";
    TARGET_PROCESS_COMMAND = "target.process.command_line";
    USER_EMAIL = "principal.user.email_addresses";
    USER_ID = "principal.user.userid";
    USER_NAME = "principal.user.user_display_name";
}

/// Steps below a process.
pub(super) struct ProcessSteps {
    pub(super) command: Box<[FieldId]>,
    pub(super) file: Box<[FieldId]>,
    pub(super) pid: Box<[FieldId]>,
    pub(super) parent: Box<[FieldId]>,
}

/// The steps below any process.
pub(super) static PROCESS: LazyLock<ProcessSteps> = LazyLock::new(|| {
    let base = PRINCIPAL_PROCESS.len();
    let below = |path: &str| {
        let all = steps(Root::Event, &format!("principal.process.{path}"));
        all.get(base..).unwrap_or_default().into()
    };
    ProcessSteps {
        command: below("command_line"),
        file: below("file.full_path"),
        pid: below("pid"),
        parent: below("parent_process"),
    }
});

/// One event, to be read.
#[derive(Clone, Copy)]
pub(super) struct Read<'e> {
    root: NodeRef<'e>,
}

impl<'e> Read<'e> {
    pub(super) fn new(root: NodeRef<'e>) -> Self {
        Read { root }
    }

    /// The node at a path.
    pub(super) fn node(self, path: &Steps) -> Option<NodeRef<'e>> {
        (!path.is_empty()).then(|| self.root.walk(path)).flatten()
    }

    /// The first value at a path; the empty text counts as unset.
    pub(super) fn text(self, path: &Steps) -> Option<Text<'e>> {
        spell(self.node(path)?)
    }

    /// All values of a repeated field.
    pub(super) fn texts(self, path: &Steps) -> Vec<Text<'e>> {
        let Some((leaf, above)) = path.split_last() else {
            return Vec::new();
        };
        let holder = self.root.walk(above);
        let all = holder.into_iter().flat_map(|holder| holder.all(*leaf));
        all.filter_map(spell).collect()
    }

    /// A derived label, which is an entry of `additional`.
    pub(super) fn label(self, key: &str) -> Option<Text<'e>> {
        spell(self.node(&ADDITIONAL)?.entry(key)?)
    }

    /// The first of these labels that is set.
    pub(super) fn first_label(self, keys: &[&str]) -> Option<Text<'e>> {
        keys.iter().find_map(|key| self.label(key))
    }
}

/// A value as text.
pub(super) fn spell(node: NodeRef<'_>) -> Option<Text<'_>> {
    let text = match node.value() {
        ValueRef::Str(text) => Cow::Borrowed(text),
        ValueRef::Bool(value) => Cow::Owned(value.to_string()),
        ValueRef::Int(value) => Cow::Owned(value.to_string()),
        ValueRef::Uint(value) => Cow::Owned(value.to_string()),
        ValueRef::Float(value) => Cow::Owned(value.to_string()),
        ValueRef::Enum(of, number) => Cow::Borrowed(of.value_name(number)?),
        ValueRef::Bytes(_) => Cow::Borrowed(node.text()?),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The events that a detection's record refers to.
pub(super) fn events_below(record: &Event) -> impl Iterator<Item = NodeRef<'_>> {
    static REFERENCES: Steps =
        LazyLock::new(|| steps(Root::Detection, "collection_elements.references.event"));
    let [elements, references, event] = &**REFERENCES else {
        return Vec::new().into_iter();
    };
    let mut below = Vec::new();
    if record.kind() == Root::Detection {
        for element in record.root().all(*elements) {
            for reference in element.all(*references) {
                below.extend(reference.get(*event));
            }
        }
    }
    below.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_every_path() {
        for (steps, path) in ALL {
            assert!(!steps.is_empty(), "{path}");
        }
        for below in [
            &PROCESS.command,
            &PROCESS.file,
            &PROCESS.pid,
            &PROCESS.parent,
        ] {
            assert!(!below.is_empty());
        }
        let below = steps(Root::Detection, "collection_elements.references.event");
        assert_eq!(below.len(), 3);
    }
}
