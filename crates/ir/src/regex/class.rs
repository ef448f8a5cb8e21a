//! Sets of characters: brackets, `\d \w \s`, `[:alpha:]`, `\pN`, and case folding.
//!
//! RE2's `\d`, `\w`, `\s` and POSIX names are ASCII, `\s` has no vertical tab though `[:space:]`
//! does, and a negated one is the complement within all of Unicode. Under `(?i)` a set is folded
//! *before* it is negated, and even `\w` is folded (it then takes in U+017F and U+212A): all this
//! was checked against RE2 itself. Inside brackets `&&`, `--`, `~~` and `[` have no meaning.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};

use super::cursor::{Cursor, Flags};
use super::error::PatternError;
use super::escape::code_point;
use super::fold::{FOLDABLE, fold};
use super::group_names;
use super::limits::{CLASS_RANGES_MAX, FOLD_CHARS_MAX};

/// A named set of ASCII characters: its ranges as pairs of first and last.
type Ascii = &'static [(char, char)];

const DIGIT: Ascii = &[('0', '9')];
const WORD: Ascii = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const PERL_SPACE: Ascii = &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];

/// The POSIX names and their characters.
const POSIX: &[(&str, Ascii)] = &[
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\x7F')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    ("digit", DIGIT),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// Builds sets, and keeps count of what they cost the pattern so far.
#[derive(Debug, Default)]
pub(super) struct Classes {
    ranges: usize,
    folded: usize,
    /// No `:]` comes any more; spares looking for it at every `[:`.
    no_posix_end: bool,
}

impl Classes {
    /// One character that stands for itself. A surrogate can be written but never matches.
    pub(super) fn literal(
        &mut self,
        code: u32,
        flags: Flags,
        at: usize,
    ) -> Result<Hir, PatternError> {
        let Some(c) = char::from_u32(code) else {
            return Ok(Hir::fail());
        };
        if !flags.has(Flags::FOLD_CASE) || !(FOLDABLE.0..=FOLDABLE.1).contains(&c) {
            return Ok(Hir::literal(c.to_string().into_bytes()));
        }
        self.finish(vec![ClassUnicodeRange::new(c, c)], false, flags, at)
    }

    /// Reads `\d`, `\pN` or another set written as an escape, if one comes next.
    pub(super) fn escaped(
        &mut self,
        cursor: &mut Cursor<'_>,
        flags: Flags,
    ) -> Result<Option<Hir>, PatternError> {
        let at = cursor.at();
        match self.group(cursor, flags)? {
            Some(ranges) => self.finish(ranges, false, flags, at).map(Some),
            None => Ok(None),
        }
    }

    /// Reads `[…]`, the bracket being next.
    pub(super) fn bracket(
        &mut self,
        cursor: &mut Cursor<'_>,
        flags: Flags,
    ) -> Result<Hir, PatternError> {
        let start = cursor.at();
        cursor.bump();
        let negated = cursor.eat("^");
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            match cursor.peek() {
                None => {
                    return Err(
                        PatternError::new("`[` opens a class that is not closed", start)
                            .help(r"close it with `]`, or write `\[` for the bracket itself"),
                    );
                }
                Some(']') if !first => break,
                Some(_) => {}
            }
            first = false;
            if let Some(mut group) = self.posix(cursor, flags)? {
                ranges.append(&mut group);
            } else if let Some(mut group) = self.group(cursor, flags)? {
                ranges.append(&mut group);
            } else {
                let (low, high) = range(cursor)?;
                push(&mut ranges, low, high);
            }
            if ranges.len() > CLASS_RANGES_MAX {
                return Err(too_large(start));
            }
        }
        cursor.bump();
        self.finish(ranges, negated, flags, start)
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`. Without an end it is no such name but two characters.
    fn posix(
        &mut self,
        cursor: &mut Cursor<'_>,
        flags: Flags,
    ) -> Result<Option<Vec<ClassUnicodeRange>>, PatternError> {
        if self.no_posix_end || !cursor.rest().starts_with("[:") {
            return Ok(None);
        }
        let start = cursor.at();
        let mut ahead = cursor.clone();
        ahead.eat("[:");
        let Some(written) = ahead.until(":]") else {
            self.no_posix_end = true;
            return Ok(None);
        };
        let name = written.strip_prefix('^').unwrap_or(written);
        let Some((_, ascii)) = POSIX.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = POSIX.iter().map(|(known, _)| *known).collect();
            return Err(PatternError::new(
                "`[:` and `:]` hold no POSIX class that RE2 knows",
                start,
            )
            .help(format!(
                r"the names are {}; write `\[:` for the characters",
                known.join(", ")
            )));
        };
        *cursor = ahead;
        self.part(
            ascii_ranges(ascii),
            name.len() < written.len(),
            flags,
            start,
        )
        .map(Some)
    }

    /// Reads `\d \D \s \S \w \W \p… \P…`, if one comes next.
    fn group(
        &mut self,
        cursor: &mut Cursor<'_>,
        flags: Flags,
    ) -> Result<Option<Vec<ClassUnicodeRange>>, PatternError> {
        if cursor.peek() != Some('\\') {
            return Ok(None);
        }
        let start = cursor.at();
        let letter = cursor.peek_second();
        let (ascii, negated) = match letter {
            Some('d' | 'D') => (DIGIT, letter == Some('D')),
            Some('s' | 'S') => (PERL_SPACE, letter == Some('S')),
            Some('w' | 'W') => (WORD, letter == Some('W')),
            Some('p' | 'P') => {
                let (ranges, negated) = unicode(cursor)?;
                return self.part(ranges, negated, flags, start).map(Some);
            }
            _ => return Ok(None),
        };
        cursor.bump();
        cursor.bump();
        self.part(ascii_ranges(ascii), negated, flags, start)
            .map(Some)
    }

    /// One named group as a part of a class: a negated one is folded here, before it is negated.
    fn part(
        &mut self,
        ranges: Vec<ClassUnicodeRange>,
        negated: bool,
        flags: Flags,
        at: usize,
    ) -> Result<Vec<ClassUnicodeRange>, PatternError> {
        self.charge(ranges.len(), at)?;
        if !negated {
            return Ok(ranges);
        }
        let mut class = ClassUnicode::new(ranges);
        self.fold(&mut class, flags, at)?;
        class.negate();
        Ok(class.ranges().to_vec())
    }

    /// The finished class: folded if the flags say so, then negated.
    fn finish(
        &mut self,
        ranges: Vec<ClassUnicodeRange>,
        negated: bool,
        flags: Flags,
        at: usize,
    ) -> Result<Hir, PatternError> {
        let mut class = ClassUnicode::new(ranges);
        self.fold(&mut class, flags, at)?;
        if negated {
            class.negate();
        }
        self.charge(class.ranges().len(), at)?;
        Ok(Hir::class(Class::Unicode(class)))
    }

    fn fold(
        &mut self,
        class: &mut ClassUnicode,
        flags: Flags,
        at: usize,
    ) -> Result<(), PatternError> {
        if !flags.has(Flags::FOLD_CASE) {
            return Ok(());
        }
        let mut cased = class.clone();
        cased.intersect(&ClassUnicode::new([ClassUnicodeRange::new(
            FOLDABLE.0, FOLDABLE.1,
        )]));
        self.folded += cased
            .ranges()
            .iter()
            .map(ClassUnicodeRange::len)
            .sum::<usize>();
        if self.folded > FOLD_CHARS_MAX {
            return Err(too_large(at));
        }
        fold(class);
        Ok(())
    }

    fn charge(&mut self, ranges: usize, at: usize) -> Result<(), PatternError> {
        self.ranges += ranges;
        if self.ranges > CLASS_RANGES_MAX {
            Err(too_large(at))
        } else {
            Ok(())
        }
    }
}

fn too_large(at: usize) -> PatternError {
    PatternError::new(
        "the character classes of the pattern are too large together",
        at,
    )
    .help("use fewer Unicode classes, or split the pattern")
}

fn ascii_ranges(ascii: Ascii) -> Vec<ClassUnicodeRange> {
    ascii
        .iter()
        .map(|&(low, high)| ClassUnicodeRange::new(low, high))
        .collect()
}

/// Reads `\pN`, `\p{Greek}`, `\p{^Greek}` or the same with `\P`, and says whether it is negated.
fn unicode(cursor: &mut Cursor<'_>) -> Result<(Vec<ClassUnicodeRange>, bool), PatternError> {
    let start = cursor.at();
    cursor.bump();
    let capital = cursor.bump() == Some('P');
    let after = cursor.at();
    let written = if cursor.eat("{") {
        cursor.until("}")
    } else {
        cursor.bump().map(|_| cursor.since(after))
    };
    let Some(written) = written else {
        return Err(
            PatternError::new(r"`\p` is not followed by a Unicode group", start)
                .help(r"write `\pL` or `\p{Greek}`"),
        );
    };
    let name = written.strip_prefix('^').unwrap_or(written);
    let negated = capital != (name.len() < written.len());
    if let Some(ranges) = group_names::ranges(name) {
        return Ok((ranges, negated));
    }
    let help = match group_names::suggestion(name) {
        Some(known) => format!(r"write `\p{{{known}}}`"),
        None => "RE2 knows short categories (`L`, `Lu`, `N`) and scripts (`Greek`), spelt exactly"
            .into(),
    };
    Err(PatternError::new(r"`\p` names a Unicode group that RE2 does not know", start).help(help))
}

/// Reads one character of a class, or a range of them.
fn range(cursor: &mut Cursor<'_>) -> Result<(u32, u32), PatternError> {
    let start = cursor.at();
    let low = single(cursor)?;
    // A hyphen before the closing bracket is a hyphen.
    if cursor.peek() != Some('-') || matches!(cursor.peek_second(), None | Some(']')) {
        return Ok((low, low));
    }
    cursor.bump();
    let high = single(cursor)?;
    if high < low {
        return Err(PatternError::new(
            format!("the range `{}` ends before it begins", cursor.since(start)),
            start,
        )
        .help(r"swap the ends, or write `\-` for a hyphen"));
    }
    Ok((low, high))
}

fn single(cursor: &mut Cursor<'_>) -> Result<u32, PatternError> {
    if cursor.peek() == Some('\\') {
        return code_point(cursor);
    }
    // The callers have seen that a character comes; NUL stands in for one that cannot be missing.
    Ok(cursor.bump().map_or(0, u32::from))
}

/// Adds a range of code points, without the surrogates in it.
fn push(ranges: &mut Vec<ClassUnicodeRange>, low: u32, high: u32) {
    for (from, to) in [(low, high.min(0xD7FF)), (low.max(0xE000), high)] {
        if let (true, Some(from), Some(to)) = (from <= to, char::from_u32(from), char::from_u32(to))
        {
            ranges.push(ClassUnicodeRange::new(from, to));
        }
    }
}
