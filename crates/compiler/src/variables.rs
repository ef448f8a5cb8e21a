//! Which variables a rule has: event variables and placeholders.
//!
//! A variable followed by a field path is an event variable, with no
//! declaration; a bare one in `events` is a placeholder (yara-l §3.1). The
//! rows of a data table whose cells are compared make an event variable too,
//! which is named like the table, with its `%`.

use std::collections::{BTreeMap, BTreeSet};

use yaral_syntax::SyntaxNode;
use yaral_syntax::ast::{In, List, Path, Segment};
use yaral_syntax::diagnostic::Span;
use yaral_udm::Root;

/// Event variables in one rule. Our choice; the largest public rule has four.
/// Names are looked up one by one, which is quick while there are few.
pub(crate) const EVENT_VARIABLES_MAX: usize = 256;

/// Placeholders in one rule. Our choice, for the same reason.
pub(crate) const PLACEHOLDERS_MAX: usize = 1_024;

/// What an event variable ranges over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Event,
    Entity,
    Detection,
    Row,
}

impl Kind {
    /// What the first word of a path says that its variable ranges over.
    pub(crate) fn of(path: &Path) -> Self {
        match path.segments().next() {
            Some(Segment::Field(word, _)) if word == "graph" => Kind::Entity,
            Some(Segment::Field(word, _)) if word == "detection" => Kind::Detection,
            _ => Kind::Event,
        }
    }

    /// Whether it has no time and belongs to every window.
    pub(crate) fn stands(self) -> bool {
        matches!(self, Kind::Entity | Kind::Row)
    }

    /// The kind of record that paths start from.
    pub(crate) fn root(self) -> Root {
        match self {
            Kind::Event | Kind::Row => Root::Event,
            Kind::Entity => Root::Entity,
            Kind::Detection => Root::Detection,
        }
    }

    /// The word in front of its paths, which names the source.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Event | Kind::Row => "udm",
            Kind::Entity => "graph",
            Kind::Detection => "detection",
        }
    }

    /// One of what it ranges over, as a sentence names it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Kind::Event => "an event",
            Kind::Entity => "an entity",
            Kind::Detection => "a detection",
            Kind::Row => "a row",
        }
    }
}

/// The variables of an `events` section, each with the place of its first use.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// Event variables, in order of first use.
    pub(crate) events: Vec<(String, Span)>,
    /// What each event variable ranges over, by its first use.
    pub(crate) kinds: Vec<Kind>,
    /// Placeholders, in order of first use.
    pub(crate) placeholders: Vec<(String, Span)>,
}

/// A mention: the name, its place, and the kind unless it stands bare.
type Mention = (String, Span, Option<Kind>);

impl Variables {
    /// Collects the variables below a node.
    pub(crate) fn collect(node: &SyntaxNode) -> Self {
        let mentions: BTreeMap<u32, Mention> = node
            .descendants()
            .filter_map(|node| mention(&node))
            .map(|found| (found.1.start, found))
            .collect();
        let mut found = Variables::default();
        let mut seen = BTreeSet::new();
        for (name, span, kind) in mentions.into_values() {
            if !seen.insert((kind.is_none(), name.clone())) {
                continue;
            }
            match kind {
                Some(kind) => {
                    found.events.push((name, span));
                    found.kinds.push(kind);
                }
                None => found.placeholders.push((name, span)),
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

    /// What an event variable ranges over.
    pub(crate) fn kind(&self, at: impl Into<usize>) -> Kind {
        self.kinds.get(at.into()).copied().unwrap_or(Kind::Event)
    }

    /// Whether some event variable is of this kind.
    pub(crate) fn any(&self, wanted: impl Fn(Kind) -> bool) -> bool {
        self.kinds.iter().any(|kind| wanted(*kind))
    }

    /// The name of an event variable as rules write it.
    pub(crate) fn shown(&self, at: impl Into<usize>) -> String {
        self.events
            .get(at.into())
            .map_or_else(String::new, |(name, _)| shown(name))
    }
}

/// The name of a variable as rules write it: that of a table has its sign.
pub(crate) fn shown(name: &str) -> String {
    if name.starts_with('%') {
        name.to_owned()
    } else {
        format!("${name}")
    }
}

fn mention(node: &SyntaxNode) -> Option<Mention> {
    if let Some(list) = List::cast(node.clone()) {
        return is_cell(&list).then_some((row_name(&list)?, list.span(), Some(Kind::Row)));
    }
    let path = Path::cast(node.clone())?;
    let name = path.variable()?;
    let kind = path.segments().next().map(|_| Kind::of(&path));
    Some((name.text, name.span, kind))
}

/// Whether `%table.column` is a cell of a row, and not what `in` looks up.
pub(crate) fn is_cell(list: &List) -> bool {
    let lookup = list.syntax().parent().and_then(In::cast);
    let looked_up = lookup
        .and_then(|lookup| lookup.list())
        .is_some_and(|own| own.syntax() == list.syntax());
    list.column().is_some() && !looked_up
}

/// The event variable that a cell belongs to.
pub(crate) fn row_name(list: &List) -> Option<String> {
    Some(format!("%{}", list.name()?.text))
}
