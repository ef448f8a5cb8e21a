//! The answer that Google SecOps gives to `verifyRuleText`.
//!
//! Tools that talk to the tenant read this shape, so they can ask here first.
//! One file is one answer; of several files it is a list of answers, each with
//! the name of its file. Lines and columns count from 1 and `endColumn` is
//! exclusive. The interface knows errors and warnings only: notes are left out.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use yaral_syntax::diagnostic::{Diagnostic, Severity};

use super::{CheckReport, CheckSummary, place};
use crate::rules::Sheet;

/// The format of the interface.
#[derive(Default)]
pub(super) struct Secops {
    answers: Vec<Answer>,
}

/// What is said of one file.
struct Answer {
    file: String,
    success: bool,
    diagnostics: Vec<Value>,
}

impl CheckReport for Secops {
    fn file(&mut self, sheet: &Sheet<'_>, _: &mut dyn Write) -> io::Result<()> {
        let rules = &sheet.file.compiled.rules;
        self.answers.push(Answer {
            file: sheet.file.name.clone(),
            // An error that is not shown refuses its rule all the same.
            success: !rules.is_empty() && rules.iter().all(|rule| rule.plan.is_some()),
            diagnostics: Vec::new(),
        });
        Ok(())
    }

    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        _: &mut dyn Write,
    ) -> io::Result<()> {
        let severity = match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => return Ok(()),
        };
        let mut one = Map::new();
        one.insert("severity".to_owned(), json!(severity));
        let message = format!("{}: {}", diagnostic.code, place::told(diagnostic));
        one.insert("message".to_owned(), json!(message));
        if diagnostic.span.is_some() {
            let (start, end) = (
                place::start(sheet, diagnostic),
                place::end(sheet, diagnostic),
            );
            let position = json!({
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            });
            one.insert("position".to_owned(), position);
        }
        if let Some(answer) = self.answers.last_mut() {
            answer.diagnostics.push(Value::Object(one));
        }
        Ok(())
    }

    fn end(&mut self, _: &CheckSummary, out: &mut dyn Write) -> io::Result<()> {
        let mut answers = std::mem::take(&mut self.answers);
        let document = match (answers.pop(), answers.is_empty()) {
            (Some(only), true) => json!({
                "success": only.success,
                "compilationDiagnostics": only.diagnostics,
            }),
            (last, _) => {
                let all = answers.into_iter().chain(last).map(|answer| {
                    json!({
                        "file": answer.file,
                        "success": answer.success,
                        "compilationDiagnostics": answer.diagnostics,
                    })
                });
                Value::Array(all.collect())
            }
        };
        writeln!(out, "{document:#}")
    }
}
