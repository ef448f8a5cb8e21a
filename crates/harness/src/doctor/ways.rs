//! The ways in which a rule can be fed, as its tests show.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use yaral_udm::{Event, FieldId, FieldPath, Root};

use super::kind::Kind;
use super::read;

/// One way to feed a rule: the kinds of the events of one detection.
pub type Way = BTreeSet<Kind>;

/// What a rule needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Each way; none is a part of another.
    pub ways: BTreeSet<Way>,
    /// Fields that its predicates read and that all of its detections had.
    pub fields: BTreeSet<Wanted>,
}

/// A field that a rule wants filled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The path of the field.
    pub path: String,
    /// The label at its end.
    pub key: Option<String>,
}

impl Wanted {
    /// Whether an event has it.
    #[must_use]
    pub fn is_filled(&self, event: &Event) -> bool {
        let steps = self.steps();
        !steps.is_empty() && read::filled(event.root(), &steps, self.key.as_deref())
    }

    /// The steps of its path; none for one that the schema does not have.
    pub(super) fn steps(&self) -> Vec<FieldId> {
        let path = FieldPath::resolve(Root::Event, &self.path);
        path.map_or_else(|_| Vec::new(), |path| path.steps().to_vec())
    }

    /// As rules write it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.key {
            Some(key) => format!("{}.fields[\"{key}\"]", self.path),
            None => self.path.clone(),
        }
    }
}

impl Ways {
    /// Takes one more way; those that hold another as a part say nothing new.
    pub fn add(&mut self, way: Way) {
        if way.is_empty() || self.ways.iter().any(|other| other.is_subset(&way)) {
            return;
        }
        self.ways.retain(|other| !way.is_subset(other));
        self.ways.insert(way);
    }
}

/// The ways of rules as a text, by name.
#[must_use]
pub fn write(rules: &BTreeMap<String, Ways>) -> String {
    let mut text = String::new();
    for (name, ways) in rules {
        let _ = writeln!(text, "{name}");
        for way in &ways.ways {
            let kinds: Vec<String> = way.iter().map(Kind::to_string).collect();
            let _ = writeln!(text, "  by {}", kinds.join(" + "));
        }
        for field in &ways.fields {
            let key = field
                .key
                .as_ref()
                .map_or_else(String::new, |key| format!(" {key}"));
            let _ = writeln!(text, "  with {}{key}", field.path);
        }
    }
    text
}

/// Reads what [`write()`] writes; lines of another form are passed over.
#[must_use]
pub fn parse(text: &str) -> BTreeMap<String, Ways> {
    let mut rules: BTreeMap<String, Ways> = BTreeMap::new();
    let mut name = String::new();
    for line in text.lines() {
        let Some(said) = line.strip_prefix("  ") else {
            line.clone_into(&mut name);
            rules.entry(name.clone()).or_default();
            continue;
        };
        let ways = rules.entry(name.clone()).or_default();
        if let Some(kinds) = said.strip_prefix("by ") {
            ways.add(kinds.split(" + ").filter_map(Kind::parse).collect());
        } else if let Some(field) = said.strip_prefix("with ") {
            let (path, key) = match field.split_once(' ') {
                Some((path, key)) => (path, Some(key.to_owned())),
                None => (field, None),
            };
            ways.fields.insert(Wanted {
                path: path.to_owned(),
                key,
            });
        }
    }
    rules
}
