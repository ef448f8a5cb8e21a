//! Where a statement, a section and a rule end, and how to get there.
//!
//! After an error the parser looks for the next header, or for a line that can
//! begin a statement. Parentheses that an error left open are remembered, so
//! that their closing ones are not a second error.

use super::state::Parser;
use crate::ast::SectionKind;
use crate::code;
use crate::diagnostic::{Diagnostic, Span};
use crate::keyword::{is_function_word, is_reserved};
use crate::kind::SyntaxKind;

/// Where something was opened, and how many faults there were before.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    span: Span,
    faults: usize,
}

impl Parser<'_> {
    /// The section whose header is next, with or without its colon.
    pub(super) fn header(&self) -> Option<SectionKind> {
        if !self.at(SyntaxKind::Ident) {
            return None;
        }
        let kind = SectionKind::from_word(self.nth_text(0))?;
        match self.nth(1) {
            SyntaxKind::Colon => Some(kind),
            SyntaxKind::Eq
            | SyntaxKind::EqEq
            | SyntaxKind::LeftParen
            | SyntaxKind::RightParen
            | SyntaxKind::Dot
            | SyntaxKind::Comma => None,
            _ => self.at_line_start().then_some(kind),
        }
    }

    /// Whether a word and a colon are next: a header, known or not.
    pub(super) fn at_word_colon(&self) -> bool {
        self.at(SyntaxKind::Ident) && self.nth(1) == SyntaxKind::Colon
    }

    /// Whether `rule name {` is next.
    pub(super) fn at_rule(&self) -> bool {
        self.at_word("rule")
            && self.nth(1) == SyntaxKind::Ident
            && self.nth(2) == SyntaxKind::LeftBrace
    }

    /// Whether nothing of the current section can follow.
    pub(super) fn at_section_end(&self) -> bool {
        match self.nth(0) {
            SyntaxKind::EndOfFile | SyntaxKind::RightBrace => true,
            SyntaxKind::Colon => self.at_line_start(),
            SyntaxKind::Ident => {
                self.at_word_colon()
                    || self.header().is_some()
                    || self.at_search_form()
                    || self.at_rule()
            }
            _ => false,
        }
    }

    /// Whether the next token can begin an expression.
    pub(super) fn can_start_expr(&self) -> bool {
        match self.nth(0) {
            SyntaxKind::String
            | SyntaxKind::RawString
            | SyntaxKind::RegexToken
            | SyntaxKind::Int
            | SyntaxKind::Float
            | SyntaxKind::DurationToken
            | SyntaxKind::Variable
            | SyntaxKind::CountVariable
            | SyntaxKind::LeftParen
            | SyntaxKind::LeftBracket
            | SyntaxKind::BangToken => true,
            SyntaxKind::Percent => self.at_list(),
            SyntaxKind::Ident => {
                let word = self.nth_text(0);
                self.at_word("not")
                    || !is_reserved(word)
                    || is_function_word(word)
                    || self.at_word("null")
                    || self.nth(1) == SyntaxKind::Dot
            }
            _ => false,
        }
    }

    /// Whether `%name` is next. A call may follow a modulo sign, a bare word
    /// never does, so `a %b` is no modulo.
    pub(super) fn at_list(&self) -> bool {
        if !self.at_list_name() {
            return false;
        }
        let after = if self.nth(2) == SyntaxKind::Dot { 4 } else { 2 };
        self.nth(after) != SyntaxKind::LeftParen
    }

    /// Whether `%name` is next where no modulo sign can be: a parenthesis
    /// behind it begins the next predicate.
    pub(super) fn at_list_name(&self) -> bool {
        self.at(SyntaxKind::Percent) && self.nth(1) == SyntaxKind::Ident && self.touches(1)
    }

    /// A fresh statement: errors count again.
    pub(super) fn begin_statement(&mut self) {
        self.panicking = false;
    }

    /// Whether a statement begins here, on a line of its own.
    fn at_fresh_statement(&self) -> bool {
        self.at_line_start() && self.can_start_expr()
    }

    /// Puts tokens that belong to nothing into an error node. Stops at the
    /// end of the section, at a fresh statement, at `and` and `or`, and at a
    /// closing token that nothing skipped has opened.
    pub(super) fn skip_junk(&mut self) {
        let mut open = 0_usize;
        let mut started = false;
        while !self.at_section_end() {
            let kind = self.nth(0);
            let closing = matches!(kind, SyntaxKind::RightParen | SyntaxKind::RightBracket);
            let joins = self.at_word("and") || self.at_word("or");
            if open == 0 && (closing || joins || self.at_fresh_statement()) {
                break;
            }
            match kind {
                SyntaxKind::LeftParen | SyntaxKind::LeftBracket => open += 1,
                _ if closing => open -= 1,
                _ => {}
            }
            if !started {
                self.start(SyntaxKind::Error);
                started = true;
            }
            self.bump();
        }
        if started {
            self.close();
        }
    }

    /// Puts everything up to the end of the section into an error node.
    pub(super) fn skip_section(&mut self) {
        if self.at_section_end() {
            return;
        }
        self.start(SyntaxKind::Error);
        while !self.at_section_end() {
            self.bump();
        }
        self.close();
    }

    /// Puts one token into an error node.
    pub(super) fn skip_one(&mut self) {
        self.start(SyntaxKind::Error);
        self.bump();
        self.close();
    }

    /// After an error within an expression: skips what makes no sense and goes
    /// on with the operands that are joined on.
    pub(super) fn resume(&mut self) {
        while self.panicking {
            self.skip_junk();
            if !(self.at_word("and") || self.at_word("or")) {
                break;
            }
            self.bump_keyword();
            self.begin_statement();
            // Brackets inside come back here when they fail as well.
            if !self.enter() {
                return self.skip_section();
            }
            self.expr();
            self.leave();
        }
    }

    /// A token that can begin no statement. `what` was expected instead.
    pub(super) fn stray(&mut self, what: &str) {
        let closing = self.at(SyntaxKind::RightParen) || self.at(SyntaxKind::RightBracket);
        if closing && (self.owed > 0 || self.fault_at == self.position()) {
            self.owed = self.owed.saturating_sub(1);
            self.skip_one();
            self.panicking = true;
            return self.resume();
        }
        if closing {
            let message = format!("{} closes nothing", self.found());
            self.error(code::UNEXPECTED_TOKEN, message);
        } else {
            let message = format!("expected {what}, found {}", self.found());
            self.error(code::UNEXPECTED_TOKEN, message);
        }
        self.skip_one();
        self.resume();
    }

    /// Notes that something is opened by the next token, and takes that token.
    pub(super) fn open(&mut self) -> Opened {
        let opened = Opened {
            span: self.span(),
            faults: self.faults,
        };
        self.bump();
        opened
    }

    /// Takes the closing token of what was opened. After another error inside,
    /// a missing closing token is no news. `expected` names what could follow.
    pub(super) fn expect_close(&mut self, kind: SyntaxKind, opened: Opened, expected: &str) {
        if self.eat(kind) {
            return;
        }
        if self.faults == opened.faults {
            let found = Diagnostic::error(
                code::UNEXPECTED_TOKEN,
                Some(self.span()),
                format!("expected {expected}, found {}", self.found()),
            );
            self.push(found.secondary(opened.span, "opened here"));
        }
        self.panicking = true;
        self.resume();
        if !self.eat(kind) {
            self.owed += 1;
        }
    }
}
