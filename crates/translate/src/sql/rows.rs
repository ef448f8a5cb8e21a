//! The rows of an event: the picks that predicates tie together, as lists.
//!
//! As in the engine the full product of all repeated fields is never built: the
//! axes fall into components that share no predicate, and an event matches if
//! each component has a row left.

use yaral_ir::plan::{AxisId, Binding, Branch, Expr, ExprId, Plan, VariableId};

use super::quote;
use super::scope::{Relation, Rows, Scope, Stage, Writer, Written};

/// What a row picks one of; axes first, since alternatives read their elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pick {
    /// An element on an axis.
    Axis(u16),
    /// An alternative of a placeholder.
    Choice(u16),
}

/// Picks that predicates tie together.
struct Component {
    picks: Vec<Pick>,
    /// For each pick the predicates that are decided with it.
    tests: Vec<Vec<ExprId>>,
}

/// An event variable as a relation over the events.
pub(super) struct Laid {
    /// Computed columns, in order: those of the second may read those of the first.
    pub(super) placed: Vec<(String, String)>,
    pub(super) lists: Vec<(String, String)>,
    /// What an event has to satisfy.
    pub(super) test: String,
    /// The placeholders that stand in columns.
    pub(super) placeholders: Vec<(u16, String)>,
    /// The rows of the components.
    pub(super) rows: Vec<Rows>,
}

impl Writer<'_> {
    /// Lays out a branch.
    pub(super) fn lay(&mut self, branch: &Branch) -> Result<Laid, crate::Loss> {
        let variable = branch.variable;
        let mut scope = Scope {
            relations: vec![None; self.plan.variables.len()],
            ..Scope::default()
        };
        if let Some(own) = scope.relations.get_mut(usize::from(variable.0)) {
            *own = Some(Relation::default());
        }
        let (placed, placeholders) = self.place(variable, &mut scope)?;
        let (untied, components) = take_apart(self.plan, branch);
        let mut tests = Vec::new();
        for test in untied {
            tests.push(self.truth(test, &scope)?);
        }
        let (mut lists, mut rows) = (Vec::new(), Vec::new());
        for (at, component) in components.into_iter().enumerate() {
            let column = format!("rows {}", at + 1);
            let list = self.list(variable, &component, &scope)?;
            lists.push((column.clone(), list));
            if component.tests.iter().any(|tests| !tests.is_empty()) {
                tests.push(format!("len({}) > 0", quote::name(&column)));
            }
            rows.push(Rows {
                column: quote::name(&column),
                picks: component.picks,
            });
        }
        if tests.is_empty() {
            tests.push("TRUE".to_owned());
        }
        let test = tests.join("\n    AND ");
        Ok(Laid {
            placed,
            lists,
            test,
            placeholders,
            rows,
        })
    }

    /// Computes placeholders that are the same on all rows once.
    #[allow(clippy::type_complexity, reason = "two lists that are made together")]
    fn place(
        &mut self,
        variable: VariableId,
        scope: &mut Scope,
    ) -> Result<(Vec<(String, String)>, Vec<(u16, String)>), crate::Loss> {
        let (mut placed, mut known) = (Vec::new(), Vec::new());
        let plan = self.plan;
        for (number, placeholder) in (0_u16..).zip(&plan.placeholders) {
            let Binding::To(bound) = placeholder.binding else {
                continue;
            };
            let mut picks = Vec::new();
            picks_of(plan, bound, &mut picks);
            let simple = !matches!(plan.node(bound).expr, Expr::Call { .. } | Expr::If { .. });
            if placeholder.variable != variable || !picks.is_empty() || simple {
                continue;
            }
            let name = format!("${}", placeholder.name);
            let sql = self.value(bound, scope)?;
            let column = quote::name(&name);
            scope.placeholders.insert(number, column.clone());
            placed.push((name, sql));
            known.push((number, column));
        }
        Ok((placed, known))
    }

    /// The surviving rows of a component.
    fn list(&mut self, variable: VariableId, component: &Component, scope: &Scope) -> Written {
        self.pick(variable, component, scope, &mut Vec::new())
    }

    fn pick(
        &mut self,
        variable: VariableId,
        component: &Component,
        scope: &Scope,
        names: &mut Vec<String>,
    ) -> Written {
        let depth = names.len();
        let Some(pick) = component.picks.get(depth) else {
            return Ok("[]".to_owned());
        };
        let from = self.source(variable, *pick, scope)?;
        let one = self.fields.lambda();
        let mut inner = scope.clone();
        match pick {
            Pick::Axis(axis) => {
                inner.elements.insert((variable.0, *axis), one.clone());
            }
            Pick::Choice(which) => {
                inner.placeholders.insert(*which, one.clone());
            }
        }
        let mut tests = Vec::new();
        for test in component.tests.get(depth).into_iter().flatten() {
            tests.push(self.truth(*test, &inner)?);
        }
        let kept = if tests.is_empty() {
            from
        } else {
            format!("list_filter({from}, lambda {one}: {})", tests.join(" AND "))
        };
        names.push(one.clone());
        let whole = if depth + 1 < component.picks.len() {
            let rest = self.pick(variable, component, &inner, names)?;
            format!("flatten(list_transform({kept}, lambda {one}: {rest}))")
        } else if component.picks.len() == 1 {
            kept
        } else {
            let members = names
                .iter()
                .enumerate()
                .map(|(at, name)| format!("'p{at}': {name}"));
            let row = members.collect::<Vec<_>>().join(", ");
            format!("list_transform({kept}, lambda {one}: {{{row}}})")
        };
        names.pop();
        Ok(whole)
    }

    /// What a pick is made from.
    fn source(&mut self, variable: VariableId, pick: Pick, scope: &Scope) -> Written {
        let plan = self.plan;
        match pick {
            Pick::Axis(at) => {
                let axis = &plan.variables[usize::from(variable.0)].axes[usize::from(at)];
                let Some(AxisId(parent)) = axis.parent else {
                    return Ok(self.fields.axis(axis));
                };
                let element = scope.elements.get(&(variable.0, parent)).cloned();
                let above = self.way(variable, parent);
                Ok(self
                    .fields
                    .inner(&element.unwrap_or_default(), &above, &axis.steps))
            }
            Pick::Choice(which) => {
                let placeholder = &plan.placeholders[usize::from(which)];
                let Binding::OneOf(alternatives) = &placeholder.binding else {
                    return Ok("[]".to_owned());
                };
                let values: Result<Vec<_>, _> = alternatives
                    .iter()
                    .map(|one| self.value(*one, scope))
                    .collect();
                Ok(format!("list_distinct([{}])", values?.join(", ")))
            }
        }
    }
}

/// Lets a scope see the parts of a row of a component.
pub(super) fn enter(scope: &mut Scope, variable: u16, rows: &Rows, row: &str) {
    for (at, pick) in rows.picks.iter().enumerate() {
        let part = if rows.picks.len() == 1 {
            row.to_owned()
        } else {
            format!("{row}.p{at}")
        };
        match pick {
            Pick::Axis(axis) => scope.elements.insert((variable, *axis), part),
            Pick::Choice(which) => scope.placeholders.insert(*which, part),
        };
    }
}

/// A scope that sees the first row of an event.
pub(super) fn first_row(scope: &Scope, variable: u16, rows: &[Rows], stage: Stage) -> Scope {
    let mut inner = Scope {
        stage,
        ..scope.clone()
    };
    for component in rows {
        enter(
            &mut inner,
            variable,
            component,
            &format!("{}[1]", component.column),
        );
    }
    inner
}

fn take_apart(plan: &Plan, branch: &Branch) -> (Vec<ExprId>, Vec<Component>) {
    let mut groups: Vec<Vec<Pick>> = Vec::new();
    let variable = &plan.variables[usize::from(branch.variable.0)];
    for (at, axis) in (0_u16..).zip(&variable.axes) {
        let parent = axis.parent.map(|parent| Pick::Axis(parent.0));
        join(
            &mut groups,
            parent.into_iter().chain([Pick::Axis(at)]).collect(),
        );
    }
    for (at, placeholder) in (0_u16..).zip(&plan.placeholders) {
        if let Binding::OneOf(alternatives) = &placeholder.binding
            && placeholder.variable == branch.variable
        {
            let mut used = vec![Pick::Choice(at)];
            for alternative in alternatives {
                picks_of(plan, *alternative, &mut used);
            }
            join(&mut groups, used);
        }
    }
    let (mut untied, mut tied) = (Vec::new(), Vec::new());
    for &conjunct in &branch.conjuncts {
        let mut used = Vec::new();
        picks_of(plan, conjunct, &mut used);
        if used.is_empty() {
            untied.push(conjunct);
        } else {
            join(&mut groups, used.clone());
            tied.push((conjunct, used));
        }
    }
    let components = groups.into_iter().map(|mut picks| {
        picks.sort_unstable();
        let mut tests = vec![Vec::new(); picks.len()];
        for (conjunct, used) in &tied {
            let places = used
                .iter()
                .filter_map(|pick| picks.iter().position(|own| own == pick));
            if let Some(tests) = places.max().and_then(|last| tests.get_mut(last)) {
                tests.push(*conjunct);
            }
        }
        Component { picks, tests }
    });
    (untied, components.collect())
}

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

/// The picks that an expression reads, through placeholders.
pub(super) fn picks_of(plan: &Plan, id: ExprId, into: &mut Vec<Pick>) {
    match &plan.node(id).expr {
        Expr::Field(field) => into.extend(field.axis.map(|axis| Pick::Axis(axis.0))),
        Expr::Placeholder(which) => match &plan.placeholders[usize::from(which.0)].binding {
            Binding::To(bound) => picks_of(plan, *bound, into),
            Binding::OneOf(_) => into.push(Pick::Choice(which.0)),
        },
        _ => plan
            .operands(id)
            .into_iter()
            .for_each(|operand| picks_of(plan, operand, into)),
    }
}
