//! The operators of an expression, from `or` down to `*`.
//!
//! `or` < `and` < `not` < comparison < `+ -` < `* / %`. Operators of one level
//! make one flat node, however many there are.

use super::state::Parser;
use crate::code;
use crate::diagnostic::{Diagnostic, Fix};
use crate::kind::SyntaxKind;

/// On which side of a comparison an operand stands. A `nocase` after a call
/// belongs to the call on the left, and to the comparison on the right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Parser<'_> {
    /// A whole expression.
    pub(super) fn expr(&mut self) {
        let start = self.checkpoint();
        self.conjunction();
        if self.at_word("or") {
            self.start_at(start, SyntaxKind::OrExpr);
            while self.eat_word("or") {
                self.begin_statement();
                self.conjunction();
            }
            self.close();
        }
    }

    fn conjunction(&mut self) {
        let start = self.checkpoint();
        self.negation();
        if self.at_word("and") {
            self.start_at(start, SyntaxKind::AndExpr);
            while self.eat_word("and") {
                self.begin_statement();
                self.negation();
            }
            self.close();
        }
    }

    fn negation(&mut self) {
        if !self.at_word("not") {
            return self.comparison();
        }
        self.start(SyntaxKind::NotExpr);
        self.bump_keyword();
        if self.enter() {
            self.negation();
            self.leave();
        } else {
            self.skip_section();
        }
        self.close();
    }

    fn comparison(&mut self) {
        let start = self.checkpoint();
        let before = self.position();
        self.sum(Side::Left);
        let next = self.nth(0);
        if is_comparison(next) {
            self.start_at(start, SyntaxKind::CompareExpr);
            self.comparison_operator();
            self.sum(Side::Right);
            self.eat_word("nocase");
            self.close();
            self.no_second_comparison();
        } else if self.at_word("in") || self.at_word("not") && self.nth_word(1, "in") {
            self.start_at(start, SyntaxKind::InExpr);
            self.membership();
            self.close();
        } else if self.at_word("is") {
            self.start_at(start, SyntaxKind::IsNullExpr);
            self.bump_keyword();
            self.eat_word("not");
            if !self.eat_word("null") {
                let message = format!("expected `null` after `is`, found {}", self.found());
                self.error(code::UNEXPECTED_TOKEN, message);
            }
            self.close();
        } else if self.position() > before && is_value(next) && !self.at_line_start() {
            self.start_at(start, SyntaxKind::CompareExpr);
            let comma = if self.in_items { "`,` or " } else { "" };
            let message = format!("expected {comma}an operator before {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(found.help("compare with `=`, `!=`, `<`, `<=`, `>`, `>=` or `in`"));
            self.sum(Side::Right);
            self.eat_word("nocase");
            self.close();
        }
    }

    /// The operator of a comparison, also in the spelling of other languages.
    fn comparison_operator(&mut self) {
        if self.at(SyntaxKind::EqEq) {
            let message = "`==` is not an operator";
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            let fix = Fix::word(self.span(), "=");
            self.push(found.help("write `=` for equality").fix(fix));
        }
        self.bump();
    }

    fn no_second_comparison(&mut self) {
        while is_comparison(self.nth(0)) {
            let message = format!("a second comparison begins at {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(found.help("compare two values at a time and join with `and`"));
            self.start(SyntaxKind::Error);
            self.bump();
            self.sum(Side::Right);
            self.eat_word("nocase");
            self.close();
        }
    }

    /// `[not] in [regex|cidr] list [nocase]`, the left side being read.
    fn membership(&mut self) {
        self.eat_word("not");
        self.bump_keyword();
        if !self.eat_word("regex") {
            self.eat_word("cidr");
        }
        if self.at_list_name() {
            self.list();
        } else if self.at(SyntaxKind::LeftBracket) {
            self.primary(Side::Right);
        } else {
            let message = format!("expected a list after `in`, found {}", self.found());
            let found = Diagnostic::error(code::UNEXPECTED_TOKEN, Some(self.span()), message);
            self.push(
                found.help("name a reference list `%name` or a table column `%table.column`"),
            );
        }
        self.eat_word("nocase");
    }

    fn sum(&mut self, side: Side) {
        let start = self.checkpoint();
        self.product(side);
        if matches!(self.nth(0), SyntaxKind::Plus | SyntaxKind::Minus) {
            self.start_at(start, SyntaxKind::AddExpr);
            while matches!(self.nth(0), SyntaxKind::Plus | SyntaxKind::Minus) {
                self.bump();
                self.product(Side::Right);
            }
            self.close();
        }
    }

    fn product(&mut self, side: Side) {
        let start = self.checkpoint();
        self.primary(side);
        if self.at_product() {
            self.start_at(start, SyntaxKind::MulExpr);
            while self.at_product() {
                self.bump();
                self.primary(Side::Right);
            }
            self.close();
        }
    }

    fn at_product(&self) -> bool {
        match self.nth(0) {
            SyntaxKind::Star | SyntaxKind::Slash => true,
            SyntaxKind::Percent => !self.at_list(),
            _ => false,
        }
    }
}

fn is_comparison(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Eq
            | SyntaxKind::EqEq
            | SyntaxKind::Ne
            | SyntaxKind::Lt
            | SyntaxKind::Le
            | SyntaxKind::Gt
            | SyntaxKind::Ge
    )
}

/// Whether a token of this kind is a literal by itself.
pub(super) fn is_value(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::String
            | SyntaxKind::RawString
            | SyntaxKind::RegexToken
            | SyntaxKind::Int
            | SyntaxKind::Float
            | SyntaxKind::DurationToken
    )
}
