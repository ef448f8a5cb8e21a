//! Texts that nobody means: each ends in a verdict, and what is wrong is said.
//!
//! Nothing here measures time. A text that took more than linear work would
//! not end within a test run, because the sizes are those of the limits.

use yaral_compiler::{Compiled, Options, compile};
use yaral_syntax::{DIAGNOSTICS_MAX, SOURCE_BYTES_MAX};

const SMALL: &str = "rule r {\n meta:\n  a = \"b\"\n events:\n  $e.principal.ip = \"x\" // c\n  \
    re.regex($e.target.hostname, `y`)\n match:\n  $p over 5m\n outcome:\n  $o = max(1)\n \
    condition:\n  $e and #p > 1\n}\n";

fn check(text: &str) -> Compiled {
    let options = Options {
        strict: true,
        optional_lints: true,
        ..Options::default()
    };
    let compiled = compile(text, &options);
    // Those of the text, and those of each rule.
    let most = DIAGNOSTICS_MAX * (2 + 2 * compiled.rules.len());
    assert!(compiled.diagnostics.len() <= most);
    for found in &compiled.diagnostics {
        let spans = found
            .span
            .into_iter()
            .chain(found.labels.iter().map(|label| label.span));
        for span in spans {
            assert!(span.start <= span.end && span.end as usize <= text.len());
        }
        assert!(
            found.message.len() < 10_000,
            "{} bytes of message",
            found.message.len()
        );
    }
    compiled
}

fn refused(text: &str) -> Compiled {
    let compiled = check(text);
    assert!(compiled.has_errors(), "{text:.80}");
    compiled
}

fn rule(events: &str, condition: &str) -> String {
    format!("rule r {{ meta: events: {events} condition: {condition} }}")
}

#[test]
fn every_byte_as_a_file() {
    for byte in 0..=u8::MAX {
        refused(&String::from_utf8_lossy(&[byte]));
    }
}

#[test]
fn every_character_at_every_place() {
    for at in (0..=SMALL.len()).filter(|at| SMALL.is_char_boundary(*at)) {
        for character in (0..=u8::MAX).map(char::from) {
            let mut text = SMALL.to_owned();
            text.insert(at, character);
            check(&text);
        }
    }
}

#[test]
fn every_beginning_and_every_hole() {
    for at in 0..SMALL.len() {
        refused(&SMALL[..at]);
        let mut text = SMALL.to_owned();
        text.remove(at);
        check(&text);
    }
}

#[test]
fn texts_of_the_greatest_size() {
    for part in [
        "(",
        "rule r {",
        "$",
        "\"",
        "a ",
        "not ",
        "!",
        "[",
        "/*",
        "\u{1f980}",
        "0",
        "\n",
        "if(",
    ] {
        let text = part.repeat(SOURCE_BYTES_MAX / part.len());
        refused(&text);
        refused(&rule(&text[..text.len() - 100], "$e"));
    }
    refused(&"x".repeat(SOURCE_BYTES_MAX + 1));
}

#[test]
fn deep_and_long_expressions() {
    let deep = 10_000;
    let (open, close) = ("(".repeat(deep), ")".repeat(deep));
    refused(&rule(&format!("{open}$e.target.port = 1{close}"), "$e"));
    refused(&rule("$e.target.port = 1", &format!("{open}$e{close}")));
    let ifs = "if($e.target.port = 1, 1, ".repeat(deep);
    refused(&rule(&format!("{ifs}0{close} = 1"), "$e"));
    refused(&rule(
        &format!("$e.target.port = {}1", "1 + ".repeat(100_000)),
        "$e",
    ));
    refused(&rule(
        &format!("$e.{} = 1", "principal.".repeat(deep)),
        "$e",
    ));
    refused(&rule(&format!("$e.{} = 1", "x".repeat(100_000)), "$e"));
    refused(&rule(
        &format!("{}($e.target.ip) = 1", "x".repeat(100_000)),
        "$e",
    ));
}

#[test]
fn many_predicates_and_many_variables() {
    let many = |line: &dyn Fn(usize) -> String| (0..100_000).map(line).collect::<String>();
    refused(&rule(&many(&|_| "$e.target.port = 1\n".to_owned()), "$e"));
    refused(&rule(&many(&|at| format!("$e{at}.a=1\n")), "$e0"));
    refused(&rule(&many(&|at| format!("$p{at}=$e.a\n")), "$e"));
    let ors = many(&|_| "$e.a=1 or ".to_owned());
    refused(&rule(&format!("{ors} $e.a = 1"), "$e"));
    let unknown = many(&|at| format!("$q{at} and "));
    refused(&rule("$e.target.port = 1", &format!("{unknown} $e")));
}

#[test]
fn many_predicates_that_are_right_are_looked_at_by_every_lint() {
    let line = |at: usize| format!("$e.target.port != {at}\n");
    let lines: String = (0..4_000).map(line).collect();
    let compiled = check(&rule(&lines, "$e"));
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics.first());
    // The same line again and again is told as often as anything else is.
    let same = "$e.principal.ip != \"x\"\n".repeat(2_000);
    let compiled = check(&rule(&same, "$e"));
    assert!(!compiled.has_errors() && compiled.diagnostics.len() <= DIAGNOSTICS_MAX);
}
