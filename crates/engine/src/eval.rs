//! Evaluates the expressions of a plan for one row of one event.
//!
//! Predicates short-circuit; text is borrowed from event and plan, so that a
//! predicate over plain fields allocates nothing. Every verdict passes through
//! a [`Recorder`]: the one that does nothing costs nothing, and the other one
//! is what explanations are made of, so that both always agree.

use std::borrow::Cow;

use yaral_ir::function::Call;
use yaral_ir::metrics::{Metric, Metrics, Observation};
use yaral_ir::plan::{
    ArithmeticOp, CompareOp, Expr, ExprId, FieldRef, Plan, TimePart, VariableId, WholeRef,
};
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldId, NodeRef, ValueRef};

use crate::rows::Row;
use crate::zero;

/// Sees every predicate's verdict.
pub(crate) trait Recorder {
    /// The predicate was decided.
    fn decided(&mut self, id: ExprId, held: bool);
}

/// Records nothing.
pub(crate) struct Silent;

impl Recorder for Silent {
    #[inline]
    fn decided(&mut self, _: ExprId, _: bool) {}
}

/// What stays the same over all rows of one event.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'e> {
    pub(crate) plan: &'e Plan,
    pub(crate) event: &'e Event,
    /// The event variable that the event is bound to; the fields of others
    /// read as zero.
    pub(crate) bound: VariableId,
    pub(crate) now: i64,
    pub(crate) seed: u64,
    /// Who answers metrics.
    pub(crate) metrics: Option<&'e dyn Metrics>,
    /// The time that metrics look back from, in Unix seconds: the start of the
    /// window, or the time of the event where there is none.
    pub(crate) at: i64,
}

/// One row, or the state in which outcomes and condition are evaluated.
pub(crate) struct Eval<'s, 'e, R> {
    pub(crate) scope: Scope<'e>,
    pub(crate) row: &'s Row<'e>,
    /// What stands for aggregates, counts and earlier outcomes; empty while rows are tested.
    pub(crate) known: &'s Known<'e>,
    pub(crate) recorder: &'s mut R,
    elements: Vec<Value<'e>>,
}

/// What is known once the rows are.
#[derive(Default)]
pub(crate) struct Known<'e> {
    /// The values of aggregates and placeholder counts, by expression; sorted.
    pub(crate) aggregates: Vec<(ExprId, Value<'e>)>,
    /// The values of the outcome variables so far.
    pub(crate) outcomes: Vec<Value<'e>>,
    /// Whether rows are known, so that `#e` is 1.
    pub(crate) counted: bool,
    /// The joined row, where the expression is of a correlated rule.
    pub(crate) joined: Option<&'e dyn Joined<'e>>,
}

/// What an expression of a correlated rule reads instead of an event.
pub(crate) trait Joined<'e> {
    /// The value of an expression that was evaluated on its own event, or of
    /// one that is known of the whole group.
    fn value(&self, id: ExprId) -> Option<Value<'e>>;
}

impl<'s, 'e, R: Recorder> Eval<'s, 'e, R> {
    pub(crate) fn new(
        scope: Scope<'e>,
        row: &'s Row<'e>,
        known: &'s Known<'e>,
        recorder: &'s mut R,
    ) -> Self {
        Eval {
            scope,
            row,
            known,
            recorder,
            elements: Vec::new(),
        }
    }

    /// Whether a predicate holds.
    pub(crate) fn test(&mut self, id: ExprId) -> bool {
        if let Some(known) = self.known.joined.and_then(|joined| joined.value(id)) {
            return known.truth();
        }
        let plan = self.scope.plan;
        let held = match &plan.node(id).expr {
            Expr::And(list) => list.iter().all(|&one| self.test(one)),
            Expr::Or(list) => list.iter().any(|&one| self.test(one)),
            Expr::Not(one) => !self.test(*one),
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => {
                let left = self.value(*left);
                let right = self.value(*right);
                compare(*op, &left, &right, *nocase)
            }
            Expr::Matches { subject, pattern } => pattern.is_match(&self.value(*subject).text()),
            Expr::InList {
                subject,
                list,
                nocase,
            } => list.contains(&self.value(*subject), *nocase),
            Expr::MatchesCell {
                subject,
                cell,
                column: (table, at),
                nocase,
            } => {
                let subject = self.value(*subject);
                let cell = self.value(*cell);
                let column = table.columns.get(*at);
                column.is_some_and(|column| column.matches(&cell.text(), &subject.text(), *nocase))
            }
            Expr::Quantified {
                all,
                field,
                body,
                slot,
            } => self.quantified(*all, field, *body, usize::from(*slot)),
            _ => self.value(id).truth(),
        };
        self.recorder.decided(id, held);
        held
    }

    fn quantified(&mut self, all: bool, field: &WholeRef, body: ExprId, slot: usize) -> bool {
        let mut elements = Vec::new();
        whole(&self.scope, field, &mut |value| elements.push(value));
        if elements.is_empty() {
            return all && self.scope.plan.semantics.all_on_empty;
        }
        for element in elements {
            self.elements.truncate(slot);
            self.elements.push(element);
            if self.test(body) != all {
                return !all;
            }
        }
        all
    }

    /// The value of an expression.
    pub(crate) fn value(&mut self, id: ExprId) -> Value<'e> {
        if let Some(known) = self.known.joined.and_then(|joined| joined.value(id)) {
            return known;
        }
        let plan = self.scope.plan;
        let node = plan.node(id);
        match &node.expr {
            Expr::Literal(value) => borrowed(value),
            Expr::Field(field) => {
                field_value(&self.scope, self.row, field).unwrap_or_else(|| zero::of(node.ty))
            }
            Expr::Indexed(path) => first(&self.scope, path).unwrap_or_else(|| zero::of(node.ty)),
            Expr::Whole(path) => {
                let mut list = Vec::new();
                whole(&self.scope, path, &mut |value| list.push(value));
                Value::List(list)
            }
            Expr::Keyed(path, key) => keyed(&self.scope, path, key),
            Expr::Entry { map, key, steps } => {
                entry(&self.scope, map, key, steps).unwrap_or_else(|| zero::of(node.ty))
            }
            Expr::Cell(variable, column) => {
                cell(&self.scope, *variable, column).unwrap_or_else(|| zero::of(node.ty))
            }
            Expr::Placeholder(which) => self.placeholder(*which),
            Expr::Outcome(which) => match self.known.outcomes.get(usize::from(*which)) {
                Some(value) => value.clone(),
                None => zero::of(node.ty),
            },
            Expr::Arithmetic { op, left, right } => {
                let left = self.value(*left);
                let right = self.value(*right);
                arithmetic(*op, &left, &right, plan.semantics.integer_division)
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => {
                let args: Vec<_> = args.iter().map(|&arg| self.value(arg)).collect();
                let call = Call {
                    patterns,
                    now: self.scope.now,
                    seed: self.scope.seed ^ u64::from(id.0),
                    semantics: &plan.semantics,
                };
                (function.eval)(&call, &args)
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let chosen = if self.test(*condition) {
                    then
                } else {
                    otherwise
                };
                self.value(*chosen)
            }
            Expr::Element(slot) => self
                .elements
                .get(usize::from(*slot))
                .cloned()
                .unwrap_or(Value::EMPTY),
            Expr::Aggregate { .. } | Expr::PlaceholderCount(_) => {
                match self
                    .known
                    .aggregates
                    .binary_search_by_key(&id, |(of, _)| *of)
                {
                    Ok(at) => self.known.aggregates[at].1.clone(),
                    Err(_) => zero::of(node.ty),
                }
            }
            Expr::Metric(metric) => self.metric(metric),
            Expr::WindowStart | Expr::WindowEnd => Value::Int(0),
            Expr::EventCount(variable) => Value::Int(i64::from(
                self.known.counted && self.scope.bound == *variable,
            )),
            Expr::And(_)
            | Expr::Or(_)
            | Expr::Not(_)
            | Expr::Compare { .. }
            | Expr::Matches { .. }
            | Expr::InList { .. }
            | Expr::MatchesCell { .. }
            | Expr::Quantified { .. } => Value::Bool(self.test(id)),
        }
    }

    fn metric(&mut self, metric: &'e Metric) -> Value<'e> {
        let values: Vec<_> = metric.by.iter().map(|&id| self.value(id)).collect();
        let scope = self.scope;
        let keep = |seen: &Observation| {
            metric.filter.is_none_or(|filter| {
                let (row, known, mut silent) = (Row::default(), Known::default(), Silent);
                let mut eval = Eval::new(scope, &row, &known, &mut silent);
                eval.elements.extend(seen.values());
                eval.test(filter)
            })
        };
        let at = scope.at;
        metric.ask(scope.metrics, (&values, at), &scope.plan.semantics, &keep)
    }

    fn placeholder(&mut self, which: yaral_ir::plan::PlaceholderId) -> Value<'e> {
        if let Some(chosen) = self.row.choice(which) {
            return chosen.clone();
        }
        let placeholder = &self.scope.plan.placeholders[usize::from(which.0)];
        match &placeholder.binding {
            yaral_ir::plan::Binding::To(expr) => self.value(*expr),
            yaral_ir::plan::Binding::OneOf(_) => zero::of(placeholder.ty),
        }
    }
}

/// A constant of the plan without copying its text.
pub(crate) fn borrowed<'p>(value: &'p Value<'static>) -> Value<'p> {
    match value {
        Value::Str(text) => Value::Str(Cow::Borrowed(text)),
        Value::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes)),
        other => other.clone(),
    }
}

/// Whether a comparison holds. Values that have no order satisfy only `!=`.
fn compare(op: CompareOp, left: &Value<'_>, right: &Value<'_>, nocase: bool) -> bool {
    match op {
        CompareOp::Eq => left.equals(right, nocase),
        CompareOp::Ne => !left.equals(right, nocase),
        CompareOp::Lt => left.compare(right).is_some_and(std::cmp::Ordering::is_lt),
        CompareOp::Le => left.compare(right).is_some_and(std::cmp::Ordering::is_le),
        CompareOp::Gt => left.compare(right).is_some_and(std::cmp::Ordering::is_gt),
        CompareOp::Ge => left.compare(right).is_some_and(std::cmp::Ordering::is_ge),
    }
}

/// Integers stay integers and saturate; `/` yields a float, as the reference has
/// it for constants (yara-l §3.3), unless a switch says otherwise; dividing by
/// zero yields zero.
fn arithmetic(
    op: ArithmeticOp,
    left: &Value<'_>,
    right: &Value<'_>,
    integer_division: bool,
) -> Value<'static> {
    let float = matches!(left, Value::Float(_)) || matches!(right, Value::Float(_));
    if op == ArithmeticOp::Div && (float || !integer_division) {
        let divisor = right.float();
        return Value::Float(if divisor == 0.0 {
            0.0
        } else {
            left.float() / divisor
        });
    }
    if float {
        let (a, b) = (left.float(), right.float());
        return Value::Float(match op {
            ArithmeticOp::Add => a + b,
            ArithmeticOp::Sub => a - b,
            ArithmeticOp::Mul => a * b,
            ArithmeticOp::Div | ArithmeticOp::Rem if b == 0.0 => 0.0,
            ArithmeticOp::Div => a / b,
            ArithmeticOp::Rem => a % b,
        });
    }
    let (a, b) = (left.int(), right.int());
    Value::Int(match op {
        ArithmeticOp::Add => a.saturating_add(b),
        ArithmeticOp::Sub => a.saturating_sub(b),
        ArithmeticOp::Mul => a.saturating_mul(b),
        ArithmeticOp::Div => a.checked_div(b).unwrap_or(0),
        ArithmeticOp::Rem => a.checked_rem(b).unwrap_or(0),
    })
}

/// The value of a field on a row; `None` if it is not set.
pub(crate) fn field_value<'e>(
    scope: &Scope<'e>,
    row: &Row<'e>,
    field: &FieldRef,
) -> Option<Value<'e>> {
    if field.variable != scope.bound {
        return None;
    }
    let start = match field.axis {
        Some(axis) => row.element(axis)?,
        None => scope.event.root(),
    };
    scalar(start.walk(&field.steps)?, field.part)
}

/// The value of a leaf; messages have none.
pub(crate) fn scalar(node: NodeRef<'_>, part: Option<TimePart>) -> Option<Value<'_>> {
    Some(match node.value() {
        ValueRef::Str(text) => Value::str(text),
        // Ids are bytes that rules compare with text; they read as the text
        // that they stand for.
        ValueRef::Bytes(bytes) => match node.text() {
            Some(text) => Value::str(text),
            None => Value::Bytes(Cow::Borrowed(bytes)),
        },
        ValueRef::Bool(b) => Value::Bool(b),
        ValueRef::Int(i) => Value::Int(i),
        ValueRef::Uint(u) => Value::Uint(u),
        ValueRef::Float(f) => Value::Float(f),
        ValueRef::Enum(of, number) => Value::Enum(of, number),
        ValueRef::Timestamp(t) | ValueRef::Duration(t) => Value::Int(match part {
            Some(TimePart::Nanos) => i64::from(t.nanos),
            Some(TimePart::Seconds) | None => t.seconds,
        }),
        ValueRef::Message(_) | ValueRef::Struct(_) | ValueRef::List(_) | ValueRef::Null => {
            return None;
        }
    })
}

/// Visits every value at a path that is read as a whole, in event order.
pub(crate) fn whole<'e>(scope: &Scope<'e>, path: &WholeRef, visit: &mut dyn FnMut(Value<'e>)) {
    ends(scope, path, &mut |node| {
        if let Some(value) = scalar(node, path.part) {
            visit(value);
        }
        true
    });
}

fn first<'e>(scope: &Scope<'e>, path: &WholeRef) -> Option<Value<'e>> {
    let mut found = None;
    ends(scope, path, &mut |node| {
        found = scalar(node, path.part);
        false
    });
    found
}

/// Visits the ends of a path until the visitor says stop.
fn ends<'e>(scope: &Scope<'e>, path: &WholeRef, visit: &mut dyn FnMut(NodeRef<'e>) -> bool) {
    if path.variable == scope.bound {
        nodes(scope.event.root(), &path.steps, visit);
    }
}

/// Visits the nodes at a path until the visitor says stop; false if it did.
pub(crate) fn nodes<'e>(
    from: NodeRef<'e>,
    steps: &[(FieldId, Option<u32>)],
    visit: &mut dyn FnMut(NodeRef<'e>) -> bool,
) -> bool {
    let Some(((field, index), rest)) = steps.split_first() else {
        return visit(from);
    };
    match index {
        Some(index) => from
            .all(*field)
            .nth(*index as usize)
            .is_none_or(|next| nodes(next, rest, visit)),
        None if field.repeated() => from.all(*field).all(|next| nodes(next, rest, visit)),
        None => from.get(*field).is_none_or(|next| nodes(next, rest, visit)),
    }
}

/// The first value with this key below the path: a Struct's entry, or the
/// `value` of the first label whose `key` it is. Keys with values that are
/// not text are unreachable (yara-l §3.8); a missing key reads as "".
fn keyed<'e>(scope: &Scope<'e>, path: &WholeRef, key: &str) -> Value<'e> {
    let mut found = None;
    ends(scope, path, &mut |node| {
        found = match node.value() {
            ValueRef::Struct(_) => node.entry(key).and_then(|entry| text_of(entry)),
            ValueRef::Message(message) => label(message, key),
            _ => None,
        };
        found.is_none()
    });
    found.map_or(Value::EMPTY, Value::str)
}

/// The first value at the steps within a message that a map holds under a key.
fn entry<'e>(
    scope: &Scope<'e>,
    map: &WholeRef,
    key: &str,
    steps: &[(FieldId, Option<u32>)],
) -> Option<Value<'e>> {
    let mut found = None;
    ends(scope, map, &mut |node| {
        if let Some(message) = node.entry(key) {
            nodes(message, steps, &mut |end| {
                found = scalar(end, None);
                found.is_none()
            });
        }
        found.is_none()
    });
    found
}

/// The number in a column of a data table's row.
fn cell<'e>(scope: &Scope<'e>, variable: VariableId, column: &str) -> Option<Value<'e>> {
    if variable != scope.bound {
        return None;
    }
    let cells = scope.event.root().get(FieldId::UDM_ADDITIONAL)?;
    scalar(cells.entry(column)?, None)
}

fn label<'e>(message: NodeRef<'e>, key: &str) -> Option<&'e str> {
    let yaral_udm::FieldKind::Message(of) = message.field()?.kind() else {
        return None;
    };
    let (key_field, value_field) = of.label_like()?;
    let named = message.get(key_field).and_then(text_of) == Some(key);
    named.then(|| {
        message
            .get(value_field)
            .and_then(text_of)
            .unwrap_or_default()
    })
}

fn text_of(node: NodeRef<'_>) -> Option<&str> {
    match node.value() {
        ValueRef::Str(text) => Some(text),
        _ => None,
    }
}
