//! A plan as text: what was understood of a rule, for a reader.
//!
//! [`print()`] writes all of it, one fact on each line, indented under what it
//! belongs to. Whoever lays a plan out in another way (a document, a graph)
//! takes the pieces from [`PlanText`], so that an expression reads the same
//! everywhere.

mod expr;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use yaral_udm::{Need, NeedTest, Root};

use crate::correlation::{Correlation, Join, WindowKind};
use crate::plan::{AxisId, Binding, Branch, Placeholder, PlaceholderId, Plan, VariableId};
use crate::semantics::SWITCHES;
use crate::source::{Exported, GraphEditKind, Source};

/// Writes the pieces of one plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanText<'p> {
    plan: &'p Plan,
    types: bool,
}

/// The whole plan. With `types`, every expression has its type behind a colon
/// unless it is a boolean.
#[must_use]
pub fn print(plan: &Plan, types: bool) -> String {
    PlanText::new(plan, types).all()
}

impl<'p> PlanText<'p> {
    /// A writer of the plan's pieces.
    #[must_use]
    pub fn new(plan: &'p Plan, types: bool) -> Self {
        PlanText { plan, types }
    }

    /// The name of an event variable, without `$`.
    #[must_use]
    pub fn variable_name(&self, id: VariableId) -> &'p str {
        let variable = self.plan.variables.get(usize::from(id.0));
        variable.map_or("?", |variable| &variable.name)
    }

    /// An event variable as rules write it; a table is one under its own sign.
    #[must_use]
    pub fn variable(&self, id: VariableId) -> String {
        let name = self.variable_name(id);
        if name.starts_with('%') {
            name.to_owned()
        } else {
            format!("${name}")
        }
    }

    /// What an event variable ranges over.
    #[must_use]
    pub fn source(&self, id: VariableId) -> String {
        let variable = self.plan.variables.get(usize::from(id.0));
        match variable.map(|variable| &variable.source) {
            Some(Source::Event) | None => "event".to_owned(),
            Some(Source::Detection) => "detection".to_owned(),
            Some(Source::Table(table)) => format!("row, of {} in", table.rows.len()),
            Some(Source::Entity(None)) => "entity".to_owned(),
            Some(Source::Entity(Some(edit))) => {
                let how = match edit.kind {
                    GraphEditKind::Override => "overridden",
                    GraphEditKind::Append => "appended",
                    GraphEditKind::Exclude => "excluded",
                };
                let on = edit.on.iter().map(|(path, at)| {
                    let column = edit.table.columns.get(*at);
                    let column = column.map_or("?", |column| &column.spec.name);
                    format!(" {path} = {column}")
                });
                let on = on.collect::<Vec<_>>().join(" and");
                format!("entity, {how} by %{}{on}:", edit.table.name)
            }
        }
    }

    /// A placeholder as rules write it.
    #[must_use]
    pub fn placeholder(&self, id: PlaceholderId) -> String {
        let found = self.plan.placeholders.get(usize::from(id.0));
        format!("${}", found.map_or("?", |placeholder| &placeholder.name))
    }

    fn outcome(&self, at: u16) -> String {
        let found = self.plan.outcomes.get(usize::from(at));
        format!("${}", found.map_or("?", |outcome| &outcome.name))
    }

    /// The paths whose elements make the rows of an event variable; an event
    /// has one row if there are none.
    #[must_use]
    pub fn axes(&self, id: VariableId) -> Vec<String> {
        let variable = self.plan.variables.get(usize::from(id.0));
        let count = variable.map_or(0, |variable| variable.axes.len());
        (0..u16::try_from(count).unwrap_or(u16::MAX))
            .map(|at| self.axis(id, AxisId(at)))
            .collect()
    }

    /// The window of a rule with `match`, as its `match` section writes it.
    #[must_use]
    pub fn window(&self, correlation: &Correlation) -> String {
        let length = duration(correlation.window.length_s);
        match correlation.window.kind {
            WindowKind::Hop => format!("over {length}"),
            WindowKind::Tumbling => format!("by {length}"),
            WindowKind::Before(pivot) => {
                format!("over {length} before ${}", self.variable_name(pivot))
            }
            WindowKind::After(pivot) => {
                format!("over {length} after ${}", self.variable_name(pivot))
            }
        }
    }

    /// The members of an equality between event variables.
    #[must_use]
    pub fn join(&self, join: &Join) -> String {
        let members = join.members.iter().map(|(_, id)| self.expr(*id));
        members.collect::<Vec<_>>().join(" = ")
    }

    /// What a placeholder stands for.
    #[must_use]
    pub fn binding(&self, placeholder: &Placeholder) -> String {
        match &placeholder.binding {
            Binding::To(id) => self.expr(*id),
            Binding::OneOf(list) => {
                let list = list.iter().map(|&id| self.expr(id));
                format!("one of {}", list.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// A need. Without types, which is for people in a hurry, texts that differ
    /// in case only are told once.
    #[must_use]
    pub fn need(&self, need: &Need) -> String {
        let NeedTest::Contains(texts) = &need.test else {
            return need.to_string();
        };
        let folded: BTreeSet<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        if self.types || texts.len() < 2 * folded.len() {
            return need.to_string();
        }
        let test = NeedTest::Contains(folded.into_iter().collect());
        let folded = Need {
            test,
            ..need.clone()
        };
        format!("{folded}, in some spelling of case")
    }

    fn all(&self) -> String {
        let mut out = format!("rule {}\n", self.plan.name);
        self.branches(&mut out);
        for placeholder in &self.plan.placeholders {
            let (name, ty) = (&placeholder.name, placeholder.ty);
            let of = self.variable(placeholder.variable);
            let _ = writeln!(out, "placeholder ${name}, {ty}, of {of}");
            let _ = writeln!(out, "  {}", self.binding(placeholder));
            for (on, id) in &placeholder.elsewhere {
                let (on, other) = (self.variable(*on), self.expr(*id));
                let _ = writeln!(out, "  or, of {on}, {other}");
            }
        }
        if let Some(correlation) = &self.plan.correlation {
            self.correlation(correlation, &mut out);
        }
        self.end(&mut out);
        out
    }

    /// The event variables with what is asked of each alone.
    fn branches(&self, out: &mut String) {
        let plan = self.plan;
        let several = plan.correlation.is_none() && plan.branches.len() > 1;
        for (at, branch) in plan.branches.iter().enumerate() {
            let name = self.variable(branch.variable);
            let source = self.source(branch.variable);
            let required = plan.correlation.as_ref().map(|correlation| {
                let required = correlation.required.get(usize::from(branch.variable.0));
                required.copied().unwrap_or_default()
            });
            let note = match required {
                Some(true) => ", required".to_owned(),
                Some(false) => ", optional".to_owned(),
                None if several => format!(", way {} of {}", at + 1, plan.branches.len()),
                None => String::new(),
            };
            let _ = writeln!(out, "{source} {name}{note}");
            self.branch(branch, out);
            let needs = plan.needs.get(at).map_or(&[][..], Vec::as_slice);
            if !needs.is_empty() {
                out.push_str("  needs\n");
            }
            for need in needs {
                let _ = writeln!(out, "    {}", self.need(need));
            }
        }
    }

    fn branch(&self, branch: &Branch, out: &mut String) {
        let axes = self.axes(branch.variable);
        if !axes.is_empty() {
            out.push_str("  a row for each\n");
        }
        for axis in axes {
            let _ = writeln!(out, "    {axis}");
        }
        if !branch.conjuncts.is_empty() {
            out.push_str("  where\n");
        }
        for &conjunct in &branch.conjuncts {
            let _ = writeln!(out, "    {}", self.expr(conjunct));
        }
    }

    /// What ties the event variables together.
    fn correlation(&self, correlation: &Correlation, out: &mut String) {
        let keys = correlation.keys.iter();
        let names: Vec<_> = keys.map(|key| self.placeholder(key.placeholder)).collect();
        let window = self.window(correlation);
        let _ = writeln!(out, "match {} {window}", names.join(", "));
        for (key, name) in correlation.keys.iter().zip(names) {
            let zero = if key.filtered { ", never empty" } else { "" };
            let by = key.by.iter().flatten().map(|&id| self.expr(id));
            let by = by.collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "  {name} is {by}{zero}");
        }
        if !correlation.joins.is_empty() {
            out.push_str("joins\n");
        }
        for join in &correlation.joins {
            let how = if join.hashable {
                "looked up"
            } else {
                "compared"
            };
            let _ = writeln!(out, "  {}, {how}", self.join(join));
        }
        if !correlation.cross.is_empty() {
            out.push_str("between events\n");
        }
        for cross in &correlation.cross {
            let _ = writeln!(out, "  {}", self.expr(cross.test));
        }
    }

    /// What is asked of an event or group as a whole, and what it takes.
    fn end(&self, out: &mut String) {
        let plan = self.plan;
        if !plan.outcomes.is_empty() {
            out.push_str("outcome\n");
        }
        for outcome in &plan.outcomes {
            let _ = writeln!(out, "  ${} = {}", outcome.name, self.expr(outcome.expr));
        }
        let _ = writeln!(out, "condition\n  {}", self.expr(plan.condition));
        if let Some(correlation) = &plan.correlation {
            let word = if correlation.monotone {
                "cannot"
            } else {
                "can"
            };
            let _ = writeln!(out, "  more events {word} undo it");
        }
        if !plan.exports.is_empty() {
            out.push_str("writes\n");
        }
        for export in &plan.exports {
            let columns = export.columns.iter().map(|(column, what)| {
                let what = match what {
                    Exported::Outcome(at) => self.outcome(u16::try_from(*at).unwrap_or(u16::MAX)),
                    Exported::Match(at) => {
                        let keys = plan.correlation.iter().flat_map(|tied| &tied.keys);
                        let key = keys.skip(*at).map(|key| key.placeholder).next();
                        key.map_or_else(|| "?".to_owned(), |key| self.placeholder(key))
                    }
                    Exported::Text(text) => format!("{text:?}"),
                };
                format!("{column}: {what}")
            });
            let columns = columns.collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "  a row of %{}: {columns}", export.table);
        }
        if let Some(seconds) = plan.suppression_s {
            let _ = writeln!(out, "suppression\n  {}", duration(seconds));
        }
        let entries = plan.semantics.entries();
        let set: Vec<_> = SWITCHES
            .iter()
            .filter_map(|switch| entries.get_key_value(switch.key).zip(Some(switch)))
            .filter(|((_, value), switch)| *value != switch.default)
            .collect();
        if !set.is_empty() {
            out.push_str("switches\n");
        }
        for ((key, value), _) in set {
            let _ = writeln!(out, "  {key} = {value}");
        }
        out.push_str("reads\n");
        for (path, keys) in plan.fields.paths() {
            let keys: Vec<_> = keys.iter().map(|key| format!("[{key:?}]")).collect();
            let of = match path.root() {
                Root::Event => "",
                Root::Entity => "graph.",
                Root::Detection => "detection.",
            };
            let _ = writeln!(out, "  {of}{path}{}", keys.join(" "));
        }
    }
}

/// A number of seconds in the largest unit of rules that divides it.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = |(length, _): &&(i64, &str)| seconds != 0 && seconds % length == 0;
    match units.iter().find(whole) {
        Some((length, unit)) => format!("{}{unit}", seconds / length),
        None => format!("{seconds}s"),
    }
}
