//! Plans for people: what was understood, then what it costs and why.

use std::io::{self, Write};

use yaral_engine::Cost;
use yaral_ir::plan_text;
use yaral_runtime::escape_terminal;

use super::{PlanOf, cost};
use crate::render::layout::wrap;
use crate::term::WIDTH;

/// The columns before a sentence about the cost.
const INDENT: usize = 8;

/// Writes the plans, an empty line between two.
pub(super) fn write(plans: &[PlanOf<'_>], types: bool, out: &mut dyn Write) -> io::Result<()> {
    for (at, PlanOf { file, plan }) in plans.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        // Patterns and names are of the rule's author, whoever that was.
        for (at, line) in plan_text::print(plan, types).lines().enumerate() {
            writeln!(out, "{}", escape_terminal(line))?;
            if at == 0 {
                writeln!(out, "  from {}", escape_terminal(file))?;
            }
        }
        let found = Cost::of(plan);
        writeln!(out, "cost\n  {}", found.class().name())?;
        for note in cost::notes(plan, &found) {
            let text = escape_terminal(&note.text);
            for (at, line) in wrap(&text, WIDTH - INDENT).iter().enumerate() {
                let head = if at == 0 { note.kind } else { "" };
                let colon = if at == 0 { ':' } else { ' ' };
                writeln!(out, "  {head:4}{colon} {line}")?;
            }
        }
    }
    Ok(())
}
