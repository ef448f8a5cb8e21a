//! Two constants asked of one value: no row has both.

use std::collections::BTreeMap;

use yaral_ir::plan::{CompareOp, Expr, ExprId};
use yaral_ir::value::Value;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::{Joined, Subject};
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::CONTRADICTION,
    find,
};

/// `field = constant`, turned so that the field comes first.
struct Equal<'a> {
    field: ExprId,
    constant: &'a Value<'static>,
    nocase: bool,
    whole: ExprId,
}

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (joined, group) in &subject.groups {
        if *joined == Joined::Or {
            continue;
        }
        let mut asked: BTreeMap<&str, Equal<'_>> = BTreeMap::new();
        for &id in group {
            let Some(equal) = equal(subject, id) else {
                continue;
            };
            match asked.get(subject.text(equal.field)) {
                Some(first) if differ(first, &equal) => found.push(report(subject, first, &equal)),
                Some(_) => {}
                None => {
                    asked.insert(subject.text(equal.field), equal);
                }
            }
        }
    }
}

fn equal<'a>(subject: &Subject<'a>, id: ExprId) -> Option<Equal<'a>> {
    let Expr::Compare {
        op: CompareOp::Eq,
        left,
        right,
        nocase,
    } = subject.expr(id)
    else {
        return None;
    };
    [(*left, *right), (*right, *left)]
        .into_iter()
        .find_map(|(field, constant)| match subject.expr(constant) {
            Expr::Literal(constant) => Some(Equal {
                field,
                constant,
                nocase: *nocase,
                whole: id,
            }),
            _ => None,
        })
}

/// Whether no value equals both constants.
fn differ(a: &Equal<'_>, b: &Equal<'_>) -> bool {
    match (a.constant, b.constant) {
        (Value::Str(one), Value::Str(other)) if a.nocase || b.nocase => {
            one.to_lowercase() != other.to_lowercase()
        }
        (Value::Str(one), Value::Str(other)) => one != other,
        (Value::Int(one), Value::Int(other)) => one != other,
        (Value::Bool(one), Value::Bool(other)) => one != other,
        (Value::Enum(_, one), Value::Enum(_, other)) => one != other,
        _ => false,
    }
}

fn report(subject: &Subject<'_>, first: &Equal<'_>, second: &Equal<'_>) -> Diagnostic {
    let field = subject.text(second.field);
    let message = format!("`{field}` cannot have both values, so this never holds");
    let span = subject.span(second.whole);
    let found = Diagnostic::warning(codes::CONTRADICTION, Some(span), message).secondary(
        subject.span(first.whole),
        "the other value is asked for here",
    );
    let repeated = match subject.expr(subject.stands_for(first.field)) {
        Expr::Field(field) => subject.repeated(field),
        _ => None,
    };
    match repeated {
        Some(name) => found
            .help(format!(
                "to ask for both among the values of one event, write `any` before the field: `any {field} = …`"
            ))
            .with_note(format!(
                "`{name}` is repeated: the rule is asked for each value by itself, one row per value"
            )),
        None => found.help("join the two with `or` if either value will do"),
    }
}
