//! Cells of data tables: `%table.column` outside of `in`.
//!
//! A cell is a value of the row that the table's own event variable is bound
//! to, so that all comparisons with one table speak of one row (yara-l
//! §10.3).

use std::sync::Arc;

use yaral_ir::limits::TABLE_JOINS_MAX;
use yaral_ir::plan::{Expr as Plan, ExprId, VariableId, WholeRef};
use yaral_ir::tables::{Column, ColumnKind, Table};
use yaral_ir::types::Type;
use yaral_syntax::ast::{Chain, Expr, List};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::{FieldId, nearest};

use super::path::MANY_ROWS;
use super::{Lower, Place};
use crate::codes;
use crate::rewrite::unwrap;
use crate::variables::{Kind, row_name};

/// Names that a message lists as those there are.
const SHOWN_MAX: usize = 5;

/// A cell: its row's event variable, the table, the position of the column.
struct Cell {
    variable: VariableId,
    table: Arc<Table>,
    column: usize,
}

impl Cell {
    fn column(&self) -> Option<&Column> {
        self.table.columns.get(self.column)
    }
}

impl Lower<'_> {
    /// Lowers a cell for its value.
    pub(super) fn cell(&mut self, list: &List) -> Option<ExprId> {
        let cell = self.cell_of(list)?;
        if self.place == Place::Condition {
            return self.field_in_condition(list.span());
        }
        if self.place == Place::Outcome {
            return self.needs_aggregate(list.span(), MANY_ROWS);
        }
        self.cell_value(&cell, list.span())
    }

    fn cell_value(&mut self, cell: &Cell, span: Span) -> Option<ExprId> {
        let column = cell.column()?;
        let (name, ty) = (column.spec.name.clone(), column.ty);
        if column.spec.kind == ColumnKind::Number {
            return self.add(Plan::Cell(cell.variable, name), ty, span);
        }
        let row = WholeRef {
            variable: cell.variable,
            steps: [(FieldId::UDM_ADDITIONAL, None)].into(),
            part: None,
        };
        self.add(Plan::Keyed(row, name), ty, span)
    }

    fn cell_of(&mut self, list: &List) -> Option<Cell> {
        let name = list.name()?;
        let Some(column) = list.column() else {
            let message = "a list is looked up in: `… in %list`";
            return self.fail(codes::TYPE_MISMATCH, list.span(), message);
        };
        let table = self.table(&name.text, name.span)?;
        let column = self.column(&table, &column.text, column.span)?;
        let Some(variable) = self.variables.event(&row_name(list)?) else {
            let message = format!("`events` joins no row of `%{}`", name.text);
            let found = Diagnostic::error(codes::UNKNOWN_VARIABLE, Some(list.span()), message)
                .help(format!(
                    "tie a row to an event there, as in `$e.principal.hostname = %{}.…`",
                    name.text
                ));
            self.report(found);
            return None;
        };
        let variable = VariableId(u16::try_from(variable).ok()?);
        Some(Cell {
            variable,
            table,
            column,
        })
    }

    /// The table of this name; one that was not given is reported once.
    pub(crate) fn table(&mut self, name: &str, span: Span) -> Option<Arc<Table>> {
        let tables = &self.options.tables;
        if let Some(table) = tables.get(name) {
            return Some(Arc::clone(table));
        }
        if !self.unknown_tables.insert(name.to_owned()) {
            return None;
        }
        let known = tables.keys().map(String::as_str);
        let help = if tables.is_empty() {
            format!(
                "no tables were given; put a file `{name}.csv` with its `{name}.yaml` in a folder \
                 and pass --tables FOLDER"
            )
        } else {
            near_or_known(name, known, "%")
        };
        let message = format!("there is no data table `%{name}`");
        self.report(Diagnostic::error(codes::UNKNOWN_TABLE, Some(span), message).help(help));
        None
    }

    /// The position of a column.
    pub(crate) fn column(&mut self, table: &Table, name: &str, span: Span) -> Option<usize> {
        if let Some(at) = table.column(name) {
            return Some(at);
        }
        let known = table.columns.iter().map(|column| column.spec.name.as_str());
        let message = format!("table `%{}` has no column `{name}`", table.name);
        let found = Diagnostic::error(codes::UNKNOWN_COLUMN, Some(span), message);
        self.report(found.help(near_or_known(name, known, "")));
        None
    }

    /// `re.regex(text, %table.column)`: the pattern is that of the row.
    pub(super) fn cell_pattern(
        &mut self,
        subject: &Expr,
        list: &List,
        (nocase, span): (bool, Span),
    ) -> Option<ExprId> {
        let subject = self.value(subject);
        let cell = self.cell_of(list)?;
        let subject = subject?;
        let column = cell.column()?;
        let kind = column.spec.kind;
        if kind != ColumnKind::Regex {
            let message = format!(
                "`%{}.{}` is a {} column, and a pattern stands in a regex column",
                cell.table.name,
                column.spec.name,
                kind.name()
            );
            return self.fail(codes::TYPE_MISMATCH, list.span(), message);
        }
        if !self.ty(subject).is_text() && self.ty(subject) != Type::Any {
            let ty = super::with_article(self.ty(subject));
            let message = format!("a regular expression searches text, this is {ty}");
            return self.fail(codes::TYPE_MISMATCH, self.span(subject), message);
        }
        if let Some(quantifier) = self.quantifier_in_use() {
            let message = "`any` and `all` do not go with a data table";
            return self.fail(codes::BAD_QUANTIFIER, quantifier, message);
        }
        let column = (Arc::clone(&cell.table), cell.column);
        let cell = self.cell_value(&cell, list.span())?;
        self.count_join(&[subject, cell], span);
        self.add(
            Plan::MatchesCell {
                subject,
                cell,
                column,
                nocase,
            },
            Type::Bool,
            span,
        )
    }

    /// Whether an expression reads rows of a data table.
    fn reads_row(&self, id: ExprId) -> bool {
        let reads = self.reads(id);
        reads.iter().any(|&at| self.variables.kind(at) == Kind::Row)
    }

    /// Counts a comparison of a row with something else.
    pub(super) fn count_join(&mut self, operands: &[ExprId], span: Span) {
        if self.place != Place::Events {
            return;
        }
        let reads: Vec<_> = operands.iter().map(|&id| self.reads(id)).collect();
        let row = |at: &u16| self.variables.kind(*at) == Kind::Row;
        let rows = reads.iter().flatten().any(row);
        if !rows || reads.iter().flatten().all(row) {
            return;
        }
        self.table_joins += 1;
        if self.table_joins == TABLE_JOINS_MAX + 1 {
            let message = format!(
                "Google SecOps allows {TABLE_JOINS_MAX} comparisons of events with rows of data tables"
            );
            let severity = self.validity();
            self.report(Diagnostic::new(
                severity,
                codes::TOO_MANY_TABLE_JOINS,
                Some(span),
                message,
            ));
        }
    }

    /// An equality with a pattern or range compares its text, which is seldom
    /// what is meant. A constant on the other side picks rows by their text.
    pub(super) fn text_of_pattern(&mut self, left: ExprId, right: ExprId, span: Span) {
        for (cell, other) in [(left, right), (right, left)] {
            if self.is_literal(other) || self.reads_row(other) {
                continue;
            }
            let Plan::Keyed(row, column) = &self.nodes[cell.0 as usize].expr else {
                continue;
            };
            let name = self.variables.shown(row.variable.0);
            let table = name
                .strip_prefix('%')
                .map(|name| self.options.tables.get(name));
            let Some(Some(table)) = table else { continue };
            let Some(found) = table.column(column).and_then(|at| table.columns.get(at)) else {
                continue;
            };
            let call = match found.spec.kind {
                ColumnKind::Regex => "re.regex",
                ColumnKind::Cidr => "net.ip_in_range_cidr",
                ColumnKind::String | ColumnKind::Number => continue,
            };
            let kind = found.spec.kind.name();
            let message =
                format!("this compares with the text in a {kind} column and does not match it");
            let found = Diagnostic::warning(codes::TEXT_OF_PATTERN, Some(span), message)
                .secondary(self.span(cell), format!("a {kind} column"))
                .help(format!("to match it write `{call}(…, {name}.{column})`"));
            self.report(found);
        }
    }

    /// `not (a = %t.x and b = %t.y)` holds as soon as one row differs, so it
    /// excludes nothing (yara-l §10.3).
    pub(super) fn excluded_rows(&mut self, inner: ExprId, span: Span) {
        let Plan::And(list) = &self.nodes[inner.0 as usize].expr else {
            return;
        };
        let reads: Vec<_> = list.iter().map(|&one| self.reads(one)).collect();
        let twice = (0_u16..).zip(&self.variables.kinds).find(|(at, kind)| {
            **kind == Kind::Row && reads.iter().filter(|reads| reads.contains(at)).count() > 1
        });
        let Some((at, _)) = twice else { return };
        let name = self.variables.shown(at);
        let message = format!(
            "this does not exclude the combinations in `{name}`: it holds where any one row differs"
        );
        let found =
            Diagnostic::warning(codes::ROWS_NOT_EXCLUDED, Some(span), message).help(format!(
                "put the combination into one column and write `not strings.concat(…) in {name}.…`"
            ));
        self.report(found);
    }

    /// Look-ups in a table go with other look-ups in an `or`, and with nothing
    /// else (yara-l §10.2).
    pub(super) fn mixed_lookups(&mut self, chain: &Chain) {
        if self.place != Place::Events {
            return;
        }
        let operands: Vec<_> = chain.operands().collect();
        let lookup = operands.iter().find(|one| holds_lookup(one));
        let other = operands.iter().find(|one| !is_lookup((*one).clone()));
        let (Some(lookup), Some(other)) = (lookup, other) else {
            return;
        };
        let message =
            "Google SecOps joins a look-up in a data table by `or` with other look-ups only";
        let mut found = Diagnostic::warning(codes::MIXED_LOOKUPS, Some(lookup.span()), message);
        if other.span() != lookup.span() {
            found = found.secondary(other.span(), "this is none");
        }
        self.report(found.help("give the look-up a predicate of its own, or split the rule"));
    }
}

/// Whether an operand is a look-up in a data table, negated or not.
fn is_lookup(expr: Expr) -> bool {
    match unwrap(expr) {
        Expr::Not(not) => not.expr().is_some_and(is_lookup),
        Expr::In(lookup) => lookup.list().is_some_and(|list| list.column().is_some()),
        _ => false,
    }
}

/// Whether there is a look-up in a data table in an operand.
fn holds_lookup(expr: &Expr) -> bool {
    let mut nodes = expr.syntax().descendants();
    nodes.any(|node| {
        Expr::cast(node).is_some_and(|one| matches!(one, Expr::In(_)) && is_lookup(one))
    })
}

/// The names near a misspelled one, or else the first that there are.
fn near_or_known<'k>(
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    sign: &str,
) -> String {
    let near = nearest(name, known.clone());
    if !near.is_empty() {
        let near: Vec<_> = near.iter().map(|name| format!("`{sign}{name}`")).collect();
        return format!("did you mean {}?", near.join(" or "));
    }
    let mut all: Vec<_> = known
        .take(SHOWN_MAX + 1)
        .map(|name| format!("`{sign}{name}`"))
        .collect();
    if all.len() > SHOWN_MAX {
        all.truncate(SHOWN_MAX);
        all.push("others".to_owned());
    }
    format!("there is {}", all.join(", "))
}
