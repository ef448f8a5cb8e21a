//! Joined rows by brute force.
//!
//! First all ways to give rows to some of the event variables so that every
//! equality and every further predicate over them holds, whatever the
//! windows. In a window those are left whose events all lie in it and that no
//! event of the window could extend: an extension by several variables would
//! contain one by a single variable, so that one is looked for.

use std::ops::Range;

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{ExprId, PlaceholderId, VariableId};

use super::path::zero;
use super::row::{Joined, Occurrence, Row, alone};
use super::value::{Naive, Owned, Stage};
use crate::id::canonical;

/// Rows for some event variables, on which all predicates over them hold.
pub(super) struct Assignment<'r> {
    pub(super) joined: Joined<'r>,
    /// The match values.
    pub(super) matches: Vec<(PlaceholderId, Owned)>,
    /// What has a row for a variable that is absent here, and could be added.
    extending: Vec<&'r Occurrence<'r>>,
}

impl Assignment<'_> {
    /// What tells its match values from others.
    pub(super) fn key(&self) -> Vec<Vec<u8>> {
        self.matches
            .iter()
            .map(|(_, value)| canonical(value))
            .collect()
    }

    /// Whether it is a joined row where those events are all that there are.
    pub(super) fn is_joined_in(&self, content: &Range<usize>) -> bool {
        let mut present = self.joined.iter().flatten();
        present.all(|row| row.of.is_in(content))
            && !self.extending.iter().any(|other| other.is_in(content))
    }

    /// Whether the event takes part.
    pub(super) fn has(&self, event: &Occurrence<'_>) -> bool {
        let mut present = self.joined.iter().flatten();
        present.any(|row| !row.of.stands && row.of.place == event.place)
    }
}

/// For each event variable the position of its row; none where it is absent.
type Chosen = Vec<Option<usize>>;

/// The search for assignments.
pub(super) struct Search<'r> {
    naive: &'r Naive<'r>,
    correlation: &'r Correlation,
    /// For each event variable its rows, in the events' order.
    rows: &'r [Vec<Row<'r>>],
    /// For each event variable, each of its rows and each join: the values of
    /// the members that this variable has.
    members: Vec<Vec<Vec<Vec<Owned>>>>,
}

impl<'r> Search<'r> {
    pub(super) fn new(
        naive: &'r Naive<'r>,
        correlation: &'r Correlation,
        rows: &'r [Vec<Row<'r>>],
    ) -> Self {
        let members = |variable: usize, row: &Row<'_>| -> Vec<Vec<Owned>> {
            let joined = alone(rows.len(), variable, row);
            let of_join = |members: &[(VariableId, ExprId)]| {
                let own = members.iter().filter(|(v, _)| usize::from(v.0) == variable);
                own.map(|(_, expr)| naive.value(*expr, &joined, Stage::Events, &[]))
                    .collect()
            };
            let joins = correlation.joins.iter();
            joins.map(|join| of_join(&join.members)).collect()
        };
        let of_variable = |(variable, rows): (usize, &Vec<_>)| {
            rows.iter().map(|row| members(variable, row)).collect()
        };
        Search {
            naive,
            correlation,
            rows,
            members: rows.iter().enumerate().map(of_variable).collect(),
        }
    }

    /// All assignments that have the required variables, but for those that
    /// a match variable's zero value drops.
    pub(super) fn run(&self) -> Vec<Assignment<'r>> {
        let mut found = Vec::new();
        self.choose(0, &mut vec![None; self.rows.len()], &mut found);
        found
    }

    /// Gives the variables from this one on a row or none, in every way.
    fn choose(&self, variable: usize, chosen: &mut Chosen, found: &mut Vec<Assignment<'r>>) {
        if variable == self.rows.len() {
            let mut rows = self.rows.iter().zip(chosen.iter());
            // Something must happen; what stands is nothing by itself.
            let happens = |(rows, row): (&Vec<Row<'_>>, &Option<usize>)| {
                row.is_some_and(|row| !rows[row].of.stands)
            };
            if rows.any(happens) {
                found.extend(self.assignment(chosen));
            }
            return;
        }
        if !self.correlation.required[variable] {
            self.choose(variable + 1, chosen, found);
        }
        for row in 0..self.rows[variable].len() {
            chosen[variable] = Some(row);
            // What fails for these rows fails for these and others.
            if self.fits(chosen, variable) {
                self.choose(variable + 1, chosen, found);
            }
        }
        chosen[variable] = None;
    }

    /// Whether all holds that reads this variable and else only those chosen.
    fn fits(&self, chosen: &Chosen, variable: usize) -> bool {
        let is_present = |v: &VariableId| chosen[usize::from(v.0)].is_some();
        for (at, join) in self.correlation.joins.iter().enumerate() {
            if join
                .members
                .iter()
                .all(|(v, _)| usize::from(v.0) != variable)
            {
                continue;
            }
            let mut values: Vec<&Owned> = Vec::new();
            for (members, row) in self.members.iter().zip(chosen) {
                values.extend(row.iter().flat_map(|row| &members[*row][at]));
            }
            for (i, one) in values.iter().enumerate() {
                if !values[i + 1..].iter().all(|other| one.equals(other, false)) {
                    return false;
                }
            }
        }
        for cross in &self.correlation.cross {
            let reads = cross.variables.iter().any(|v| usize::from(v.0) == variable);
            if reads && cross.variables.iter().all(is_present) {
                let joined = self.joined(chosen);
                if !self.naive.holds(cross.test, &joined, Stage::Events, &[]) {
                    return false;
                }
            }
        }
        true
    }

    fn joined(&self, chosen: &Chosen) -> Joined<'r> {
        let rows = self.rows.iter().zip(chosen);
        rows.map(|(rows, row)| row.map(|row| &rows[row])).collect()
    }

    fn assignment(&self, chosen: &mut Chosen) -> Option<Assignment<'r>> {
        let matches = self.matches(chosen)?;
        let mut extending = Vec::new();
        for (variable, rows) in self.rows.iter().enumerate() {
            if chosen[variable].is_some() {
                continue;
            }
            for (at, row) in rows.iter().enumerate() {
                chosen[variable] = Some(at);
                if self.fits(chosen, variable) {
                    extending.push(row.of);
                }
            }
            chosen[variable] = None;
        }
        Some(Assignment {
            joined: self.joined(chosen),
            matches,
            extending,
        })
    }

    /// The match values; `None` if a zero value drops the row.
    fn matches(&self, chosen: &Chosen) -> Option<Vec<(PlaceholderId, Owned)>> {
        let mut matches = Vec::new();
        for key in &self.correlation.keys {
            let mut given = None;
            for (variable, by) in key.by.iter().enumerate() {
                if let (None, Some(row), Some(by)) = (&given, chosen[variable], by) {
                    let joined = alone(self.rows.len(), variable, &self.rows[variable][row]);
                    given = Some(self.naive.value(*by, &joined, Stage::Events, &[]));
                }
            }
            let placeholder = &self.naive.plan.placeholders[usize::from(key.placeholder.0)];
            let value = given.unwrap_or_else(|| zero(placeholder.ty));
            if key.filtered && value.is_zero() {
                return None;
            }
            matches.push((key.placeholder, value));
        }
        Some(matches)
    }
}

#[cfg(test)]
mod tests;
