//! A layer of the ATT&CK Navigator, in version 4.5 of its format.
//!
//! The score of a technique is the number of its tested rules: a rule that
//! nobody has seen fire and stay silent covers nothing yet, so it counts 0 and
//! is named in the comment.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Report, Technique};
use crate::render::document;

/// The score from which on a technique has the last colour, if none has more.
const SCORE_FULL: usize = 3;

/// Writes the layer.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let techniques = report.techniques();
    let highest = techniques.values().map(|of| of.tested.len()).max();
    let tested = report.rules.iter().filter(|rule| rule.tested).count();
    let layer = json!({
        "name": "yaral coverage",
        "versions": { "layer": "4.5", "navigator": "5.1.0" },
        "domain": "enterprise-attack",
        "description": format!(
            "{} rules, {tested} of them with a positive and a negative test. \
             The score is the number of tested rules.",
            report.rules.len()
        ),
        "sorting": 3,
        "hideDisabled": false,
        "techniques": techniques.iter().map(|(id, of)| technique(id, of)).collect::<Vec<_>>(),
        "gradient": {
            "colors": ["#ff6666ff", "#ffe766ff", "#8ec843ff"],
            "minValue": 0,
            "maxValue": highest.unwrap_or_default().max(SCORE_FULL),
        },
        "legendItems": [],
        "metadata": [],
    });
    out.write_all(document::text(&layer).as_bytes())
}

fn technique(id: &str, of: &Technique<'_>) -> Value {
    let rules = of.tested.iter().map(|rule| ("tested rule", rule));
    let rules = rules.chain(of.untested.iter().map(|rule| ("untested rule", rule)));
    let metadata: Vec<Value> = rules
        .map(|(name, rule)| json!({ "name": name, "value": rule }))
        .collect();
    let comment = if of.untested.is_empty() {
        String::new()
    } else {
        format!(
            "{} not tested: {}",
            of.untested.len(),
            of.untested.join(", ")
        )
    };
    json!({
        "techniqueID": id,
        "score": of.tested.len(),
        "comment": comment,
        "enabled": true,
        "metadata": metadata,
        "showSubtechniques": false,
    })
}
