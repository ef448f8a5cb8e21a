//! The kinds of tokens and nodes, and the language tag for rowan.
//!
//! Words are lexed as [`SyntaxKind::Ident`]; where the grammar reads a word as
//! a keyword the parser stores it as [`SyntaxKind::Keyword`]. So a field may
//! be called `in` or `match` and the tree still tells the two apart.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a token or a node of the tree is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum SyntaxKind {
            $($(#[$doc])* $name,)*
        }

        impl SyntaxKind {
            /// Every kind, indexed by its number.
            const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

kinds! {
    /// Blanks and line breaks.
    Whitespace,
    /// A `//` comment up to the end of its line.
    LineComment,
    /// A `/* … */` comment.
    BlockComment,
    /// Bytes that no token begins with, or tokens skipped after an error.
    Error,
    /// A word: field, function, section or option name.
    Ident,
    /// A word that the grammar read as a keyword.
    Keyword,
    /// `$name`.
    Variable,
    /// `#name`.
    CountVariable,
    /// A `"…"` string.
    String,
    /// A backtick string.
    RawString,
    /// A `/…/` regex.
    RegexToken,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Float,
    /// A number with a unit, such as `5m`.
    DurationToken,
    /// `=`.
    Eq,
    /// `==`, which the language does not have.
    EqEq,
    /// `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
    /// `!`.
    BangToken,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Star,
    /// `/` as division.
    Slash,
    /// `%`.
    Percent,
    /// `(`.
    LeftParen,
    /// `)`.
    RightParen,
    /// `[`.
    LeftBracket,
    /// `]`.
    RightBracket,
    /// `{`.
    LeftBrace,
    /// `}`.
    RightBrace,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// `.`.
    Dot,
    /// The end of the text; never in a tree.
    EndOfFile,
    /// The root of every tree.
    File,
    /// `rule name { … }`.
    Rule,
    /// `meta:` and its entries.
    MetaSection,
    /// `setup:` and its operations.
    SetupSection,
    /// `events:` and its predicates.
    EventsSection,
    /// `match:` with variables and window.
    MatchSection,
    /// `outcome:` and its assignments.
    OutcomeSection,
    /// `condition:` and its expression.
    ConditionSection,
    /// `options:` and its entries.
    OptionsSection,
    /// `export:` and its writes.
    ExportSection,
    /// A form of search and dashboards, kept unread.
    SearchForm,
    /// `key = "value"` in `meta`.
    MetaEntry,
    /// `graph_override (…)` in `setup`.
    SetupOperation,
    /// One grouping variable of `match`.
    MatchVariable,
    /// `over 5m`, `by 1h`, `over 5m after $e`.
    Window,
    /// `$name = expr` in `outcome`.
    Assignment,
    /// `name = expr` in `options`.
    OptionEntry,
    /// `%table.write_row(…)` in `export`.
    ExportWrite,
    /// A chain of operands joined by `or`.
    OrExpr,
    /// A chain of operands joined by `and`.
    AndExpr,
    /// A chain of operands joined by `+` and `-`.
    AddExpr,
    /// A chain of operands joined by `*`, `/` and `%`.
    MulExpr,
    /// `not expr`.
    NotExpr,
    /// `!expr`.
    BangExpr,
    /// `a = b` and the other comparisons.
    CompareExpr,
    /// `a in %list`.
    InExpr,
    /// `a is null`.
    IsNullExpr,
    /// `( expr )`.
    ParenExpr,
    /// `any of [ … ]`.
    NOfExpr,
    /// `[ a, b ]`.
    ArrayExpr,
    /// A string, number, duration, boolean or null.
    LiteralExpr,
    /// A `/…/` regex as an operand.
    RegexExpr,
    /// `#name` as an operand.
    CountExpr,
    /// `%name` or `%table.column`.
    ListExpr,
    /// `$x`, `$e.a.b`, `$e.a[0]`, `any $e.a`.
    PathExpr,
    /// `[0]` or `["key"]` within a path.
    PathIndex,
    /// `name(args)`.
    CallExpr,
    /// The parentheses of a call and what is between them.
    ArgList,
    /// `name: expr` within the parentheses of a call.
    NamedArg,
}

impl SyntaxKind {
    /// Whether a token of this kind carries no meaning for the grammar.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Whitespace | Self::LineComment | Self::BlockComment
        )
    }
}

impl fmt::Display for SyntaxKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        Self(kind as u16)
    }
}

/// The tag that tells rowan which kinds a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YaralLanguage {}

impl rowan::Language for YaralLanguage {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        SyntaxKind::ALL
            .get(usize::from(raw.0))
            .copied()
            .unwrap_or(SyntaxKind::Error)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        kind.into()
    }
}

/// A node of a YARA-L tree.
pub type SyntaxNode = rowan::SyntaxNode<YaralLanguage>;
/// A token of a YARA-L tree.
pub type SyntaxToken = rowan::SyntaxToken<YaralLanguage>;
/// A node or a token of a YARA-L tree.
pub type SyntaxElement = rowan::SyntaxElement<YaralLanguage>;
