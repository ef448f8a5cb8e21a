//! `in %list` and `in %table.column`: look-ups in reference lists, and in the
//! columns of data tables.

use std::sync::Arc;

use yaral_ir::limits::{LIST_CIDR_USES_MAX, LIST_REGEX_USES_MAX, LIST_USES_MAX};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::{Expr as Plan, ExprId};
use yaral_ir::types::Type;
use yaral_syntax::ast::{self, In, InMode};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use super::Lower;
use crate::codes;

impl Lower<'_> {
    /// Lowers a list look-up.
    pub(super) fn lookup(&mut self, lookup: &In) -> Option<ExprId> {
        let Some(list) = lookup.list() else {
            return self.fail(
                codes::UNDOCUMENTED_FORM,
                lookup.span(),
                "rules look values up in a reference list: `… in %list`",
            );
        };
        let subject = self.value(&lookup.lhs()?)?;
        if let Some(span) = self.quantifier_in_use() {
            return self.fail(
                codes::BAD_QUANTIFIER,
                span,
                "`any` and `all` do not go with reference lists",
            );
        }
        if self.is_literal(subject) {
            return self.fail(
                codes::BOTH_CONSTANT,
                lookup.span(),
                "a constant is looked up in a list; look up a field",
            );
        }
        if matches!(self.ty(subject), Type::List(_)) {
            return self.fail(
                codes::TYPE_MISMATCH,
                self.span(subject),
                "a whole list cannot be looked up",
            );
        }
        let list = self.looked_up(&list)?;
        self.mode(lookup, &list)?;
        let nocase = lookup.nocase();
        if let Some(span) = nocase
            && list.kind() == ListKind::Cidr
        {
            return self.fail(
                codes::BAD_NOCASE,
                span,
                "`nocase` has no meaning for IP ranges",
            );
        }
        let nocase = self.nocase(nocase, &[subject])?;
        self.count_use(list.kind(), lookup.span());
        let found = self.add(
            Plan::InList {
                subject,
                list,
                nocase,
            },
            Type::Bool,
            lookup.span(),
        )?;
        if lookup.negated() {
            self.add(Plan::Not(found), Type::Bool, lookup.span())
        } else {
            Some(found)
        }
    }

    /// The reference list or the column of a data table.
    fn looked_up(&mut self, list: &ast::List) -> Option<Arc<List>> {
        let name = list.name()?;
        let Some(column) = list.column() else {
            return self.list(&name.text, name.span);
        };
        let table = self.table(&name.text, name.span)?;
        let at = self.column(&table, &column.text, column.span)?;
        Some(Arc::clone(&table.columns.get(at)?.list))
    }

    fn list(&mut self, name: &str, span: Span) -> Option<Arc<List>> {
        if let Some(list) = self.options.lists.get(name) {
            return Some(Arc::clone(list));
        }
        let known: Vec<_> = self
            .options
            .lists
            .keys()
            .map(|known| format!("`%{known}`"))
            .collect();
        let help = if known.is_empty() {
            format!(
                "no lists were given; put a file `{name}.txt` (or .regex, .cidr) in a folder and pass --lists FOLDER"
            )
        } else {
            format!("the lists given are {}", known.join(", "))
        };
        let message = format!("there is no reference list `%{name}`");
        self.report(Diagnostic::error(codes::UNKNOWN_LIST, Some(span), message).help(help));
        None
    }

    /// The word behind `in` must fit the kind of the list.
    fn mode(&mut self, lookup: &In, list: &List) -> Option<()> {
        let wanted = match lookup.mode() {
            InMode::Exact => ListKind::String,
            InMode::Regex => ListKind::Regex,
            InMode::Cidr => ListKind::Cidr,
        };
        // The kind of a column is known, so that the word may be left out.
        let column = lookup.list().is_some_and(|list| list.column().is_some());
        if wanted == list.kind() || (column && wanted == ListKind::String) {
            return Some(());
        }
        let word = match list.kind() {
            ListKind::String => "in",
            ListKind::Regex => "in regex",
            ListKind::Cidr => "in cidr",
        };
        let what = if column { "column" } else { "list" };
        let message = format!("`%{}` is a {} {what}", list.name(), list.kind().name());
        self.report(
            Diagnostic::error(codes::TYPE_MISMATCH, Some(lookup.span()), message)
                .help(format!("write `… {word} %{}`", list.name())),
        );
        None
    }

    fn count_use(&mut self, kind: ListKind, span: Span) {
        self.list_uses[kind as usize] += 1;
        let (all, own) = (
            self.list_uses.iter().sum::<usize>(),
            self.list_uses[kind as usize],
        );
        let (what, max) = match kind {
            ListKind::Regex if own == LIST_REGEX_USES_MAX + 1 => {
                ("`in regex`", LIST_REGEX_USES_MAX)
            }
            ListKind::Cidr if own == LIST_CIDR_USES_MAX + 1 => ("`in cidr`", LIST_CIDR_USES_MAX),
            _ if all == LIST_USES_MAX + 1 => ("`in`", LIST_USES_MAX),
            _ => return,
        };
        let message = format!("Google SecOps allows {max} uses of {what} in a rule");
        self.report(Diagnostic::new(
            self.validity(),
            codes::TOO_MANY_LIST_USES,
            Some(span),
            message,
        ));
    }
}
