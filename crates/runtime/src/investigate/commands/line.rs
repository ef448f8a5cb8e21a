//! One command line, put together from words of ours and quoted names.

use super::super::quote::{Reading, word};

/// A command line that is being written. What is `&'static` is ours; everything
/// else is quoted.
#[derive(Debug)]
pub(super) struct Line(String);

impl Line {
    /// Begins with words of ours.
    pub(super) fn new(words: &'static str) -> Self {
        Line(words.to_owned())
    }

    /// More words of ours.
    pub(super) fn words(mut self, words: &'static str) -> Self {
        self.0.push(' ');
        self.0.push_str(words);
        self
    }

    /// A name behind a word of ours that ends where the name begins, such as
    /// `pod/` or `--as=`, so that the name cannot be an option.
    pub(super) fn name(mut self, before: &'static str, name: &str, reading: Reading) -> Self {
        self.0.push(' ');
        self.0.push_str(before);
        self.0.push_str(&word(name, reading));
        self
    }

    /// The name of a thing in Kubernetes, behind `kind/` or `--option=`.
    pub(super) fn kube(self, before: &'static str, name: &str) -> Self {
        self.name(before, name, Reading::Kubernetes)
    }

    /// A namespace; that of a thing whose namespace is not known is asked for.
    pub(super) fn namespace(self, namespace: Option<&str>) -> Self {
        self.kube("--namespace=", namespace.unwrap_or_default())
    }

    /// A name as a word of its own, behind the end of the options.
    pub(super) fn operand(self, name: &str) -> Self {
        self.words("--").name("", name, Reading::Plain)
    }

    /// A number; it was read as one, so that it needs no quotes.
    pub(super) fn number(mut self, before: &'static str, number: u32) -> Self {
        self.0.push(' ');
        self.0.push_str(before);
        self.0.push_str(&number.to_string());
        self
    }

    /// The line.
    pub(super) fn end(self) -> String {
        self.0
    }
}
