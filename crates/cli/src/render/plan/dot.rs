//! Plans as graphs in the language of Graphviz.
//!
//! Event variables are boxes with what is asked of each alone; equalities are
//! solid lines between them, other tests between events dashed ones, and the
//! condition is where they lead.

use std::fmt::Write as _;
use std::io::{self, Write};

use yaral_ir::plan::{Plan, VariableId};
use yaral_ir::plan_text::PlanText;
use yaral_runtime::escape_terminal;

use super::PlanOf;

/// Characters of a line in a box; a longer one is cut.
const LINE_CHARS_MAX: usize = 100;

/// Writes one graph for each plan.
pub(super) fn write(plans: &[PlanOf<'_>], types: bool, out: &mut dyn Write) -> io::Result<()> {
    for of in plans {
        out.write_all(graph(of.plan, types).as_bytes())?;
    }
    Ok(())
}

fn graph(plan: &Plan, types: bool) -> String {
    let text = PlanText::new(plan, types);
    let mut out = format!("digraph {} {{\n", quoted([plan.name.as_str()]));
    out.push_str("  rankdir=LR\n  node [shape=box fontname=monospace fontsize=10]\n");
    out.push_str("  edge [fontname=monospace fontsize=9]\n");
    for (at, branch) in plan.branches.iter().enumerate() {
        let mut lines = vec![format!("${}", text.variable_name(branch.variable))];
        let axes = text.axes(branch.variable).into_iter();
        lines.extend(axes.map(|axis| format!("for each {axis}")));
        lines.extend(branch.conjuncts.iter().map(|&id| text.expr(id)));
        let required = plan.correlation.as_ref().map(|found| &found.required);
        let required = required.and_then(|all| all.get(usize::from(branch.variable.0)));
        let style = match required {
            Some(false) => " style=dashed",
            _ => "",
        };
        let label = quoted(lines.iter().map(String::as_str));
        let _ = writeln!(out, "  b{at} [label={label}{style}]");
        let _ = writeln!(out, "  b{at} -> condition");
    }
    if let Some(correlation) = &plan.correlation {
        for join in &correlation.joins {
            let ends: Vec<_> = join.members.iter().map(|(id, _)| *id).collect();
            edges(&ends, &text.join(join), "solid", &mut out);
        }
        for cross in &correlation.cross {
            edges(&cross.variables, &text.expr(cross.test), "dashed", &mut out);
        }
    }
    let mut lines = Vec::new();
    if let Some(correlation) = &plan.correlation {
        let keys = correlation.keys.iter();
        let keys: Vec<_> = keys.map(|key| text.placeholder(key.placeholder)).collect();
        let window = text.window(correlation);
        lines.push(format!("match {} {window}", keys.join(", ")));
    }
    lines.push(text.expr(plan.condition));
    let outcomes = plan.outcomes.iter();
    lines.extend(outcomes.map(|one| format!("${} = {}", one.name, text.expr(one.expr))));
    let label = quoted(lines.iter().map(String::as_str));
    let _ = writeln!(out, "  condition [label={label} shape=box style=rounded]");
    out.push_str("}\n");
    out
}

/// Lines between the boxes of variables, one after the other. In a rule with
/// `match` the boxes are numbered as the variables are.
fn edges(ends: &[VariableId], label: &str, style: &str, out: &mut String) {
    for pair in ends.windows(2) {
        if let [from, to] = pair {
            let (from, to, label) = (from.0, to.0, quoted([label]));
            let _ = writeln!(
                out,
                "  b{from} -> b{to} [dir=none constraint=false style={style} label={label}]"
            );
        }
    }
}

/// A quoted string of these lines, each at the left.
fn quoted<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    let lines: Vec<_> = lines.into_iter().collect();
    let mut out = String::from("\"");
    for line in &lines {
        let line = escape_terminal(line);
        let mut chars = line.chars();
        for c in chars.by_ref().take(LINE_CHARS_MAX) {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c => out.push(c),
            }
        }
        if chars.next().is_some() {
            out.push('…');
        }
        if lines.len() > 1 {
            out.push_str("\\l");
        }
    }
    out.push('"');
    out
}
