//! How workflow commands of GitHub Actions escape what they carry.
//!
//! A command is one line, `::error file=…,line=…::message`. What would end a
//! line, a value or the command is written in percent form, as documented for
//! workflow commands; names of files and words of rules can hold anything.

use yaral_runtime::escape_terminal;

/// A message as a command carries it.
pub(crate) fn data(text: &str) -> String {
    let text = text
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    // What is left of control characters is for no reader of a log.
    escape_terminal(&text).into_owned()
}

/// A value of a property as a command carries it.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_message_or_a_value_early() {
        assert_eq!(data("50%, a:b\r\n::error::x"), "50%25, a:b%0D%0A::error::x");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert!(!property("a\u{1b}[2J\u{202e}").contains(['\u{1b}', '\u{202e}']));
    }
}
