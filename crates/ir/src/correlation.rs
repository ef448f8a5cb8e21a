//! How a rule with `match` ties events together, as plain data.
//!
//! The meaning, which two evaluators share and nothing else (spec/joins.md):
//! a joined row gives a row to some of the event variables such that all
//! predicates over the variables it has hold, equalities included; it has
//! every required variable; and no further variable could be given a row. A
//! variable without a row is absent, and its fields read as zero. Joined rows
//! with equal match values within one window are a group, and the condition
//! is asked of each group.

use crate::plan::{ExprId, PlaceholderId, VariableId};

/// What ties the events of a rule together.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// The match variables, in written order.
    pub keys: Vec<MatchKey>,
    /// The window.
    pub window: Window,
    /// Sets of expressions that are equal on every joined row, as far as
    /// their variables are present. Equality is [`crate::value::Value::equals`] with case.
    pub joins: Vec<Join>,
    /// Further predicates that read several event variables. One applies to
    /// a joined row that has all variables which it reads.
    pub cross: Vec<Cross>,
    /// For each event variable, whether the condition cannot hold without it.
    pub required: Vec<bool>,
    /// Whether more events can never undo the condition, so that it may be
    /// answered by the event that completes it.
    pub monotone: bool,
}

/// A match variable.
#[derive(Clone, Debug)]
pub struct MatchKey {
    /// The placeholder.
    pub placeholder: PlaceholderId,
    /// For each event variable the expression that gives the value on it; at
    /// least one has one. Where several present variables have one, they are
    /// equal by [`Correlation::joins`] and the first gives the value.
    pub by: Vec<Option<ExprId>>,
    /// Whether joined rows with its zero value are dropped (yara-l §4).
    pub filtered: bool,
}

/// Expressions of at least two event variables that are equal; each reads
/// one event variable.
#[derive(Clone, Debug)]
pub struct Join {
    /// The members, in the variables' order.
    pub members: Vec<(VariableId, ExprId)>,
    /// Whether all members are text, or all are integers, so that equal
    /// values have one spelling and can be looked up.
    pub hashable: bool,
}

/// A predicate over several event variables.
#[derive(Clone, Debug)]
pub struct Cross {
    /// The predicate.
    pub test: ExprId,
    /// The event variables that it reads, in order; at least two.
    pub variables: Vec<VariableId>,
}

/// A match window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its kind.
    pub kind: WindowKind,
    /// Its length in seconds, at least 1.
    pub length_s: i64,
}

/// The kind of a match window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowKind {
    /// `over D`: under `windows=exact` any span of events no longer than D;
    /// under `windows=secops` overlapping windows of fixed starts.
    Hop,
    /// `by D`: disjoint windows aligned to the epoch.
    Tumbling,
    /// `over D before $e`: [t - D, t] for each event of the pivot at t.
    Before(VariableId),
    /// `over D after $e`: [t, t + D] for each event of the pivot at t.
    After(VariableId),
}
