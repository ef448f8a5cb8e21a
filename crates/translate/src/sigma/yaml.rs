//! YAML, as much of it as a rule needs. Texts are quoted always, so that no
//! text of a rule is taken for a number, a date, a tag or a comment.

use std::fmt::Write as _;

/// A document that is being written.
#[derive(Default)]
pub(super) struct Yaml {
    out: String,
    depth: usize,
}

/// A value in a list of a detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Nothing.
    Null,
}

/// Entries of one level; the level ends when this goes.
pub(super) struct Level<'y> {
    yaml: &'y mut Yaml,
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.yaml.depth -= 1;
    }
}

impl Level<'_> {
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.yaml.text(key, value);
    }

    pub(super) fn number(&mut self, key: &str, value: i64) {
        self.yaml.entry(key, &value.to_string());
    }

    pub(super) fn list(&mut self, key: &str, values: &[String]) {
        self.yaml.list(key, values);
    }

    pub(super) fn map(&mut self, key: &str) -> Level<'_> {
        self.yaml.map(key)
    }

    /// One value, or a list of them.
    pub(super) fn scalars(&mut self, key: &str, values: &[Scalar]) {
        if let [one] = values {
            self.yaml.entry(key, &one.written());
            return;
        }
        self.yaml.line(&format!("{}:", name(key)));
        for value in values {
            self.yaml.line(&format!("    - {}", value.written()));
        }
    }
}

impl Scalar {
    fn written(&self) -> String {
        match self {
            Scalar::Text(text) => quoted(text),
            Scalar::Number(number) => number.to_string(),
            Scalar::Null => "null".to_owned(),
        }
    }
}

impl Yaml {
    pub(super) fn comment(&mut self, line: &str) {
        self.line(&format!("# {line}"));
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.entry(key, &quoted(value));
    }

    /// A list of texts, or nothing.
    pub(super) fn list(&mut self, key: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        self.line(&format!("{}:", name(key)));
        for value in values {
            self.line(&format!("    - {}", quoted(value)));
        }
    }

    pub(super) fn map(&mut self, key: &str) -> Level<'_> {
        self.line(&format!("{}:", name(key)));
        self.depth += 1;
        Level { yaml: self }
    }

    pub(super) fn end(self) -> String {
        self.out
    }

    fn entry(&mut self, key: &str, value: &str) {
        self.line(&format!("{}: {value}", name(key)));
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(&"    ".repeat(self.depth));
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// A key, quoted where it is more than a plain name.
fn name(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.|/-".contains(c);
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic());
    if starts && key.chars().all(plain) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// A text in quotes: single ones, unless it holds what only double ones can.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ if is_plain(c) => out.push(c),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        assert_eq!(quoted("it's # a: b"), "'it''s # a: b'");
        assert_eq!(quoted("a\n- b\"\\"), r#""a\n- b\"\\""#);
        assert_eq!(quoted("\u{202e}"), r#""\U0000202e""#);
        assert_eq!(name("a: b"), "'a: b'");
        assert_eq!(name("Image|endswith"), "Image|endswith");
    }
}
