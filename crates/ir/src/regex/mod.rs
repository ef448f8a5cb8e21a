//! The RE2 dialect: patterns as YARA-L writes them, run by the Rust regex engine.
//!
//! RE2 text → `parse` (RE2's grammar) → the engine's intermediate form → one automaton. The form
//! is built directly and not by writing Rust regex text: the dialects agree in what an automaton
//! can do and differ in how it is spelt, so each difference (`{` as a character, ASCII `\d \w \s`,
//! octal, `\Q…\E`, brackets inside classes, repeats after flags) is settled once by the grammar,
//! and no spelling of the Rust dialect can leak through. [`translate`] prints the form as Rust
//! regex text for people who want to see it. Absent on purpose, as in RE2: look-around and
//! back-references. Matching is linear in the text for every pattern; [`limits`] bounds the rest.

mod class;
mod cursor;
mod edges;
mod error;
mod escape;
mod fold;
mod group;
mod group_names;
pub mod limits;
mod literals;
mod matches;
mod parse;
mod reach;
mod repeat;
mod replacement;
mod shape;

use std::fmt;
use std::sync::Arc;

use regex_automata::meta::{BuildError, Config, Regex};
use regex_syntax::hir::Hir;
use regex_syntax::hir::print::Printer;

pub use error::PatternError;
use limits::{
    CAPTURES_MAX, LAZY_CACHE_BYTES_MAX, NFA_BYTES_MAX, ONEPASS_BYTES_MAX, REPLACE_BYTES_MAX,
    REPLACEMENTS_MAX,
};
use matches::{Found, Matches};
pub use reach::{Branch, Next, Reach, reach};
use replacement::Part;
pub use shape::Plain;

/// A compiled RE2 pattern. Cloning it is cheap, and it may be used from several threads.
///
/// Matching is unanchored and case-sensitive, `.` does not take a newline, and `^` and `$` stand
/// at the ends of the whole text, as everywhere in YARA-L.
#[derive(Clone)]
pub struct Pattern {
    compiled: Arc<Compiled>,
}

struct Compiled {
    text: String,
    nocase: bool,
    groups: usize,
    /// Finds where a match begins and ends, and its groups.
    regex: Regex,
    /// Finds whether there is a match; the same automaton if nothing could be taken off.
    decides: Regex,
}

impl Pattern {
    /// Compiles a pattern; `nocase` is the modifier of that name, the same as `(?i)` in front.
    ///
    /// # Errors
    ///
    /// The text is not RE2, or what it describes is beyond one of the [`limits`].
    pub fn new(re2: &str, nocase: bool) -> Result<Self, PatternError> {
        let parsed = parse::parse(re2, nocase)?;
        let regex = build(&parsed.hir)?;
        let trimmed = edges::trimmed(&parsed.hir);
        let decides = if trimmed == parsed.hir {
            regex.clone()
        } else {
            build(&trimmed)?
        };
        let text = re2.to_owned();
        let compiled = Compiled {
            text,
            nocase,
            groups: parsed.groups,
            regex,
            decides,
        };
        Ok(Self {
            compiled: Arc::new(compiled),
        })
    }

    /// Whether the pattern matches anywhere in the text: `re.regex`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled.decides.is_match(text)
    }

    /// How many capture groups the pattern has, the whole match not counted.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.compiled.groups
    }

    /// The first match: `re.capture`. Without a group it is the whole match, with one that group,
    /// `""` if the group took no part. `None` if nothing matches. Two or more groups are an error
    /// of the rule, which the compiler reports; the first one counts here.
    #[must_use]
    pub fn capture<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = matches::find(&self.compiled.regex, text, 0, self.wanted())?;
        Some(found.text(self.wanted(), text))
    }

    /// All matches that do not overlap, from left to right: `re.capture_all`. What each one
    /// yields is as in [`Self::capture`]. At most [`CAPTURES_MAX`] are returned.
    #[must_use]
    pub fn capture_all<'t>(&self, text: &'t str) -> Vec<&'t str> {
        Matches::new(&self.compiled.regex, text, self.wanted())
            .take(CAPTURES_MAX)
            .map(|(_, found)| found.text(self.wanted(), text))
            .collect()
    }

    /// The text with all matches that do not overlap replaced: `re.replace`. In the replacement
    /// `\0` is the match, `\1` to `\9` are the groups, `\\` is a backslash. A replacement that
    /// [`Self::check_replacement`] refuses replaces nothing, as in RE2. At most
    /// [`REPLACEMENTS_MAX`] matches are replaced, and the result is cut at [`REPLACE_BYTES_MAX`].
    #[must_use]
    pub fn replace(&self, text: &str, replacement: &str) -> String {
        let Ok(parts) = replacement::parse(replacement, self.groups()) else {
            return text.to_owned();
        };
        // Bytes, because `\C` can take half a character; the other half is then no text.
        let mut out = Vec::with_capacity(text.len().min(REPLACE_BYTES_MAX));
        let bytes = text.as_bytes();
        let mut kept_to = 0;
        for (whole, found) in
            Matches::new(&self.compiled.regex, text, self.groups()).take(REPLACEMENTS_MAX)
        {
            if out.len() > REPLACE_BYTES_MAX {
                break;
            }
            out.extend_from_slice(bytes.get(kept_to..whole.start).unwrap_or_default());
            append(&mut out, &parts, &found, bytes);
            kept_to = whole.end;
        }
        out.extend_from_slice(bytes.get(kept_to..).unwrap_or_default());
        let mut result = String::from_utf8_lossy(&out).into_owned();
        result.truncate(result.floor_char_boundary(REPLACE_BYTES_MAX));
        result
    }

    /// Whether a replacement fits the pattern; the offset in the error is in the replacement.
    ///
    /// # Errors
    ///
    /// It names a group the pattern does not have, or holds a backslash that is neither before a
    /// digit nor before another backslash.
    pub fn check_replacement(&self, replacement: &str) -> Result<(), PatternError> {
        replacement::parse(replacement, self.groups()).map(|_| ())
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.compiled.text
    }

    /// Whether it was compiled with the `nocase` modifier.
    #[must_use]
    pub fn nocase(&self) -> bool {
        self.compiled.nocase
    }

    /// Literals one of which occurs, byte for byte, in every text the pattern matches; sorted.
    /// `None` if there is no such set of useful size. For saying "cannot match", nothing else.
    #[must_use]
    pub fn required_literals(&self) -> Option<Vec<String>> {
        literals::required(self.text(), self.nocase())
    }

    /// The group `re.capture` returns.
    fn wanted(&self) -> usize {
        self.compiled.groups.min(1)
    }
}

/// Compiles a pattern that was read.
fn build(hir: &Hir) -> Result<Regex, PatternError> {
    // Matches are byte for byte what RE2 finds, so an empty match may lie inside a character
    // (`\B` holds there); the methods of `Pattern` take care of that.
    let config = Config::new()
        .utf8_empty(false)
        .nfa_size_limit(Some(NFA_BYTES_MAX))
        .onepass_size_limit(Some(ONEPASS_BYTES_MAX))
        .hybrid_cache_capacity(LAZY_CACHE_BYTES_MAX);
    Regex::builder()
        .configure(config)
        .build_from_hir(hir)
        .map_err(|error| too_large(&error))
}

/// Appends the replacement of one match, as far as the limit of the result allows.
fn append(out: &mut Vec<u8>, parts: &[Part<'_>], found: &Found, text: &[u8]) {
    for part in parts {
        if out.len() > REPLACE_BYTES_MAX {
            return;
        }
        match part {
            Part::Text(literal) => out.extend_from_slice(literal.as_bytes()),
            Part::Group(index) => {
                let bytes = found.span(*index).and_then(|span| text.get(span.range()));
                out.extend_from_slice(bytes.unwrap_or_default());
            }
        }
    }
}

fn too_large(error: &BuildError) -> PatternError {
    let message = match error.size_limit() {
        Some(limit) => format!("the pattern needs an automaton of more than {limit} bytes"),
        None => "the pattern is too large to compile".to_owned(),
    };
    PatternError::whole(message)
        .help("use lower repetition counts or fewer Unicode classes, or split the pattern")
}

/// Two patterns are equal if they were written alike and compiled alike.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text() && self.nocase() == other.nocase()
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Pattern(/{}/{})",
            self.text(),
            if self.nocase() { " nocase" } else { "" }
        )
    }
}

/// The pattern in the dialect of the Rust `regex` crate (with bytes allowed for `\C`), to be read
/// or to be fed to other tools. Classes come out as ranges.
///
/// # Errors
///
/// The text is not RE2, or beyond the limits of reading it. Whether the automaton fits its limit
/// is only known to [`Pattern::new`].
pub fn translate(re2: &str) -> Result<String, PatternError> {
    let parsed = parse::parse(re2, false)?;
    let mut text = String::new();
    match Printer::new().print(&parsed.hir, &mut text) {
        Ok(()) => Ok(text),
        Err(fmt::Error) => Err(PatternError::whole("the pattern cannot be printed")),
    }
}
