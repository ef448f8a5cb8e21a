//! What often explains a silence: fields that nobody sets, values that nobody has.

use yaral_ir::plan::{AxisId, Binding, Expr, ExprId, FieldRef, Plan};
use yaral_udm::{Event, FieldId, NodeRef};

use super::{Fact, Side};
use crate::eval::{Eval, Known, Scope, Silent, field_value, whole};
use crate::limits::STORY_FIELDS_MAX;
use crate::rows::Row;

/// Whether a row has what an expression reads, or it reads as zero only.
pub(super) fn is_set(scope: &Scope<'_>, row: &Row<'_>, id: ExprId) -> bool {
    let plan = scope.plan;
    match &plan.node(id).expr {
        Expr::Field(field) => field_value(scope, row, field).is_some(),
        Expr::Indexed(path) | Expr::Whole(path) | Expr::Quantified { field: path, .. } => {
            let mut any = false;
            whole(scope, path, &mut |_| any = true);
            any
        }
        Expr::Keyed(..) => {
            let known = Known::default();
            let value = Eval::new(*scope, row, &known, &mut Silent).value(id);
            !value.is_zero()
        }
        Expr::Placeholder(which) if row.choice(*which).is_none() => {
            match plan.placeholders.get(usize::from(which.0)) {
                Some(placeholder) => match placeholder.binding {
                    Binding::To(to) => is_set(scope, row, to),
                    Binding::OneOf(_) => true,
                },
                None => true,
            }
        }
        _ => true,
    }
}

/// A field that predicates read, and whether some event had it.
#[derive(Debug)]
pub(super) struct Field {
    id: ExprId,
    pub(super) name: String,
    pub(super) set: bool,
}

/// The fields that predicates read, each once, in written order.
pub(super) fn fields(plan: &Plan, roots: &[ExprId]) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    let mut open: Vec<ExprId> = roots.iter().rev().copied().collect();
    while let Some(id) = open.pop() {
        match &plan.node(id).expr {
            Expr::Field(_)
            | Expr::Indexed(_)
            | Expr::Whole(_)
            | Expr::Keyed(..)
            | Expr::Quantified { .. } => {
                let name = super::tree::name_of(plan, id);
                if found.len() < STORY_FIELDS_MAX && !found.iter().any(|known| known.name == name) {
                    let set = false;
                    found.push(Field { id, name, set });
                }
            }
            Expr::Placeholder(which) => {
                if let Some(placeholder) = plan.placeholders.get(usize::from(which.0))
                    && let Binding::To(to) = placeholder.binding
                {
                    open.push(to);
                }
            }
            _ => open.extend(plan.operands(id).into_iter().rev()),
        }
    }
    found
}

impl Field {
    /// Looks whether the event has it, unless one had it before.
    pub(super) fn see(&mut self, scope: &Scope<'_>) {
        if self.set {
            return;
        }
        self.set = match &scope.plan.node(self.id).expr {
            Expr::Field(field) => any(scope.plan, field, scope.event),
            _ => is_set(scope, &Row::default(), self.id),
        };
    }
}

/// Whether some row of the event has a field.
fn any(plan: &Plan, field: &FieldRef, event: &Event) -> bool {
    let mut steps: Vec<FieldId> = field.steps.to_vec();
    let variable = plan.variables.get(usize::from(field.variable.0));
    let mut axis = field.axis;
    while let Some(AxisId(at)) = axis {
        let Some(own) = variable.and_then(|of| of.axes.get(usize::from(at))) else {
            break;
        };
        steps.splice(0..0, own.steps.iter().copied());
        // A parent precedes its axis, so this ends.
        axis = own.parent.filter(|parent| parent.0 < at);
    }
    reaches(event.root(), &steps)
}

fn reaches(from: NodeRef<'_>, steps: &[FieldId]) -> bool {
    let Some((&field, rest)) = steps.split_first() else {
        return true;
    };
    if field.repeated() {
        return from.all(field).any(|next| reaches(next, rest));
    }
    from.get(field).is_some_and(|next| reaches(next, rest))
}

/// What stands out on the sides where events are missing.
pub(super) fn of_sides(sides: &[Side], events: u64) -> Vec<Fact> {
    let mut facts = Vec::new();
    if events == 0 {
        return facts;
    }
    for side in sides
        .iter()
        .filter(|side| side.satisfied == 0 && side.seen > 0)
    {
        for field in &side.unset {
            facts.push(Fact::NeverSet {
                variable: side.variable.clone(),
                field: field.clone(),
            });
        }
        for stage in side.funnel.iter().filter(|stage| stage.alone == 0) {
            let Some(subject) = &stage.subject else {
                continue;
            };
            if side.unset.contains(subject) || stage.values.is_empty() {
                continue;
            }
            facts.push(Fact::NoSuchValue {
                variable: side.variable.clone(),
                predicate: stage.text.clone(),
                subject: subject.clone(),
                instead: stage.values.clone(),
            });
        }
    }
    facts
}
