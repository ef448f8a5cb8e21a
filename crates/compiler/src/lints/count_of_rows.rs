//! `count` where repeated fields make several rows of one event.

use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;
use yaral_udm::FieldId;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::COUNT_OF_ROWS,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let Expr::Aggregate { aggregate, arg, .. } = &node.expr else {
            continue;
        };
        if aggregate.name != "count" {
            continue;
        }
        let variables = &subject.plan.variables;
        let read = subject.within(subject.stands_for(*arg));
        let several = read.iter().find_map(|node| match &node.expr {
            Expr::Field(field) => {
                let variable = variables.get(usize::from(field.variable.0))?;
                let mut repeated = variable.axes.iter().filter_map(|axis| axis.steps.last());
                // A detection has one result, though its field is a list.
                repeated.find(|field| **field != FieldId::COLLECTION_DETECTION)
            }
            _ => None,
        });
        if let Some(repeated) = several {
            let message = format!(
                "`count` counts rows, and each value of `{}` makes one of its own",
                repeated.name()
            );
            found.push(
                Diagnostic::note(codes::COUNT_OF_ROWS, Some(subject.span(ExprId(at))), message)
                    .help("write `count_distinct(…)` for different values; `#e` in the condition counts events")
                    .with_note("two independent repeated fields multiply: three values and two values make six rows"),
            );
        }
    }
}
