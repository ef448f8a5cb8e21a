//! Field sets: which fields of an event anyone will look at.
//!
//! A set is three trees of fields, one for each root. A path in the set includes everything
//! below it. A `Struct`, a map or a list of labels can be narrowed to some of its keys;
//! asking for a path below such a field as well widens it to the whole of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::{FieldPath, Root};
use crate::schema::{FieldId, FieldKind};

/// A set of field paths.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldSet {
    event: Tree,
    entity: Tree,
    detection: Tree,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Tree {
    /// Everything here and below.
    whole: bool,
    below: BTreeMap<FieldId, Tree>,
    /// Never together with `below`.
    keys: BTreeSet<Box<str>>,
}

/// A place in a [`FieldSet`] while walking down an event.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Wanted<'s>(Option<&'s Tree>);

impl FieldSet {
    /// The set of everything.
    #[must_use]
    pub fn all() -> Self {
        let whole = || Tree {
            whole: true,
            ..Tree::default()
        };
        Self {
            event: whole(),
            entity: whole(),
            detection: whole(),
        }
    }

    /// The set of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a field with everything below it.
    pub fn insert(&mut self, path: &FieldPath) {
        if let Some(tree) = self.tree_mut(path.root()).at_mut(path.steps()) {
            *tree = Tree {
                whole: true,
                ..Tree::default()
            };
        }
    }

    /// Adds one key of a `Struct`, map or repeated label-like message. A field that is
    /// none of these is added whole.
    pub fn insert_key(&mut self, path: &FieldPath, key: &str) {
        let keyed = match path.leaf().kind() {
            FieldKind::Struct | FieldKind::Map => true,
            FieldKind::Message(message) => path.leaf().repeated() && message.label_like().is_some(),
            _ => false,
        };
        if !keyed {
            self.insert(path);
        } else if let Some(tree) = self.tree_mut(path.root()).at_mut(path.steps()) {
            tree.add_key(key);
        }
    }

    /// Adds everything that is in another set.
    pub fn union(&mut self, other: &Self) {
        for root in Root::ALL {
            self.tree_mut(root).union(other.tree(root));
        }
    }

    /// Whether the field, one above it, or one below it is in the set.
    #[must_use]
    pub fn contains(&self, path: &FieldPath) -> bool {
        path.steps()
            .iter()
            .try_fold(self.wanted(path.root()), |at, &step| at.field(step))
            .is_some_and(Wanted::any)
    }

    /// Whether the key of a `Struct`, map or repeated label-like message is in the set.
    #[must_use]
    pub fn contains_key(&self, path: &FieldPath, key: &str) -> bool {
        path.steps()
            .iter()
            .try_fold(self.wanted(path.root()), |at, &step| at.field(step))
            .is_some_and(|at| at.key(key))
    }

    /// Whether this is the set of everything.
    #[must_use]
    pub fn is_all(&self) -> bool {
        Root::ALL.iter().all(|&root| self.tree(root).whole)
    }

    /// Whether this is the set of nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Root::ALL.iter().all(|&root| self.tree(root).is_empty())
    }

    /// The paths of the set, sorted, with their keys if they are narrowed to some. The
    /// set of everything has no paths.
    #[must_use]
    pub fn paths(&self) -> Vec<(FieldPath, Vec<String>)> {
        let mut out = Vec::new();
        for root in Root::ALL {
            self.tree(root).list(root, &mut Vec::new(), &mut out);
        }
        out
    }

    /// The place of a root, to walk down from.
    pub(crate) fn wanted(&self, root: Root) -> Wanted<'_> {
        Wanted(Some(self.tree(root)).filter(|tree| !tree.whole))
    }

    fn tree(&self, root: Root) -> &Tree {
        match root {
            Root::Event => &self.event,
            Root::Entity => &self.entity,
            Root::Detection => &self.detection,
        }
    }

    fn tree_mut(&mut self, root: Root) -> &mut Tree {
        match root {
            Root::Event => &mut self.event,
            Root::Entity => &mut self.entity,
            Root::Detection => &mut self.detection,
        }
    }
}

impl Wanted<'_> {
    /// The place of a field, or `None` if neither it nor anything below it is wanted.
    pub(crate) fn field(self, field: FieldId) -> Option<Self> {
        match self.0 {
            None => Some(self),
            // Of the wanted labels every field is.
            Some(tree) if !tree.keys.is_empty() => Some(Self::everything()),
            Some(tree) => tree
                .below
                .get(&field)
                .map(|tree| Self(Some(tree).filter(|tree| !tree.whole))),
        }
    }

    /// A place from which on everything is wanted.
    pub(crate) fn everything() -> Self {
        Self(None)
    }

    /// Whether anything from here on is wanted.
    pub(crate) fn any(self) -> bool {
        self.0.is_none_or(|tree| !tree.is_empty())
    }

    /// Whether the place is narrowed to some keys.
    pub(crate) fn keyed(self) -> bool {
        self.0.is_some_and(|tree| !tree.keys.is_empty())
    }

    /// Whether a key is wanted.
    pub(crate) fn key(self, key: &str) -> bool {
        self.0.is_none_or(|tree| tree.keys.contains(key))
    }
}

impl Tree {
    fn is_empty(&self) -> bool {
        !self.whole && self.below.is_empty() && self.keys.is_empty()
    }

    fn become_whole(&mut self) {
        *self = Self {
            whole: true,
            ..Self::default()
        };
    }

    /// The tree of a path, made if need be; `None` if a tree above it is whole already.
    fn at_mut(&mut self, steps: &[FieldId]) -> Option<&mut Self> {
        let mut tree = self;
        for step in steps {
            if !tree.keys.is_empty() {
                tree.become_whole();
            }
            if tree.whole {
                return None;
            }
            tree = tree.below.entry(*step).or_default();
        }
        Some(tree)
    }

    fn add_key(&mut self, key: &str) {
        if !self.below.is_empty() {
            self.become_whole();
        }
        if !self.whole {
            self.keys.insert(key.into());
        }
    }

    fn union(&mut self, other: &Self) {
        let clash = !other.below.is_empty() && !self.keys.is_empty()
            || !other.keys.is_empty() && !self.below.is_empty();
        if other.whole || clash {
            self.become_whole();
        }
        if self.whole {
            return;
        }
        for key in &other.keys {
            self.keys.insert(key.clone());
        }
        for (step, tree) in &other.below {
            self.below.entry(*step).or_default().union(tree);
        }
    }

    fn list(&self, root: Root, steps: &mut Vec<FieldId>, out: &mut Vec<(FieldPath, Vec<String>)>) {
        if !steps.is_empty() && (self.whole || !self.keys.is_empty()) {
            let keys = self.keys.iter().map(ToString::to_string).collect();
            out.push((FieldPath::from_steps(root, steps.clone()), keys));
        }
        for (step, tree) in &self.below {
            steps.push(*step);
            tree.list(root, steps, out);
            steps.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(dotted: &str) -> FieldPath {
        FieldPath::resolve(Root::Event, dotted).expect("resolves")
    }

    #[test]
    fn a_path_includes_what_is_below_and_is_found_from_above() {
        let mut set = FieldSet::empty();
        assert!(set.is_empty() && !set.contains(&path("principal")));
        set.insert(&path("principal.process"));
        assert!(set.contains(&path("principal")));
        assert!(set.contains(&path("principal.process.file.sha256")));
        assert!(!set.contains(&path("principal.ip")) && !set.contains(&path("target")));
        set.insert(&path("principal.process.pid"));
        assert_eq!(set.paths(), [(path("principal.process"), vec![])]);
        set.insert(&path("principal"));
        assert_eq!(set.paths(), [(path("principal"), vec![])]);
    }

    #[test]
    fn keys_narrow_until_something_else_is_wanted() {
        let mut set = FieldSet::empty();
        set.insert_key(&path("target.labels"), "a");
        set.insert_key(&path("additional"), "k");
        assert!(
            set.contains_key(&path("target.labels"), "a")
                && !set.contains_key(&path("target.labels"), "b")
        );
        assert!(set.contains(&path("additional")) && !set.contains_key(&path("about.labels"), "a"));
        assert_eq!(set.paths().len(), 2);
        let mut other = FieldSet::empty();
        other.insert(&path("target.labels.value"));
        set.union(&other);
        assert!(set.contains_key(&path("target.labels"), "b"));
        set.union(&FieldSet::all());
        assert!(
            set.is_all()
                && set.contains_key(&path("additional"), "other")
                && set.paths().is_empty()
        );
    }

    #[test]
    fn roots_are_apart() {
        let mut set = FieldSet::empty();
        set.insert(&FieldPath::resolve(Root::Entity, "metadata").expect("resolves"));
        assert!(!set.contains(&path("metadata.event_type")));
    }
}
