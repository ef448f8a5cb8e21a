//! One detection: what happened, what to do, why it fired, and the evidence.

use serde_json::Value;
use yaral_engine::detection::SEVERITIES;

use super::markup::{Html, is_anchor};
use super::read::{items, joined, leaves, plain, text};
use crate::render::layout::plural;
use crate::report::Head;

/// Fields of one event that a page shows.
pub(super) const HTML_FIELDS_MAX: usize = 200;

/// Writes the detection; `open` unfolds it.
pub(super) fn write(html: &mut Html, head: &Head, of: &Value, open: bool) {
    let severity = SEVERITIES.get(head.rank).copied().unwrap_or_default();
    let class = format!("card {}", severity.to_ascii_lowercase());
    let id = if is_anchor(&head.id) {
        head.id.as_str()
    } else {
        ""
    };
    html.element("article", &[("class", &class), ("id", id)], |h| {
        let mut attributes = Vec::new();
        if open {
            attributes.push(("open", ""));
        }
        h.element("details", &attributes, |h| {
            h.element("summary", &[], |h| title(h, head, of, severity));
            let around = of.get("investigation").unwrap_or(&Value::Null);
            facts(h, of, around);
            respond(h, around);
            why(h, of);
            evidence(h, of);
            variables(h, of);
            h.element("p", &[("class", "id")], |h| h.text(&head.id));
        });
    });
}

fn title(html: &mut Html, head: &Head, of: &Value, severity: &str) {
    html.leaf("span", "badge", severity);
    html.leaf("span", "rule", &head.rule);
    let risk = text(of, "risk_score");
    if !risk.is_empty() {
        html.leaf("span", "risk", &format!("risk {risk}"));
    }
    if of.get("provisional").is_some() {
        html.leaf("span", "risk", "provisional");
    }
    html.element("time", &[("datetime", &head.time.to_string())], |h| {
        h.text(&head.time.to_string());
    });
    html.leaf("span", "lead", &lead(of));
}

/// What happened, in one line.
fn lead(of: &Value) -> String {
    let outcomes = of.get("outcomes").unwrap_or(&Value::Null);
    let what = text(outcomes, "what");
    if !what.is_empty() {
        return what;
    }
    let around = of.get("investigation").unwrap_or(&Value::Null);
    let objects = items(around, "objects");
    let process = items(around, "process").first();
    let process = process.map(|process| text(process, "command"));
    match (objects.first(), process) {
        (Some(first), _) => object(first),
        (None, Some(command)) => command,
        (None, None) => joined(around, "command"),
    }
}

/// A thing that was touched: verb, kind, place and name, and the answer.
fn object(of: &Value) -> String {
    let place = [text(of, "namespace"), text(of, "name")];
    let place = place.iter().filter(|part| !part.is_empty());
    let place = place.cloned().collect::<Vec<_>>().join("/");
    let parts = [text(of, "verb"), text(of, "kind"), place, text(of, "code")];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// The facts of an investigation: label, and the key whose values it shows.
const FACTS: &[(&str, &str)] = &[
    ("who", "actor"),
    ("login", "login"),
    ("groups", "groups"),
    ("from", "source"),
    ("through", "source_chain"),
    ("client", "agent"),
    ("host", "host"),
    ("pod", "pod"),
    ("container", "container"),
    ("node", "node"),
    ("credential", "credential_id"),
    ("issued", "issued_credential_id"),
    ("scope", "scope"),
    ("ran", "command"),
    ("decision", "decision"),
    ("because", "reason"),
];

fn facts(html: &mut Html, of: &Value, around: &Value) {
    html.element("dl", &[("class", "facts")], |h| {
        let window = of.get("window").unwrap_or(&Value::Null);
        let (start, end) = (text(window, "start"), text(window, "end"));
        if start != end {
            fact(h, "window", &format!("{start} to {end}"));
        }
        for (label, key) in FACTS {
            fact(h, label, &joined(around, key));
            if *key == "groups" {
                acting_as(h, around);
            }
        }
        let processes = items(around, "process");
        let told = |process: &Value| {
            let by = text(process, "parent");
            let by = if by.is_empty() {
                by
            } else {
                format!(" (by {by})")
            };
            let command = text(process, "command");
            let command = if command.is_empty() {
                text(process, "file")
            } else {
                command
            };
            format!("{command}{by}")
        };
        list(h, "process", around, "process", processes.iter().map(told));
        list(
            h,
            "objects",
            around,
            "objects",
            items(around, "objects").iter().map(object),
        );
        siblings(h, around);
    });
}

fn acting_as(html: &mut Html, around: &Value) {
    let Some(other) = around.get("impersonated") else {
        return;
    };
    let groups = joined(other, "groups");
    let groups = if groups.is_empty() {
        groups
    } else {
        format!(" ({groups})")
    };
    fact(
        html,
        "acting as",
        &format!("{}{groups}", text(other, "user")),
    );
}

fn fact(html: &mut Html, label: &str, value: &str) {
    if !value.is_empty() {
        html.element("dt", &[], |h| h.text(label));
        html.element("dd", &[], |h| h.text(value));
    }
}

fn list(
    html: &mut Html,
    label: &str,
    around: &Value,
    key: &str,
    entries: impl Iterator<Item = String>,
) {
    let mut entries: Vec<String> = entries.filter(|entry| !entry.is_empty()).collect();
    if let Some(more) = around.get(format!("{key}_more")) {
        entries.push(format!("… {} more", plain(more)));
    }
    if entries.is_empty() {
        return;
    }
    html.element("dt", &[], |h| h.text(label));
    html.element("dd", &[], |h| {
        for entry in entries {
            h.leaf("div", "entry", &entry);
        }
    });
}

fn siblings(html: &mut Html, around: &Value) {
    let siblings = items(around, "siblings");
    if siblings.is_empty() {
        return;
    }
    html.element("dt", &[], |h| h.text("related"));
    html.element("dd", &[], |h| {
        for sibling in siblings {
            h.element("div", &[("class", "entry")], |h| {
                h.link(&text(sibling, "id"), &text(sibling, "rule"));
                h.text(&format!(
                    " {} {}",
                    text(sibling, "severity"),
                    text(sibling, "time")
                ));
            });
        }
        if let Some(more) = around.get("siblings_more") {
            h.leaf("div", "entry", &format!("… {} more", plain(more)));
        }
    });
}

/// What to do: the rule's advice, its playbook, and lines to paste.
fn respond(html: &mut Html, around: &Value) {
    let response = text(around, "response");
    let playbook = text(around, "playbook");
    let commands = items(around, "commands");
    if response.is_empty() && playbook.is_empty() && commands.is_empty() {
        return;
    }
    html.element("section", &[("class", "do")], |h| {
        h.element("h4", &[], |h| h.text("What to do"));
        if !response.is_empty() {
            h.element("p", &[], |h| h.text(&response));
        }
        if !playbook.is_empty() {
            h.element("p", &[], |h| {
                h.text("Playbook: ");
                h.leaf("code", "path", &playbook);
            });
        }
        let mut last = String::new();
        for command in commands {
            let step = text(command, "step");
            if step != last {
                h.leaf("h5", "step", &step);
            }
            last = step;
            h.element("pre", &[("tabindex", "0")], |h| {
                h.text(&text(command, "run"));
            });
        }
    });
}

/// The predicates with the values that they met.
fn why(html: &mut Html, of: &Value) {
    let steps = items(of, "why");
    if steps.is_empty() {
        return;
    }
    html.element("details", &[("class", "why")], |h| {
        h.element("summary", &[], |h| h.text("Why it fired"));
        h.element("ul", &[], |h| {
            for step in steps {
                let held = text(step, "held");
                let depth = step.get("depth").and_then(Value::as_u64).unwrap_or(0);
                let class = format!("{held} d{}", depth.min(6));
                h.element("li", &[("class", &class)], |h| {
                    let mark = match held.as_str() {
                        "yes" => "✓ ",
                        "no" => "✗ ",
                        _ => "· ",
                    };
                    h.text(mark);
                    h.leaf("code", "predicate", &text(step, "predicate"));
                    for actual in items(step, "actual") {
                        let (field, value) = (text(actual, "field"), text(actual, "value"));
                        h.leaf("div", "actual", &format!("{field} = {value}"));
                    }
                });
            }
        });
    });
}

fn evidence(html: &mut Html, of: &Value) {
    let all = items(of, "evidence");
    let counts = of.get("counts").unwrap_or(&Value::Null);
    html.element("details", &[], |h| {
        h.element("summary", &[], |h| {
            h.text(&format!("Evidence: {}", plural(all.len() as u64, "record")));
        });
        let (counts, _) = leaves(counts, HTML_FIELDS_MAX);
        if !counts.is_empty() {
            let counts = counts.iter().map(|(name, n)| format!("${name}: {n}"));
            let counts = counts.collect::<Vec<_>>().join(", ");
            h.leaf("p", "note", &format!("Events by variable: {counts}"));
        }
        for one in all {
            record(h, one);
        }
    });
}

/// Where a record stands, and what it holds.
fn record(html: &mut Html, of: &Value) {
    let kind = text(of, "kind");
    let place = [text(of, "file"), text(of, "line"), text(of, "item")];
    let place = place.into_iter().filter(|part| !part.is_empty());
    let place = place.collect::<Vec<_>>().join(":");
    let parts = [
        format!("${}", text(of, "variable")),
        kind,
        text(of, "log_type"),
        text(of, "rule"),
        place,
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let title = parts.collect::<Vec<_>>().join("  ");
    let held = ["event", "entity", "detection", "cells"];
    let held = held
        .iter()
        .find_map(|key| of.get(*key))
        .unwrap_or(&Value::Null);
    let (fields, more) = leaves(held, HTML_FIELDS_MAX);
    html.element("details", &[("class", "record")], |h| {
        h.element("summary", &[], |h| h.text(&title));
        h.leaf("p", "id", &text(of, "event_id"));
        table(h, &fields);
        if more > 0 {
            h.leaf(
                "p",
                "note",
                &format!("{} more", plural(more as u64, "field")),
            );
        }
    });
}

fn table(html: &mut Html, fields: &[(String, String)]) {
    html.element("table", &[], |h| {
        h.element("tbody", &[], |h| {
            for (name, value) in fields {
                h.element("tr", &[], |h| {
                    h.element("th", &[("scope", "row")], |h| h.text(name));
                    h.element("td", &[], |h| h.text(value));
                });
            }
        });
    });
}

fn variables(html: &mut Html, of: &Value) {
    let mut fields = Vec::new();
    for key in ["match", "outcomes"] {
        let held = of.get(key).unwrap_or(&Value::Null);
        fields.extend(leaves(held, HTML_FIELDS_MAX).0);
    }
    if fields.is_empty() {
        return;
    }
    html.element("details", &[], |h| {
        h.element("summary", &[], |h| h.text("Match and outcome variables"));
        table(h, &fields);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn html_fields_max_counts_the_rest() {
        let members = (0..HTML_FIELDS_MAX + 3).map(|n| (n.to_string(), json!("x")));
        let event = Value::Object(members.collect());
        let mut html = Html::default();
        record(&mut html, &json!({"variable": "e", "event": event}));
        let page = html.finish();
        assert_eq!(page.matches("<tr>").count(), HTML_FIELDS_MAX);
        assert!(page.contains("3 fields more"), "{page}");
    }
}
