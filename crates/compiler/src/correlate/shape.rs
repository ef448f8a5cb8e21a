//! Which expressions are the same, however they are written.
//!
//! Two nodes have one shape if they compute the same from the same fields; a
//! placeholder has the shape of what it stands for. Shapes are numbered from
//! the leaves on, so that a placeholder that many expressions share is looked
//! at once.

use std::collections::BTreeMap;

use yaral_ir::plan::{Binding, Expr, ExprId, Node, Placeholder};

/// The shape of each node, by the node's number.
pub(crate) fn shapes(nodes: &[Node], placeholders: &[Placeholder]) -> Vec<usize> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut shapes: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let same = match &node.expr {
            Expr::Placeholder(which) => match &placeholders[usize::from(which.0)].binding {
                Binding::To(id) => shapes.get(id.0 as usize).copied(),
                Binding::OneOf(_) => None,
            },
            _ => None,
        };
        let shape = same.unwrap_or_else(|| {
            let next = known.len();
            *known.entry(form(node, &shapes)).or_insert(next)
        });
        shapes.push(shape);
    }
    shapes
}

/// What a node is made of, its operands as shapes. Operands always precede.
fn form(node: &Node, shapes: &[usize]) -> String {
    let of = |id: &ExprId| shapes.get(id.0 as usize).copied().unwrap_or(usize::MAX);
    let operands: Vec<_> = node.operands().iter().map(of).collect();
    match &node.expr {
        Expr::And(_) => format!("and {operands:?}"),
        Expr::Or(_) => format!("or {operands:?}"),
        Expr::Not(_) => format!("not {operands:?}"),
        Expr::Compare { op, nocase, .. } => format!("{op:?} {nocase} {operands:?}"),
        Expr::Arithmetic { op, .. } => format!("{op:?} {operands:?}"),
        Expr::If { .. } => format!("if {operands:?}"),
        Expr::Matches { pattern, .. } => {
            format!(
                "matches {:?} {} {operands:?}",
                pattern.text(),
                pattern.nocase()
            )
        }
        Expr::InList { list, nocase, .. } => {
            format!("in {:?} {nocase} {operands:?}", list.name())
        }
        Expr::Call {
            function, patterns, ..
        } => {
            let folded: Vec<_> = patterns
                .iter()
                .map(yaral_ir::regex::Pattern::nocase)
                .collect();
            format!("call {} {folded:?} {operands:?}", function.name)
        }
        Expr::Quantified {
            all, field, slot, ..
        } => format!("quantified {all} {field:?} {slot} {operands:?}"),
        leaf => format!("{leaf:?}"),
    }
}
