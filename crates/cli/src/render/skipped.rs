//! What could not be used: a short list for standard error.
//!
//! At most [`LISTED_MAX`] are named, and of one file not more than [`ALIKE_MAX`]
//! for the same reason, so that a broken input of a million lines buries neither
//! the answer nor the next input; the rest is counted.

use std::fmt::Write as _;

use yaral_runtime::{Reject, escape_terminal};

use super::layout::{count, cut};

/// Records and rules that are named one by one.
pub(crate) const LISTED_MAX: usize = 20;

/// Records of one file and for one reason that are named one by one.
const ALIKE_MAX: u64 = 3;

/// The list in the making.
#[derive(Debug, Default)]
pub(crate) struct Skipped {
    lines: Vec<String>,
    total: u64,
    /// The records that are named, by file and reason, and how many each
    /// stands for.
    alike: Vec<(String, &'static str, u64)>,
}

impl Skipped {
    /// Notes a record that was rejected.
    pub(crate) fn record(&mut self, file: &str, reject: &Reject) {
        self.total += 1;
        let known = self.alike.iter_mut();
        match known
            .rev()
            .find(|(name, reason, _)| *reason == reject.reason && name == file)
        {
            Some((_, _, alike)) => {
                *alike += 1;
                if *alike > ALIKE_MAX {
                    return;
                }
            }
            None if self.lines.len() < LISTED_MAX => {
                self.alike.push((file.to_owned(), reject.reason, 1));
            }
            None => {}
        }
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
            let many = self.alike.iter().filter(|(_, _, alike)| *alike > ALIKE_MAX);
            for (file, reason, alike) in many {
                let file = cut(&escape_terminal(file), 200);
                let _ = write!(text, "\n  {file}  {reason}: {} in all", count(*alike));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(reason: &'static str) -> Reject {
        Reject {
            line: 7,
            item: 2,
            reason,
            sentence: "the text is not JSON".to_owned(),
            excerpt: String::new(),
        }
    }

    #[test]
    fn three_of_a_kind_are_named_and_the_rest_counted() {
        let mut skipped = Skipped::default();
        for _ in 0..1_023 {
            skipped.record("a\u{1b}.log", &reject("NOT_JSON"));
        }
        skipped.record("a\u{1b}.log", &reject("TRUNCATED"));
        skipped.record("b.log", &reject("NOT_JSON"));
        let list = skipped.list(", see --rejects");
        let lines: Vec<_> = list.lines().collect();
        assert_eq!(lines.len(), 7);
        let first = "  a\\u{1b}.log:7 item 2  NOT_JSON: the text is not JSON";
        assert_eq!(lines[..3], [first; 3]);
        assert!(lines[3].contains("TRUNCATED") && lines[4].contains("b.log"));
        let rest = [
            "  and 1,020 more, see --rejects",
            "  a\\u{1b}.log  NOT_JSON: 1,023 in all",
        ];
        assert_eq!(lines[5..], rest);
    }

    #[test]
    fn twenty_are_named_in_all() {
        let mut skipped = Skipped::default();
        for file in 0..1_000 {
            skipped.record(&format!("{file}.log"), &reject("NOT_JSON"));
        }
        let list = skipped.list("");
        assert_eq!(list.lines().count(), LISTED_MAX + 1);
        assert!(list.ends_with("\n  and 980 more"), "{list}");
        assert_eq!(skipped.alike.len(), LISTED_MAX);
    }
}
