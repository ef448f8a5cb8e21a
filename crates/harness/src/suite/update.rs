//! Writes what a test file leaves open: missing `expect` and `because`.
//!
//! What is written stays as it is, so a test that fails is never made to pass.

use yaral_engine::Detection;

use super::check::{Rules, case};
use super::expect::{self, Expectation};
use super::file::{self, Test, TestFile};
use super::mistake::Mistake;
use super::scalar::{quoted, scalar, value};
use super::{Fault, World, when};

/// The text with the missing blocks of the tests that are chosen by name, or
/// `None` if none is missing.
///
/// # Errors
/// A mistake in the file, or a rule that does not compile.
pub fn update(
    text: &str,
    sibling: &str,
    world: &dyn World,
    only: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, Fault> {
    let file = file::read(text)?;
    let rules = Rules::load(&file, sibling, world)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut written = false;
    // From the end, so that places before stay true.
    for test in file.tests.iter().rev().filter(|test| only(&test.name)) {
        let block = missing(&file, test, &rules, world)?;
        if block.is_empty() {
            continue;
        }
        let indent = usize::try_from(test.at.column)
            .unwrap_or(1)
            .saturating_sub(1);
        let first = usize::try_from(test.at.line).unwrap_or(1).saturating_sub(1);
        if lines
            .get(first)
            .is_some_and(|line| line.get(indent..).is_some_and(|l| l.starts_with('{')))
        {
            let what = "a test in braces is not written to; write it in lines";
            return Err(Mistake::at(test.at, what).into());
        }
        let end = end_of(&lines, first, indent);
        let pad = " ".repeat(indent);
        for line in block.iter().rev() {
            lines.insert(end, format!("{pad}{line}"));
        }
        written = true;
    }
    Ok(written.then(|| lines.join("\n") + "\n"))
}

/// The line behind a block of lines that are at least so far to the right.
fn end_of(lines: &[String], first: usize, indent: usize) -> usize {
    let mut end = first + 1;
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        let text = line.trim_start();
        if text.is_empty() {
            continue;
        }
        if line.len() - text.len() < indent {
            break;
        }
        end = at + 1;
    }
    end
}

fn missing(
    file: &TestFile,
    test: &Test,
    rules: &Rules,
    world: &dyn World,
) -> Result<Vec<String>, Fault> {
    let silent = matches!(test.expect, Some(Expectation::None));
    let open = test.expect.is_none();
    if test.todo.is_some() || !(open || silent && test.because.is_empty()) {
        return Ok(Vec::new());
    }
    let mapping = file.mappings.first().copied().unwrap_or_default();
    let case = case(file, test, mapping, rules, world)?;
    let found = case.detections().map_err(Fault::Rule)?;
    let mut block = Vec::new();
    if open && found.is_empty() {
        block.push("expect: none".to_owned());
    }
    if found.is_empty() && test.because.is_empty() {
        let reason = case.reason();
        if !reason.is_empty() {
            let reasons: Vec<String> = reason.iter().map(|text| quoted(text)).collect();
            block.push(format!("because: [{}]", reasons.join(", ")));
        }
    }
    if open && !found.is_empty() {
        block.push("expect:".to_owned());
        let named = case.rules_named();
        for (severity, detection) in &found {
            block.extend(detected(
                file,
                severity,
                detection,
                named.get(detection.rule),
            ));
        }
    }
    Ok(block)
}

fn detected(
    file: &TestFile,
    severity: &str,
    detection: &Detection,
    rule: Option<&String>,
) -> Vec<String> {
    let mut members = Vec::new();
    if let Some(rule) = rule {
        members.push(format!("rule: {}", scalar(rule)));
    }
    if !detection.matches.is_empty() {
        let values = detection.matches.iter();
        let values: Vec<String> = values
            .map(|(name, found)| format!("{name}: {}", value(&expect::json(found))))
            .collect();
        members.push(format!("match: {{ {} }}", values.join(", ")));
    }
    if detection.window.0 != detection.window.1 {
        let at = |time| when::show(expect::since(file.start, time));
        let window = (at(detection.window.0), at(detection.window.1));
        members.push(format!("window: [{}, {}]", window.0, window.1));
    }
    let counts = detection.counts.iter().map(|(variable, count)| {
        let ids = detection
            .evidence
            .iter()
            .filter(|one| one.variable == *variable);
        let ids: Vec<&str> = ids.map(|one| one.event_id.as_str()).collect();
        if *count == ids.len() as u64 && ids.len() < 4 {
            let ids: Vec<String> = ids.iter().map(|id| scalar(id)).collect();
            format!("{variable}: [{}]", ids.join(", "))
        } else {
            format!("{variable}: {count}")
        }
    });
    let counts: Vec<String> = counts.collect();
    members.push(format!("events: {{ {} }}", counts.join(", ")));
    members.push(format!(
        "outcomes: {{ risk_score: {} }}",
        detection.risk_score
    ));
    members.push(format!("severity: {}", scalar(severity)));
    let lines = members.iter().enumerate();
    lines
        .map(|(at, member)| format!("{}{member}", if at == 0 { "  - " } else { "    " }))
        .collect()
}
