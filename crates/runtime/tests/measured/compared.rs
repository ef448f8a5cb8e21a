//! The pack beside the rules of others: figures that `scripts/compare.py` took,
//! our own on the same logs, and what is known by reading.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use yaral_ir::plan::Plan;
use yaral_normalize::UnixConnect;

use super::peace;
use super::steps::at_least;
use super::{Measured, Recordings, Row};
use crate::shipped::{Fired, root};

const HEAD: &str = "# The pack beside the rules of others

Made by the test `pack_measured` from `compared.csv`, `behaviours.csv` and the meta of
the rules. `scripts/compare.py` runs the rules of others on the same logs and writes
`compared.csv`; [CONTRIBUTING](../../CONTRIBUTING.md#measurements) says how.

Hit are steps of [steps.md](steps.md): of the two API servers' logs 58 attack steps
and 23 of work have records, of auditd 91 and 45. An alert on work that stands on an
attack step as well counts for the attack alone. Behind a slash: at MEDIUM or above, by
the severity that each rule gives itself. Background and the two public logs count
alerts; everything in them is benign. Sigma and the pack count each match, Panther
puts matches of one title or key within a period together, with the thresholds of its
rules, of which those that ship switched off were switched on.

The pack was written with the recordings and the public logs at hand, the rules of
others were not. Read the columns with that in mind.
";

const READ: [(&str, &str, &str); 4] = [
    (
        "Elastic detection-rules",
        "14cf530",
        "the closest to the pack: lists of the cluster and of sensitive namespaces, bursts of reads, commands in pods, issued tokens, joins of a token file with its use; cannot tell an informer from a dump, and leaves out the agent `kubernetes/$Format`, which attack tools have",
    ),
    (
        "Falco rules and the k8saudit plugin",
        "c72713e, 0b3cbd8",
        "every secret read with success is an ERROR: each of the 635 reads of the Helm log would be one; commands in pods by get and create, anonymous access, host sockets",
    ),
    (
        "Splunk security_content",
        "b13b314",
        "four rules on secrets read by whom a lookup does not know, so all alerts until it is filled; refusals by count",
    ),
    (
        "Tracee signatures",
        "7c9ec97",
        "opened token files and sockets by names of programs, at INFO; no API server",
    ),
];

/// The matrix of behaviours, from `docs/rules/behaviours.csv`.
pub(crate) struct Behaviour {
    name: String,
    plan_rules: BTreeSet<String>,
    /// Words of which one stands in the behaviours of a rule that shows it; none if
    /// all rules of the plan's do.
    words: BTreeSet<String>,
    families: BTreeSet<String>,
    /// How well others cover it, by reading; in the order of [`OTHERS`].
    others: Vec<String>,
}

const OTHERS: [&str; 7] = [
    "founding rule",
    "Sigma",
    "Elastic",
    "Splunk",
    "Panther",
    "Falco",
    "Tracee",
];

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let text = std::fs::read_to_string(root().join("docs/rules/behaviours.csv")).unwrap();
    let row = |line: &str| {
        // The only quotes are around a name with commas.
        let (name, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",").unwrap(),
            None => line.split_once(',').unwrap(),
        };
        let cells: Vec<_> = rest.split(',').collect();
        let set = |cell: &str| {
            cell.split(';')
                .filter(|c| !c.is_empty())
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(cells.len(), 3 + OTHERS.len(), "{line}");
        Behaviour {
            name: name.to_owned(),
            plan_rules: set(cells[0]),
            words: set(cells[1]),
            families: set(cells[2]),
            others: cells[3..].iter().map(|cell| (*cell).to_owned()).collect(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

impl Behaviour {
    /// Whether a rule shows it: by its rule of the plan and by its own behaviours.
    fn is_of(&self, rule: &Plan) -> bool {
        let meta = |key: &str| rule.meta(key).unwrap_or_default();
        let text = meta("behaviours").to_lowercase();
        let said = self.words.is_empty() || self.words.iter().any(|word| text.contains(word));
        self.plan_rules.contains(meta("plan_rule")) && said && !text.trim().is_empty()
    }
}

/// Whether the page of a rule names what a step does: its behaviours are of one that
/// the step's family shows.
pub(crate) fn names(rules: &[Plan]) -> impl Fn(&Row, &str) -> bool + use<> {
    let behaviours = behaviours();
    let mut named = BTreeSet::new();
    for behaviour in &behaviours {
        for rule in rules.iter().filter(|rule| behaviour.is_of(rule)) {
            let families = behaviour.families.iter();
            named.extend(families.map(|family| (rule.name.clone(), family.clone())));
        }
    }
    move |row, rule| named.contains(&(rule.to_owned(), row.step.family.clone()))
}

/// The pack on the logs that others are run on.
struct Ours {
    k8s: Measured,
    auditd: Measured,
}

/// The page; `None` says SKIP aloud.
pub(crate) fn page(rules: &[Plan], peace: &[(&peace::Log, Fired)]) -> Option<String> {
    let scan = |of: &str| {
        let recordings = Recordings::open(|log| log.name.starts_with(of))?;
        Some(recordings.scan(rules.to_vec(), UnixConnect::Connection))
    };
    let ours = Ours {
        k8s: scan("k8s")?,
        auditd: scan("auditd")?,
    };
    let mut out = HEAD.to_owned();
    out.push_str(&measured(rules, &ours, peace));
    out.push_str(
        "\nBy reading, not run:\n\n| rules | version | on these logs |\n| --- | --- | --- |\n",
    );
    for (who, version, what) in READ {
        let _ = writeln!(out, "| {who} | {version} | {what} |");
    }
    out.push_str(&matrix(rules));
    Some(out)
}

/// The first table alone, for the index.
pub(crate) fn measured_table(page: &str) -> String {
    let lines = page.lines().filter(|line| line.starts_with('|'));
    let mut out = String::new();
    for line in lines.take_while(|line| !line.starts_with("| rules | version | on")) {
        let _ = writeln!(out, "{line}");
    }
    out
}

fn measured(rules: &[Plan], ours: &Ours, peace: &[(&peace::Log, Fired)]) -> String {
    let mut out = String::from(
        "\n## Measured\n\n| rules | version, run by | how many | log | attack steps | steps of work | background | OpenShift | Helm |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (log, m, of) in [
        ("k8s", &ours.k8s, (58, 23)),
        ("auditd", &ours.auditd, (91, 45)),
    ] {
        assert_eq!(with_records(m), of);
        let pair = |label: &str, by: &dyn Fn(&super::Hit) -> usize| {
            format!(
                "{} / {}",
                at_least(m, label, 1, by),
                at_least(m, label, 2, by)
            )
        };
        let background = m
            .elsewhere
            .iter()
            .filter(|((what, ..), _)| *what == "background");
        let count = |least: usize| -> usize {
            let loud = background.clone().filter(|((.., rank), _)| *rank >= least);
            loud.map(|(_, count)| *count).sum()
        };
        let quiet = |name: &str| {
            let found = peace.iter().find(|(log, _)| log.name == name);
            let pair = |(_, fired): &(&peace::Log, Fired)| {
                format!(
                    "{} / {}",
                    peace::at_least(fired, 1),
                    peace::at_least(fired, 2)
                )
            };
            found
                .filter(|_| log == "k8s")
                .map_or_else(String::new, pair)
        };
        let _ = writeln!(
            out,
            "| **the pack** | this commit, yaral | {} | {log} | {} | {} | {} / {} | {} | {} |",
            rules.len(),
            pair("attack", &|hit| hit.severity),
            pair("benign", &|hit| hit.alone),
            count(1),
            count(2),
            quiet("openshift"),
            quiet("helm"),
        );
    }
    for row in rivals() {
        let cell = |name: &str| row.get(name).map_or("", String::as_str);
        let pair = |name: &str| {
            let (any, medium) = (cell(name), cell(&format!("{name}_medium")).to_owned());
            if any.is_empty() {
                String::new()
            } else {
                format!("{any} / {medium}")
            }
        };
        let _ = writeln!(
            out,
            "| {} | {}, {} | {} | {} | {} | {} | {} | {} | {} |",
            cell("what"),
            cell("version"),
            cell("runner"),
            cell("rules"),
            cell("log"),
            pair("attack"),
            pair("work"),
            pair("background"),
            pair("openshift"),
            pair("helm"),
        );
    }
    out
}

fn with_records(m: &Measured) -> (usize, usize) {
    let count = |label: &str| {
        let rows = m.rows.iter().filter(|row| row.step.label == label);
        rows.filter(|row| !row.logs.is_empty()).count()
    };
    (count("attack"), count("benign"))
}

/// The rows of `compared.csv`, by column.
fn rivals() -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(root().join("docs/rules/compared.csv")).unwrap();
    let mut lines = text.lines();
    let columns: Vec<_> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        // The only quotes are around the first cell.
        let (first, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",").unwrap(),
            None => line.split_once(',').unwrap(),
        };
        let cells = std::iter::once(first).chain(rest.split(','));
        columns
            .iter()
            .zip(cells)
            .map(|(name, cell)| ((*name).to_owned(), cell.to_owned()))
            .collect()
    };
    lines.map(row).collect()
}

fn matrix(rules: &[Plan]) -> String {
    let mut out = format!(
        "\n## Who covers what\n\n● well, ○ in part, by reading the rules of others at the versions above. Ours are the\nrules that say in their meta which rule of the plan they are, and name such a behaviour.\n\n| behaviour | {} | the pack |\n|{} --- |\n",
        OTHERS.join(" | "),
        " --- |".repeat(OTHERS.len() + 1),
    );
    for behaviour in behaviours() {
        let ours = rules.iter().filter(|rule| behaviour.is_of(rule));
        let mut ours: Vec<_> = ours.map(|rule| format!("`{}`", rule.name)).collect();
        ours.sort();
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            behaviour.name,
            behaviour.others.join(" | "),
            if ours.is_empty() {
                "–".to_owned()
            } else {
                ours.join(", ")
            },
        );
    }
    out
}
