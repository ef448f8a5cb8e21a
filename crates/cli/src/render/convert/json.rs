//! The rules and the report as one document.

use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_translate::{Loss, Outcome, Target};

use super::{Converted, word};
use crate::render::document;

pub(super) fn write(
    target: &Target,
    converted: &[Converted],
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules: Vec<Value> = converted.iter().map(rule).collect();
    let document = json!({
        "schema": "yaral/convert/v1",
        "target": target.name,
        "rules": rules,
    });
    out.write_all(document::text(&document).as_bytes())
}

fn rule(one: &Converted) -> Value {
    let text = match &one.outcome {
        Outcome::Converted { text, .. } => Value::from(text.as_str()),
        Outcome::Refused { .. } => Value::Null,
    };
    let losses: Vec<Value> = one.outcome.losses().iter().map(loss).collect();
    json!({
        "rule": one.rule, "file": one.file, "grade": word(&one.outcome),
        "text": text, "losses": losses,
    })
}

fn loss(loss: &Loss) -> Value {
    json!({
        "line": (loss.line > 0).then_some(loss.line), "construct": loss.construct,
        "grade": loss.grade.word(), "effect": loss.effect.word(), "what": loss.what,
    })
}
