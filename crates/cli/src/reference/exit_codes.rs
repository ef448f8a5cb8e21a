//! The exit codes.

use std::fmt::Write as _;

use super::Topic;
use crate::exit::Exit;

pub(super) const TOPIC: Topic = Topic {
    name: "exit-codes",
    title: "Exit codes",
    summary: "How a run ended, for scripts; the same for every command",
    terms: Vec::new,
    page: |_| None,
    whole,
};

fn whole() -> String {
    let mut out = String::from("| Code | Meaning |\n|---|---|\n");
    for exit in Exit::ALL {
        let _ = writeln!(out, "| {} | {} |", exit.code(), exit.meaning());
    }
    out.push_str(
        "\nWhere two apply to one run, 2 goes before 1, 1 before 4 and 4 before 3. \
         `--fail-on-partial` turns 3 into 2.\n",
    );
    out
}
