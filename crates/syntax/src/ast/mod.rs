//! The typed view: thin wrappers over the tree.
//!
//! Every wrapper is one node. Accessors answer `Option`s and iterators, since
//! a tree with mistakes may lack any part; nothing here reports, the parser
//! has done that. All wrappers offer `syntax()` and `span()`. Names are given
//! without their sigil (`$`, `#`, `%`).

mod dump;
mod expr;
mod file;
mod literal;
mod path;
mod section;

pub use dump::dump;
pub use expr::{
    Array, Bang, Binary, BinaryOp, Call, Chain, ChainKind, Count, Expr, In, InMode, IsNull, Link,
    List, NOf, NamedArg, Not, Paren, Quantity,
};
pub use file::{File, Rule, Section, SectionKind};
pub use literal::{Duration, Literal, LiteralValue, Regex};
pub use path::{Path, Quantifier, Segment};
pub use section::{
    Assignment, ConditionSection, EventsSection, ExportSection, ExportWrite, MatchSection,
    MatchVariable, MetaEntry, MetaSection, OptionEntry, OptionsSection, OutcomeSection,
    SetupOperation, SetupSection, Window, WindowKind,
};

use crate::diagnostic::Span;
use crate::kind::{SyntaxKind, SyntaxNode, SyntaxToken};

/// A name with the place where it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The name without sigil.
    pub text: String,
    /// Its place; with the sigil, if there is one.
    pub span: Span,
}

impl Name {
    /// The name a token spells, without `$` or `#`.
    pub(crate) fn of(token: &SyntaxToken) -> Self {
        let text = token.text().trim_start_matches(['$', '#']).to_owned();
        Self {
            text,
            span: token.text_range().into(),
        }
    }
}

/// Declares a wrapper for one kind of node.
macro_rules! ast_node {
    ($(#[$doc:meta])* $name:ident, $($kind:ident)|+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(crate::kind::SyntaxNode);

        impl $name {
            /// Wraps the node if it is of the right kind.
            #[must_use]
            pub fn cast(node: crate::kind::SyntaxNode) -> Option<Self> {
                matches!(node.kind(), $(crate::kind::SyntaxKind::$kind)|+).then_some(Self(node))
            }

            /// The node itself.
            #[must_use]
            pub fn syntax(&self) -> &crate::kind::SyntaxNode {
                &self.0
            }

            /// The place of the node, without blanks around it.
            #[must_use]
            pub fn span(&self) -> crate::diagnostic::Span {
                self.0.text_range().into()
            }
        }
    };
}
pub(crate) use ast_node;

/// The tokens directly under a node, without blanks and comments.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .filter(|token| !token.kind().is_trivia())
}

/// The first token of a kind directly under a node.
pub(crate) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    tokens(node).find(|token| token.kind() == kind)
}

/// The first keyword directly under a node that spells `word` in any case.
pub(crate) fn keyword(node: &SyntaxNode, word: &str) -> Option<SyntaxToken> {
    tokens(node).find(|token| {
        token.kind() == SyntaxKind::Keyword && token.text().eq_ignore_ascii_case(word)
    })
}

/// The place of a token.
pub(crate) fn span_of(token: &SyntaxToken) -> Span {
    token.text_range().into()
}
