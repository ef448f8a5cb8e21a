//! How the events of a rule with `match` meet: keys, windows, condition.
//!
//! At the end of the input everything that satisfied some event variable lies
//! in the state of the engine's own rule. The same windows, joins and groups
//! that decide are asked here once more, and the one that came nearest is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::correlation::WindowKind;
use yaral_ir::plan::{CompareOp, Expr, ExprId, Plan};
use yaral_udm::Timestamp;

use super::single::named;
use super::span::ever;
use super::tree::{self, States, Tree};
use super::{EventRef, Group, Meeting, Member, joins, miss};
use crate::correlate::content::{self, Content, groups};
use crate::correlate::entry::Entry;
use crate::correlate::partition::{Due, Partition};
use crate::correlate::rule::Rule;
use crate::correlate::span::Span;
use crate::explain::{Held, shown};
use crate::limits::{
    JOINED_ROWS_MAX, STORY_EVENTS_MAX, STORY_KEYS_MAX, STORY_ROWS_MAX, STORY_WINDOWS_MAX,
};

/// Groups of one window that are weighed.
const GROUPS_WEIGHED: usize = 64;

/// What is looked at.
pub(super) struct Ground<'g> {
    pub(super) rule: Rule<'g>,
    pub(super) partitions: &'g BTreeMap<Arc<[u8]>, Partition>,
    /// Events outside of it are passed over.
    pub(super) span: Span,
    /// Windows that do not hold it are passed over.
    pub(super) moment: Option<Timestamp>,
    /// The variables without which nothing meets; all, if the condition can do
    /// without any.
    pub(super) wanted: Vec<usize>,
}

/// What is left of [`STORY_ROWS_MAX`].
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    /// Takes the rows that a content's joins may look at; false if too few are left.
    pub(super) fn take(&mut self, ground: &Ground<'_>, content: &Content<'_>) -> bool {
        let clusters = ground.rule.shape.clusters.iter();
        let rows = clusters.fold(1_usize, |most, cluster| {
            let sides = cluster.variables.iter();
            let sides = sides.map(|&of| content.get(of).map_or(0, |side| side.len()).max(1));
            let own = sides.fold(1_usize, usize::saturating_mul);
            most.max(own).min(JOINED_ROWS_MAX)
        });
        let enough = rows <= self.left;
        self.left -= rows.min(self.left);
        enough
    }
}

impl<'g> Ground<'g> {
    /// Everything, or what lies around a time.
    pub(super) fn new(
        rule: Rule<'g>,
        partitions: &'g BTreeMap<Arc<[u8]>, Partition>,
        focus: Option<(Span, Timestamp)>,
    ) -> Self {
        let required = rule.correlation.required.iter().enumerate();
        let mut wanted: Vec<usize> = required.filter(|(_, is)| **is).map(|(at, _)| at).collect();
        if wanted.is_empty() {
            wanted = (0..rule.plan.variables.len()).collect();
        }
        Ground {
            rule,
            partitions,
            span: focus.map_or_else(ever, |(span, _)| span),
            moment: focus.map(|(_, at)| at),
            wanted,
        }
    }

    /// The same, looking at the partition of these match values.
    pub(super) fn at(&self, form: &'g [u8]) -> Ground<'g> {
        Ground {
            rule: self.rule.at(form),
            wanted: self.wanted.clone(),
            ..*self
        }
    }

    /// The name of an event variable.
    pub(super) fn name(&self, variable: usize) -> String {
        let of = self.rule.plan.variables.get(variable);
        of.map(|of| of.name.clone()).unwrap_or_default()
    }

    /// The match variables with these values.
    pub(super) fn matches(
        &self,
        values: &[yaral_ir::value::Value<'static>],
    ) -> Vec<(String, String)> {
        self.keys().zip(values.iter().map(shown)).collect()
    }

    fn keys(&self) -> impl Iterator<Item = String> {
        let plan = self.rule.plan;
        self.rule.correlation.keys.iter().map(move |key| {
            let placeholder = plan.placeholders.get(usize::from(key.placeholder.0));
            placeholder.map(|of| of.name.clone()).unwrap_or_default()
        })
    }

    /// How many of the wanted variables have events in a content.
    pub(super) fn present(&self, content: &Content<'_>) -> usize {
        let has = |at: &&usize| content.get(**at).is_some_and(|side| !side.is_empty());
        self.wanted.iter().filter(has).count()
    }

    /// The events of a content as members of a group.
    pub(super) fn members(&self, sides: &[Vec<&Entry>]) -> Vec<Member> {
        let each = sides.iter().enumerate();
        each.map(|(at, side)| Member {
            variable: self.name(at),
            required: self.rule.correlation.required.get(at) == Some(&true),
            events: side.len() as u64,
            first: side
                .iter()
                .take(STORY_EVENTS_MAX)
                .map(|entry| of(entry))
                .collect(),
        })
        .collect()
    }
}

/// An entry's event.
pub(super) fn of(entry: &Entry) -> EventRef {
    EventRef {
        id: entry.id.to_string(),
        time: Some(entry.time),
        origin: None,
    }
}

/// What the search found beside what is shown.
#[derive(Default)]
pub(super) struct Found {
    /// Whether some match value has events of all wanted variables.
    pub(super) all_present: bool,
    /// Whether some joined row exists, in a window or out of one.
    pub(super) joined: bool,
    /// An equality that fails where events of all wanted variables are there.
    pub(super) failed_join: Option<usize>,
}

/// What there is to say.
pub(super) fn tell(ground: &Ground<'_>) -> (Meeting, Found) {
    let rule = ground.rule;
    let mut budget = Budget {
        left: STORY_ROWS_MAX,
    };
    let mut found = Found::default();
    let window = rule.correlation.window;
    let (kind, pivot) = match window.kind {
        WindowKind::Hop => ("over", None),
        WindowKind::Tumbling => ("by", None),
        WindowKind::Before(pivot) => ("before", Some(pivot)),
        WindowKind::After(pivot) => ("after", Some(pivot)),
    };
    let mut meeting = Meeting {
        kind,
        length_s: window.length_s,
        pivot: pivot.map(|pivot| ground.name(usize::from(pivot.0))),
        keys: ground.keys().collect(),
        joins: joins::tell(ground),
        ..Meeting::default()
    };
    let mut ranked: Vec<_> = Vec::new();
    for (form, partition) in ground.partitions {
        let content = partition.content(ground.rule.at(form), ground.span);
        let events: usize = content.iter().map(|side| side.len()).sum();
        if events > 0 {
            ranked.push((ground.present(&content), events, form, partition));
        }
    }
    meeting.groups = if rule.shape.keyed {
        ranked.len() as u64
    } else {
        0
    };
    ranked.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(b.2)));
    found.all_present = ranked
        .first()
        .is_some_and(|one| one.0 == ground.wanted.len());
    let mut search = Search::new(ground);
    for (.., form, partition) in ranked.iter().take(STORY_KEYS_MAX) {
        meeting.cut |= !search.windows(&ground.at(form), partition, &mut budget);
    }
    meeting.cut |= ranked.len() > STORY_KEYS_MAX && found.all_present;
    meeting.best = search.best.map(|(_, group)| group);
    if meeting.best.is_some() {
        found.joined = true;
        return (meeting, found);
    }
    let mut best: Option<miss::Ranked> = None;
    for (present, _, form, partition) in ranked.iter().take(STORY_KEYS_MAX) {
        if *present < ground.wanted.len() {
            break;
        }
        let Some(one) = miss::nearest(&ground.at(form), partition, &mut budget) else {
            continue;
        };
        if best.as_ref().is_none_or(|known| one.rank < known.rank) {
            best = Some(one);
        }
    }
    if let Some(best) = best {
        found.joined = best.rank.0 == 0;
        found.failed_join = best.failed_join;
        meeting.miss = Some(best.miss);
    } else if let Some((.., form, partition)) = ranked.first() {
        meeting.best = Some(unmet(&ground.at(form), partition));
    }
    (meeting, found)
}

/// The events of a match value that no window joins.
fn unmet(ground: &Ground<'_>, partition: &Partition) -> Group {
    let content = partition.content(ground.rule, ground.span);
    let sides: Vec<Vec<&Entry>> = content.iter().map(|side| side.iter().collect()).collect();
    let matches = if ground.rule.shape.keyed {
        ground.matches(&content::first_keys(ground.rule, &content))
    } else {
        Vec::new()
    };
    Group {
        matches,
        members: ground.members(&sides),
        ..Group::default()
    }
}

/// How near a group came: whether the condition holds, how many of its leaves
/// do, how far its numbers are off, and how many events there are.
type Rank = (bool, usize, f64, u64);

struct Search<'s, 'g> {
    ground: &'s Ground<'g>,
    tree: Tree,
    best: Option<(Rank, Group)>,
}

impl<'s, 'g> Search<'s, 'g> {
    fn new(ground: &'s Ground<'g>) -> Self {
        Search {
            ground,
            tree: Tree::new(ground.rule.plan, &[ground.rule.plan.condition]),
            best: None,
        }
    }

    /// Weighs the fullest windows of a match value; false if not all were.
    fn windows(&mut self, ground: &Ground<'_>, partition: &Partition, budget: &mut Budget) -> bool {
        let mut whole = true;
        let end = ever().end;
        let mut spans: Vec<(usize, Due)> = Vec::new();
        for due in partition.complete(ground.rule.windows, end) {
            if ground.moment.is_some_and(|at| !due.0.contains(at)) {
                continue;
            }
            let content = partition.content(ground.rule, due.0);
            if ground.present(&content) == ground.wanted.len()
                || ground.rule.correlation.required.iter().all(|is| !is)
            {
                spans.push((content.iter().map(|side| side.len()).sum(), due));
            }
        }
        spans.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.0.start.cmp(&y.0.start)));
        whole &= spans.len() <= STORY_WINDOWS_MAX;
        for (_, due) in spans.into_iter().take(STORY_WINDOWS_MAX) {
            let content = partition.content(ground.rule, due.0);
            if !budget.take(ground, &content) {
                return false;
            }
            let mut cut = false;
            let found = groups(ground.rule, &content, &mut cut);
            whole &= !cut && found.len() <= GROUPS_WEIGHED;
            for group in found.values().take(GROUPS_WEIGHED) {
                let takes = |(time, of)| group.takes_part(ground.rule, time, of);
                if due.1.is_none_or(takes) {
                    self.weigh(group, due.0);
                }
            }
        }
        whole
    }

    fn weigh(&mut self, group: &content::Group<'_>, span: Span) {
        let ground = self.ground;
        let plan = ground.rule.plan;
        let mut states = States::default();
        states.clear(plan);
        let (tree, best) = (&self.tree, self.best.as_ref().map(|(rank, _)| *rank));
        let mut kept: Option<(Rank, Group)> = None;
        let weighed = group.weigh(
            ground.rule,
            span,
            &mut states,
            &mut |states, value, counts| {
                let mut read = |id: ExprId| (value(id), true);
                let held = states.held(plan.condition) == Held::Yes;
                let leaves = tree.leaves(states);
                let off = tree::distance(plan, tree, states, &mut read);
                let events = counts
                    .iter()
                    .fold(0, |all: u64, one| all.saturating_add(*one));
                let rank = (held, leaves, off, events);
                if best.is_some_and(|best| !better(&rank, &best)) {
                    return;
                }
                let told = Group {
                    condition: tree.lines(plan, states, &mut read),
                    undone_by: undone(plan, tree, states, counts),
                    ..Group::default()
                };
                kept = Some((rank, told));
            },
        );
        if let Some((rank, mut told)) = kept {
            told.matches = ground.matches(&group.matches);
            told.window = Some((span.start, span.end));
            told.members = ground.members(&group.bound(ground.rule));
            told.outcomes = named(plan, &weighed.outcomes);
            told.held = weighed.held;
            self.best = Some((rank, told));
        }
    }
}

fn better(a: &Rank, b: &Rank) -> bool {
    let by = (a.0, a.1).cmp(&(b.0, b.1));
    let by = by.then_with(|| b.2.total_cmp(&a.2));
    by.then_with(|| a.3.cmp(&b.3)).is_gt()
}

/// The variables whose events made a condition fail that asks for none of them
/// or for fewer.
fn undone(plan: &Plan, tree: &Tree, states: &States, counts: &[u64]) -> Vec<String> {
    let mut names = Vec::new();
    for id in tree.failed(states) {
        let asks_for_less = states.held(id) == Held::Yes
            || match &plan.node(id).expr {
                Expr::Not(_) => true,
                Expr::Compare { op, .. } => {
                    matches!(op, CompareOp::Eq | CompareOp::Lt | CompareOp::Le)
                }
                _ => false,
            };
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let Expr::EventCount(variable) = &plan.node(id).expr {
                let at = usize::from(variable.0);
                let there = counts.get(at).is_some_and(|count| *count > 0);
                if let Some(of) = plan.variables.get(at).filter(|_| asks_for_less && there)
                    && !names.contains(&of.name)
                {
                    names.push(of.name.clone());
                }
            }
            open.extend(plan.operands(id));
        }
    }
    names
}
