//! A place in the RE2 text and the flags in force there.
//!
//! The cursor only moves forward, and by whole characters; that is what keeps reading linear and
//! every offset in an error on a character boundary.

/// The RE2 flags `i`, `m`, `s` and `U` as one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const FOLD_CASE: Self = Self(1);
    pub(super) const MULTI_LINE: Self = Self(2);
    pub(super) const DOT_NEWLINE: Self = Self(4);
    pub(super) const UNGREEDY: Self = Self(8);

    /// The flags at the start of a pattern.
    pub(super) fn start(nocase: bool) -> Self {
        Self(0).with(Self::FOLD_CASE, nocase)
    }

    /// The flag a letter stands for.
    pub(super) fn of(letter: char) -> Option<Self> {
        match letter {
            'i' => Some(Self::FOLD_CASE),
            'm' => Some(Self::MULTI_LINE),
            's' => Some(Self::DOT_NEWLINE),
            'U' => Some(Self::UNGREEDY),
            _ => None,
        }
    }

    pub(super) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(super) fn with(self, flag: Self, on: bool) -> Self {
        if on {
            Self(self.0 | flag.0)
        } else {
            Self(self.0 & !flag.0)
        }
    }
}

/// A reading position in the RE2 text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'p> {
    text: &'p str,
    at: usize,
}

impl<'p> Cursor<'p> {
    pub(super) fn new(text: &'p str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte offset of the next character.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'p str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read since `start`.
    pub(super) fn since(&self, start: usize) -> &'p str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one.
    pub(super) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Reads `expected` if it comes next, and says whether it did.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Reads up to and including `end`, and returns what stood before it; reads nothing if `end`
    /// does not come.
    pub(super) fn until(&mut self, end: &str) -> Option<&'p str> {
        let rest = self.rest();
        let length = rest.find(end)?;
        self.at += length + end.len();
        rest.get(..length)
    }
}
