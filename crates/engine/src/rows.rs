//! Rows: the picks of one element on each repeated field of an event.
//!
//! The rows of an event are a product, but predicates rarely tie two repeated
//! fields together. The axes fall into components that share no predicate, so
//! the product is never built: each component keeps its own surviving rows,
//! and a row of the event is any combination of them. An event matches if
//! every component has a survivor; how many rows carry a value is a product
//! of counts.

use yaral_ir::limits::ROWS_MAX;
use yaral_ir::plan::{AxisId, Binding, Branch, Expr, ExprId, PlaceholderId, Plan};
use yaral_ir::value::Value;
use yaral_udm::{NodeId, NodeRef};

use crate::eval::{Eval, Known, Scope, Silent};

/// The picks of one row, or of part of one while it is being built.
#[derive(Clone, Default)]
pub(crate) struct Row<'e> {
    elements: Vec<Option<NodeRef<'e>>>,
    /// With each value, which of the alternatives it is.
    choices: Vec<(PlaceholderId, usize, Value<'e>)>,
}

impl<'e> Row<'e> {
    /// The element picked on an axis; `None` where the field is empty.
    pub(crate) fn element(&self, axis: AxisId) -> Option<NodeRef<'e>> {
        self.elements.get(usize::from(axis.0)).copied().flatten()
    }

    /// The value picked for a placeholder that has alternatives.
    pub(crate) fn choice(&self, which: PlaceholderId) -> Option<&Value<'e>> {
        let own = self.choices.iter().find(|(of, ..)| *of == which);
        own.map(|(.., value)| value)
    }

    /// Where the row stands among all rows of the event: in event order on the
    /// first axis, then on the second, and so on.
    pub(crate) fn place(&self) -> Place {
        let elements = self.elements.iter().map(|element| element.map(NodeRef::id));
        let mut choices: Vec<_> = self.choices.iter().map(|(of, at, _)| (*of, *at)).collect();
        choices.sort_unstable();
        (elements.collect(), choices)
    }

    /// Takes over the picks that another row made.
    pub(crate) fn merge(&mut self, other: &Row<'e>) {
        if self.elements.len() < other.elements.len() {
            self.elements.resize(other.elements.len(), None);
        }
        for (mine, theirs) in self.elements.iter_mut().zip(&other.elements) {
            if theirs.is_some() {
                *mine = *theirs;
            }
        }
        for (which, at, value) in &other.choices {
            if self.choice(*which).is_none() {
                self.choices.push((*which, *at, value.clone()));
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.elements.is_empty() && self.choices.is_empty()
    }

    fn pick(&mut self, axis: AxisId, element: Option<NodeRef<'e>>) {
        let at = usize::from(axis.0);
        if self.elements.len() <= at {
            self.elements.resize(at + 1, None);
        }
        self.elements[at] = element;
    }
}

/// The place of a row: its element on each axis and its choices. Nodes of an
/// event are numbered in the order in which they were added.
pub(crate) type Place = (Vec<Option<NodeId>>, Vec<(PlaceholderId, usize)>);

/// Something that a row picks one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pick {
    /// An element of a repeated field.
    Element(AxisId),
    /// One of a placeholder's alternatives; after the axes, whose elements they read.
    Choice(PlaceholderId),
}

/// Picks that predicates tie together.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// The picks, parents before children.
    pub(crate) picks: Vec<Pick>,
    /// For each pick, the predicates that can be decided once it is made.
    tests: Vec<Vec<ExprId>>,
}

/// A branch taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The predicates over no repeated field.
    pub(crate) plain: Vec<ExprId>,
    /// The components.
    pub(crate) components: Vec<Component>,
}

/// The surviving rows of one component.
pub(crate) struct Survivors<'e> {
    /// The rows, in event order.
    pub(crate) rows: Vec<Row<'e>>,
    /// Whether rows beyond the limit were not looked at.
    pub(crate) cut: bool,
}

impl Layout {
    /// Takes a branch apart.
    pub(crate) fn new(plan: &Plan, branch: &Branch) -> Self {
        Layout::tied(plan, branch, &[])
    }

    /// Takes a branch apart, and keeps the given picks together as well.
    pub(crate) fn tied(plan: &Plan, branch: &Branch, ties: &[Vec<Pick>]) -> Self {
        let mut groups: Vec<Vec<Pick>> = Vec::new();
        let axes = &plan.variables[usize::from(branch.variable.0)].axes;
        for (index, axis) in axes.iter().enumerate() {
            let own = Pick::Element(AxisId(u16::try_from(index).unwrap_or(u16::MAX)));
            let parent = axis.parent.map(Pick::Element);
            join(&mut groups, parent.into_iter().chain([own]).collect());
        }
        for (index, placeholder) in plan.placeholders.iter().enumerate() {
            if placeholder.variable != branch.variable {
                continue;
            }
            if let Binding::OneOf(exprs) = &placeholder.binding {
                let own = Pick::Choice(PlaceholderId(u16::try_from(index).unwrap_or(u16::MAX)));
                let mut used = vec![own];
                for &expr in exprs {
                    picks_of(plan, expr, &mut used);
                }
                join(&mut groups, used);
            }
        }
        let mut untied = Vec::new();
        let mut joined = Vec::new();
        for &conjunct in &branch.conjuncts {
            let mut used = Vec::new();
            picks_of(plan, conjunct, &mut used);
            if used.is_empty() {
                untied.push(conjunct);
            } else {
                join(&mut groups, used.clone());
                joined.push((conjunct, used));
            }
        }
        for tie in ties.iter().filter(|tie| !tie.is_empty()) {
            join(&mut groups, tie.clone());
        }
        let components = groups
            .into_iter()
            .map(|picks| Component::new(picks, &joined))
            .collect();
        Layout {
            plain: untied,
            components,
        }
    }

    /// The components that hold the picks which an expression reads.
    pub(crate) fn components_of(&self, plan: &Plan, expr: ExprId) -> Vec<usize> {
        let mut used = Vec::new();
        picks_of(plan, expr, &mut used);
        let holds = |component: &Component| component.picks.iter().any(|pick| used.contains(pick));
        (0..self.components.len())
            .filter(|&at| holds(&self.components[at]))
            .collect()
    }
}

impl Component {
    fn new(mut picks: Vec<Pick>, tied: &[(ExprId, Vec<Pick>)]) -> Self {
        picks.sort_unstable();
        let mut tests = vec![Vec::new(); picks.len()];
        for (conjunct, used) in tied {
            // Decided with the last pick that it reads.
            let last = used
                .iter()
                .filter_map(|pick| picks.iter().position(|p| p == pick))
                .max();
            if let Some(last) = last {
                tests[last].push(*conjunct);
            }
        }
        Component { picks, tests }
    }

    /// The rows that satisfy the component's predicates, at most `wanted`.
    pub(crate) fn survivors<'e>(
        &self,
        scope: Scope<'e>,
        branch: &Branch,
        wanted: usize,
    ) -> Survivors<'e> {
        let mut search = Search::new(scope, branch, self);
        search.wanted = wanted;
        search.descend(0, &mut Row::default());
        search.found
    }

    /// The row on which most of the component's predicates hold.
    pub(crate) fn closest<'e>(&self, scope: Scope<'e>, branch: &Branch) -> Row<'e> {
        let mut search = Search::new(scope, branch, self);
        search.closest = Some((0, Row::default()));
        search.descend(0, &mut Row::default());
        search.closest.map(|(_, row)| row).unwrap_or_default()
    }
}

/// The surviving rows of every component, or `None` if the branch does not match.
pub(crate) fn survivors<'e>(
    scope: Scope<'e>,
    branch: &Branch,
    layout: &Layout,
    wanted: usize,
    cut: &mut bool,
) -> Option<Vec<Survivors<'e>>> {
    let row = Row::default();
    let known = Known::default();
    let holds = |&test: &ExprId| Eval::new(scope, &row, &known, &mut Silent).test(test);
    if !layout.plain.iter().all(holds) {
        return None;
    }
    let mut all = Vec::with_capacity(layout.components.len());
    for component in &layout.components {
        let found = component.survivors(scope, branch, wanted);
        *cut |= found.cut;
        if found.rows.is_empty() {
            return None;
        }
        all.push(found);
    }
    Some(all)
}

struct Search<'c, 'e> {
    scope: Scope<'e>,
    branch: &'c Branch,
    component: &'c Component,
    wanted: usize,
    looked: usize,
    found: Survivors<'e>,
    /// Set when the nearest row is wanted instead of the surviving ones: how
    /// many predicates hold on the best row so far.
    closest: Option<(usize, Row<'e>)>,
    held: usize,
}

impl<'c, 'e> Search<'c, 'e> {
    fn new(scope: Scope<'e>, branch: &'c Branch, component: &'c Component) -> Self {
        let found = Survivors {
            rows: Vec::new(),
            cut: false,
        };
        Search {
            scope,
            branch,
            component,
            wanted: usize::MAX,
            looked: 0,
            found,
            closest: None,
            held: 0,
        }
    }

    /// Makes the pick at this depth in every way; false once enough is known.
    fn descend(&mut self, depth: usize, row: &mut Row<'e>) -> bool {
        let Some(pick) = self.component.picks.get(depth) else {
            return self.arrive(row);
        };
        match *pick {
            Pick::Element(id) => {
                let variable = usize::from(self.branch.variable.0);
                let axis = &self.scope.plan.variables[variable].axes[usize::from(id.0)];
                let from = match axis.parent {
                    Some(parent) => row.element(parent),
                    None => Some(self.scope.event.root()),
                };
                let Some((&last, way)) = axis.steps.split_last() else {
                    return true;
                };
                let Some(holder) = from.and_then(|from| from.walk(way)) else {
                    return self.try_element(depth, row, id, None);
                };
                let mut none = true;
                for element in holder.all(last) {
                    none = false;
                    if !self.try_element(depth, row, id, Some(element)) {
                        return false;
                    }
                }
                // An empty list makes one row, in which the field reads as zero.
                if none {
                    self.try_element(depth, row, id, None)
                } else {
                    true
                }
            }
            Pick::Choice(which) => self.try_choices(depth, row, which),
        }
    }

    /// Takes in a complete row; false once enough is known.
    fn arrive(&mut self, row: &Row<'e>) -> bool {
        if let Some((best, closest)) = &mut self.closest {
            if self.held >= *best && (self.held > *best || closest.is_empty()) {
                *best = self.held;
                *closest = row.clone();
            }
            return true;
        }
        self.found.rows.push(row.clone());
        self.found.rows.len() < self.wanted
    }

    fn try_element(
        &mut self,
        depth: usize,
        row: &mut Row<'e>,
        axis: AxisId,
        element: Option<NodeRef<'e>>,
    ) -> bool {
        row.pick(axis, element);
        self.tested(depth, row)
    }

    fn try_choices(&mut self, depth: usize, row: &mut Row<'e>, which: PlaceholderId) -> bool {
        let placeholder = &self.scope.plan.placeholders[usize::from(which.0)];
        let Binding::OneOf(exprs) = &placeholder.binding else {
            return true;
        };
        let mut values: Vec<Value<'e>> = Vec::new();
        for &expr in exprs {
            let value = Eval::new(self.scope, row, &Known::default(), &mut Silent).value(expr);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        for (at, value) in values.into_iter().enumerate() {
            row.choices.push((which, at, value));
            let more = self.tested(depth, row);
            row.choices.pop();
            if !more {
                return false;
            }
        }
        true
    }

    /// Decides what can be decided at this depth and goes on.
    fn tested(&mut self, depth: usize, row: &mut Row<'e>) -> bool {
        self.looked += 1;
        if self.looked > ROWS_MAX {
            self.found.cut = true;
            return false;
        }
        let known = Known::default();
        let component = self.component;
        let mut holds =
            |test: &&ExprId| Eval::new(self.scope, row, &known, &mut Silent).test(**test);
        if self.closest.is_some() {
            let held = component.tests[depth].iter().filter(&mut holds).count();
            self.held += held;
            let more = self.descend(depth + 1, row);
            self.held -= held;
            return more;
        }
        let all = component.tests[depth].iter().all(|test| holds(&test));
        !all || self.descend(depth + 1, row)
    }
}

/// Merges all groups that share a pick with the given ones.
fn join(groups: &mut Vec<Vec<Pick>>, mut picks: Vec<Pick>) {
    groups.retain(|group| {
        let shares = group.iter().any(|pick| picks.contains(pick));
        if shares {
            picks.extend(group);
        }
        !shares
    });
    picks.sort_unstable();
    picks.dedup();
    groups.push(picks);
}

/// Collects the picks that an expression reads, through placeholders.
pub(crate) fn picks_of(plan: &Plan, expr: ExprId, into: &mut Vec<Pick>) {
    match &plan.node(expr).expr {
        Expr::Field(field) => {
            if let Some(axis) = field.axis {
                into.push(Pick::Element(axis));
            }
        }
        Expr::Placeholder(which) => match &plan.placeholders[usize::from(which.0)].binding {
            Binding::To(binding) => picks_of(plan, *binding, into),
            Binding::OneOf(_) => into.push(Pick::Choice(*which)),
        },
        _ => plan
            .operands(expr)
            .into_iter()
            .for_each(|operand| picks_of(plan, operand, into)),
    }
}
