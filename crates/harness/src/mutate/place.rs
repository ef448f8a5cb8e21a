//! One change of a text: which predicate, what is cut, what takes its place.

use std::ops::Range;

use yaral_syntax::ast::Expr;
use yaral_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::Kind;

/// What stands where something was cut out.
pub(super) enum With {
    Nothing,
    Words(String),
    /// The expression, negated.
    Negated(SyntaxNode),
    /// The expression by itself.
    Bare(SyntaxNode),
}

impl With {
    /// The opposite of an expression.
    pub(super) fn opposite(expr: &Expr) -> Self {
        match expr {
            Expr::Not(not) => match not.expr() {
                Some(inner) => Self::Bare(inner.syntax().clone()),
                None => Self::Negated(not.syntax().clone()),
            },
            _ => Self::Negated(expr.syntax().clone()),
        }
    }

    /// As it is written into the file.
    fn write(&self) -> String {
        self.render(|node| node.text().to_string())
    }

    /// On one line.
    pub(super) fn show(&self) -> String {
        self.render(one_line).replace('\n', " ")
    }

    fn render(&self, text: impl Fn(&SyntaxNode) -> String) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Words(words) => words.clone(),
            Self::Negated(node) if node.kind() == SyntaxKind::ParenExpr => {
                format!("not {}", text(node))
            }
            Self::Negated(node) => format!("not ({})", text(node)),
            Self::Bare(node) => text(node),
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Words(words) => words.len(),
            Self::Negated(node) | Self::Bare(node) => bytes(node).len(),
        }
    }
}

/// One change.
pub(super) struct Change {
    /// The predicate that it is about.
    pub node: SyntaxNode,
    pub kind: Kind,
    /// The bytes that are cut out.
    pub cut: Range<usize>,
    pub with: With,
}

impl Change {
    /// Takes the predicate out, if something is left where it stood.
    pub(super) fn drop(node: &SyntaxNode) -> Option<Self> {
        Some(Self {
            node: node.clone(),
            kind: Kind::Drop,
            cut: around(node)?,
            with: With::Nothing,
        })
    }

    /// Puts something else in the place of the predicate.
    pub(super) fn instead(node: &SyntaxNode, kind: Kind, with: With) -> Self {
        Self {
            node: node.clone(),
            kind,
            cut: bytes(node),
            with,
        }
    }

    /// Where the predicate begins, in bytes.
    pub(super) fn at(&self) -> u32 {
        self.node.text_range().start().into()
    }

    /// Where the predicate ends, in bytes.
    pub(super) fn end(&self) -> u32 {
        self.node.text_range().end().into()
    }

    /// Bytes that describing the change takes at most.
    pub(super) fn size(&self) -> usize {
        bytes(&self.node).len() + 2 * self.with.size()
    }

    /// The text with the change made.
    pub(super) fn apply(&self, text: &str) -> String {
        let before = text.get(..self.cut.start).unwrap_or_default();
        let after = text.get(self.cut.end..).unwrap_or_default();
        format!("{before}{}{after}", self.with.write())
    }
}

/// What must go for the predicate to be gone: with it, parentheses and `not`
/// around it alone, and the operator that joins it. `None` if nothing would be
/// left of what has to be there.
fn around(node: &SyntaxNode) -> Option<Range<usize>> {
    let mut node = node.clone();
    let holder = loop {
        let parent = node.parent()?;
        match parent.kind() {
            SyntaxKind::ParenExpr | SyntaxKind::NotExpr => node = parent,
            kind => break kind,
        }
    };
    let own = bytes(&node);
    match holder {
        SyntaxKind::EventsSection => Some(own),
        SyntaxKind::AndExpr | SyntaxKind::OrExpr => match node.prev_sibling() {
            Some(before) => Some(bytes(&before).end..own.end),
            None => Some(own.start..bytes(&node.next_sibling()?).start),
        },
        _ => None,
    }
}

/// The place of a node in bytes.
pub(super) fn bytes(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    range.start().into()..range.end().into()
}

/// The text of a node on one line, without comments.
pub(super) fn one_line(node: &SyntaxNode) -> String {
    let mut line = String::new();
    let mut gap = false;
    let tokens = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token);
    for token in tokens {
        if token.kind().is_trivia() {
            gap = true;
            continue;
        }
        let tight = line.ends_with('(') || token.kind() == SyntaxKind::RightParen;
        if gap && !tight && !line.is_empty() {
            line.push(' ');
        }
        gap = false;
        line.push_str(token.text());
    }
    // A string may hold line breaks of its own.
    line.replace('\n', " ")
}
