//! The registry of syntax codes.
//!
//! Numbers E0101 to E0109 belong to the lexer, E0110 to E0119 to the parser.
//! A number is never given to another mistake, also after its own is gone.

use crate::diagnostic::Code;

/// A character that no token of the language begins with.
pub const UNKNOWN_CHARACTER: Code = Code("E0101");
/// A `"…"` string without its closing quote on the same line.
pub const UNTERMINATED_STRING: Code = Code("E0102");
/// A raw string without its closing backtick.
pub const UNTERMINATED_RAW_STRING: Code = Code("E0103");
/// A `/…/` regex without its closing slash on the same line.
pub const UNTERMINATED_REGEX: Code = Code("E0104");
/// A `/* … */` comment that never ends.
pub const UNTERMINATED_COMMENT: Code = Code("E0105");
/// An escape sequence that is cut short or names no character.
pub const BAD_ESCAPE: Code = Code("E0106");
/// An escape sequence that is not known and is kept as it is written.
pub const UNKNOWN_ESCAPE: Code = Code("W0106");
/// A number, or a duration, that cannot be read.
pub const BAD_NUMBER: Code = Code("E0107");
/// A token that does not fit where it stands.
pub const UNEXPECTED_TOKEN: Code = Code("E0110");
/// A rule without one of its required sections.
pub const MISSING_SECTION: Code = Code("E0111");
/// A section that stands twice or in the wrong place.
pub const SECTION_ORDER: Code = Code("E0112");
/// A meta value that is not a string.
pub const META_NOT_STRING: Code = Code("E0113");
/// A form that exists in search and dashboards only.
pub const SEARCH_ONLY: Code = Code("E0114");
/// An expression nested more deeply than the limit.
pub const TOO_DEEP: Code = Code("E0115");
/// A source text above the size limit.
pub const TOO_LARGE: Code = Code("E0116");
/// Text where a rule was expected.
pub const EXPECTED_RULE: Code = Code("E0117");
/// A number literal with a minus sign.
pub const NEGATIVE_NUMBER: Code = Code("E0118");
/// A variable whose name is a keyword.
pub const KEYWORD_VARIABLE: Code = Code("E0119");

/// Every syntax code with its title, in the order of the numbers.
pub const ALL: &[(Code, &str)] = &[
    (UNKNOWN_CHARACTER, "unknown character"),
    (UNTERMINATED_STRING, "unterminated string"),
    (UNTERMINATED_RAW_STRING, "unterminated raw string"),
    (UNTERMINATED_REGEX, "unterminated regex"),
    (UNTERMINATED_COMMENT, "unterminated comment"),
    (BAD_ESCAPE, "bad escape sequence"),
    (UNKNOWN_ESCAPE, "unknown escape sequence"),
    (BAD_NUMBER, "bad number"),
    (UNEXPECTED_TOKEN, "unexpected token"),
    (MISSING_SECTION, "missing section"),
    (SECTION_ORDER, "section out of order or twice"),
    (META_NOT_STRING, "meta value must be a string"),
    (SEARCH_ONLY, "search-only form in a rule"),
    (TOO_DEEP, "nested too deeply"),
    (TOO_LARGE, "source text too large"),
    (EXPECTED_RULE, "expected `rule`"),
    (NEGATIVE_NUMBER, "negative number literal"),
    (KEYWORD_VARIABLE, "keyword used as a variable name"),
];
