//! Engine cases: a rule, events, and what comes out.
//!
//! Each file under `tests/cases` is one case. It runs on the fast evaluator
//! and on the naive one; both must agree on every event, and what they say
//! must be what the file says. `YARAL_UPDATE=1` rewrites the `expect` part.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use yaral_engine::{Context, Engine, naive};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::Plan;
use yaral_ir::semantics::Semantics;
use yaral_udm::{Event, FieldSet, read_event};

/// The parts of a case file, by the word behind `===`.
fn parts(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut current = "about".to_owned();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            name.trim().clone_into(&mut current);
            parts.entry(current.clone()).or_default();
        } else {
            let part = parts.entry(current.clone()).or_default();
            part.push_str(line);
            part.push('\n');
        }
    }
    parts
}

/// `list NAME.KIND` parts are reference lists.
fn lists(parts: &BTreeMap<String, String>) -> BTreeMap<String, Arc<List>> {
    let named = parts
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("list ")?, text)));
    named
        .map(|(name, text)| {
            let (name, ending) = name
                .split_once('.')
                .expect("a list part is named NAME.KIND");
            let kind = ListKind::from_ending(ending).expect("the kind is txt, regex or cidr");
            let (list, errors) = List::parse(name, kind, text);
            assert!(errors.is_empty(), "{errors:?}");
            (name.to_owned(), Arc::new(list))
        })
        .collect()
}

fn plan(parts: &BTreeMap<String, String>) -> Plan {
    let mut semantics = Semantics::default();
    for line in parts.get("semantics").map_or("", String::as_str).lines() {
        let (key, value) = line.split_once('=').expect("a switch is KEY=VALUE");
        semantics.set(key.trim(), value).expect("the switch exists");
    }
    let options = yaral_compiler::Options {
        strict: false,
        semantics,
        lists: lists(parts),
        ..yaral_compiler::Options::default()
    };
    let compiled = yaral_compiler::compile(&parts["rule"], &options);
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    compiled
        .rules
        .into_iter()
        .next()
        .and_then(|rule| rule.plan)
        .expect("the case holds one valid rule")
}

/// Runs one event on both evaluators and tells what came out.
fn run(engine: &mut Engine, number: usize, json: &str) -> String {
    let mut event = Event::default();
    let report =
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("the case holds UDM JSON");
    assert_eq!(
        (report.unknown, report.mismatched),
        (0, 0),
        "event {number}: {:?}",
        report.first
    );
    let id = format!("event-{number}");
    let context = Context {
        event_id: &id,
        now: 1_700_000_000,
    };
    let plan = engine.rules()[0].clone();
    let slow = naive::evaluate(&plan, &event, &context);
    let mut fast = Vec::new();
    engine.evaluate(&event, &context, &mut fast);

    // With only the projected fields the verdict is the same.
    let mut projected = Event::default();
    read_event(json.as_bytes(), &engine.projection(), &mut projected).expect("it was read before");
    let mut again = Vec::new();
    engine.evaluate(&projected, &context, &mut again);
    assert_eq!(
        format!("{fast:?}"),
        format!("{again:?}"),
        "event {number}: the projection changes the verdict"
    );

    let explanation = engine.explain(0, &event, &context);
    let Some(verdict) = slow else {
        assert!(
            fast.is_empty(),
            "event {number}: the fast evaluator fires, the naive one does not"
        );
        return format!("event {number}: quiet\n");
    };
    assert_eq!(
        fast.len(),
        1,
        "event {number}: the naive evaluator fires, the fast one does not"
    );
    let detection = &fast[0];
    assert_eq!(detection.outcomes, verdict.outcomes, "event {number}");
    assert!(
        explanation.rows > 0,
        "event {number}: a rule that fires has rows to explain"
    );
    let branch = detection
        .branch
        .clone()
        .map(|name| format!(", branch {name}"))
        .unwrap_or_default();
    assert_eq!(
        plan.variables[usize::from(plan.branches[verdict.branch].variable.0)].name,
        detection.evidence[0].variable
    );
    let mut text = format!("event {number}: fires{branch}, rows {}\n", verdict.rows);
    for (name, value) in &detection.outcomes {
        writeln!(text, "  {name} = {value}").expect("a String takes all");
    }
    text
}

fn case(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let parts = parts(&text);
    let mut engine = Engine::new(vec![plan(&parts)]);
    let mut found = String::new();
    for (number, json) in (1..).zip(
        parts["events"]
            .lines()
            .filter(|line| !line.trim().is_empty()),
    ) {
        found.push_str(&run(&mut engine, number, json));
    }
    let expected = parts.get("expect").cloned().unwrap_or_default();
    if found != expected && std::env::var_os("YARAL_UPDATE").is_some() {
        let head = text.split("=== expect\n").next().unwrap_or_default();
        std::fs::write(path, format!("{head}=== expect\n{found}"))?;
        return Ok(());
    }
    assert_eq!(found, expected, "{}", path.display());
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/cases", pattern = r"\.case$" },
}
