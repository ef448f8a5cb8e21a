//! Whether a rule is tested: its test file has a test that expects a detection
//! and one that expects none.
//!
//! The file is read here for that one question; whether its tests pass is asked
//! by those who run them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;
use yaral_runtime::limits::RULE_BYTES_MAX;

/// Whether the test file beside a rule file tests it. A file that cannot be
/// read tests nothing.
pub(crate) fn beside(rule: &str) -> bool {
    let path = Path::new(rule).with_extension("test.yaml");
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut text = String::new();
    let read = file.take(RULE_BYTES_MAX).read_to_string(&mut text);
    read.is_ok() && is_enough(&text)
}

/// Whether a test file holds a positive and a negative test. Tests marked
/// `todo` are known not to pass.
pub(super) fn is_enough(text: &str) -> bool {
    let Ok(suite) = serde_saphyr::from_str::<Value>(text) else {
        return false;
    };
    let tests = suite.get("tests").and_then(Value::as_array);
    let mut found = (false, false);
    for test in tests.into_iter().flatten() {
        if test.get("todo").is_some() {
            continue;
        }
        match test.get("expect") {
            Some(Value::Array(some)) if !some.is_empty() => found.0 = true,
            Some(Value::Array(_)) => found.1 = true,
            Some(Value::String(word)) if word == "none" => found.1 = true,
            _ => {}
        }
    }
    found == (true, true)
}

#[cfg(test)]
mod tests {
    use super::is_enough;

    #[test]
    fn both_kinds_of_tests_are_needed() {
        let positive = "  - {name: a, timeline: [], expect: [{match: {ip: 1.2.3.4}}]}\n";
        let negative = "  - {name: b, timeline: [], expect: none}\n";
        let later = "  - {name: b, todo: later, timeline: [], expect: none}\n";
        let empty = "  - {name: b, timeline: [], expect: []}\n";
        for (tests, enough) in [
            (vec![positive, negative], true),
            (vec![positive, empty], true),
            (vec![positive], false),
            (vec![negative], false),
            (vec![positive, later], false),
            (vec![], false),
        ] {
            let text = format!("start: 2026-08-01T10:00:00Z\ntests:\n{}", tests.concat());
            assert_eq!(is_enough(&text), enough, "{text}");
        }
        for odd in [
            "",
            "tests: 3",
            "tests: [1, {expect: {a: 1}}]",
            "tests: [\u{1}",
            "- a",
        ] {
            assert!(!is_enough(odd), "{odd:?}");
        }
    }
}
