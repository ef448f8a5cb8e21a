//! Plans as one document, `yaral/plan/v1`.
//!
//! Expressions are texts, as the human format has them, beside the words and
//! the line of the rule that they were written as: what a plan looks like
//! inside is no promise, what it says is.

use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_engine::Cost;
use yaral_ir::correlation::{Correlation, WindowKind};
use yaral_ir::plan::{ExprId, Plan, VariableId};
use yaral_ir::plan_text::PlanText;
use yaral_syntax::diagnostic::LineIndex;
use yaral_udm::{Need, NeedTest};

use super::{PlanOf, cost};

/// Writes the document.
pub(super) fn write(plans: &[PlanOf<'_>], types: bool, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = plans.iter().map(|of| rule(of, types)).collect();
    let document = json!({ "schema": "yaral/plan/v1", "rules": rules });
    writeln!(out, "{document:#}")
}

/// What the writing of one plan needs.
struct Pen<'p> {
    plan: &'p Plan,
    text: PlanText<'p>,
    lines: LineIndex<'p>,
}

fn rule(of: &PlanOf<'_>, types: bool) -> Value {
    let plan = of.plan;
    let pen = Pen {
        plan,
        text: PlanText::new(plan, types),
        lines: LineIndex::new(&plan.source),
    };
    let found = Cost::of(plan);
    let notes: Vec<Value> = cost::notes(plan, &found)
        .iter()
        .map(|note| json!({ "kind": note.kind, "text": note.text }))
        .collect();
    let meta: Vec<Value> = plan
        .meta
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect();
    let outcomes = plan.outcomes.iter().map(|outcome| {
        let mut value = pen.expr(outcome.expr);
        value["name"] = json!(outcome.name);
        value["type"] = json!(plan.node(outcome.expr).ty.to_string());
        value
    });
    let reads = plan.fields.paths();
    let reads = reads
        .iter()
        .map(|(path, keys)| json!({ "field": path.to_string(), "keys": keys }));
    let mut condition = pen.expr(plan.condition);
    if let Some(correlation) = &plan.correlation {
        condition["more_events_can_undo_it"] = json!(!correlation.monotone);
    }
    json!({
        "name": plan.name,
        "identity": plan.identity(),
        "file": of.file,
        "meta": meta,
        "events": (0..plan.branches.len()).map(|at| pen.event(at)).collect::<Vec<_>>(),
        "placeholders": pen.placeholders(),
        "correlation": plan.correlation.as_ref().map(|found| pen.correlation(found)),
        "outcomes": outcomes.collect::<Vec<_>>(),
        "condition": condition,
        "suppression_s": plan.suppression_s,
        "reads": reads.collect::<Vec<_>>(),
        "switches": plan.semantics.entries(),
        "cost": {
            "class": found.class().name(),
            "indexed": found.is_indexed(),
            "keyed": found.joined.as_ref().map(|joined| joined.keyed),
            "notes": notes,
        },
    })
}

impl Pen<'_> {
    fn expr(&self, id: ExprId) -> Value {
        let line = self.lines.line_column(self.plan.node(id).span.0).line;
        json!({ "text": self.text.expr(id), "source": self.plan.quote(id), "line": line })
    }

    fn name(&self, id: VariableId) -> &str {
        self.text.variable_name(id)
    }

    fn event(&self, at: usize) -> Value {
        let Some(branch) = self.plan.branches.get(at) else {
            return Value::Null;
        };
        let needs = self.plan.needs.get(at).map_or(&[][..], Vec::as_slice);
        let required = self.plan.correlation.as_ref().map(|correlation| {
            let required = correlation.required.get(usize::from(branch.variable.0));
            required.copied().unwrap_or_default()
        });
        let predicates = branch.conjuncts.iter().map(|&id| self.expr(id));
        json!({
            "variable": self.name(branch.variable),
            "required": required,
            "row_for_each": self.text.axes(branch.variable),
            "predicates": predicates.collect::<Vec<_>>(),
            "needs": needs.iter().map(need).collect::<Vec<_>>(),
        })
    }

    fn placeholders(&self) -> Vec<Value> {
        let all = self.plan.placeholders.iter();
        all.map(|placeholder| {
            let elsewhere = placeholder.elsewhere.iter().map(|(on, id)| {
                let mut value = self.expr(*id);
                value["variable"] = json!(self.name(*on));
                value
            });
            json!({
                "name": placeholder.name,
                "type": placeholder.ty.to_string(),
                "variable": self.name(placeholder.variable),
                "text": self.text.binding(placeholder),
                "elsewhere": elsewhere.collect::<Vec<_>>(),
            })
        })
        .collect()
    }

    fn correlation(&self, correlation: &Correlation) -> Value {
        let keys = correlation.keys.iter().map(|key| {
            let by = key.by.iter().flatten().map(|&id| self.text.expr(id));
            json!({
                "placeholder": self.text.placeholder(key.placeholder).trim_start_matches('$'),
                "by": by.collect::<Vec<_>>(),
                "may_be_zero": !key.filtered,
            })
        });
        let (kind, pivot) = match correlation.window.kind {
            WindowKind::Hop => ("over", None),
            WindowKind::Tumbling => ("by", None),
            WindowKind::Before(pivot) => ("before", Some(self.name(pivot))),
            WindowKind::After(pivot) => ("after", Some(self.name(pivot))),
        };
        let joins = correlation.joins.iter().map(|join| {
            let names = join.members.iter().map(|(of, _)| self.name(*of));
            json!({
                "text": self.text.join(join),
                "variables": names.collect::<Vec<_>>(),
                "looked_up": join.hashable,
            })
        });
        let cross = correlation.cross.iter().map(|cross| {
            let names = cross.variables.iter().map(|id| self.name(*id));
            let names: Vec<_> = names.collect();
            let mut value = self.expr(cross.test);
            value["variables"] = json!(names);
            value
        });
        json!({
            "match": keys.collect::<Vec<_>>(),
            "window": {
                "kind": kind,
                "pivot": pivot,
                "seconds": correlation.window.length_s,
                "text": self.text.window(correlation),
            },
            "joins": joins.collect::<Vec<_>>(),
            "between_events": cross.collect::<Vec<_>>(),
        })
    }
}

fn need(need: &Need) -> Value {
    let (test, values) = match &need.test {
        NeedTest::Equals(values) => ("equals", values.as_slice()),
        NeedTest::EqualsNoCase(values) => ("equals_nocase", values.as_slice()),
        NeedTest::Contains(values) => ("contains", values.as_slice()),
        NeedTest::Present => ("present", &[][..]),
    };
    json!({
        "field": need.path.to_string(),
        "key": need.key,
        "test": test,
        "one_of": values,
    })
}
