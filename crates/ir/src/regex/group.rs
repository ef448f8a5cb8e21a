//! What may follow an opening parenthesis: nothing, a name, or flags.
//!
//! Everything else after `(?` belongs to another dialect, and the refusal names it and says what
//! to write instead.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

use super::cursor::{Cursor, Flags};
use super::error::PatternError;

/// What an opening parenthesis opens.
pub(super) enum Open {
    /// A capture group. A name is checked and then forgotten: YARA-L cannot refer to it, and RE2
    /// takes the same name twice.
    Capture,
    /// A group that captures nothing, and the flags inside it.
    Plain(Flags),
    /// No group: the flags from here to the end of the group around.
    Flags(Flags),
}

/// Reads the opening of a group, the parenthesis being next.
pub(super) fn open(cursor: &mut Cursor<'_>, flags: Flags) -> Result<Open, PatternError> {
    let start = cursor.at();
    if let Some(refusal) = foreign(cursor.rest(), start) {
        return Err(refusal);
    }
    if cursor.eat("(?P<") || cursor.eat("(?<") {
        let wrong = || {
            PatternError::new(
                "the name of a capture group must be letters, digits and `_`, then `>`",
                start,
            )
            .help("write `(?P<name>…)`")
        };
        let name = cursor.until(">").ok_or_else(wrong)?;
        return if is_name(name) {
            Ok(Open::Capture)
        } else {
            Err(wrong())
        };
    }
    if cursor.eat("(?") {
        return set_flags(cursor, flags, start);
    }
    cursor.bump();
    Ok(Open::Capture)
}

/// Reads `i`, `ms-U` and so on up to `:` or `)`. A letter may stand twice.
fn set_flags(
    cursor: &mut Cursor<'_>,
    mut flags: Flags,
    start: usize,
) -> Result<Open, PatternError> {
    let mut on = true;
    let mut letters = 0;
    loop {
        let at = cursor.at();
        match cursor.bump() {
            Some('-') if on => {
                on = false;
                letters = 0;
            }
            Some(end @ (':' | ')')) if on || letters > 0 => {
                return Ok(if end == ':' {
                    Open::Plain(flags)
                } else {
                    Open::Flags(flags)
                });
            }
            Some(letter) if Flags::of(letter).is_some() => {
                letters += 1;
                if let Some(flag) = Flags::of(letter) {
                    flags = flags.with(flag, on);
                }
            }
            None => return Err(PatternError::new("`(?` is not finished", start)),
            Some(other) => return Err(not_a_flag(other, at)),
        }
    }
}

fn not_a_flag(c: char, at: usize) -> PatternError {
    let help = match c {
        'x' => "RE2 has no `x` flag: write the pattern without layout and comments",
        'u' => r"RE2 has no `u` flag: text is UTF-8 always, and `\d \w \s \b` are ASCII always",
        'R' => r"RE2 has no `R` flag: write `\r?\n` for an end of line",
        _ => {
            "the flags are `i` (any case), `m` (`^` and `$` at lines), `s` (`.` takes newlines), `U` (lazy)"
        }
    };
    PatternError::new(format!("`{c}` is no flag of RE2"), at).help(help)
}

/// The refusal of a construct that other dialects have and RE2 does not.
fn foreign(rest: &str, at: usize) -> Option<PatternError> {
    const AROUND: &str = "match the part itself and use a capture group, or write a second predicate \
                          on the field: `not re.regex(…)` for what must not occur";
    const FOREIGN: &[(&str, &str, &str)] = &[
        ("(?=", "look-ahead", AROUND),
        ("(?!", "negative look-ahead", AROUND),
        ("(?<=", "look-behind", AROUND),
        ("(?<!", "negative look-behind", AROUND),
        (
            "(?>",
            "atomic groups",
            "write `(?:`: matching never goes back and forth here",
        ),
        (
            "(?|",
            "branch reset",
            "write `(?:` and one capture group around the whole",
        ),
        (
            "(?#",
            "comments",
            "remove it, and comment on the rule instead",
        ),
        (
            "(?P=",
            "back-references",
            "capture both parts with `re.capture` and compare the two results",
        ),
        ("(?P>", "recursion", "write the part out again"),
        ("(?&", "recursion", "write the part out again"),
        (
            "(?(",
            "conditions",
            "write the two cases as an alternation `(?:a|b)`",
        ),
        ("(?'", "names in quotes", "write `(?P<name>…)`"),
    ];
    let (written, what, help) = FOREIGN
        .iter()
        .find(|(written, ..)| rest.starts_with(written))?;
    Some(PatternError::new(format!("RE2 has no {what} (`{written}`)"), at).help(*help))
}

/// RE2 takes letters, marks, digits and connectors of all scripts, in any order.
fn is_name(name: &str) -> bool {
    static WORD: LazyLock<Option<ClassUnicode>> = LazyLock::new(|| {
        let hir = regex_syntax::parse(r"[\pL\p{Mn}\p{Mc}\p{Nd}\p{Nl}\p{Pc}]").ok()?;
        match hir.into_kind() {
            HirKind::Class(Class::Unicode(class)) => Some(class),
            _ => None,
        }
    });
    let known = |c: char| {
        c == '_'
            || c.is_ascii_alphanumeric()
            || WORD.as_ref().is_some_and(|word| {
                word.ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).contains(&c))
            })
    };
    !name.is_empty() && name.chars().all(known)
}
