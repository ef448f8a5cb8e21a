//! Redaction of what a detection says besides its event.
//!
//! Rules are judged on what was logged, so outcomes, match values and the
//! values in an explanation are what was logged too. Before anything leaves
//! the scan they pass through the redactor, each beside the name it has: the
//! value of `additional.fields["password"]` is no secret by its looks.

use yaral_engine::Detection;
use yaral_ir::value::Value;
use yaral_normalize::{REDACTED, redact_text, redact_value};

/// Redacts the texts of a detection.
pub(super) fn detection(detection: &mut Detection) {
    for (name, value) in detection.outcomes.iter_mut().chain(&mut detection.matches) {
        clean(name, value);
    }
    for (name, text) in detection
        .why
        .steps
        .iter_mut()
        .flat_map(|step| &mut step.actual)
    {
        *text = shown(name, text);
    }
}

fn clean(name: &str, value: &mut Value<'static>) {
    match value {
        Value::Str(text) => *value = Value::string(shown(name, text)),
        Value::List(items) => items.iter_mut().for_each(|item| clean(name, item)),
        _ => {}
    }
}

/// A text as it may be shown under a name.
pub(super) fn shown(name: &str, text: &str) -> String {
    let key = last_word(name);
    let named = format!("{key}={text}");
    let tells = !key.is_empty() && !text.is_empty() && text.chars().all(|c| !c.is_whitespace());
    if tells && !redact_text(&named).ends_with(text) {
        return REDACTED.to_owned();
    }
    redact_value(text).into_owned()
}

/// The last key or field of a path, or the name of an outcome variable.
fn last_word(name: &str) -> &str {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let end = name.rfind(word).map_or(0, |at| at + 1);
    let head = name.get(..end).unwrap_or_default();
    let start = head.rfind(|c: char| !word(c)).map_or(0, |at| at + 1);
    head.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_secrets_and_words_are_left_alone() {
        assert_eq!(
            shown("$e.additional.fields[\"password\"]", "hunter2"),
            REDACTED
        );
        assert_eq!(shown("$who", "alice"), "alice");
        let url = "/api/v1/pods/web/exec?command=sh&command=-c&command=mysql+-uroot+-p";
        assert_eq!(
            shown("$e.target.url", &format!("{url}hunter2+-e+1&tty=true")),
            format!("{url}<redacted>+-e+1&tty=true")
        );
        let command = "cat /var/run/secrets/kubernetes.io/serviceaccount/token";
        assert_eq!(shown("$command", command), command);
        assert!(
            !shown(
                "$command",
                "curl -H Authorization: Bearer\u{20}abcdef123456"
            )
            .contains("abcdef")
        );
    }
}
