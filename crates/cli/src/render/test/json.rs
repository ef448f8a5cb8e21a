//! One JSON document for the whole run.

use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_harness::suite::{Coverage, Fault, Mutation, Survivor, Tested};

use super::{NOT_RUN, TestFile, TestReport, Totals, told, word};
use crate::render::document;

/// The JSON format.
#[derive(Default)]
pub(super) struct Json {
    files: Vec<Value>,
}

impl TestReport for Json {
    fn file(&mut self, file: &TestFile, _: &mut dyn Write) -> io::Result<()> {
        self.files.push(match &file.done {
            Err(fault) => json!({"file": file.name, "error": error(fault)}),
            Ok(report) => json!({
                "file": file.name,
                "rules": report.rules,
                "tests": report.tests.iter().map(test).collect::<Vec<_>>(),
                "coverage": report.coverage.iter().map(coverage).collect::<Vec<_>>(),
                "mutation": report.mutation.as_ref().map(mutation),
            }),
        });
        Ok(())
    }

    fn end(&mut self, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        let document = json!({
            "schema": "yaral/test/v1",
            "files": self.files,
            "summary": {
                "files": totals.files, "tests": totals.tests, "passed": totals.passed,
                "failed": totals.failed, "todo": totals.todo, "skipped": totals.skipped,
                "left_out": totals.left_out, "could_not_run": totals.faulty,
                "negatives": totals.negatives.0, "strong_negatives": totals.negatives.1,
                "mutants": totals.mutants.map(|(noticed, all)| json!({
                    "noticed": noticed, "all": all, "explained": totals.explained,
                    "stillborn": totals.stillborn, "files_not_run": totals.unmutated,
                })),
                "coverage": totals.coverage.map(|(seen, all)| json!({"seen": seen, "all": all})),
            },
        });
        out.write_all(document::text(&document).as_bytes())
    }
}

fn error(fault: &Fault) -> Value {
    match fault {
        Fault::File(mistake) => json!({
            "line": mistake.place.line, "column": mistake.place.column,
            "message": mistake.what, "help": mistake.help,
        }),
        Fault::Rule(what) => json!({"message": what}),
    }
}

/// A test as an object.
pub(super) fn test(test: &Tested) -> Value {
    json!({
        "name": test.name, "mapping": test.mapping, "line": test.place.line,
        "verdict": word(test.verdict), "why": told(test), "positive": test.positive,
        "strong": test.strong, "real": test.real, "synthetic": test.synthetic,
        "tool": test.tool, "todo": test.todo,
        "drives": test.drives,
    })
}

fn coverage(coverage: &Coverage) -> Value {
    let (seen, all) = coverage.share();
    let predicates = coverage.predicates.iter().map(|seen| {
        json!({
            "variable": seen.variable, "line": seen.line, "predicate": seen.text,
            "seen_true": seen.yes, "seen_false": seen.no,
        })
    });
    let named = |list: &[(String, bool)]| -> Value {
        let pairs = list.iter().map(|(name, done)| (name.clone(), json!(done)));
        Value::Object(pairs.collect())
    };
    json!({
        "rule": coverage.rule, "seen": seen, "all": all,
        "predicates": predicates.collect::<Vec<_>>(),
        "variables": named(&coverage.variables), "outcomes": named(&coverage.outcomes),
    })
}

fn mutation(mutation: &Mutation) -> Value {
    if mutation.not_run {
        return json!({"not_run": NOT_RUN});
    }
    let (noticed, all) = mutation.score();
    let list = |list: &[Survivor]| -> Vec<Value> {
        let one = |one: &Survivor| {
            json!({
                "rule": one.path, "line": one.line, "what": one.what,
                "predicate": one.predicate, "why": one.why,
            })
        };
        list.iter().map(one).collect()
    };
    json!({
        "noticed": noticed, "all": all, "stillborn": mutation.stillborn,
        "explained": list(&mutation.explained), "survivors": list(&mutation.survivors),
        "earned": mutation.earned.iter().map(|earned| {
            json!({"test": earned.test, "noticed": earned.noticed})
        }).collect::<Vec<_>>(),
    })
}
