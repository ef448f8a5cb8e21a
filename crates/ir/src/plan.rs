//! The checked plan: one rule, ready to run, as plain data.
//!
//! The compiler writes it and the engine reads it; neither holds a reference
//! to the other. Expressions live in one vector and name each other by
//! [`ExprId`], so that a recorder can say which one held and a printer can
//! show them all. What an engine builds from a plan (indexes, components,
//! caches) is the engine's own affair and never stored here.

use std::sync::Arc;

use yaral_udm::{FieldId, FieldSet, Need};

use crate::aggregates::Aggregate;
use crate::correlation::Correlation;
use crate::function::Function;
use crate::lists::List;
use crate::metrics::{Metric, Series};
use crate::regex::Pattern;
use crate::semantics::Semantics;
use crate::source::{Export, Source};
use crate::tables::Table;
use crate::types::Type;
use crate::value::Value;

/// One checked rule.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The rule's name.
    pub name: String,
    /// The meta section, in written order.
    pub meta: Vec<(String, String)>,
    /// The rule's source text, for quoting predicates in evidence.
    pub source: Arc<str>,
    /// Hash of the rule's token text without comments, meta and layout
    /// (decision 8): the same after reformatting, another after any change.
    pub text_hash: [u8; 32],
    /// The event variables, in order of first use.
    pub variables: Vec<EventVariable>,
    /// The ways in which an event can match. A rule without `match` has one;
    /// the lenient rewrite of an uncorrelated `or` has several. A rule with
    /// `match` has one for each event variable, in the variables' order, with
    /// the predicates that read this variable alone.
    pub branches: Vec<Branch>,
    /// The placeholders, in order of first use.
    pub placeholders: Vec<Placeholder>,
    /// The outcome variables, in written order.
    pub outcomes: Vec<Outcome>,
    /// The condition, tested once the rows of an event are known.
    pub condition: ExprId,
    /// All expressions.
    pub exprs: Vec<Node>,
    /// What ties the events of a rule with `match` together; `None` where the
    /// rule judges one event at a time.
    pub correlation: Option<Correlation>,
    /// The option `suppression_window` in seconds; `None` without it.
    pub suppression_s: Option<i64>,
    /// What each detection writes into data tables.
    pub exports: Vec<Export>,
    /// The switches that the rule was compiled under.
    pub semantics: Semantics,
    /// Every field that evaluating the rule reads.
    pub fields: FieldSet,
    /// For each branch, conditions without which it cannot match.
    pub needs: Vec<Vec<Need>>,
}

/// Index of an expression in [`Plan::exprs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// Index of an event variable in [`Plan::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u16);

/// Index of an axis in its event variable's [`EventVariable::axes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AxisId(pub u16);

/// Index of a placeholder in [`Plan::placeholders`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceholderId(pub u16);

/// An event variable and the repeated fields that make its rows.
#[derive(Clone, Debug)]
pub struct EventVariable {
    /// The name without `$`.
    pub name: String,
    /// One axis for each repeated field that is referenced without `any`,
    /// `all` or an index. A row picks one element on each axis; the rows of an
    /// event are all such picks (yara-l §3.7).
    pub axes: Vec<Axis>,
    /// What it ranges over.
    pub source: Source,
}

/// A repeated field along which an event unnests into rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The axis that the path continues from, for a repeated field within a
    /// repeated message; it always precedes this one.
    pub parent: Option<AxisId>,
    /// The steps from the parent's element, or from the event; the last is
    /// the repeated field.
    pub steps: Box<[FieldId]>,
}

/// One way in which an event can match.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The event variable that the event is bound to.
    pub variable: VariableId,
    /// The predicates, all of which one row must satisfy.
    pub conjuncts: Vec<ExprId>,
}

/// A placeholder and how a row gives it a value.
#[derive(Clone, Debug)]
pub struct Placeholder {
    /// The name without `$`.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The event variable that its values come from.
    pub variable: VariableId,
    /// How it is bound.
    pub binding: Binding,
    /// Equal expressions on other event variables, in the variables' order.
    /// The first whose variable is present gives the value where the
    /// binding's own variable is absent from a joined row.
    pub elsewhere: Vec<(VariableId, ExprId)>,
}

/// How a placeholder is bound.
#[derive(Clone, Debug)]
pub enum Binding {
    /// The value of this expression. Further equalities are predicates.
    To(ExprId),
    /// One of these values; a row exists for each distinct one. Arises when
    /// every equality stands inside an `or`.
    OneOf(Vec<ExprId>),
}

/// One outcome variable.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The name without `$`.
    pub name: String,
    /// What it is.
    pub expr: ExprId,
}

/// An expression with what is known about it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The expression.
    pub expr: Expr,
    /// Its type.
    pub ty: Type,
    /// Byte range in [`Plan::source`] that it was written as.
    pub span: (u32, u32),
}

/// Where a field's value is found in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRef {
    /// The event variable.
    pub variable: VariableId,
    /// The axis whose element the path starts at, or the event itself.
    pub axis: Option<AxisId>,
    /// The remaining steps, none of them repeated.
    pub steps: Box<[FieldId]>,
    /// A part of a timestamp or duration.
    pub part: Option<TimePart>,
}

/// The addressable parts of a timestamp or duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    /// Whole seconds.
    Seconds,
    /// The rest, in nanoseconds.
    Nanos,
}

/// A path that is read as a whole, from the event on, never unnested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeRef {
    /// The event variable.
    pub variable: VariableId,
    /// Every step from the event on; repeated steps visit all elements unless
    /// an index picks one.
    pub steps: Box<[(FieldId, Option<u32>)]>,
    /// A part of a timestamp or duration.
    pub part: Option<TimePart>,
}

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A constant.
    Literal(Value<'static>),
    /// A field of the row.
    Field(FieldRef),
    /// The one value at an indexed path; out of range is the zero value.
    Indexed(WholeRef),
    /// All values at a path, as a list.
    Whole(WholeRef),
    /// The first value with this key in a Struct or label list, as text.
    Keyed(WholeRef, String),
    /// The first value at a path within the message that a map holds under a
    /// key, as in `variables["v"].string_val`.
    Entry {
        /// The map.
        map: WholeRef,
        /// The key.
        key: String,
        /// The steps from the message on.
        steps: Box<[(FieldId, Option<u32>)]>,
    },
    /// The number in this column of the row that the variable, a data table,
    /// is bound to. Other cells are read as [`Expr::Keyed`].
    Cell(VariableId, String),
    /// A placeholder's value in the row.
    Placeholder(PlaceholderId),
    /// An earlier outcome variable, by position.
    Outcome(u16),
    /// All hold.
    And(Vec<ExprId>),
    /// At least one holds.
    Or(Vec<ExprId>),
    /// Does not hold.
    Not(ExprId),
    /// A comparison.
    Compare {
        /// The operator.
        op: CompareOp,
        /// The left side.
        left: ExprId,
        /// The right side.
        right: ExprId,
        /// Whether case is ignored.
        nocase: bool,
    },
    /// `subject = /pattern/`.
    Matches {
        /// What is searched.
        subject: ExprId,
        /// The pattern.
        pattern: Pattern,
    },
    /// Membership in a reference list.
    InList {
        /// What is looked up.
        subject: ExprId,
        /// The list.
        list: Arc<List>,
        /// Whether case is ignored.
        nocase: bool,
    },
    /// Whether the pattern in a regex column of a data table's row is found in
    /// a text.
    MatchesCell {
        /// What is searched.
        subject: ExprId,
        /// The cell that holds the pattern.
        cell: ExprId,
        /// The table and the position of the column.
        column: (Arc<Table>, usize),
        /// Whether case is ignored.
        nocase: bool,
    },
    /// Arithmetic.
    Arithmetic {
        /// The operator.
        op: ArithmeticOp,
        /// The left side.
        left: ExprId,
        /// The right side.
        right: ExprId,
    },
    /// A function call.
    Call {
        /// The function.
        function: &'static Function,
        /// The arguments.
        args: Vec<ExprId>,
        /// The compiled pattern arguments, in order.
        patterns: Vec<Pattern>,
    },
    /// `if(condition, then, otherwise)`.
    If {
        /// The condition.
        condition: ExprId,
        /// The value where it holds.
        then: ExprId,
        /// The value where it does not.
        otherwise: ExprId,
    },
    /// `any` or `all` over a whole repeated field.
    Quantified {
        /// Whether every element must satisfy the body, or some element.
        all: bool,
        /// The field whose elements are visited.
        field: WholeRef,
        /// The predicate, in which [`Expr::Element`] is the element. Two
        /// quantified fields in one predicate nest.
        body: ExprId,
        /// How deep quantifiers nest around this one; the element's name.
        slot: u8,
    },
    /// The element that the enclosing quantifier with this slot visits.
    Element(u8),
    /// An aggregate over the rows that satisfy the rule: those of the event,
    /// or the joined rows of a match window.
    Aggregate {
        /// The aggregate.
        aggregate: &'static Aggregate,
        /// What it aggregates.
        arg: ExprId,
        /// The sort key of `window.first` and `window.last`. The aggregate
        /// then takes each row's pair `[key, value]` as one list.
        by: Option<ExprId>,
        /// Whether zero values are passed over (`window.avg(x, true)`).
        ignore_zero: bool,
    },
    /// What a metric says of the values that a row has for its fields.
    Metric(Box<Metric>),
    /// Start of the match window, in Unix seconds.
    WindowStart,
    /// End of the match window, in Unix seconds.
    WindowEnd,
    /// How many distinct events are bound to the variable (`#e`).
    EventCount(VariableId),
    /// How many distinct values the placeholder takes (`#p`); the operand is
    /// the placeholder as an expression.
    PlaceholderCount(ExprId),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CompareOp {
    /// As rules write it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            CompareOp::Eq => "=",
            CompareOp::Ne => "!=",
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }
}

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl Plan {
    /// Whether some event variable ranges over detections of other rules.
    #[must_use]
    pub fn is_composite(&self) -> bool {
        let detections = |variable: &EventVariable| matches!(variable.source, Source::Detection);
        self.variables.iter().any(detections)
    }

    /// The needs of the branches that events can match. What ranges over
    /// entities, rows or detections is no event and rules none out.
    pub fn event_needs(&self) -> impl Iterator<Item = &Vec<Need>> {
        let of_event = |branch: &Branch| {
            let variable = self.variables.get(usize::from(branch.variable.0));
            variable.is_none_or(|variable| matches!(variable.source, Source::Event))
        };
        let branches = self.branches.iter().zip(&self.needs);
        branches.filter_map(move |(branch, needs)| of_event(branch).then_some(needs))
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: ExprId) -> &Node {
        &self.exprs[id.0 as usize]
    }

    /// The value of a meta entry; the first if a key stands twice.
    #[must_use]
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.meta
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v.as_str())
    }

    /// The rule's identity: meta `rule_id`, else its name (decision 8).
    #[must_use]
    pub fn identity(&self) -> &str {
        self.meta("rule_id")
            .filter(|id| !id.is_empty())
            .unwrap_or(&self.name)
    }

    /// The aggregates and placeholder counts that outcomes and condition hold, sorted.
    #[must_use]
    pub fn aggregates(&self) -> Vec<ExprId> {
        let mut found = Vec::new();
        let outcomes = self.outcomes.iter().map(|outcome| outcome.expr);
        let mut open: Vec<_> = outcomes.chain([self.condition]).collect();
        while let Some(id) = open.pop() {
            match &self.node(id).expr {
                Expr::Aggregate { .. } | Expr::PlaceholderCount(_) => found.push(id),
                _ => open.extend(self.operands(id)),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the rule asks a metric for something.
    #[must_use]
    pub fn reads_metrics(&self) -> bool {
        self.series().next().is_some()
    }

    /// The series that the rule's metrics ask about.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.exprs.iter().filter_map(|node| match &node.expr {
            Expr::Metric(metric) => Some(&metric.series),
            _ => None,
        })
    }

    /// Whether the rule reads the run time and no switch fixes it.
    #[must_use]
    pub fn reads_run_time(&self) -> bool {
        const READERS: [&str; 2] = ["timestamp.current_seconds", "timestamp.now"];
        let reads = |node: &Node| matches!(&node.expr, Expr::Call { function, .. } if READERS.contains(&function.name));
        self.semantics.now.is_none() && self.exprs.iter().any(reads)
    }

    /// The source text of an expression on one line, white space folded.
    #[must_use]
    pub fn quote(&self, id: ExprId) -> String {
        let (start, end) = self.node(id).span;
        let text = self
            .source
            .get(start as usize..end as usize)
            .unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The ids of the direct operands of an expression, in written order.
    #[must_use]
    pub fn operands(&self, id: ExprId) -> Vec<ExprId> {
        self.node(id).operands()
    }
}

impl Node {
    /// The event variable that the expression itself reads, its operands left
    /// aside.
    #[must_use]
    pub fn variable(&self) -> Option<VariableId> {
        match &self.expr {
            Expr::Field(field) => Some(field.variable),
            Expr::Indexed(path)
            | Expr::Whole(path)
            | Expr::Keyed(path, _)
            | Expr::Entry { map: path, .. }
            | Expr::Quantified { field: path, .. } => Some(path.variable),
            Expr::Cell(variable, _) => Some(*variable),
            _ => None,
        }
    }

    /// The ids of the direct operands, in written order.
    #[must_use]
    pub fn operands(&self) -> Vec<ExprId> {
        match &self.expr {
            Expr::And(list) | Expr::Or(list) | Expr::Call { args: list, .. } => list.clone(),
            Expr::Not(one)
            | Expr::Matches { subject: one, .. }
            | Expr::InList { subject: one, .. }
            | Expr::Quantified { body: one, .. }
            | Expr::PlaceholderCount(one) => vec![*one],
            Expr::MatchesCell { subject, cell, .. } => vec![*subject, *cell],
            // Its filter reads no row.
            Expr::Metric(metric) => metric.by.clone(),
            Expr::Aggregate { arg, by, .. } => by.iter().copied().chain([*arg]).collect(),
            Expr::Compare { left, right, .. } | Expr::Arithmetic { left, right, .. } => {
                vec![*left, *right]
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => vec![*condition, *then, *otherwise],
            Expr::Literal(_)
            | Expr::Field(_)
            | Expr::Indexed(_)
            | Expr::Whole(_)
            | Expr::Keyed(..)
            | Expr::Entry { .. }
            | Expr::Cell(..)
            | Expr::Placeholder(_)
            | Expr::Outcome(_)
            | Expr::Element(_)
            | Expr::WindowStart
            | Expr::WindowEnd
            | Expr::EventCount(_) => Vec::new(),
        }
    }
}
