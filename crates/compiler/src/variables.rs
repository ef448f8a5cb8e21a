//! Which variables a rule has: event variables and placeholders.
//!
//! A variable followed by a field path is an event variable, with no
//! declaration; a bare one in `events` is a placeholder (yara-l §3.1).

use std::collections::{BTreeMap, BTreeSet};

use yaral_syntax::SyntaxNode;
use yaral_syntax::ast::Path;
use yaral_syntax::diagnostic::Span;

/// Event variables in one rule. Our choice; the largest public rule has four.
/// Names are looked up one by one, which is quick while there are few.
pub(crate) const EVENT_VARIABLES_MAX: usize = 256;

/// Placeholders in one rule. Our choice, for the same reason.
pub(crate) const PLACEHOLDERS_MAX: usize = 1_024;

/// The variables of an `events` section, each with the place of its first use.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// Event variables, in order of first use.
    pub(crate) events: Vec<(String, Span)>,
    /// Placeholders, in order of first use.
    pub(crate) placeholders: Vec<(String, Span)>,
}

impl Variables {
    /// Collects the variables below a node.
    pub(crate) fn collect(node: &SyntaxNode) -> Self {
        let mut paths: BTreeMap<u32, (String, Span, bool)> = BTreeMap::new();
        for path in node.descendants().filter_map(Path::cast) {
            if let Some(name) = path.variable() {
                let bare = path.segments().next().is_none();
                paths.insert(name.span.start, (name.text, name.span, bare));
            }
        }
        let mut found = Variables::default();
        let mut seen = BTreeSet::new();
        for (name, span, bare) in paths.into_values() {
            let list = if bare {
                &mut found.placeholders
            } else {
                &mut found.events
            };
            if seen.insert((bare, name.clone())) {
                list.push((name, span));
            }
        }
        found
            .placeholders
            .retain(|(name, _)| !seen.contains(&(false, name.clone())));
        found
    }

    /// What there is too much of, if the rule has more variables than anyone
    /// means to write.
    pub(crate) fn beyond_limit(&self) -> Option<(Span, String)> {
        let of = |list: &[(String, Span)], max: usize, what: &str| {
            let (_, span) = list.get(max)?;
            Some((*span, format!("the rule has more than {max} {what}")))
        };
        of(&self.events, EVENT_VARIABLES_MAX, "event variables")
            .or_else(|| of(&self.placeholders, PLACEHOLDERS_MAX, "placeholders"))
    }

    /// The names of all, event variables first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> + Clone {
        let all = self.events.iter().chain(&self.placeholders);
        all.map(|(name, _)| name.as_str())
    }

    /// The position of an event variable.
    pub(crate) fn event(&self, name: &str) -> Option<usize> {
        self.events.iter().position(|(known, _)| known == name)
    }

    /// The position of a placeholder.
    pub(crate) fn placeholder(&self, name: &str) -> Option<usize> {
        self.placeholders
            .iter()
            .position(|(known, _)| known == name)
    }
}
