//! How a correlated rule is laid out for evaluation.
//!
//! Whatever reads one event variable alone is evaluated once, when its event
//! comes, and kept as a *slot*; of the event itself nothing is kept. The slots
//! of a variable lie in *parts*: part 0 holds what is the same on all rows of
//! the event, the others hold one value for each row of one component, so that
//! an event's rows are never multiplied out. The *core* is the part that match
//! values and tests between variables read. Variables that such a test ties
//! together form a *cluster*; clusters are independent of each other, and the
//! joined rows of a group are the product of theirs, which is never built.

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::correlation::{Correlation, MatchKey};
use yaral_ir::plan::{Binding, Expr, ExprId, PlaceholderId, Plan, VariableId};
use yaral_ir::value::Value;
use yaral_udm::Event;

use super::rule::Rule;
use crate::eval::{Eval, Joined, Known, Scope, Silent};
use crate::rows::{Layout, Pick, Row, picks_of};

/// Where a slot's value is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) variable: usize,
    pub(crate) part: usize,
    pub(crate) column: usize,
}

/// One event variable.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) layout: Layout,
    /// The slots of each part; part n + 1 belongs to component n.
    pub(crate) parts: Vec<Vec<ExprId>>,
    /// The part that match values and tests between variables read.
    pub(crate) core: usize,
    /// Slots that must be equal on each row, because an equality ties both to
    /// the same slot of another variable.
    pub(crate) same: Vec<(ExprId, ExprId)>,
    /// What the slots of each part read where the variable is absent.
    pub(crate) absent: Vec<Vec<Value<'static>>>,
}

/// A test between variables, decided once the last of them has a row.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// These slots are equal, as far as their variables are present. It stands
    /// with each of its variables but the first. If true, equal values have
    /// one canonical form.
    Equal(Vec<(usize, ExprId)>, bool),
    /// The predicate holds if all variables are present.
    Holds(ExprId, Vec<usize>),
}

/// Variables that tests tie together.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The variables, in order.
    pub(crate) variables: Vec<usize>,
    /// For each of them the tests that can be decided once it has a row.
    pub(crate) tests: Vec<Vec<Test>>,
}

/// What an aggregate reads.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// The aggregate, or the count of a placeholder's values.
    pub(crate) id: ExprId,
    /// The variables, in order, each with the part other than 0 that is read.
    pub(crate) variables: Vec<(usize, usize)>,
    /// Whether the condition depends on it.
    pub(crate) decides: bool,
}

/// The layout of one rule.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) sides: Vec<Side>,
    slots: Vec<Option<Slot>>,
    /// Whether every variable that something happens to has all match values,
    /// so that state is kept by match values; otherwise the rule's events are
    /// kept together.
    pub(crate) keyed: bool,
    /// The variables whose rows lie by match values.
    pub(crate) partitioned: Vec<bool>,
    /// The variables that something happens to: events and detections, not
    /// what stands.
    pub(crate) timed: Vec<bool>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) readings: Vec<Reading>,
    /// The outcome variables that the condition depends on.
    pub(crate) deciding: Vec<bool>,
    /// For each placeholder how a joined row gives it a value.
    pub(crate) sources: Vec<Source>,
    /// Whether some expression reads the run time, so that what an absent
    /// variable reads is not known beforehand.
    pub(crate) timely: bool,
}

/// How a joined row gives a placeholder its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Its variable is on every joined row, so it is read like a field.
    Own,
    /// Its variable may be absent; then another one may stand in.
    Any,
    /// It stands for an expression over no or several variables.
    Alias,
}

impl Shape {
    /// Lays out a rule; `None` for one that is not correlated.
    pub(crate) fn new(plan: &Plan) -> Option<Self> {
        let correlation = plan.correlation.as_ref()?;
        let finder = Finder::new(plan, correlation);
        let timed = finder.timed.clone();
        let keyed = finder.keyed();
        let partitioned = finder.partitioned(keyed);
        let (tests, same) = finder.tests(keyed, &partitioned);
        // A joined row has something that happens: where none of it must be
        // there, only the whole row can tell.
        let required = timed.iter().zip(&correlation.required);
        let sure = required
            .into_iter()
            .any(|(timed, required)| *timed && *required);
        let apart = keyed && (sure || timed.iter().all(|timed| *timed));
        let clusters = clusters(plan.variables.len(), apart, &tests);
        let roots = plan.aggregates();
        let mut slots = BTreeMap::new();
        let mut core: Vec<Vec<Pick>> = vec![Vec::new(); plan.variables.len()];
        for key in &correlation.keys {
            for (variable, by) in key.by.iter().enumerate() {
                if let Some(by) = by {
                    slots.insert(*by, variable);
                    picks_of(plan, *by, &mut core[variable]);
                }
            }
        }
        for join in &correlation.joins {
            for (variable, member) in &join.members {
                slots.insert(*member, usize::from(variable.0));
                picks_of(plan, *member, &mut core[usize::from(variable.0)]);
            }
        }
        for cross in &correlation.cross {
            for (id, variable) in finder.slots_of(cross.test) {
                slots.insert(id, variable);
                picks_of(plan, id, &mut core[variable]);
            }
        }
        let mut ties: Vec<Vec<Vec<Pick>>> = core.iter().map(|core| vec![core.clone()]).collect();
        for &root in &roots {
            let mut read: BTreeMap<usize, Vec<Pick>> = BTreeMap::new();
            for (id, variable) in finder.slots_of(root) {
                slots.insert(id, variable);
                picks_of(plan, id, read.entry(variable).or_default());
            }
            for (variable, picks) in read {
                ties[variable].push(picks);
            }
        }
        let mut sides = Vec::new();
        for (variable, branch) in plan.branches.iter().enumerate() {
            let layout = Layout::tied(plan, branch, &ties[variable]);
            let of = same.iter().filter(|(at, ..)| *at == variable);
            sides.push(Side {
                parts: vec![Vec::new(); layout.components.len() + 1],
                core: part_of(&layout, &core[variable]),
                layout,
                same: of.map(|(_, a, b)| (*a, *b)).collect(),
                absent: Vec::new(),
            });
        }
        let mut places = vec![None; plan.exprs.len()];
        for (id, variable) in slots {
            let mut picks = Vec::new();
            picks_of(plan, id, &mut picks);
            let Some(side) = sides.get_mut(variable) else {
                continue;
            };
            let part = part_of(&side.layout, &picks);
            places[id.0 as usize] = Some(Slot {
                variable,
                part,
                column: side.parts[part].len(),
            });
            side.parts[part].push(id);
        }
        let mut shape = Shape {
            sides,
            slots: places,
            keyed,
            partitioned,
            timed,
            clusters,
            readings: Vec::new(),
            deciding: Vec::new(),
            sources: finder.sources.clone(),
            timely: plan.reads_run_time(),
        };
        shape.fill_absent(plan);
        shape.read(&finder);
        Some(shape)
    }

    /// The place of a slot; `None` if the expression is none.
    pub(crate) fn slot(&self, id: ExprId) -> Option<Slot> {
        self.slots.get(id.0 as usize).copied().flatten()
    }

    /// What a slot reads where its variable is absent.
    pub(crate) fn absent_value(
        &self,
        rule: Rule<'_>,
        variable: usize,
        id: ExprId,
    ) -> Value<'static> {
        let absent = Absent {
            plan: rule.plan,
            sources: &self.sources,
        };
        let known = Known {
            joined: Some(&absent),
            ..Known::default()
        };
        let scope = Scope {
            bound: VariableId(u16::try_from(variable).unwrap_or(u16::MAX)),
            ..rule.scope()
        };
        let row = Row::default();
        let value = Eval::new(scope, &row, &known, &mut Silent).value(id);
        value.into_owned()
    }

    fn fill_absent(&mut self, plan: &Plan) {
        let empty = Event::default();
        for (variable, side) in self.sides.iter_mut().enumerate() {
            let scope = Scope {
                plan,
                event: &empty,
                bound: VariableId(u16::try_from(variable).unwrap_or(u16::MAX)),
                now: plan.semantics.now.unwrap_or(0),
                seed: 0,
            };
            let absent = Absent {
                plan,
                sources: &self.sources,
            };
            let known = Known {
                joined: Some(&absent),
                ..Known::default()
            };
            let row = Row::default();
            let value = |id: &ExprId| {
                Eval::new(scope, &row, &known, &mut Silent)
                    .value(*id)
                    .into_owned()
            };
            side.absent = side
                .parts
                .iter()
                .map(|part| part.iter().map(value).collect())
                .collect();
        }
    }

    /// Notes what each aggregate reads, and what the condition depends on.
    fn read(&mut self, finder: &Finder<'_>) {
        let plan = finder.plan;
        let mut deciding = vec![false; plan.outcomes.len()];
        let mut decisive = BTreeSet::new();
        let mut open = vec![plan.condition];
        while let Some(id) = open.pop() {
            match &plan.node(id).expr {
                Expr::Aggregate { .. } | Expr::PlaceholderCount(_) => {
                    decisive.insert(id);
                }
                Expr::Outcome(which) => {
                    let at = usize::from(*which);
                    if let Some(known) = deciding.get_mut(at)
                        && !std::mem::replace(known, true)
                    {
                        open.push(plan.outcomes[at].expr);
                    }
                }
                _ => open.extend(plan.operands(id)),
            }
        }
        self.deciding = deciding;
        for id in plan.aggregates() {
            let mut variables: BTreeMap<usize, usize> = BTreeMap::new();
            for (slot, variable) in finder.slots_of(id) {
                let part = self.slot(slot).map_or(0, |slot| slot.part);
                let known = variables.entry(variable).or_default();
                *known = (*known).max(part);
            }
            self.readings.push(Reading {
                id,
                variables: variables.into_iter().collect(),
                decides: decisive.contains(&id),
            });
        }
    }
}

/// An absent variable, of which placeholders are zero too.
struct Absent<'p> {
    plan: &'p Plan,
    sources: &'p [Source],
}

impl<'e> Joined<'e> for Absent<'_> {
    fn value(&self, id: ExprId) -> Option<Value<'e>> {
        let Expr::Placeholder(which) = &self.plan.node(id).expr else {
            return None;
        };
        let at = usize::from(which.0);
        (self.sources[at] != Source::Alias).then(|| crate::zero::of(self.plan.placeholders[at].ty))
    }
}

/// The part that picks lie in: that of their component, or 0 without picks.
fn part_of(layout: &Layout, picks: &[Pick]) -> usize {
    let holds = |component: &crate::rows::Component| {
        component.picks.iter().any(|pick| picks.contains(pick))
    };
    layout
        .components
        .iter()
        .position(holds)
        .map_or(0, |at| at + 1)
}

struct Finder<'p> {
    plan: &'p Plan,
    correlation: &'p Correlation,
    sources: Vec<Source>,
    timed: Vec<bool>,
}

impl<'p> Finder<'p> {
    fn new(plan: &'p Plan, correlation: &'p Correlation) -> Self {
        let mut finder = Finder {
            plan,
            correlation,
            sources: Vec::new(),
            timed: plan
                .variables
                .iter()
                .map(|of| !of.source.stands())
                .collect(),
        };
        for placeholder in &plan.placeholders {
            let mut reads = Reads::default();
            match &placeholder.binding {
                Binding::To(id) => finder.reads(*id, false, &mut reads),
                Binding::OneOf(_) => reads.see(placeholder.variable),
            }
            let variable = usize::from(placeholder.variable.0);
            finder.sources.push(if reads.variables.len() != 1 {
                Source::Alias
            } else if correlation.required.get(variable) == Some(&true) {
                Source::Own
            } else {
                Source::Any
            });
        }
        finder
    }

    /// Whether every variable that something happens to has all match values,
    /// in a form in which equal ones have one spelling.
    fn keyed(&self) -> bool {
        let timed = || (0..self.timed.len()).filter(|&variable| self.timed[variable]);
        let several = timed().count() > 1;
        self.correlation.keys.iter().all(|key| {
            let whole = timed().all(|variable| key.by[variable].is_some());
            whole && (!several || self.join_of(&key.by, None).is_some())
        })
    }

    /// The variables whose rows lie by match values: all that something
    /// happens to, and what stands and has all match values too.
    fn partitioned(&self, keyed: bool) -> Vec<bool> {
        let of = |variable: usize| {
            let has = |key: &MatchKey| {
                key.by[variable].is_some() && self.join_of(&key.by, Some(variable)).is_some()
            };
            keyed && (self.timed[variable] || self.correlation.keys.iter().all(has))
        };
        (0..self.timed.len()).map(of).collect()
    }

    /// The equality that holds the expressions which give a match value on
    /// what happens, and on one more variable.
    fn join_of(&self, by: &[Option<ExprId>], more: Option<usize>) -> Option<usize> {
        let within = |members: &[(VariableId, ExprId)]| {
            by.iter().enumerate().all(|(variable, by)| {
                let own = |(of, id): &(VariableId, ExprId)| {
                    usize::from(of.0) == variable && Some(*id) == *by
                };
                (!self.timed[variable] && more != Some(variable)) || members.iter().any(own)
            })
        };
        let joins = &self.correlation.joins;
        joins
            .iter()
            .position(|join| join.hashable && within(&join.members))
    }

    /// The tests between variables that are left when state is kept by match
    /// values, and the slots of one variable that must be equal.
    #[allow(clippy::type_complexity, reason = "two lists, taken apart at once")]
    fn tests(
        &self,
        keyed: bool,
        partitioned: &[bool],
    ) -> (Vec<Test>, Vec<(usize, ExprId, ExprId)>) {
        let by_key: BTreeSet<usize> = if keyed {
            let keys = self.correlation.keys.iter();
            let joins = keys.filter_map(|key| self.join_of(&key.by, None));
            // Partitions do not hold together what lies by no match value.
            let lies = |(of, _): &(VariableId, ExprId)| partitioned[usize::from(of.0)];
            joins
                .filter(|at| self.correlation.joins[*at].members.iter().all(lies))
                .collect()
        } else {
            BTreeSet::new()
        };
        let mut tests = Vec::new();
        let mut same = Vec::new();
        for (at, join) in self.correlation.joins.iter().enumerate() {
            let mut first: BTreeMap<usize, ExprId> = BTreeMap::new();
            for (variable, member) in &join.members {
                let variable = usize::from(variable.0);
                match first.get(&variable) {
                    Some(known) => same.push((variable, *known, *member)),
                    None => {
                        first.insert(variable, *member);
                    }
                }
            }
            if !by_key.contains(&at) && first.len() > 1 {
                tests.push(Test::Equal(first.into_iter().collect(), join.hashable));
            }
        }
        for cross in &self.correlation.cross {
            let variables = cross.variables.iter().map(|of| usize::from(of.0)).collect();
            tests.push(Test::Holds(cross.test, variables));
        }
        (tests, same)
    }

    /// The slots that an expression is made of: its largest parts that read
    /// one variable and nothing of the group.
    fn slots_of(&self, id: ExprId) -> Vec<(ExprId, usize)> {
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let mut reads = Reads::default();
            self.reads(id, true, &mut reads);
            let only = reads.variables.first().copied();
            match only {
                Some(variable) if reads.variables.len() == 1 && !reads.group => {
                    found.push((id, variable));
                }
                _ => match &self.plan.node(id).expr {
                    Expr::Placeholder(which) => self.slots_of_placeholder(id, *which, &mut found),
                    _ => open.extend(self.plan.operands(id)),
                },
            }
        }
        found
    }

    /// The slots that may give a placeholder its value.
    fn slots_of_placeholder(
        &self,
        node: ExprId,
        which: PlaceholderId,
        found: &mut Vec<(ExprId, usize)>,
    ) {
        let placeholder = &self.plan.placeholders[usize::from(which.0)];
        let variable = usize::from(placeholder.variable.0);
        match (&placeholder.binding, self.sources[usize::from(which.0)]) {
            (Binding::To(id), Source::Alias) => return found.extend(self.slots_of(*id)),
            (Binding::To(id), _) => found.push((*id, variable)),
            (Binding::OneOf(_), _) => found.push((node, variable)),
        }
        let others = placeholder.elsewhere.iter();
        found.extend(others.map(|(of, id)| (*id, usize::from(of.0))));
    }

    /// What an expression reads. A placeholder is read through its binding,
    /// and, if `elsewhere`, through what may stand in for it.
    fn reads(&self, id: ExprId, elsewhere: bool, into: &mut Reads) {
        match &self.plan.node(id).expr {
            Expr::Field(field) => into.see(field.variable),
            Expr::Indexed(path)
            | Expr::Whole(path)
            | Expr::Keyed(path, _)
            | Expr::Entry { map: path, .. } => into.see(path.variable),
            Expr::Cell(variable, _) => into.see(*variable),
            Expr::Quantified { field, body, .. } => {
                into.see(field.variable);
                self.reads(*body, elsewhere, into);
            }
            Expr::Placeholder(which) => {
                let placeholder = &self.plan.placeholders[usize::from(which.0)];
                let source = self.sources.get(usize::from(which.0)).copied();
                match (&placeholder.binding, source) {
                    (Binding::To(id), Some(Source::Alias)) => self.reads(*id, elsewhere, into),
                    // While sources are being found out, the binding tells.
                    (Binding::To(id), None) => self.reads(*id, false, into),
                    _ => into.see(placeholder.variable),
                }
                if elsewhere && source == Some(Source::Any) {
                    placeholder
                        .elsewhere
                        .iter()
                        .for_each(|(of, _)| into.see(*of));
                }
            }
            Expr::Aggregate { .. }
            | Expr::PlaceholderCount(_)
            | Expr::EventCount(_)
            | Expr::Outcome(_)
            | Expr::WindowStart
            | Expr::WindowEnd => into.group = true,
            // The element that an enclosing quantifier visits.
            Expr::Element(_) => {}
            _ => {
                for operand in self.plan.operands(id) {
                    self.reads(operand, elsewhere, into);
                }
            }
        }
    }
}

#[derive(Default)]
struct Reads {
    variables: Vec<usize>,
    group: bool,
}

impl Reads {
    fn see(&mut self, variable: VariableId) {
        let variable = usize::from(variable.0);
        if !self.variables.contains(&variable) {
            self.variables.push(variable);
        }
    }
}

/// Groups variables by the tests that tie them. Without match values on every
/// variable all of them are one cluster, for a joined row alone has a value.
fn clusters(variables: usize, keyed: bool, tests: &[Test]) -> Vec<Cluster> {
    let mut of: Vec<usize> = (0..variables).collect();
    if !keyed {
        of.fill(0);
    }
    for test in tests {
        let tied = test.variables();
        let Some(&lowest) = tied.iter().map(|&v| &of[v]).min() else {
            continue;
        };
        let old: Vec<usize> = tied.iter().map(|&v| of[v]).collect();
        for known in &mut of {
            if old.contains(known) {
                *known = lowest;
            }
        }
    }
    let mut found = Vec::new();
    for cluster in 0..variables {
        let own: Vec<usize> = (0..variables).filter(|&v| of[v] == cluster).collect();
        if own.is_empty() {
            continue;
        }
        let mut ordered = vec![Vec::new(); own.len()];
        for test in tests {
            let mut at: Vec<usize> = test.variables();
            let decided = match test {
                Test::Equal(..) => at.split_off(1),
                Test::Holds(..) => at.into_iter().max().into_iter().collect(),
            };
            for variable in decided {
                if let Some(at) = own.iter().position(|&v| v == variable) {
                    ordered[at].push(test.clone());
                }
            }
        }
        found.push(Cluster {
            variables: own,
            tests: ordered,
        });
    }
    found
}

impl Test {
    /// The variables that it reads, in order.
    pub(crate) fn variables(&self) -> Vec<usize> {
        match self {
            Test::Equal(members, _) => members.iter().map(|(variable, _)| *variable).collect(),
            Test::Holds(_, variables) => variables.clone(),
        }
    }
}
