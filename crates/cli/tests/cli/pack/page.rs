//! The page of one rule.

use std::fmt::Write as _;

use serde_json::Value;

use super::words::{Words, code, escape};
use super::{GROUPS, Shipped, read_by};

/// What of the meta makes a section: title and key.
const SECTIONS: [(&str, &str); 5] = [
    ("What it sees", "sees"),
    ("Blind spots", "blind_spots"),
    ("Data it needs", "data_source"),
    ("False positives", "false_positives"),
    ("Response", "response"),
];

/// The page.
pub(super) fn page(rule: &Shipped, words: &Words<'_>) -> String {
    let mut out = format!(
        "<!-- Made from {} and its tests by `cargo test`; do not edit. -->\n\n# {}\n\n{}\n\n",
        rule.path,
        escape(rule.name()),
        words.text(rule.meta("description"))
    );
    out += &head(rule, words);
    for (title, key) in SECTIONS {
        let _ = write!(out, "\n## {title}\n\n{}\n", words.text(rule.meta(key)));
        if key == "false_positives" {
            out += &tuning(rule, words);
        }
        if key == "response" {
            let page = rule.meta("playbook");
            let name = page.trim_start_matches("docs/playbook/");
            let page = escape(page);
            let _ = writeln!(out, "\nStep by step: [{page}](../../playbook/{name}).");
        }
    }
    out += &behaviours(rule, words);
    out += &tests(rule);
    out += &survivors(rule);
    out += &references(rule);
    out
}

fn head(rule: &Shipped, words: &Words<'_>) -> String {
    let upload = match rule.meta("upload") {
        "" => "not said yet".to_owned(),
        said => words.text(said),
    };
    let techniques = rule.meta("mitre_attack_technique").split(',').map(|id| {
        let id = id.trim();
        let path = id.replace('.', "/");
        format!(
            "[{}](https://attack.mitre.org/techniques/{path}/)",
            escape(id)
        )
    });
    let techniques: Vec<String> = techniques.collect();
    let mut rows = vec![
        ("severity", escape(rule.meta("severity"))),
        ("priority", escape(rule.meta("priority"))),
        ("source", GROUPS[rule.group].1.to_owned()),
        ("rule", format!("[`{0}`](../../../{0})", rule.path)),
        ("id", code(rule.meta("rule_id"))),
        ("ATT&CK", techniques.join(", ")),
        (
            "analytic",
            format!(
                "{} of tactic {}",
                escape(rule.meta("analytic")),
                escape(rule.meta("mitre_attack_tactic"))
            ),
        ),
        ("part of", planned(rule, words)),
        ("upload", upload),
    ];
    let switches = switches(&rule.text);
    if !switches.is_empty() {
        let shown: Vec<String> = switches.iter().map(|one| code(one)).collect();
        rows.push(("switches", shown.join(", ")));
    }
    let mut out = String::from("|  |  |\n| --- | --- |\n");
    for (name, value) in rows {
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out
}

/// The planned rule that it is part of.
fn planned(rule: &Shipped, words: &Words<'_>) -> String {
    match rule.meta("plan_rule") {
        own if own == rule.name() => "itself, as planned".to_owned(),
        other => words.text(other),
    }
}

/// What its section `options` sets.
fn switches(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    let inside = lines.skip_while(|line| *line != "options:").skip(1);
    inside
        .take_while(|line| !line.is_empty() && !line.ends_with(':') && *line != "}")
        .filter(|line| !line.starts_with("//"))
        .collect()
}

fn tuning(rule: &Shipped, words: &Words<'_>) -> String {
    let mut out = format!("\n## Tuning\n\n{}\n", words.text(rule.meta("tuning")));
    let read = read_by(&rule.text);
    if read.is_empty() {
        out += "\nIt reads no list and no table.\n";
        return out;
    }
    out += "\nIt reads\n\n";
    for (name, is_table) in read {
        let (kind, place) = if is_table {
            ("table", format!("tables/{name}.csv"))
        } else {
            ("list", "lists".to_owned())
        };
        let at = format!("../../../rules/t1552_007/{place}");
        let _ = writeln!(out, "* the {kind} [`{name}`]({at})");
    }
    out
}

fn behaviours(rule: &Shipped, words: &Words<'_>) -> String {
    let mut out = String::from("\n## Behaviours\n\n");
    let parts = rule.meta("behaviours").split(';').map(str::trim);
    for one in parts.filter(|one| !one.is_empty()) {
        let _ = writeln!(out, "* {}", words.text(one));
    }
    out
}

fn tests(rule: &Shipped) -> String {
    let tests = rule.tests();
    if tests.is_empty() {
        return "\n## Tests\n\nNone yet.\n".to_owned();
    }
    let count = |key: &str| tests.iter().filter(|test| test[key] == true).count();
    let positive = count("positive");
    let mut out = format!(
        "\n## Tests\n\n[{}](../../../{}): {positive} that it fires, {} that it stays silent; \
         {} on recorded records, {} written from the description of a tool.\n\nIt fires on\n\n",
        escape(&rule.test_path()),
        rule.test_path(),
        tests.len() - positive,
        count("real"),
        count("synthetic"),
    );
    for test in tests.iter().filter(|test| test["positive"] == true) {
        let name = test["name"].as_str().unwrap_or_default();
        let _ = writeln!(out, "* {}", escape(name));
    }
    out
}

/// Mutants that no test notices, with the reasons for which they may live.
fn survivors(rule: &Shipped) -> String {
    let explained = rule.report()["mutation"]["explained"].as_array();
    let explained = explained.map_or(&[][..], Vec::as_slice);
    if explained.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## Predicates whose loss no test can notice\n\n");
    for one in explained {
        let said = |key: &str| one[key].as_str().unwrap_or_default();
        let done = match said("what") {
            "drop" => "dropped",
            _ => "flipped",
        };
        let line = &one["line"];
        let _ = writeln!(
            out,
            "* line {line}, {done}: {}: {}",
            code(said("predicate")),
            escape(said("why"))
        );
    }
    out
}

fn references(rule: &Shipped) -> String {
    let mut out = String::from("\n## References\n\n");
    let meta = rule.plan.meta.iter();
    let own = meta.filter(|(key, _)| key == "reference" || key.starts_with("reference_"));
    for (_, value) in own {
        let link = value.starts_with("https://") && !value.contains(['<', '>', ' ']);
        let shown = if link {
            format!("<{value}>")
        } else {
            escape(value)
        };
        let _ = writeln!(out, "* {shown}");
    }
    out
}

/// How many tests of a report have this mark.
pub(super) fn marked(report: &Value, key: &str) -> usize {
    let tests = report["tests"].as_array().map_or(&[][..], Vec::as_slice);
    tests.iter().filter(|test| test[key] == true).count()
}
