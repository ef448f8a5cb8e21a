//! What the records so far said about containers and execs.
//!
//! A request names a container by its id, the start of its id, or its name; an
//! exec only by its id. Which container that is, what it is called and what an
//! exec runs, earlier records have told. Everything is bounded: the number of
//! containers and execs, and what is kept of one.

use std::collections::{BTreeMap, VecDeque};

use crate::limits::{DOCKER_OBJECT_BYTES_MAX, DOCKER_OBJECTS_MAX};

/// The shortest start of an id that stands for it; the client prints twelve
/// digits.
const PREFIX_MIN: usize = 12;

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 128;

/// A container; a text that is not known is empty.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(super) struct Container {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) image: String,
}

/// A process that was started in a container.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(super) struct Exec {
    /// The id of the container.
    pub(super) container: String,
    pub(super) command: Command,
}

/// A command as the log tells it.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(super) enum Command {
    #[default]
    Unknown,
    /// Its arguments.
    List(Vec<String>),
    /// Its arguments joined by spaces.
    Text(String),
}

impl Command {
    /// What it takes to remember, in bytes; in a list empty arguments take as
    /// much as others beside their text.
    fn size(&self) -> usize {
        match self {
            Self::Unknown => 0,
            Self::List(list) => list
                .iter()
                .map(|text| text.len() + size_of::<String>())
                .sum(),
            Self::Text(text) => text.len(),
        }
    }
}

/// Objects by id, the oldest forgotten first.
#[derive(Debug)]
struct Objects<V> {
    by_id: BTreeMap<String, V>,
    order: VecDeque<String>,
}

impl<V> Default for Objects<V> {
    fn default() -> Self {
        Self {
            by_id: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<V> Objects<V> {
    /// Keeps an object; the result is one that had to go.
    fn keep(&mut self, id: &str, value: V) -> Option<(String, V)> {
        if self.by_id.insert(id.to_owned(), value).is_some() {
            return None;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() <= DOCKER_OBJECTS_MAX {
            return None;
        }
        let oldest = self.order.pop_front()?;
        self.by_id.remove_entry(&oldest)
    }
}

/// The memory of one normalizer.
#[derive(Default, Debug)]
pub(super) struct Memory {
    containers: Objects<Container>,
    /// The ids of containers by their names.
    names: BTreeMap<String, String>,
    execs: Objects<Exec>,
}

/// Whether a text may be an id.
pub(super) fn is_id(text: &str) -> bool {
    (PREFIX_MIN..=ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Memory {
    /// Learns about a container. What is empty says nothing.
    pub(super) fn container(&mut self, id: &str, name: &str, image: &str) {
        if !is_id(id) {
            return;
        }
        let known = self.containers.by_id.get(id).cloned();
        let mut container = known.unwrap_or_default();
        id.clone_into(&mut container.id);
        let fits = |text: &str| !text.is_empty() && text.len() <= DOCKER_OBJECT_BYTES_MAX / 2;
        if fits(image) {
            image.clone_into(&mut container.image);
        }
        if fits(name) && container.name != name {
            self.forget_name(&container);
            name.clone_into(&mut container.name);
        }
        if !container.name.is_empty() {
            self.names.insert(container.name.clone(), id.to_owned());
        }
        if let Some((_, gone)) = self.containers.keep(id, container) {
            self.forget_name(&gone);
        }
    }

    fn forget_name(&mut self, container: &Container) {
        if self.names.get(&container.name) == Some(&container.id) {
            self.names.remove(&container.name);
        }
    }

    /// Learns about an exec.
    pub(super) fn exec(&mut self, id: &str, container: &str, command: &Command) {
        if !is_id(id) || container.len() > ID_BYTES_MAX {
            return;
        }
        let mut exec = self.execs.by_id.get(id).cloned().unwrap_or_default();
        if !container.is_empty() {
            container.clone_into(&mut exec.container);
        }
        let known = exec.command != Command::Unknown;
        // The list tells more than the joined text.
        let worse = matches!(command, Command::Unknown)
            || (known && matches!(command, Command::Text(_)))
            || command.size() > DOCKER_OBJECT_BYTES_MAX;
        if !worse {
            exec.command = command.clone();
        }
        self.execs.keep(id, exec);
    }

    /// The container that a request names. One that is not known is told by
    /// what the request says.
    pub(super) fn resolve(&self, reference: &str) -> Container {
        if let Some(container) = self.find(reference) {
            return container.clone();
        }
        let mut unknown = Container::default();
        let slot = if is_id(reference) {
            &mut unknown.id
        } else {
            &mut unknown.name
        };
        reference.clone_into(slot);
        unknown
    }

    /// As the daemon does it: the id, else the name, else the start of just
    /// one id.
    fn find(&self, reference: &str) -> Option<&Container> {
        let ids = &self.containers.by_id;
        let named = || ids.get(self.names.get(reference.trim_start_matches('/'))?);
        let begun = || {
            if !is_id(reference) {
                return None;
            }
            let mut from = ids.range(reference.to_owned()..);
            let (_, found) = from.next().filter(|(id, _)| id.starts_with(reference))?;
            let more = from.next().is_some_and(|(id, _)| id.starts_with(reference));
            (!more).then_some(found)
        };
        ids.get(reference).or_else(named).or_else(begun)
    }

    pub(super) fn find_exec(&self, id: &str) -> Option<&Exec> {
        self.execs.by_id.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: usize) -> String {
        format!("{n:064x}")
    }

    #[test]
    fn a_container_is_found_by_id_name_and_start() {
        let mut memory = Memory::default();
        let ids = ["07c8536e2fe7b6a2", "07c8536e2fe7b6a3"];
        memory.container(ids[0], "web", "lab/busybox:1");
        memory.container(ids[1], "db", "");
        for reference in ["web", "/web", ids[0]] {
            assert_eq!(
                memory.resolve(reference).image,
                "lab/busybox:1",
                "{reference}"
            );
        }
        assert_eq!(memory.resolve("07c8536e2fe7").name, "", "two begin so");
        assert_eq!(memory.resolve("07c8536e2fe7b6a3").name, "db");
        assert_eq!(memory.resolve("nobody").name, "nobody");
        assert_eq!(memory.resolve("0123456789ab").id, "0123456789ab");
        memory.container(ids[0], "renamed", "");
        assert_eq!(memory.resolve("web").id, "");
        assert_eq!(memory.resolve("renamed").image, "lab/busybox:1");
        memory.container(ids[1], "renamed", "");
        memory.container(ids[0], "web", "");
        assert_eq!(memory.resolve("renamed").id, ids[1], "a name moves on");
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::default();
        for n in 0..DOCKER_OBJECTS_MAX + 5 {
            memory.container(&id(n), &format!("n{n}"), "i");
            memory.exec(&id(n), &id(n), &Command::Text("ls".to_owned()));
        }
        assert_eq!(memory.containers.by_id.len(), DOCKER_OBJECTS_MAX);
        assert_eq!(memory.names.len(), DOCKER_OBJECTS_MAX);
        assert_eq!(memory.execs.order.len(), DOCKER_OBJECTS_MAX);
        assert_eq!(memory.resolve("n4").id, "");
        assert_eq!(memory.resolve("n5").id, id(5));
        assert!(memory.find_exec(&id(4)).is_none());
    }

    #[test]
    fn a_list_is_better_than_a_text() {
        let mut memory = Memory::default();
        let list = Command::List(vec!["ls".to_owned()]);
        memory.exec(&id(1), "", &list);
        memory.exec(&id(1), &id(2), &Command::Text("ls".to_owned()));
        memory.exec(&id(1), "", &Command::Unknown);
        let exec = memory.find_exec(&id(1)).expect("it was learned");
        assert_eq!((&exec.command, &exec.container), (&list, &id(2)));
    }
}
