//! Items and gaps to text: indentation, blanks, and chains that are too wide.

use std::borrow::Cow;

use super::WIDTH;
use super::gaps::{Gap, Lead, set_newline};
use super::items::{Chain, Item, Layout, Role, Start};
use crate::kind::SyntaxKind;

/// Blanks of one level.
const STEP: usize = 2;

/// How an item is written. Only comments are ever spelled anew: without blanks
/// at the end of a line comment, with line feeds in a block comment.
pub(super) fn spelling(kind: SyntaxKind, text: &str) -> Cow<'_, str> {
    match kind {
        SyntaxKind::LineComment => Cow::Borrowed(text.trim_end()),
        SyntaxKind::BlockComment if text.contains('\r') => Cow::Owned(text.replace("\r\n", "\n")),
        _ => Cow::Borrowed(text),
    }
}

/// An open bracket: the indentation of the line that it stands on.
struct Bracket {
    line: usize,
}

struct Printer<'l, 't> {
    layout: &'l Layout<'t>,
    gaps: Vec<Gap>,
    out: String,
    /// Characters on the current line.
    column: usize,
    /// The indentation of the current line.
    line: usize,
    /// The indentation of the statement.
    base: usize,
    section: SyntaxKind,
    brackets: Vec<Bracket>,
    /// The last token, comments apart.
    token: Option<usize>,
}

/// The text of a layout.
pub(super) fn print(layout: &Layout<'_>, gaps: Vec<Gap>) -> String {
    let anchors = anchors(layout, &gaps);
    let mut anchors = anchors.iter().peekable();
    let mut printer = Printer {
        layout,
        gaps,
        out: String::new(),
        column: 0,
        line: 0,
        base: 0,
        section: SyntaxKind::File,
        brackets: Vec::new(),
        token: None,
    };
    for (at, item) in layout.items.iter().enumerate() {
        printer.begin(item);
        printer.gap(at, item);
        while let Some((_, chain)) = anchors.next_if(|(anchor, _)| *anchor == at) {
            if !printer.is_broken(chain) && printer.is_wide(at) {
                printer.break_chain(chain);
            }
        }
        printer.item(at, item);
    }
    printer.out.push('\n');
    printer.out
}

/// The chains that may be broken, by the item where that is decided: their
/// bracket, so that it is broken with them, or their first item.
fn anchors<'l>(layout: &'l Layout<'_>, gaps: &[Gap]) -> Vec<(usize, &'l Chain)> {
    let mut anchors: Vec<_> = layout
        .chains
        .iter()
        .filter(|chain| chain.breakable && !(chain.argument && chain.brackets.is_none()))
        .map(|chain| {
            let inside = chain.brackets.and_then(|(open, _)| {
                let inside = gaps.get(open + 1..=chain.first)?;
                (!inside.iter().any(|gap| gap.newline)).then_some(open)
            });
            (inside.unwrap_or(chain.first), chain)
        })
        .collect();
    anchors.sort_by_key(|(anchor, _)| *anchor);
    anchors
}

impl Printer<'_, '_> {
    /// Notes what an item begins or ends, before its line is laid out.
    fn begin(&mut self, item: &Item<'_>) {
        match item.start {
            Start::Rule | Start::RuleEnd => self.base = 0,
            Start::Header => (self.base, self.section) = (STEP, item.parent),
            Start::Statement => self.base = 2 * STEP,
            Start::Nothing => return,
        }
        self.brackets.clear();
    }

    fn gap(&mut self, at: usize, item: &Item<'_>) {
        let gap = self.gaps.get(at).copied().unwrap_or_default();
        let closed = match item.role {
            Role::Close => self.brackets.pop(),
            _ => None,
        };
        if gap.newline {
            self.out
                .push_str(if gap.empty_line { "\n\n" } else { "\n" });
            let indent = match closed {
                Some(bracket) => bracket.line,
                None => self.indent(at, item, gap),
            };
            self.out.extend(std::iter::repeat_n(' ', indent));
            (self.column, self.line) = (indent, indent);
        } else if self.blank_before(at) {
            self.out.push(' ');
            self.column += 1;
        }
    }

    /// The indentation of a line that begins with an item.
    fn indent(&self, at: usize, item: &Item<'_>, gap: Gap) -> usize {
        let next = self.layout.token_from(at);
        let Some(next) = self.layout.items.get(next) else {
            return 0;
        };
        let fixed = item.start != Start::Nothing || item.kind == SyntaxKind::LeftBrace;
        if !item.is_comment() && fixed {
            return self.base;
        }
        match next.start {
            Start::Rule => return 0,
            Start::Header if gap.lead == Lead::Header => return STEP,
            Start::Header | Start::Statement | Start::RuleEnd => return 2 * STEP,
            Start::Nothing => {}
        }
        let inner = self
            .brackets
            .last()
            .map_or(self.base, |bracket| bracket.line + STEP);
        if self.continues(next) {
            inner + STEP
        } else {
            inner
        }
    }

    /// Whether a line that begins with `next` (or a comment before it) goes on
    /// with the line before, so that it is indented deeper.
    fn continues(&self, next: &Item<'_>) -> bool {
        let before = self.token.and_then(|at| self.layout.items.get(at));
        let Some(before) = before else { return false };
        let operator = before.role == Role::Operator || next.role == Role::Operator;
        if !self.brackets.is_empty() {
            let item = matches!(before.role, Role::Open | Role::Comma) || next.role == Role::Close;
            return !(item || operator);
        }
        match self.section {
            SyntaxKind::EventsSection | SyntaxKind::ConditionSection => !operator,
            SyntaxKind::MatchSection => {
                !(before.role == Role::Comma || next.parent == SyntaxKind::Window)
            }
            _ => true,
        }
    }

    fn item(&mut self, at: usize, item: &Item<'_>) {
        let text = spelling(item.kind, item.text);
        self.out.push_str(&text);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count(),
            None => self.column += text.chars().count(),
        }
        if item.role == Role::Open {
            self.brackets.push(Bracket { line: self.line });
        }
        if !item.is_comment() {
            self.token = Some(at);
        }
    }

    /// Whether a line already breaks beside one of the chain's operators.
    fn is_broken(&self, chain: &Chain) -> bool {
        chain.operators.iter().any(|&operator| {
            let before = self.comments_before(operator);
            let after = self.layout.token_from(operator + 1);
            let around = self.gaps.get(before..=after).unwrap_or_default();
            around.iter().any(|gap| gap.newline)
        })
    }

    /// The first of the comments that stand right before an item.
    fn comments_before(&self, at: usize) -> usize {
        let before = self.layout.items.get(..at).unwrap_or_default();
        let comments = before.iter().rev().take_while(|item| item.is_comment());
        at - comments.count()
    }

    /// Whether the line that goes on with an item reaches too far. Looks at no
    /// more of the text than fits a line.
    fn is_wide(&self, from: usize) -> bool {
        let mut column = self.column;
        for (at, item) in self.layout.items.iter().enumerate().skip(from) {
            let ends = at > from && self.gaps.get(at).is_some_and(|gap| gap.newline);
            if ends || item.kind == SyntaxKind::LineComment {
                return false;
            }
            column += usize::from(at > from && self.blank_before(at));
            let line = item.text.split('\n').next().unwrap_or_default();
            column += line.chars().take(WIDTH + 1).count();
            if column > WIDTH {
                return true;
            }
            if line.len() < item.text.len() {
                return false;
            }
        }
        false
    }

    fn break_chain(&mut self, chain: &Chain) {
        for &operator in &chain.operators {
            let next = self.layout.token_from(operator + 1);
            set_newline(&mut self.gaps, next);
        }
        if let Some((open, close)) = chain.brackets {
            let first = self.layout.token_from(open + 1);
            set_newline(&mut self.gaps, first);
            set_newline(&mut self.gaps, close);
        }
    }

    /// Whether a blank stands between an item and the one before on its line.
    fn blank_before(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.layout.items.get(at));
        let (Some(before), Some(item)) = (before, self.layout.items.get(at)) else {
            return false;
        };
        if item.kind == SyntaxKind::LineComment {
            return true;
        }
        let opened = matches!(before.kind, SyntaxKind::LeftParen | SyntaxKind::LeftBracket);
        let ends = matches!(
            item.kind,
            SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::Comma
        );
        if opened || ends {
            return false;
        }
        item.is_comment() || before.is_comment() || !is_glued(before, item)
    }
}

/// Whether two tokens touch.
fn is_glued(before: &Item<'_>, item: &Item<'_>) -> bool {
    let dotted = before.kind == SyntaxKind::Dot || item.kind == SyntaxKind::Dot;
    let list = before.kind == SyntaxKind::Percent && before.parent == SyntaxKind::ListExpr;
    let call = item.kind == SyntaxKind::LeftParen && item.parent == SyntaxKind::ArgList;
    let index = item.kind == SyntaxKind::LeftBracket && item.parent == SyntaxKind::PathIndex;
    let bang = before.kind == SyntaxKind::BangToken;
    dotted || list || call || index || bang || item.kind == SyntaxKind::Colon
}
