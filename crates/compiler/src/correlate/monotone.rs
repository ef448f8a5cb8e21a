//! Whether more events can never undo a condition.
//!
//! Each expression has a direction: it never falls, or never rises, while a
//! group takes in more joined rows. A comparison with a constant that such an
//! expression has once passed stays passed. Where nothing is sure, nothing
//! is claimed.

use yaral_ir::correlation::MatchKey;
use yaral_ir::plan::{ArithmeticOp, CompareOp, Expr, ExprId, Outcome};
use yaral_ir::types::Type;
use yaral_ir::value::Value;

use crate::lower::Lower;

/// How an expression moves as joined rows are added. A predicate that goes
/// up may turn true and stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Still,
    Up,
    Down,
    Unknown,
}

impl Way {
    fn turned(self) -> Self {
        match self {
            Way::Up => Way::Down,
            Way::Down => Way::Up,
            same => same,
        }
    }

    /// How what both make together moves, if each pulls its own way.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Way::Still, way) | (way, Way::Still) => way,
            (a, b) if a == b => a,
            _ => Way::Unknown,
        }
    }
}

/// What the directions of a rule depend on.
struct Ways<'a> {
    lower: &'a Lower<'a>,
    /// The directions of the outcomes so far; each may name earlier ones.
    outcomes: Vec<Way>,
    /// Whether a row keeps what it has of a variable while it grows.
    required: &'a [bool],
}

/// Whether more joined rows can never undo the condition.
pub(crate) fn is_monotone(
    lower: &Lower<'_>,
    outcomes: &[Outcome],
    keys: &[MatchKey],
    required: &[bool],
    condition: ExprId,
) -> bool {
    let kinds = &lower.variables.kinds;
    let timed = |at: usize| kinds.get(at).is_none_or(|kind| !kind.stands());
    let whole = (0..required.len()).all(|at| required[at] || !timed(at));
    // What stands is known beforehand: a row that no entity has joined when
    // it was made is joined by none later. So the row stays as it is, though
    // it may not be the last one of its group.
    let required: Vec<_> = required.iter().map(|&required| required || whole).collect();
    let inner = whole;
    // An event that joins a row can then give it another match value.
    if !inner && keys.iter().any(|key| key.by.iter().any(Option::is_none)) {
        return false;
    }
    let mut ways = Ways {
        lower,
        outcomes: Vec::new(),
        required: &required,
    };
    for outcome in outcomes {
        let way = ways.of(outcome.expr);
        ways.outcomes.push(way);
    }
    matches!(ways.of(condition), Way::Still | Way::Up)
}

impl Ways<'_> {
    fn of(&self, id: ExprId) -> Way {
        match &self.lower.nodes[id.0 as usize].expr {
            Expr::Literal(_) => Way::Still,
            Expr::EventCount(_) => Way::Up,
            Expr::PlaceholderCount(of) => self.values(*of),
            Expr::And(list) | Expr::Or(list) => list
                .iter()
                .fold(Way::Still, |way, &one| way.with(self.of(one))),
            Expr::Not(one) => self.of(*one).turned(),
            Expr::Compare {
                op, left, right, ..
            } => self.compare(*op, *left, *right),
            Expr::Arithmetic { op, left, right } => match op {
                ArithmeticOp::Add => self.of(*left).with(self.of(*right)),
                ArithmeticOp::Sub => self.of(*left).with(self.of(*right).turned()),
                _ => match (self.of(*left), self.of(*right)) {
                    (Way::Still, Way::Still) => Way::Still,
                    _ => Way::Unknown,
                },
            },
            Expr::If {
                condition,
                then,
                otherwise,
            } => self.choice(*condition, *then, *otherwise),
            Expr::Outcome(at) => self
                .outcomes
                .get(usize::from(*at))
                .copied()
                .unwrap_or(Way::Unknown),
            Expr::Aggregate {
                aggregate,
                arg,
                by: None,
                ignore_zero: false,
            } => self.aggregate(aggregate.name, *arg),
            _ => Way::Unknown,
        }
    }

    fn compare(&self, op: CompareOp, left: ExprId, right: ExprId) -> Way {
        let (left, right) = (self.of(left), self.of(right));
        match op {
            CompareOp::Gt | CompareOp::Ge => left.with(right.turned()),
            CompareOp::Lt | CompareOp::Le => left.turned().with(right),
            CompareOp::Eq | CompareOp::Ne => match (left, right) {
                (Way::Still, Way::Still) => Way::Still,
                _ => Way::Unknown,
            },
        }
    }

    /// `if` between two constants moves with its condition.
    fn choice(&self, condition: ExprId, then: ExprId, otherwise: ExprId) -> Way {
        let way = self.of(condition);
        match (self.number(then), self.number(otherwise)) {
            _ if way == Way::Still => self.of(then).with(self.of(otherwise)),
            (Some(then), Some(otherwise)) if then >= otherwise => way,
            (Some(_), Some(_)) => way.turned(),
            _ => Way::Unknown,
        }
    }

    fn number(&self, id: ExprId) -> Option<f64> {
        match self.lower.nodes[id.0 as usize].expr {
            #[allow(
                clippy::cast_precision_loss,
                reason = "only the order matters, and it stays"
            )]
            Expr::Literal(Value::Int(number)) => Some(number as f64),
            Expr::Literal(Value::Float(number)) => Some(number),
            _ => None,
        }
    }

    /// A row that a further event extends keeps the values of the variables
    /// that it had; only what stands for an absent one changes.
    fn reads_present(&self, id: ExprId) -> bool {
        self.lower
            .reads(id)
            .iter()
            .all(|at| self.required.get(usize::from(*at)) == Some(&true))
    }

    fn values(&self, of: ExprId) -> Way {
        let zeros = self.lower.options.semantics.placeholder_counts_zero;
        // One that reads a single variable is zero while that is absent, and
        // zero does not count.
        if self.reads_present(of) || (!zeros && self.lower.reads(of).len() == 1) {
            Way::Up
        } else {
            Way::Unknown
        }
    }

    fn aggregate(&self, name: &str, arg: ExprId) -> Way {
        if !self.reads_present(arg) {
            return Way::Unknown;
        }
        // A list may be empty, which changes what the first element does.
        let scalar = self.lower.ty(arg).is_number();
        match name {
            "count" | "count_distinct" => Way::Up,
            "max" if scalar => Way::Up,
            "min" if scalar => Way::Down,
            "sum" if self.never_negative(arg) => Way::Up,
            _ => Way::Unknown,
        }
    }

    fn never_negative(&self, id: ExprId) -> bool {
        match &self.lower.nodes[id.0 as usize].expr {
            Expr::If {
                then, otherwise, ..
            } => self.never_negative(*then) && self.never_negative(*otherwise),
            Expr::Literal(_) => self.number(id).is_some_and(|number| number >= 0.0),
            _ => self.lower.ty(id) == Type::Uint,
        }
    }
}
