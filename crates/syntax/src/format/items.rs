//! The tree as a row of tokens and comments, each with its part in the grammar.

use crate::kind::{SyntaxKind, SyntaxNode, SyntaxToken};

/// What begins with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing that has a line of its own.
    Nothing,
    /// A rule.
    Rule,
    /// A section.
    Header,
    /// An entry, a predicate, an assignment: whatever a section is a list of.
    Statement,
    /// The brace that ends a rule.
    RuleEnd,
}

/// The part of a token in what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A bracket whose inside may stand on lines of its own.
    Open,
    /// The end of such an inside.
    Close,
    /// `or`, `and`, `+` and the other operators of a chain.
    Operator,
    /// A comparison, or the `=` of an assignment.
    Compare,
    /// A `,`.
    Comma,
    /// Anything else.
    Other,
}

/// A token or a comment.
#[derive(Debug)]
pub(super) struct Item<'t> {
    pub(super) text: &'t str,
    pub(super) kind: SyntaxKind,
    /// The node that the token is a direct part of.
    pub(super) parent: SyntaxKind,
    /// Line breaks between this and the item before.
    pub(super) newlines: usize,
    /// The author's indentation; has a meaning only behind a line break.
    pub(super) column: usize,
    pub(super) start: Start,
    pub(super) role: Role,
}

impl Item<'_> {
    pub(super) fn is_comment(&self) -> bool {
        self.kind.is_trivia()
    }
}

/// Operands joined by operators of one level.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// Its first item.
    pub(super) first: usize,
    /// Its operators.
    pub(super) operators: Vec<usize>,
    /// The brackets that hold this chain and nothing else.
    pub(super) brackets: Option<(usize, usize)>,
    /// Whether it may be broken where it is too wide.
    pub(super) breakable: bool,
    /// It is an argument; it may be broken only if it is the only one.
    pub(super) argument: bool,
}

/// Everything the layout is made from.
#[derive(Debug, Default)]
pub(super) struct Layout<'t> {
    pub(super) items: Vec<Item<'t>>,
    /// In the order in which they begin, outer ones first.
    pub(super) chains: Vec<Chain>,
    /// Opening and closing brackets, inner ones first.
    pub(super) brackets: Vec<(usize, usize)>,
    /// For each item the first token at or behind it, counted once because a
    /// text may be one long run of comments.
    tokens: Vec<usize>,
}

impl Layout<'_> {
    /// The first token at or behind a position.
    pub(super) fn token_from(&self, at: usize) -> usize {
        self.tokens.get(at).copied().unwrap_or(self.items.len())
    }

    fn find_tokens(&mut self) {
        let mut next = self.items.len();
        let mut tokens = vec![next; next];
        let places = tokens.iter_mut().zip(&self.items).enumerate();
        for (at, (place, item)) in places.rev() {
            if !item.is_comment() {
                next = at;
            }
            *place = next;
        }
        self.tokens = tokens;
    }
}

/// A node that is being read.
struct Open {
    kind: SyntaxKind,
    children: usize,
    chain: Option<usize>,
    bracket: Option<usize>,
    only_chain: Option<usize>,
}

struct Reader<'t> {
    text: &'t str,
    out: Layout<'t>,
    stack: Vec<Open>,
    pending: Start,
    newlines: usize,
    column: usize,
}

/// Reads a tree without errors; `text` is what it was parsed from.
pub(super) fn read<'t>(tree: &SyntaxNode, text: &'t str) -> Layout<'t> {
    let mut reader = Reader {
        text,
        out: Layout::default(),
        stack: Vec::new(),
        pending: Start::Nothing,
        newlines: 0,
        column: 0,
    };
    for event in tree.preorder_with_tokens() {
        match event {
            rowan::WalkEvent::Enter(rowan::NodeOrToken::Node(node)) => reader.enter(node.kind()),
            rowan::WalkEvent::Enter(rowan::NodeOrToken::Token(token)) => reader.token(&token),
            rowan::WalkEvent::Leave(rowan::NodeOrToken::Node(_)) => reader.leave(),
            rowan::WalkEvent::Leave(rowan::NodeOrToken::Token(_)) => {}
        }
    }
    reader.out.find_tokens();
    reader.out
}

impl Reader<'_> {
    fn enter(&mut self, kind: SyntaxKind) {
        let parent = self.stack.last().map_or(SyntaxKind::File, |open| open.kind);
        let nth = self.stack.last().map_or(0, |open| open.children);
        if kind == SyntaxKind::Rule {
            self.pending = Start::Rule;
        } else if is_section(kind) {
            self.pending = Start::Header;
        } else if is_section(parent) && (parent != SyntaxKind::MatchSection || nth == 0) {
            self.pending = Start::Statement;
        }
        let chain = is_chain(kind).then(|| {
            self.out.chains.push(Chain {
                first: self.out.items.len(),
                breakable: is_breakable(kind, parent),
                argument: parent == SyntaxKind::ArgList,
                ..Chain::default()
            });
            self.out.chains.len() - 1
        });
        if let Some(open) = self.stack.last_mut() {
            open.children += 1;
            open.only_chain = chain.filter(|_| open.children == 1);
        }
        self.stack.push(Open {
            kind,
            children: 0,
            chain,
            bracket: None,
            only_chain: None,
        });
    }

    fn leave(&mut self) {
        self.stack.pop();
    }

    fn token(&mut self, token: &SyntaxToken) {
        let range = std::ops::Range::<usize>::from(token.text_range());
        let text = self.text.get(range).unwrap_or_default();
        let kind = token.kind();
        if kind == SyntaxKind::Whitespace {
            return self.blank(text);
        }
        let parent = self.stack.last().map_or(SyntaxKind::File, |open| open.kind);
        let mut start = Start::Nothing;
        let mut role = Role::Other;
        if !kind.is_trivia() {
            start = std::mem::replace(&mut self.pending, Start::Nothing);
            if parent == SyntaxKind::Rule && kind == SyntaxKind::RightBrace {
                start = Start::RuleEnd;
            }
            role = self.role(kind, parent);
        }
        self.out.items.push(Item {
            text,
            kind,
            parent,
            newlines: std::mem::take(&mut self.newlines),
            column: std::mem::take(&mut self.column),
            start,
            role,
        });
    }

    /// The part of the token that is about to become the next item.
    fn role(&mut self, kind: SyntaxKind, parent: SyntaxKind) -> Role {
        let at = self.out.items.len();
        let Some(open) = self.stack.last_mut() else {
            return Role::Other;
        };
        if let Some(chain) = open.chain.and_then(|index| self.out.chains.get_mut(index)) {
            chain.operators.push(at);
            return Role::Operator;
        }
        match kind {
            SyntaxKind::Comma => Role::Comma,
            SyntaxKind::LeftParen | SyntaxKind::LeftBracket if parent != SyntaxKind::PathIndex => {
                open.bracket = Some(at);
                Role::Open
            }
            SyntaxKind::RightParen | SyntaxKind::RightBracket
                if parent != SyntaxKind::PathIndex =>
            {
                if let Some(opened) = open.bracket {
                    self.out.brackets.push((opened, at));
                    let only = open.only_chain.filter(|_| open.children == 1);
                    if let Some(chain) = only.and_then(|index| self.out.chains.get_mut(index)) {
                        chain.brackets = Some((opened, at));
                    }
                }
                Role::Close
            }
            SyntaxKind::Keyword => Role::Other,
            _ if matches!(parent, SyntaxKind::CompareExpr | SyntaxKind::Assignment) => {
                if kind == SyntaxKind::Variable {
                    Role::Other
                } else {
                    Role::Compare
                }
            }
            _ => Role::Other,
        }
    }

    /// Counts lines and the indentation of the last one.
    fn blank(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\n' => (self.newlines, self.column) = (self.newlines + 1, 0),
                '\t' => self.column += 4,
                '\r' | '\u{feff}' => {}
                _ => self.column += 1,
            }
        }
    }
}

pub(super) fn is_section(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::MetaSection
            | SyntaxKind::SetupSection
            | SyntaxKind::EventsSection
            | SyntaxKind::MatchSection
            | SyntaxKind::OutcomeSection
            | SyntaxKind::ConditionSection
            | SyntaxKind::OptionsSection
            | SyntaxKind::ExportSection
    )
}

fn is_chain(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::OrExpr | SyntaxKind::AndExpr | SyntaxKind::AddExpr | SyntaxKind::MulExpr
    )
}

/// Whether a chain in this place is broken where it is too wide: the outermost
/// of several, and sums where they are what a line is about.
fn is_breakable(kind: SyntaxKind, parent: SyntaxKind) -> bool {
    match kind {
        SyntaxKind::OrExpr => true,
        SyntaxKind::AndExpr => parent != SyntaxKind::OrExpr,
        SyntaxKind::AddExpr => matches!(
            parent,
            SyntaxKind::Assignment | SyntaxKind::ArgList | SyntaxKind::ParenExpr
        ),
        _ => false,
    }
}
