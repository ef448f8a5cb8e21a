//! Sigma: rules in YAML that converters of other makers turn into queries.
//!
//! A part of a rule for each kind of source is one document, since a log source
//! is named once for each.

mod condition;
mod correlation;
mod detection;
mod fields;
mod yaml;

use yaral_ir::plan::Plan;

use crate::filter::{Op, Test, Text};
use crate::fit::Dialect;
use crate::head::{Head, uuid};
use crate::loss::{Effect, Grade, Loss};
use crate::source::{Kind, Part};
use crate::whole::{Fitted, single, told_once};
use crate::{Options, Outcome, Target};
use detection::Detection;
use yaml::Yaml;

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "sigma",
    summary: "Sigma rules in YAML, with correlations for counts and sequences",
    extension: "yml",
    separator: "---\n",
    convert,
};

/// What Sigma can say.
struct Sigma;

impl Dialect for Sigma {
    fn column(&self, kind: Kind, field: &str) -> Option<String> {
        fields::column(kind, field)
    }

    fn has(&self, kind: Kind) -> bool {
        fields::source(kind).is_some()
    }

    fn joins_lists(&self) -> bool {
        false
    }

    fn can(&self, _: Kind, test: &Test) -> Result<(), String> {
        match (&test.of, &test.op) {
            (Text::Field(_), Op::Same(Text::Field(_))) => Ok(()),
            (_, Op::Same(_)) => {
                Err("Sigma compares fields, not texts worked out of them".to_owned())
            }
            (Text::Field(_), _) => Ok(()),
            _ => Err("Sigma works out no text".to_owned()),
        }
    }
}

fn convert(plan: &Plan, _: &Options) -> Outcome {
    if plan.reads_metrics() || plan.is_composite() || plan.correlation.is_none() {
        return events(plan);
    }
    correlation::convert(plan)
}

/// A rule over single events.
fn events(plan: &Plan) -> Outcome {
    let Fitted { parts, mut losses } = match single(plan, &Sigma) {
        Ok(fitted) => fitted,
        Err(refusal) => return refusal,
    };
    let head = Head::new(plan);
    losses.push(cases());
    let losses = told_once(losses);
    let documents = parts.iter().enumerate().map(|(at, part)| {
        let several = (parts.len() > 1).then_some(part.kind);
        let (id, name) = if at == 0 {
            (uuid(&head.id), head.name.clone())
        } else {
            (
                uuid(&format!("{}/{at}", head.id)),
                format!("{}_{at}", head.name),
            )
        };
        let mut yaml = Yaml::default();
        for line in head.lines(&losses) {
            yaml.comment(&line);
        }
        about(&mut yaml, &head, &id, &name, several);
        body(&mut yaml, part);
        after(&mut yaml, &head);
        yaml.text("level", head.level);
        yaml.end()
    });
    Outcome::Converted {
        text: documents.collect::<Vec<_>>().join(TARGET.separator),
        losses,
    }
}

/// What is true of every rule in Sigma.
fn cases() -> Loss {
    let what = "Sigma compares texts without regard to case, except in patterns: it finds more, and an exclusion takes away more";
    Loss::whole(Grade::Approximate, Effect::Differs, what)
}

/// A rule that is a member of a correlation.
fn rule(head: &Head, id: &str, name: &str, part: &Part) -> String {
    let mut yaml = Yaml::default();
    yaml.text("title", &title(name));
    yaml.text("id", id);
    yaml.text("name", name);
    yaml.text("status", "experimental");
    yaml.text("description", &head.description);
    body(&mut yaml, part);
    yaml.text("level", "informational");
    yaml.end()
}

/// Log source and detection.
fn body(yaml: &mut Yaml, part: &Part) {
    {
        let mut source = yaml.map("logsource");
        for (key, value) in fields::source(part.kind).unwrap_or_default() {
            source.text(key, value);
        }
    }
    Detection::new(part).write(&mut yaml.map("detection"));
}

/// The entries that say what a rule is.
fn about(yaml: &mut Yaml, head: &Head, id: &str, name: &str, kind: Option<Kind>) {
    let title = match kind {
        Some(kind) => format!("{} ({})", title(&head.name), kind.words()),
        None => title(name),
    };
    yaml.text("title", &title);
    yaml.text("id", id);
    yaml.text("name", name);
    yaml.text("status", "experimental");
    let description = if head.description.is_empty() {
        &head.name
    } else {
        &head.description
    };
    yaml.text("description", description);
    yaml.list("references", &head.references);
    if !head.author.is_empty() {
        yaml.text("author", &head.author);
    }
    yaml.list("tags", &tags(head));
}

fn after(yaml: &mut Yaml, head: &Head) {
    if !head.false_positives.is_empty() {
        yaml.list(
            "falsepositives",
            std::slice::from_ref(&head.false_positives),
        );
    }
}

/// Sigma's own names of tactics.
const TACTICS: &[(&str, &str)] = &[
    ("ta0001", "initial-access"),
    ("ta0002", "execution"),
    ("ta0003", "persistence"),
    ("ta0004", "privilege-escalation"),
    ("ta0005", "defense-evasion"),
    ("ta0006", "credential-access"),
    ("ta0007", "discovery"),
    ("ta0008", "lateral-movement"),
    ("ta0009", "collection"),
    ("ta0010", "exfiltration"),
    ("ta0011", "command-and-control"),
    ("ta0040", "impact"),
    ("ta0042", "resource-development"),
    ("ta0043", "reconnaissance"),
];

fn tags(head: &Head) -> Vec<String> {
    let names = head.attack.iter().map(|name| {
        let tactic = TACTICS.iter().find(|(id, _)| id == name);
        format!("attack.{}", tactic.map_or(name.as_str(), |(_, name)| name))
    });
    names.collect()
}

/// The name of a rule in words.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => words,
    }
}
