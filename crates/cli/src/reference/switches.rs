//! The switches of `--semantics`.

use std::fmt::Write as _;

use yaral_ir::semantics::{SWITCHES, Switch};

use super::{Topic, cell};

pub(super) const TOPIC: Topic = Topic {
    name: "switches",
    title: "Semantics switches",
    summary: "What `--semantics KEY=VALUE` decides where the public reference is silent or contradicts itself",
    terms,
    page,
    whole,
};

fn terms() -> Vec<String> {
    SWITCHES
        .iter()
        .map(|switch| switch.key.to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    let show = |switch: &Switch| {
        format!(
            "## --semantics {}=VALUE\n\nValues: {}. Default: {}.\n\n{}\n",
            switch.key, switch.values, switch.default, switch.meaning
        )
    };
    SWITCHES
        .iter()
        .find(|switch| switch.key.eq_ignore_ascii_case(term))
        .map(show)
}

fn whole() -> String {
    let mut out = String::from("| Key | Values | Default | What it decides |\n|---|---|---|---|\n");
    for switch in SWITCHES {
        let Switch {
            key,
            values,
            default,
            meaning,
            ..
        } = switch;
        let _ = writeln!(
            out,
            "| `{key}` | {} | `{default}` | {} |",
            cell(values),
            cell(meaning)
        );
    }
    out
}
