//! The report for people: what is wrong first, then rule by rule.

use std::io::{self, Write};

use yaral_harness::doctor::causes::Finding;
use yaral_harness::doctor::{Readiness, Verdict, hint};
use yaral_runtime::escape_terminal;

use super::{Report, word};
use crate::render::layout::{count as number, plural, wrap};
use crate::term::{Term, WIDTH};

pub(super) fn write(report: &Report<'_>, term: Term, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "logs")?;
    for (log_type, count) in report.facts.events() {
        writeln!(
            out,
            "  {:<18} {:>12}",
            escape_terminal(log_type),
            number(count)
        )?;
    }
    for (place, finding) in report.findings.iter().enumerate() {
        let (silent, weak) = report.touched(place);
        // What nobody needs is no fault.
        if silent + weak > 0 || finding.hides.is_empty() && finding.weakens.is_empty() {
            one(finding, silent, weak, term, out)?;
        }
    }
    for verdict in [Verdict::Silent, Verdict::Unseen, Verdict::Weak] {
        let rules = report.of(verdict);
        if !rules.is_empty() {
            writeln!(out, "\n{}", word(verdict))?;
        }
        for rule in rules {
            row(rule, report, out)?;
        }
    }
    if term.verbose > 0 {
        writeln!(out, "\n{}", word(Verdict::Ready))?;
        for rule in report.of(Verdict::Ready) {
            writeln!(out, "  {}", rule.rule)?;
        }
    }
    if !report.untested.is_empty() {
        writeln!(out, "\nuntested: no test says what they need")?;
        for rule in report.untested {
            writeln!(out, "  {}", escape_terminal(rule))?;
        }
    }
    total(report, out)
}

fn one(
    finding: &Finding,
    silent: u64,
    weak: u64,
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    let touched: Vec<String> = [(silent, "silent"), (weak, "weak")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", plural(count, "rule")))
        .collect();
    let touched = if touched.is_empty() {
        String::new()
    } else {
        format!(": {}", touched.join(", "))
    };
    let paint = term.paint;
    writeln!(out, "\n{}{touched}", paint.warning(finding.cause))?;
    for sentence in [finding.what.as_str(), finding.mend] {
        for line in wrap(sentence, WIDTH - 2) {
            writeln!(out, "  {}", escape_terminal(&line))?;
        }
    }
    for line in finding.lines.lines() {
        writeln!(out, "      {line}")?;
    }
    if !finding.file.is_empty() {
        writeln!(out, "  see {}", finding.file)?;
    }
    Ok(())
}

fn row(rule: &Readiness, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let why = rule.why.iter();
    let why: Vec<&str> = why
        .filter_map(|place| Some(report.findings.get(*place)?.cause))
        .collect();
    let name = escape_terminal(&rule.rule);
    if why.is_empty() {
        writeln!(out, "  {name}")?;
    } else {
        writeln!(out, "  {name}  {}", why.join(", "))?;
    }
    for kind in &rule.missing {
        writeln!(out, "    no {}", escape_terminal(&kind.to_string()))?;
        if rule.why.is_empty()
            && let Some(line) = hint(kind)
        {
            writeln!(out, "      {line}")?;
        }
    }
    if !rule.empty.is_empty() {
        writeln!(out, "    never filled: {}", rule.empty.join(", "))?;
    }
    Ok(())
}

fn total(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = [
        Verdict::Ready,
        Verdict::Weak,
        Verdict::Unseen,
        Verdict::Silent,
    ];
    let counts: Vec<String> = counts
        .iter()
        .map(|verdict| (report.of(*verdict).len(), word(*verdict)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let all = plural(report.judged.len() as u64, "rule");
    writeln!(out, "\n{all}: {}", counts.join(" · "))
}
