//! Variables and field paths.

use rowan::NodeOrToken;

use super::{Name, ast_node, keyword, literal, span_of, token, tokens};
use crate::diagnostic::Span;
use crate::kind::{SyntaxKind, SyntaxNode};

/// The prefix of a repeated field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantifier {
    /// `any $e.f`: some element.
    Any,
    /// `all $e.f`: every element.
    All,
}

/// One step of a path with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// `.name`; the place is that of the name.
    Field(String, Span),
    /// `[0]`; the place includes the brackets.
    Index(u64, Span),
    /// `["key"]`; the place includes the brackets.
    Key(String, Span),
}

impl Segment {
    /// The place of the step.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Field(_, span) | Self::Index(_, span) | Self::Key(_, span) => *span,
        }
    }
}

ast_node! {
    /// `$x`, `$e.a.b[0]["k"]`, `any $e.a`, and, reported by the parser or
    /// left to the compiler, `window_start` and search's plain `a.b`.
    Path, PathExpr
}

impl Path {
    /// The variable without `$`; `None` for a plain path.
    #[must_use]
    pub fn variable(&self) -> Option<Name> {
        token(&self.0, SyntaxKind::Variable).as_ref().map(Name::of)
    }

    /// The steps after the variable. A plain path begins with a field.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + use<> {
        self.0
            .children_with_tokens()
            .filter_map(|element| match element {
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::Ident => {
                    Some(Segment::Field(token.text().to_owned(), span_of(&token)))
                }
                NodeOrToken::Node(node) if node.kind() == SyntaxKind::PathIndex => index(&node),
                _ => None,
            })
    }

    /// The `any` or `all` before the path.
    #[must_use]
    pub fn quantifier(&self) -> Option<Quantifier> {
        if keyword(&self.0, "any").is_some() {
            Some(Quantifier::Any)
        } else {
            keyword(&self.0, "all").map(|_| Quantifier::All)
        }
    }

    /// The place of the `any` or `all` before the path.
    #[must_use]
    pub fn quantifier_span(&self) -> Option<Span> {
        keyword(&self.0, "any")
            .or_else(|| keyword(&self.0, "all"))
            .as_ref()
            .map(span_of)
    }
}

fn index(node: &SyntaxNode) -> Option<Segment> {
    let span = node.text_range().into();
    tokens(node).find_map(|token| match token.kind() {
        SyntaxKind::Int => token
            .text()
            .parse()
            .ok()
            .map(|number| Segment::Index(number, span)),
        _ => literal::string_value(&token).map(|key| Segment::Key(key, span)),
    })
}
