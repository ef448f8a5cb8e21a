//! Events and the rows that they have for an event variable.
//!
//! An event unnests into the full product of the variable's repeated fields
//! and of the values of its placeholders that have alternatives; the rows on
//! which all predicates of the variable hold are left.

use std::collections::BTreeMap;
use std::ops::Range;

use yaral_ir::plan::{AxisId, Binding, Branch};
use yaral_udm::{Event, NodeId, Timestamp};

use super::Seen;
use super::path::visit;
use super::value::{Naive, Owned, Stage};
use crate::id;

/// An event of the stream.
pub(super) struct Occurrence<'e> {
    pub(super) event: &'e Event,
    pub(super) id: &'e str,
    pub(super) time: Timestamp,
    /// The seed of random numbers.
    pub(super) seed: u64,
    /// How many events of the stream come before it, or of what stands.
    pub(super) place: usize,
    /// Whether it stands beside the stream and belongs to every window.
    pub(super) stands: bool,
}

impl<'e> Occurrence<'e> {
    pub(super) fn new(seen: &Seen<'e>) -> Self {
        Occurrence {
            event: seen.event,
            id: seen.id,
            time: seen.event.event_time().unwrap_or_default(),
            seed: id::seed(seen.id),
            place: 0,
            stands: false,
        }
    }

    /// An entity or a row of a table, which has no time.
    pub(super) fn standing(seen: &Seen<'e>) -> Self {
        Occurrence {
            time: Timestamp::default(),
            stands: true,
            ..Occurrence::new(seen)
        }
    }

    /// Whether it belongs to a window that holds these events.
    pub(super) fn is_in(&self, content: &Range<usize>) -> bool {
        self.stands || content.contains(&self.place)
    }
}

/// A row: an element, or none, for each axis, and a value for each
/// placeholder that has alternatives.
#[derive(Clone)]
pub(super) struct Row<'e> {
    pub(super) of: &'e Occurrence<'e>,
    /// Where it stands among all rows of the event.
    pub(super) place: usize,
    pub(super) elements: Vec<Option<NodeId>>,
    pub(super) choices: BTreeMap<u16, Owned>,
}

/// A row, or none, for each event variable.
pub(super) type Joined<'r> = Vec<Option<&'r Row<'r>>>;

/// A joined row that has one variable only.
pub(super) fn alone<'r>(variables: usize, of: usize, row: &'r Row<'r>) -> Joined<'r> {
    let mut joined = vec![None; variables];
    joined[of] = Some(row);
    joined
}

impl Naive<'_> {
    /// The rows of the event on which all predicates of the branch hold.
    pub(super) fn rows<'e>(&self, branch: &Branch, of: &'e Occurrence<'e>) -> Vec<Row<'e>> {
        let variable = usize::from(branch.variable.0);
        let mut rows = self.unnest(branch, of);
        for (place, row) in rows.iter_mut().enumerate() {
            row.place = place;
        }
        rows.retain(|row| {
            let joined = alone(self.plan.variables.len(), variable, row);
            let mut conjuncts = branch.conjuncts.iter();
            conjuncts.all(|&one| self.holds(one, &joined, Stage::Events, &[]))
        });
        rows
    }

    /// All rows of the event.
    fn unnest<'e>(&self, branch: &Branch, of: &'e Occurrence<'e>) -> Vec<Row<'e>> {
        let variable = usize::from(branch.variable.0);
        let mut rows = vec![Row {
            of,
            place: 0,
            elements: Vec::new(),
            choices: BTreeMap::new(),
        }];
        for axis in &self.plan.variables[variable].axes {
            let mut longer = Vec::new();
            for row in &rows {
                let from = match axis.parent {
                    Some(AxisId(parent)) => {
                        row.elements[usize::from(parent)].map(|id| of.event.node(id))
                    }
                    None => Some(of.event.root()),
                };
                let mut elements: Vec<Option<NodeId>> = Vec::new();
                if let Some(from) = from {
                    visit(from, &axis.steps, &mut |node| {
                        elements.push(Some(node.id()));
                    });
                }
                if elements.is_empty() {
                    elements.push(None);
                }
                for element in elements {
                    let mut row = row.clone();
                    row.elements.push(element);
                    longer.push(row);
                }
            }
            rows = longer;
        }
        for (number, placeholder) in (0_u16..).zip(&self.plan.placeholders) {
            let Binding::OneOf(alternatives) = &placeholder.binding else {
                continue;
            };
            if placeholder.variable != branch.variable {
                continue;
            }
            let mut longer = Vec::new();
            for row in &rows {
                let joined = alone(self.plan.variables.len(), variable, row);
                let mut values: Vec<Owned> = Vec::new();
                for &alternative in alternatives {
                    let value = self.value(alternative, &joined, Stage::Events, &[]);
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                for value in values {
                    let mut row = row.clone();
                    row.choices.insert(number, value);
                    longer.push(row);
                }
            }
            rows = longer;
        }
        rows
    }
}
