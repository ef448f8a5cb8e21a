//! What could not be used: a short list for standard error.
//!
//! At most [`LISTED_MAX`] are named, so that a broken input of a million lines
//! does not bury the answer; the rest is counted.

use std::fmt::Write as _;

use yaral_runtime::{Reject, escape_terminal};

use super::layout::{count, cut};

/// Records and rules that are named one by one.
pub(crate) const LISTED_MAX: usize = 20;

/// The list in the making.
#[derive(Debug, Default)]
pub(crate) struct Skipped {
    lines: Vec<String>,
    total: u64,
}

impl Skipped {
    /// Notes a record that was rejected.
    pub(crate) fn record(&mut self, file: &str, reject: &Reject) {
        self.total += 1;
        if self.lines.len() >= LISTED_MAX {
            return;
        }
        let file = cut(&escape_terminal(file), 200);
        let item = if reject.item > 0 {
            format!(" item {}", reject.item)
        } else {
            String::new()
        };
        let at = if reject.line > 0 {
            format!(":{}{item}", reject.line)
        } else {
            String::new()
        };
        let sentence = escape_terminal(&reject.sentence);
        self.lines
            .push(format!("  {file}{at}  {}: {sentence}", reject.reason));
    }

    /// Notes a rule that was refused.
    pub(crate) fn rule(&mut self, line: &str) {
        self.total += 1;
        if self.lines.len() < LISTED_MAX {
            self.lines.push(format!("  {}", escape_terminal(line)));
        }
    }

    /// How many there were.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The list, one line each, with how to see the rest.
    pub(crate) fn list(&self, rest: &str) -> String {
        let mut text = self.lines.join("\n");
        let more = self.total - self.lines.len() as u64;
        if more > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  and {} more{rest}", count(more));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_are_named_and_the_rest_counted() {
        let mut skipped = Skipped::default();
        let reject = Reject {
            line: 7,
            item: 2,
            reason: "NOT_JSON",
            sentence: "the text is not JSON".to_owned(),
            excerpt: String::new(),
        };
        for _ in 0..1_023 {
            skipped.record("a\u{1b}.log", &reject);
        }
        let list = skipped.list(", see --rejects");
        assert_eq!(list.lines().count(), 21);
        assert!(
            list.starts_with("  a\\u{1b}.log:7 item 2  NOT_JSON: the text is not JSON\n"),
            "{list}"
        );
        assert!(
            list.ends_with("\n  and 1,003 more, see --rejects"),
            "{list}"
        );
    }
}
