//! The names that the body of a request holds: which secrets a pod is given,
//! which paths of the node, whom a webhook listens to.
//!
//! A body is the client's, who may be the attacker. It is walked once, along
//! the places of its kind and no others, and only if somebody asks; what is of
//! another type than it should be is stepped over. Values never come out,
//! names do, as many as fit in [`BODY_NAMES_BYTES_MAX`].

mod places;
mod walk;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::facts::Facts;
use crate::limits::BODY_NAMES_BYTES_MAX;
use crate::rows::Value;

/// What stands among the names when there are more than fit. No name of an
/// object and no absolute path is written so, and of resources it means all.
const MORE: &str = "*";

/// What the names are names of.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Secrets,
    HostPaths,
    ServiceAccount,
    /// The older spelling, which counts where the newer one is missing.
    OldServiceAccount,
    Signer,
    WebhookResources,
    ReviewVerb,
    ReviewResource,
}

const KINDS: usize = 8;

impl Kind {
    /// A member that is one text: of two of its name the last counts, as the
    /// API server reads it. Lists are put together, since a name too many is
    /// better than one too few.
    fn is_single(self) -> bool {
        !matches!(
            self,
            Self::Secrets | Self::HostPaths | Self::WebhookResources
        )
    }
}

/// Names of one kind, while they are collected.
#[derive(Default)]
struct Names<'a> {
    set: BTreeSet<Cow<'a, str>>,
    bytes: usize,
    more: bool,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: Cow<'a, str>) {
        if name.is_empty() || self.set.contains(&name) {
            return;
        }
        // Each name but one has a comma before it.
        let bytes = self.bytes + usize::from(self.bytes > 0) + name.len();
        if bytes > BODY_NAMES_BYTES_MAX {
            self.more = true;
            return;
        }
        self.bytes = bytes;
        self.set.insert(name);
    }

    /// The names joined by commas, in their order, each cleaned on its way out.
    fn joined(mut self, facts: &Facts<'_>) -> String {
        if self.more {
            self.set.insert(Cow::Borrowed(MORE));
        }
        let mut joined = String::with_capacity(self.bytes);
        for name in &self.set {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(&facts.clean(name));
        }
        joined
    }
}

/// The names of a walk, by kind.
#[derive(Default)]
struct Found<'a>([Names<'a>; KINDS]);

impl<'a> Found<'a> {
    fn add(&mut self, kind: Kind, name: Cow<'a, str>) {
        if let Some(names) = self.0.get_mut(kind as usize) {
            if kind.is_single() {
                *names = Names::default();
            }
            names.add(name);
        }
    }
}

/// The names that a body holds, ready to be shown.
#[derive(Debug)]
pub(super) struct Named([String; KINDS]);

impl Named {
    /// What the body of a request names; none if it is not looked at.
    pub(super) fn of(facts: &Facts<'_>) -> Option<Box<Self>> {
        let body = facts.raw.request_object?.get();
        let places = places::of(facts.resource()?, facts.subresource())?;
        let mut found = Found::default();
        walk::names(body, places, &mut found);
        Some(Box::new(Self(found.0.map(|names| names.joined(facts)))))
    }

    fn get(&self, kind: Kind) -> Option<&str> {
        let names = self.0.get(kind as usize)?;
        (!names.is_empty()).then_some(names)
    }
}

/// The names of a kind as the value of a label. They are clean already.
pub(super) fn value<'a>(facts: &'a Facts<'a>, kind: Kind) -> Value<'a> {
    let names = facts.named().and_then(|named| named.get(kind));
    names.map_or(Value::Absent, |names| Value::Text(Cow::Borrowed(names)))
}

/// The service account under either spelling.
pub(super) fn service_account<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match value(facts, Kind::ServiceAccount) {
        Value::Absent => value(facts, Kind::OldServiceAccount),
        named => named,
    }
}

#[cfg(test)]
mod tests;
