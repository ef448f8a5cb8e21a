//! What outcomes and the condition ask of the rows of an event or of a window.

use std::collections::BTreeSet;

use yaral_ir::plan::{Expr, ExprId, Plan};
use yaral_ir::types::Type;

use super::quote;
use super::rows::{enter, picks_of};
use super::scope::{EventGroup, Scope, Stage, Writer, Written};

impl Writer<'_> {
    /// What an expression is over the rows of one event; `None` if it only
    /// reads the first of them.
    pub(super) fn in_event(
        &mut self,
        id: ExprId,
        group: &EventGroup,
        scope: &Scope,
    ) -> Option<Written> {
        let plan = self.plan;
        Some(match &plan.node(id).expr {
            Expr::Outcome(which) => self.outcome(id, *which),
            Expr::EventCount(variable) => Ok(u8::from(variable.0 == group.variable).to_string()),
            Expr::PlaceholderCount(operand) => {
                self.values(id, *operand, group, scope).map(|list| {
                    let ty = self.type_of(*operand);
                    let list = self.counted(&list, ty, plan.semantics.placeholder_counts_zero);
                    format!("len(list_distinct({list}))")
                })
            }
            Expr::Aggregate {
                aggregate,
                arg,
                by: None,
                ignore_zero: false,
            } => self
                .values(id, *arg, group, scope)
                .and_then(|list| self.over_list(id, aggregate.name, (*arg, &list), group)),
            Expr::Aggregate { .. } | Expr::WindowStart | Expr::WindowEnd => {
                Err(self.cannot(id, "this total has no SQL yet"))
            }
            _ => return None,
        })
    }

    /// The column of an earlier outcome.
    fn outcome(&self, id: ExprId, which: u16) -> Written {
        match self.plan.outcomes.get(usize::from(which)) {
            Some(outcome) => Ok(quote::name(&format!("${}", outcome.name))),
            None => Err(self.cannot(id, "no such outcome")),
        }
    }

    /// The values that an expression has on the rows of an event.
    fn values(&mut self, id: ExprId, arg: ExprId, group: &EventGroup, scope: &Scope) -> Written {
        if matches!(self.type_of(arg), Type::List(_) | Type::Any) {
            return Err(self.cannot(id, "a total of lists has no SQL yet"));
        }
        let mut picks = Vec::new();
        picks_of(self.plan, arg, &mut picks);
        let read: Vec<_> = group
            .components
            .iter()
            .filter(|rows| rows.picks.iter().any(|pick| picks.contains(pick)))
            .collect();
        let mut inner = Scope {
            stage: Stage::Row,
            ..scope.clone()
        };
        match read.as_slice() {
            [] => Ok(format!("[{}]", self.value(arg, &inner)?)),
            [rows] => {
                let row = self.fields.lambda();
                enter(&mut inner, group.variable, rows, &row);
                let value = self.value(arg, &inner)?;
                Ok(format!(
                    "list_transform({}, lambda {row}: {value})",
                    rows.column
                ))
            }
            _ => Err(self.cannot(id, "a total over untied repeated fields has no SQL yet")),
        }
    }

    fn over_list(
        &mut self,
        id: ExprId,
        name: &str,
        (arg, list): (ExprId, &str),
        group: &EventGroup,
    ) -> Written {
        let ty = self.type_of(arg);
        let kept = self.counted(list, ty, self.plan.semantics.aggregates_take_zero);
        Ok(match name {
            "min" if matches!(ty, Type::Int | Type::Uint) => format!("list_min({list})"),
            "max" if matches!(ty, Type::Int | Type::Uint) => format!("list_max({list})"),
            "count_distinct" => format!("len(list_distinct({kept}))"),
            "array_distinct" => self.firsts(&kept),
            "array" => {
                let turns = self.multiplicity(arg, group);
                let all = if turns == "1" {
                    kept
                } else {
                    let (one, turn) = (self.fields.lambda(), self.fields.lambda());
                    format!(
                        "flatten(list_transform({kept}, lambda {one}: \
                         list_transform(range({turns}), lambda {turn}: {one})))"
                    )
                };
                self.together(&all)
            }
            "count" => format!("(len({kept}) * {})", self.multiplicity(arg, group)),
            _ => return Err(self.cannot(id, format!("`{name}` here has no SQL yet"))),
        })
    }

    /// The values that take part in a count.
    fn counted(&mut self, list: &str, ty: Type, zeros: bool) -> String {
        if zeros {
            return list.to_owned();
        }
        let one = self.fields.lambda();
        format!(
            "list_filter({list}, lambda {one}: {one} <> {})",
            quote::zero(ty)
        )
    }

    /// On how many rows of the event each row that an expression reads stands.
    fn multiplicity(&self, arg: ExprId, group: &EventGroup) -> String {
        let mut picks = Vec::new();
        picks_of(self.plan, arg, &mut picks);
        let others: Vec<_> = group
            .components
            .iter()
            .filter(|rows| !rows.picks.iter().any(|pick| picks.contains(pick)))
            .map(|rows| format!("len({})", rows.column))
            .collect();
        if others.is_empty() {
            "1".to_owned()
        } else {
            others.join(" * ")
        }
    }

    /// Different values in the order of their first appearance.
    fn firsts(&mut self, list: &str) -> String {
        let elements = self.plan.semantics.array_elements;
        self.with(list, |this, list| {
            format!("{}[1:{elements}]", this.distinct(list))
        })
    }

    /// All values, equal ones together, in the order of their first appearance.
    fn together(&mut self, list: &str) -> String {
        let elements = self.plan.semantics.array_elements;
        self.with(list, |this, list| {
            let distinct = this.distinct(list);
            let (one, other) = (this.fields.lambda(), this.fields.lambda());
            format!(
                "flatten(list_transform({distinct}, lambda {one}: \
                 list_filter({list}, lambda {other}: {other} = {one})))[1:{elements}]"
            )
        })
    }

    fn distinct(&mut self, list: &str) -> String {
        let (one, at) = (self.fields.lambda(), self.fields.lambda());
        format!("list_filter({list}, lambda {one}, {at}: list_position({list}, {one}) = {at})")
    }

    /// What an expression is over the joined rows of a window; `None` if it is
    /// made of such parts only.
    pub(super) fn in_window(&mut self, id: ExprId, row: &Scope, scope: &Scope) -> Option<Written> {
        let plan = self.plan;
        Some(match &plan.node(id).expr {
            Expr::Outcome(which) => self.outcome(id, *which),
            Expr::WindowStart => Ok("CAST(window_from // 1000000000 AS BIGINT)".to_owned()),
            Expr::WindowEnd => Ok("CAST(window_to // 1000000000 AS BIGINT)".to_owned()),
            Expr::EventCount(variable) => {
                Ok(self.total(&format!("count(DISTINCT v{}.line)", variable.0)))
            }
            Expr::PlaceholderCount(operand) => self.value(*operand, row).map(|value| {
                let ty = self.type_of(*operand);
                let zero = quote::zero(ty);
                let counted = if plan.semantics.placeholder_counts_zero {
                    value
                } else {
                    format!("nullif({value}, {zero})")
                };
                self.total(&format!("count(DISTINCT {counted})"))
            }),
            Expr::Placeholder(which) if scope.placeholders.contains_key(&which.0) => return None,
            Expr::Aggregate {
                aggregate,
                arg,
                by: None,
                ignore_zero: false,
            } => self.over_window(id, aggregate.name, *arg, row),
            Expr::Aggregate { .. } => Err(self.cannot(id, "this total has no SQL yet")),
            Expr::Field(_)
            | Expr::Indexed(_)
            | Expr::Whole(_)
            | Expr::Keyed(..)
            | Expr::Placeholder(_)
            | Expr::Quantified { .. } => self.value(id, row).map(|value| {
                let order = order_of(0..plan.variables.len());
                self.total(&format!("first({value} ORDER BY {order})"))
            }),
            _ => return None,
        })
    }

    fn over_window(&mut self, id: ExprId, name: &str, arg: ExprId, row: &Scope) -> Written {
        let ty = self.type_of(arg);
        if matches!(ty, Type::List(_) | Type::Any | Type::Float) {
            return Err(self.cannot(id, "a total of lists or floats has no SQL yet"));
        }
        let value = self.value(arg, row)?;
        let counted = if self.plan.semantics.aggregates_take_zero {
            value.clone()
        } else {
            format!("nullif({value}, {})", quote::zero(ty))
        };
        let number = matches!(ty, Type::Int | Type::Uint);
        Ok(match name {
            "min" | "max" if number => self.total(&format!("{name}({value})")),
            "sum" if number => {
                let sum = format!("least(sum(CAST({value} AS HUGEINT)), {})", i64::MAX);
                self.total(&format!("CAST({sum} AS BIGINT)"))
            }
            "count" => self.total(&format!("count({counted})")),
            "count_distinct" => self.total(&format!("count(DISTINCT {counted})")),
            "array" | "array_distinct" => {
                let order = order_of(read_by(self.plan, arg).into_iter());
                let list = format!("list({value} ORDER BY {order}) FILTER ({counted} IS NOT NULL)");
                let all = self.total(&format!("coalesce({list}, [])"));
                if name == "array" {
                    self.together(&all)
                } else {
                    self.firsts(&all)
                }
            }
            _ => return Err(self.cannot(id, format!("`{name}` over a window has no SQL yet"))),
        })
    }

    /// A column of the totals of a window.
    pub(super) fn total(&mut self, sql: &str) -> String {
        let known = self.totals.iter().find(|(_, known)| known == sql);
        if let Some((column, _)) = known {
            return quote::name(column);
        }
        let column = format!("total {}", self.totals.len() + 1);
        self.totals.push((column.clone(), sql.to_owned()));
        quote::name(&column)
    }
}

/// The order of joined rows by some of their variables; of an absent one first.
fn order_of(variables: impl Iterator<Item = usize>) -> String {
    let keys = variables
        .map(|at| format!("v{at}.t NULLS FIRST, v{at}.id NULLS FIRST, v{at}.line NULLS FIRST"));
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() {
        return "1".to_owned();
    }
    keys.join(", ")
}

/// The event variables that an expression reads, through placeholders and what
/// stands in for them.
fn read_by(plan: &Plan, id: ExprId) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let node = plan.node(id);
        found.extend(node.variable().map(|variable| usize::from(variable.0)));
        if let Expr::Placeholder(which) = &node.expr
            && let Some(placeholder) = plan.placeholders.get(usize::from(which.0))
        {
            found.insert(usize::from(placeholder.variable.0));
            open.extend(placeholder.elsewhere.iter().map(|(_, same)| *same));
        }
        open.extend(plan.operands(id));
    }
    found
}
