//! A test that excludes one value of a repeated field, and so excludes no
//! event that has another value beside it.

use std::collections::BTreeSet;

use yaral_ir::plan::{Binding, CompareOp, Expr, ExprId, FieldRef};
use yaral_ir::value::Value;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::{Atom, Subject};
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::NEGATED_REPEATED,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    // A field that something else is asked of too is looked at row by row on
    // purpose: the rule then picks the values that it speaks of.
    let mut picked: BTreeSet<(u16, u16)> = BTreeSet::new();
    let mut pick = |id: ExprId| picked.extend(fields(subject, id).into_iter().filter_map(key));
    for atom in &subject.atoms {
        if excludes(subject, *atom).is_none() {
            pick(atom.id);
        }
    }
    for placeholder in &subject.plan.placeholders {
        match &placeholder.binding {
            Binding::To(id) => pick(*id),
            Binding::OneOf(list) => list.iter().copied().for_each(&mut pick),
        }
    }
    for join in subject.plan.correlation.iter().flat_map(|tied| &tied.joins) {
        join.members.iter().for_each(|(_, id)| pick(*id));
    }
    for atom in &subject.atoms {
        if let Some(field) = excludes(subject, *atom)
            && key(field).is_some_and(|key| !picked.contains(&key))
            && let Some(name) = subject.repeated(field)
        {
            found.push(report(subject, *atom, name));
        }
    }
}

/// The fields of an expression.
fn fields<'a>(subject: &Subject<'a>, id: ExprId) -> Vec<&'a FieldRef> {
    let within = subject.within(id).into_iter();
    within
        .filter_map(|node| match &node.expr {
            Expr::Field(field) => Some(field),
            _ => None,
        })
        .collect()
}

fn key(field: &FieldRef) -> Option<(u16, u16)> {
    Some((field.variable.0, field.axis?.0))
}

/// The repeated field of which the predicate excludes a value.
fn excludes<'a>(subject: &Subject<'a>, atom: Atom) -> Option<&'a FieldRef> {
    let of = |id: ExprId| match subject.expr(id) {
        Expr::Field(field) if field.axis.is_some() => Some(field),
        _ => None,
    };
    match subject.expr(atom.id) {
        Expr::Compare {
            op, left, right, ..
        } => {
            let wanted = if atom.negated {
                CompareOp::Eq
            } else {
                CompareOp::Ne
            };
            let constant = |id: ExprId| match subject.expr(id) {
                // Excluding what is not set asks for any value at all.
                Expr::Literal(Value::Str(text)) => !text.is_empty(),
                Expr::Literal(Value::Enum(_, number)) => *number != 0,
                Expr::Literal(Value::Int(number)) => *number != 0,
                Expr::Literal(_) => true,
                _ => false,
            };
            let [a, b] = [*left, *right];
            let field = of(a)
                .filter(|_| constant(b))
                .or_else(|| of(b).filter(|_| constant(a)));
            field.filter(|_| *op == wanted)
        }
        Expr::Matches { subject: text, .. } if atom.negated => of(*text),
        Expr::Call { args, .. } if atom.negated => args.first().and_then(|arg| of(*arg)),
        _ => None,
    }
}

fn report(subject: &Subject<'_>, atom: Atom, name: &str) -> Diagnostic {
    let text = subject.plan.quote(atom.id);
    let message =
        format!("`{name}` is repeated, so this holds as soon as one of its values is another");
    let help = if atom.negated {
        "to exclude an event for any of its values, write `any` before the field, behind the `not`"
            .to_owned()
    } else {
        format!("to ask it of every value, write `all` before the field: `all {text}`")
    };
    Diagnostic::note(
        codes::NEGATED_REPEATED,
        Some(subject.span(atom.id)),
        message,
    )
    .help(help)
    .with_note(
        "a repeated field makes one row per value, and a rule asks its questions of each row",
    )
}
