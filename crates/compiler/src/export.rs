//! The `export` section: what each detection writes into data tables (yara-l
//! §10.5).

use std::collections::BTreeSet;

use yaral_ir::source::{Export, Exported};
use yaral_syntax::ast::{ExportSection, ExportWrite, Expr, LiteralValue, NamedArg};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use crate::codes;
use crate::lower::Lower;

impl Lower<'_> {
    /// Reads the section. The outcome variables must be known.
    pub(crate) fn exports(&mut self, section: &ExportSection) -> Vec<Export> {
        let writes: Vec<_> = section.writes().collect();
        writes.iter().filter_map(|one| self.write(one)).collect()
    }

    fn write(&mut self, write: &ExportWrite) -> Option<Export> {
        let (table, method) = (write.table()?, write.method()?);
        if method.text != "write_row" {
            let message = format!("`{}` is no way to write a table", method.text);
            let help = format!("write `%{}.write_row(column: $value)`", table.text);
            return self.bad_write(method.span, message, &help);
        }
        if !self.options.tables.contains_key(&table.text) {
            let message = format!("there is no data table `%{}` yet", table.text);
            let found = Diagnostic::note(codes::TABLE_IS_MADE, Some(table.span), message)
                .help("the first detection makes it, with string columns");
            self.report(found);
        }
        let mut columns = Vec::new();
        let mut seen = BTreeSet::new();
        for argument in write.args() {
            let name = argument.name()?;
            if !seen.insert(name.text.clone()) {
                let message = format!("column `{}` is written twice", name.text);
                return self.bad_write(name.span, message, "name each column once");
            }
            if let Some(known) = self.options.tables.get(&table.text) {
                self.column(known, &name.text, name.span)?;
            }
            columns.push((name.text, self.exported(&argument)?));
        }
        if columns.is_empty() {
            let help = "name a column and what is written there, as in `host: $host`";
            return self.bad_write(write.span(), "this writes nothing", help);
        }
        Some(Export {
            table: table.text,
            columns,
        })
    }

    /// What is written into a column.
    fn exported(&mut self, argument: &NamedArg) -> Option<Exported> {
        let help = "write an outcome variable, a match variable, or a constant";
        let Some(expr) = argument.expr() else {
            let message = "this is neither a variable nor a constant";
            return self.bad_write(argument.span(), message, help);
        };
        match &expr {
            Expr::Literal(literal) => match literal.value()? {
                LiteralValue::Str(text) => Some(Exported::Text(text)),
                LiteralValue::Int(number) => Some(Exported::Text(number.to_string())),
                LiteralValue::Float(number) => Some(Exported::Text(number.to_string())),
                LiteralValue::Bool(value) => Some(Exported::Text(value.to_string())),
                _ => self.bad_write(expr.span(), "this is no constant of a column", help),
            },
            Expr::Path(path) if path.segments().next().is_none() => {
                let name = path.variable()?;
                self.exported_variable(&name.text, name.span)
            }
            _ => {
                let message = "a column takes a variable or a constant, and no expression";
                self.bad_write(expr.span(), message, "give it to an outcome variable first")
            }
        }
    }

    fn exported_variable(&mut self, name: &str, span: Span) -> Option<Exported> {
        if let Some(at) = self.outcomes.iter().position(|(known, _)| known == name) {
            return Some(Exported::Outcome(at));
        }
        let placeholder = self.variables.placeholder(name);
        let keys = self.matching.as_ref().map(|matching| &matching.keys);
        let key = placeholder
            .zip(keys)
            .and_then(|(at, keys)| keys.iter().position(|(key, _)| *key == at));
        if let Some(at) = key {
            return Some(Exported::Match(at));
        }
        if placeholder.is_none() && self.variables.event(name).is_none() {
            return self.unknown_in_condition(name, span);
        }
        let message = format!("`${name}` is neither an outcome variable nor a match variable");
        let field = placeholder.map_or(".metadata.id", |_| "");
        let help = format!("give it to one, as in `$value = array_distinct(${name}{field})`");
        self.bad_write(span, message, &help)
    }

    fn bad_write<T>(&mut self, span: Span, message: impl Into<String>, help: &str) -> Option<T> {
        let found = Diagnostic::error(codes::BAD_EXPORT, Some(span), message.into());
        self.report(found.help(help));
        None
    }
}
