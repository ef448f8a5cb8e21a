//! The limits of translations, each hit once.

use std::fmt::Write as _;

use yaral_compiler::{Options, compile};
use yaral_translate::{Outcome, target};

fn sigma(text: &str) -> Outcome {
    let compiled = compile(text, &Options::default());
    let plan = compiled.rules[0].plan.as_ref();
    assert!(plan.is_some(), "{:?}", compiled.diagnostics);
    let plan = plan.expect("it compiles");
    (target("sigma").expect("there is one").convert)(plan, &yaral_translate::Options::default())
}

/// Each outcome holds the one before twice.
fn doubling(levels: usize) -> String {
    let mut outcomes = String::from("$o0 = $e.target.process.command_line\n");
    for level in 1..=levels {
        let before = level - 1;
        let _ = writeln!(
            outcomes,
            "$o{level} = strings.concat($o{before}, $o{before})"
        );
    }
    format!(
        "rule r {{ meta: severity = \"Low\" events: $e.metadata.event_type = \"PROCESS_LAUNCH\" \
         $e.target.process.command_line = \"x\" outcome: {outcomes} \
         condition: $e and $o{levels} != \"x\" }}"
    )
}

#[test]
fn unfold_max() {
    assert!(matches!(sigma(&doubling(3)), Outcome::Converted { .. }));
    let refused = sigma(&doubling(18));
    assert!(
        refused
            .losses()
            .iter()
            .any(|loss| loss.what.contains("too many expressions")),
        "{refused:?}"
    );
}
