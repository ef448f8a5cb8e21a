//! Building and trimming text within bounds.
//!
//! Both take linear time whatever the arguments: the builder stops at the
//! limit, the cut set is sorted once.

use std::ops::Range;

use crate::limits::TEXT_BYTES_MAX;
use crate::value::Value;

/// Text under construction that never grows beyond [`TEXT_BYTES_MAX`].
#[derive(Debug, Default)]
pub(crate) struct Builder {
    text: String,
}

impl Builder {
    /// Appends as much of the piece as fits; false once nothing more does.
    pub(crate) fn push(&mut self, piece: &str) -> bool {
        let room = TEXT_BYTES_MAX - self.text.len();
        self.text
            .push_str(&piece[..piece.floor_char_boundary(room)]);
        piece.len() <= room
    }

    /// The text so far.
    pub(crate) fn finish(self) -> Value<'static> {
        Value::string(self.text)
    }
}

/// The characters that a trimming function strips.
#[derive(Debug)]
pub(crate) struct CutSet(Vec<char>);

impl CutSet {
    /// Collects the characters of a cut set.
    pub(crate) fn new(text: &str) -> Self {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars.dedup();
        CutSet(chars)
    }

    /// What remains of the text after stripping at the chosen ends.
    pub(crate) fn trim(&self, text: &str, left: bool, right: bool) -> Range<usize> {
        let strip = |c: char| self.0.binary_search(&c).is_ok();
        let start = if left {
            text.len() - text.trim_start_matches(strip).len()
        } else {
            0
        };
        let end = if right {
            text.trim_end_matches(strip).len()
        } else {
            text.len()
        };
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_stops_at_the_limit() {
        let mut builder = Builder::default();
        let piece = "ü".repeat(TEXT_BYTES_MAX / 2 - 1);
        assert!(builder.push(&piece));
        assert!(builder.push("x"));
        assert!(!builder.push("ü"));
        assert!(!builder.push("zz"));
        let Value::Str(text) = builder.finish() else {
            panic!("not a text")
        };
        assert_eq!(text.len(), TEXT_BYTES_MAX);
    }

    #[test]
    fn trimming_everything_leaves_nothing() {
        let set = CutSet::new("str");
        assert_eq!(set.trim("str", true, true), 3..3);
        assert_eq!(set.trim("str", false, true), 0..0);
        assert_eq!(set.trim("étré", true, true), 0..6);
    }
}
