//! Sigma: rules in YAML that converters of other makers turn into queries.
//!
//! A part of a rule for each kind of source is one document, since a log source
//! is named once for each.

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
    let Fitted { parts, mut losses } = match single(plan, &Sigma) {
        Ok(fitted) => fitted,
        Err(refusal) => return refusal,
    };
    let head = Head::new(plan);
    losses.push(cases());
    let losses = told_once(losses);
    let documents = parts.iter().enumerate().map(|(at, part)| {
        let id = if at == 0 {
            uuid(&head.id)
        } else {
            uuid(&format!("{}/{at}", head.id))
        };
        document(&head, &id, part, parts.len() > 1, &losses)
    });
    Outcome::Converted {
        text: documents.collect::<Vec<_>>().join(TARGET.separator),
        losses,
    }
}

/// What is true of every rule in Sigma.
fn cases() -> Loss {
    let what = "Sigma compares texts without regard to case, except in patterns";
    Loss::whole(Grade::Approximate, Effect::Wider, what)
}

/// One rule.
fn document(head: &Head, id: &str, part: &Part, several: bool, losses: &[Loss]) -> String {
    let mut yaml = Yaml::default();
    for line in head.lines(losses) {
        yaml.comment(&line);
    }
    about(&mut yaml, head, id, several.then_some(part.kind));
    {
        let mut source = yaml.map("logsource");
        for (key, value) in fields::source(part.kind).unwrap_or_default() {
            source.text(key, value);
        }
    }
    let detection = Detection::new(part);
    detection.write(&mut yaml.map("detection"));
    after(&mut yaml, head);
    yaml.text("level", head.level);
    yaml.end()
}

/// The entries that say what a rule is.
fn about(yaml: &mut Yaml, head: &Head, id: &str, kind: Option<Kind>) {
    let title = match kind {
        Some(kind) => format!("{} ({})", title(&head.name), kind.words()),
        None => title(&head.name),
    };
    yaml.text("title", &title);
    yaml.text("id", id);
    if kind.is_none() {
        yaml.text("name", &head.name);
    }
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
