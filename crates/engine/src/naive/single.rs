//! One event at a time.
//!
//! An event is unnested into the full product of its repeated fields, every
//! predicate is tested on every row, and outcomes are computed over the list
//! of rows that are left.

use std::collections::BTreeMap;

use yaral_ir::function::Call;
use yaral_ir::plan::{
    ArithmeticOp, AxisId, Binding, Branch, CompareOp, Expr, ExprId, PlaceholderId, Plan, TimePart,
    WholeRef,
};
use yaral_ir::semantics::Semantics;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldId, FieldKind, NodeId, NodeRef, ValueRef};

use crate::engine::Context;
use crate::id;

/// What a rule makes of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The position of the branch that matched.
    pub branch: usize,
    /// How many rows satisfied all its predicates.
    pub rows: usize,
    /// The outcome variables, in written order.
    pub outcomes: Vec<(String, Value<'static>)>,
}

type Owned = Value<'static>;

/// One row: an element, or none, for each axis, and a value for each
/// placeholder that has alternatives.
#[derive(Clone, Debug, Default)]
struct Row {
    elements: BTreeMap<u16, Option<NodeId>>,
    choices: BTreeMap<u16, Owned>,
}

/// What outcomes and condition may read besides a row.
#[derive(Default)]
struct After<'r> {
    rows: Option<&'r [Row]>,
    outcomes: Vec<Owned>,
}

struct Naive<'e> {
    plan: &'e Plan,
    event: &'e Event,
    /// The event variable that the event is bound to.
    bound: u16,
    now: i64,
    seed: u64,
}

/// Evaluates one rule on one event; `None` if it does not fire.
#[must_use]
pub fn evaluate(plan: &Plan, event: &Event, context: &Context<'_>) -> Option<Verdict> {
    for (index, branch) in plan.branches.iter().enumerate() {
        let naive = Naive {
            plan,
            event,
            bound: branch.variable.0,
            now: plan.semantics.now.unwrap_or(context.now),
            seed: id::seed(context.event_id),
        };
        let mut rows = naive.unnest(branch);
        rows.retain(|row| {
            branch
                .conjuncts
                .iter()
                .all(|&one| naive.holds(one, row, &After::default(), &[]))
        });
        if !rows.is_empty() {
            // The first branch that matches speaks for the event.
            return naive.conclude(index, &rows);
        }
    }
    None
}

impl Naive<'_> {
    /// All rows of the event.
    fn unnest(&self, branch: &Branch) -> Vec<Row> {
        let mut rows = vec![Row::default()];
        for (number, axis) in
            (0_u16..).zip(&self.plan.variables[usize::from(branch.variable.0)].axes)
        {
            let mut longer = Vec::new();
            for row in &rows {
                let from = match axis.parent {
                    Some(AxisId(parent)) => row.elements[&parent].map(|id| self.event.node(id)),
                    None => Some(self.event.root()),
                };
                let mut elements: Vec<Option<NodeId>> = Vec::new();
                if let Some(from) = from {
                    visit(from, &axis.steps, &mut |node| {
                        elements.push(Some(node.id()));
                    });
                }
                if elements.is_empty() {
                    elements.push(None);
                }
                for element in elements {
                    let mut row = row.clone();
                    row.elements.insert(number, element);
                    longer.push(row);
                }
            }
            rows = longer;
        }
        for (number, placeholder) in (0_u16..).zip(&self.plan.placeholders) {
            let Binding::OneOf(alternatives) = &placeholder.binding else {
                continue;
            };
            if placeholder.variable != branch.variable {
                continue;
            }
            let mut longer = Vec::new();
            for row in &rows {
                let mut values: Vec<Owned> = Vec::new();
                for &alternative in alternatives {
                    let value = self.value(alternative, row, &After::default(), &[]);
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                for value in values {
                    let mut row = row.clone();
                    row.choices.insert(number, value);
                    longer.push(row);
                }
            }
            rows = longer;
        }
        rows
    }

    fn conclude(&self, index: usize, rows: &[Row]) -> Option<Verdict> {
        let mut after = After {
            rows: Some(rows),
            outcomes: Vec::new(),
        };
        for outcome in &self.plan.outcomes {
            let value = self.value(outcome.expr, &rows[0], &after, &[]);
            after.outcomes.push(value);
        }
        if !self.holds(self.plan.condition, &rows[0], &after, &[]) {
            return None;
        }
        let names = self
            .plan
            .outcomes
            .iter()
            .map(|outcome| outcome.name.clone());
        Some(Verdict {
            branch: index,
            rows: rows.len(),
            outcomes: names.zip(after.outcomes).collect(),
        })
    }

    fn holds(&self, id: ExprId, row: &Row, after: &After<'_>, elements: &[Owned]) -> bool {
        self.value(id, row, after, elements).truth()
    }

    fn value(&self, id: ExprId, row: &Row, after: &After<'_>, elements: &[Owned]) -> Owned {
        let node = self.plan.node(id);
        match &node.expr {
            Expr::Literal(value) => value.clone(),
            Expr::Field(field) => {
                let from = match field.axis {
                    _ if field.variable.0 != self.bound => None,
                    Some(AxisId(axis)) => row.elements[&axis].map(|id| self.event.node(id)),
                    None => Some(self.event.root()),
                };
                let mut found = None;
                if let Some(from) = from {
                    let first = &mut |node| found = found.take().or(leaf(node, field.part));
                    visit(from, &field.steps, first);
                }
                found.unwrap_or_else(|| zero(node.ty))
            }
            Expr::Indexed(path) => self
                .all(path)
                .into_iter()
                .next()
                .unwrap_or_else(|| zero(node.ty)),
            Expr::Whole(path) => Value::List(self.all(path)),
            Expr::Keyed(path, key) => self.keyed(path, key),
            Expr::Placeholder(PlaceholderId(which)) => {
                match &self.plan.placeholders[usize::from(*which)].binding {
                    Binding::To(bound) => self.value(*bound, row, after, elements),
                    Binding::OneOf(_) => row
                        .choices
                        .get(which)
                        .cloned()
                        .unwrap_or_else(|| zero(node.ty)),
                }
            }
            Expr::Outcome(which) => after.outcomes[usize::from(*which)].clone(),
            Expr::Element(slot) => elements[usize::from(*slot)].clone(),
            Expr::EventCount(variable) => {
                Value::Int(i64::from(after.rows.is_some() && variable.0 == self.bound))
            }
            Expr::Aggregate { .. } | Expr::PlaceholderCount(_) => {
                self.over_rows(id, after.rows.unwrap_or_default())
            }
            _ => self.combined(id, row, after, elements),
        }
    }

    /// The value of an expression that is made of others.
    fn combined(&self, id: ExprId, row: &Row, after: &After<'_>, elements: &[Owned]) -> Owned {
        let of = |id: ExprId| self.value(id, row, after, elements);
        match &self.plan.node(id).expr {
            Expr::And(list) => Value::Bool(list.iter().all(|&one| of(one).truth())),
            Expr::Or(list) => Value::Bool(list.iter().any(|&one| of(one).truth())),
            Expr::Not(one) => Value::Bool(!of(*one).truth()),
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => Value::Bool(compare(*op, &of(*left), &of(*right), *nocase)),
            Expr::Matches { subject, pattern } => {
                Value::Bool(pattern.is_match(&of(*subject).text()))
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => Value::Bool(list.contains(&of(*subject), *nocase)),
            Expr::Arithmetic { op, left, right } => {
                calculate(*op, &of(*left), &of(*right), &self.plan.semantics)
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => {
                let args: Vec<_> = args.iter().map(|&arg| of(arg)).collect();
                let seed = self.seed ^ u64::from(id.0);
                let semantics = &self.plan.semantics;
                (function.eval)(
                    &Call {
                        patterns,
                        now: self.now,
                        seed,
                        semantics,
                    },
                    &args,
                )
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                if of(*condition).truth() {
                    of(*then)
                } else {
                    of(*otherwise)
                }
            }
            Expr::Quantified {
                all,
                field,
                body,
                slot,
            } => {
                let list = self.all(field);
                let test = |element: Owned| {
                    let mut inner = elements[..usize::from(*slot)].to_vec();
                    inner.push(element);
                    self.holds(*body, row, after, &inner)
                };
                Value::Bool(match (all, list.is_empty()) {
                    (true, true) => self.plan.semantics.all_on_empty,
                    (true, false) => list.into_iter().all(test),
                    (false, _) => list.into_iter().any(test),
                })
            }
            _ => Value::EMPTY,
        }
    }

    /// An aggregate, or a count of a placeholder's values, over the rows left.
    fn over_rows(&self, id: ExprId, rows: &[Row]) -> Owned {
        match &self.plan.node(id).expr {
            Expr::Aggregate { aggregate, arg, .. } => {
                // Equal values together, in the order of first appearance.
                let mut values: Vec<(Owned, u64)> = Vec::new();
                for row in rows {
                    let items = match self.value(*arg, row, &After::default(), &[]) {
                        Value::List(items) => items,
                        value => vec![value],
                    };
                    for item in items {
                        if !aggregate.takes(&item, &self.plan.semantics) {
                            continue;
                        }
                        match values
                            .iter_mut()
                            .find(|(known, _)| known.total_cmp(&item).is_eq())
                        {
                            Some((_, count)) => *count += 1,
                            None => values.push((item, 1)),
                        }
                    }
                }
                let mut accumulator = (aggregate.start)();
                for (value, count) in &values {
                    accumulator.add(value, *count);
                }
                accumulator.finish(&self.plan.semantics)
            }
            Expr::PlaceholderCount(placeholder) => {
                let mut seen: Vec<Owned> = Vec::new();
                for row in rows {
                    let value = self.value(*placeholder, row, &After::default(), &[]);
                    let counts = self.plan.semantics.placeholder_counts_zero || !value.is_zero();
                    if counts && !seen.contains(&value) {
                        seen.push(value);
                    }
                }
                Value::Int(i64::try_from(seen.len()).unwrap_or(i64::MAX))
            }
            _ => Value::EMPTY,
        }
    }

    /// All values at a path that is read as a whole.
    fn all(&self, path: &WholeRef) -> Vec<Owned> {
        let ends = self.ends(path);
        ends.into_iter()
            .filter_map(|node| leaf(node, path.part))
            .collect()
    }

    fn ends(&self, path: &WholeRef) -> Vec<NodeRef<'_>> {
        if path.variable.0 != self.bound {
            return Vec::new();
        }
        let mut nodes = vec![self.event.root()];
        for (field, index) in &path.steps {
            let children =
                |node: NodeRef<'_>| -> Vec<NodeId> { node.all(*field).map(NodeRef::id).collect() };
            nodes = nodes
                .into_iter()
                .flat_map(|node| {
                    let list = children(node);
                    match (index, field.repeated()) {
                        (Some(index), _) => {
                            list.get(*index as usize).copied().into_iter().collect()
                        }
                        (None, true) => list,
                        (None, false) => list.into_iter().take(1).collect::<Vec<_>>(),
                    }
                })
                .map(|id| self.event.node(id))
                .collect();
        }
        nodes
    }

    fn keyed(&self, path: &WholeRef, key: &str) -> Owned {
        for node in self.ends(path) {
            let found = match node.value() {
                ValueRef::Struct(_) => node.entry(key).and_then(text),
                ValueRef::Message(_) => label(node, key),
                _ => None,
            };
            if let Some(found) = found {
                return Value::string(found);
            }
        }
        Value::EMPTY
    }
}

fn label(node: NodeRef<'_>, wanted: &str) -> Option<String> {
    let FieldKind::Message(message) = node.field()?.kind() else {
        return None;
    };
    let (key, value) = message.label_like()?;
    if node.get(key).and_then(text)? != wanted {
        return None;
    }
    Some(node.get(value).and_then(text).unwrap_or_default())
}

fn text(node: NodeRef<'_>) -> Option<String> {
    if let ValueRef::Str(text) = node.value() {
        Some(text.to_owned())
    } else {
        None
    }
}

fn visit<'e>(from: NodeRef<'e>, steps: &[FieldId], see: &mut dyn FnMut(NodeRef<'e>)) {
    match steps {
        [] => see(from),
        [field, rest @ ..] if field.repeated() => {
            from.all(*field).for_each(|next| visit(next, rest, see));
        }
        [field, rest @ ..] => from
            .get(*field)
            .into_iter()
            .for_each(|next| visit(next, rest, see)),
    }
}

fn leaf(node: NodeRef<'_>, part: Option<TimePart>) -> Option<Owned> {
    Some(match (node.value(), part) {
        (ValueRef::Str(s), _) => Value::string(s.to_owned()),
        (ValueRef::Bytes(b), _) => match node.text() {
            Some(text) => Value::string(text.to_owned()),
            None => Value::Bytes(b.to_vec().into()),
        },
        (ValueRef::Bool(b), _) => Value::Bool(b),
        (ValueRef::Int(i), _) => Value::Int(i),
        (ValueRef::Uint(u), _) => Value::Uint(u),
        (ValueRef::Float(f), _) => Value::Float(f),
        (ValueRef::Enum(of, number), _) => Value::Enum(of, number),
        (ValueRef::Timestamp(t) | ValueRef::Duration(t), Some(TimePart::Nanos)) => {
            Value::Int(t.nanos.into())
        }
        (ValueRef::Timestamp(t) | ValueRef::Duration(t), _) => Value::Int(t.seconds),
        _ => return None,
    })
}

fn zero(ty: Type) -> Owned {
    match ty {
        Type::Int => Value::Int(0),
        Type::Uint => Value::Uint(0),
        Type::Float => Value::Float(0.0),
        Type::Bool => Value::Bool(false),
        Type::Enum(of) => Value::Enum(of, 0),
        Type::List(_) => Value::List(Vec::new()),
        Type::Bytes => Value::Bytes(Vec::new().into()),
        Type::Str | Type::Any => Value::EMPTY,
    }
}

fn compare(op: CompareOp, left: &Owned, right: &Owned, nocase: bool) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match (op, left.compare(right)) {
        (CompareOp::Eq, _) => left.equals(right, nocase),
        (CompareOp::Ne, _) => !left.equals(right, nocase),
        (CompareOp::Lt, order) => order == Some(Less),
        (CompareOp::Gt, order) => order == Some(Greater),
        (CompareOp::Le, order) => matches!(order, Some(Less | Equal)),
        (CompareOp::Ge, order) => matches!(order, Some(Greater | Equal)),
    }
}

fn calculate(op: ArithmeticOp, left: &Owned, right: &Owned, semantics: &Semantics) -> Owned {
    let floats = [left, right]
        .iter()
        .any(|side| matches!(side, Value::Float(_)));
    let (x, y) = (left.float(), right.float());
    let (a, b) = (left.int(), right.int());
    match op {
        ArithmeticOp::Div if semantics.integer_division && !floats => {
            Value::Int(if b == 0 { 0 } else { a.wrapping_div(b) })
        }
        ArithmeticOp::Div if y == 0.0 => Value::Float(0.0),
        ArithmeticOp::Div => Value::Float(x / y),
        ArithmeticOp::Rem if y == 0.0 => {
            if floats {
                Value::Float(0.0)
            } else {
                Value::Int(0)
            }
        }
        ArithmeticOp::Rem => {
            if floats {
                Value::Float(x % y)
            } else {
                Value::Int(a.wrapping_rem(b))
            }
        }
        ArithmeticOp::Add => {
            if floats {
                Value::Float(x + y)
            } else {
                Value::Int(a.saturating_add(b))
            }
        }
        ArithmeticOp::Sub => {
            if floats {
                Value::Float(x - y)
            } else {
                Value::Int(a.saturating_sub(b))
            }
        }
        ArithmeticOp::Mul => {
            if floats {
                Value::Float(x * y)
            } else {
                Value::Int(a.saturating_mul(b))
            }
        }
    }
}
