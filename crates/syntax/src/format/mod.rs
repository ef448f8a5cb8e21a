//! One layout for rules: [`format()`].
//!
//! The formatter moves blanks and line breaks, and nothing else. Every token
//! keeps its spelling and its place in the order, keywords and literals
//! included, so that a detection's id is the same before and after; every
//! comment stays beside what it stood beside.
//!
//! # The layout
//!
//! * `rule name {` on one line, section headers two blanks in, what is in a
//!   section four; brackets indent what is on lines of their own by two more.
//! * Each entry, predicate and assignment begins a line. Between sections and
//!   between rules is one empty line; elsewhere at most one of the author's.
//! * One blank around operators and behind commas; none inside brackets,
//!   within paths and between a function and its parenthesis.
//! * The author's line breaks stay where a reader expects one: beside an
//!   operator, behind a comma, inside brackets. Other breaks are undone. Where
//!   a `(` ends its line, its `)` begins one.
//! * A chain of `or`, `and` or `+` that is written on one line and reaches
//!   beyond [`WIDTH`] columns is broken behind each of its operators.
//! * A comment on a line of its own stays on one, indented like what follows;
//!   before a section it stays with the content above if it was indented
//!   deeper than the section's header. A comment behind something stays on
//!   that line. The inside of `/* … */` is untouched.
//! * Lines end with a line feed, also where they ended with CR LF, and a byte
//!   order mark is dropped. The inside of literals is untouched.
//!
//! The data flow: tree → `items` (tokens and comments with their part in
//! the grammar) → `gaps` (where lines break) → `print`.

mod gaps;
mod items;
mod print;

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::kind::{SyntaxKind, SyntaxNode};

/// The column beyond which a chain of operators is broken.
pub const WIDTH: usize = 100;

/// Why a text was not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// The text has mistakes, at least one of them an error.
    Syntax(Vec<Diagnostic>),
    /// The text means something else when its lines are broken elsewhere, as
    /// where a section's name is used for something else.
    Ambiguous,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(found) => {
                let first = found.iter().find(|one| one.is_error());
                f.write_str(first.map_or("the text has a mistake", |one| one.message.as_str()))
            }
            Self::Ambiguous => {
                f.write_str("the text would mean something else with its lines broken elsewhere")
            }
        }
    }
}

impl std::error::Error for FormatError {}

/// Lays a rule file out anew. Formatting the result again changes nothing.
/// Time and memory are linear in the size of the text.
///
/// ```
/// let text = "rule r {meta: a=\"1\"\nevents: $e.target.port=22 // ssh\ncondition: $e}";
/// let formatted = yaral_syntax::format::format(text).expect("the text parses");
/// assert_eq!(formatted, "\
/// rule r {
///   meta:
///     a = \"1\"
///
///   events:
///     $e.target.port = 22 // ssh
///
///   condition:
///     $e
/// }
/// ");
/// ```
///
/// # Errors
///
/// A text with a syntax error is not formatted, nor one that would not be the
/// same rules afterwards.
pub fn format(text: &str) -> Result<String, FormatError> {
    let parse = crate::parse(text);
    if parse.errors().iter().any(Diagnostic::is_error) {
        return Err(FormatError::Syntax(parse.errors().to_vec()));
    }
    let layout = items::read(&parse.tree(), text);
    let formatted = print::print(&layout, gaps::decide(&layout));
    // A line break can decide whether a word is a section's header. This holds
    // the promise whatever the tables of the layout say.
    let again = crate::parse(&formatted);
    let same = substance(&parse.tree(), text).eq(substance(&again.tree(), &formatted));
    if same && !again.errors().iter().any(Diagnostic::is_error) {
        Ok(formatted)
    } else {
        Err(FormatError::Ambiguous)
    }
}

/// What must not change: tokens with their kinds, and the comments.
fn substance<'t>(
    tree: &SyntaxNode,
    text: &'t str,
) -> impl Iterator<Item = (SyntaxKind, std::borrow::Cow<'t, str>)> + use<'t> {
    tree.descendants_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .filter(|token| token.kind() != SyntaxKind::Whitespace)
        .map(move |token| {
            let spelled = text
                .get(std::ops::Range::<usize>::from(token.text_range()))
                .unwrap_or_default();
            (token.kind(), print::spelling(token.kind(), spelled))
        })
}
