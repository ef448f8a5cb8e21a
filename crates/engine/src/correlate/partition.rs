//! The state that is kept for one match value of one rule.
//!
//! Entries lie in event order. A window that is satisfied before it is
//! complete is *open*: its detection was handed out as provisional. When the
//! watermark passes a window's end the window is decided for good, and entries
//! that no undecided window can hold are dropped.

use std::collections::BTreeMap;

use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::content::{Content, Group, forms_of, groups, stands};
use super::entry::Entry;
use super::group::Verdict;
use super::rule::Rule;
use super::span::{Span, Windows, shifted};
use crate::limits::EVENTS_PER_KEY_MAX;

/// The state of one match value, or of a rule whose events are kept together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Partition {
    /// For each variable its entries, by (time, id).
    pub(crate) sides: Vec<Vec<Entry>>,
    /// What is known of each group that has anything known; by the canonical
    /// form of its match values.
    pub(crate) groups: BTreeMap<Vec<u8>, Known>,
    /// The watermark up to which windows were decided.
    pub(crate) decided: Option<Timestamp>,
    /// When something will be decided, as it stands among the timers.
    pub(crate) timer: Option<Timestamp>,
    /// Whether not all joined rows were looked at when some event came, so
    /// that a window may be satisfied without having been told.
    pub(crate) unsure: bool,
}

/// What is known of one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known {
    /// The starts of windows whose detection was handed out as provisional.
    pub(crate) open: Vec<Timestamp>,
    /// The end of the last window of a chain that was decided: the next one
    /// opens behind it.
    pub(crate) behind: Option<Timestamp>,
}

/// Something to be told.
pub(crate) enum Told<'s> {
    /// A window is satisfied, and more events cannot undo that.
    Early(Group<'s>, Span, Verdict),
    /// A window is satisfied and complete.
    Final(Group<'s>, Span, Verdict),
    /// Of the group with these match values, the detection of the window that
    /// starts at the first time gives way to that which starts at the second.
    Superseded(Vec<Value<'static>>, Timestamp, Timestamp),
}

/// Receives what is told.
pub(crate) type Tell<'t> = &'t mut dyn FnMut(Told<'_>);

/// Where results go.
pub(crate) struct Out<'o> {
    pub(crate) tell: Tell<'o>,
    /// Whether not all joined rows were looked at.
    pub(crate) cut: bool,
}

/// A window, with the time that must take part in it, of one variable or any.
type Due = (Span, Option<(Timestamp, Option<usize>)>);

/// The outcome of taking in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// It is new.
    New,
    /// The event is known already.
    Known,
    /// There is no room.
    Full,
}

impl Partition {
    /// An empty partition of a rule with so many variables.
    pub(crate) fn new(variables: usize) -> Self {
        Partition {
            sides: vec![Vec::new(); variables],
            ..Partition::default()
        }
    }

    /// Takes in an entry at its place.
    pub(crate) fn insert(&mut self, variable: usize, entry: Entry) -> Insert {
        let side = &mut self.sides[variable];
        let at = side.partition_point(|known| (known.time, &known.id) < (entry.time, &entry.id));
        if side
            .get(at)
            .is_some_and(|known| known.time == entry.time && known.id == entry.id)
        {
            return Insert::Known;
        }
        if side.len() >= EVENTS_PER_KEY_MAX {
            return Insert::Full;
        }
        if side.is_empty() {
            // Most keys see one event; room for four is a third of their memory.
            side.reserve_exact(1);
        }
        side.insert(at, entry);
        Insert::New
    }

    /// Bytes in use beside the entries, roughly.
    pub(crate) fn overhead(variables: usize, form: usize) -> usize {
        size_of::<Partition>() + variables * size_of::<Vec<Entry>>() + 2 * form + TREE_BYTES
    }

    /// The entries in a window, and what stands.
    fn content<'s>(&'s self, rule: Rule<'s>, span: Span) -> Content<'s> {
        let within = |side: &'_ Vec<Entry>| {
            let from = side.partition_point(|entry| span.is_before(entry.time));
            let to = side.partition_point(|entry| !span.is_behind(entry.time));
            (from, to.max(from))
        };
        self.sides
            .iter()
            .enumerate()
            .map(|(variable, side)| {
                let (from, to) = within(side);
                let standing = rule.standing.side(rule, variable);
                standing.unwrap_or(&side[from..to])
            })
            .collect()
    }

    /// The distinct times of entries from one time to another, both included.
    fn times(&self, from: Timestamp, to: Timestamp, of: Option<usize>) -> Vec<Timestamp> {
        let mut times = Vec::new();
        for (variable, side) in self.sides.iter().enumerate() {
            if of.is_some_and(|of| of != variable) {
                continue;
            }
            let first = side.partition_point(|entry| entry.time < from);
            let own = side[first..].iter().take_while(|entry| entry.time <= to);
            times.extend(own.map(|entry| entry.time));
        }
        times.sort_unstable();
        times.dedup();
        times
    }

    /// The newest time of an entry within a window.
    fn newest(&self, span: Span) -> Option<Timestamp> {
        let last = self.sides.iter().filter_map(|side| {
            let to = side.partition_point(|entry| !span.is_behind(entry.time));
            let last = side[..to].last()?;
            (!span.is_before(last.time)).then_some(last.time)
        });
        last.max()
    }

    /// Tells what an event at this time completes. For rules that more events
    /// cannot undo.
    pub(crate) fn touch(
        &mut self,
        rule: Rule<'_>,
        (time, id): (Timestamp, &str),
        out: &mut Out<'_>,
    ) {
        let near = rule.windows.near(time);
        let before = std::mem::replace(&mut out.cut, false);
        if stands(rule, &self.content(rule, near), (time, id), &mut out.cut) {
            self.touch_windows(rule, (time, id), out);
        }
        self.unsure |= out.cut;
        out.cut |= before;
    }

    fn touch_windows(&mut self, rule: Rule<'_>, (time, id): (Timestamp, &str), out: &mut Out<'_>) {
        let windows = rule.windows;
        let length = windows.length();
        match windows {
            Windows::Chain { .. } => {
                let forms = if rule.shape.keyed {
                    vec![rule.form.to_vec()]
                } else {
                    let near = windows.near(time);
                    let forms = forms_of(rule, &self.content(rule, near), (time, id), &mut out.cut);
                    forms.into_iter().collect()
                };
                for form in forms {
                    self.touch_chain(rule, &form, time, out);
                }
            }
            Windows::Grid { .. } => {
                for span in windows.covering(time) {
                    self.touch_window(rule, span, None, out);
                }
            }
            Windows::Pivot {
                variable, before, ..
            } => {
                let (from, to) = if before {
                    (time, shifted(time, length))
                } else {
                    (shifted(time, -length), time)
                };
                for pivot in self.times(from, to, Some(variable)) {
                    let span = windows.at(pivot);
                    if span.contains(time) {
                        self.touch_window(rule, span, Some((pivot, variable)), out);
                    }
                }
            }
        }
    }

    /// Tells of each group that a window newly satisfies.
    fn touch_window(
        &mut self,
        rule: Rule<'_>,
        span: Span,
        pivot: Option<(Timestamp, usize)>,
        out: &mut Out<'_>,
    ) {
        let mut opened = Vec::new();
        let content = self.content(rule, span);
        for (form, group) in groups(rule, &content, &mut out.cut) {
            let known = self.groups.get(&form);
            if known.is_some_and(|known| known.open.contains(&span.start)) {
                continue;
            }
            if pivot.is_some_and(|(time, of)| !group.takes_part(rule, time, Some(of))) {
                continue;
            }
            if let Some(verdict) = group.judge(rule, span, &mut out.cut) {
                (out.tell)(Told::Early(group, span, verdict));
                opened.push(form);
            }
        }
        for form in opened {
            let open = &mut self.groups.entry(form).or_default().open;
            let at = open.partition_point(|start| *start < span.start);
            open.insert(at, span.start);
        }
    }

    /// Brings the chain of one group up to date after an event at this time.
    fn touch_chain(&mut self, rule: Rule<'_>, form: &[u8], time: Timestamp, out: &mut Out<'_>) {
        let windows = rule.windows;
        let known = self.groups.get(form).cloned().unwrap_or_default();
        let mut open = known.open;
        let from = shifted(time, -windows.length());
        let mut blocked = known.behind.map(|behind| windows.behind(behind));
        let before = open.iter().rfind(|start| **start < from);
        if let Some(span) = before.map(|start| windows.at(*start)) {
            blocked = Some(span);
        }
        let Some(last) = self.last() else { return };
        let mut superseding = false;
        // How far the last window that failed reached: one that reaches no
        // further holds no more.
        let mut failed: Option<Timestamp> = None;
        let mut next = self.next(from, true);
        while let Some(start) = next {
            next = self.next(start, false);
            if (start > time && !superseding) || failed == Some(last) {
                break;
            }
            if let Some(span) = blocked.filter(|span| !span.is_behind(start)) {
                next = self.next(span.end, !span.takes_end);
                continue;
            }
            let span = windows.at(start);
            if open.binary_search(&start).is_ok() {
                if superseding || span.contains(time) {
                    break;
                }
                blocked = Some(span);
                continue;
            }
            let newest = self.newest(span);
            if failed.is_some() && failed == newest {
                continue;
            }
            let content = self.content(rule, span);
            let group = groups(rule, &content, &mut out.cut).remove(form);
            let verdict = group
                .as_ref()
                .and_then(|group| group.judge(rule, span, &mut out.cut));
            let (Some(group), Some(verdict)) = (group, verdict) else {
                failed = newest;
                continue;
            };
            if !group.takes_part(rule, start, None) {
                continue;
            }
            let matches = group.matches.clone();
            (out.tell)(Told::Early(group, span, verdict));
            let (gone, kept): (Vec<_>, Vec<_>) = open
                .into_iter()
                .partition(|other| *other > start && span.contains(*other));
            for other in gone {
                superseding = true;
                (out.tell)(Told::Superseded(matches.clone(), other, start));
            }
            open = kept;
            open.push(start);
            open.sort_unstable();
            blocked = Some(span);
        }
        if !open.is_empty() || known.behind.is_some() {
            let behind = known.behind;
            self.groups.insert(form.to_vec(), Known { open, behind });
        }
    }

    /// The time of the oldest entry.
    fn first(&self) -> Option<Timestamp> {
        let first = self.sides.iter().filter_map(|side| side.first());
        first.map(|entry| entry.time).min()
    }

    /// The time of the newest entry.
    fn last(&self) -> Option<Timestamp> {
        let last = self.sides.iter().filter_map(|side| side.last());
        last.map(|entry| entry.time).max()
    }

    /// The first time of an entry from this one on, or behind it.
    fn next(&self, from: Timestamp, included: bool) -> Option<Timestamp> {
        let next = self.sides.iter().filter_map(|side| {
            let at = side
                .partition_point(|entry| entry.time < from || (entry.time == from && !included));
            side.get(at)
        });
        next.map(|entry| entry.time).min()
    }

    /// Decides every window that is complete and drops what no other can hold.
    pub(crate) fn decide(&mut self, rule: Rule<'_>, watermark: Timestamp, out: &mut Out<'_>) {
        let windows = rule.windows;
        let monotone = rule.correlation.monotone;
        for (span, pivot) in self.complete(windows, watermark) {
            // What more events cannot undo was told when it came about.
            let told = |known: &Known| known.open.contains(&span.start);
            if monotone && !self.unsure && !self.groups.values().any(told) {
                continue;
            }
            let blocked = |known: &Known| {
                known
                    .behind
                    .is_some_and(|behind| !windows.behind(behind).is_behind(span.start))
            };
            if rule.shape.keyed && self.groups.values().any(blocked) {
                continue;
            }
            let content = self.content(rule, span);
            let mut ended = Vec::new();
            for (form, group) in groups(rule, &content, &mut out.cut) {
                let known = self.groups.get(&form);
                let told = known.is_some_and(told);
                if (monotone && !self.unsure && !told) || known.is_some_and(blocked) {
                    continue;
                }
                if !told && pivot.is_some_and(|(time, of)| !group.takes_part(rule, time, of)) {
                    continue;
                }
                let mut verdict = group.judge(rule, span, &mut out.cut);
                if told && verdict.is_none() {
                    // It held when it was told; what is left out now cannot undo it.
                    verdict = group.settle(rule, span, &mut out.cut);
                }
                if let Some(verdict) = verdict {
                    (out.tell)(Told::Final(group, span, verdict));
                    ended.push(form);
                }
            }
            for form in ended {
                let known = self.groups.entry(form).or_default();
                if matches!(windows, Windows::Chain { .. }) {
                    known.behind = Some(span.end);
                }
            }
            for known in self.groups.values_mut() {
                if let Ok(at) = known.open.binary_search(&span.start) {
                    known.open.remove(at);
                }
            }
        }
        self.decided = Some(watermark);
        self.evict(windows, watermark);
    }

    /// The windows that are complete and not yet decided, in order, each with
    /// the time, and variable, that must take part.
    fn complete(&self, windows: Windows, watermark: Timestamp) -> Vec<Due> {
        let old = |span: &Span| {
            self.decided
                .is_some_and(|decided| span.is_complete(decided))
        };
        let due = |span: &Span| span.is_complete(watermark) && !old(span);
        let of = match windows {
            Windows::Pivot { variable, .. } => Some(variable),
            _ => None,
        };
        let ever = Timestamp {
            seconds: i64::MIN,
            nanos: 0,
        };
        let last = match windows {
            Windows::Chain { length, .. }
            | Windows::Pivot {
                length,
                before: false,
                ..
            } => shifted(watermark, -length),
            _ => watermark,
        };
        let all = self.times(ever, last, of);
        match windows {
            Windows::Grid { .. } => {
                let mut spans: Vec<Span> = all
                    .iter()
                    .flat_map(|time| windows.covering(*time))
                    .collect();
                spans.sort_unstable_by_key(|span| span.start);
                spans.dedup();
                spans.retain(due);
                spans.into_iter().map(|span| (span, None)).collect()
            }
            _ => all
                .into_iter()
                .map(|time| (windows.at(time), Some((time, of))))
                .filter(|(span, _)| due(span))
                .collect(),
        }
    }

    /// Drops entries that no undecided window can hold.
    fn evict(&mut self, windows: Windows, watermark: Timestamp) {
        // An entry is needed as long as some window that holds it is undecided.
        let length = windows.length();
        let needed = |time: Timestamp| match windows {
            Windows::Grid { .. } => {
                let last = windows.covering(time).into_iter().next_back();
                last.is_some_and(|span| !span.is_complete(watermark))
            }
            // A pivot that is not there yet comes at the watermark or later.
            Windows::Pivot { before: true, .. } => shifted(time, length) >= watermark,
            Windows::Chain { .. } | Windows::Pivot { .. } => {
                !windows.at(time).is_complete(watermark)
            }
        };
        // A chain's window holds whatever lies behind an undecided start, and
        // every later entry is needed if an earlier one is.
        for side in &mut self.sides {
            let gone = side.partition_point(|entry| !needed(entry.time));
            side.drain(..gone);
            if side.is_empty() {
                *side = Vec::new();
            }
        }
        // A decided window only matters to entries that it holds.
        let first = self.first();
        self.groups.retain(|_, known| {
            known.behind = known
                .behind
                .filter(|behind| first.is_some_and(|first| first <= *behind));
            known.behind.is_some() || !known.open.is_empty()
        });
        self.unsure &= first.is_some();
    }

    /// When something is to be decided next: the watermark must come to lie
    /// behind this time or upon it. `None` where nothing is kept.
    pub(crate) fn due(&self, windows: Windows) -> Option<Timestamp> {
        let first = self.first()?;
        let span = match windows {
            Windows::Grid { .. } => {
                let undecided = |span: &Span| {
                    self.decided
                        .is_none_or(|decided| !span.is_complete(decided))
                };
                let mut covering = windows.covering(first).into_iter();
                covering.find(undecided).unwrap_or(windows.at(first))
            }
            Windows::Pivot {
                before: true,
                variable,
                length,
                ..
            } => {
                let pivots = &self.sides[variable];
                let undecided = |entry: &&Entry| {
                    let span = windows.at(entry.time);
                    self.decided
                        .is_none_or(|decided| !span.is_complete(decided))
                };
                let evicted = shifted(first, length);
                let pivot = pivots.iter().find(undecided).map(|entry| entry.time);
                return Some(pivot.map_or(evicted, |pivot| pivot.min(evicted)));
            }
            _ => windows.at(first),
        };
        Some(span.end)
    }

    /// Whether nothing is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.sides.iter().all(Vec::is_empty) && self.groups.is_empty()
    }
}

impl Windows {
    /// The span that ends where a decided window of a chain ended; only its
    /// end counts.
    fn behind(&self, end: Timestamp) -> Span {
        let takes_end = match *self {
            Windows::Chain { takes_end, .. } => takes_end,
            _ => false,
        };
        Span {
            start: end,
            end,
            takes_start: true,
            takes_end,
        }
    }
}

/// What a tree of partitions and one of timers take for each, roughly.
const TREE_BYTES: usize = 160;
