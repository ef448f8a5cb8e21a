//! Counters that show what the pairs reach, so that the generator cannot get
//! weak unnoticed.

use std::collections::BTreeMap;
use std::fmt;

use yaral_ir::plan::{Binding, Expr, Plan};
use yaral_ir::source::Source;

use super::check::Seen;
use super::known::Known;
use super::rule::Rule;

/// How often each thing was seen.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    counts: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Counts so many of a thing.
    pub fn add(&mut self, what: &'static str, times: u64) {
        *self.counts.entry(what).or_default() += times;
    }

    /// How many of a thing were counted.
    #[must_use]
    pub fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    /// Takes in what another counted.
    pub fn merge(&mut self, other: &Coverage) {
        for (what, times) in &other.counts {
            self.add(what, *times);
        }
    }

    /// Counts what scripts saw of a pair.
    pub fn pair(&mut self, rule: &Rule, plan: &Plan, seen: &[Seen]) {
        self.add("pairs", 1);
        let variables = [
            "pairs: one variable",
            "pairs: two variables",
            "pairs: three variables",
        ];
        if let Some(what) = variables.get(plan.variables.len() - 1) {
            self.add(what, 1);
        }
        for one in seen {
            self.add("runs", 1);
            self.add("runs: provisional detections", one.provisional);
            self.add("runs: superseded detections", one.superseded);
            self.add("runs: late events", one.late);
            self.add("runs: cuts", one.cuts);
        }
        let Some(first) = seen.first() else { return };
        self.add("detections", first.found.len() as u64);
        if first.found.is_empty() {
            return;
        }
        self.add("found: pairs with a detection", 1);
        if first.found.len() > 1 {
            self.add("found: more than one", 1);
        }
        if first.found.iter().any(|known| known.lacks(plan)) {
            self.add("found: a variable without event", 1);
        }
        if first.found.iter().any(Known::is_cut) {
            self.add("found: as many events as are shown", 1);
        }
        for what in traits(rule, plan) {
            self.add(what, 1);
        }
    }
}

/// What is notable of a rule.
fn traits(rule: &Rule, plan: &Plan) -> Vec<&'static str> {
    let mut all = Vec::new();
    let mut note = |is: bool, what| {
        if is {
            all.push(what);
        }
    };
    let count = plan.variables.len();
    let is = |fits: fn(&Source) -> bool| plan.variables.iter().any(|of| fits(&of.source));
    note(is(|of| matches!(of, Source::Table(_))), "found: a row join");
    note(is(|of| matches!(of, Source::Entity(_))), "found: an entity");
    note(
        is(|of| matches!(of, Source::Entity(Some(_)))),
        "found: an edited graph",
    );
    note(count == 1, "found: one variable");
    note(count == 2, "found: two variables");
    note(count == 3, "found: three variables");
    let kind = rule.window.as_ref().map(|window| window.kind);
    note(kind.is_none(), "found: without match");
    note(
        kind == Some("over") && !plan.semantics.windows_secops,
        "found: over, exact",
    );
    note(
        kind == Some("over") && plan.semantics.windows_secops,
        "found: over, secops",
    );
    note(kind == Some("by"), "found: by");
    note(kind == Some("before"), "found: before");
    note(kind == Some("after"), "found: after");
    note(plan.suppression_s.is_some(), "found: suppression");
    note(
        plan.variables.iter().any(|one| !one.axes.is_empty()),
        "found: repeated fields",
    );
    let alternatives = |one: &yaral_ir::plan::Placeholder| matches!(one.binding, Binding::OneOf(_));
    note(
        plan.placeholders.iter().any(alternatives),
        "found: a placeholder with alternatives",
    );
    let aggregate = |node: &yaral_ir::plan::Node| match &node.expr {
        Expr::Aggregate { aggregate, .. } => aggregate.name.starts_with("window."),
        _ => false,
    };
    note(plan.exprs.iter().any(aggregate), "found: window aggregates");
    let Some(correlation) = &plan.correlation else {
        return all;
    };
    note(correlation.monotone, "found: monotone");
    note(!correlation.cross.is_empty(), "found: cross predicates");
    note(correlation.keys.len() > 1, "found: two match variables");
    note(
        correlation.required.contains(&false),
        "found: an optional variable",
    );
    note(
        correlation.joins.iter().any(|join| !join.hashable),
        "found: a join that cannot be looked up",
    );
    note(
        correlation.keys.iter().any(|key| key.by.contains(&None)),
        "found: a variable without the match variable",
    );
    note(
        correlation.keys.iter().any(|key| !key.filtered),
        "found: a zero match value may stand",
    );
    all
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, times) in &self.counts {
            writeln!(f, "{times:>12}  {what}")?;
        }
        Ok(())
    }
}
