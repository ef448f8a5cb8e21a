//! The `setup` section: graph edits with data tables (yara-l §10.4).
//!
//! An operation changes what one entity variable ranges over, before any
//! event is looked at: rows of a table exclude entities, add some, or lend
//! them their mapped cells.

use std::sync::Arc;

use yaral_ir::limits::GRAPH_EDITS_MAX;
use yaral_ir::source::{GraphEdit, GraphEditKind};
use yaral_ir::tables::Table;
use yaral_syntax::ast::{Binary, BinaryOp, Expr, List, Name, Path, SetupOperation, SetupSection};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::FieldPath;

use crate::codes;
use crate::lower::{Lower, ending_is_field};
use crate::rewrite::unwrap;
use crate::rule::flatten_and;
use crate::variables::Kind;

/// What each operation is called and how it is written.
const OPERATIONS: [(&str, GraphEditKind, &str); 3] = [
    (
        "graph_override",
        GraphEditKind::Override,
        "graph_override($g.graph.entity.ip = %table.ip)",
    ),
    (
        "graph_append",
        GraphEditKind::Append,
        "graph_append[$g, %table]",
    ),
    (
        "graph_exclude",
        GraphEditKind::Exclude,
        "graph_exclude($g.graph.entity.ip = %table.ip)",
    ),
];

/// An edit with the position of the entity variable that it is for.
type Edit = (usize, GraphEdit);

impl Lower<'_> {
    /// Reads the section: the edit of each entity variable that has one.
    pub(crate) fn setup(&mut self, section: &SetupSection) -> Vec<Edit> {
        let mut made: Vec<Edit> = Vec::new();
        for (index, operation) in section.operations().enumerate() {
            if index == GRAPH_EDITS_MAX {
                let message =
                    format!("Google SecOps allows {GRAPH_EDITS_MAX} graph operations in a rule");
                let code = codes::TOO_MANY_GRAPH_EDITS;
                let found = Diagnostic::new(self.validity(), code, Some(operation.span()), message);
                self.report(found);
            }
            let Some((variable, edit)) = self.graph_edit(&operation) else {
                continue;
            };
            if made.iter().any(|(known, _)| *known == variable) {
                let name = self.variables.shown(variable);
                let message = format!("`{name}` has its graph operation already");
                self.refuse::<()>(
                    operation.span(),
                    message,
                    "one operation for each entity variable",
                );
                continue;
            }
            made.push((variable, edit));
        }
        made
    }

    fn refuse<T>(&mut self, span: Span, message: impl Into<String>, help: &str) -> Option<T> {
        let found = Diagnostic::error(codes::BAD_GRAPH_EDIT, Some(span), message.into());
        self.report(found.help(help));
        None
    }

    fn graph_edit(&mut self, operation: &SetupOperation) -> Option<Edit> {
        let name = operation.name()?;
        let known = OPERATIONS.iter();
        let Some((_, kind, form)) = known.into_iter().find(|(known, _, _)| *known == name.text)
        else {
            let message = format!("there is no graph operation `{}`", name.text);
            let help = "they are `graph_override`, `graph_append` and `graph_exclude`";
            return self.refuse(name.span, message, help);
        };
        let args: Vec<_> = operation.args().collect();
        let edit = if *kind == GraphEditKind::Append {
            self.appended(&args, (operation.span(), form))?
        } else {
            self.compared(&args, *kind, (operation.span(), form))?
        };
        if *kind != GraphEditKind::Exclude {
            self.check_mapped(&edit.1.table, &name)?;
        }
        Some(edit)
    }

    /// `[$g, %table]`.
    fn appended(&mut self, args: &[Expr], (span, form): (Span, &str)) -> Option<Edit> {
        let [Expr::Path(path), Expr::List(list)] = args else {
            return self.refuse(
                span,
                "this takes an entity variable and a table",
                &write(form),
            );
        };
        if path.segments().next().is_some() || list.column().is_some() {
            return self.refuse(span, "this takes a whole table", &write(form));
        }
        let variable = self.entity_variable(path)?;
        let name = list.name()?;
        let table = self.table(&name.text, name.span)?;
        let edit = GraphEdit {
            kind: GraphEditKind::Append,
            table,
            on: Vec::new(),
        };
        Some((variable, edit))
    }

    /// `(field = %table.column [and …])`.
    fn compared(
        &mut self,
        args: &[Expr],
        kind: GraphEditKind,
        (span, form): (Span, &str),
    ) -> Option<Edit> {
        let mut equalities = Vec::new();
        for one in args {
            flatten_and(one.clone(), &mut equalities);
        }
        let mut made: Option<(usize, Arc<Table>)> = None;
        let mut on = Vec::new();
        for one in &equalities {
            let Some((path, list)) = equality(one) else {
                let message = "a graph operation compares fields of an entity with cells, by `=`";
                return self.refuse(one.span(), message, &write(form));
            };
            let variable = self.entity_variable(&path)?;
            let field = self.entity_field(&path, variable)?;
            let name = list.name()?;
            let table = self.table(&name.text, name.span)?;
            let column = list.column()?;
            on.push((field, self.column(&table, &column.text, column.span)?));
            if let Some((known, of)) = &made
                && (*known != variable || of.name != table.name)
            {
                let message = "a graph operation is about one entity variable and one table";
                return self.refuse(one.span(), message, "write an operation for each");
            }
            made = Some((variable, table));
        }
        let Some((variable, table)) = made else {
            return self.refuse(span, "this compares nothing", &write(form));
        };
        Some((variable, GraphEdit { kind, table, on }))
    }

    /// The entity variable that a path names.
    fn entity_variable(&mut self, path: &Path) -> Option<usize> {
        let name = path.variable()?;
        let at = self.variables.event(&name.text);
        let entity = at.filter(|&at| self.variables.kind(at) == Kind::Entity);
        if entity.is_none() {
            let message = format!("`${}` is not an entity variable of `events`", name.text);
            let help = format!(
                "join it there, as in `${}.graph.entity.ip = $ip`",
                name.text
            );
            return self.refuse(name.span, message, &help);
        }
        entity
    }

    /// A plain field of an entity.
    fn entity_field(&mut self, path: &Path, variable: usize) -> Option<FieldPath> {
        let access = self.access(path, variable)?;
        let plain = ending_is_field(&access) && !access.indexed() && access.part.is_none();
        if path.quantifier().is_some() || !plain {
            let message = "a graph operation compares a plain field of an entity";
            let help = "write the field without `any`, an index, a key or a part of a time";
            return self.refuse(path.span(), message, help);
        }
        self.want(&access);
        Some(FieldPath::from_steps(access.root, access.fields()))
    }

    /// What a row lends to an entity are its mapped columns.
    fn check_mapped(&mut self, table: &Table, operation: &Name) -> Option<()> {
        if table
            .columns
            .iter()
            .any(|column| column.spec.mapped.is_some())
        {
            return Some(());
        }
        let (name, operation, span) = (&table.name, &operation.text, operation.span);
        let message = format!(
            "no column of `%{name}` is mapped to an entity field, so `{operation}` has nothing to write"
        );
        let found = Diagnostic::error(codes::UNMAPPED_TABLE, Some(span), message).help(format!(
            "map one in `{name}.yaml`, as in `mapped: entity.ip`"
        ));
        self.report(found);
        None
    }
}

/// A field and a cell with `=` between them.
fn equality(expr: &Expr) -> Option<(Path, List)> {
    let Expr::Binary(binary) = expr else {
        return None;
    };
    let plain = binary.op() == Some(BinaryOp::Eq) && binary.nocase().is_none();
    sides(binary).filter(|(_, list)| plain && list.column().is_some())
}

fn sides(binary: &Binary) -> Option<(Path, List)> {
    match (unwrap(binary.lhs()?), unwrap(binary.rhs()?)) {
        (Expr::Path(path), Expr::List(list)) | (Expr::List(list), Expr::Path(path)) => {
            path.segments().next().is_some().then_some((path, list))
        }
        _ => None,
    }
}

fn write(form: &str) -> String {
    format!("write `{form}`")
}
