//! The index of the pages: every rule by source and severity, and the rules of
//! the plan with what became of them.

use std::fmt::Write as _;

use super::words::Words;
use super::{GROUPS, PLANNED, SEVERITIES, Shipped};

const HEAD: &str = "<!-- Made from the rules by `cargo test`; do not edit. -->\n\n\
    # The T1552.007 pack: its rules\n\n\
    T1552.007, *Container API*, is the theft of credentials through the interfaces of a\n\
    container platform. [How theft is told from work](how.md), and what to log, stands on a\n\
    page of its own; the [tuning tables](../../../rules/t1552_007/tables/README.md) have one, too.\n";

/// The index.
pub(super) fn index(rules: &[Shipped], words: &Words<'_>) -> String {
    let mut out = String::from(HEAD);
    for (group, (_, title)) in GROUPS.iter().enumerate() {
        let own: Vec<&Shipped> = rules.iter().filter(|rule| rule.group == group).collect();
        if own.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {title}\n\n{} rules.\n", own.len());
        for (severity, name) in SEVERITIES.iter().enumerate() {
            let mut own = own.iter().filter(|rule| rule.severity() == severity);
            let Some(first) = own.next() else { continue };
            let _ = write!(out, "\n### {title}: {name}\n\n");
            out += "| rule | fires when |\n| --- | --- |\n";
            for rule in std::iter::once(first).chain(own) {
                let (link, says) = (super::pages::link(rule), rule.meta("description"));
                let _ = writeln!(out, "| {link} | {} |", words.text(says));
            }
        }
    }
    out += &planned(rules);
    out
}

fn planned(rules: &[Shipped]) -> String {
    let mut out = String::from(
        "\n## The plan\n\n36 rules were planned, and one that adds up what they say of an \
         actor. A rule of the\nplan may have become several, each with a severity of its own.\n\n\
         | planned | rules |\n| --- | --- |\n",
    );
    for name in PLANNED {
        let own = rules.iter().filter(|rule| rule.meta("plan_rule") == name);
        let links: Vec<String> = own.map(super::pages::link).collect();
        assert!(!links.is_empty(), "no rule is part of the planned {name}");
        let _ = writeln!(out, "| {name} | {} |", links.join(", "));
    }
    out
}
