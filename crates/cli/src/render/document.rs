//! A JSON document as text, with what a terminal may fall for escaped.

use std::fmt::Write as _;

use serde_json::Value;
use yaral_runtime::text::is_hostile;

/// The document, with a line feed at its end. Hostile characters are `\u`
/// escapes, which say the same to every JSON reader.
pub(crate) fn text(document: &Value) -> String {
    escaped(&format!("{document:#}\n"))
}

/// The document on one line, with a line feed at its end.
pub(crate) fn line(document: &Value) -> String {
    escaped(&format!("{document}\n"))
}

fn escaped(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        // Line feeds stand between members; within texts they are escaped already.
        if c != '\n' && is_hostile(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    text
}
