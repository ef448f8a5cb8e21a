//! A rule as a problem to solve: which places its predicates read, and how far
//! an assignment of values is from satisfying them all.
//!
//! One row for each event variable is looked for, so every repeated field has
//! the element that an index names, or the first. This evaluator only guides
//! the search; what it finds is judged by those of the engine.

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::correlation::WindowKind;
use yaral_ir::plan::{Binding, Expr, ExprId, Plan};
use yaral_ir::value::Value;

use super::eval::With;
use super::hints;
use super::place::Place;

/// What the search assigns: a value of one place of one event, or which of
/// its alternatives a placeholder takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// A place in the event of a variable.
    Value(u16, Place),
    /// An alternative of a placeholder.
    Choice(u16),
}

/// What has to hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// A predicate.
    Hold(ExprId),
    /// Two expressions are equal.
    Equal(ExprId, ExprId),
    /// An expression is not the zero value.
    NonZero(ExprId),
    /// The events lie within one window.
    Within,
}

/// The rule with its cells and goals.
pub(crate) struct Problem<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) now: i64,
    pub(crate) cells: Vec<Cell>,
    index: BTreeMap<Cell, usize>,
    /// Each goal with the cells that it reads.
    pub(crate) goals: Vec<(Goal, Vec<usize>)>,
    /// The event variables that an event is looked for.
    pub(crate) active: Vec<bool>,
    /// Of some disjunctions the one part that is to hold.
    pub(crate) focus: BTreeMap<ExprId, usize>,
    /// Values worth trying in each cell.
    pub(crate) known: Vec<Vec<Value<'static>>>,
}

/// The values of all cells.
pub(crate) type State = Vec<Value<'static>>;

impl<'p> Problem<'p> {
    pub(crate) fn new(plan: &'p Plan, now: i64, active: Vec<bool>) -> Self {
        let mut problem = Problem {
            plan,
            now,
            cells: Vec::new(),
            index: BTreeMap::new(),
            goals: Vec::new(),
            active,
            focus: BTreeMap::new(),
            known: Vec::new(),
        };
        for variable in problem.timed() {
            let variable = u16::try_from(variable).expect("few variables");
            problem.enter(Cell::Value(variable, Place::time()));
        }
        for id in 0..plan.exprs.len() {
            let id = ExprId(u32::try_from(id).expect("few expressions"));
            problem.find_cells(id);
        }
        problem.unite();
        let mut goals: Vec<Goal> = Vec::new();
        for branch in &plan.branches {
            if problem.active[usize::from(branch.variable.0)] {
                goals.extend(branch.conjuncts.iter().map(|&one| Goal::Hold(one)));
            }
        }
        if let Some(tied) = &plan.correlation {
            for join in &tied.joins {
                let present = join.members.iter();
                let present: Vec<_> = present
                    .filter(|(of, _)| problem.active[usize::from(of.0)])
                    .collect();
                let pairs = present.windows(2);
                goals.extend(pairs.map(|pair| Goal::Equal(pair[0].1, pair[1].1)));
            }
            for cross in &tied.cross {
                if cross
                    .variables
                    .iter()
                    .all(|of| problem.active[usize::from(of.0)])
                {
                    goals.push(Goal::Hold(cross.test));
                }
            }
            for key in &tied.keys {
                for (by, active) in key.by.iter().zip(&problem.active) {
                    if let (Some(by), true, true) = (by, *active, key.filtered) {
                        goals.push(Goal::NonZero(*by));
                    }
                }
            }
            goals.push(Goal::Within);
        }
        for goal in goals {
            problem.add(goal);
        }
        problem.known = hints::candidates(&problem);
        problem
    }

    /// Asks for one thing more.
    pub(crate) fn add(&mut self, goal: Goal) {
        let cells = self.goal_cells(goal);
        self.goals.push((goal, cells));
    }

    fn enter(&mut self, cell: Cell) {
        if !self.index.contains_key(&cell) {
            self.index.insert(cell.clone(), self.cells.len());
            self.cells.push(cell);
        }
    }

    fn find_cells(&mut self, id: ExprId) {
        let plan = self.plan;
        match &plan.node(id).expr {
            Expr::Quantified { field, .. } => {
                self.enter(Cell::Value(field.variable.0, Place::of_whole(field, None)));
            }
            Expr::Placeholder(which) => {
                let placeholder = &plan.placeholders[usize::from(which.0)];
                if let Binding::OneOf(_) = placeholder.binding {
                    self.enter(Cell::Choice(which.0));
                }
            }
            _ => {
                if let Some(cell) = self.cell_of(id) {
                    self.enter(cell);
                }
            }
        }
    }

    /// Makes one cell of joined places, so that they are equal from the start.
    fn unite(&mut self) {
        let joins = self.plan.correlation.iter().flat_map(|tied| &tied.joins);
        for join in joins {
            let cells = join.members.iter().filter_map(|(_, id)| self.plain(*id));
            let cells: Vec<Cell> = cells.collect();
            for cell in cells.iter().skip(1) {
                let (Cell::Value(_, a), Cell::Value(_, b)) = (&cells[0], cell) else {
                    continue;
                };
                let alike =
                    a.key.is_some() || b.key.is_some() || a.leaf().kind() == b.leaf().kind();
                let (kept, gone) = (self.index[&cells[0]], self.index[cell]);
                if alike && kept != gone {
                    for number in self.index.values_mut().filter(|n| **n == gone) {
                        *number = kept;
                    }
                }
            }
        }
    }

    /// The cell that an expression is, through placeholders.
    fn plain(&self, id: ExprId) -> Option<Cell> {
        if let Expr::Placeholder(which) = &self.plan.node(id).expr {
            return match &self.plan.placeholders[usize::from(which.0)].binding {
                Binding::To(bound) => self.plain(*bound),
                Binding::OneOf(_) => None,
            };
        }
        self.cell_of(id)
    }

    /// The values of a variable's event.
    pub(crate) fn places(&self, variable: usize, state: &State) -> BTreeMap<Place, Value<'static>> {
        let mut values = BTreeMap::new();
        for (cell, &number) in &self.index {
            if let Cell::Value(of, place) = cell
                && usize::from(*of) == variable
            {
                values.insert(place.clone(), state[number].clone());
            }
        }
        values
    }

    /// The places in a variable's event that some goal reads.
    pub(crate) fn tested(&self, variable: usize) -> BTreeSet<Place> {
        let read: BTreeSet<usize> = self
            .goals
            .iter()
            .flat_map(|(_, cells)| cells.clone())
            .collect();
        let cells = self
            .index
            .iter()
            .filter(|(_, number)| read.contains(number));
        cells
            .filter_map(|(cell, _)| match cell {
                Cell::Value(of, place) if usize::from(*of) == variable => Some(place.clone()),
                _ => None,
            })
            .collect()
    }

    /// The cell that an expression reads by itself.
    pub(crate) fn cell_of(&self, id: ExprId) -> Option<Cell> {
        Some(match &self.plan.node(id).expr {
            Expr::Field(field) => {
                let variable = &self.plan.variables[usize::from(field.variable.0)];
                Cell::Value(field.variable.0, Place::of_field(variable, field))
            }
            Expr::Indexed(path) | Expr::Whole(path) => {
                Cell::Value(path.variable.0, Place::of_whole(path, None))
            }
            Expr::Keyed(path, key) => {
                Cell::Value(path.variable.0, Place::of_whole(path, Some(key)))
            }
            _ => return None,
        })
    }

    /// The number of a cell.
    pub(crate) fn number(&self, cell: &Cell) -> usize {
        self.index[cell]
    }

    /// Whether a variable is bound to entities, which have no time.
    pub(crate) fn stands(&self, variable: usize) -> bool {
        self.plan.variables[variable].source.stands()
    }

    /// The variables that are bound to what has a time.
    pub(crate) fn timed(&self) -> impl Iterator<Item = usize> + use<'p> {
        let variables = self.plan.variables.iter().enumerate();
        variables
            .filter(|(_, one)| !one.source.stands())
            .map(|(at, _)| at)
    }

    /// The number of the cell with a variable's event time.
    pub(crate) fn time_of(&self, variable: usize) -> usize {
        let variable = u16::try_from(variable).expect("few variables");
        self.number(&Cell::Value(variable, Place::time()))
    }

    fn goal_cells(&self, goal: Goal) -> Vec<usize> {
        let mut found = BTreeSet::new();
        match goal {
            Goal::Hold(one) | Goal::NonZero(one) => self.cells_in(one, &mut found),
            Goal::Equal(a, b) => {
                self.cells_in(a, &mut found);
                self.cells_in(b, &mut found);
            }
            Goal::Within => {
                found.extend(self.timed().map(|v| self.time_of(v)));
            }
        }
        found.into_iter().collect()
    }

    /// The cells that an expression reads, through placeholders too.
    pub(crate) fn cells_in(&self, id: ExprId, into: &mut BTreeSet<usize>) {
        if let Some(cell) = self.cell_of(id) {
            into.insert(self.number(&cell));
        }
        match &self.plan.node(id).expr {
            Expr::Quantified { field, .. } => {
                let cell = Cell::Value(field.variable.0, Place::of_whole(field, None));
                into.insert(self.number(&cell));
            }
            Expr::Placeholder(which) => {
                match &self.plan.placeholders[usize::from(which.0)].binding {
                    Binding::To(bound) => self.cells_in(*bound, into),
                    Binding::OneOf(ways) => {
                        into.insert(self.number(&Cell::Choice(which.0)));
                        for &way in ways {
                            self.cells_in(way, into);
                        }
                    }
                }
            }
            _ => {}
        }
        for operand in self.plan.operands(id) {
            self.cells_in(operand, into);
        }
    }

    /// How many single predicates stand between the state and a solution.
    pub(crate) fn distance(&self, state: &State) -> u32 {
        self.goals
            .iter()
            .map(|(goal, _)| self.distance_of(*goal, state))
            .sum()
    }

    /// The same for one goal.
    pub(crate) fn distance_of(&self, goal: Goal, state: &State) -> u32 {
        let mut with = With {
            problem: self,
            state,
            elements: Vec::new(),
        };
        match goal {
            Goal::Hold(one) => with.distance(one, true),
            Goal::Equal(a, b) => u32::from(!with.value(a).equals(&with.value(b), false)),
            Goal::NonZero(one) => u32::from(with.value(one).is_zero()),
            Goal::Within => self.outside(state),
        }
    }

    /// How many events lie outside the window that the others ask for.
    fn outside(&self, state: &State) -> u32 {
        let Some(tied) = &self.plan.correlation else {
            return 0;
        };
        let times = self.timed().filter(|&v| self.active[v]);
        let times: Vec<i64> = times.map(|v| state[self.time_of(v)].int()).collect();
        let length = tied.window.length_s;
        let (from, to) = match tied.window.kind {
            WindowKind::Hop | WindowKind::Tumbling => {
                let first = times.iter().min().copied().unwrap_or(0);
                let first = match tied.window.kind {
                    WindowKind::Hop => first,
                    _ => first.div_euclid(length) * length,
                };
                (first, first + length - 1)
            }
            WindowKind::Before(pivot) => {
                let t = state[self.time_of(usize::from(pivot.0))].int();
                (t - length + 1, t)
            }
            WindowKind::After(pivot) => {
                let t = state[self.time_of(usize::from(pivot.0))].int();
                (t, t + length - 1)
            }
        };
        let outside = times.iter().filter(|&&t| t < from || t > to).count();
        u32::try_from(outside).expect("few variables")
    }

    /// The value of an expression.
    pub(crate) fn value(&self, id: ExprId, state: &State) -> Value<'static> {
        With {
            problem: self,
            state,
            elements: Vec::new(),
        }
        .value(id)
    }
}
