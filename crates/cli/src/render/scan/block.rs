//! One block of lines for each detection.
//!
//! The first line says how bad, when, which rule and how risky; then who did
//! what, where it stands in the logs, and the values that made the rule fire.
//! No line is wider than the terminal, whatever the log holds.

use std::io::{self, Write};

use yaral_engine::{Detection, Evidence, Origin};
use yaral_ir::plan::Plan;
use yaral_runtime::encode::{Encoder, Witness, risk_score, row_cells, rule_of, severity_of};
use yaral_runtime::{Investigation, escape_terminal};

use super::around;
use super::explain;
use super::facts::Facts;
use crate::render::layout::{cut, edges, width};
use crate::render::style::Paint;
use crate::term::WIDTH;

/// Columns of the words at the left.
pub(super) const MARGIN: usize = 10;

/// Values that a block shows; `--explain` shows all.
const VALUES_MAX: usize = 5;

/// Outcome variables that a block shows.
const OUTCOMES_MAX: usize = 6;

/// The human format.
#[derive(Debug)]
pub(crate) struct Blocks {
    paint: Paint,
    explain: bool,
    /// Whether all commands are shown.
    verbose: bool,
}

impl Blocks {
    /// Blocks with or without the predicate tree and all of the commands.
    pub(crate) fn new(paint: Paint, explain: bool, verbose: bool) -> Self {
        Blocks {
            paint,
            explain,
            verbose,
        }
    }
}

impl Encoder for Blocks {
    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        self.head(detection, rule, out)?;
        let story = story(detection, rule, out)?;
        places(detection, rule, out)?;
        if let Some(branch) = &detection.branch {
            line(out, "branch", branch)?;
        }
        outcomes(detection, &story, out)?;
        if self.explain {
            writeln!(out, "  why")?;
            let rows = if detection.matches.is_empty() {
                "rows of the event"
            } else {
                "joined rows"
            };
            out.write_all(explain::tree(&detection.why, rows).as_bytes())?;
        } else {
            values(detection, out)?;
        }
        around::write(out, investigation, &story, self.verbose)?;
        line(out, "id", &detection.id)?;
        writeln!(out)
    }
}

impl Blocks {
    /// `HIGH  2026-08-01T10:00:12Z  rule_name           risk 85`
    fn head(&self, detection: &Detection, rule: &Plan, out: &mut dyn Write) -> io::Result<()> {
        let word = severity_of(detection, rule);
        let shown = cut(&escape_terminal(&word), 12);
        let time = detection.time.to_string();
        let risk = format!("risk {}", risk_score(detection));
        let taken = width(&shown).max(8) + 2 + width(&time) + 4 + width(&risk);
        let name = cut(
            &escape_terminal(&rule.name),
            WIDTH.saturating_sub(taken).max(12),
        );
        let gap = " ".repeat(8usize.saturating_sub(width(&shown)) + 2);
        let rest = edges(
            &format!("{gap}{time}  {name}"),
            &risk,
            WIDTH - width(&shown),
        );
        writeln!(out, "{}{rest}", self.paint.severity(&shown, &word))
    }
}

/// Who did what. Returns what was told, so that it is not told again.
fn story(detection: &Detection, rule: &Plan, out: &mut dyn Write) -> io::Result<String> {
    let mut evidence = detection.evidence.iter();
    let event = |one: &&Evidence| matches!(Witness::of(rule, one), Witness::Event);
    let first = evidence.find(|one| one.event.is_some() && event(one));
    let Some(event) = first.and_then(|one| one.event.as_ref()) else {
        return Ok(String::new());
    };
    let facts = Facts::of(event);
    let host = facts.host.filter(|host| facts.from.as_ref() != Some(host));
    let from = facts.from.map(|from| format!("from {from}"));
    let host = host.map(|host| format!("on {host}"));
    let who = [facts.who, from, host]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let what = [facts.verb, facts.object]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let (command, by, result) = (
        facts.command.unwrap_or_default(),
        facts.by.unwrap_or_default(),
        facts.result.unwrap_or_default(),
    );
    for (word, text) in [
        ("who", &who),
        ("what", &what),
        ("command", &command),
        ("by", &by),
        ("result", &result),
    ] {
        line(out, word, text)?;
    }
    Ok([who, what, command, by, result].join("\n"))
}

/// Where the raw records stand. Of a rule over several events each variable
/// has a line that says how many there are, and the first few below it.
fn places(detection: &Detection, rule: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if detection.matches.is_empty() {
        for evidence in &detection.evidence {
            if let Some(origin) = &evidence.origin {
                let at = format!("{}  {}", place(origin), origin.log_type);
                line(out, "where", &at)?;
            }
            line(out, "event", &evidence.event_id)?;
        }
        return Ok(());
    }
    let (start, end) = detection.window;
    line(out, "window", &format!("{start} … {end}"))?;
    let mut shown = Vec::new();
    for evidence in &detection.evidence {
        if shown.contains(&&evidence.variable) {
            continue;
        }
        shown.push(&evidence.variable);
        let of = detection.evidence.iter();
        let own: Vec<_> = of.filter(|e| e.variable == evidence.variable).collect();
        for (at, one) in own.iter().take(PLACES_MAX).enumerate() {
            let word = match at {
                0 if one.variable.starts_with('%') => one.variable.clone(),
                0 => format!("${}", one.variable),
                _ => String::new(),
            };
            line(out, &word, &standing(one, rule))?;
        }
        let counts = detection.counts.iter();
        let all = counts
            .filter(|(name, _)| *name == evidence.variable)
            .map(|(_, count)| usize::try_from(*count).unwrap_or(usize::MAX))
            .next();
        let more = all
            .unwrap_or(own.len())
            .saturating_sub(PLACES_MAX.min(own.len()));
        if more > 0 {
            line(out, "", &format!("… and {more} more"))?;
        }
    }
    Ok(())
}

/// Where one piece of evidence stands: a record in its file, a row in its
/// table, a detection by its rule and id.
fn standing(evidence: &Evidence, rule: &Plan) -> String {
    match Witness::of(rule, evidence) {
        Witness::Row(table, row) => {
            let cells = row_cells(table, row).filter(|(_, cell)| !cell.is_empty());
            let cells: Vec<_> = cells.map(|(name, cell)| format!("{name}={cell}")).collect();
            format!("row {}  {}", row.wrapping_add(1), cells.join(" "))
        }
        Witness::Detection => {
            let name = evidence.event.as_ref().and_then(rule_of);
            let id = &evidence.event_id;
            name.map_or_else(|| id.clone(), |name| format!("{name}  {id}"))
        }
        Witness::Event | Witness::Entity => evidence.origin.as_ref().map_or_else(
            || evidence.event_id.clone(),
            |o| format!("{}  {}", place(o), o.log_type),
        ),
    }
}

/// Events of one variable that a block shows; machine formats have ten.
const PLACES_MAX: usize = 3;

/// `file:line`, and the item where a line holds several.
fn place(origin: &Origin) -> String {
    let item = if origin.item > 0 {
        format!(" item {}", origin.item)
    } else {
        String::new()
    };
    format!("{}:{}{item}", origin.file, origin.line)
}

/// What the rule itself has to say, unless the story told it; the reason
/// stands first.
fn outcomes(detection: &Detection, story: &str, out: &mut dyn Write) -> io::Result<()> {
    let is_reason = |name: &str| name == "reason" || name == "description";
    let mut told = Vec::new();
    for (name, value) in &detection.outcomes {
        let text = value.to_string();
        if is_reason(name) {
            line(out, "reason", &text)?;
        } else if name != "risk_score" && !value.is_zero() && !story.contains(&text) {
            told.push(format!("${name} = {text}"));
        }
    }
    told.truncate(OUTCOMES_MAX);
    lines(out, "outcome", &told)?;
    let keys: Vec<String> = detection
        .matches
        .iter()
        .map(|(name, value)| format!("${name} = {value}"))
        .collect();
    lines(out, "match", &keys)
}

/// The values that made the rule fire.
fn values(detection: &Detection, out: &mut dyn Write) -> io::Result<()> {
    let seen = explain::seen(&detection.why);
    for (i, (path, value)) in seen.iter().take(VALUES_MAX).enumerate() {
        let word = if i == 0 { "why" } else { "" };
        writeln!(
            out,
            "  {word:8}{}",
            explain::pair(path, value, WIDTH - MARGIN)
        )?;
    }
    if seen.len() > VALUES_MAX {
        let more = seen.len() - VALUES_MAX;
        writeln!(out, "  {:8}… and {more} more, see --explain", "")?;
    }
    Ok(())
}

/// A word, once, and texts of the log below each other.
pub(super) fn lines(out: &mut dyn Write, word: &str, texts: &[String]) -> io::Result<()> {
    for (i, text) in texts.iter().enumerate() {
        line(out, if i == 0 { word } else { "" }, text)?;
    }
    Ok(())
}

/// A word and a text of the log; nothing if there is no text.
pub(super) fn line(out: &mut dyn Write, word: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "  {word:7} {}",
        cut(
            &escape_terminal(text),
            WIDTH.saturating_sub(MARGIN.max(width(word) + 3))
        )
    )
}

#[cfg(test)]
mod tests {
    use yaral_engine::Explanation;
    use yaral_engine::explain::{Held, Step};
    use yaral_ir::value::Value;
    use yaral_udm::Timestamp;

    use super::*;

    /// A detection with so many values seen, and so many outcome variables.
    fn detection(count: usize) -> Detection {
        let names: Vec<String> = (0..count).map(|at| format!("n{at}")).collect();
        let step = |name: &String| Step {
            depth: 0,
            text: format!("$e.{name} = \"v\""),
            held: Held::Yes,
            actual: vec![(format!("$e.{name}"), "v".to_owned())],
        };
        Detection {
            id: String::new(),
            rule: 0,
            time: Timestamp::default(),
            window: Default::default(),
            matches: Vec::new(),
            outcomes: names
                .iter()
                .map(|name| (name.clone(), Value::Int(1)))
                .collect(),
            risk_score: 0.0,
            branch: None,
            counts: Vec::new(),
            evidence: Vec::new(),
            why: Explanation {
                steps: names.iter().map(step).collect(),
                rows: 1,
            },
            status: yaral_engine::Status::Final,
        }
    }

    #[test]
    fn outcomes_beyond_the_limit_are_left_out() {
        for (count, shown) in [
            (OUTCOMES_MAX, OUTCOMES_MAX),
            (OUTCOMES_MAX + 1, OUTCOMES_MAX),
        ] {
            let mut out = Vec::new();
            outcomes(&detection(count), "", &mut out).expect("a vector takes all");
            assert_eq!(String::from_utf8_lossy(&out).lines().count(), shown);
        }
    }

    #[test]
    fn values_beyond_the_limit_are_counted() {
        let shown = |count: usize| {
            let mut out = Vec::new();
            values(&detection(count), &mut out).expect("a vector takes all");
            String::from_utf8_lossy(&out).into_owned()
        };
        assert!(!shown(VALUES_MAX).contains('…'));
        assert!(shown(VALUES_MAX + 1).contains("… and 1 more"));
    }
}
