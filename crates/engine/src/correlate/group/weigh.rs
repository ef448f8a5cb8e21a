//! A group weighed for a story: the condition with its record, held or not.

use yaral_ir::plan::ExprId;
use yaral_ir::value::Value;

use super::super::content::{Facts, Group, View};
use super::super::rule::Rule;
use super::super::span::Span;
use crate::eval::{Eval, Known, Recorder, Silent};
use crate::rows::Row;

/// What a group came to.
pub(crate) struct Weighed {
    /// Whether the condition holds.
    pub(crate) held: bool,
    /// The outcome variables' values, in written order.
    pub(crate) outcomes: Vec<Value<'static>>,
}

/// Reads an expression of the group.
pub(crate) type Reader<'r> = &'r mut dyn FnMut(ExprId) -> Value<'static>;

/// Looks at the record, at what was read, and at how many events each variable has.
pub(crate) type Look<'l, R> = &'l mut dyn FnMut(&mut R, Reader<'_>, &[u64]);

impl Group<'_> {
    /// Evaluates outcomes and condition as [`Group::judge`] does, and records
    /// why. `look` is called while what the condition read can still be read.
    pub(crate) fn weigh<R: Recorder>(
        &self,
        rule: Rule<'_>,
        span: Span,
        recorder: &mut R,
        look: Look<'_, R>,
    ) -> Weighed {
        let facts = Facts {
            counts: self.counts(rule),
            window: (span.start.seconds, span.end.seconds),
            matches: self.matches.clone(),
        };
        let view = View {
            rule,
            content: &self.content,
            places: self.first(rule),
            read: &[],
            facts: Some(&facts),
        };
        let mut known = Known {
            joined: Some(&view),
            ..Known::default()
        };
        let row = Row::default();
        let scope = rule.scope();
        // They are in the order of their ids, as they are looked up by.
        for reading in &rule.shape.readings {
            let total = self.total(rule, reading, &mut false);
            known.aggregates.push((reading.id, total));
        }
        for outcome in &rule.plan.outcomes {
            let value = Eval::new(scope, &row, &known, &mut Silent).value(outcome.expr);
            known.outcomes.push(value);
        }
        let held = Eval::new(scope, &row, &known, recorder).test(rule.plan.condition);
        let mut read = |id: ExprId| {
            let value = Eval::new(scope, &row, &known, &mut Silent).value(id);
            value.into_owned()
        };
        look(recorder, &mut read, &facts.counts);
        let outcomes = known.outcomes.iter().cloned().map(Value::into_owned);
        Weighed {
            held,
            outcomes: outcomes.collect(),
        }
    }
}
