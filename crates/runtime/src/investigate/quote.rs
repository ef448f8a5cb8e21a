//! Names out of logs as words of a POSIX shell.
//!
//! This is the one way from a log into a command. A name is always quoted, also
//! one that would need no quotes. A POSIX shell has no way to spell a line break or
//! a character that nobody sees inside a word so that a person sees what is pasted;
//! such a name is therefore not filled in. A word in capitals stands in its place
//! and says why, and the command fails on it instead of doing something else.

use std::borrow::Cow;

use yaral_normalize::{REDACTED, redact_value};

use crate::limits::COMMAND_NAME_BYTES_MAX;
use crate::text::is_hostile;

/// Stands for a name with characters that control, turn or hide text.
pub(super) const HIDDEN: &str = "NAME_HAS_HIDDEN_CHARACTERS";
/// Stands for a name that is too long to be looked at before it is pasted.
pub(super) const LONG: &str = "NAME_IS_TOO_LONG";
/// Stands for a name that holds, or held, what looks like a credential.
pub(super) const SECRET: &str = "NAME_LOOKS_LIKE_A_SECRET";
/// Stands for a name that the program would take for several.
pub(super) const SEVERAL: &str = "NAME_READS_AS_SEVERAL";
/// Stands for a name that the log does not tell.
pub(super) const ABSENT: &str = "NAME_IS_NOT_IN_THE_LOG";

/// What a program reads into a name beyond its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing.
    Plain,
    /// As `kubectl` does: a comma separates names, a slash a kind and a name.
    Kubernetes,
}

/// A name as one word of a shell, or the word that stands in its place.
pub(super) fn word(name: &str, reading: Reading) -> String {
    quoted(&name_or_reason(name, reading))
}

fn name_or_reason(name: &str, reading: Reading) -> Cow<'_, str> {
    Cow::Borrowed(if name.is_empty() {
        ABSENT
    } else if name.len() > COMMAND_NAME_BYTES_MAX {
        LONG
    } else if !name.chars().all(is_seen) {
        HIDDEN
    } else if name.contains(REDACTED) || redact_value(name) != name {
        SECRET
    } else if reading == Reading::Kubernetes && name.contains([',', '/']) {
        SEVERAL
    } else {
        name
    })
}

/// Whether a person sees a character as what it is and where it is. Beyond ASCII
/// only letters and digits are, and of those neither the ones that are drawn as
/// nothing nor those that are written from the right, which move their neighbours.
fn is_seen(c: char) -> bool {
    let nothing = matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    let from_the_right = matches!(c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}');
    c == ' '
        || c.is_ascii_graphic()
        || (!c.is_ascii() && c.is_alphanumeric() && !nothing && !from_the_right && !is_hostile(c))
}

/// Single quotes, between which a shell takes every character for itself; a
/// single quote of the text ends them, stands escaped, and begins them anew.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("'\\''"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_quoted_or_says_why_not() {
        for (name, want) in [
            ("web", "'web'"),
            ("it's", r"'it'\''s'"),
            ("$(id)`id`\"\\!", "'$(id)`id`\"\\!'"),
            ("-rf", "'-rf'"),
            ("caf\u{e9}", "'caf\u{e9}'"),
            ("", "'NAME_IS_NOT_IN_THE_LOG'"),
            ("a\nb", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{1b}[2J", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\0", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{202e}b", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{a0}b", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{3164}b", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{5d0}b", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a\u{fe0f}b", "'NAME_HAS_HIDDEN_CHARACTERS'"),
            ("a<redacted>", "'NAME_LOOKS_LIKE_A_SECRET'"),
            ("https://u:hunter22@host/x", "'NAME_LOOKS_LIKE_A_SECRET'"),
        ] {
            assert_eq!(word(name, Reading::Plain), want, "{name:?}");
        }
        assert_eq!(
            word("a,secret/b", Reading::Kubernetes),
            "'NAME_READS_AS_SEVERAL'"
        );
        assert_eq!(
            word("system:node:a", Reading::Kubernetes),
            "'system:node:a'"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let bits = [
            "'", "\"", "\\", "`id`", "$(id)", "$HOME", "${x}", "!", "!!", "*", "?", "[a]", "~",
            "#", ";", "&", "|", "<", ">", "(", ")", "{a,b}", "=", "%s", "-", "--", " ", "\u{e9}",
            "x",
        ];
        let pairs = bits
            .iter()
            .flat_map(|a| bits.iter().map(move |b| format!("{a}{b}")));
        let names: Vec<String> = pairs.collect();
        let words: Vec<String> = names
            .iter()
            .map(|name| word(name, Reading::Plain))
            .collect();
        let script = format!("printf '%s\\0' {}", words.join(" "));
        let ran = std::process::Command::new("sh")
            .arg("-c")
            .arg(script)
            .output()
            .unwrap();
        let read = String::from_utf8(ran.stdout).unwrap();
        let read: Vec<&str> = read.trim_end_matches('\0').split('\0').collect();
        assert_eq!(read, names);
    }

    #[test]
    fn command_name_bytes_max() {
        let fits = "x".repeat(COMMAND_NAME_BYTES_MAX);
        assert_eq!(word(&fits, Reading::Plain), format!("'{fits}'"));
        assert_eq!(word(&(fits + "x"), Reading::Plain), format!("'{LONG}'"));
    }
}
