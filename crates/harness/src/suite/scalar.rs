//! Texts as YAML: what stands in a log is written so that it reads back equal.
//!
//! A log's author chooses its texts. One that YAML would read as something else,
//! or may not hold, or that turns or hides what stands beside it, is a scalar in
//! double quotes with escapes.

use std::fmt::Write as _;

use serde_json::Value;

/// Words that readers of YAML take for something other than text.
const WORDS: [&str; 10] = [
    "true", "false", "yes", "no", "on", "off", "null", "none", "y", "n",
];

/// A text as it stands where it can only be read as itself, else in quotes.
pub(super) fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    let first = text.chars().next();
    if first.is_some_and(|c| c.is_ascii_alphabetic()) && text.chars().all(plain) && !word {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let code = u32::from(c);
        // Writing to a String cannot fail.
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            c if is_safe(c) => write!(out, "{c}"),
            _ if code <= 0xff => write!(out, "\\x{code:02x}"),
            _ if code <= 0xffff => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push('"');
    out
}

/// A value on one line, with its texts in quotes.
pub(super) fn value(json: &Value) -> String {
    match json {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(key, member)| format!("{}: {}", quoted(key), value(member)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether a character may stand between quotes: it controls nothing, turns and
/// hides nothing, ends no line, and is a character at all.
fn is_safe(c: char) -> bool {
    let code = u32::from(c);
    let hidden = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    let none = matches!(c, '\u{fdd0}'..='\u{fdef}') || code & 0xfffe == 0xfffe;
    !(c.is_control() || hidden || none)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::yaml;
    use super::*;

    /// What is read of a scalar that stands where `--update` writes it.
    fn read(written: &str) -> Vec<Value> {
        let text = format!("- match: {{ ip: {written} }}\n  events: [{written}]\n");
        let read = yaml::parse(&text).unwrap_or_else(|mistake| panic!("{written:?}: {mistake}"));
        let json = read.json();
        vec![json[0]["match"]["ip"].clone(), json[0]["events"][0].clone()]
    }

    #[test]
    fn what_only_reads_as_itself_stands_bare() {
        for text in ["read", "k8s_secret-read.2", "HIGH"] {
            assert_eq!(scalar(text), text);
        }
        for text in [
            "", "1", "No", "null", "a b", "a#1", "-", ".inf", "a: b", "é",
        ] {
            assert_eq!(scalar(text), format!("\"{text}\""));
            assert_eq!(read(&scalar(text))[0], Value::from(text));
        }
    }

    #[test]
    fn hostile_characters_are_escaped() {
        let text = "a\u{9b}\u{202e}\u{2028}\u{feff}\u{fffe}\u{1ffff}\0\u{7f}\u{85}\"\\\r\n\t";
        assert_eq!(
            quoted(text),
            "\"a\\x9b\\u202e\\u2028\\ufeff\\ufffe\\U0001ffff\\x00\\x7f\\x85\\\"\\\\\\r\\n\\t\""
        );
        assert_eq!(read(&quoted(text))[0], Value::from(text));
    }

    /// Every character there is, by itself and between others.
    #[test]
    fn every_character_reads_back() {
        let all: Vec<char> = ('\0'..=char::MAX).collect();
        for chars in all.chunks(4_096) {
            let text: String = chars.iter().flat_map(|c| ['x', *c]).collect();
            assert_eq!(read(&quoted(&text))[0], Value::from(text));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_equal(text in any::<String>(), number in any::<f64>(), whole in any::<i64>()) {
            for written in [scalar(&text), quoted(&text)] {
                prop_assert_eq!(read(&written), vec![Value::from(text.clone()); 2]);
            }
            let json = serde_json::json!([text, number, {text.clone(): whole}]);
            let again = read(&value(&json)).swap_remove(0);
            prop_assert_eq!(&again[0], &json[0]);
            prop_assert_eq!(again[1].as_f64(), json[1].as_f64());
            prop_assert_eq!(&again[2], &json[2]);
        }
    }
}
