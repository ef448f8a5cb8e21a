//! A compiled rule as lints look at it.

use yaral_ir::plan::{Axis, Binding, Expr, ExprId, FieldRef, Node, Plan};
use yaral_ir::value::Value;
use yaral_syntax::ast::Rule;
use yaral_syntax::diagnostic::Span;

use crate::variables::Variables;

/// How predicates stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// All must hold, on the same row.
    And,
    /// One must hold.
    Or,
}

/// A predicate of `events` that joins no others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom {
    /// The predicate.
    pub(super) id: ExprId,
    /// Whether an odd number of `not` stands before it.
    pub(super) negated: bool,
}

/// A rule and its plan, with the predicates of `events` laid out.
pub(super) struct Subject<'a> {
    pub(super) rule: &'a Rule,
    pub(super) plan: &'a Plan,
    pub(super) variables: &'a Variables,
    /// Every predicate without `and`, `or` and `not`.
    pub(super) atoms: Vec<Atom>,
    /// Predicates that stand beside each other.
    pub(super) groups: Vec<(Joined, Vec<ExprId>)>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(rule: &'a Rule, plan: &'a Plan, variables: &'a Variables) -> Self {
        let mut subject = Subject {
            rule,
            plan,
            variables,
            atoms: Vec::new(),
            groups: Vec::new(),
        };
        let mut open: Vec<Atom> = Vec::new();
        let cross = plan.correlation.iter().flat_map(|tied| &tied.cross);
        let mut add = |id: ExprId| open.push(Atom { id, negated: false });
        for branch in &plan.branches {
            branch.conjuncts.iter().copied().for_each(&mut add);
            subject.groups.push((Joined::And, branch.conjuncts.clone()));
        }
        cross.for_each(|cross| add(cross.test));
        while let Some(Atom { id, negated }) = open.pop() {
            let at = |id: &ExprId| Atom { id: *id, negated };
            match &plan.node(id).expr {
                Expr::And(list) => {
                    open.extend(list.iter().map(at));
                    subject.groups.push((Joined::And, list.clone()));
                }
                Expr::Or(list) => {
                    open.extend(list.iter().map(at));
                    subject.groups.push((Joined::Or, list.clone()));
                }
                Expr::Not(one) => open.push(Atom {
                    id: *one,
                    negated: !negated,
                }),
                _ => subject.atoms.push(Atom { id, negated }),
            }
        }
        subject
    }

    /// An expression.
    pub(super) fn expr(&self, id: ExprId) -> &'a Expr {
        &self.plan.node(id).expr
    }

    /// Where an expression is written.
    pub(super) fn span(&self, id: ExprId) -> Span {
        let (start, end) = self.plan.node(id).span;
        Span::new(start, end)
    }

    /// An expression as it is written.
    pub(super) fn text(&self, id: ExprId) -> &'a str {
        self.span(id).text(&self.plan.source).unwrap_or_default()
    }

    /// What a placeholder stands for; any other expression itself.
    pub(super) fn stands_for(&self, id: ExprId) -> ExprId {
        if let Expr::Placeholder(which) = self.expr(id)
            && let Some(placeholder) = self.plan.placeholders.get(usize::from(which.0))
            && let Binding::To(bound) = placeholder.binding
        {
            return bound;
        }
        id
    }

    /// The text of a string constant.
    pub(super) fn string(&self, id: ExprId) -> Option<&'a str> {
        match self.expr(id) {
            Expr::Literal(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// All expressions of an expression, itself first; placeholders are not
    /// followed.
    pub(super) fn within(&self, id: ExprId) -> Vec<&'a Node> {
        let (mut open, mut found) = (vec![id], Vec::new());
        while let Some(next) = open.pop() {
            let node = self.plan.node(next);
            found.push(node);
            open.extend(node.operands());
        }
        found
    }

    /// The axis that a field makes rows along.
    pub(super) fn axis(&self, field: &FieldRef) -> Option<&'a Axis> {
        let axes = &self.plan.variables.get(usize::from(field.variable.0))?.axes;
        axes.get(usize::from(field.axis?.0))
    }

    /// The name of the repeated field that an expression reads along an axis.
    pub(super) fn repeated(&self, field: &FieldRef) -> Option<&'static str> {
        Some(self.axis(field)?.steps.last()?.name())
    }
}
