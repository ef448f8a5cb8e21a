//! Reference lists: what `in %list` looks things up in.
//!
//! A list has one kind, given when it is created: exact strings, regular
//! expressions (each line is searched for, unanchored) or CIDR ranges
//! (yara-l §10.1). `//` starts a comment. Lines that cannot be used are
//! reported, never dropped in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::regex::Pattern;
use crate::value::Value;

/// What the lines of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListKind {
    /// Exact strings.
    String,
    /// Unanchored regular expressions.
    Regex,
    /// IP ranges.
    Cidr,
}

impl ListKind {
    /// The kind that a file ending stands for: `txt`, `regex` or `cidr`.
    #[must_use]
    pub fn from_ending(ending: &str) -> Option<Self> {
        match ending {
            "txt" => Some(ListKind::String),
            "regex" => Some(ListKind::Regex),
            "cidr" => Some(ListKind::Cidr),
            _ => None,
        }
    }

    /// The word for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ListKind::String => "string",
            ListKind::Regex => "regex",
            ListKind::Cidr => "cidr",
        }
    }
}

/// A reference list, ready for lookups.
#[derive(Clone, Debug)]
pub struct List {
    name: String,
    kind: ListKind,
    exact: BTreeSet<String>,
    folded: BTreeSet<String>,
    patterns: Vec<(Pattern, Pattern)>,
    ranges: Vec<IpNet>,
}

/// A line of a list that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListError {
    /// The line, counted from 1.
    pub line: usize,
    /// Why.
    pub message: String,
}

impl List {
    /// Reads a list from its text, one entry a line.
    #[must_use]
    pub fn parse(name: &str, kind: ListKind, text: &str) -> (Self, Vec<ListError>) {
        let mut list = List {
            name: name.to_owned(),
            kind,
            exact: BTreeSet::new(),
            folded: BTreeSet::new(),
            patterns: Vec::new(),
            ranges: Vec::new(),
        };
        let mut errors = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let entry = strip_comment(line).trim();
            if entry.is_empty() {
                continue;
            }
            if let Err(message) = list.add(entry) {
                errors.push(ListError {
                    line: index + 1,
                    message,
                });
            }
        }
        (list, errors)
    }

    /// Makes a list of entries as they are: without comments and white space
    /// to take off. Entries that cannot be used are left out.
    #[must_use]
    pub fn of<'e>(name: &str, kind: ListKind, entries: impl Iterator<Item = &'e str>) -> Self {
        let (mut list, _) = List::parse(name, kind, "");
        for entry in entries {
            // Whoever has entries that may be unusable has looked at them before.
            let _ = list.add(entry);
        }
        list
    }

    /// A list of the same kind of some of its entries. What was made of an
    /// entry is taken over, so that this is cheap for patterns too.
    #[must_use]
    pub fn keeping<'e>(&self, entries: impl Iterator<Item = &'e str>) -> Self {
        let (mut list, _) = List::parse(&self.name, self.kind, "");
        if self.kind != ListKind::Regex {
            // They were entries before, so they can be used.
            entries.for_each(|entry| drop(list.add(entry)));
            return list;
        }
        let made = self.patterns.iter();
        let made: BTreeMap<&str, _> = made.map(|pair| (pair.0.text(), pair)).collect();
        let kept = entries.filter_map(|entry| made.get(entry));
        list.patterns = kept.map(|pair| (*pair).clone()).collect();
        list
    }

    fn add(&mut self, entry: &str) -> Result<(), String> {
        match self.kind {
            ListKind::String => {
                self.folded.insert(entry.to_lowercase());
                self.exact.insert(entry.to_owned());
            }
            ListKind::Regex => {
                let plain = Pattern::new(entry, false).map_err(|e| e.message)?;
                let folded = Pattern::new(entry, true).map_err(|e| e.message)?;
                self.patterns.push((plain, folded));
            }
            ListKind::Cidr => {
                let range = entry
                    .parse::<IpNet>()
                    .or_else(|_| entry.parse::<IpAddr>().map(IpNet::from));
                self.ranges.push(
                    range
                        .map_err(|_| format!("`{entry}` is neither an IP range nor an address"))?,
                );
            }
        }
        Ok(())
    }

    /// The list's name, without `%`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its lines are.
    #[must_use]
    pub fn kind(&self) -> ListKind {
        self.kind
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exact.len() + self.patterns.len() + self.ranges.len()
    }

    /// Whether it has no entry; nothing is in an empty list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exact strings of a string list, sorted; nothing for other kinds.
    pub fn strings(&self) -> impl Iterator<Item = &str> {
        self.exact.iter().map(String::as_str)
    }

    /// The patterns of a regex list, as they are or without regard to case, in
    /// the order of the lines; nothing for other kinds.
    pub fn patterns(&self, nocase: bool) -> impl Iterator<Item = &Pattern> {
        let pairs = self.patterns.iter();
        pairs.map(move |(plain, folded)| if nocase { folded } else { plain })
    }

    /// The ranges of a list of IP ranges, in the order of the lines; nothing
    /// for other kinds.
    pub fn ranges(&self) -> impl Iterator<Item = IpNet> {
        self.ranges.iter().copied()
    }

    /// Every entry as text, in the list's order: strings sorted, others as written.
    #[must_use]
    pub fn entries(&self) -> Vec<String> {
        let patterns = self
            .patterns
            .iter()
            .map(|(plain, _)| plain.text().to_owned());
        let ranges = self.ranges.iter().map(ToString::to_string);
        self.exact
            .iter()
            .cloned()
            .chain(patterns)
            .chain(ranges)
            .collect()
    }

    /// Whether the value is in the list.
    #[must_use]
    pub fn contains(&self, value: &Value<'_>, nocase: bool) -> bool {
        let text = value.text();
        match self.kind {
            ListKind::String if nocase => self.folded.contains(&text.to_lowercase()),
            ListKind::String => self.exact.contains(text.as_ref()),
            ListKind::Regex => self.patterns.iter().any(|(plain, folded)| {
                if nocase {
                    folded.is_match(&text)
                } else {
                    plain.is_match(&text)
                }
            }),
            ListKind::Cidr => text
                .parse()
                .is_ok_and(|ip: IpAddr| self.ranges.iter().any(|r| r.contains(&ip))),
        }
    }
}

/// Cuts a `//` comment at the start of a line or behind white space; a `//`
/// within an entry, as in a URL, is part of it.
fn strip_comment(line: &str) -> &str {
    let comment = line.match_indices("//").find(|(at, _)| {
        line[..*at]
            .chars()
            .next_back()
            .is_none_or(char::is_whitespace)
    });
    comment.map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_lists_keep_case_unless_told() {
        let (list, errors) = List::parse(
            "l",
            ListKind::String,
            "Alice\n// who\nhttp://x/y // why\n\n",
        );
        assert!(errors.is_empty());
        assert_eq!(list.len(), 2);
        assert!(list.contains(&Value::str("Alice"), false));
        assert!(!list.contains(&Value::str("alice"), false));
        assert!(list.contains(&Value::str("alice"), true));
        assert!(list.contains(&Value::str("http://x/y"), false));
    }

    #[test]
    fn ranges_take_addresses_of_both_families() {
        let (list, errors) = List::parse(
            "l",
            ListKind::Cidr,
            "10.0.0.0/8\n2001:db8::/32\n192.0.2.7\nnonsense",
        );
        assert_eq!(
            errors,
            [ListError {
                line: 4,
                message: "`nonsense` is neither an IP range nor an address".into()
            }]
        );
        for (ip, inside) in [
            ("10.1.2.3", true),
            ("11.1.2.3", false),
            ("2001:db8::1", true),
            ("192.0.2.7", true),
            ("", false),
        ] {
            assert_eq!(list.contains(&Value::str(ip), false), inside, "{ip}");
        }
    }

    #[test]
    fn regex_lines_are_unanchored() {
        let (list, errors) = List::parse("l", ListKind::Regex, "^system:node:\n[a-z");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].line, 2);
        assert!(list.contains(&Value::str("system:node:n1"), false));
        assert!(!list.contains(&Value::str("SYSTEM:node:n1"), false));
        assert!(list.contains(&Value::str("SYSTEM:node:n1"), true));
    }
}
