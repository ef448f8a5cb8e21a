//! The match windows of each kind, and the groups in them.
//!
//! Times are nanoseconds here, and what a window holds is written as the
//! half-open range [from, until): an end that belongs to the window is the
//! nanosecond behind it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use yaral_ir::correlation::{Correlation, WindowKind};
use yaral_ir::plan::{Branch, PlaceholderId, Plan, VariableId};
use yaral_ir::source::Source;
use yaral_udm::{Event, Timestamp};

use super::entities;
use super::group::Group;
use super::joined::{Assignment, Search};
use super::row::{Joined, Occurrence, Row};
use super::value::{Naive, Owned};
use super::{Found, Seen};
use crate::knowledge::Knowledge;

const SECOND: i128 = 1_000_000_000;

/// A window.
#[derive(Clone, Copy)]
struct Window {
    /// Its bounds, as they are told.
    start: i128,
    end: i128,
    /// What lies in it.
    from: i128,
    until: i128,
}

/// All detections of a rule with `match`, by match values and window start.
pub(super) fn detect(
    plan: &Plan,
    correlation: &Correlation,
    events: &[Seen<'_>],
    knowledge: &Knowledge,
    now: i64,
) -> Vec<Found> {
    let mut events: Vec<_> = events.iter().map(Occurrence::new).collect();
    sort(&mut events);
    let naive = Naive::new(plan, knowledge, now);
    let known: Vec<_> = plan
        .variables
        .iter()
        .map(|variable| Known::of(&variable.source, knowledge))
        .collect();
    let standing: Vec<_> = known.iter().map(Known::occurrences).collect();
    let of_branch = |(branch, standing)| -> Vec<Row<'_>> {
        let branch: &Branch = branch;
        let standing: &Vec<Occurrence<'_>> = standing;
        let source = &plan.variables[usize::from(branch.variable.0)].source;
        let happens =
            |event: &&Occurrence<'_>| !source.stands() && event.event.kind() == source.root();
        let of_event = |event| naive.rows(branch, event);
        let happening = events.iter().filter(happens);
        happening.chain(standing).flat_map(of_event).collect()
    };
    let branches = plan.branches.iter().zip(&standing);
    let rows: Vec<_> = branches.map(of_branch).collect();
    let mut by_key: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for assignment in Search::new(&naive, correlation, &rows).run() {
        by_key.entry(assignment.key()).or_default().push(assignment);
    }
    let mut found = Vec::new();
    for assignments in by_key.values() {
        let one = OneKey {
            naive: &naive,
            correlation,
            events: &events,
            assignments,
        };
        one.detect(&mut found);
    }
    found
}

/// Puts events in order and tells each its place.
fn sort(events: &mut [Occurrence<'_>]) {
    events.sort_by(|a, b| (a.time, a.id.as_bytes()).cmp(&(b.time, b.id.as_bytes())));
    for (place, event) in events.iter_mut().enumerate() {
        event.place = place;
    }
}

/// What a variable ranges over beside the stream, each with its id.
struct Known(Vec<(String, Event)>);

impl Known {
    fn of(source: &Source, knowledge: &Knowledge) -> Self {
        let mut all: BTreeMap<String, Event> = BTreeMap::new();
        match source {
            Source::Event | Source::Detection => {}
            Source::Entity(edit) => {
                for (id, entity) in entities::known(knowledge, edit.as_ref()) {
                    all.entry(id).or_insert(entity);
                }
            }
            Source::Table(table) => {
                let rows = 0..table.rows.len();
                all.extend(rows.map(|row| (table.row_id(row), table.row_event(row))));
            }
        }
        Known(all.into_iter().collect())
    }

    fn occurrences(&self) -> Vec<Occurrence<'_>> {
        let seen = self.0.iter().map(|(id, event)| Seen { event, id });
        let mut all: Vec<_> = seen.map(|seen| Occurrence::standing(&seen)).collect();
        sort(&mut all);
        all
    }
}

/// The windows of one combination of match values.
struct OneKey<'k> {
    naive: &'k Naive<'k>,
    correlation: &'k Correlation,
    events: &'k [Occurrence<'k>],
    assignments: &'k [Assignment<'k>],
}

impl<'k> OneKey<'k> {
    fn detect(&self, found: &mut Vec<Found>) {
        let length = i128::from(self.correlation.window.length_s) * SECOND;
        // The end belongs to the window or does not.
        let end = i128::from(self.naive.plan.semantics.window_end_inclusive);
        match self.correlation.window.kind {
            WindowKind::Hop if self.naive.plan.semantics.windows_secops => {
                let step = (self.correlation.window.length_s / 10).max(1);
                self.fixed(length, i128::from(step) * SECOND, found);
            }
            WindowKind::Hop => self.exact(length, end, found),
            WindowKind::Tumbling => self.fixed(length, length, found),
            WindowKind::After(pivot) => {
                let after = |time| Window {
                    start: time,
                    end: time + length,
                    from: time,
                    until: time + length + end,
                };
                self.sliding(pivot, after, found);
            }
            WindowKind::Before(pivot) => {
                // The end is the pivot, so it is the start that gives way.
                let before = |time| Window {
                    start: time - length,
                    end: time,
                    from: time - length + 1 - end,
                    until: time + 1,
                };
                self.sliding(pivot, before, found);
            }
        }
    }

    /// A window opens at each event that takes part in what it would hold;
    /// behind one that fires the next may open.
    fn exact(&self, length: i128, end: i128, found: &mut Vec<Found>) {
        let times: BTreeSet<_> = self.events.iter().map(nanoseconds).collect();
        let mut frontier = i128::MIN;
        for time in times {
            if time < frontier {
                continue;
            }
            let window = Window {
                start: time,
                end: time + length,
                from: time,
                until: time + length + end,
            };
            let group = self.group(window);
            let opens = |event: &Occurrence<'_>| {
                nanoseconds(event) == time && group.iter().any(|one| one.has(event))
            };
            if !self.events.iter().any(opens) {
                continue;
            }
            if let Some(detection) = self.conclude(&group, window) {
                found.push(detection);
                frontier = window.until;
            }
        }
    }

    /// Windows of fixed starts.
    fn fixed(&self, length: i128, step: i128, found: &mut Vec<Found>) {
        let mut starts = BTreeSet::new();
        for time in self.events.iter().map(nanoseconds) {
            // All k with k * step <= time < k * step + length.
            let first = (time - length).div_euclid(step) + 1;
            starts.extend((first..=time.div_euclid(step)).map(|k| k * step));
        }
        for start in starts {
            let window = Window {
                start,
                end: start + length,
                from: start,
                until: start + length,
            };
            found.extend(self.conclude(&self.group(window), window));
        }
    }

    /// A window for each event that the pivot is bound to.
    fn sliding(&self, pivot: VariableId, window: impl Fn(i128) -> Window, found: &mut Vec<Found>) {
        let times: BTreeSet<_> = self.events.iter().map(nanoseconds).collect();
        for time in times {
            let window = window(time);
            let group = self.group(window);
            let is_pivot = |one: &&Assignment<'_>| {
                let row = one.joined[usize::from(pivot.0)];
                row.is_some_and(|row| nanoseconds(row.of) == time)
            };
            if group.iter().any(is_pivot) {
                found.extend(self.conclude(&group, window));
            }
        }
    }

    /// The joined rows in a window.
    fn group(&self, window: Window) -> Vec<&'k Assignment<'k>> {
        let before = |bound| {
            let earlier = |event: &&Occurrence<'_>| nanoseconds(event) < bound;
            self.events.iter().take_while(earlier).count()
        };
        let content: Range<usize> = before(window.from)..before(window.until);
        let all = self.assignments.iter();
        all.filter(|one| one.is_joined_in(&content)).collect()
    }

    /// The detection of a window whose group satisfies the condition.
    fn conclude(&self, assignments: &[&'k Assignment<'k>], window: Window) -> Option<Found> {
        let plan = self.naive.plan;
        let rows: Vec<&Joined<'_>> = assignments.iter().map(|one| &one.joined).collect();
        let matches = &assignments.first()?.matches;
        let window = (timestamp(window.start), timestamp(window.end));
        let mut group = Group::new(rows, matches, window);
        let outcomes = self.naive.conclude(&mut group)?;
        let bound = (0..plan.variables.len()).map(|v| group.bound(v));
        let named = |(key, value): &(PlaceholderId, Owned)| {
            let name = plan.placeholders[usize::from(key.0)].name.clone();
            (name, value.clone())
        };
        Some(Found {
            matches: matches.iter().map(named).collect(),
            window,
            outcomes,
            bound: bound.collect(),
        })
    }
}

fn nanoseconds(event: &Occurrence<'_>) -> i128 {
    i128::from(event.time.seconds) * SECOND + i128::from(event.time.nanos)
}

fn timestamp(nanoseconds: i128) -> Timestamp {
    let seconds = nanoseconds.div_euclid(SECOND);
    let nanos = nanoseconds.rem_euclid(SECOND);
    Timestamp {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: i32::try_from(nanos).unwrap_or(0),
    }
}
