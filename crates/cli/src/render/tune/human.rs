//! The report for people.

use std::io::{self, Write};

use yaral_harness::tune::{Effect, Touch, sample};
use yaral_runtime::escape_terminal;

use super::{EXAMPLES, Line, Report, word};
use crate::render::layout::{cut, plural, width};
use crate::term::{Term, WIDTH};

/// Never used rows that are named.
const IDLE_SHOWN: usize = 10;

/// Columns that a key gets at least, behind a place however long.
const KEY_COLUMNS_MIN: usize = 24;

pub(super) fn write(report: &Report<'_>, term: Term, out: &mut dyn Write) -> io::Result<()> {
    let count = |effect: Effect| {
        let touches = report.all.iter();
        touches.filter(|touch| touch.effect() == effect).count()
    };
    let mut table = "";
    for line in report.lines().filter(|line| !line.found.is_none()) {
        if line.table != table {
            writeln!(out, "%{}", escape_terminal(line.table))?;
            table = line.table;
        }
        row(&line, term, out)?;
    }
    let rules = plural(report.rules as u64, "rule");
    let rows = plural(report.entries.len() as u64, "row");
    writeln!(out, " {rows} of tuning tables, read by {rules}")?;
    writeln!(
        out,
        " together  {} suppressed, {} lowered, {} raised",
        count(Effect::Suppressed),
        count(Effect::Lowered),
        count(Effect::Raised)
    )?;
    let idle: Vec<_> = report.lines().filter(|line| line.found.is_none()).collect();
    if !idle.is_empty() {
        writeln!(out, " never used  {}", plural(idle.len() as u64, "row"))?;
        let shown = if term.verbose > 0 {
            idle.len()
        } else {
            IDLE_SHOWN
        };
        for line in idle.iter().take(shown) {
            placed(line, 3, term, out)?;
        }
        if idle.len() > shown {
            writeln!(out, "   … {} more", idle.len() - shown)?;
        }
    }
    if !report.tables.dead.is_empty() {
        let rows = plural(report.tables.dead.len() as u64, "row");
        writeln!(out, " not alive  {rows}")?;
        for dead in &report.tables.dead {
            put(
                out,
                3,
                &format!("{}:{}  {}", dead.file, dead.line, dead.why.words()),
            )?;
        }
    }
    let picked = sample(&report.all);
    if !picked.is_empty() {
        writeln!(
            out,
            " review  {} of what was lowered or suppressed",
            picked.len()
        )?;
        for touch in picked {
            put(out, 3, &format!("{}  {}", touch.fact.id, change(touch)))?;
        }
    }
    Ok(())
}

fn row(line: &Line<'_>, term: Term, out: &mut dyn Write) -> io::Result<()> {
    placed(line, 2, term, out)?;
    let (owner, reason, expires) = (
        line.cell("owner"),
        line.cell("reason"),
        line.cell("expires"),
    );
    let end = if expires.is_empty() {
        "no end".to_owned()
    } else {
        format!("up to {expires}")
    };
    put(out, 4, &format!("{owner}: {reason}; {end}"))?;
    let effects = [Effect::Suppressed, Effect::Lowered, Effect::Raised];
    let counts = effects.map(|effect| (effect, line.count(effect)));
    let counts: Vec<_> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(effect, count)| format!("{count} {}", effect.word()))
        .collect();
    let shared = if line.found.alone.is_empty() {
        "; another row does the same"
    } else {
        ""
    };
    writeln!(out, "    {}{shared}", counts.join(", "))?;
    for touch in line.touches().iter().take(EXAMPLES) {
        let text = change(touch);
        let text = escape_terminal(&text);
        let severity = touch.without.as_deref().unwrap_or_default();
        writeln!(out, "      {}", term.paint.severity(&text, severity))?;
    }
    let more = line.touches().len().saturating_sub(EXAMPLES);
    if more > 0 {
        writeln!(out, "      … {more} more")?;
    }
    Ok(())
}

/// `rule CRITICAL -> LOW  audit.log:7`
fn change(touch: &Touch) -> String {
    let (without, with) = (word(touch.without.as_ref()), word(touch.with.as_ref()));
    let fact = &touch.fact;
    format!("{}  {without} -> {with}  {}", fact.rule, fact.place)
}

/// The place of a row, whole so that it can be opened, and its key, which is
/// cut to what is left of the line unless all is asked for.
fn placed(line: &Line<'_>, indent: usize, term: Term, out: &mut dyn Write) -> io::Result<()> {
    let (place, key) = (escape_terminal(&line.place), line.key());
    let key = escape_terminal(&key);
    let left = WIDTH.saturating_sub(indent + width(&place) + 2);
    let key = if term.verbose > 0 {
        key.into_owned()
    } else {
        cut(&key, left.max(KEY_COLUMNS_MIN))
    };
    writeln!(out, "{:indent$}{place}  {key}", "")
}

/// A line of text from files, indented. Places and days stand at its end, so
/// it is not cut.
fn put(out: &mut dyn Write, indent: usize, text: &str) -> io::Result<()> {
    writeln!(out, "{:indent$}{}", "", escape_terminal(text))
}
