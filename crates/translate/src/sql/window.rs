//! Rules with `match`: joined rows, windows, totals.
//!
//! Each event variable is a relation of its rows (`v0`, `v1`, …). Windows
//! open where the engine opens them; the joined rows in one are grouped,
//! outcomes and condition computed, and of windows that would overlap the
//! first is kept, one after the other, by recursion. An event variable that
//! may be absent is joined from the left: its row is missing where no event
//! of the window fits, which is what the language says.

use std::fmt::Write as _;

use yaral_ir::correlation::{Correlation, WindowKind};
use yaral_ir::types::Type;

use super::outcomes::select;
use super::quote;
use super::rows::enter;
use super::scope::{Relation, Scope, Stage, Writer};
use crate::{Effect, Grade, Loss};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// A rule over several events while its query is put together.
struct Windows<'w, 'p> {
    writer: &'w mut Writer<'p>,
    correlation: &'w Correlation,
    /// The scope of a joined row.
    row: Scope,
    /// The event variables in the order in which they are joined.
    order: Vec<usize>,
}

/// The query behind the events: a line for each detection.
pub(super) fn query(writer: &mut Writer<'_>, correlation: &Correlation) -> Result<String, Loss> {
    let optional = correlation
        .required
        .iter()
        .filter(|required| !**required)
        .count();
    let all = correlation.required.len();
    if optional > 1 || optional == all {
        return Err(refused(
            "several event variables that may be absent have no SQL yet",
        ));
    }
    if correlation.keys.is_empty() {
        return Err(refused("a rule without match variables has no SQL yet"));
    }
    let mut order: Vec<_> = (0..all).collect();
    order.sort_by_key(|at| !correlation.required.get(*at).copied().unwrap_or_default());
    let relations = (0..all).map(|at| {
        let optional = !correlation.required.get(at).copied().unwrap_or_default();
        Some(Relation {
            prefix: format!("v{at}."),
            optional,
        })
    });
    let row = Scope {
        relations: relations.collect(),
        ..Scope::default()
    };
    let mut windows = Windows {
        writer,
        correlation,
        row,
        order,
    };
    windows.query()
}

fn refused(what: &str) -> Loss {
    Loss::whole(Grade::Impossible, Effect::Differs, what)
}

impl Windows<'_, '_> {
    fn query(&mut self) -> Result<String, Loss> {
        let plan = self.writer.plan;
        let mut ctes = Vec::new();
        for branch in &plan.branches {
            ctes.push(self.variable(branch)?);
        }
        let keys = self.keys()?;
        let joined = self.joins(&keys)?;
        ctes.push(self.opened(&keys)?);
        let mut scope = Scope {
            stage: Stage::Window(Box::new(self.row.clone())),
            ..Scope::default()
        };
        for (at, key) in self.correlation.keys.iter().enumerate() {
            scope
                .placeholders
                .insert(key.placeholder.0, format!("key{at}"));
        }
        let outcomes = self.writer.outcomes(&scope)?;
        let condition = self.writer.truth(plan.condition, &scope)?;
        ctes.push(self.groups(&joined));
        ctes.push(format!(
            "fits AS (\n  SELECT *\n  FROM (\n  SELECT *{}\n  FROM groups\n  )\n  WHERE {condition}\n)",
            select(&outcomes)
        ));
        let exact = matches!(self.correlation.window.kind, WindowKind::Hop)
            && !plan.semantics.windows_secops;
        let list = self.key_list("");
        if exact {
            ctes.push(self.picked());
        } else {
            ctes.push("picked AS (\n  SELECT * FROM fits\n)".to_owned());
        }
        let mut columns = format!("{} AS rule", quote::text(&plan.name));
        for (at, key) in self.correlation.keys.iter().enumerate() {
            let name = plan.placeholders.get(usize::from(key.placeholder.0));
            let name = format!("match ${}", name.map_or("", |own| &own.name));
            let _ = write!(columns, ", key{at} AS {}", quote::name(&name));
        }
        for (name, _) in &outcomes {
            let _ = write!(columns, ", {}", quote::name(name));
        }
        for (at, variable) in plan.variables.iter().enumerate() {
            let name = format!("lines of ${}", variable.name);
            let _ = write!(columns, ", lines{at} AS {}", quote::name(&name));
        }
        let once = "distinct_events AS (\n  SELECT *\n  FROM events\n  QUALIFY row_number() OVER (PARTITION BY id, t ORDER BY line) = 1\n)";
        ctes.insert(0, once.to_owned());
        Ok(format!(
            "{}\nSELECT {}, {}, {columns}\nFROM picked\nORDER BY window_from, {list};\n",
            ctes.join(",\n"),
            shown("window_from", "window_start"),
            shown("window_to", "window_end"),
        ))
    }

    /// The rows of an event variable.
    fn variable(&mut self, branch: &yaral_ir::plan::Branch) -> Result<String, Loss> {
        let laid = self.writer.lay(branch)?;
        let at = branch.variable.0;
        let mut relation = format!(
            "(SELECT * FROM (SELECT *{} FROM (SELECT *{} FROM distinct_events)) WHERE {})",
            select(&laid.lists),
            select(&laid.placed),
            laid.test
        );
        for (place, rows) in laid.rows.iter().enumerate() {
            let row = format!("row{place}");
            relation = format!(
                "(SELECT *, unnest({}) AS {row} FROM {relation})",
                rows.column
            );
            let optional = self.optional(usize::from(at));
            let parts = Scope::default();
            let mut own = parts;
            enter(&mut own, at, rows, &format!("v{at}.{row}"));
            if optional && !own.placeholders.is_empty() {
                return Err(refused(
                    "alternatives of a variable that may be absent have no SQL yet",
                ));
            }
            self.row.elements.extend(own.elements);
            self.row.placeholders.extend(own.placeholders);
        }
        for (which, column) in laid.placeholders {
            let ty = self
                .writer
                .plan
                .placeholders
                .get(usize::from(which))
                .map(|own| own.ty);
            let column = format!("v{at}.{column}");
            let sql = match ty {
                Some(ty) if self.optional(usize::from(at)) => {
                    format!("coalesce({column}, {})", quote::zero(ty))
                }
                _ => column,
            };
            self.row.placeholders.insert(which, sql);
        }
        Ok(format!(
            "v{at} AS MATERIALIZED (\n  SELECT * FROM {relation}\n)"
        ))
    }

    fn optional(&self, at: usize) -> bool {
        !self
            .correlation
            .required
            .get(at)
            .copied()
            .unwrap_or_default()
    }

    /// The scope of one variable's row alone, which is there.
    fn alone(&self, at: usize) -> Scope {
        let mut scope = self.row.clone();
        for (other, relation) in scope.relations.iter_mut().enumerate() {
            match relation {
                Some(relation) if other == at => relation.optional = false,
                _ => *relation = None,
            }
        }
        scope
    }

    /// For each match variable the expression of each event variable.
    fn keys(&mut self) -> Result<Vec<Vec<Option<String>>>, Loss> {
        let mut keys = Vec::new();
        for key in &self.correlation.keys {
            let mut by = Vec::new();
            for (at, expr) in key.by.iter().enumerate() {
                let sql = match expr {
                    Some(expr) => {
                        let alone = self.alone(at);
                        Some(self.writer.value(*expr, &alone)?)
                    }
                    None => None,
                };
                by.push(sql);
            }
            let given = |at: &&usize| matches!(by.get(**at), Some(Some(_)));
            let first = self.order.iter().find(given);
            if first.is_none_or(|at| self.optional(*at)) {
                return Err(refused(
                    "a match variable of an event that may be absent has no SQL yet",
                ));
            }
            keys.push(by);
        }
        Ok(keys)
    }

    /// What holds between the rows of a joined row, by the variable that is
    /// joined with it.
    fn joins(&mut self, keys: &[Vec<Option<String>>]) -> Result<Vec<Vec<String>>, Loss> {
        let mut tests: Vec<Vec<String>> = vec![Vec::new(); self.order.len()];
        for (step, at) in self.order.clone().into_iter().enumerate() {
            for (number, key) in keys.iter().enumerate() {
                if let Some(Some(sql)) = key.get(at) {
                    tests[step].push(format!("{sql} = w.key{number}"));
                }
            }
        }
        for join in &self.correlation.joins {
            let mut known: Option<(String, Type)> = None;
            for (step, at) in self.order.clone().into_iter().enumerate() {
                for (_, expr) in join.members.iter().filter(|(v, _)| usize::from(v.0) == at) {
                    let alone = self.alone(at);
                    let sql = self.writer.value(*expr, &alone)?;
                    let ty = self.writer.type_of(*expr);
                    match &known {
                        None => known = Some((sql, ty)),
                        Some((other, of)) => {
                            let alike = (ty.is_text() && of.is_text())
                                || (ty.is_number() && of.is_number() && ty != Type::Float);
                            if !alike {
                                return Err(refused("an equality of such types has no SQL yet"));
                            }
                            tests[step].push(format!("{other} = {sql}"));
                        }
                    }
                }
            }
        }
        for cross in &self.correlation.cross {
            let place = |at: usize| self.order.iter().position(|own| *own == at);
            let places = cross
                .variables
                .iter()
                .filter_map(|v| place(usize::from(v.0)));
            let last = places.max().unwrap_or_default();
            let mut present = self.row.clone();
            for relation in present.relations.iter_mut().flatten() {
                relation.optional = false;
            }
            let sql = self.writer.truth(cross.test, &present)?;
            tests[last].push(sql);
        }
        Ok(tests)
    }

    /// The windows that open, as (`window_from`, `window_to`) and what lies in them.
    fn opened(&mut self, keys: &[Vec<Option<String>>]) -> Result<String, Loss> {
        let plan = self.writer.plan;
        let window = self.correlation.window;
        let length = i128::from(window.length_s) * i128::from(SECOND);
        let edge = i128::from(plan.semantics.window_end_inclusive);
        let pivot = match window.kind {
            WindowKind::Before(pivot) | WindowKind::After(pivot) => Some(usize::from(pivot.0)),
            _ => None,
        };
        let mut openers = Vec::new();
        for at in self.order.clone() {
            if pivot.is_some_and(|pivot| pivot != at) {
                continue;
            }
            openers.push(self.times(at, keys)?);
        }
        let openers = openers.join("\n    UNION\n    ");
        let list = self.key_list("");
        let bounds = match window.kind {
            WindowKind::Hop if !plan.semantics.windows_secops => format!(
                "SELECT {list}, t AS opener, t AS window_from, t + {length} AS window_to, t AS since, t + {} AS until\n  FROM times",
                length + edge
            ),
            WindowKind::After(_) => format!(
                "SELECT {list}, t AS opener, t AS window_from, t + {length} AS window_to, t AS since, t + {} AS until\n  FROM times",
                length + edge
            ),
            WindowKind::Before(_) => format!(
                "SELECT {list}, t AS opener, t - {length} AS window_from, t AS window_to, t - {} AS since, t + 1 AS until\n  FROM times",
                length - 1 + edge
            ),
            WindowKind::Hop | WindowKind::Tumbling => {
                let step = match window.kind {
                    WindowKind::Tumbling => window.length_s,
                    _ => (window.length_s / 10).max(1),
                };
                let step = i128::from(step) * i128::from(SECOND);
                let low = quotient(&format!("(t - {length})"), step);
                let high = quotient("t", step);
                format!(
                    "SELECT DISTINCT {list}, NULL AS opener, s AS window_from, s + {length} AS window_to, s AS since, s + {length} AS until\n  \
                     FROM (SELECT {list}, CAST(unnest(range({low} + 1, {high} + 1)) AS HUGEINT) * {step} AS s FROM times)"
                )
            }
        };
        Ok(format!(
            "times AS (\n    {openers}\n),\nopened AS MATERIALIZED (\n  {bounds}\n)"
        ))
    }

    /// The match values and times of an event variable.
    fn times(&mut self, at: usize, keys: &[Vec<Option<String>>]) -> Result<String, Loss> {
        let mut columns = Vec::new();
        let mut tests = Vec::new();
        for (number, (key, by)) in self.correlation.keys.iter().zip(keys).enumerate() {
            let Some(Some(sql)) = by.get(at) else {
                return Err(refused(
                    "an event without a value for a match variable has no SQL yet",
                ));
            };
            columns.push(format!("{sql} AS key{number}"));
            if key.filtered {
                let ty = self
                    .writer
                    .plan
                    .placeholders
                    .get(usize::from(key.placeholder.0));
                let zero = quote::zero(ty.map_or(Type::Str, |own| own.ty));
                tests.push(format!("{sql} <> {zero}"));
            }
        }
        if tests.is_empty() {
            tests.push("TRUE".to_owned());
        }
        Ok(format!(
            "SELECT DISTINCT {}, v{at}.t AS t FROM v{at} WHERE {}",
            columns.join(", "),
            tests.join(" AND ")
        ))
    }

    /// The totals of each window.
    fn groups(&mut self, joined: &[Vec<String>]) -> String {
        let list = self.key_list("w.");
        let mut from = "opened AS w".to_owned();
        for (at, tests) in self.order.iter().zip(joined) {
            let kind = if self.optional(*at) {
                "LEFT JOIN"
            } else {
                "JOIN"
            };
            let mut tests = tests.clone();
            tests.push(format!("v{at}.t >= w.since AND v{at}.t < w.until"));
            let _ = write!(from, "\n  {kind} v{at} ON {}", tests.join(" AND "));
        }
        let mut columns = String::new();
        for (name, sql) in &self.writer.totals {
            let _ = write!(columns, ",\n    {sql} AS {}", quote::name(name));
        }
        for at in 0..self.order.len() {
            let _ = write!(
                columns,
                ",\n    coalesce(list_sort(list(DISTINCT v{at}.line) FILTER (v{at}.line IS NOT NULL)), []) AS lines{at}"
            );
        }
        // A window opens at an event that takes part in what it holds.
        let opens = match self.correlation.window.kind {
            WindowKind::Before(pivot) | WindowKind::After(pivot) => {
                format!("\n  HAVING bool_or(v{}.t = w.opener)", pivot.0)
            }
            WindowKind::Hop if !self.writer.plan.semantics.windows_secops => {
                let at = self.order.iter().map(|at| format!("min(v{at}.t)"));
                let first = at.collect::<Vec<_>>().join(", ");
                format!("\n  HAVING least({first}) = w.opener")
            }
            _ => String::new(),
        };
        format!(
            "groups AS (\n  SELECT {list}, w.window_from, w.window_to{columns}\n  FROM {from}\n  \
             GROUP BY {list}, w.window_from, w.window_to, w.opener{opens}\n)"
        )
    }

    /// The first window that fits, then the first behind its end, and so on.
    fn picked(&self) -> String {
        let list = self.key_list("");
        let of_fits = self.key_list("f.");
        let same: Vec<_> = (0..self.correlation.keys.len())
            .map(|at| format!("f.key{at} = c.key{at}"))
            .collect();
        let same = same.join(" AND ");
        let next = if self.writer.plan.semantics.window_end_inclusive {
            ">"
        } else {
            ">="
        };
        let length = i128::from(self.correlation.window.length_s) * i128::from(SECOND);
        format!(
            "chosen AS (\n  SELECT {list}, min(window_from) AS window_from FROM fits GROUP BY {list}\n  UNION ALL\n  \
             SELECT {of_fits}, min(f.window_from)\n  FROM chosen AS c JOIN fits AS f ON {same} AND f.window_from {next} c.window_from + {length}\n  \
             GROUP BY {of_fits}, c.window_from\n),\n\
             picked AS (\n  SELECT f.* FROM fits AS f JOIN chosen AS c ON {same} AND f.window_from = c.window_from\n)"
        )
    }

    fn key_list(&self, prefix: &str) -> String {
        let keys = (0..self.correlation.keys.len()).map(|at| format!("{prefix}key{at}"));
        keys.collect::<Vec<_>>().join(", ")
    }
}

/// A whole quotient, rounded down below zero too.
fn quotient(sql: &str, by: i128) -> String {
    format!("CAST(({sql} - ({sql} % {by} + {by}) % {by}) // {by} AS BIGINT)")
}

/// A time in nanoseconds as the timestamp of its microsecond.
fn shown(column: &str, name: &str) -> String {
    format!("make_timestamp(CAST({column} // 1000 AS BIGINT)) AS {name}")
}
