//! The rule that yaral was founded on, byte for byte.
//!
//! It is somebody else's text and not part of this repository; `YARAL_SEED`
//! names the file. Without it the test says SKIP; the same shape is held by
//! the rules `rewrite_*` under `tests/data/diagnostics` and `tests/data/plans`.

use yaral_compiler::{Options, compile};
use yaral_syntax::diagnostic::{LineIndex, Severity};

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn seed() -> Option<String> {
    let text = std::env::var_os("YARAL_SEED").and_then(|path| std::fs::read_to_string(path).ok());
    if text.is_none() {
        say(format_args!("SKIP seed: YARAL_SEED names no readable file"));
    }
    text
}

#[test]
fn lenient_runs_it_with_three_warnings() {
    let Some(text) = seed() else { return };
    let compiled = compile(&text, &Options::default());
    let warnings: Vec<_> = compiled
        .diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Warning)
        .collect();
    let codes: Vec<_> = warnings.iter().map(|d| d.code.0).collect();
    assert!(!compiled.has_errors());
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["E0301", "E0302", "E0303"]);
    let plan = compiled.rules[0].plan.as_ref().unwrap();
    let labels: Vec<_> = plan
        .variables
        .iter()
        .map(|variable| variable.name.as_str())
        .collect();
    assert_eq!(
        labels,
        ["kubectl_event", "docker_event", "sock_event", "k8s_event"]
    );
    assert_eq!(plan.branches.len(), 4);
}

#[test]
fn strict_refuses_it_on_the_right_lines() {
    let Some(text) = seed() else { return };
    let compiled = compile(
        &text,
        &Options {
            strict: true,
            ..Options::default()
        },
    );
    assert!(compiled.rules[0].plan.is_none());
    let index = LineIndex::new(&text);
    let line_of = |needle: &str| {
        index
            .line_column(u32::try_from(text.find(needle).unwrap()).unwrap())
            .line
    };
    let found: Vec<_> = compiled
        .diagnostics
        .iter()
        .filter(|d| d.is_error())
        .map(|d| (d.code.0, index.line_column(d.span.unwrap().start).line))
        .collect();
    let expected = [
        ("E0301", line_of("events:")),
        ("E0302", line_of("$docker_event")),
        ("E0303", line_of("$kubectl_event or $docker_event")),
    ];
    assert_eq!(found, expected);
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
